# SPDX-License-Identifier: MIT
"""Systems in exact fractions: a second evaluation of docs/systems.md, as a test oracle.

evaluate(document) gives, for each scenario, the figures of "system-result/1" that the comparison
looks at. Contracts are settled in system_contracts.py, the pool in system_pool.py; what the answer
makes of positions is in system_outcome.py, and who pays for what in system_coverage.py.
"""
import pickle
from quick import Fraction

import system_coverage
import system_outcome
from contract import Failure, in_scope
from rules import dealt
from system_contracts import COMES_IN, Contracts
from system_pool import Pool, to_owners
from system_terms import ONE, ZERO, Calendar, day, exact, overlap, root, rounded, show

COUNT = 10 ** 6  # counts have six decimals


def listed(value):
    return [value] if isinstance(value, str) else value


class System:
    """One scenario's copy of a document, with or without its changes of activity."""

    def __init__(self, document, name, known, changed=True):
        self.root, self.known = pickle.loads(pickle.dumps(document)), known
        self.chain(document, name)
        for pointer, value in self.sets:
            self.set(pointer, value)
        if not changed:
            self.changes = []
        self.calendar = Calendar(self.root)
        self.n = len(self.calendar.periods)
        self.ids = [o["id"] for o in self.root["organisations"]]
        self.by_id = {o["id"]: o for o in self.root["organisations"]}
        self.flows = [self.flow(f) for f in self.root.get("flows", [])]
        self.moved, self.taken_over = [], []
        self.rows = self.tables()
        for change in self.changes:
            self.change(change)
        self.cost = [self.behaviour(b) for b in self.root.get("cost_behaviour", [])]
        self.own = {who: [self.own_entries(who, p) for p in range(self.n)] for who in self.ids}
        self.pool = Pool(self) if self.root.get("pool") else None
        self.contracts = Contracts(self)

    def chain(self, document, name):
        """What the scenario says, over those that it begins from."""
        self.choices, self.changes, self.sets, self.delivery = {}, [], [], ONE
        links = []
        while name is not None:
            links.append(document["scenarios"][name])
            name = links[-1].get("like")
        for link in reversed(links):
            self.choices.update(link.get("arrangements", {}))
            self.changes = self.changes + link.get("changes", [])
            self.sets += list(link.get("set", {}).items())
            self.delivery = exact(link["delivery"]) if "delivery" in link else self.delivery

    def set(self, pointer, value):
        *path, last = pointer.split("/")[1:]
        at = self.root
        for part in path:
            at = at[int(part)] if isinstance(at, list) else at[part]
        if last == "-":
            at.append(value)
            return
        key = int(last) if isinstance(at, list) else last
        if isinstance(value, dict) and value and set(value) <= {"times", "plus"}:
            was = exact(at[key])
            value = rounded(was * exact(value.get("times", 1)) + exact(value.get("plus", 0)), 6)
        at[key] = value

    def inside(self, identity):
        o = self.by_id[identity]
        return o["kind"] != "outside" and o.get("role") != "observer"

    # ------------------------------------------------------------------- amounts

    def flow(self, flow):
        """(the flow, what it is in each period)."""
        stated, indexed = self.calendar.amounts(flow["amount"], flow.get("index"))
        span = {k: flow[k] for k in ("from", "to") if k in flow}
        part = flow.get("delivery")
        part = self.delivery if part == "scenario" else exact(part) if part is not None else None
        yearly = flow.get("per") == "year"
        shares = self.calendar.parts(span) if yearly else [self.calendar.in_force(span, p)
                                                           for p in range(self.n)]
        shares = [s if self.calendar.within(p, flow.get("period")) else ZERO for p, s in enumerate(shares)]
        due = [a * s * (ONE if part is None else part) for a, s in zip(stated, shares)]
        if not (yearly or span or indexed or part is not None):
            return flow, [d if s else None for d, s in zip(due, shares)]
        return flow, self.calendar.cumulative(due, shares, yearly)

    def control(self, identity, period):
        organisation = self.by_id[identity]
        total = organisation.get("control_total")
        if isinstance(total, dict) and "amount" not in total:
            total = total.get(self.calendar.periods[period][0])
        if total is None:
            return None
        amounts, indexed = self.calendar.amounts(total, organisation.get("index"))
        return rounded(amounts[period]) if indexed else amounts[period]

    # ------------------------------------------------------------------ activity

    def of_period(self, rows, p):
        """The rows of a table that belong to a period: by its name, or by their day if the table has days."""
        name, first, last = self.calendar.periods[p]
        by = next((c for c in ("period", "date") if any(c in r for r in rows)), None)
        if by == "period":
            return [r for r in rows if r.get("period") == name]
        return [r for r in rows if by is None or (r.get("date") and first <= day(r["date"]) <= last)]

    def tables(self):
        """The activity of the documents: by (contract, or None if shared; table), the rows of each period."""
        out = {}
        holders = [(None, self.root.get("facts", {}))]
        holders += [(c["id"], c["contract"].get("facts", {})) for c in self.root["contracts"]]
        for holder, facts in holders:
            for table, rows in facts.items():
                if isinstance(rows, list) and rows and "count" in rows[0]:
                    out[holder, table] = [[{**r, "count": exact(r["count"])} for r in self.of_period(rows, p)]
                                          for p in range(self.n)]
        return out

    def table_of(self, contract, table):
        return (contract["id"], table) if (contract["id"], table) in self.rows else (None, table)

    def change(self, change):
        contract = next(c for c in self.root["contracts"] if c["id"] == change["contract"])
        at = self.table_of(contract, change.get("table", "activity"))
        stated = self.tables()[at]
        part = exact(change["delivery"]) if "delivery" in change else self.delivery
        count = change["count"]
        for p in range(self.n):
            if not self.calendar.within(p, change.get("period")):
                continue
            chosen = [i for i, r in enumerate(stated[p]) if in_scope(r, change["where"])]
            if not chosen:
                raise Failure("out-of-range", "no row to change")
            whole = sum((stated[p][i]["count"] for i in chosen), ZERO)
            if isinstance(count, dict):
                by = rounded(exact(count["standard_deviations"]) * root(whole), 0) * part
            else:
                by = exact(count) * (whole if str(count).endswith("%") else 1) * part
            by, moved = rounded(by, 6), ZERO
            if by < -sum((max(self.rows[at][p][i]["count"], ZERO) for i in chosen), ZERO):
                raise Failure("out-of-range", "more is taken away than there is")
            parts = dealt(abs(by) * COUNT, [self.rows[at][p][i]["count"] for i in chosen])
            for i, own in zip(chosen, parts):
                by_row = Fraction((1 if by > 0 else -1) * own, COUNT)
                row = self.rows[at][p][i]
                if by_row != 0:
                    self.rows[at][p][i] = {**row, "count": row["count"] + by_row}
                    if not row.get("date") or overlap(day(row["date"]), day(row["date"]), contract):
                        self.moved.append((contract, row, p, by_row))
                        moved += by_row
            if moved != 0 and "to" in change:
                self.taken_over.append((contract, p, moved, change["to"]))

    def behaviour(self, b):
        """(the behaviour, by period: (full cost, what is left of it); None where nothing changes)."""
        unit, indexed = self.calendar.amounts(b["unit_cost"], b.get("index"))
        scope = b.get("scope", {"pod": b.get("pod")})
        fixed, order = exact(b.get("fixed", 0)), self.calendar.order
        net = [ZERO] * self.n
        for contract, row, p, by in self.moved:
            if contract["payee"] == b["organisation"] and in_scope(row, scope):
                net[p] += by
        figures = [None] * self.n
        for t, now in enumerate(order):
            left = ZERO
            for s in range(t + 1):
                step = net[order[s]] - (net[order[s - 1]] if s else 0)
                left -= step * self.decay(b, s, t) if step else 0
            left *= unit[now] * fixed
            full = net[now] * unit[now]
            if net[now] or left:
                figures[now] = (rounded(full), rounded(left)) if indexed else (full, left)
        return b, figures

    def decay(self, b, s, t):
        order = self.calendar.order
        if "decay_by_age" in b:
            a, z = (self.calendar.periods[order[i]][1] for i in (s, t))
            years = z.year - a.year - ((z.month, z.day) < (a.month, a.day))
            age = t - s if b.get("decay_unit") == "period" else years
            return exact(b["decay_by_age"][min(age, len(b["decay_by_age"]) - 1)])
        last = ONE
        for i in range(t + 1):
            last = exact(b.get("decay", {}).get(self.calendar.periods[order[i]][0], last))
        return last

    # ----------------------------------------------------------------- positions

    def vat(self, holder, amount, payer):
        recovery = exact(self.by_id[payer].get("vat_recovery", 1))
        return amount * exact(holder["vat"].get("taxable", 1)) * exact(holder["vat"]["rate"]) * (1 - recovery)

    def own_entries(self, who, p):
        """What contracts do not pay: (kind, label, other organisation, amount), without a sign."""
        out = []
        for flow, amounts in self.flows:
            if flow["organisation"] == who and amounts[p] is not None:
                out.append((flow["kind"], flow.get("label"), None, amounts[p]))
                if "vat" in flow and self.vat(flow, amounts[p], who) != 0:
                    out.append(("vat", flow.get("label"), None, self.vat(flow, amounts[p], who)))
        for b, figures in self.cost:
            if b["organisation"] == who and figures[p]:
                out.append(("activity", b.get("title"), None, sum(figures[p])))
        for contract, q, by, to in self.taken_over:
            if to["organisation"] == who and q == p:
                unit, indexed = self.calendar.amounts(to["unit_cost"], to.get("index"))
                amount = -by * unit[p]
                out.append(("activity-moved", contract["id"], contract["payee"],
                            rounded(amount) if indexed else amount))
        return out

    def entries(self, who, p, contracts, without_grants=False):
        """All that a position is made of, as far as contracts are settled."""
        for c in contracts.list:
            if c["id"] not in contracts.payments:
                continue
            paid = contracts.payments[c["id"]][p]
            if without_grants:
                paid -= contracts.grants[c["id"]][p]
            if c["payee"] == who:
                yield "receipt", c["id"], c["payer"], paid
            if c["payer"] == who:
                yield "payment", c["id"], c["payee"], paid
                if "vat" in c and self.vat(c, paid, who) != 0:
                    yield "vat", c["id"], None, self.vat(c, paid, who)
        for entry in self.own[who][p]:
            if not (without_grants and entry[0] == "grant"):
                yield entry

    def position(self, who, p, contracts, without_grants=False):
        sums = {}
        for kind, _, _, amount in self.entries(who, p, contracts, without_grants):
            sums[kind] = sums.get(kind, ZERO) + amount
        income = sum((v for k, v in sums.items() if k in COMES_IN), ZERO)
        costs = sum((v for k, v in sums.items() if k not in COMES_IN), ZERO)
        stranded = sums.get("stranded", ZERO) + sum(
            (max(ZERO, figures[p][1]) for b, figures in self.cost if b["organisation"] == who and figures[p]),
            ZERO)
        sums["stranded"] = stranded
        return {"income": income, "costs": costs, "before": income - costs, "after": income - costs,
                "stranded": stranded, "double": sums.get("double-running", ZERO),
                "vat": sums.get("vat", ZERO), "charges": sums,
                "lifted": ZERO, "share": ZERO, "owners": ZERO}

    def positions(self, p, contracts, without_grants=False):
        return {i: self.position(i, p, contracts, without_grants) for i in self.ids}

    def reserve(self):
        return self.pool.reserve if self.pool else None

    def share(self, p, positions, reserve):
        if self.pool is None:
            return {"reserve": None, "residual": None}
        return self.pool.share(p, positions, reserve)

    def evaluate(self):
        out, reserve = [None] * self.n, self.reserve()
        for p in self.calendar.order:
            positions = self.positions(p, self.contracts)
            shared = self.share(p, positions, reserve)
            reserve = shared["reserve"]
            to_owners(self, p, positions)
            out[p] = {"positions": positions, "residual": shared["residual"],
                      "drawn": shared.get("drawn"), "lifted": shared.get("lifted"),
                      "system": sum((at["before"] for i, at in positions.items() if self.inside(i)), ZERO)}
        return out


def with_files(document, files):
    """The document with its contracts in place; those from files have nothing from the system but the
    tables that contracts share."""
    contracts = []
    for c in document["contracts"]:
        if isinstance(c["contract"], str):
            contracts.append({**c, "contract": files[c["contract"]], "from a file": True})
        else:
            contracts.append(c)
    return {**document, "contracts": contracts}


def evaluate(document, files=None):
    """Values by pointer into the result of all scenarios; `files` are contracts by their path."""
    document = with_files(document, files or {})
    at, first, known = {}, None, {}
    for i, name in enumerate(document["scenarios"]):
        system = System(document, name, known)
        found = system.evaluate()
        at.update(periods(f"/scenarios/{i}/periods", system, found))
        at.update(system_outcome.balance(f"/scenarios/{i}", system, found))
        plain = System(document, name, known, changed=False) if system.changes else system
        bridge = system_outcome.bridge(system, found, plain)
        first = bridge if first is None else first
        at.update(system_outcome.steps(f"/scenarios/{i}/bridge", bridge, first) if i else {})
        for k, (period, contract, who, tested, against) in enumerate(system.contracts.conditions):
            here = f"/scenarios/{i}/conditions/{k}"
            at[f"{here}/contract"], at[f"{here}/organisation"] = contract, who
            at[f"{here}/period"] = system.calendar.periods[period][0]
            at[f"{here}/tested"], at[f"{here}/against"] = show(tested), show(against)
            at[f"{here}/met"] = tested >= against
        at.update(system_coverage.lines(f"/scenarios/{i}/coverage", system))
    return at


FIGURES = (("income", "income"), ("costs", "costs"), ("before", "before_pool"), ("after", "after_pool"),
           ("stranded", "stranded"), ("double", "double_running"))


def periods(pointer, system, found):
    at = {}
    cash = {o["id"]: exact(o["opening_cash"]) for o in system.root["organisations"] if "opening_cash" in o}
    contracts = system.contracts
    so_far = ZERO
    for p in system.calendar.order:
        here, positions = f"{pointer}/{p}", found[p]["positions"]
        so_far += found[p]["system"]
        at[f"{here}/system"], at[f"{here}/cumulative"] = show(found[p]["system"]), show(so_far)
        inside = [positions[w] for w in system.ids if system.inside(w)]
        at[f"{here}/vat"] = show(sum((w["vat"] for w in inside), ZERO))
        at[f"{here}/stranded"] = show(sum((w["stranded"] for w in inside), ZERO))
        at[f"{here}/double_running"] = show(sum((w["double"] for w in inside), ZERO))
        for kind, amount in system_outcome.by_kind(system, positions).items():
            at[f"{here}/incurred_by/{kind}"] = show(amount)
        for kind, amount in system_outcome.by_kind(system, positions, shared=True).items():
            at[f"{here}/borne_by/{kind}"] = None if amount is None else show(amount)
        if system.pool:
            at[f"{here}/pool/residual"] = show(found[p]["residual"])
            at[f"{here}/pool/lifted"] = show(found[p]["lifted"])
            if system.pool.reserve is not None:
                at[f"{here}/pool/drawn_from_reserve"] = show(found[p]["drawn"])
        for o, who in enumerate(system.ids):
            figures, there = positions[who], f"{here}/organisations/{o}"
            for key, name in FIGURES:
                at[f"{there}/{name}"] = show(figures[key])
            control, reached = system.control(who, p), figures["after"]
            members = [m for m in system.by_id[who].get("members", []) if m in system.by_id]
            if members:
                reached += sum((positions[m]["after"] for m in members
                                if system.by_id[m].get("role") != "observer"), ZERO)
                if system.pool and set(system.pool.members) <= {who, *members}:
                    reached += found[p]["residual"]
                at[f"{there}/with_members"] = show(reached)
            if control is not None:
                at[f"{there}/control_total"] = show(control)
                at[f"{there}/against_control_total"] = show(reached - control)
            if who in cash:
                cash[who] += figures["after"]
                cash[who] -= figures["owners"] if system.by_id[who].get("owners") else 0
                at[f"{there}/cash_left"] = show(cash[who])
            if system.pool:
                at[f"{there}/share"], at[f"{there}/lifted"] = show(figures["share"]), show(figures["lifted"])
            if figures["owners"] != 0:
                at[f"{there}/owners"] = show(figures["owners"])
            for k, entry in enumerate(system.entries(who, p, contracts)):
                at[f"{there}/lines/{k}/kind"], at[f"{there}/lines/{k}/amount"] = entry[0], show(entry[3])
        for c, contract in enumerate(contracts.list):
            paid = contracts.payments[contract["id"]][p]
            at[f"{here}/contracts/{c}/payment"] = show(paid)
            below = [b for b in contracts.list if b.get("under") == contract["id"]]
            if below:
                at[f"{here}/contracts/{c}/retained"] = show(
                    paid - sum((contracts.payments[b["id"]][p] for b in below), ZERO))
            if "vat" in contract:
                at[f"{here}/contracts/{c}/vat"] = show(system.vat(contract, paid, contract["payer"]))
    return at
