#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random systems, evaluated by reckon and by the oracle: no penny differs.

    compare_systems.py RECKON SCRATCH_DIR [--seed N] [--count N] [--jobs N]

Each system becomes a vector whose expectation is what the oracle makes of it; `reckon test`
runs them. Those that differ stay in SCRATCH_DIR. `--count 100000` is the long run.
"""
import argparse
import gc
import json
import multiprocessing
import pathlib
import shutil
import subprocess
import sys

import systems
from contract import Failure, load
from random_systems import Maker

TOGETHER = 100  # systems that are made from one seed, and tested by one process


def compare(task):
    """(figures, what differs) of the systems of one seed."""
    reckon, scratch, seed, count = task
    gc.disable()  # a tenth of the time; what is left over goes at the end
    maker, files, figures = Maker(seed), [], 0
    scratch.mkdir(parents=True)
    for number in range(count):
        document, contracts = maker.system(number)
        try:
            expect = {"at": systems.evaluate(load(json.dumps(document)), load(json.dumps(contracts)))}
            figures += len(expect["at"])
        except Failure as failure:
            expect = {"error": failure.code}
        for name, contract in contracts.items():
            (scratch / name).write_text(json.dumps(contract), encoding="utf-8")
        path = scratch / f"{number}.json"
        path.write_text(json.dumps({"reckoner": "vector/1", "id": f"random-{number}", "source": "tests/oracle",
                                    "system": document, "cases": [{"expect": expect}]}), encoding="utf-8")
        files.append(str(path))
    gc.collect()
    done = subprocess.run([reckon, "test", *files], capture_output=True, text=True, check=False)
    last = (done.stdout.strip().split("\n") or [""])[-1]
    if done.returncode == 0 and last == f"{count} passed, 0 failed":
        shutil.rmtree(scratch)
        return figures, ""
    return figures, f"seed {seed}, in {scratch}:\n{done.stdout[-4000:]}{done.stderr[-2000:]}"


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("reckon")
    options.add_argument("scratch", type=pathlib.Path)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=2000)
    options.add_argument("--jobs", type=int, default=1)
    given = options.parse_args()
    shutil.rmtree(given.scratch, ignore_errors=True)
    given.scratch.mkdir(parents=True)
    tasks = [(given.reckon, given.scratch / str(i), given.seed * 10 ** 6 + i, min(TOGETHER, given.count - i))
             for i in range(0, given.count, TOGETHER)]
    done = figures = wrong = 0
    with multiprocessing.Pool(given.jobs) as workers:
        for (_, _, _, count), (n, differs) in zip(tasks, workers.imap(compare, tasks)):
            done, figures = done + count, figures + n
            if differs:
                wrong += 1
                print(differs, flush=True)
            if wrong == 3:
                break
            if done % 1000 == 0:
                print(f"{done} systems", flush=True)
    print(f"{done} systems, {figures} figures: {'they differ' if wrong else 'no penny differs'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
