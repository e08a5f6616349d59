#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares what walk_ledger prints of each contract with `reckon evaluate --format json`.

    walk_ledger.py WALK_LEDGER RECKON RULES CONTRACT...

Every total and digest must be the same, and every product must multiply out exactly.
"""
import fractions
import json
import subprocess
import sys


def expected(result):
    """The lines that walk_ledger prints, without those of the ledger."""
    for period in result["periods"]:
        for component in period["components"]:
            paid = "not paid " if component.get("shadow") else ""
            yield f'  {period["period"]} {component["id"]} ({component["rule"]}) {paid}{component["total"]}'
        yield f'{period["period"]} {period["total"]}'
    made = result["provenance"]
    yield f'total {result["currency"]} {result["total"]}'
    yield f'contract {made["contract_sha256"]}'
    yield from (f'tariff {t["id"]} {t["sha256"]}' for t in made["tariff"])
    yield from (f'facts {f["table"]} {f["xxh3"]}' for f in made["facts"])
    yield from (f'rule {r["id"]} {r["version"]}' for r in made["rules"])


def wrong_products(lines):
    for line in lines:
        text, _, amount = line.rpartition(" = ")
        product = fractions.Fraction(1)
        for factor in text.rpartition(": ")[2].split(" x ") if ": " in text else ():
            product *= fractions.Fraction(factor)
        if ": " in text and product != fractions.Fraction(amount):
            yield line


def main(walk, reckon, rules, *contracts):
    wrong = products = 0
    for contract in contracts:
        printed = subprocess.run([walk, contract, rules], capture_output=True, text=True,
                                 check=True).stdout.splitlines()
        result = json.loads(subprocess.run([reckon, "evaluate", contract, "--rules", rules, "-f", "json"],
                                           capture_output=True, text=True, check=True).stdout)
        ledger = [line for line in printed if line.startswith("    ")]
        n_lines = sum(len(c["lines"]) for p in result["periods"] for c in p["components"])
        problems = list(wrong_products(ledger))
        if [line for line in printed if line not in ledger] != list(expected(result)):
            problems.append("totals or provenance differ")
        if len(ledger) != n_lines:
            problems.append(f"{len(ledger)} lines instead of {n_lines}")
        print("\n".join(f"{contract}: {problem}" for problem in problems), end="\n" * bool(problems))
        wrong += len(problems)
        products += len(ledger)
    print(f"{len(contracts)} contracts, {products} ledger lines, {wrong} problems")
    return 1 if wrong or products == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
