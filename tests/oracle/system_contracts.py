# SPDX-License-Identifier: MIT
"""What the contracts of a system pay in each period, in exact fractions, by the rules of rules.py.

Contracts are settled one after another, each when everything that it depends on is known: the cost of
an organisation (`system_cost`), or a position that decides over a condition (`met`).
"""
from contract import IN_FORCE, Stated, in_scope
from rules import settle_component
from system_terms import ONE, ZERO, Calendar, day, exact, overlap, rounded

COMES_IN = ("receipt", "allocation", "income", "grant")


def is_gate(row):
    return isinstance(row.get("met"), dict)


def holds(value, key):
    """Whether a value is, or has in it, an object with a key."""
    if isinstance(value, dict):
        return key in value or any(holds(v, key) for v in value.values())
    return isinstance(value, list) and any(holds(v, key) for v in value)


class Contracts:
    """The contracts of one scenario; `payments` and `grants` by contract and period."""

    def __init__(self, system):
        self.system = system
        self.list = system.root["contracts"]
        self.payments, self.grants, self.conditions = {}, {}, []
        self.calendars = {c["id"]: self.calendar_of(c) for c in self.list}
        names = [name for name, _, _ in system.calendar.periods]
        self.place = {k: [next((q for q, own in enumerate(c.periods) if own[0] == name), None) for name in names]
                      for k, c in self.calendars.items()}
        self.tested = []  # of the contract that is settled now, by period
        waiting = list(self.list)
        while waiting:
            ready = next(c for c in waiting if not any(
                other["id"] in self.needs(c) for other in waiting if other is not c))
            waiting.remove(ready)
            self.settle(ready)

    def inherited(self, c, key):
        """What a contract states itself, or takes from the system that contains it."""
        own = c["contract"].get(key)
        return own if own is not None or "from a file" in c else self.system.root.get(key)

    def calendar_of(self, c):
        """The system's own, or one with the financial years and indices of the contract."""
        given = {k: self.inherited(c, k) for k in ("periods", "year_starts", "indices")}
        if all(given[k] == self.system.root.get(k) for k in given):
            return self.system.calendar
        return Calendar({**given, "indices": given["indices"] or {}})

    def span(self, c):
        """The days in which a contract is in force, by its place in the system and by itself."""
        firsts = [x["from"] for x in (c, c["contract"]) if x.get("from")]
        lasts = [x["to"] for x in (c, c["contract"]) if x.get("to")]
        return {**({"from": max(firsts)} if firsts else {}), **({"to": min(lasts)} if lasts else {})}

    def components(self, c):
        own = c["contract"]
        name = self.system.choices.get(c["id"], own.get("arrangement", next(iter(own["arrangements"]))))
        return own["arrangements"][name]

    def gates(self, c):
        return [r["met"] for r in c["contract"].get("facts", {}).get("conditions", []) if is_gate(r)]

    def needs(self, c):
        """The contracts that must be settled before this one."""
        out = set()
        components = self.components(c)
        for who in self.costs_read(components, c["payee"]):
            out |= {other["id"] for other in self.list if other["payer"] == who}
        for met in self.gates(c):
            grants_too = "position" in met
            who = met.get("organisation", c["payee"])
            for other in self.list:
                alone = all(k["rule"] == "conditional-funding" for k in self.components(other))
                touches = who in (other["payer"], other["payee"]) or met.get("after_pool")
                if touches and (grants_too or not alone):
                    out.add(other["id"])
        return out - {c["id"]}

    def costs_read(self, value, payee):
        if isinstance(value, dict):
            if "system_cost" in value:
                yield value["system_cost"].get("organisation", payee)
            for v in value.values():
                yield from self.costs_read(v, payee)
        elif isinstance(value, list):
            for v in value:
                yield from self.costs_read(v, payee)

    # ------------------------------------------------------------------ parameters

    def parameter(self, c, value, p, index, share, in_force):
        """A parameter with what grows and what the system says put in."""
        if isinstance(value, list):
            return [self.parameter(c, v, p, index, share, in_force) for v in value]
        if not isinstance(value, dict):
            return value
        if "system_cost" in value:
            return Stated(rounded(self.cost(value["system_cost"], c["payee"], p) / share, 6) * share * in_force)
        if set(value) <= {"amount", "index"} and "index" in value:
            own = exact(value["amount"]) * self.calendars[c["id"]].factor(value["index"], self.place[c["id"]][p])
            return own / index
        return {k: self.parameter(c, v, p, index, share, in_force) for k, v in value.items()}

    def cost(self, wanted, payee, p):
        """What goes out of a position before the pool, or what the scope keeps of it."""
        system = self.system
        who = wanted.get("organisation", payee)
        total = ZERO
        for q in system.calendar.order:
            same_year = system.calendar.year_of(q) == system.calendar.year_of(p)
            if q == p or (wanted.get("cumulative") and same_year):
                for kind, label, other, amount in system.entries(who, q, self):
                    row = {"kind": kind, "label": label, "with": other}
                    if kind not in COMES_IN and in_scope(row, wanted.get("scope", {})):
                        total += amount
            if q == p:
                return total
        return total

    # --------------------------------------------------------------------- payment

    def facts(self, c, p):
        """The tables that a contract sees in a period: its own first, with changed activity. Rows with a
        day are there or not; others are in proportion to the days in which the contract is in force."""
        system, span = self.system, self.span(c)
        part = system.calendar.in_force(span, p)
        own = c["contract"].get("facts", {})
        facts = {**system.root.get("facts", {}), **own}
        for (holder, table), by_period in system.rows.items():
            if holder == c["id"] or (holder is None and table not in own):
                facts[table] = by_period[p] if not span else [
                    r if r.get("date") else {**r, IN_FORCE: part} for r in by_period[p]
                    if not r.get("date") or overlap(day(r["date"]), day(r["date"]), span)]
        return facts

    def settle(self, c):
        system, calendar, place = self.system, self.calendars[c["id"]], self.place[c["id"]]
        span = self.span(c)
        components = self.components(c)
        exact_of = {k["id"]: [ZERO] * len(calendar.periods) for k in components}
        in_force = [ZERO if place[p] is None else system.calendar.in_force(span, p) for p in range(system.n)]
        for p in system.calendar.order:
            if place[p] is None:
                continue
            period = system.root["periods"][p]
            contract = {"facts": self.facts(c, p), "tariff": self.inherited(c, "tariff"),
                        "arrangements": c["contract"]["arrangements"]}
            if any(is_gate(r) for r in contract["facts"].get("conditions", [])):
                contract["facts"]["conditions"] = [
                    {**r, "met": self.test(c, r["met"], p)} if is_gate(r) else r
                    for r in contract["facts"]["conditions"]]
            earlier = {}
            for k in components:
                spec = self.in_period(c, k, p, in_force[p])
                value = self.settled(contract, spec, period, earlier) if in_force[p] else ZERO
                earlier[k["id"]] = {"exact": value, "shadow": bool(k.get("shadow")), "spec": spec,
                                    "lines": None}
                exact_of[k["id"]][place[p]] = value
        total, grants = [ZERO] * system.n, [ZERO] * system.n
        for k in components:
            paid = calendar.cumulative(exact_of[k["id"]], [ONE] * len(calendar.periods), k.get("per") == "year")
            for p, amount in ((p, paid[q]) for p, q in enumerate(place) if q is not None):
                if not k.get("shadow"):
                    total[p] += amount
                    grants[p] += amount if k["rule"] == "conditional-funding" else 0
        self.payments[c["id"]], self.grants[c["id"]] = total, grants
        self.conditions += sorted(self.tested)
        self.tested = []

    def settled(self, contract, spec, period, earlier):
        """What a component comes to; the same in all scenarios where all that it sees is the same."""
        others = [v["exact"] for v in earlier.values()]
        rows = contract["facts"].get(spec.get("tables", {}).get("activity", "activity"))
        when = None if spec["rule"] == "pbr" else period["id"]  # rows are those of the period already
        key = repr((spec, when, others, rows, contract["tariff"], contract["facts"].get("conditions"),
                    contract["facts"].get("population")))
        known = self.system.known
        if key not in known:
            known[key] = settle_component(contract, spec, period, earlier)[0]
        return known[key]

    def in_period(self, c, k, p, in_force):
        calendar, q = self.calendars[c["id"]], self.place[c["id"]][p]
        index = calendar.factor(k["index"], q) if "index" in k else ONE
        share = calendar.parts({})[q] if k.get("per") == "year" else ONE
        params = {**k.get("params", {}), **k.get("params_by_period", {}).get(calendar.periods[q][0], {})}
        spec = {key: v for key, v in k.items() if key not in ("per", "params_by_period")}
        return {**spec, "params": self.parameter(c, params, p, index, share, in_force),
                "scale of the oracle": share * index * in_force}

    # ------------------------------------------------------------------ conditions

    def test(self, c, met, period):
        """Whether a position reaches the control total."""
        system = self.system
        who = met.get("organisation", c["payee"])
        tested = against = ZERO
        reserve = system.reserve()
        for p in system.calendar.order:
            same_year = system.calendar.year_of(p) == system.calendar.year_of(period)
            counts = p == period or (met.get("cumulative") and same_year)
            if counts or (met.get("after_pool") and reserve is not None):
                whose = system.ids if met.get("after_pool") else [who]
                positions = {i: system.position(i, p, self, "position" not in met) for i in whose}
                if met.get("after_pool"):
                    reserve = system.share(p, positions, reserve)["reserve"]
            if counts:
                tested += positions[who]["after"]
                against += system.control(who, p)
            if p == period:
                break
        self.tested.append((period, c["id"], who, tested, against))
        return tested >= against
