#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rules as documents against the same rules in C, on random contracts.

    compare.py RECKON SCRATCH_DIR [--seed N] [--count N] [--rule RULE]...

The documents in rules/ have the ids of shipped rules. `reckon batch` evaluates the same contracts
by either; totals, components, unpriced rows and error codes must be equal. The full run is

    tests/rule_documents/compare.py build/reckon /tmp/compare --count 100000
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "oracle"))
import random_contracts  # noqa: E402 (it stands in the folder of the oracle)

RULES = ("block", "cap-and-collar", "marginal-rate", "cost-and-volume", "qof", "price-equals-cost")


def essence(line):
    """What must be equal of a result."""
    result = json.loads(line)
    if "error" in result and result["error"]:
        return {"id": result.get("contract"), "error": result["error"]["code"]}
    parts = [{"id": c["id"], "total": c.get("total"), "unpriced": c.get("unpriced")}
             for period in result.get("periods", []) for c in period.get("components", [])]
    return {"id": result.get("contract"), "total": result.get("total"), "parts": parts}


def run(reckon, contracts, out, folder):
    command = [reckon, "batch", str(contracts), "--out", str(out)]
    if folder:
        command += ["--rules", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    return [essence(line) for line in lines], done


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("reckon")
    options.add_argument("scratch", type=pathlib.Path)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=300, help="contracts of each rule")
    options.add_argument("--rule", action="append", choices=RULES)
    given = options.parse_args()
    wrong = 0
    for rule in given.rule or RULES:
        folder = given.scratch / rule
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        maker = random_contracts.Maker(f"{given.seed} {rule}")
        contracts = folder / "contracts.ndjson"
        with contracts.open("w", encoding="utf-8") as stream:
            for index in range(given.count):
                stream.write(json.dumps(maker.contract(rule, index)) + "\n")
        in_c, done_c = run(given.reckon, contracts, folder / "c.ndjson", None)
        document, done = run(given.reckon, contracts, folder / "document.ndjson", HERE / "rules")
        differ = [(a, b) for a, b in zip(in_c, document) if a != b]
        paid = sum("error" not in a for a in in_c)
        bad = len(in_c) != given.count or len(document) != given.count or differ or not paid
        wrong += bool(bad)
        for a, b in differ[:3]:
            print(f"  in C:        {json.dumps(a)}\n  as document: {json.dumps(b)}")
        if len(in_c) != given.count or len(document) != given.count:
            print(done_c.stderr[-1000:], done.stderr[-1000:])
        print(f"{rule}: {given.count} contracts, {paid} paid, {len(differ)} differ", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
