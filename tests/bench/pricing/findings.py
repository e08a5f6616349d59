#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What all findings of rows cost together: pricing with and without looking for them.

    findings.py --reckon BUILD/reckon --without OTHER/reckon [--rows 3000000] [--runs 15]

Two builds of the same tree are compared, run by run in turns. The second is made by

    cmake -B OTHER -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS=-DRK_WITHOUT_FINDINGS && cmake --build OTHER --target reckon

and uses the rules of the first. Prints processor seconds and exits with 1 if the smallest of the first are
over 5 % more than those of the second. The data are run.py's, without day cases that stay.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIMIT = 1.05


def make(folder, rows):
    tool = folder / "generate"
    subprocess.run(["cc", "-O2", "-o", tool, HERE / "generate.c"], check=True)
    subprocess.run([tool, str(rows), folder], check=True)
    made = folder / "made.csv"
    with open(folder / "activity.csv", encoding="ascii") as old, open(made, "w", encoding="ascii") as new:
        head = next(old)
        names = head.strip().split(",")
        pod, los = names.index("pod"), names.index("los")
        new.write(head)
        for line in old:
            cells = line.split(",")
            if cells[pod] == "DC":
                cells[los] = "0"
            new.write(",".join(cells))
    made.replace(folder / "activity.csv")


def seconds(reckon, rules, folder, threads):
    process = subprocess.Popen([reckon, "evaluate", "contract.json", "-a", "pbr", "-q", "-j", str(threads), "--rules", rules,
                                "-o", "result.txt"], cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{reckon} ended with {status}")
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reckon", required=True)
    parser.add_argument("--without", required=True)
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--runs", type=int, default=15)
    args = parser.parse_args()
    reckon, without = (Path(p).resolve() for p in (args.reckon, args.without))
    missed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, args.rows)
        for threads in (1, 2):
            found = {reckon: [], without: []}
            for _ in range(args.runs):
                for program, times in found.items():
                    times.append(seconds(program, reckon.parent / "rules", folder, threads))
            least = {program: min(times) for program, times in found.items()}
            ratio = least[reckon] / least[without]
            middle = statistics.median(found[reckon]) / statistics.median(found[without])
            print(f"{args.rows} rows, {threads} thread(s): {least[without]:.3f} s without findings, {least[reckon]:.3f} s "
                  f"with: {ratio:.3f} (medians {middle:.3f})")
            missed |= ratio > LIMIT
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
