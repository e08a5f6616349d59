#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads and writes that move fewer bytes than they ask for, or are interrupted: the same results.

    short.py RECKON SHORT_IO SCRATCH_DIR [--count N | --all]

A short count is no error, so what is printed and written must be the same, byte for byte. After an
interrupted call it may also be an error, and then the file is as it was before.

Each run is repeated with every read and write cut to a half, with small ones cut to a byte, with every
second one interrupted (EINTR), and with one call at a time cut to a half: N of those (12), spread
evenly.
"""
import argparse
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common import Checks, fresh, run
from faults import OLD, SCENARIOS, lay_out

RUNS = {**SCENARIOS,
        "input": (["evaluate", "-", "-f", "json"], None),
        "lines": (["batch", "-q", "-j", "1", "-", "--out", "out.ndjson"], "out.ndjson"),
        "compare": (["compare", "priced.json", "--baseline", "pbr", "-f", "csv"], None),
        "rules": (["rules", "-f", "json"], None)}


def outcome(folder, words, name, output, *before):
    """What a run printed and wrote, in a folder of its own."""
    lay_out(folder, output)
    source = {"input": "priced.json", "lines": "set.ndjson"}.get(name)
    with open(folder / source if source else os.devnull, "rb") as given:
        done = run(*before, *words, cwd=folder, stdin=given,
                   env={"XDG_CACHE_HOME": str(folder.parent / f"{folder.name}.cache")})
    files = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and p.suffix != ".sqlite"}
    if output == "out.sqlite":
        import sqlite3
        db = sqlite3.connect(folder / output)
        files[output] = "\n".join(db.iterdump())
        db.close()
    shutil.rmtree(folder)
    return done.code, done.stdout, files, done.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reckon", type=os.path.abspath)
    parser.add_argument("short_io", type=os.path.abspath)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    scratch = fresh(options.scratch.resolve())
    check = Checks()
    jobs, points, plain = [], [], {}
    for name, (words, output) in RUNS.items():
        plain[name] = outcome(scratch / name, [options.reckon, *words], name, output)
        check(plain[name][0] == 0, f"{name}: {plain[name]}")
        counts = scratch / f"{name}.count"
        jobs += [(name, f"every call {how}", (options.short_io, how, str(scratch / f"{name}.{how}")))
                 for how in ("half", "one", "interrupted")]
        done = outcome(scratch / name, [options.reckon, *words], name, output, options.short_io, "1", str(counts))
        if done[0] == 77:
            print("skipped: may not trace")
            sys.exit(77)
        points += [(name, f"call {n}", (options.short_io, str(n), str(scratch / f"{name}.{n}")))
                   for n in range(1, int(counts.read_text()) + 1)]
    step = 1 if options.all else max(1.0, len(points) / options.count)
    jobs += [points[int(i * step)] for i in range(int(len(points) / step))]

    def attempt(numbered):
        number, (name, what, before) = numbered
        words, output = RUNS[name]
        found = outcome(scratch / f"{name}-{number}", [options.reckon, *words], name, output, *before)
        if found[:3] == plain[name][:3]:
            return None
        if "interrupted" in what and found[0] in (1, 2, 3) and found[3] and (
                found[2].get(output) in (None, OLD.encode())):
            return None
        return f"{name}, {what}: exit {found[0]}, " + ("another output" if found[0] == 0 else f"{found[3][-300:]!r}")

    with ThreadPoolExecutor(2) as pool:
        for wrong in pool.map(attempt, enumerate(jobs)):
            check(wrong is None, wrong)
    print(f"{len(jobs)} runs: short and interrupted calls, of {len(points)} in {len(RUNS)} commands")
    check.end("short")


if __name__ == "__main__":
    main()
