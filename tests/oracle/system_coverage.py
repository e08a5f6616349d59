# SPDX-License-Identifier: MIT
"""Who pays for what: activity that no component pays for, or that more than one does."""
from contract import in_scope
from system_terms import ONE, ZERO, day, exact, overlap, plain, show

PRICES_ROWS = ("pbr", "price-equals-cost", "cost-and-volume", "claims")


def pays(components, k):
    """A shadow pays if a paid component depends on it that does not say itself what it covers."""
    if not components[k].get("shadow"):
        return True
    name = components[k]["id"]
    return any(name in later.get("of", []) and "covers" not in later and pays(components, i)
               for i, later in enumerate(components) if i > k)


def claims(system):
    """(contract, component, table, covers or None) of all that pays for rows."""
    for contract in system.contracts.list:
        components = system.contracts.components(contract)
        for k, component in enumerate(components):
            if not pays(components, k):
                continue
            covers = component.get("covers")
            if covers is not None:
                for one in [covers] if isinstance(covers, dict) else covers or []:
                    yield contract, component, "activity", one
            elif component["rule"] in PRICES_ROWS:
                yield contract, component, component.get("tables", {}).get("activity", "activity"), None


def within(span, row, period):
    """The part of the days of a period, or whether a row's own day is in them."""
    if row.get("date"):
        return ONE if overlap(day(row["date"]), day(row["date"]), span) else ZERO
    days = overlap(*period, span)
    return ZERO if days is None else ONE * ((days[1] - days[0]).days + 1) / ((period[1] - period[0]).days + 1)


def part_of(claim, row, period):
    contract, component, _, covers = claim
    scope = component.get("scope", {}) if covers is None else covers.get("scope", {})
    covers = covers or {}
    if not in_scope(row, scope) or not in_scope(row, {"commissioner": covers["commissioners"]}
                                                if "commissioners" in covers else {}):
        return ZERO
    span = {"from": max(contract.get("from", ""), covers.get("from", "")),
            "to": min(contract.get("to", "9999"), covers.get("to", "9999"))}
    span = {k: v for k, v in span.items() if v not in ("", "9999")}
    return within(span, row, period) * exact(covers.get("part", 1))


def tables(system):
    """The tables that something prices, then each `activity`, once."""
    seen = []
    wanted = [(c, table) for c, _, table, _ in claims(system)]
    for contract, table in wanted + [(c, "activity") for c in system.contracts.list]:
        at = system.table_of(contract, table)
        if at in system.rows and at not in seen:
            seen.append(at)
    return seen


def lines(pointer, system):
    found, known = {}, list(claims(system))
    prices = {r["pod"]: exact(r["price"]) for r in system.root["tariff"]["tables"]["prices"]["rows"]}
    for at in tables(system):
        readers = [c for c in known if system.table_of(c[0], c[2]) == at]
        for p, (name, *days) in enumerate(system.calendar.periods):
            for row in system.rows[at][p]:
                paid = [(c, part_of(c, row, days)) for c in readers]
                whole = sum((part for _, part in paid), ZERO)
                if whole == ONE:
                    continue
                by = [f"{c[0]['id']}/{c[1]['id']}" for c, part in paid if part > 0] if whole > ONE else []
                by = list(dict.fromkeys(by))
                quantity = row["count"] * (ONE - whole if whole < ONE else min(whole - ONE, ONE))
                line = found.setdefault((at[1], name, row["pod"], ", ".join(by)), [len(by), ZERO, ZERO])
                line[1] += quantity
                line[2] += quantity * prices[row["pod"]]
    out = {}
    for i, ((table, period, pod, by), (n, quantity, value)) in enumerate(found.items()):
        here = f"{pointer}/{i}"
        out.update({f"{here}/table": table, f"{here}/period": period, f"{here}/pod": pod, f"{here}/paid_by": by,
                    f"{here}/payers": n, f"{here}/quantity": plain(quantity), f"{here}/value": show(value)})
    return out
