#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The most memory that pricing takes, with one million rows and with a hundred million.

    memory.py --reckon BUILD/reckon [--folder DIR]

DIR is run.py's, whose ten million rows are read ten times over, by ten names; the first
million of them are a file of their own. Priced rows need 8 GB there. Exits with 1 where
a hundred million rows take over 5 % more than one million.
"""
import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def peak(command, folder):
    """The most resident memory of a run in MB, and its seconds."""
    start = time.perf_counter()
    process = subprocess.Popen([str(c) for c in command], cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command} ended with {status}")
    return usage.ru_maxrss / 1024, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reckon", required=True)
    parser.add_argument("--folder", default="/tmp/reckoner-pricing-bench")
    args = parser.parse_args()
    source = Path(args.folder).resolve()
    if not (source / "rows-10000000").exists():
        sys.exit("there are no ten million rows: run.py makes them")
    missed = False
    with tempfile.TemporaryDirectory(dir=source) as name:
        folder = Path(name)
        for file in ("prices.csv", "mff.csv", "unit-costs.csv"):
            (folder / file).symlink_to(source / file)
        for part in range(10):
            (folder / f"many-{part}.csv").symlink_to(source / "activity.csv")
        with open(source / "activity.csv", "rb") as rows, open(folder / "few.csv", "wb") as few:
            few.writelines(itertools.islice(rows, 1_000_001))
        contract = json.loads((source / "contract.json").read_text())
        contracts = {}
        for size, files in (("1 million", "few.csv"), ("100 million", "many-*.csv")):
            contract["facts"]["activity"] = {"file": files}
            contracts[size] = folder / f"{files[:4]}.json"
            contracts[size].write_text(json.dumps(contract))
        print("| totals by point of delivery | threads | 1 million rows, MB | 100 million | times |\n|---|--:|--:|--:|--:|")
        for rows in (False, True):
            for threads in (1, 2):
                found = []
                for size, path in contracts.items():
                    out = folder / "rows.csv"
                    more = ["--rows", out] if rows else []
                    command = [Path(args.reckon).resolve(), "evaluate", path, "--quiet", "--jobs", threads, *more]
                    found.append(min(peak(command, folder)[0] for _ in range(3 if size == "1 million" else 1)))
                    out.unlink(missing_ok=True)
                missed = missed or found[1] > 1.05 * found[0]
                print(f"| {'and --rows' if rows else 'alone'} | {threads} | {found[0]:.1f} | {found[1]:.1f} "
                      f"| {found[1] / found[0]:.3f} |", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
