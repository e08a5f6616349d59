#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a row costs by a formula in a rule document, and by `pbr` in C, on the same file: processor
time of `reckon evaluate` on one thread, in turns, and its own figure for pricing.

    formula_rows.py RECKON FOLDER [ROWS] [TIMES]

Totals must be equal. Exits with 1 if the formula takes more than 5 times as long as the C rule.
"""
import json
import os
import pathlib
import random
import re
import subprocess
import sys

RULE = {"reckoner": "rule/1", "id": "short-form", "version": "1.0.0", "title": "The short form of pbr",
        "tables": {"activity": {"columns": [
            {"name": "count", "type": "decimal", "quantity": True, "default": "1"},
            {"name": "los", "type": "decimal", "required": True},
            {"name": "price", "type": "decimal", "lookup": "prices", "required": True},
            {"name": "trim_point", "type": "decimal", "lookup": "prices", "required": True},
            {"name": "per_diem", "type": "decimal", "lookup": "prices", "required": True},
            {"name": "mff", "type": "decimal", "lookup": "mff", "required": True}]}},
        "rows": {"table": "activity", "round": "0.01",
                 "amount": "count * (price + MAX(0, los - trim_point) * per_diem) * mff"}}


def contract(rule):
    draw = random.Random(7)
    prices = [{"hrg": f"H{h:04}", "pod": pod, "price": str(draw.randrange(100, 9000)),
               "trim_point": str(draw.randrange(2, 30)), "per_diem": str(draw.randrange(150, 300))}
              for h in range(2000) for pod in ("EL", "NEL")]
    return {"reckoner": "contract/1", "id": "rows",
            "periods": [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}],
            "tariff": {"reckoner": "tariff/1", "id": "t", "tables": {
                "prices": {"key": ["hrg", "pod"], "rows": prices},
                "mff": {"key": ["provider"], "rows": [{"provider": f"P{i:02}", "mff": f"1.{i:02}25"} for i in range(60)]}}},
            "facts": {"activity": {"file": "activity.csv"}},
            "arrangements": {"main": [{"id": "acute", "rule": rule}]}}


def run(reckon, folder, rule):
    before = os.times()
    done = subprocess.run([reckon, "evaluate", folder / f"{rule}.json", "--rules", folder, "--jobs", "1", "--profile",
                           "--format", "json"], capture_output=True, text=True, check=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    found = re.search(r"price and audit\s+([\d.]+)", done.stderr)
    return json.loads(done.stdout)["total"], spent, float(found[1])


def main(reckon, folder, rows="3000000", times="5"):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(1)
    with open(folder / "activity.csv", "w", encoding="ascii") as stream:
        stream.write("provider,hrg,pod,los,count\n")
        for _ in range(int(rows)):
            stream.write(f"P{draw.randrange(60):02},H{draw.randrange(2000):04},{'EL' if draw.random() < .5 else 'NEL'},"
                         f"{draw.randrange(40)},1\n")
    (folder / "short-form.rule.json").write_text(json.dumps(RULE), encoding="ascii")
    spent, pricing, totals = {}, {}, {}
    for rule in ("pbr", "short-form"):
        (folder / f"{rule}.json").write_text(json.dumps(contract(rule)), encoding="ascii")
    for _ in range(int(times)):
        for rule in ("pbr", "short-form"):
            total, seconds, nanoseconds = run(reckon, folder, rule)
            spent[rule] = min(seconds, spent.get(rule, seconds))
            pricing[rule] = min(nanoseconds, pricing.get(rule, nanoseconds))
            totals[rule] = total
    for rule in spent:
        print(f"{rule}: {totals[rule]}, {spent[rule]:.2f} s of processor time, {pricing[rule]:.0f} ns a row to price")
    ratio = pricing["short-form"] / pricing["pbr"]
    print(f"pricing by the formula takes {ratio:.2f} times as long as by the C rule, "
          f"the whole evaluation {spent['short-form'] / spent['pbr']:.2f} times")
    return 1 if ratio > 5 or totals["pbr"] != totals["short-form"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
