#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the command with one failing allocation, whoever asks for it, and with all that follow it
failing too: a run that ends with 0 has written what it writes with enough memory, and any other has
said why it ended.

starved.py RECKON FAIL_MALLOC SCRATCH [--count N | --all]

FAIL_MALLOC is preloaded (tests/fixtures/fail_malloc.c). Of the points at which runs can fail, N are
tried (500), spread over each run.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

DATA = "tests/unit/data/torture/"
CONFIGS = "configs/"
COMMANDS = [
    ["evaluate", "--rules", "FIXTURE", "--format", "json", DATA + "small.json",
     DATA + "settled.json"],
    ["evaluate", "-o", "out.csv", "--format", "csv", DATA + "rows.json"],
    ["evaluate", "--rows", "out.csv", DATA + "rows.json"],
    ["compare", DATA + "small.json"],
    ["explain", CONFIGS + "contracts/risk-mix.json"],
    ["explain", "--row", "12", DATA + "rows.json"],
    ["check", DATA + "rows.json"],
    ["tariff", "diff", "tests/golden/cases/tariff-diff/old", "tests/golden/cases/tariff-diff/new", "--contract",
     "tests/golden/cases/tariff-diff/c.json", "-f", "json"],
    ["system", CONFIGS + "systems/risk-pool-council.json"],
    ["incentives", DATA + "rows.json"],
    ["explain", "--organisation", "trust", "--period", "year-1",
     CONFIGS + "systems/demonstration.json"],
    ["sweep", "--vary", "range.cap=1%:3%:1%", "--measure", "cap-and-collar.total",
     CONFIGS + "contracts/risk-mix.json"],
    ["sensitivity", "--vary", "delivery", CONFIGS + "systems/accountable-care-system.json"],
    ["solve", "--vary", "pathway.margin", "--until", "trust@year-1=0",
     CONFIGS + "systems/demonstration.json"],
    ["variance", "--plan", "plan", "--actual", "activity", "--by", "pod", "--forecast",
     "straight-line", "tests/golden/cases/variance/year.json"],
    ["diff", "tests/golden/cases/diff/flex.csv", "tests/golden/cases/diff/freeze.csv",
     "--challenges", CONFIGS + "challenges/acute.json"],
    ["batch", "--jobs", "1", DATA + "lines.ndjson"],
    ["rules", "--format", "json"],
]


class Starved:
    """Runs of one command, each in an empty scratch folder for what it writes."""

    def __init__(self, reckon, preload, scratch, words):
        self.out = scratch / "out.csv"
        self.count = scratch / "count"
        places = {"out.csv": str(self.out),
                  "FIXTURE": str(Path(preload).parent / "settles-looked-up")}
        self.command = [reckon] + [places.get(word, word) for word in words]
        self.environment = dict(os.environ, LD_PRELOAD=preload, FAIL_MALLOC_COUNT=str(self.count),
                                XDG_CACHE_HOME=str(scratch / "cache"))

    def run(self, point, ever=False):
        """The exit code, and all that was written."""
        self.out.unlink(missing_ok=True)
        more = {"FAIL_MALLOC_AT": str(point), **({"FAIL_MALLOC_EVER": "1"} if ever else {})}
        ended = subprocess.run(self.command, capture_output=True, timeout=120, env={**self.environment, **more})
        written = self.out.read_bytes() if self.out.exists() else None
        left = [p.name for p in self.out.parent.iterdir() if p.name.startswith("out.csv.")]
        return ended.returncode, (ended.stdout, ended.stderr, written), left


def faults(runs, points, tried):
    """What is wrong, run by run, with some `points` of a command; adds how many there were to `tried`."""
    code, expected, _ = runs.run(0)
    if code != 0:
        yield f"exit {code} with enough memory: {expected[1][-300:]}"
        return
    count = int(runs.count.read_text()) if runs.count.exists() else 0
    if count == 0:
        sys.exit(77)  # a C library in which nothing can be made to fail like this
    chosen = range(1, count + 1)
    if points < 2 * count:
        chosen = sorted({1 + int(i * count / (points / 2)) for i in range(int(points / 2))})
    for point, ever in [(point, ever) for ever in (False, True) for point in chosen]:
        tried.append(point)
        code, written, left = runs.run(point, ever)
        at = f"allocation {point} of {count}{' and after' if ever else ''}: exit {code}: "
        if not 0 <= code <= 4:
            yield at + f"{written[1][-300:]}"
        elif code == 0 and written != expected:
            yield at + f"{written} is not {expected}"
        elif code != 0 and not written[1] and not ("check" in runs.command and written[0]):
            yield at + "no message"
        elif written[2] not in (None, expected[2]) or left:
            yield at + f"part of a file is left: {left}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reckon")
    parser.add_argument("preload")
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    shutil.rmtree(options.scratch, ignore_errors=True)
    options.scratch.mkdir(parents=True)
    points = sys.maxsize if options.all or "RK_TORTURE_ALL" in os.environ else options.count / len(COMMANDS)
    failed, tried = 0, []
    for words in COMMANDS:
        for fault in faults(Starved(options.reckon, options.preload, options.scratch, words), points, tried):
            print(" ".join(words), fault, sep=": ")
            failed += 1
    print(f"{len(tried)} failing allocations in {len(COMMANDS)} commands, {failed} wrong")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
