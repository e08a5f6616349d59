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
from quick import Fraction

from allocation import allocate, own_lines
from contract import REQUIRED, Component, Failure, Param, blank, load, number, replace, round_to
from row_rules import (ONE, ZERO, cell, clamp, claims, cost_and_volume, exact, pbr,
                       price_equals_cost, ratio, text, yes)

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
        "valued_by": text(None), "of_scope": Param("scope", None), "part": ratio(None, lo=0, hi=1)}),
}


def deduction(c, d, total):
    """What one deduction comes to, of a sum before deductions."""
    given = [k for k in ("amount", "share", "valued_by") if d[k] is not None]
    if d["of_scope"] is not None and d["valued_by"] is None:
        raise Failure("missing-key", "valued_by")
    if len(given) != 1:
        raise Failure("conflict" if given else "missing-key", d["label"])
    if d["part"] is not None and given != ["valued_by"]:
        raise Failure("conflict", "part")
    if given == ["valued_by"]:
        part = ONE if d["part"] is None else d["part"]
        return c.valued(d["valued_by"], d["of_scope"], settle_component) * part
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
    p = c.bind({"plan": exact(per=True, lo=0), "cap": ratio(None, lo=0),
                "collar": ratio(None, lo=0)})
    value = paid = need_of(c)
    if p["cap"] is None and p["collar"] is None:
        raise Failure("missing-key", "cap, collar")
    if p["collar"] is not None:
        paid = max(paid, p["plan"] * (1 - p["collar"]))
    if p["cap"] is not None:
        paid = min(paid, p["plan"] * (1 + p["cap"]))
    return paid - value


def adjustment(c):
    p = c.bind({"adjustments": Param("list", REQUIRED, items={
        "name": text(), "rate": ratio(), "on": Param("enum", "all", words=("all", "gain", "loss")),
        "basis": Param("enum", "running", words=("running", "original"))})})
    value = running = need_of(c)
    for a in p["adjustments"]:
        basis = value if a["basis"] == "original" else running
        if a["on"] == "all" or (basis > 0 if a["on"] == "gain" else basis < 0):
            running += basis * a["rate"]
    return running - value


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


def minimum_savings_rate(c, beneficiaries):
    rows = [(cell(row, "from"), cell(row, "to"), cell(row, "rate_from", None, True),
             cell(row, "rate_to", None, True))
            for row in c.rows("minimum_savings_rates", needed=False)]
    for low, high, first, last in rows:
        if None in (low, first) or beneficiaries < low or (high is not None and beneficiaries > high):
            continue
        if None in (high, last) or low == high:
            return first
        rate = first + (last - first) * (beneficiaries - low) / (high - low)
        return round_to(rate, Fraction(1, 10000))
    raise Failure("out-of-range", "beneficiaries")


def shared_savings(c):
    p = c.bind({
        "benchmark": exact(lo=0), "expenditure": exact(), "minimum_savings_rate": ratio(None, lo=0),
        "beneficiaries": exact(None, lo=0), "sharing_rate": ratio(lo=0),
        "quality": ratio("1", lo=0), "quality_gate": ratio(None, lo=0),
        "payment_factor": ratio("1", lo=0), "savings_cap": ratio(None, lo=0),
        "minimum_loss_rate": ratio(None, lo=0), "loss_rate": ratio(None, lo=0),
        "loss_rate_min": ratio(None, lo=0), "loss_rate_max": ratio(None, lo=0),
        "loss_cap": ratio(None, lo=0), "loss_cap_revenue": ratio(None, lo=0),
        "revenue": exact(None, lo=0)})
    refuse_of(c)
    low, high = p["loss_rate_min"], p["loss_rate_max"]
    if (p["minimum_savings_rate"] is None) == (p["beneficiaries"] is None):
        raise Failure("conflict" if p["beneficiaries"] is not None else "missing-key", "minimum")
    if p["loss_rate"] is not None and (low is not None or high is not None):
        raise Failure("conflict", "loss_rate")
    if low is not None and high is not None and low > high:
        raise Failure("conflict", "loss_rate_max")
    if p["loss_cap_revenue"] is not None and p["revenue"] is None:
        raise Failure("missing-key", "revenue")
    saved = p["benchmark"] - p["expenditure"]
    least = p["minimum_savings_rate"]
    if least is None:
        least = minimum_savings_rate(c, p["beneficiaries"])
    if saved < 0 and p["minimum_loss_rate"] is not None:
        least = p["minimum_loss_rate"]
    if abs(saved) < least * p["benchmark"]:
        return ZERO
    gated = p["quality_gate"] is not None and p["quality"] < p["quality_gate"]
    earned = p["sharing_rate"] * (ZERO if gated else p["quality"])
    if saved >= 0:
        caps = [] if p["savings_cap"] is None else [p["savings_cap"] * p["benchmark"]]
        return min([saved * earned, *caps]) * p["payment_factor"]
    rate = p["loss_rate"] or ZERO
    if low is not None or high is not None:
        rate = max(1 - earned, 1 - earned if low is None else low)
        rate = rate if high is None else min(rate, high)
    caps = [p[cap] * p[of] for cap, of in (("loss_cap", "benchmark"),
                                          ("loss_cap_revenue", "revenue")) if p[cap] is not None]
    return -min([-saved * rate, *caps])


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
    for name in ("pbr", "price_equals_cost", "claims", "cost_and_volume", "capitation", "outcomes",
                 "block", "cap_and_collar", "adjustment", "marginal_rate", "risk_corridor",
                 "aligned_payment_incentive", "conditional_funding", "bundle",
                 "shared_savings", "qof", "risk_pool")
}

# ------------------------------------------------------------------- contracts


def settle_component(contract, spec, period, earlier):
    """(exact total, unpriced rows) of one component in one period, by its rule."""
    c = Component(contract, spec, period, earlier)
    return RULES[spec["rule"]](c), c.unpriced


def lines_of(contract, spec, period, earlier, value, unit, settle, dealt):
    """The lines that later components deal to: [((component, label), value, quantity)] or None. What
    this one deals goes to `dealt`, by component and label."""
    if "allocate" not in spec:
        own = None if spec.get("of") else own_lines(contract, spec, period, value, settle)
        return own and [((spec["id"], label), v, q) for label, v, q in own]
    if not spec.get("of"):
        raise Failure("missing-key", "of")
    parts = allocate(spec, earlier, round_to(value, unit), unit)
    if parts is None:
        return None
    for (_, label), (amount, _) in parts.items():
        amounts = dealt.setdefault(spec["id"], {})
        amounts[label] = amounts.get(label, ZERO) + amount
    return [(at, amount, quantity) for at, (amount, quantity) in parts.items()]


def evaluate(contract, arrangement=None, settle=settle_component):
    """What an arrangement pays, shaped as a vector's `expect`."""
    unit = number(contract.get("rounding", {}).get("unit", "0.01"))
    names = list(contract["arrangements"])
    specs = contract["arrangements"][arrangement or contract.get("arrangement") or names[0]]
    components, periods, unpriced, dealt = {s["id"]: ZERO for s in specs}, {}, 0, {}
    try:
        for period in contract["periods"]:
            earlier, total = {}, ZERO
            for spec in specs:
                value, missed = settle(contract, spec, period, earlier)
                shadow = bool(spec.get("shadow"))
                lines = lines_of(contract, spec, period, earlier, value, unit, settle, dealt)
                earlier[spec["id"]] = {"exact": value, "shadow": shadow, "spec": spec, "lines": lines}
                components[spec["id"]] += round_to(value, unit)
                total += ZERO if shadow else round_to(value, unit)
                unpriced += missed
            periods[period["id"]] = total
    except Failure as failure:
        return {"error": failure.code}

    def show(value):
        pence = "" if unit == 1 else f".{int(abs(value) % 1 * 100):02d}"
        return f"{'-' if value < 0 else ''}{abs(value) // 1}{pence}"

    return {"total": show(sum(periods.values())),
            "components": {k: show(v) for k, v in components.items()},
            "periods": {k: show(v) for k, v in periods.items()}, "unpriced": unpriced,
            **({"lines": {c: {k: show(v) for k, v in of.items()} for c, of in dealt.items()}}
               if dealt else {})}


def check_vector(path, vector, settle=settle_component):
    failed = 0
    for number_of, case in enumerate(vector["cases"]):
        contract = copy.deepcopy(vector["contract"])
        for pointer, value in case.get("set", {}).items():
            replace(contract, pointer, value)
        found = evaluate(contract, case.get("arrangement"), settle)
        expected = case["expect"]
        wrong = {k: found.get(k) for k, v in expected.items() if k != "findings" and
                 (str(found.get(k)) != str(v) if not isinstance(v, dict)
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
