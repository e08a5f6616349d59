#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A batch in bounded memory, whatever its size and whoever reads its results.

    load.py RECKON SCRATCH_DIR [CONTRACTS]
"""
import os
import subprocess
import time

import sets

# How much more a set that is twenty times as large may take: pages are counted one by
# one, and a database's cache fills.
SLACK = 1.05
SLACK_SQLITE = 1.15
NOISE_KIB = 512
# What waits for an earlier contract at most (docs/scaling.md), and all the rest.
WINDOW_KIB = 128 << 10
REST_KIB = 64 << 10


class Load(sets.Case):
    """Memory and readers."""

    def setUp(self):
        super().setUp()
        self.write("large.ndjson", (sets.block(i) for i in range(self.contracts)))
        self.write("small.ndjson", (sets.block(i) for i in range(self.contracts // 10)))

    def peaks(self, *arguments):
        """The most memory that one worker and the batch itself had."""
        with open(self.folder / "stdout", "wb") as out:
            process = self.begin("-q", "-j", "1", *arguments, stdout=out)
            peaks = sets.Peaks(process)
            self.assertEqual(process.wait(), 0)
            peaks.join()
        self.assertEqual(len(peaks.seen), 1)
        return peaks

    def assert_bounded(self, slack, *arguments):
        """The larger set takes no more than the smaller."""
        small = self.peaks("small.ndjson", *arguments)
        for name in os.listdir(self.folder):
            if name.startswith("out."):
                os.unlink(self.folder / name)
        large = self.peaks("large.ndjson", *arguments)
        print(f"parent {small.parent} and {large.parent} KiB, "
              f"worker {small.worker} and {large.worker} KiB", end=" ", flush=True)
        self.assertLess(large.parent, small.parent * slack + NOISE_KIB)
        self.assertLess(large.worker, small.worker * SLACK + NOISE_KIB)

    def test_memory_stdout__does_not_grow_with_the_set(self):
        self.assert_bounded(SLACK)

    def test_memory_ndjson__does_not_grow_with_the_set(self):
        self.assert_bounded(SLACK, "--out", "out.ndjson")

    def test_memory_csv__does_not_grow_with_the_set(self):
        self.assert_bounded(SLACK, "--out", "out.csv")

    def test_memory_lines__does_not_grow_with_the_set(self):
        self.assert_bounded(SLACK, "--lines", "--out", "out.csv")

    def test_memory_sqlite__does_not_grow_with_the_set(self):
        self.assert_bounded(SLACK_SQLITE, "--out", "out.sqlite")

    def test_memory_window__is_what_the_manual_says(self):
        # Behind a first contract that waits for its facts, results heap up to a limit.
        os.mkfifo(self.folder / "costs.csv")
        first = sets.block(0)
        first["facts"] = {"costs": {"file": "costs.csv"}}
        with open(self.folder / "large.ndjson", encoding="utf-8") as rest:
            text = rest.read()
        rounds = 1 + 3 * (WINDOW_KIB << 10) // (650 * self.contracts)
        with open(self.folder / "set.ndjson", "w", encoding="utf-8") as out:
            out.write(sets.line(first))
            for _ in range(rounds):
                out.write(text)
        with open(self.folder / "stdout", "wb") as out:
            process = self.begin("-q", "-j", "2", "--trusted", "--timeout", "600", "set.ndjson",
                                 stdout=out)
            peaks = sets.Peaks(process)
            self.wait_until_still(process)
            with open(self.folder / "costs.csv", "w", encoding="utf-8") as costs:
                costs.write("label,amount\nall,1\n")
            self.assertEqual(process.wait(), 0)
            peaks.join()
        print(f"parent {peaks.parent} KiB", end=" ", flush=True)
        # It did fill, else this tells nothing.
        self.assertGreater(peaks.parent, WINDOW_KIB // 2)
        self.assertLess(peaks.parent, WINDOW_KIB + REST_KIB)
        self.assertEqual(self.count("stdout"), 1 + rounds * self.contracts)

    def count(self, name):
        """Lines of a file."""
        with open(self.folder / name, "rb") as text:
            return sum(1 for _ in text)

    def wait_until_still(self, process):
        """Until a batch does nothing any more: its processes have no more time used."""
        def used():
            total = 0
            for pid in [process.pid, *sets.workers_of(process.pid)]:
                try:
                    with open(f"/proc/{pid}/stat", encoding="ascii") as text:
                        total += sum(map(int, text.read().rsplit(")", 1)[1].split()[11:13]))
                except OSError:
                    pass
            return total
        before, since, deadline = -1, time.monotonic(), time.monotonic() + 60
        while time.monotonic() < deadline:
            # Looking around now and then costs a tick or two.
            if used() > before + 2:
                before, since = used(), time.monotonic()
            if time.monotonic() > since + 1:
                return
            time.sleep(0.02)
        self.fail("the batch does not come to rest")

    def test_reader_slow__holds_the_batch_and_loses_nothing(self):
        expected, _ = self.batch("-q", "large.ndjson")
        process = self.begin("-q", "-j", "2", "--timeout", "1", "large.ndjson",
                             stdout=subprocess.PIPE)
        peaks = sets.Peaks(process)
        found = process.stdout.read(1000)
        self.wait_until_still(process)
        # Longer than a contract may take: that is nobody's fault.
        time.sleep(1.5)
        self.assertIsNone(process.poll())
        found += process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(), 0)
        peaks.join()
        print(f"parent {peaks.parent} KiB", end=" ", flush=True)
        self.assertEqual(found.decode(), expected)
        self.assertLess(peaks.parent, REST_KIB)

    def test_reader_early__ends_the_batch_and_its_workers(self):
        process = self.begin("-j", "2", "large.ndjson", stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        peaks = sets.Peaks(process)
        self.assertIn(b'"contract":"c0"', process.stdout.readline())
        # What is not read holds the batch, so both workers are there to be seen.
        until = time.monotonic() + 10
        while len(peaks.seen) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        process.stdout.close()
        said = process.stderr.read().decode()
        process.stderr.close()
        self.assertEqual(process.wait(), 1)
        peaks.join()
        self.assertEqual(said, "reckon: standard output cannot be written: Broken pipe\n")
        self.assertEqual(len(peaks.seen), 2)
        for worker in peaks.seen:
            self.assertFalse(os.path.exists(f"/proc/{worker}"), "a worker is left over")


if __name__ == "__main__":
    sets.main(100000)
