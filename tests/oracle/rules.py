#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The payment rules a second time, in plain fractions: an oracle for the C ones.

    rules.py contract FILE... [-]     what each contract pays, one JSON line each
    rules.py vector FILE...           checks worked examples against the oracle

Tables must stand in the contract; `-` reads contracts from standard input, one
a line. The output of `contract` has the shape of a vector's `expect`.
"""
import copy
import json
import sys
from fractions import Fraction

from contract import (REQUIRED, Component, Failure, Param, blank, load, number, replace,
                      round_to, truth)

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
        total += amount
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
        count = cell(row, "count", ONE)
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


# -------------------------------------------------------------- contract rules

UPLIFTS = Param("list", None, items={"name": text(), "rate": ratio()})
CAPITATION = {
    "rate": exact(None, per=True),
    "pot": Param("object", None, items={
        "amount": exact(per=True), "weighted_population": exact(lo=Fraction(1, 10**6))}),
    "indices": Param("list", None, items={"name": text(), "factor": ratio()}),
    "uplifts": UPLIFTS, "proportion": ratio("1"),
    "deductions": Param("list", None, items={
        "label": text(), "amount": exact(None, per=True), "share": ratio(None),
        "valued_by": text(None), "of_scope": Param("scope", None)}),
}


def deduction(c, d, total):
    """What one deduction comes to, of a sum before deductions."""
    given = [k for k in ("amount", "share", "valued_by") if d[k] is not None]
    if d["of_scope"] is not None and d["valued_by"] is None:
        raise Failure("missing-key", "valued_by")
    if len(given) != 1:
        raise Failure("conflict" if given else "missing-key", d["label"])
    if given == ["valued_by"]:
        return c.valued(d["valued_by"], d["of_scope"], settle_component)
    return d["amount"] if given == ["amount"] else total * d["share"]


def capitation(c):
    p = c.bind(CAPITATION)
    refuse_of(c)
    if p["rate"] is not None and p["pot"]:
        raise Failure("conflict", "rate, pot")
    for d in p["deductions"]:
        deduction(c, d, ZERO)
    rate = p["pot"]["amount"] / p["pot"]["weighted_population"] if p["pot"] else p["rate"]
    factor = p["proportion"]
    for index in p["indices"]:
        factor *= index["factor"]
    for uplift in p["uplifts"]:
        factor *= 1 + uplift["rate"]
    rows = c.settled("population", "heads")
    total = ZERO
    for row in rows:
        heads, own = cell(row, "heads"), cell(row, "rate")
        if heads is None:
            continue
        if own is None and rate is None:
            raise Failure("missing-key", "rate")
        each = rate if own is None else own * c.scale
        total += heads * cell(row, "weight", ONE, True) * each * factor
    return total - sum(deduction(c, d, total) for d in p["deductions"])


OUTCOMES = {
    "base": exact(None, per=True), "at_risk": ratio(None, lo=0),
    "at_risk_amount": exact(None, per=True, lo=0), "cap": exact(None, per=True, lo=0),
    "mode": Param("enum", "withhold", words=("withhold", "bonus")),
    "scale": Param("enum", "linear", words=("linear", "step")),
    "missing": Param("enum", "zero", words=("zero", "exclude")),
}


def outcome_score(row, step):
    value = cell(row, "value", None, True)
    if value is None:
        n, d = (cell(row, k, None, True) for k in ("numerator", "denominator"))
        value = None if n is None or not d else n / d
    floor, target = (cell(row, k, None, True) for k in ("floor", "target"))
    if value is None or floor is None or target is None:
        return None
    if floor == target or step:
        return ONE if (value <= target if target < floor else value >= target) else ZERO
    return clamp((value - floor) / (target - floor), ZERO, ONE)


def outcomes(c):
    p = c.bind(OUTCOMES)
    for a, b, given in (("base", "of", c.of_total), ("at_risk", "at_risk_amount",
                                                     p["at_risk_amount"])):
        if (p[a] is None) == (given is None):
            raise Failure("missing-key" if p[a] is None else "conflict", f"{a}, {b}")
    if p["cap"] is not None and p["mode"] == "withhold":
        raise Failure("conflict", "cap")
    rows = c.settled("outcomes", "floor", "target")
    weights = weighted = ZERO
    gates_met = True
    for row in rows:
        weight, score = cell(row, "weight", ONE, True), outcome_score(row, p["scale"] == "step")
        if weight < 0:
            raise Failure("out-of-range", "weight")
        if score is None:
            if p["missing"] == "exclude":
                continue
            score = ZERO
        weights += weight
        weighted += weight * score
        gates_met = gates_met and (score == 1 or not yes(row, "gate"))
    score = weighted / weights if weights and gates_met else ZERO
    base = c.of_total if p["base"] is None else p["base"]
    risk = base * p["at_risk"] if p["at_risk_amount"] is None else p["at_risk_amount"]
    if p["mode"] == "withhold":
        change = -risk + risk * score
    else:
        change = risk * score if p["cap"] is None else min(risk * score, p["cap"])
    return change if p["base"] is None else base + change


def block(c):
    p = c.bind({"amount": exact(per=True), "proportion": ratio("1"), "uplifts": UPLIFTS})
    refuse_of(c)
    amount = p["amount"] * p["proportion"]
    for uplift in p["uplifts"]:
        amount *= 1 + uplift["rate"]
    return amount


def cap_and_collar(c):
    p = c.bind({"plan": exact(per=True, lo=0), "cap": ratio(lo=0), "collar": ratio(lo=0)})
    value = need_of(c)
    return clamp(value, p["plan"] * (1 - p["collar"]), p["plan"] * (1 + p["cap"])) - value


def marginal_rate(c):
    p = c.bind({"baseline": exact(per=True), "rate": ratio(lo=0), "rate_below": ratio(None, lo=0)})
    value = need_of(c)
    line = -(1 - p["rate"]) * max(ZERO, value - p["baseline"])
    if p["rate_below"] is not None:
        line += (1 - p["rate_below"]) * max(ZERO, p["baseline"] - value)
    return line


def risk_corridor(c):
    p = c.bind({
        "budget": exact(None, per=True, lo=0), "actual": exact(None, per=True),
        "bands": Param("list", REQUIRED, items={
            "to": ratio(None, lo=0), "provider_share": ratio(lo=0, hi=1)})})
    if (p["budget"] is None) == (c.of_total is None):
        raise Failure("missing-key" if p["budget"] is None else "conflict", "budget, of")
    ends = [band["to"] for band in p["bands"]]
    if None in ends[:-1] or any(b is not None and b <= a for a, b in zip(ends, ends[1:])):
        raise Failure("conflict", "bands")
    actual = p["actual"]
    if actual is None:
        rows = c.rows("costs")
        c.require_named("costs", "amount")
        actual = sum((cell(row, "amount", ZERO) for row in rows), ZERO)
    budget = c.of_total if p["budget"] is None else p["budget"]
    variance, result, start = budget - actual, ZERO, ZERO
    for band in p["bands"]:
        end = abs(variance) if band["to"] is None else band["to"] * abs(budget)
        result += band["provider_share"] * max(ZERO, min(abs(variance), end) - start)
        start = end
    paid = actual + (result if variance >= 0 else -result)
    return paid if p["budget"] is not None else paid - c.of_total


def aligned_payment_incentive(c):
    p = c.bind({"fixed": exact(per=True), "baseline": exact(per=True), "rate_above": ratio(lo=0),
                "rate_below": ratio(lo=0)})
    value = need_of(c)
    if not all(other["shadow"] for other in c.of):
        raise Failure("conflict", "of must be shadow")
    return (p["fixed"] + p["rate_above"] * max(ZERO, value - p["baseline"])
            - p["rate_below"] * max(ZERO, p["baseline"] - value))


def conditional_funding(c):
    p = c.bind({"amount": exact(per=True), "catch_up": Param("bool", False)})
    refuse_of(c)
    rows = c.settled("conditions", "instalment", "weight", "met")
    instalments = {}
    for row in rows:
        if not blank(row.get("instalment")):
            instalments.setdefault(str(row["instalment"]), []).append(row)
    total = ZERO
    last = list(instalments.values())[-1:]
    last_gates = [row for row in sum(last, []) if yes(row, "gate")]
    caught_up = p["catch_up"] and last_gates and all(yes(row, "met") for row in last_gates)
    for group in instalments.values():
        shares = {cell(row, "share", None, True) for row in group} - {None}
        if len(shares) > 1:
            raise Failure("conflict", "share")
        share = shares.pop() if shares else Fraction(1, len(instalments))
        missed = [row for row in group if yes(row, "gate") and not yes(row, "met")]
        paying = [row for row in group if yes(row, "met")] if not missed else []
        paying += missed if caught_up else []
        total += p["amount"] * share * sum(cell(row, "weight", ZERO, True) for row in paying)
    return total


def bundle(c):
    p = c.bind({"benchmark": exact(lo=0), "discount": ratio(lo=0, hi=1),
                "episodes": exact(per=True), "actual": exact(), "stop": ratio(lo=0)})
    refuse_of(c)
    target = p["benchmark"] * (1 - p["discount"])
    gain = clamp(target - p["actual"], -p["stop"] * target, p["stop"] * target)
    return p["actual"] * p["episodes"] + gain * p["episodes"]


def shared_savings(c):
    p = c.bind({
        "benchmark": exact(lo=0), "expenditure": exact(), "minimum_savings_rate": ratio(lo=0),
        "sharing_rate": ratio(lo=0), "savings_cap": ratio(None, lo=0),
        "minimum_loss_rate": ratio(None, lo=0), "loss_rate": ratio("0", lo=0),
        "loss_cap": ratio(None, lo=0)})
    refuse_of(c)
    saved = p["benchmark"] - p["expenditure"]
    least = p["minimum_savings_rate"]
    if saved < 0 and p["minimum_loss_rate"] is not None:
        least = p["minimum_loss_rate"]
    if abs(saved) < least * p["benchmark"]:
        return ZERO
    part, cap = (("sharing_rate", "savings_cap") if saved >= 0 else ("loss_rate", "loss_cap"))
    share = abs(saved) * p[part]
    if p[cap] is not None:
        share = min(share, p[cap] * p["benchmark"])
    return share if saved >= 0 else -share


def qof(c):
    p = c.bind({"point_value": exact(per=True), "list": exact(lo=0),
                "national_list": exact(lo=Fraction(1, 10**6)),
                "factor_places": Param("integer", None, lo=0, hi=12)})
    refuse_of(c)
    places = p["factor_places"]

    def factor(value):
        return value if places is None else round_to(value, Fraction(1, 10**int(places)))

    total = ZERO
    rows = c.settled("indicators", "numerator", "denominator", "lower", "upper", "points")
    for row in rows:
        n, d, points = (cell(row, k) for k in ("numerator", "denominator", "points"))
        lower, upper = (cell(row, k, None, True) for k in ("lower", "upper"))
        here, there = (cell(row, k, None, True) for k in ("prevalence", "national_prevalence"))
        if None in (n, d, points, lower, upper) or (here is None) != (there is None):
            continue
        d -= cell(row, "exceptions", ZERO)
        if d <= 0 or (there is not None and there <= 0):
            continue
        reached = n / d
        if lower == upper:
            score = ONE if reached >= upper else ZERO
        else:
            score = clamp((reached - lower) / (upper - lower), ZERO, ONE)
        total += (points * score * p["point_value"] * factor(p["list"] / p["national_list"])
                  * (ONE if here is None else factor(here / there)))
    return total


def dealt(pennies, weights):
    """Whole pennies by weights: rounded down, then one each by remainder and order."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [pennies * w // whole for w in weights]
    rest = [pennies * w / whole - part for w, part in zip(weights, parts)]
    first = sorted(range(len(weights)), key=lambda i: (-rest[i], i))
    for i in first[:int(pennies - sum(parts))]:
        parts[i] += 1
    return parts


def risk_pool(c):
    p = c.bind({"member": text(), "residual": Param("enum", "respread",
                                                    words=("respread", "named"))})
    refuse_of(c)
    rows = c.settled("members", "organisation", "share")
    if not rows:
        return ZERO
    kept = [r for r in rows if not blank(r.get("organisation")) and not blank(r.get("share"))]
    names = [r["organisation"] for r in kept]
    shares = [cell(r, "share", None, True) for r in kept]
    money = [[None if cell(r, k) is None else cell(r, k) * c.scale for r in kept]
             for k in ("amount", "loss_cap", "gain_cap")]
    if any(v is not None and v < 0 for v in shares + money[1] + money[2]):
        raise Failure("out-of-range", "below zero")
    if len(set(names)) < len(names):
        raise Failure("duplicate-id", "organisation")
    if sum(shares) != 1 or p["member"] not in names:
        raise Failure("out-of-range", "shares or member")
    amounts = [round_to(a or ZERO, Fraction(1, 100)) * 100 for a in money[0]]
    loss = sum(amounts) > 0
    caps = [None if cap is None else cap * 100 // 1 for cap in money[1 if loss else 2]]
    left, open_to, parts = abs(sum(amounts)), set(range(len(kept))), {}
    whole = dealt(left, shares)
    while True:
        weights = {i: shares[i] for i in open_to}
        total = sum(weights.values())
        full = [i for i in open_to if total and caps[i] is not None
                and left * weights[i] > caps[i] * total]
        for i in full:
            parts[i] = caps[i]
        open_to -= set(full)
        if p["residual"] == "named" or not full:
            break
        left -= sum(caps[i] for i in full)
    rest = whole if p["residual"] == "named" else dealt(
        left, [shares[i] if i in open_to else ZERO for i in range(len(kept))])
    mine = names.index(p["member"])
    part = Fraction(parts.get(mine, rest[mine]))
    return (amounts[mine] + (-part if loss else part)) / 100


def refuse_of(c):
    if c.of_total is not None:
        raise Failure("conflict", "of")


def need_of(c):
    if c.of_total is None:
        raise Failure("missing-key", "of")
    return c.of_total


RULES = {
    name.replace("_", "-"): globals()[name]
    for name in ("pbr", "price_equals_cost", "cost_and_volume", "capitation", "outcomes", "block",
                 "cap_and_collar", "marginal_rate", "risk_corridor", "aligned_payment_incentive",
                 "conditional_funding", "bundle", "shared_savings", "qof", "risk_pool")
}

# ------------------------------------------------------------------- contracts


def settle_component(contract, spec, period, earlier):
    """(exact total, unpriced rows) of one component in one period, by its rule."""
    c = Component(contract, spec, period, earlier)
    return RULES[spec["rule"]](c), c.unpriced


def evaluate(contract, arrangement=None, settle=settle_component):
    """What an arrangement pays, shaped as a vector's `expect`."""
    unit = number(contract.get("rounding", {}).get("unit", "0.01"))
    names = list(contract["arrangements"])
    specs = contract["arrangements"][arrangement or contract.get("arrangement") or names[0]]
    components, periods, unpriced = {s["id"]: ZERO for s in specs}, {}, 0
    try:
        for period in contract["periods"]:
            earlier, total = {}, ZERO
            for spec in specs:
                value, missed = settle(contract, spec, period, earlier)
                shadow = bool(spec.get("shadow"))
                earlier[spec["id"]] = {"exact": value, "shadow": shadow, "spec": spec}
                components[spec["id"]] += round_to(value, unit)
                total += ZERO if shadow else round_to(value, unit)
                unpriced += missed
            periods[period["id"]] = total
    except Failure as failure:
        return {"error": failure.code}

    def show(value):
        return f"{'-' if value < 0 else ''}{abs(value) // 1}.{int(abs(value) % 1 * 100):02d}"

    return {"total": show(sum(periods.values())),
            "components": {k: show(v) for k, v in components.items()},
            "periods": {k: show(v) for k, v in periods.items()}, "unpriced": unpriced}


def check_vector(path, vector, settle=settle_component):
    failed = 0
    for number_of, case in enumerate(vector["cases"]):
        contract = copy.deepcopy(vector["contract"])
        for pointer, value in case.get("set", {}).items():
            replace(contract, pointer, value)
        found = evaluate(contract, case.get("arrangement"), settle)
        expected = case["expect"]
        wrong = {k: found.get(k) for k, v in expected.items()
                 if (str(found.get(k)) != str(v) if not isinstance(v, dict)
                     else any(found.get(k, {}).get(i) != a for i, a in v.items()))}
        if wrong or ("error" in found and "error" not in expected):
            failed += 1
            print(f"{path}: case {number_of}: expected {expected}, found {found}")
    return len(vector["cases"]), failed


def main(arguments):
    if len(arguments) < 2 or arguments[0] not in ("contract", "vector"):
        sys.exit(__doc__)
    cases = failed = 0
    for path in arguments[1:]:
        texts = sys.stdin if path == "-" else [open(path, encoding="utf-8").read()]
        for text_of in texts:
            if arguments[0] == "contract":
                print(json.dumps(evaluate(load(text_of))))
            else:
                counts = check_vector(path, load(text_of))
                cases, failed = cases + counts[0], failed + counts[1]
    if arguments[0] == "vector":
        print(f"{cases - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
