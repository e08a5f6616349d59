#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares what walk_ledger prints of each contract with `reckon evaluate --format json`.

    walk_ledger.py WALK_LEDGER RECKON RULES CONTRACT...

There must be as many lines, every product must multiply out exactly, and every total must be the same.
"""
import fractions
import json
import math
import re
import subprocess
import sys


def totals(result):
    """The totals that walk_ledger prints."""
    for period in result["periods"]:
        for component in period["components"]:
            paid = "not paid " if component.get("shadow") else ""
            yield f'{period["period"]} {component["id"]} total {paid}{component["total"]}'
    yield f'total {result["total"]}'


def is_product(line):
    """Whether a line multiplies out, if it has anything to multiply; a sum of no quantity has no average."""
    text, _, amount = line.rpartition(" = ")
    factors = [fractions.Fraction(f) for f in re.findall(r"[-0-9./]+", text.rpartition(":")[2])]
    return not factors or factors == [0] or math.prod(factors) == fractions.Fraction(amount)


def main(walk, reckon, rules, *contracts):
    wrong = products = 0
    for contract in contracts:
        printed = subprocess.run([walk, contract, rules], stdout=subprocess.PIPE, text=True,
                                 check=True).stdout.splitlines()
        result = json.loads(subprocess.run([reckon, "evaluate", contract, "--rules", rules, "-f", "json"],
                                           capture_output=True, text=True, check=True).stdout)
        ledger = [line for line in printed if " = " in line]
        n_lines = sum(len(c["lines"]) for p in result["periods"] for c in p["components"])
        problems = [line for line in ledger if not is_product(line)]
        if [line for line in printed if line not in ledger] != list(totals(result)):
            problems.append("totals differ")
        if len(ledger) != n_lines:
            problems.append(f"{len(ledger)} lines instead of {n_lines}")
        print("\n".join(f"{contract}: {problem}" for problem in problems), end="\n" * bool(problems))
        wrong += len(problems)
        products += len(ledger)
    print(f"{len(contracts)} contracts, {products} ledger lines, {wrong} problems")
    return 1 if wrong or products == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
