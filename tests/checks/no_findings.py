#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that no shipped contract or system has a finding of those that doubt its input.

    no_findings.py RECKON SOURCE_DIR
"""
import json
import pathlib
import subprocess
import sys

DOUBTS = {"total-row", "duplicate-rows", "negative-quantity", "implausible", "zero-price", "mostly-unpriced",
          "key-nearly-found", "pot-not-shared-out", "scale", "tariff-changes", "tariff-ends",
          "tariff-mismatch-codes", "code-as-number", "column-nearly-found", "bad-rows", "cost-left-out", "no-cost", "no-rows"}


def main(reckon, source):
    top = pathlib.Path(source) / "configs"
    contracts = sorted(map(str, (top / "contracts").glob("*.json")))
    lines = subprocess.run([reckon, "batch", "--all-arrangements", "-q", *contracts], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    found = [(r["contract"], f) for r in map(json.loads, lines) for f in r["findings"]]
    for system in sorted((top / "systems").glob("*.json")):
        result = json.loads(subprocess.run([reckon, "system", system, "-q", "-f", "json"], check=True,
                                           capture_output=True, text=True).stdout)
        found += [(system.stem, f) for s in result["scenarios"] for f in s["findings"]]
    wrong = [f"{name}: {f['code']}: {f['message']}" for name, f in found if f["code"] in DOUBTS]
    print("\n".join(wrong + [f"{len(lines)} results, {len(found)} findings, {len(wrong)} problems"]))
    return 1 if wrong or not lines or not found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
