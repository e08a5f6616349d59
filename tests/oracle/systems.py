# SPDX-License-Identifier: MIT
"""Systems in exact fractions: a second evaluation of docs/systems.md, as a test oracle.

evaluate(document) gives, for each scenario, the figures of "system-result/1" that the
comparison looks at. It knows contracts with the rules block, pbr (a price for each row) and
conditional-funding (one gate); everything else of a system is here.
"""
import copy
import datetime
import math
from fractions import Fraction

from rules import dealt

PENNY = Fraction(1, 100)


def exact(value):
    text = str(value)
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    return Fraction(text)


def rounded(value, unit=PENNY):
    """Half away from zero."""
    units = abs(value) / unit
    whole = (units + Fraction(1, 2)) // 1
    return whole * unit * (-1 if value < 0 else 1)


def root(value, places=6):
    """The square root, rounded half away from zero."""
    twice = math.isqrt(int(value * (2 * 10 ** places) ** 2))
    return Fraction((twice + 1) // 2, 10 ** places)


def day(text):
    return datetime.date.fromisoformat(text)


def overlap(first, last, span):
    """The days of [first, last] within a span, or None."""
    a = max(first, day(span["from"])) if span.get("from") else first
    b = min(last, day(span["to"])) if span.get("to") else last
    return (a, b) if a <= b else None


class Calendar:
    """Financial years, and the parts of them that periods are."""

    def __init__(self, document):
        self.periods = [(p["id"], day(p["start"]), day(p["end"])) for p in document["periods"]]
        self.order = sorted(range(len(self.periods)), key=lambda p: self.periods[p][1])
        first = self.periods[self.order[0]][1]
        self.starts = (first.month, first.day)
        if document.get("year_starts"):
            self.starts = tuple(int(x) for x in document["year_starts"].split("-"))

    def year(self, date):
        return date.year - ((date.month, date.day) < self.starts)

    def year_of(self, period):
        return self.year(self.periods[period][1])

    def begins(self, year):
        return datetime.date(year, *self.starts)

    def segments(self, first, last):
        while first <= last:
            year = self.year(first)
            end = min(last, self.begins(year + 1) - datetime.timedelta(days=1))
            yield year, first, end
            first = end + datetime.timedelta(days=1)

    def parts(self, span):
        by_days = set()
        cut = [overlap(a, b, span) for _, a, b in self.periods]
        for part, (_, a, b) in zip(cut, self.periods):
            for year, first, last in self.segments(*part) if part else ():
                after = last + datetime.timedelta(days=1)
                if part != (a, b) or first.day != 1 or after.day != 1:
                    by_days.add(year)
        out = []
        for part in cut:
            share = Fraction(0)
            for year, first, last in self.segments(*part) if part else ():
                if year in by_days:
                    whole = (self.begins(year + 1) - self.begins(year)).days
                    share += Fraction((last - first).days + 1, whole)
                else:
                    share += Fraction((last.year - first.year) * 12 + last.month - first.month + 1, 12)
            out.append(share)
        return out

    def named(self, identity):
        return next(p for p, (name, _, _) in enumerate(self.periods) if name == identity)


class System:
    """One scenario's copy of a document."""

    def __init__(self, document, name):
        self.root = copy.deepcopy(document)
        self.chain(document, name)
        for pointer, value in self.sets:
            self.set(pointer, value)
        self.calendar = Calendar(self.root)
        self.n = len(self.calendar.periods)
        self.ids = [o["id"] for o in self.root["organisations"]]
        self.by_id = {o["id"]: o for o in self.root["organisations"]}
        self.activity = self.change()
        self.costs()
        self.payments, self.granted, self.conditions = {}, {}, []
        self.pay()

    def chain(self, document, name):
        """What the scenario says, over those that it begins from."""
        self.choices, self.changes, self.sets, self.delivery = {}, [], [], Fraction(1)
        links = []
        while name is not None:
            links.append(document["scenarios"][name])
            name = links[-1].get("like")
        for link in reversed(links):
            self.choices.update(link.get("arrangements", {}))
            self.changes += link.get("changes", [])
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
            value = str(rounded(was * exact(value.get("times", 1)) + exact(value.get("plus", 0)),
                                Fraction(1, 10 ** 6)))
        at[key] = value

    def inside(self, identity):
        o = self.by_id[identity]
        return o["kind"] != "outside" and o.get("role") != "observer"

    # ------------------------------------------------------------------- amounts

    def factor(self, index, period):
        index = self.root["indices"][index] if isinstance(index, str) else index
        base = self.calendar.year_of(self.calendar.named(index["base"]) if index.get("base")
                                     else self.calendar.order[0])
        year = self.calendar.year_of(period)

        def step(into):
            rates = dict(index)
            for identity, own in index.get("by_period", {}).items():
                if self.calendar.year_of(self.calendar.named(identity)) == into:
                    rates.update(own)
            return ((1 + exact(rates.get("growth", 0))) * (1 + exact(rates.get("rate", 0)))
                    * (1 - exact(rates.get("efficiency", 0))))
        factor = Fraction(1)
        for into in range(base + 1, year + 1):
            factor *= step(into)
        for into in range(year + 1, base + 1):
            factor /= step(into)
        return factor

    def amounts(self, holder, key):
        """(by period, whether they are indexed)."""
        value, index = holder[key], holder.get("index")
        if isinstance(value, dict):
            value, index = value["amount"], value.get("index", index)
        return [exact(value) * (self.factor(index, p) if index else 1) for p in range(self.n)], \
            index is not None

    def flow(self, flow):
        stated, indexed = self.amounts(flow, "amount")
        span = {k: flow[k] for k in ("from", "to") if k in flow}
        part = flow.get("delivery")
        part = self.delivery if part == "scenario" else exact(part) if part is not None else None
        yearly = flow.get("per") == "year"
        named = flow.get("period")
        named = [named] if isinstance(named, str) else named
        shares = self.calendar.parts(span) if yearly else [self.in_force(span, p) for p in range(self.n)]
        plain = not (yearly or span or indexed or part is not None)
        out, so_far, paid, last = [None] * self.n, Fraction(0), Fraction(0), None
        for p in self.calendar.order:
            if not yearly or self.calendar.year_of(p) != last:
                so_far = paid = Fraction(0)
            last = self.calendar.year_of(p)
            if (named is not None and self.calendar.periods[p][0] not in named) or shares[p] == 0:
                continue
            due = stated[p] * shares[p] * (1 if part is None else part)
            if plain:
                out[p] = due
                continue
            so_far += due
            out[p], paid = rounded(so_far) - paid, rounded(so_far)
        return out

    def in_force(self, span, period):
        _, a, b = self.calendar.periods[period]
        part = overlap(a, b, span)
        return Fraction((part[1] - part[0]).days + 1, (b - a).days + 1) if part else Fraction(0)

    # ------------------------------------------------------------------ activity

    def change(self):
        """Counts by pod and period, and what each change moved: one row for each pod."""
        stated = {r["pod"]: exact(r["count"]) for r in self.root.get("facts", {}).get("activity", [])}
        counts = {(pod, p): n for pod, n in stated.items() for p in range(self.n)}
        self.moved = []
        for change in self.changes:
            pod = change["where"]["pod"]
            named = change.get("period")
            named = [named] if isinstance(named, str) else named
            part = exact(change["delivery"]) if "delivery" in change else self.delivery
            count = change["count"]
            if isinstance(count, dict):
                by = rounded(exact(count["standard_deviations"]) * root(stated[pod]), 1) * part
            else:
                by = exact(count) * (stated[pod] if str(count).endswith("%") else 1) * part
            by = rounded(by, Fraction(1, 10 ** 6))
            contract = next(c for c in self.root["contracts"] if c["id"] == change["contract"])
            for p in range(self.n):
                if (named is None or self.calendar.periods[p][0] in named) and by != 0:
                    counts[pod, p] += by
                    self.moved.append((contract["payee"], pod, p, by, change.get("to")))
        return counts

    def costs(self):
        """(cost, left) by behaviour and period."""
        self.cost = []
        order = self.calendar.order
        for b in self.root.get("cost_behaviour", []):
            unit, indexed = self.amounts(b, "unit_cost")
            fixed = exact(b.get("fixed", 0))
            net = [sum((by for payee, pod, q, by, _ in self.moved
                        if payee == b["organisation"] and pod == b["pod"] and q == p), Fraction(0))
                   for p in range(self.n)]
            figures = [None] * self.n
            for t, now in enumerate(order):
                left = Fraction(0)
                for s in range(t + 1):
                    step = net[order[s]] - (net[order[s - 1]] if s else 0)
                    left -= step * self.decay(b, s, t)
                left *= unit[now] * fixed
                full = net[now] * unit[now]
                if indexed:
                    left, full = rounded(left), rounded(full)
                figures[now] = (full + left, left)
            self.cost.append((b["organisation"], figures))

    def decay(self, b, s, t):
        order = self.calendar.order
        if "decay_by_age" in b:
            a, z = (self.calendar.periods[order[i]][1] for i in (s, t))
            years = z.year - a.year - ((z.month, z.day) < (a.month, a.day))
            age = t - s if b.get("decay_unit") == "period" else years
            return exact(b["decay_by_age"][min(age, len(b["decay_by_age"]) - 1)])
        last = Fraction(1)
        for p in range(order[t] + 1):
            last = exact(b.get("decay", {}).get(self.calendar.periods[p][0], last))
        return last

    # ----------------------------------------------------------------- contracts

    def pay(self):
        gated = []
        for c in self.root["contracts"]:
            own = c["contract"]
            name = self.choices.get(c["id"], own.get("arrangement", next(iter(own["arrangements"]))))
            components = own["arrangements"][name]
            if any(isinstance(r.get("met"), dict) for r in own.get("facts", {}).get("conditions", [])):
                gated.append((c, components))
            else:
                self.settle(c, components, [True] * self.n)
        for c, components in gated:
            self.payments[c["id"]] = None
        for c, components in gated:
            met = c["contract"]["facts"]["conditions"][0]["met"]
            self.settle(c, components, [self.test(c, met, p) for p in range(self.n)])

    def settle(self, c, components, met):
        span = {k: c[k] for k in ("from", "to") if k in c}
        total, grants = [Fraction(0)] * self.n, [Fraction(0)] * self.n
        prices = {r["pod"]: exact(r["price"])
                  for r in self.root["tariff"]["tables"]["prices"]["rows"]}
        for k in components:
            so_far, paid, last = Fraction(0), Fraction(0), None
            for p in self.calendar.order:
                if k["rule"] == "pbr":
                    value = sum((rounded(n * prices[pod]) for (pod, q), n in self.activity.items() if q == p),
                                Fraction(0))
                else:
                    value = self.amounts({**k["params"], **({"index": k["index"]} if "index" in k else {})},
                                         "amount")[0][p]
                    value *= self.calendar.parts({})[p] if k.get("per") == "year" else 1
                    value *= 1 if k["rule"] == "block" or met[p] else 0
                value *= self.in_force(span, p)
                if k.get("per") != "year" or self.calendar.year_of(p) != last:
                    so_far = paid = Fraction(0)
                last = self.calendar.year_of(p)
                so_far += value
                amount, paid = rounded(so_far) - paid, rounded(so_far)
                total[p] += amount
                grants[p] += amount if k["rule"] == "conditional-funding" else 0
        self.payments[c["id"]], self.granted[c["id"]] = total, grants

    def control(self, identity, period):
        total = self.by_id[identity].get("control_total")
        if total is None:
            return None
        if isinstance(total, dict) and "amount" not in total:
            return exact(total[self.calendar.periods[period][0]])
        amounts, indexed = self.amounts(self.by_id[identity], "control_total")
        return rounded(amounts[period]) if indexed else amounts[period]

    def test(self, c, met, period):
        who = met.get("organisation", c["payee"])
        tested = against = Fraction(0)
        reserve = self.reserve()
        for p in self.calendar.order:
            counts = p == period or (met.get("cumulative")
                                     and self.calendar.year_of(p) == self.calendar.year_of(period))
            positions = {i: self.position(i, p, True) for i in self.ids}
            if met.get("after_pool"):
                reserve = self.share(p, positions, reserve)
            if counts:
                tested += positions[who]["after"]
                against += self.control(who, p)
            if p == period:
                break
        self.conditions.append((c["id"], self.calendar.periods[period][0], tested, against))
        return tested >= against

    # ----------------------------------------------------------------- positions

    def vat(self, holder, amount, payer):
        if "vat" not in holder:
            return Fraction(0)
        o = self.by_id[payer]
        recovery = exact(o.get("vat_recovery", 1))
        return amount * exact(holder["vat"].get("taxable", 1)) * exact(holder["vat"]["rate"]) * (1 - recovery)

    def position(self, who, p, without_grants=False):
        income = costs = stranded = double = Fraction(0)
        lifted = {}
        for c in self.root["contracts"]:
            paid = self.payments.get(c["id"])
            if paid is None:
                continue
            paid = paid[p] - (self.granted[c["id"]][p] if without_grants else 0)
            income += paid if c["payee"] == who else 0
            costs += paid + self.vat(c, paid, who) if c["payer"] == who else 0
        for f in self.root["flows"]:
            amount = self.flow(f)[p] if f["organisation"] == who else None
            if amount is None or (without_grants and f["kind"] == "grant"):
                continue
            if f["kind"] in ("allocation", "income", "grant"):
                income += amount
                continue
            costs += amount + self.vat(f, amount, who)
            lifted[f["kind"]] = lifted.get(f["kind"], Fraction(0)) + amount
            stranded += amount if f["kind"] == "stranded" else 0
            double += amount if f["kind"] == "double-running" else 0
        for organisation, figures in self.cost:
            if organisation == who:
                costs += figures[p][0]
                stranded += max(Fraction(0), figures[p][1])
        for payee, pod, q, by, to in self.moved:
            if to and to["organisation"] == who and q == p:
                unit, indexed = self.amounts(to, "unit_cost")
                costs += rounded(-by * unit[p]) if indexed else -by * unit[p]
        lifted["stranded"] = stranded
        return {"income": income, "costs": costs, "before": income - costs, "after": income - costs,
                "stranded": stranded, "double": double, "charges": lifted, "lifted": Fraction(0),
                "share": Fraction(0), "owners": Fraction(0)}

    def reserve(self):
        reserve = self.root.get("pool", {}).get("reserve")
        return None if reserve is None else exact(reserve)

    # ---------------------------------------------------------------------- pool

    def split(self, amounts, shares, caps, respread):
        """(part of each, residual): amounts taken over, a loss above zero; all in pennies."""
        net = sum(amounts) * 100
        loss, size = net > 0, abs(net)
        limit = [None if cap[not loss] is None else max(Fraction(0), cap[not loss]) * 100 // 1
                 for cap in caps]
        open_to, parts, left = set(range(len(shares))), {}, size
        whole = dealt(int(size), shares)
        while True:
            total = sum(shares[i] for i in open_to)
            full = [i for i in open_to if total and limit[i] is not None
                    and left * shares[i] > limit[i] * total]
            for i in full:
                parts[i] = limit[i]
            open_to -= set(full)
            if not respread or not full:
                break
            left -= sum(limit[i] for i in full)
        rest = whole if not respread else dealt(
            int(left), [shares[i] if i in open_to else Fraction(0) for i in range(len(shares))])
        sign = -1 if loss else 1
        out = [sign * Fraction(parts.get(i, rest[i])) / 100 for i in range(len(shares))]
        return out, -(net / 100) - sum(out)

    def shares(self, members, p):
        return [exact(m.get("by_period", {}).get(self.calendar.periods[p][0], m["share"]))
                for m in members]

    def share(self, p, positions, reserve):
        """Shares out the pool of a period in `positions`; what is left of the reserve."""
        pool = self.root.get("pool")
        if not pool:
            return reserve
        for who, at in positions.items():
            if self.inside(who):
                at["lifted"] = rounded(sum((at["charges"].get(k, Fraction(0)) for k in pool["charges"]),
                                           Fraction(0)))
        tiers = pool.get("tiers", [{"members": pool.get("members")}])
        for who in dict.fromkeys(m["organisation"] for t in tiers for m in t["members"]):
            if pool.get("variance"):
                at = positions[who]
                at["lifted"] -= rounded(at["before"] + at["lifted"] - self.control(who, p))
        net = sum(at["lifted"] for at in positions.values())
        drawn = min(net, reserve) if reserve is not None and net > 0 else Fraction(0)
        respread = pool.get("residual", "respread") == "respread"
        part = {who: Fraction(0) for who in positions}
        residual, size, start = Fraction(0), abs(net - drawn), Fraction(0)

        def settle(members, shares, amount, spread, capped=True):
            nonlocal residual
            caps = []
            for who in members:
                o = self.by_id[who]
                caps.append([None if not capped or o.get(k) is None else exact(o[k]) + sign * part[who]
                             for k, sign in (("loss_cap", 1), ("gain_cap", -1))])
            parts, rest = self.split([amount], shares, caps, spread)
            for who, own in zip(members, parts):
                part[who] += own
            residual += rest
        for tier in tiers:
            to = min(size, exact(tier["to"])) if tier.get("to") is not None else size
            if to - start <= 0:
                break
            slice_of = (to - start) * (1 if net - drawn > 0 else -1)
            settle([m["organisation"] for m in tier["members"]], self.shares(tier["members"], p),
                   slice_of, respread)
            start = to
        if pool.get("residual") == "returned" and residual != 0:
            bore = [w for w, at in positions.items() if at["lifted"] * residual < 0]
            whole = sum(positions[w]["lifted"] for w in bore)
            back, residual = residual, Fraction(0)
            settle(bore, [positions[w]["lifted"] / whole for w in bore], -back, False, False)
        for who, at in positions.items():
            at["share"] = part[who]
            at["after"] = at["before"] + at["lifted"] + part[who]
        self.residual = residual
        return reserve - drawn if reserve is not None else None

    def owners(self, p, positions):
        ventures = [o for o in self.root["organisations"] if o.get("owners")]
        while ventures:
            awaited = {m["organisation"] for o in ventures for m in o["owners"]}
            venture = next(o for o in ventures if o["id"] not in awaited)
            ventures.remove(venture)
            at = positions[venture["id"]]
            whole = rounded(at["after"])
            parts, _ = self.split([-whole], self.shares(venture["owners"], p),
                                  [(None, None)] * len(venture["owners"]), True)
            for m, own in zip(venture["owners"], parts):
                positions[m["organisation"]]["owners"] += own
                positions[m["organisation"]]["after"] += own
            at["owners"] -= whole
            at["after"] -= whole

    def evaluate(self):
        out, reserve = [None] * self.n, self.reserve()
        for p in self.calendar.order:
            positions = {i: self.position(i, p) for i in self.ids}
            self.residual = None
            reserve = self.share(p, positions, reserve)
            residual = self.residual
            self.owners(p, positions)
            out[p] = {"positions": positions, "residual": residual,
                      "system": sum((at["before"] for i, at in positions.items() if self.inside(i)),
                                    Fraction(0))}
        return out


def show(value):
    value = rounded(value)
    sign = "-" if value < 0 else ""
    pennies = int(abs(value) * 100)
    return f"{sign}{pennies // 100}.{pennies % 100:02d}"


def evaluate(document):
    """Values by pointer into the result of all scenarios."""
    at = {}
    for i, name in enumerate(document["scenarios"]):
        system = System(document, name)
        total = Fraction(0)
        cash = {o["id"]: exact(o["opening_cash"]) for o in system.root["organisations"] if "opening_cash" in o}
        for p, found in enumerate(system.evaluate()):
            here = f"/scenarios/{i}/periods/{p}"
            at[f"{here}/system"] = show(found["system"])
            total += found["system"]
            if found["residual"] is not None:
                at[f"{here}/pool/residual"] = show(found["residual"])
            for o, who in enumerate(system.ids):
                figures = found["positions"][who]
                for key, name_of in (("income", "income"), ("costs", "costs"), ("before", "before_pool"),
                                     ("after", "after_pool"), ("stranded", "stranded"),
                                     ("double", "double_running")):
                    at[f"{here}/organisations/{o}/{name_of}"] = show(figures[key])
                if who in cash:
                    cash[who] += figures["after"]
                    cash[who] -= figures["owners"] if system.by_id[who].get("owners") else 0
                    at[f"{here}/organisations/{o}/cash_left"] = show(cash[who])
                if document.get("pool"):
                    at[f"{here}/organisations/{o}/share"] = show(figures["share"])
                    at[f"{here}/organisations/{o}/lifted"] = show(figures["lifted"])
            for c, contract in enumerate(system.root["contracts"]):
                at[f"{here}/contracts/{c}/payment"] = show(system.payments[contract["id"]][p])
        at[f"/scenarios/{i}/balance/total"] = show(total)
        for k, (contract, period, tested, against) in enumerate(system.conditions):
            at[f"/scenarios/{i}/conditions/{k}/tested"] = show(tested)
            at[f"/scenarios/{i}/conditions/{k}/against"] = show(against)
            at[f"/scenarios/{i}/conditions/{k}/period"] = period
    return at
