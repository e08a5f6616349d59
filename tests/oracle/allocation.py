# SPDX-License-Identifier: MIT
"""What `allocate` deals out, in plain fractions: the lines of components, and shares of them."""
from contract import Component, Failure, blank
from row_rules import ONE, ZERO, cell

# The columns by which the lines of row rules are grouped.
LINES_BY = {"pbr": "pod", "price-equals-cost": "pod", "cost-and-volume": "pod", "claims": "service"}
MIRROR = {True: -1, False: 1}


def deal(units, weights):
    """Whole units in proportion to weights: each gets what it earns, rounded down, and those left go
    one each to the largest remainders, of equal ones to the first. None if the weights come to 0."""
    whole = sum(weights)
    if whole == 0:
        return None
    sign = MIRROR[units < 0]
    earned = [abs(units) * w / whole for w in weights]
    parts = [e // 1 for e in earned]
    by_rest = sorted(range(len(weights)), key=lambda i: (parts[i] - earned[i], i))
    for i in by_rest[:int(abs(units) - sum(parts))]:
        parts[i] += 1
    return [sign * p for p in parts]


def own_lines(contract, spec, period, value, settle):
    """[(label, value, quantity)] of a component that uses no other; None if they are not known."""
    if spec["rule"] == "block":
        return [("Block payment", value, ZERO)]
    if spec["rule"] != "pbr":
        return None
    by = LINES_BY[spec["rule"]]
    rows = Component(contract, spec, period, {}).scoped("activity")
    labels = sorted({str(row[by]) for row in rows if not blank(row.get(by))})
    lines = []
    for label in labels:
        inside = {**spec, "scope of the oracle": {by: label.replace("*", "\\*")}}
        lines.append((label, settle(contract, inside, period, {})[0],
                      sum((cell(row, "count", ONE) for row in rows if str(row.get(by)) == label), ZERO)))
    return lines


def targets(spec, earlier):
    """The lines that a component deals to: {(component, label): [value, quantity]}; None: unknown."""
    found = {}
    for name in spec["of"]:
        other = earlier[name]
        if other["lines"] is None:
            return None
        for at, value, quantity in other["lines"]:
            entry = found.setdefault(at, [ZERO, quantity])
            entry[0] += value
    return found


def allocate(spec, earlier, total, unit):
    """What goes to each line: {(component, label): amount}; None: unknown, or nothing to deal by."""
    if spec["allocate"] not in ("value", "quantity"):
        raise Failure("out-of-range", spec["allocate"])
    found = targets(spec, earlier)
    if found is None:
        return None
    weights = [value if spec["allocate"] == "value" else quantity for value, quantity in found.values()]
    parts = deal(total / unit, weights) if total else [ZERO] * len(weights)
    if parts is None:
        return None
    return {at: (part * unit, found[at][1]) for at, part in zip(found, parts)}
