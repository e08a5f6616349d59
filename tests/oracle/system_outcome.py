# SPDX-License-Identifier: MIT
"""What the answer makes of positions: windows, troughs, present value, bridges, who incurs what."""
import decimal
from quick import Fraction

from system_terms import DAY, ZERO, exact, rounded, show, years_later

KINDS = {"commissioner": "nhs", "trust": "nhs", "local-authority": "council", "gp-practice": "practices",
         "gp-federation": "practices"}
STEPS = ("price", "activity", "cost-saved", "stranded", "double-running", "vat", "grants", "other", "pool")


def by_kind(system, positions, shared=False):
    """On whom stranded and double-running cost falls; or, shared, who bears it after the pool, which is
    not known (None) if the pool takes over anything else."""
    out = dict.fromkeys(("nhs", "council", "practices", "other"), ZERO)
    pool = system.pool.terms if shared and system.pool else {}
    if pool.get("variance") or not set(pool.get("charges", ())) <= {"stranded", "double-running"}:
        return dict.fromkeys(out)
    for who, at in positions.items():
        if system.inside(who):
            bears = at["stranded"] + at["double"]
            bears -= at["lifted"] + at["share"] if shared else ZERO
            out[KINDS.get(system.by_id[who]["kind"], "other")] += bears
    return out


# ----------------------------------------------------------------------- balance


def discount(rate, starts, ends):
    """1 / (1 + rate)^years, from the start of the first period to the end of another."""
    after, years = ends + DAY, 0
    while years_later(starts, years + 1) <= after:
        years += 1
    begins = years_later(starts, years)
    factor = 1 / (1 + rate) ** years
    if begins == after:
        return factor
    months = (after.year - begins.year) * 12 + after.month - begins.month
    if begins.day == 1 and after.day == 1:
        part = Fraction(months, 12)
    else:
        part = Fraction((after - begins).days, (years_later(starts, years + 1) - begins).days)
    with decimal.localcontext() as context:
        context.prec = 60
        base = decimal.Decimal((1 + rate).numerator) / decimal.Decimal((1 + rate).denominator)
        power = decimal.Decimal(part.numerator) / decimal.Decimal(part.denominator)
        return factor * rounded(Fraction(1 / base ** power), 12)


def run(system, pointer, amounts):
    """First period, window, lowest point and payback of positions, in order of time."""
    calendar = system.calendar
    ids = [calendar.periods[p][0] for p in calendar.order]
    years = int(system.root.get("balance", {}).get("window", 1))
    sums, so_far = [], ZERO
    for amount in amounts:
        so_far += amount
        sums.append(so_far)
    windows = []
    for i, p in enumerate(calendar.order):
        first = i if years == 1 else calendar.window_ends(p, years)
        windows.append(None if first is None else sum(amounts[first:i + 1], ZERO))
    lowest = min(sums)
    below = next((i for i, v in enumerate(sums) if v < 0), None)
    last = max((i for i, v in enumerate(sums) if v < 0), default=None)
    back = last + 1 if last is not None and last + 1 < len(sums) else None
    at = {
        "total": show(so_far), "window": years, "window_tested": any(w is not None for w in windows),
        "first_period": next((ids[i] for i, v in enumerate(amounts) if v >= 0), None),
        "first_window_ends": next((ids[i] for i, w in enumerate(windows) if w is not None and w >= 0), None),
        "trough": show(lowest), "trough_period": ids[sums.index(lowest)],
        "payback_period": None if back is None else ids[back], "below_zero": below is not None}
    return {f"{pointer}/{k}": v for k, v in at.items()}, windows


def balance(pointer, system, found):
    calendar = system.calendar
    amounts = [found[p]["system"] for p in calendar.order]
    at, windows = run(system, f"{pointer}/balance", amounts)
    for p, window in zip(calendar.order, windows):
        at[f"{pointer}/periods/{p}/window"] = None if window is None else show(window)
    rate = system.root.get("balance", {}).get("discount_rate")
    if rate is not None:
        starts = calendar.periods[calendar.order[0]][1]
        at[f"{pointer}/balance/net_present_value"] = show(sum(
            (found[p]["system"] * discount(exact(rate), starts, calendar.periods[p][2])
             for p in calendar.order), ZERO))
    for o, who in enumerate(system.ids):
        here = f"{pointer}/organisations/{o}"
        at.update(run(system, here, [found[p]["positions"][who]["after"] for p in calendar.order])[0])
        opening = system.by_id[who].get("opening_cash")
        if opening is not None:
            left, cash = exact(opening), []
            for p in calendar.order:
                figures = found[p]["positions"][who]
                left += figures["after"]
                left -= figures["owners"] if system.by_id[who].get("owners") else 0
                cash.append(left)
            out = next((p for p, v in zip(calendar.order, cash) if v < 0), None)
            at[f"{here}/lowest_cash"] = show(min(cash))
            at[f"{here}/cash_out_period"] = None if out is None else calendar.periods[out][0]
    return at


# ------------------------------------------------------------------------ bridge


def bridge(system, found, plain):
    """What each position is made of over all periods, by step; `plain` is without changes of activity."""
    out = {who: dict.fromkeys(STEPS, ZERO) for who in [*system.ids, None]}
    contracts, before = system.contracts, plain.contracts
    for p in range(system.n):
        for c in contracts.list:
            now, then = (x.payments[c["id"]][p] - x.grants[c["id"]][p] for x in (contracts, before))
            for who, sign in ((c["payee"], 1), (c["payer"], -1)):
                out[who]["price"] += sign * then
                out[who]["activity"] += sign * (now - then)
                out[who]["grants"] += sign * contracts.grants[c["id"]][p]
        for who in system.ids:
            at = found[p]["positions"][who]
            sums, steps = at["charges"], out[who]
            steps["vat"] -= at["vat"]
            steps["grants"] += sums.get("grant", ZERO)
            steps["double-running"] -= at["double"]
            steps["pool"] += at["lifted"] + at["share"] + at["owners"]
            of_activity = sum((max(ZERO, f[p][1]) for b, f in system.cost if b["organisation"] == who and f[p]),
                              ZERO)
            steps["cost-saved"] += of_activity - sums.get("activity", ZERO) - sums.get("activity-moved", ZERO)
            steps["stranded"] -= at["stranded"]
            steps["other"] += at["after"]
    for who in system.ids:
        steps = out[who]
        steps["other"] -= sum((v for k, v in steps.items() if k != "other"), ZERO)
    return [(who, out[who]) for who in system.ids]


def steps(pointer, to, first):
    at = {}
    for o, ((who, now), (_, then)) in enumerate(zip(to, first)):
        at[f"{pointer}/{o}/organisation"] = who
        for step in STEPS:
            at[f"{pointer}/{o}/{step}"] = show(now[step] - then[step])
    return at
