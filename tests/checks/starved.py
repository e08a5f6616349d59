#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the command with one failing allocation, whoever asks for it, and with all that follow it
failing too: a run that ends with 0 has written what it writes with enough memory, and any other has
said why it ended.

starved.py RECKON FAIL_MALLOC SCRATCH [--count N | --all | --stacks] [--only WORD]

FAIL_MALLOC is preloaded (tests/fixtures/fail_malloc.c): it stands before the C library's own, for
Reckoner as for the libraries that it uses, in all processes of a command. Of the points at which runs
can fail, N are tried (500), spread over each run, half of them once and half for ever; with --stacks,
the first of each chain of callers, once, and for each third also for ever. In a batch a
contract that lacked memory may be in error; no other result may differ. No command writes a workbook
or is given a folder of documents: libxlsxwriter, and fts_open of the C library, read through a null pointer when
they lack memory for a sheet, or for the name of the folder.
"""

import argparse
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from batch_content import content  # pylint: disable=wrong-import-position

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
    ["batch", "-q", "--jobs", "1", DATA + "lines.ndjson", "--out", "out.csv"],
    ["batch", "-q", "--jobs", "1", DATA + "lines.ndjson", "--out", "out.ndjson"],
    ["batch", "-q", "--jobs", "1", DATA + "lines.ndjson", "--out", "out.sqlite"],
    ["rules", "--format", "json"],
    ["evaluate", "--isolation", "contract", "--group-by", "pod", "--format", "markdown", DATA + "rows.json"],
    ["compare", "--format", "csv", "tests/golden/cases/variance/year.json"],
    ["explain", "tests/golden/cases/variance/year.json", "--against", "plan", "-f", "json"],
    ["variance", "--plan", "plan", "--actual", "activity", "-f", "markdown", "tests/golden/cases/variance/mix.json"],
    ["report", "-o", "out.html", CONFIGS + "systems/demonstration.json"],
    ["system", "-f", "json", CONFIGS + "systems/demonstration.json"],
    ["inspect", "tests/golden/cases/inspect/extract.csv", "-f", "json"],
    ["tariff", "show", CONFIGS + "tariffs/ntps-2016-17-sample.json"],
    ["check", "tests/rule_documents/rules/qof.rule.json", CONFIGS + "profiles/ntps-2016-17.json",
     CONFIGS + "systems/demonstration.json"],
    ["test", "--junit", "plugins/block/vectors/amount.json", "plugins/qof/vectors/af-2022-23.json"],
    ["rules", "show", "capitation"],
    ["schema", "contract", "-f", "json"],
    ["doctor", "-f", "json"],
]


class Starved:
    """Runs of one command, each in an empty folder for what it writes."""

    def __init__(self, reckon, preload, scratch, words):
        self.scratch, self.preload = scratch, preload
        self.batch = words[0] == "batch"
        self.words = [reckon] + [str(Path(preload).parent / "settles-looked-up") if word == "FIXTURE" else word
                                 for word in words]

    def run(self, point, ever=False, stacks=None):
        """The exit code, all that was written, what else is left in the folder, and how many allocations there were.
        A list `stacks` gets a number for the callers of each."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as name:
            folder = Path(name)
            words = [str(folder / word) if word.startswith("out.") else word for word in self.words]
            more = {"FAIL_MALLOC_AT": str(point), **({"FAIL_MALLOC_EVER": "1"} if ever else {}),
                    **({"FAIL_MALLOC_STACKS": "1"} if stacks is not None else {})}
            ended = subprocess.run(words, capture_output=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
                                   env={**os.environ, "LD_PRELOAD": self.preload, "FAIL_MALLOC_COUNT": str(folder / "count"),
                                        "XDG_CACHE_HOME": str(folder / "cache"), **more})
            wanted = [p for p in map(Path, words[1:]) if p.parent == folder]
            files = {p.name: content(p, "_id") for p in wanted if p.exists()}
            left = sorted({p.name for p in folder.iterdir()} - {"count", "cache", *files, *(f"{p.name}.journal" for p in wanted)})
            counted = (folder / "count").read_bytes() if (folder / "count").exists() else b""
            n = struct.unpack_from("q", counted)[0] if len(counted) >= 8 else 0
            if stacks is not None and n > 0:
                stacks += struct.unpack_from(f"{min(n, len(counted) // 8 - 1)}Q", counted, 8)
            said = ended.stdout.replace(name.encode(), b""), ended.stderr.replace(name.encode(), b"")
            return ended.returncode, said, files, left, n


def as_batch_may(found, expected):
    """Of a batch, whose contracts may be in error: no other line differs. A database is whole or as it was."""
    if isinstance(found, dict):
        return all(repr(row) in set(map(repr, expected[table])) or "memory" in repr(row)
                   for table in ("results", "components", "lines", "unpriced", "warnings", "findings")
                   for row in found.get(table, []))
    known = set(expected.splitlines())
    return all(line in known or b"memory" in line or b"error" in line for line in found.splitlines())


def attempt(runs, whole, point, ever):
    """What is wrong with one run; None if nothing."""
    code, said, files, left, _ = runs.run(point, ever)
    at = f"allocation {point} of {whole[4]}{' and after' if ever else ''}: exit {code}: "
    if not 0 <= code <= 4:
        return at + f"{said[1][-300:]}"
    if code == 0 and (said, files) != (whole[1], whole[2]):
        return at + f"{said} {files} is not {whole[1]} {whole[2]}"
    if code != 0 and not said[1] and not files and not ({"check", "doctor", "test"} & {*runs.words} and said[0]):
        return at + "no message"
    if left:
        return at + f"part of a file is left: {left}"
    for name, now in files.items():
        if now != whole[2][name] and not (runs.batch and as_batch_may(now, whole[2][name])):
            return at + f"{name} is {now}"
    return None


def chosen_points(count, points):
    """Which allocations fail, and whether those after them do."""
    chosen = range(1, count + 1)
    if points < 2 * count:
        chosen = sorted({1 + int(i * count / (points / 2)) for i in range(int(points / 2))})
    return [(point, ever) for ever in (False, True) for point in chosen]


def points_of_stacks(runs, seen):
    """The first allocation of each chain of callers that no other command had."""
    stacks, chosen = [], []
    runs.run(0, stacks=stacks)
    for point, stack in enumerate(stacks, 1):
        if stack not in seen:
            seen.add(stack)
            chosen += [(point, False), (point, True)] if len(seen) % 3 == 0 else [(point, False)]
    return chosen


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reckon", type=os.path.abspath)
    parser.add_argument("preload", type=os.path.abspath)
    parser.add_argument("scratch", type=lambda p: Path(p).resolve())
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--stacks", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    shutil.rmtree(options.scratch, ignore_errors=True)
    options.scratch.mkdir(parents=True)
    commands = [words for words in COMMANDS if options.only in " ".join(words)]
    points = sys.maxsize if options.all or "RK_TORTURE_ALL" in os.environ else options.count / len(commands)
    failed = tried = total = 0
    seen = set()
    with ThreadPoolExecutor(2) as pool:
        for words in commands:
            runs = Starved(options.reckon, options.preload, options.scratch, words)
            whole = runs.run(0)
            if whole[4] == 0:
                sys.exit(77)  # a C library in which nothing can be made to fail like this
            if whole[0] != 0 or whole[1:4] != runs.run(0)[1:4]:
                print(" ".join(words), f"exit {whole[0]} with enough memory, or not the same twice: {whole[1]}", sep=": ")
                failed += 1
                continue
            chosen = points_of_stacks(runs, seen) if options.stacks else chosen_points(whole[4], points)
            total += 2 * whole[4]
            tried += len(chosen)
            for fault in pool.map(lambda at, runs=runs, whole=whole: attempt(runs, whole, *at), chosen):
                if fault:
                    print(" ".join(words), fault, sep=": ", flush=True)
                    failed += 1
    print(f"{tried} failing allocations of {total} in {len(commands)} commands, {failed} wrong")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
