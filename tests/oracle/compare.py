#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random contracts, paid by reckon and by the oracle: they agree to the penny.

    compare.py RECKON SCRATCH_DIR [--seed N] [--count N]

Each contract becomes a worked example whose expectation is what the oracle makes
of it; `reckon test` runs them. What differs stays in SCRATCH_DIR, to be run again.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys

import contract as reading
import random_contracts
import rules


def vector_of(text, name):
    """A worked example of one contract, as a document."""
    return {"reckoner": "vector/1", "id": name, "source": "tests/oracle",
            "contract": json.loads(text),
            "cases": [{"expect": rules.evaluate(reading.load(text))}]}


def run_rule(reckon, folder, rule, seed, count):
    """Writes the examples of a rule and runs them: (contracts, error expected, output)."""
    folder.mkdir(parents=True)
    maker = random_contracts.Maker(f"{seed} {rule}")
    refused = 0
    for index in range(count):
        vector = vector_of(json.dumps(maker.contract(rule, index)), f"{rule}-{index}")
        refused += "error" in vector["cases"][0]["expect"]
        (folder / f"{index}.json").write_text(json.dumps(vector, indent=1), encoding="utf-8")
    files = sorted(str(f) for f in folder.iterdir())
    done = subprocess.run([reckon, "test", *files], capture_output=True, text=True, check=False)
    return refused, done


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("reckon")
    options.add_argument("scratch", type=pathlib.Path)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=100, help="contracts of each rule")
    given = options.parse_args()
    shutil.rmtree(given.scratch, ignore_errors=True)
    wrong = 0
    for rule in random_contracts.RULES:
        folder = given.scratch / rule
        refused, done = run_rule(given.reckon, folder, rule, given.seed, given.count)
        last = (done.stdout.strip().split("\n") or [""])[-1]
        # An oracle that refuses nearly all of them would compare little.
        agreed = done.returncode == 0 and last == f"{given.count} passed, 0 failed"
        if not agreed or refused > given.count * 0.7:
            wrong += 1
            print(done.stdout[-4000:] + done.stderr[-2000:])
            print(f"the examples are in {folder}")
        print(f"{rule}: {given.count} contracts, {refused} to be refused: {last}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
