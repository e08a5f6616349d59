#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Contracts as a Dask bag through `reckon batch`, and rows as partitions that merge: as one run.

    dask_bag.py RECKON SCRATCH_DIR [--contracts N] [--rows N]

Starts a scheduler and two worker processes of Dask on loopback, and kills one worker in the
middle of each run, which costs only what it was working on. Prints what each run took. Skipped,
with a reason, where Dask is not installed.
"""
import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

PARTS = 20


def contracts_text(n):
    for i in range(n):
        yield ('{"reckoner":"contract/1","id":"c%d","periods":[{"id":"y","start":"2016-04-01","end":"2017-03-31"}],'
               '"facts":{"activity":[{"pod":"EL","count":%d}],"unit_costs":{"key":["pod"],"rows":[{"pod":"EL",'
               '"efficient_unit_cost":"10.005"}]}},"arrangements":{"main":[{"id":"a","rule":"price-equals-cost"}]}}\n'
               % (i, i % 977))


def write_rows(path, n):
    """Rows with a break inside quotes here and there, so that cuts are not all easy."""
    remarks = ["plain"] * 49 + ['"two\nlines"']
    block = "".join(f"{'NEL' if i % 3 else 'EL'},{i % 7},{remarks[i % 50]}\n" if i % 97 else f"XX,{i % 5},\n"
                    for i in range(10000))
    with path.open("w", encoding="utf-8") as stream:
        stream.write("pod,count,remark\n")
        for _ in range(n // 10000):
            stream.write(block)


CONTRACT = """{"reckoner": "contract/1", "id": "rows",
 "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
 "facts": {"activity": {"file": "activity.csv"},
           "unit_costs": {"key": ["pod"], "rows": [{"pod": "EL", "efficient_unit_cost": "10.005"},
                                                   {"pod": "NEL", "efficient_unit_cost": "7.0049"}]}},
 "arrangements": {"main": [{"id": "acute", "rule": "price-equals-cost"}]}}
"""


class Cluster:
    """A scheduler and two workers, each a process."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.file = folder / "scheduler.json"
        self.start("scheduler", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
                   "--no-dashboard", "--scheduler-file", str(self.file))
        self.workers = [self.start_worker(i) for i in range(2)]

    def start(self, name, module, *arguments):
        log = (self.folder / f"{name}.log").open("w")
        process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=log, stderr=log,
                                   cwd=self.folder)
        self.processes.append(process)
        return process

    def start_worker(self, i):
        return self.start(f"worker-{i}", "distributed.cli.dask_worker", "--scheduler-file", str(self.file),
                          "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", str(i),
                          "--local-directory", str(self.folder / f"worker-{i}"))

    def kill_one(self):
        self.workers[0].send_signal(signal.SIGKILL)
        self.workers[0].wait()
        self.workers = [self.workers[1], self.start_worker(len(self.processes))]

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()


def run_of_contracts(reckon, lines):
    """A partition of the bag, through a batch; which task ran where is kept beside."""
    import subprocess  # of the worker
    done = subprocess.run([reckon, "batch", "--quiet", "--jobs", "1", "--offline", "-"],
                          input="".join(lines).encode(), capture_output=True, check=False)
    if done.returncode > 1:
        raise RuntimeError(done.stderr.decode())
    return done.stdout.decode().splitlines(keepends=True)


def price(reckon, contract, number, of):
    """A part of the rows: one line."""
    import subprocess
    return subprocess.run([reckon, "evaluate", contract, "--partial", f"{number}/{of}", "--jobs", "1"],
                          capture_output=True, check=True).stdout


def bag_of_contracts(given, client, cluster, folder):
    import dask.bag
    contracts = folder / "contracts.ndjson"
    with contracts.open("w", encoding="utf-8") as stream:
        stream.writelines(contracts_text(given.contracts))
    begun = time.monotonic()
    whole = subprocess.run([given.reckon, "batch", "--quiet", "--offline", str(contracts)], capture_output=True,
                           check=False)
    alone = time.monotonic() - begun
    begun = time.monotonic()
    size = max(1, contracts.stat().st_size // PARTS)
    bag = dask.bag.read_text(str(contracts), blocksize=size)
    results = client.compute(bag.map_partitions(lambda lines, reckon=given.reckon:
                                                run_of_contracts(reckon, lines)))
    time.sleep(1)
    cluster.kill_one()
    lines = results.result()
    took = time.monotonic() - begun
    if whole.returncode != 0 or "".join(lines).encode() != whole.stdout:
        return "the bag of contracts differs from one run"
    print(f"{given.contracts} contracts in {bag.npartitions} partitions: {took:.1f} s with a worker killed, "
          f"{alone:.1f} s in one batch")
    return None


def partitions_of_rows(given, client, cluster, folder):
    write_rows(folder / "activity.csv", given.rows)
    contract = folder / "rows.json"
    contract.write_text(CONTRACT, encoding="utf-8")
    begun = time.monotonic()
    whole = subprocess.run([given.reckon, "evaluate", str(contract), "--format", "json"], capture_output=True,
                           check=True).stdout
    alone = time.monotonic() - begun
    begun = time.monotonic()
    parts = [client.submit(price, given.reckon, str(contract), k, PARTS, pure=False)
             for k in range(1, PARTS + 1)]
    while sum(part.done() for part in parts) < 3:
        time.sleep(0.05)
    cluster.kill_one()
    texts = client.gather(parts)
    took = time.monotonic() - begun
    begun = time.monotonic()
    merged = subprocess.run([given.reckon, "merge", "-", "--format", "json"], input=b"".join(reversed(texts)),
                            capture_output=True, check=True).stdout
    merging = time.monotonic() - begun
    if merged != whole:
        return "the rows in partitions differ from one run"
    print(f"{given.rows} rows in {PARTS} partitions: {took:.1f} s with a worker killed, {merging:.1f} s to merge "
          f"{sum(map(len, texts))} bytes, {alone:.1f} s in one run")
    return None


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("reckon", type=lambda path: str(pathlib.Path(path).resolve()))
    options.add_argument("scratch", type=lambda path: pathlib.Path(path).resolve())
    options.add_argument("--contracts", type=int, default=20000)
    options.add_argument("--rows", type=int, default=10_000_000)
    given = options.parse_args()
    try:
        import dask.bag  # noqa: F401
        import distributed
    except ImportError as missing:
        print(f"skipped: {missing} (Debian: python3-distributed, python3-dask)")
        return 77
    shutil.rmtree(given.scratch, ignore_errors=True)
    given.scratch.mkdir(parents=True)
    os.environ["DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"] = "60s"
    cluster = Cluster(given.scratch)
    try:
        client = distributed.Client(scheduler_file=str(cluster.file), timeout=120)
        client.wait_for_workers(2, timeout=120)
        wrong = [bag_of_contracts(given, client, cluster, given.scratch)]
        client.wait_for_workers(2, timeout=120)
        wrong.append(partitions_of_rows(given, client, cluster, given.scratch))
        client.close()
    finally:
        cluster.stop()
    for problem in filter(None, wrong):
        print(f"failed: {problem}")
    return 1 if any(wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
