#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a batch shows on a terminal while it runs, and what it sums up at the end.

    terminal.py RECKON SCRATCH_DIR
"""
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time

import sets

SHOWN = re.compile(r"\r(\d+) done, (\d+) in error, (\d+) a second(?:, (\d+)%, (\d+):(\d\d) left)?"
                   r"\x1b\[K")


class Terminal(sets.Case):
    """A batch whose input comes slowly, so that there is something to watch."""

    def setUp(self):
        super().setUp()
        self.write("set.ndjson", [sets.block(0), "{\n", sets.block(1), "{}\n",
                                  *(sets.block(i) for i in range(2, 300))])
        self.file_of_costs = self.folder / "costs.csv"

    def watch(self, *arguments, stdin=subprocess.DEVNULL, until=None):
        """A batch whose standard error is a terminal: exit code, output, what was shown."""
        master, slave = pty.openpty()
        with open(self.folder / "stdout", "wb") as out:
            process = self.begin(*arguments, stdin=stdin, stdout=out, stderr=slave)
        os.close(slave)
        shown = b""
        try:
            while True:
                shown += os.read(master, 4096)
                if until is not None and until(process, shown.decode()):
                    until = None
        except OSError:  # the last who had it open is gone
            pass
        os.close(master)
        return process.wait(), (self.folder / "stdout").read_bytes(), shown.decode()

    @staticmethod
    def done_of(shown):
        """How many contracts the last progress line counts."""
        return SHOWN.findall(shown)[-1][0] if SHOWN.search(shown) else None

    def slow_set(self):
        """A set whose last contract waits for its facts until `give_costs`."""
        os.mkfifo(self.file_of_costs)
        last = sets.block(999)
        last["facts"] = {"costs": {"file": "costs.csv"}}
        with open(self.folder / "set.ndjson", "a", encoding="utf-8") as out:
            out.write(sets.line(last))

    def give_costs(self, after=0.0):
        """Lets the last contract go on, so many seconds after it asks for its facts."""
        with open(self.file_of_costs, "w", encoding="utf-8") as costs:
            time.sleep(after)
            costs.write("label,amount\nall,1\n")

    def test_progress_terminal__shows_done_failed_rate_and_time_left(self):
        self.slow_set()

        def until(_, shown):
            if len(SHOWN.findall(shown)) < 2:
                return False
            threading.Thread(target=self.give_costs).start()
            return True

        code, _, shown = self.watch("--trusted", "set.ndjson", until=until)
        self.assertEqual(code, 1)
        found = SHOWN.findall(shown)
        self.assertGreaterEqual(len(found), 2)
        done, failed, rate, part, minutes, seconds = found[-1]
        self.assertEqual((done, failed), ("302", "2"))
        self.assertGreater(int(rate), 0)
        # All has been read, and so it should not take long.
        self.assertEqual((part, minutes, seconds), ("100", "0", "00"))
        # The line is cleared before the summary, which stands alone.
        self.assertIn("\r\x1b[K", shown)
        self.assertIn("done", shown.split("\x1b[K")[-1])

    def test_progress_pipe__has_no_share_where_the_end_is_unknown(self):
        text = (self.folder / "set.ndjson").read_bytes()
        reading, writing = os.pipe()

        all_shown = threading.Event()

        def feed():
            with open(writing, "wb", closefd=True) as into:
                into.write(text)
                into.flush()
                all_shown.wait()

        def until(_, shown):
            if self.done_of(shown) == "302":
                all_shown.set()
            return all_shown.is_set()

        feeder = threading.Thread(target=feed)
        feeder.start()
        code, _, shown = self.watch("-", stdin=reading, until=until)
        os.close(reading)
        feeder.join()
        self.assertEqual(code, 1)
        found = SHOWN.findall(shown)
        self.assertGreaterEqual(len(found), 1)
        self.assertEqual(found[-1][:2], ("302", "2"))
        self.assertEqual(found[-1][3], "")

    def test_progress_quiet__is_shown_to_nobody(self):
        self.slow_set()
        threading.Thread(target=self.give_costs, args=(1.8,)).start()
        code, out, shown = self.watch("-q", "--trusted", "set.ndjson")
        self.assertEqual((code, shown), (1, ""))
        self.assertEqual(out.count(b"\n"), 303)

    def test_progress_elsewhere__is_not_shown(self):
        self.slow_set()
        threading.Thread(target=self.give_costs, args=(1.8,)).start()
        out, said = self.batch("--trusted", "set.ndjson", code=1)
        self.assertEqual(out.count("\n"), 303)
        self.assertNotIn("\r", said)
        self.assertNotIn("\x1b", said)
        self.assertNotIn("a second,", said)

    def test_progress_interrupt__says_what_was_done(self):
        self.slow_set()

        def until(process, shown):
            if self.done_of(shown) != "302":
                return False
            process.send_signal(signal.SIGINT)
            return True

        code, _, shown = self.watch("--trusted", "set.ndjson", until=until)
        self.assertEqual(code, -signal.SIGINT)
        shown = re.sub(r"\x1b\[\d*m", "", shown)
        self.assertRegex(shown, r"stopped +contracts\r\nevaluated +300\r\nin error +2\r\n")
        self.assertIn("stopped before the last contract", shown)

    def test_summary__counts_errors_by_code_and_adds_up(self):
        slow = sets.block(7, "5000")
        slow["id"] = "the-slow-one"
        slow["facts"] = {"costs": {"file": "costs.csv"}}
        other = sets.block(8, "1")
        other["arrangements"]["more"] = [{"id": "a", "rule": "block", "params": {"amount": "3"}}]
        rule = sets.line(sets.block(9)).replace('"block"', '"blok"')
        self.write("set.ndjson", ["{\n", "{\n", rule, slow, other])
        os.mkfifo(self.file_of_costs)
        threading.Thread(target=self.give_costs, args=(0.5,)).start()
        _, said = self.batch("--trusted", "--all-arrangements", "set.ndjson", code=1)
        for pattern in (r"done +contracts\nevaluated +2\nin error +3\n  syntax +2\n"
                        r"  unknown-rule +1\n",
                        r"arrangement +results +total paid\nmain +2 +5,001\.00  GBP\n"
                        r"more +1 +3\.00  GBP\n",
                        r"trust-8 +more +2\.00  GBP\n",
                        r"In error:\n  set\.ndjson:1: syntax \(set\.ndjson:1\)\n"
                        r"  set\.ndjson:2: .*\n  set\.ndjson:3: unknown-rule \(c9\)\n"):
            self.assertRegex(said, pattern)
        seconds = re.search(r"contracts a second; the slowest is the-slow-one, (\d+\.\d+) seconds",
                            said)
        self.assertIsNotNone(seconds, said)
        self.assertGreater(float(seconds.group(1)), 0.2)


if __name__ == "__main__":
    try:
        for end in pty.openpty():
            os.close(end)
    except OSError as error:
        print(f"skipped: no terminal can be had here: {error}")
        sys.exit(77)
    sets.main(0)
