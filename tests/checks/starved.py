#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the command with one failing allocation, whoever asks for it: a run that ends with 0
has written what it writes with enough memory, and any other has said why it ended.

starved.py RECKON FAIL_MALLOC SCRATCH

FAIL_MALLOC is preloaded (tests/fixtures/fail_malloc.c). Of the points at which a run can fail,
POINTS are tried, spread over the run; all of them if RK_TORTURE_ALL is set.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

POINTS = 25
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
    ["system", CONFIGS + "systems/risk-pool-council.json"],
    ["incentives", DATA + "rows.json"],
    ["explain", "--organisation", "trust", "--period", "year-1",
     CONFIGS + "systems/demonstration.json"],
    ["sweep", "--vary", "range.cap=1%:3%:1%", "--measure", "cap-and-collar.total",
     CONFIGS + "contracts/risk-mix.json"],
    ["sensitivity", "--vary", "delivery", CONFIGS + "systems/accountable-care-system.json"],
    ["solve", "--vary", "pathway.margin", "--until", "trust@year-1=0",
     CONFIGS + "systems/demonstration.json"],
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

    def run(self, point):
        """The exit code, and all that was written."""
        self.out.unlink(missing_ok=True)
        ended = subprocess.run(self.command, capture_output=True, timeout=120,
                               env=dict(self.environment, FAIL_MALLOC_AT=str(point)))
        written = self.out.read_bytes() if self.out.exists() else None
        left = [p.name for p in self.out.parent.iterdir() if p.name.startswith("out.csv.")]
        return ended.returncode, (ended.stdout, ended.stderr, written), left


def faults(runs):
    """What is wrong, run by run; the number of runs as the last."""
    code, expected, _ = runs.run(0)
    if code != 0:
        yield f"exit {code} with enough memory: {expected[1][-300:]}"
        return
    count = int(runs.count.read_text()) if runs.count.exists() else 0
    if count == 0:
        sys.exit(77)  # a C library in which nothing can be made to fail like this
    step = 1 if "RK_TORTURE_ALL" in os.environ else max(1, count // POINTS)
    for point in range(1, count + 1, step):
        code, written, left = runs.run(point)
        at = f"allocation {point} of {count}: exit {code}: "
        if not 0 <= code <= 4:
            yield at + f"{written[1][-300:]}"
        elif code == 0 and written != expected:
            yield at + f"{written} is not {expected}"
        elif code != 0 and not written[1] and not ("check" in runs.command and written[0]):
            yield at + "no message"
        elif written[2] not in (None, expected[2]) or left:
            yield at + f"part of a file is left: {left}"


def main(reckon, preload, scratch):
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    failed = False
    for words in COMMANDS:
        for fault in faults(Starved(reckon, preload, scratch, words)):
            print(" ".join(words), fault, sep=": ")
            failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
