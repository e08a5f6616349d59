#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A batch that is killed again and again ends as if it had not been: the same bytes, and nothing left behind.

    kill9.py RECKON SCRATCH_DIR [--count N] [--contracts N] [--seed N]

`kill -9` hits the parent of a batch at a random moment, from its first to its last; `--resume` goes on and may be
killed again. After some kills a run is left to end. Its output must be that of an undisturbed run byte for byte
(of a database: every table, but for the times that contracts took), and the folder must hold that output alone: no
journal, no temporary file, no process. N kills (10) of each of NDJSON, CSV and SQLite, over N contracts (400).
"""
import argparse
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from common import Checks, block, fresh, run

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from batch_content import content  # pylint: disable=wrong-import-position

FORMATS = ("ndjson", "csv", "sqlite")
KILLS_A_CYCLE = 4


def left_processes(folder):
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "cwd") == str(folder) \
                    and b"worker" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reckon", type=os.path.abspath)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--contracts", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20161)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    check = Checks()
    folder = fresh(options.scratch.resolve())
    inputs = folder / "in"
    work = folder / "out"
    inputs.mkdir()
    work.mkdir()
    (inputs / "set.ndjson").write_text("".join(
        json.dumps(block(f"c{i}", f"{1000 + i}.25")) + "\n" for i in range(options.contracts)))
    environment = {"XDG_CACHE_HOME": str(inputs / "cache")}

    kills = late = 0
    for ending in FORMATS:
        words = [options.reckon, "batch", "-q", "-j", "2", "../in/set.ndjson", "--out", f"r.{ending}"]
        began = time.monotonic()
        done = run(*words, cwd=work, env=environment)
        takes = time.monotonic() - began
        check(done.code == 0, f"{ending}: {done}")
        whole = content(work / f"r.{ending}")
        (work / f"r.{ending}").unlink()
        hit = 0
        while hit < options.count:
            for _ in range(min(KILLS_A_CYCLE, options.count - hit)):
                with subprocess.Popen([*words, "--resume"], cwd=work, env={**os.environ, **environment},
                                      stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
                    time.sleep(draw.random() * takes * 1.1)
                    process.kill()
                    said = process.stderr.read()
                    process.wait()
                if process.returncode == 0:
                    late += 1
                    break
                if not check(process.returncode == -9, f"{ending}: ended with {process.returncode}: {said}"):
                    break
                hit += 1
            done = run(*words, "--resume", cwd=work, env=environment)
            if not check(done.code == 0, f"{ending} after {hit} kills: {done}"):
                break
            check(content(work / f"r.{ending}") == whole, f"{ending}: other content after {hit} kills")
            left = sorted(p.name for p in work.iterdir())
            check(left == [f"r.{ending}"], f"{ending}: left {left}")
            (work / f"r.{ending}").unlink()
        kills += hit
        end = time.monotonic() + 20
        while left_processes(work) and time.monotonic() < end:
            time.sleep(0.1)
        check(not left_processes(work), f"{ending}: processes are left")
    print(f"{kills} kills of batches of {options.contracts} contracts, {late} came too late to hit")
    check.end("kill -9")


if __name__ == "__main__":
    main()
