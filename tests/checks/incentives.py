#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`reckon incentives` of a system is the finite difference of `reckon system`.

    incentives.py RECKON SCRATCH_DIR SYSTEM... [--random N]

For every contract, arrangement, period and point of delivery of each document, the activity is
changed in a scenario of its own, and each measure of `incentives` is compared with what that does
to the positions that `system` prints: payment, cost, what is left of them, after the pool, and
after gain shares and gates. With --random the same of N random systems; those that read another
table than `activity`, or that are in error, are left out.
"""
import argparse
import json
import pathlib
import subprocess
import sys
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "oracle"))
from random_systems import Maker  # pylint: disable=wrong-import-position

STEP = 100
MEASURES = ("payment", "cost", "contribution", "after_pool", "after_gain_share_and_gates")
# Positions are printed in pennies: half of one at either end, for each of a step's units. A cost,
# a pool's part and a position are up to three of them.
NEAR = Fraction(3, 100 * STEP)


class Refused(Exception):
    """A document that is in error."""


def reckon(binary, *words):
    done = subprocess.run([binary, *map(str, words), "--format", "json", "--quiet"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(f"{' '.join(map(str, words))}: {done.stderr}")
    return json.loads(done.stdout)


def scenarios_of(lines, column):
    """A scenario for each arrangement of a contract, and two for each key that it changes."""
    periods = {}
    for line in lines:
        periods.setdefault((line["contract"], line["arrangement"], line["key"]), []).append(line)
    made = {}
    for (contract, arrangement, key), group in periods.items():
        of = {"arrangements": {contract: arrangement}}
        made[json.dumps([contract, arrangement])] = of
        for side, count in (("more", STEP), ("fewer", -STEP)):
            ids = [line["period"] for line in group if side == "more" or not line["too_few"]]
            made[json.dumps([contract, arrangement, key, side])] = {**of, "changes": [
                {"contract": contract, "period": ids, "where": {column: key}, "count": count}]} if ids else of
    return made


def effects(scenario, period, contract):
    """What a scenario pays a contract's payee in a period, and what that does."""
    found = next(p for p in scenario["periods"] if p["period"] == period)
    one = next(c for c in found["contracts"] if c["id"] == contract)
    payee = next(o for o in found["organisations"] if o["id"] == one["payee"])
    by = {}
    for line in payee["lines"]:
        by[line["kind"]] = by.get(line["kind"], 0) + Fraction(line["amount"])
    payment, cost = Fraction(one["payment"]), by.get("activity", Fraction(0))
    pooled = Fraction(payee.get("lifted", 0)) + Fraction(payee.get("share", 0))
    before = Fraction(payee["before_pool"])
    return {"payment": payment, "cost": cost, "contribution": payment - cost, "after_pool": payment - cost + pooled,
            "after_gain_share_and_gates": before + pooled}


def beside(document, contract, key, column):
    """What a unit of activity that no cost behaviour of the payee covers costs by the table of unit costs."""
    own = next(c for c in document["contracts"] if c["id"] == contract)
    for b in document.get("cost_behaviour", []):
        scope = b.get("scope", {"pod": b.get("pod")})
        if b["organisation"] == own["payee"] and (column not in scope or key in scope[column] or key == scope[column]):
            return Fraction(0)
    inside = own["contract"] if isinstance(own["contract"], dict) else {}
    table = inside.get("facts", {}).get("unit_costs") or document.get("facts", {}).get("unit_costs", {"rows": []})
    for row in table["rows"]:
        if row[column] == key:
            cost = Fraction(row.get("actual_unit_cost", row["efficient_unit_cost"]))
            return cost * (1 - Fraction(row.get("fixed", "0")))
    return Fraction(0)


def problems(binary, path, scratch):
    """(how many figures, those that differ)."""
    found = reckon(binary, "incentives", path, "--step", STEP)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["scenarios"] = scenarios_of(found["lines"], found["column"])
    for without in ("accept", "sources"):
        document.pop(without, None)
    for contract in document["contracts"]:
        if isinstance(contract["contract"], str):
            contract["contract"] = str((path.parent / contract["contract"]).resolve())
    for table in document.get("facts", {}).values():
        if isinstance(table, dict) and "file" in table:
            table["file"] = str((path.parent / table["file"]).resolve())
    copy = scratch / path.name
    copy.write_text(json.dumps(document), encoding="utf-8")
    result = {s["scenario"]: s for s in reckon(binary, "system", copy)["scenarios"]}
    count, differ = 0, []
    for line in found["lines"]:
        contract, arrangement, key = line["contract"], line["arrangement"], line["key"]
        before = effects(result[json.dumps([contract, arrangement])], line["period"], contract)
        for side, sign in (("more", 1), ("fewer", -1)):
            if side not in line or (side == "fewer" and line["too_few"]):
                continue
            after = effects(result[json.dumps([contract, arrangement, key, side])], line["period"], contract)
            for measure in MEASURES:
                said = line[side].get(measure)
                if said is None:
                    continue
                count += 1
                other = {"payment": 0, "cost": 1}.get(measure, -1) * beside(document, contract, key, found["column"])
                worked = (after[measure] - before[measure]) / (sign * STEP) + other
                if abs(worked - Fraction(said)) > NEAR:
                    differ.append(f"{contract} {arrangement} {line['period']} {key} {side}: {measure} is {said}, "
                                  f"`system` makes it {float(worked)}")
    return count, differ


def random_systems(scratch, count):
    """Paths of random systems in which activity costs what cost behaviours say."""
    maker = Maker(20)
    for number in range(count):
        document, contracts = maker.system(number)
        inside = [c["contract"] for c in document["contracts"] if isinstance(c["contract"], dict)]
        for holder in (document, *inside, *contracts.values()):
            for row in holder.get("facts", {}).get("unit_costs", {}).get("rows", []):
                row.update({name: "0" for name in row if name.endswith("unit_cost")})
        folder = scratch / str(number)
        folder.mkdir(exist_ok=True)
        for name, contract in contracts.items():
            (folder / name).write_text(json.dumps(contract), encoding="utf-8")
        path = folder / "system.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        if '"tables": {"activity"' not in json.dumps([document, contracts]):
            yield path


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("reckon")
    options.add_argument("scratch", type=pathlib.Path)
    options.add_argument("--random", type=int, default=0)
    options.add_argument("systems", nargs="*", type=pathlib.Path)
    given = options.parse_args()
    copies = given.scratch / "copies"
    copies.mkdir(parents=True, exist_ok=True)
    systems = figures = wrong = 0
    for path in [*given.systems, *random_systems(given.scratch, given.random)]:
        try:
            count, differ = problems(given.reckon, path, copies)
        except Refused:
            if path in given.systems:
                raise
            continue
        systems += 1
        figures += count
        wrong += len(differ)
        for text in differ[:9]:
            print(f"{path}: {text}")
    print(f"{systems} systems, {figures} figures, {wrong} differ")
    return 1 if wrong or systems < len(given.systems) + given.random / 10 else 0


if __name__ == "__main__":
    sys.exit(main())
