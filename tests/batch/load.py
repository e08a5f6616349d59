#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A batch in bounded memory, whatever its size and whoever reads its results.

    load.py RECKON SCRATCH_DIR [CONTRACTS]
"""
import contextlib
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
        os.mkfifo(self.folder / "costs.csv")
        self.write("large.ndjson", (sets.block(i) for i in range(self.contracts)))
        self.write("small.ndjson", (sets.block(i) for i in range(self.contracts // 10)))
        # A contract that waits for its facts, behind or before others.
        waits = sets.block(0)
        waits["facts"] = {"costs": {"file": "costs.csv"}}
        self.waits = sets.line(waits)

    @contextlib.contextmanager
    def at_rest(self, name, *arguments, workers):
        """A batch that has done what it can until a contract of the set gets its facts,
        which it does at the end."""
        with open(self.folder / "stdout", "wb") as out:
            process = self.begin("-q", "-j", str(workers), "--trusted", "--timeout", "600", name, *arguments,
                                 stdout=out)
            sets.wait_until_asleep(process, workers)
            # Fails unless a worker waits at the other end.
            costs = os.open(self.folder / "costs.csv", os.O_WRONLY | os.O_NONBLOCK)
            yield process
            os.write(costs, b"label,amount\nall,1\n")
            os.close(costs)
            self.assertEqual(process.wait(), 0)

    def peaks(self, name, *arguments):
        """The most memory that the batch itself and its one worker had, before its last
        contract."""
        for old in self.folder.glob("out.*"):
            old.unlink()
        with open(self.folder / name, "a", encoding="utf-8") as out:
            out.write(self.waits)
        with self.at_rest(name, *arguments, workers=1) as process:
            return [sets.peak_of(pid) for pid in (process.pid, *sets.workers_of(process.pid))]

    def assert_bounded(self, slack, *arguments):
        """The larger set takes no more than the smaller."""
        (small_parent, small_worker), (parent, worker) = (
            self.peaks(name, *arguments) for name in ("small.ndjson", "large.ndjson"))
        print(f"parent {small_parent} and {parent} KiB, worker {small_worker} and {worker} KiB",
              end=" ", flush=True)
        self.assertLess(parent, small_parent * slack + NOISE_KIB)
        self.assertLess(worker, small_worker * SLACK + NOISE_KIB)

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
        text = (self.folder / "large.ndjson").read_text(encoding="utf-8")
        rounds = 1 + 3 * (WINDOW_KIB << 10) // (650 * self.contracts)
        with open(self.folder / "set.ndjson", "w", encoding="utf-8") as out:
            out.write(self.waits)
            for _ in range(rounds):
                out.write(text)
        with self.at_rest("set.ndjson", workers=2) as process:
            parent = sets.peak_of(process.pid)
        print(f"parent {parent} KiB", end=" ", flush=True)
        # It did fill, or the limit would not have been reached.
        self.assertGreater(parent, WINDOW_KIB // 2)
        self.assertLess(parent, WINDOW_KIB + REST_KIB)
        with open(self.folder / "stdout", "rb") as out:
            self.assertEqual(sum(1 for _ in out), 1 + rounds * self.contracts)

    def test_reader_slow__holds_the_batch_and_loses_nothing(self):
        expected, _ = self.batch("-q", "large.ndjson")
        process = self.begin("-q", "-j", "2", "--timeout", "3", "large.ndjson",
                             stdout=subprocess.PIPE)
        found = process.stdout.read(1000)
        sets.wait_until_asleep(process, 2)
        # Longer than a contract may take: a slow reader is not the contract's fault.
        time.sleep(3.5)
        parent = sets.peak_of(process.pid)
        found += process.stdout.read()
        process.stdout.close()
        self.assertEqual(process.wait(), 0)
        print(f"parent {parent} KiB", end=" ", flush=True)
        self.assertEqual(found.decode(), expected)
        self.assertLess(parent, REST_KIB)

    def test_reader_early__ends_the_batch_and_its_workers(self):
        process = self.begin("-j", "2", "large.ndjson", stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        self.assertIn(b'"contract":"c0"', process.stdout.readline())
        sets.wait_until_asleep(process, 2)
        workers = sets.workers_of(process.pid)
        process.stdout.close()
        said = process.stderr.read().decode()
        process.stderr.close()
        self.assertEqual(process.wait(), 1)
        self.assertEqual(said, "")
        for worker in workers:
            self.assertFalse(os.path.exists(f"/proc/{worker}"), "a worker is left over")


if __name__ == "__main__":
    sets.main(100000)
