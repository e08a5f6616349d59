#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rules that price rows, in plain fractions, and what they share with rules.py."""
from quick import Fraction

from contract import IN_FORCE, REQUIRED, Failure, Param, blank, number, round_to, truth

ZERO, ONE = Fraction(0), Fraction(1)
LARGEST = Fraction(2**63 - 1, 10**6)  # what a row's amount can hold


def exact(default=REQUIRED, **more):
    return Param("exact", default, **more)


def ratio(default=REQUIRED, **more):
    return Param("ratio", default, **more)


def text(default=REQUIRED):
    return Param("text", default)


def clamp(value, low, high):
    return min(max(value, low), high)


def cell(row, column, default=None, is_ratio=False):
    value = row.get(column)
    return default if blank(value) else number(value, is_ratio)


def yes(row, column):
    return False if blank(row.get(column)) else truth(row[column])


# ------------------------------------------------------------------- row rules

PBR = {
    **{name: Param("bool", value) for name, value in {
        "mff": True, "top_ups": True, "long_stay": True, "short_stay": True,
        "top_up_on_long_stay": False, "local_price_mff": False}.items()},
    "local_factor": exact("1", lo=0),
    "spell_unit": exact("0.01", lo=Fraction(1, 10**6), hi=10**6),
}
EMERGENCY_METHODS = "21 22 23 24 25 28 2A 2B 2C 2D".split()


def pbr_spell(c, p, row, count):
    """A row before MFF and local factor; None where it has no price."""
    def find(table, column, default=None, is_ratio=False):
        value = c.lookup(row, table, column)
        return default if value is None else number(value, is_ratio)

    price = find("prices", "price")
    if price is None:
        return None
    los = cell(row, "los")
    if los is not None:
        away = sum(cell(row, f"{kind}_days", ZERO) for kind in
                   ("critical_care", "rehabilitation", "palliative_care", "delayed_discharge"))
        los = max(ZERO, los - away)
    if not blank(row.get("emergency")):
        emergency = truth(row["emergency"])
    elif not blank(row.get("admission_method")):
        emergency = str(row["admission_method"]) in EMERGENCY_METHODS
    else:
        emergency = row.get("pod") == "NEL"
    age = cell(row, "age")
    short = (p["short_stay"] and emergency and los is not None and los < 2
             and (age is None or age >= 19))
    base = find("bpt", "bpt_base")
    if base is not None:
        if short:
            base = find("bpt", "bpt_short_stay_price", base)
    else:
        base = find("prices", "short_stay_price", price) if short else price
    top_up = find("top_ups", "top_up", ZERO, True) if p["top_ups"] else ZERO
    best = cell(row, "bpt_payment")
    if best is None:
        best = find("bpt", "bpt_price", ZERO) if yes(row, "bpt_met") else ZERO
    days, trim = cell(row, "excess_days"), find("prices", "trim_point")
    if days is None:
        days = count * max(ZERO, los - trim) if los is not None and trim is not None else ZERO
    if not p["long_stay"]:
        days = ZERO
    long_stay = days * find("prices", "per_diem", ZERO)
    if p["top_up_on_long_stay"]:
        long_stay += long_stay * top_up
    return count * (base + base * top_up + best) + long_stay


def pbr(c):
    p = c.bind(PBR)
    total = ZERO
    for row in c.scoped("activity"):
        count = cell(row, "count", ONE)
        mff = number(c.lookup(row, "mff", "mff") or "1") if p["mff"] else ONE
        local = cell(row, "local_unit_price")
        if local is not None:
            amount = count * local * (mff if p["local_price_mff"] else 1)
        else:
            amount = pbr_spell(c, p, row, count)
            if amount is None:
                c.unpriced += 1
                continue
            amount *= mff
        amount = round_to(amount * p["local_factor"], p["spell_unit"])
        if abs(amount) > LARGEST:
            raise Failure("overflow", str(amount))
        total += amount * row.get(IN_FORCE, ONE)
    return total


PRICE_EQUALS_COST = {
    "basis": Param("enum", "efficient", words=("efficient", "open-book")),
    "volume": Param("enum", "actual", words=("actual", "pathway")),
    "margin": ratio("0"), "target": exact(None, per=True), "share": ratio("0", lo=0, hi=1),
    "ceiling": ratio(None, lo=0),
    "transition": Param("list", None, items={"label": text(), "amount": exact(per=True)}),
}


def price_equals_cost(c):
    p = c.bind(PRICE_EQUALS_COST)
    open_book = p["basis"] == "open-book"
    efficient = actual = ZERO
    rows = c.scoped("activity")
    if open_book and rows:
        c.require_found("activity", "unit_costs", "actual_unit_cost")
    for row in rows:
        count = cell(row, "count", ONE) * row.get(IN_FORCE, ONE)
        n = cell(row, "pathway_count", count) if p["volume"] == "pathway" else count
        unit, real = (c.lookup(row, "unit_costs", k)
                      for k in ("efficient_unit_cost", "actual_unit_cost"))
        if unit is None or (open_book and real is None):
            c.unpriced += 1
            continue
        efficient += n * number(unit)
        actual += count * number(real or "0")
    transition = sum(t["amount"] for t in p["transition"])
    if not open_book:
        return efficient + p["margin"] * efficient + transition
    target = efficient if p["target"] is None else p["target"]
    if actual <= target:
        return actual + p["share"] * (target - actual) + transition
    paid = actual - p["share"] * (actual - target)
    if p["ceiling"] is not None:
        paid = min(paid, target * (1 + p["ceiling"]))
    return paid + transition


CLAIMS = {
    **{name: exact(None, lo=0) for name in ("fee", "per_diem", "case_rate", "not_to_exceed")},
    "percent_of_charges": ratio(None, lo=0), "lesser_of_charges": Param("bool", False),
    "claim_unit": exact("0.01", lo=Fraction(1, 10**6), hi=10**6),
    "day_bands": Param("list", None, items={"to": exact(None, lo=0), "per_diem": exact(lo=0)}),
    "stop_loss": Param("object", None, items={
        "threshold": exact(lo=0), "share": ratio(lo=0),
        "from": Param("enum", "above", words=("above", "first"))}),
}


def claim_term(c, p, row, units, days, charges):
    """What the first term that applies pays; None if none does."""
    def rate(table, name):
        value = c.lookup(row, table, name)
        return p[name] if value is None else number(value, name == "percent_of_charges")

    fee, per_diem = rate("fees", "fee"), rate("rates", "per_diem")
    case, percent = rate("rates", "case_rate"), rate("rates", "percent_of_charges")
    if fee is not None:
        return fee * units
    if days is not None and per_diem is not None:
        return per_diem * days
    if days is not None and p["day_bands"]:
        total = start = ZERO
        for band in p["day_bands"]:
            end = days if band["to"] is None else min(days, band["to"])
            total += max(ZERO, end - start) * band["per_diem"]
            start = max(start, end)
        return total
    if case is not None:
        return case
    return None if percent is None or charges is None else percent * charges


def claims(c):
    p = c.bind(CLAIMS)
    ends = [band["to"] for band in p["day_bands"]]
    if (p["per_diem"] is not None and ends) or None in ends[:-1] or any(
            b is not None and b <= a for a, b in zip(ends, ends[1:])):
        raise Failure("conflict", "day_bands")
    total, stop = ZERO, p["stop_loss"]
    for row in c.scoped("activity"):
        given = [cell(row, "units", ONE), cell(row, "days"), cell(row, "charges")]
        units, days, charges = (None if v is None else abs(v) for v in given)
        amount = claim_term(c, p, row, units, days, charges)
        if amount is None:
            c.unpriced += 1
            continue
        if p["lesser_of_charges"] and charges is not None:
            amount = min(amount, charges)
        if p["not_to_exceed"] is not None:
            amount = min(amount, p["not_to_exceed"])
        if stop and charges is not None and charges > stop["threshold"]:
            if stop["from"] == "first":
                amount = stop["share"] * charges
            else:
                amount += stop["share"] * (charges - stop["threshold"])
        amount = round_to(amount, p["claim_unit"])
        if amount > LARGEST:
            raise Failure("overflow", str(amount))
        total += -amount if any(v is not None and v < 0 for v in given) else amount
    return total


COST_AND_VOLUME = {
    "base_units": exact(per=True, lo=0), "base_amount": exact(per=True),
    "tolerance": ratio("0", lo=0), "marginal_price": exact(), "marginal_price_below": exact("0"),
}


def cost_and_volume(c):
    p = c.bind(COST_AND_VOLUME)
    units = sum((cell(row, "count", ONE) for row in c.scoped("activity")), ZERO)
    above = max(ZERO, units - p["base_units"] * (1 + p["tolerance"]))
    below = max(ZERO, p["base_units"] * (1 - p["tolerance"]) - units)
    return p["base_amount"] + above * p["marginal_price"] - below * p["marginal_price_below"]
