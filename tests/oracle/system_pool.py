# SPDX-License-Identifier: MIT
"""The pool of a system, and the owners of joint ventures: whole pennies, split to the penny."""
from quick import Fraction

from rules import dealt
from system_terms import ZERO, exact, rounded


def split(amount, shares, limits, respread):
    """(part of each, residual) of an amount taken over, a loss above zero; all in pennies. A limit is
    the most that a member bears, or keeps: None for no limit."""
    size = abs(amount * 100)
    limits = [None if cap is None else max(ZERO, cap) * 100 // 1 for cap in limits]
    open_to, parts, left = set(range(len(shares))), {}, size
    whole = dealt(int(size), shares)
    while True:
        total = sum(shares[i] for i in open_to)
        full = [i for i in open_to if total and limits[i] is not None and left * shares[i] > limits[i] * total]
        for i in full:
            parts[i] = limits[i]
        open_to -= set(full)
        if not respread or not full:
            break
        left -= sum(limits[i] for i in full)
    rest = whole if not respread else dealt(
        int(left), [shares[i] if i in open_to else ZERO for i in range(len(shares))])
    sign = -1 if amount > 0 else 1
    out = [sign * Fraction(parts.get(i, rest[i])) / 100 for i in range(len(shares))]
    return out, -amount - sum(out)


def shares_of(system, members, p):
    name = system.calendar.periods[p][0]
    return [exact(m.get("by_period", {}).get(name, m["share"])) for m in members]


class Pool:
    def __init__(self, system):
        self.system, self.terms = system, system.root["pool"]
        reserve = self.terms.get("reserve")
        self.holder = reserve.get("organisation") if isinstance(reserve, dict) else None
        reserve = reserve["amount"] if isinstance(reserve, dict) else reserve
        self.reserve = None if reserve is None else exact(reserve)
        self.tiers = self.terms.get("tiers", [{"members": self.terms.get("members")}])
        self.members = list(dict.fromkeys(m["organisation"] for t in self.tiers for m in t["members"]))

    def lift(self, p, positions):
        system = self.system
        for who, at in positions.items():
            if system.inside(who):
                at["lifted"] = rounded(sum((at["charges"].get(k, ZERO) for k in self.terms["charges"]), ZERO))
        for who in self.members:
            if self.terms.get("variance"):
                at = positions[who]
                at["lifted"] -= rounded(at["before"] + at["lifted"] - system.control(who, p))

    def share(self, p, positions, reserve):
        """Shares the pool of a period in `positions`."""
        self.lift(p, positions)
        net = sum(at["lifted"] for at in positions.values())
        drawn = min(net, reserve) if reserve is not None and net > 0 else ZERO
        respread = self.terms.get("residual", "respread") == "respread"
        part = {who: ZERO for who in positions}
        residual, size, start = ZERO, abs(net - drawn), ZERO
        cap, sign = ("loss_cap", 1) if net - drawn > 0 else ("gain_cap", -1)
        for tier in self.tiers:
            to = min(size, exact(tier["to"])) if tier.get("to") is not None else size
            if to - start <= 0:
                break
            names = [m["organisation"] for m in tier["members"]]
            caps = [self.system.by_id[w].get(cap) for w in names]
            limits = [None if c is None else exact(c) + sign * part[w] for c, w in zip(caps, names)]
            parts, rest = split((to - start) * sign, shares_of(self.system, tier["members"], p), limits,
                                respread)
            for who, own in zip(names, parts):
                part[who] += own
            residual += rest
            start = to
        if self.terms.get("residual") == "returned" and residual != 0:
            bore = [w for w, at in positions.items() if at["lifted"] * residual < 0]
            whole = sum(positions[w]["lifted"] for w in bore)
            parts, residual = split(-residual, [positions[w]["lifted"] / whole for w in bore],
                                    [None] * len(bore), False)
            for who, own in zip(bore, parts):
                part[who] += own
        if self.holder is not None:
            part[self.holder] -= drawn
        for who, at in positions.items():
            at["share"] = part[who]
            at["after"] = at["before"] + at["lifted"] + part[who]
        return {"reserve": None if reserve is None else reserve - drawn, "residual": residual,
                "drawn": drawn, "lifted": net}


def to_owners(system, p, positions):
    """Divides the positions of joint ventures among their owners, those that nobody awaits first."""
    ventures = [o for o in system.root["organisations"] if o.get("owners")]
    while ventures:
        awaited = {m["organisation"] for o in ventures for m in o["owners"]}
        venture = next(o for o in ventures if o["id"] not in awaited)
        ventures.remove(venture)
        at = positions[venture["id"]]
        whole = rounded(at["after"])
        parts, _ = split(-whole, shares_of(system, venture["owners"], p), [None] * len(venture["owners"]), True)
        for m, own in zip(venture["owners"], parts):
            positions[m["organisation"]]["owners"] += own
            positions[m["organisation"]]["after"] += own
        at["owners"] -= whole
        at["after"] -= whole
