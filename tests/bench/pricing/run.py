#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prices ten million made-up spells by Reckoner and by what people would use instead.

    run.py --reckon BUILD/reckon [--rows 10000000] [--runs 5] [--folder DIR] [--duckdb DIR]

Makes the data (fixed seed) in DIR unless it is there, runs each program as a whole
process on one thread and on two, checks that all write the same totals to the penny,
and prints a table of medians and ratios, and which of the floors are kept. All programs
read all rows. DuckDB is taken from DIR/node_modules (or installed with npm), data.table
and pandas where they are installed, the library's scan alone from BUILD/tests/bench
(-DRK_BENCH=ON); what is not there is skipped with a message. The files are warm: each
program runs once before it counts. What a run writes is removed before the next: freeing
the blocks of a large file takes as long as writing it on some disks.
"""
import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
GROUPS = "provider,pod,hrg"


def compile_tool(folder, name, *flags):
    path = folder / name
    source = HERE / f"{name}.c"
    if not path.exists() or path.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["cc", "-O3", *flags, "-o", path, source, "-lpthread"], check=True)
    return path


def timed(command, out, env=None, writes=()):
    """Seconds on the clock, and of the processor: the second hardly depends on what else runs."""
    for path in (out, *writes):
        Path(path).unlink(missing_ok=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with open(out, "wb") as stream:
        subprocess.run([str(c) for c in command], stdout=stream, check=True, env=env)
    taken = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# What has to hold, of the seconds of two programs: the first is at most so many times the
# second, or at least.
OURS, LIMIT, CSV, PARQUET = "reckon evaluate", "hand-written for this file", "DuckDB csv-tuned", "DuckDB parquet"
ROWS, FOUR, ONE, SETTLED = "with --rows", "compare, four priced", "compare, one priced", "compare, one and two settled"
FLOORS = [(OURS, LIMIT, "at most", 1.6), (CSV, OURS, "at least", 6), (PARQUET, OURS, "at least", 3.5),
          (ROWS, OURS, "at most", 2), (FOUR, ONE, "at most", 2.5), (SETTLED, ONE, "at most", 1.05)]


def totals_of(path, unit):
    """Groups and amounts of a CSV, to be compared whatever its columns and its order."""
    with open(path, encoding="utf-8") as stream:
        header = stream.readline().rstrip("\n").split(",")
        at = [header.index(c) for c in (*GROUPS.split(","), "quantity", "amount", "base", "excess_bed_days")]
        rows = {}
        for line in stream:
            cells = line.rstrip("\n").split(",")
            rows[tuple(cells[i] for i in at[:3])] = (Decimal(cells[at[3]]),
                                                     *(Decimal(cells[i]) * unit for i in at[4:]))
    return rows


class Bench:
    def __init__(self, args):
        self.args = args
        self.folder = Path(args.folder)
        self.results = []
        self.expected = None
        self.env = dict(os.environ, XDG_CACHE_HOME=str(self.folder / "cache"))

    def measure(self, name, threads, command, out=None, check=True, unit=1, writes=()):
        """`out` is the file that the command writes; None: what it prints. `writes`: others."""
        target = Path(out) if out else self.folder / "out.csv"
        printed = self.folder / "printed" if out else target
        runs = [timed(command, printed, self.env, [target, *writes]) for _ in range(self.args.runs + 1)][1:]
        times = [clock for clock, _ in runs]
        seconds = statistics.median(times)
        work = statistics.median(cpu for _, cpu in runs)
        self.results.append((name, threads, seconds, work))
        agrees = ""
        if check:
            found = totals_of(target, unit)
            self.expected = self.expected or found
            agrees = "totals agree" if found == self.expected else "TOTALS DIFFER"
        print(f"{name:34s} {threads} thread{'s' if threads > 1 else ' '} {seconds:8.3f} s  "
              f"({min(times):.3f} to {max(times):.3f})  {work:8.3f} s of processor  {agrees}", flush=True)
        if agrees == "TOTALS DIFFER":
            sys.exit(1)
        return seconds

    def reckon(self, verb, threads, *more):
        return [self.args.reckon, verb, self.folder / "contract.json", "--quiet", "--jobs", threads, *more]

    def limits(self):
        limit = compile_tool(self.folder, "limit", "-march=native")
        self.measure("wc -l", 1, ["wc", "-l", self.folder / "activity.csv"], check=False)
        scan = Path(self.args.reckon).parent / "tests/bench/scan_bench"
        for threads in (1, 2):
            if scan.exists():
                self.measure("split and digest alone", threads,
                             [scan, "--split", self.folder / "activity.csv", threads], check=False)
            self.measure(LIMIT, threads, [limit, self.folder, threads])
        if not scan.exists():
            print("skipped: the library's scan alone (build with -DRK_BENCH=ON)")

    def ours(self):
        grouped = ["--group-by", GROUPS, "--format", "csv"]
        for threads in (1, 2):
            self.measure(OURS, threads, self.reckon("evaluate", threads, *grouped))
        rows, copy = self.folder / "rows.csv", self.folder / "rows-copy.csv"
        one = "--arrangements"
        for threads in (1, 2):
            self.measure("  " + ROWS, threads, self.reckon("evaluate", threads, "--rows", rows, *grouped),
                         writes=[rows])
            if threads == 1:
                self.measure("  copying as many bytes", 1,
                             ["dd", f"if={rows}", f"of={copy}", "bs=1M", "conv=fsync", "status=none"],
                             check=False, writes=[copy])
                copy.unlink()
            rows.unlink()
            self.measure("  by pod alone", threads, self.reckon("evaluate", threads), check=False)
            self.measure("  price-equals-cost", threads,
                         self.reckon("evaluate", threads, "--arrangement", "cost", *grouped), check=False)
            self.measure("  " + FOUR, threads,
                         self.reckon("compare", threads, one, "pbr,no-short-stay,no-long-stay,efficiency"), check=False)
            self.measure("  " + ONE, threads, self.reckon("compare", threads, one, "pbr"), check=False)
            self.measure("  " + SETTLED, threads,
                         self.reckon("compare", threads, one, "pbr,block-1,block-2"), check=False)

    def duckdb(self):
        place = Path(self.args.duckdb or self.folder / "duckdb")
        place.mkdir(parents=True, exist_ok=True)
        node, npm = shutil.which("node"), shutil.which("npm")
        if node and npm and not (place / "node_modules/@duckdb/node-api").exists():
            subprocess.run([npm, "install", "--silent", "@duckdb/node-api"], cwd=place, check=False)
        if not node or not (place / "node_modules/@duckdb/node-api").exists():
            print("skipped: DuckDB (no node, or the package is unavailable)")
            return
        script = place / "duckdb.mjs"
        shutil.copy(HERE / "duckdb.mjs", script)
        out = self.folder / "duckdb.csv"
        if not (self.folder / "activity.parquet").exists():
            timed([node, script, self.folder, 2, "make-parquet", out], self.folder / "printed")
        for plan in ("csv-tuned", "csv-default", "parquet"):
            for threads in (1, 2):
                self.measure(f"DuckDB {plan}", threads, [node, script, self.folder, threads, plan, out], out,
                             unit=1 if plan == "csv-default" else Decimal("0.01"))

    def frames(self):
        out = self.folder / "frames.csv"
        rscript = shutil.which("Rscript")
        if rscript and subprocess.run([rscript, "-e", "library(data.table)"], capture_output=True).returncode == 0:
            for threads in (1, 2):
                self.measure("R data.table", threads,
                             [rscript, HERE / "datatable.R", self.folder, threads, out], out)
        else:
            print("skipped: data.table (Debian: r-cran-data.table)")
        for python in ("/usr/bin/python3", sys.executable):
            if Path(python).exists() and subprocess.run([python, "-c", "import pandas"],
                                                        capture_output=True).returncode == 0:
                self.measure("pandas", 1, [python, HERE / "with_pandas.py", self.folder, out], out)
                return
        print("skipped: pandas (Debian: python3-pandas)")

    def table(self):
        """Each program's seconds, and how many times those of others they are."""
        of = {(name.strip(), threads): (clock, work) for name, threads, clock, work in self.results}
        against = [name for name in (OURS, LIMIT, CSV) if (name, 1) in of]
        print("\n| program | threads | clock s | processor s |"
              + "".join(f" times {name}, clock | processor |" for name in against)
              + "\n|---|--:|--:|--:|" + "--:|--:|" * len(against))
        for name, threads, clock, work in self.results:
            ratios = [f" {clock / of[a, threads][0]:.2f} | {work / of[a, threads][1]:.2f} |" if (a, threads) in of
                      else " | |" for a in against]
            print(f"| {name.strip()} | {threads} | {clock:.3f} | {work:.3f} |" + "".join(ratios))
        print("\n| floor | threads | clock | processor |\n|---|--:|--:|--:|")
        for first, second, how, most in FLOORS:
            for threads in (1, 2):
                if (first, threads) not in of or (second, threads) not in of:
                    continue
                found = [a / b for a, b in zip(of[first, threads], of[second, threads])]
                kept = [ratio <= most if how == "at most" else ratio >= most for ratio in found]
                print(f"| {first} is {how} {most} times {second} | {threads} | "
                      + " | ".join(f"{r:.2f}{'' if k else ' MISSED'}" for r, k in zip(found, kept)) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--reckon", required=True)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", default="/tmp/reckoner-pricing-bench")
    parser.add_argument("--duckdb", help="a folder that has node_modules/@duckdb/node-api")
    parser.add_argument("--only", default="limits,ours,duckdb,frames", help="which programs")
    args = parser.parse_args()
    args.reckon = str(Path(args.reckon).resolve())
    folder = Path(args.folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    args.folder = str(folder)
    made = folder / f"rows-{args.rows}"
    if not made.exists():
        for old in (*folder.glob("rows-*"), folder / "activity.parquet"):
            old.unlink(missing_ok=True)
        subprocess.run([compile_tool(folder, "generate"), str(args.rows), args.folder], check=True)
        made.touch()
    bench = Bench(args)
    print(f"{args.rows} rows, {(folder / 'activity.csv').stat().st_size / 1e6:.0f} MB; medians of {args.runs}; "
          f"load {os.getloadavg()[0]:.1f}")
    for part in args.only.split(","):
        getattr(bench, part)()
    bench.table()


if __name__ == "__main__":
    main()
