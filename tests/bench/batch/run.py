#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Small contracts on one core: reckon beside cJSON alone and, where they are installed, engines for Node.

    run.py BUILD_FOLDER [--contracts N] [--rounds N] [--node FOLDER] [--small N]

All programs take the same contracts and must come to the same total. They run in turn, each on the
first core, several rounds; the ratios are medians over the rounds, by processor time (of the whole
process and its children, starting included) and by the clock. A ratio by processor time below its
limit is an error: other work on the machine changes it least.

Contracts and results go to TMPDIR, 3.2 KB for each contract: name a folder in memory, or the disk
is measured too. `--small` gives the engines for Node fewer contracts, since they take longest.
"""
import argparse
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
LIMITS = {"cJSON": 1.2, "json-rules-engine": 5, "zen": 5}  # times as many contracts as each, with one worker
ONE = "reckon, one worker"


def measure(command, cores, folder, output):
    """(seconds of processor time, seconds of the clock, what it printed on standard error)."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with open(output, "wb") as results:
        done = subprocess.run(["taskset", "-c", cores, *command], cwd=folder, stdout=results,
                              stderr=subprocess.PIPE, text=True, check=False)
    clock, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}\n{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock, done.stderr


def reckon(command):
    def run(folder, count, cores):
        took = measure([*command, f"{count}.ndjson"], cores, folder, folder / "results")
        total = re.search(r"^main +\S+ +([\d,]+)", took[2], re.MULTILINE)
        return (*took[:2], total[1].replace(",", "") if total else f"not told:\n{took[2]}")
    return run


def other(command):
    def run(folder, count, cores):
        took = measure([word.replace("COUNT", str(count)) for word in command], cores, folder, folder / "printed")
        words = (folder / "printed").read_text(encoding="utf-8").split()
        return (*took[:2], words[1] if len(words) > 1 else None)  # cJSON parses, and has no total
    return run


def programs(build, node, count, small):
    """name: (contracts, how it is run)."""
    batch = [str(build / "reckon"), "batch"]
    found = {ONE: (count, reckon([*batch, "-j", "1"])),
             "reckon, in process": (count, reckon([*batch, "--in-process"])),
             "cJSON": (count, other([str(build / "tests/bench/batch_bench"), "cjson", "COUNT.ndjson"]))}
    for engine, module in (("json-rules-engine", "json-rules-engine"), ("zen", "@gorules/zen-engine"), ("plain", "")):
        if shutil.which("node") and (not module or (node / "node_modules" / module).is_dir()):
            command = f'folder=$PWD; cd "{node}" && exec node "{HERE / "others.mjs"}" {engine} "$folder/COUNT.folder"'
            found[engine] = (small, other(["sh", "-c", command]))
        else:
            print(f"skipped: {engine} is not installed")
    return found


def prepare(build, folder, count):
    """Contracts as `count`.ndjson, and a folder of the same for the engines for Node; their total."""
    inside = folder / f"{count}.folder"
    inside.mkdir()
    made = subprocess.run([build / "tests/bench/batch_bench", "make", str(count), inside], capture_output=True,
                          text=True, check=True)
    os.link(inside / "set.ndjson", folder / f"{count}.ndjson")
    shutil.copy(inside / "tariff.json", folder)
    return made.stdout.strip().split(".")[0]


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    options.add_argument("--contracts", type=int, default=200000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--node", type=lambda text: pathlib.Path(text).resolve(), default=pathlib.Path().resolve())
    options.add_argument("--small", type=int, default=0)
    given = options.parse_args()
    small = given.small or given.contracts
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        totals = {count: prepare(given.build, folder, count) for count in {given.contracts, small}}
        size = (folder / f"{given.contracts}.ndjson").stat().st_size // given.contracts
        print(f"{given.contracts} contracts of {size} bytes, {given.rounds} rounds", flush=True)
        found = programs(given.build, given.node, given.contracts, small)
        took = {name: [] for name in found}
        two = []
        for _ in range(given.rounds):
            for name, (count, run) in found.items():
                cpu, clock, total = run(folder, count, "0")
                if total and total.split(".")[0] != totals[count]:
                    sys.exit(f"{name}: the total is {total}, and not {totals[count]}")
                took[name].append((count / cpu, count / clock))
            if (os.cpu_count() or 1) > 1:
                run = reckon([str(given.build / "reckon"), "batch", "-j", "2"])
                two.append(given.contracts / run(folder, given.contracts, "0,1")[1])
    slow = 0
    print(f"{'':24}{'contracts a second':>24}{'one worker is faster by':>28}")
    print(f"{'':24}{'processor':>12}{'clock':>12}{'processor':>14}{'clock':>14}")
    for name, rates in took.items():
        ratios = [statistics.median(ours[kind] / theirs[kind] for ours, theirs in zip(took[ONE], rates))
                  for kind in (0, 1)]
        rate = [statistics.median(pair[kind] for pair in rates) for kind in (0, 1)]
        limit = LIMITS.get(name, 0)
        slow += ratios[0] < limit
        print(f"{name:24}{rate[0]:12,.0f}{rate[1]:12,.0f}{ratios[0]:14.2f}{ratios[1]:14.2f}"
              + (f"   at least {limit}{', missed' if ratios[0] < limit else ''}" if limit else ""))
    if two:
        print(f"{'reckon, two workers':24}{'':12}{statistics.median(two):12,.0f}   on two cores")
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
