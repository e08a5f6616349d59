# SPDX-License-Identifier: MIT
"""Prices spells.csv again, from the published formula alone, and compares."""
import csv
import json
import sys
from collections import defaultdict
from fractions import Fraction

with open("folder", encoding="utf-8") as file:
    folder = file.read()
TOP_UP = {"spinal": 32, "neurosciences": 28, "orthopaedic": 24, "children-low": 44, "children-high": 64}


def rows_of(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def number(text, otherwise=None):
    return Fraction(text) if text else otherwise


def pennies(amount):
    """Half away from zero."""
    return Fraction((abs(amount) * 200 + 1) // 2, 100) * (1 if amount >= 0 else -1)


prices = {(row["hrg"], row["pod"]): row for row in rows_of(folder + "/prices-2016-17.csv")}
mff = {row["provider"]: Fraction(row["mff"]) for row in rows_of(folder + "/mff-2016-17.csv")}
total = Fraction(0)
by_group = defaultdict(Fraction)
by_pod = defaultdict(Fraction)
unpriced = defaultdict(int)
strangers = 0
for spell in rows_of("spells.csv"):
    price = prices.get((spell["hrg"], spell["pod"]))
    if price is None or not price["price"]:
        unpriced[spell["hrg"], spell["pod"]] += 1
        continue
    count = Fraction(spell["count"])
    los = number(spell["los"])
    if los is not None:
        los = max(Fraction(0), los - number(spell["critical_care_days"], Fraction(0)))
    age = number(spell["age"])
    short = spell["pod"] == "NEL" and los is not None and los < 2 and (age is None or age >= 19)
    base = number(price.get("short_stay_price")) if short else None
    if base is None:
        base = Fraction(price["price"])
    trim = number(price.get("trim_point"))
    days = count * max(Fraction(0), los - trim) if los is not None and trim is not None else 0
    top_up = Fraction(TOP_UP.get(spell["service"], 0), 100)
    strangers += spell["provider"] not in mff
    amount = count * (base + base * top_up) + days * number(price.get("per_diem"), Fraction(0))
    amount = pennies(amount * mff.get(spell["provider"], Fraction(1)))
    total += amount
    by_group[spell["provider"], spell["hrg"]] += amount
    by_pod[spell["pod"]] += amount

with open("result.json", encoding="utf-8") as file:
    result = json.load(file)
component = result["periods"][0]["components"][0]
wrong = 0


def same(what, found, expected):
    global wrong
    if found != expected:
        wrong += 1
        print(f"{what}: {found}, but by our own sum {expected}")


same("total", Fraction(result["total"]), total)
same("component", Fraction(component["total"]), total)
same("elements", sum(Fraction(v) for v in component["elements"].values()), total)
same("pods", {l["label"]: Fraction(l["amount"]) for l in component["lines"]}, dict(by_pod))
same("unpriced rows", component["unpriced"]["rows"], sum(unpriced.values()))
same("unpriced keys", {(k["key"]["hrg"], k["key"]["pod"]): k["rows"] for k in component["unpriced"]["keys"]}, dict(unpriced))
groups = {(row["provider"], row["hrg"]): Fraction(row["amount"]) for row in rows_of("groups.csv") if Fraction(row["amount"])}
same("groups", groups, {k: v for k, v in by_group.items() if v})
same("spells at unpriced keys", sum(unpriced.values()) >= 5, True)
warned = [w for w in result["warnings"] if "'ZZ9'" in w and "mff" in w]
same("warnings of a provider without a market forces factor", len(warned), 1)
if warned and f"{strangers} rows" not in warned[0]:
    same("rows of that warning", warned[0], strangers)
with open("result.csv", encoding="utf-8", newline="") as file:
    same("CSV", sum(Fraction(row["amount"]) for row in csv.DictReader(file)), total)
print(f"{5000 - sum(unpriced.values())} spells priced, {sum(unpriced.values())} unpriced, total {float(total):.2f}")
sys.exit(wrong > 0)
