# SPDX-License-Identifier: MIT
"""Random systems: documents that use every feature which systems.py evaluates."""
import random

PERIODS = [
    [("y1", "2016-04-01", "2017-03-31"), ("y2", "2017-04-01", "2018-03-31"), ("y3", "2018-04-01", "2019-03-31")],
    [("q1", "2015-04-01", "2015-06-30"), ("q2", "2015-07-01", "2015-09-30"), ("q3", "2015-10-01", "2016-03-31"),
     ("y2", "2016-04-01", "2017-03-31")],
    [("a", "2019-04-01", "2019-09-15"), ("b", "2019-09-16", "2020-03-31"), ("c", "2020-04-01", "2021-03-31")],
    [("c1", "2016-01-01", "2016-12-31"), ("c2", "2017-01-01", "2017-12-31")],
    [("m4", "2016-04-01", "2016-04-30"), ("m5", "2016-05-01", "2016-05-31"), ("m6", "2016-06-01", "2016-06-30")],
    [("late", "2018-04-01", "2019-03-31"), ("early", "2016-04-01", "2017-03-31")],
    [("whole", "2016-04-01", "2018-03-31"), ("next", "2018-04-01", "2018-12-31")],
]
KINDS = ("allocation", "income", "grant", "cost", "double-running", "stranded", "investment", "repayment")
DAYS = ("2015-05-12", "2016-05-20", "2016-08-01", "2017-02-10", "2017-10-01", "2019-11-30", "2020-06-30")
PODS = ("EL", "NEL", "OP")
UNPRICED = "AE"  # what no tariff has a price for
DATES = ("2015-05-11", "2015-12-31", "2016-04-01", "2016-05-20", "2016-06-30", "2017-02-11", "2017-12-24",
         "2018-04-01", "2018-12-31", "2019-09-15", "2019-12-01", "2020-07-01")


class Maker:
    """Random documents; the same seed makes the same ones."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def money(self, most=900000):
        return f"{self.r.randint(0, most)}.{self.r.randint(0, 99):02d}"

    def ratio(self):
        return self.r.choice(("0", "10%", "25%", "1/3", "40%", "0.5", "60%", "1"))

    def maybe(self, chance, holder, key, value):
        if self.r.random() < chance:
            holder[key] = value()

    def index(self):
        return self.r.choice(("up", {"rate": self.r.choice(("2.1%", "-1%", "0.03")), "growth": "0.8%"},
                              {"efficiency": "2%", "base": self.r.choice(("2015-09-01", self.ids[0]))}))

    def some(self, items):
        """One, or a few, of a list."""
        return self.r.choice((self.r.choice(items), self.r.sample(items, self.r.randint(1, len(items)))))

    def shares(self, names):
        weights = [self.r.randint(0, 4) for _ in names]
        weights[0] += 1
        return [f"{w}/{sum(weights)}" for w in weights]

    def members(self, names):
        chosen = self.r.sample(names, self.r.randint(1, len(names)))
        out = [{"organisation": n, "share": s} for n, s in zip(chosen, self.shares(chosen))]
        if self.r.random() < 0.3:
            for member, share in zip(out, self.shares(chosen)):
                member["by_period"] = {self.ids[-1]: share}
        return out

    def span(self, holder, chance=0.2):
        self.maybe(chance, holder, "from", lambda: self.r.choice(DAYS[:4]))
        self.maybe(chance, holder, "to", lambda: self.r.choice(DAYS[4:]))

    def vat(self):
        return {"rate": "20%", "taxable": self.ratio()} if self.r.random() < 0.7 else {"rate": "17.5%"}

    def amount(self):
        """Plain, or with an index of its own."""
        return {"amount": self.money(), "index": self.index()} if self.r.random() < 0.15 else self.money()

    def flow(self):
        flow = {"organisation": self.r.choice(self.names), "kind": self.r.choice(KINDS), "amount": self.amount()}
        self.maybe(0.5, flow, "label", lambda: self.r.choice(("Beds", "Teams")))
        self.maybe(0.3, flow, "per", lambda: "year")
        self.maybe(0.3, flow, "index", self.index)
        self.maybe(0.3, flow, "period", lambda: self.some(self.ids))
        self.maybe(0.3, flow, "delivery", lambda: self.r.choice(("60%", "scenario", "1/3")))
        self.maybe(0.1, flow, "probability", self.ratio)
        self.span(flow)
        if flow["kind"] in KINDS[3:]:
            self.maybe(0.2, flow, "vat", self.vat)
        return flow

    # ------------------------------------------------------------------ activity

    def activity(self):
        rows = [{"pod": pod, "commissioner": by, "count": self.r.choice(("900", "1200.5", "7", "333.333333"))}
                for pod in PODS for by in ("ccg", "next-door") if self.r.random() < 0.8]
        rows.append({"pod": "EL", "commissioner": "ccg", "count": 500})
        if self.r.random() < 0.3:
            rows.append({"pod": UNPRICED, "commissioner": "ccg", "count": "77.5"})
        if self.r.random() < 0.25:
            return [{**row, "period": i} for i in self.ids for row in rows]
        if self.r.random() < 0.3:
            few = self.r.choice((0, 0, 0.3))  # without a day
            starts = [p[1] for p in self.periods]
            return [*({**row, "date": day} for row in rows for day in self.r.sample(DATES, self.r.randint(1, 3))
                      if self.r.random() >= few), *rows[:1], *({**rows[-1], "pod": "EL", "date": day} for day in starts)]
        return rows

    def unit_costs(self):
        return {"key": ["pod"], "rows": [{"pod": pod, "efficient_unit_cost": self.money(1500)}
                                         for pod in (*PODS, UNPRICED) if self.r.random() < 0.9]}

    def tariff(self):
        return {"reckoner": "tariff/1", "id": "t", "currency": "GBP", "tables": {"prices": {
            "key": ["pod"], "rows": [{"pod": pod, "price": self.money(3000)} for pod in PODS]}}}

    def scope(self):
        return self.r.choice(({"pod": "EL"}, {"pod": ["EL", "NEL"]}, {"commissioner": "ccg"},
                              {"pod": "*EL", "not": {"commissioner": "next-door"}}, {"pod": "OP"}))

    def behaviours(self):
        scopes = self.r.choice(([{"pod": "EL"}, {"pod": "NEL"}], [{"scope": {"pod": ["*EL"]}}, {"pod": "OP"}],
                                [{"scope": {"commissioner": "ccg"}}, {"scope": {"not": {"commissioner": "ccg"}}}]))
        out = [self.behaviour("trust", scope) for scope in scopes]
        if self.r.random() < 0.4:
            out.append(self.behaviour("gp", self.r.choice(scopes)))
        return out

    def behaviour(self, who, scope):
        out = {"organisation": who, **scope, "unit_cost": self.money(2000), "fixed": self.ratio()}
        self.maybe(0.3, out, "index", self.index)
        self.maybe(0.3, out, "title", lambda: "Wards")
        if self.r.random() < 0.7:
            out["decay_by_age"] = [self.ratio() for _ in range(self.r.randint(1, 3))]
            self.maybe(0.4, out, "decay_unit", lambda: self.r.choice(("year", "period")))
        else:
            out["decay"] = {i: self.ratio() for i in self.ids if self.r.random() < 0.6}
        return out

    def change(self):
        count = self.r.choice(("-10%", "5%", str(self.r.randint(-50, 90)), "-12.5",
                               {"standard_deviations": self.r.choice(("2", "-1.5"))}))
        out = {"contract": self.r.choice(self.priced), "where": {"pod": "EL"}, "count": count}
        if "community" in self.tables and self.r.random() < 0.4:
            out["table"] = "community"
        if str(count).endswith("%") or self.r.random() < 0.3:
            out["where"] = self.r.choice(({"pod": "EL"}, {"commissioner": "ccg"},
                                          {"pod": ["EL", "NEL"], "commissioner": "ccg"}))
        self.maybe(0.5, out, "period", lambda: self.some(self.ids))
        self.maybe(0.3, out, "delivery", self.ratio)
        self.maybe(0.4, out, "to", lambda: {"organisation": "gp", "unit_cost": self.money(900)})
        if "to" in out:
            self.maybe(0.3, out["to"], "index", self.index)
        return out

    # ----------------------------------------------------------------- contracts

    def covers(self):
        out = {}
        self.maybe(0.7, out, "scope", self.scope)
        self.maybe(0.4, out, "commissioners", lambda: self.r.choice((["ccg"], ["ccg", "next-door"])))
        if self.r.random() < 0.3 and "scope" in out and "commissioner" in out["scope"]:
            out.pop("commissioners", None)
        self.maybe(0.4, out, "part", self.ratio)
        self.span(out, 0.3)
        return out

    def acute(self):
        acute = {"id": "acute", "payer": "ccg", "payee": "trust", "contract": {"arrangements": {
            "pbr": [{"id": "p", "rule": "pbr"}],
            "block": [{"id": "b", "rule": "block", "params": {"amount": self.amount()}}],
            "cost": [{"id": "u", "rule": "price-equals-cost", "params": {"margin": self.ratio()}}],
            "marginal": [{"id": "s", "rule": "pbr", "shadow": True, "scope": self.scope()},
                         {"id": "m", "rule": "aligned-payment-incentive", "of": ["s"], "params": {
                             "fixed": self.money(), "baseline": self.money(), "rate_above": self.ratio(),
                             "rate_below": self.ratio()}}]}}}
        self.maybe(0.3, acute["contract"]["arrangements"]["pbr"][0], "scope", self.scope)
        self.maybe(0.5, acute["contract"]["arrangements"]["marginal"][1], "covers", lambda: False)
        if "community" in self.tables and self.r.random() < 0.3:
            acute["contract"]["arrangements"]["pbr"].append(self.community())
        self.span(acute)
        return acute

    def community(self):
        """A component that prices another table."""
        out = {"id": "k", "rule": self.r.choice(("pbr", "price-equals-cost")), "tables": {"activity": "community"}}
        self.maybe(0.4, out, "scope", self.scope)
        return out

    def neighbour(self):
        """A contract of the practices that reads the other table, or one of its own."""
        out = {"id": "community", "payer": "ccg", "payee": "gp", "contract": {"arrangements": {
            "c": [self.community()]}}}
        if "community" not in self.tables or self.r.random() < 0.3:
            out["contract"]["facts"] = {"community": self.activity()}
        self.span(out)
        return out

    def placed(self, contract):
        """The contract with what it need not have from the system, or in a file of its own."""
        own = contract["contract"]
        if self.r.random() < 0.15:
            self.span(own)
        # What is said of tables that contracts share follows one tariff; of its own, a contract's.
        alone = {"activity", "community"} & self.tables <= set(own.get("facts", {}))
        tariff = self.tariff() if alone and self.r.random() < 0.6 else self.prices
        if self.r.random() < 0.15:
            own["tariff"] = tariff
        if contract["id"] in ("local", "budget", "acute", "community") and self.r.random() < 0.2:
            own["year_starts"] = self.r.choice(("04-01", "01-01", "10-01"))
        if self.r.random() < 0.15:
            own["indices"] = {"up": {"rate": self.ratio(), "base": self.r.choice(self.ids)}}
        if self.r.random() < 0.2:
            own = {"reckoner": "contract/1", "id": contract["id"], "tariff": tariff, "periods": [
                dict(zip(("id", "start", "end"), p)) for p in self.periods],
                "indices": {"up": {"rate": self.ratio(), "growth": "1%"}}, **own}
            if self.r.random() < 0.5:
                own["periods"].reverse()
            if contract["id"] in ("local", "corridor") and len(self.ids) > 1 and self.r.random() < 0.5:
                gone = self.r.choice(self.ids)
                if gone not in repr([own["arrangements"], own["indices"]]):
                    own["periods"] = [p for p in own["periods"] if p["id"] != gone]
            contract["contract"] = f"{self.number}-{contract['id']}.json"
            self.files[contract["contract"]] = own
        return contract

    def budget(self):
        """A budget for each head, of which services are taken out."""
        deductions = [{"label": "out", "valued_by": "at-tariff", "of_scope": self.scope()}]
        self.maybe(0.6, deductions[0], "part", self.ratio)
        budget = {"id": "cap", "rule": "capitation", "params": {"rate": self.money(40), "deductions": deductions},
                  "covers": self.r.choice((self.covers(), [self.covers(), self.covers()], False))}
        self.maybe(0.4, budget, "per", lambda: "year")
        self.maybe(0.3, budget, "index", self.index)
        shadow = {"id": "at-tariff", "rule": "pbr", "shadow": True}
        self.maybe(0.4, shadow, "scope", lambda: {"pod": ["EL", "NEL"]})
        contract = {"facts": {"population": [{"group": "all", "heads": self.r.randint(1000, 90000)}]},
                    "arrangements": {"c": [shadow, budget]}}
        if self.r.random() < 0.3:
            contract["facts"]["activity"] = self.activity()
        out = {"id": "budget", "payer": "ccg", "payee": "gp", "contract": contract}
        self.span(out)
        return out

    def corridor(self):
        """Paid by what the trust, or another, bears in the system."""
        cost = {}
        self.maybe(0.3, cost, "organisation", lambda: self.r.choice(("trust", "gp", "council")))
        self.maybe(0.4, cost, "scope", lambda: self.r.choice((
            {"kind": ["cost", "activity"]}, {"kind": "payment", "with": "gp"}, {"label": "Beds"},
            {"not": {"kind": ["vat", "payment"]}})))
        self.maybe(0.4, cost, "cumulative", lambda: True)
        component = {"id": "r", "rule": "risk-corridor", "params": {
            "budget": self.money(), "actual": {"system_cost": cost},
            "bands": [{"to": "2%", "provider_share": self.ratio()}, {"to": None, "provider_share": self.ratio()}]}}
        self.maybe(0.3, component, "per", lambda: "year")
        self.maybe(0.3, component, "params_by_period", lambda: {self.ids[-1]: {"actual": self.r.choice((
            self.money(), {"system_cost": {"scope": {"kind": "cost"}}}))}})
        return {"id": "corridor", "payer": "nhse", "payee": "trust",
                "contract": {"arrangements": {"c": [component]}}}

    def local(self):
        component = {"id": "b", "rule": "block", "params": {"amount": self.money()}}
        self.maybe(0.5, component, "per", lambda: "year")
        self.maybe(0.4, component, "index", self.index)
        self.maybe(0.2, component, "params_by_period", lambda: {self.ids[-1]: {"amount": self.money()}})
        local = {"id": "local", "payer": "ccg", "payee": "gp", "vat": self.vat(),
                 "contract": {"arrangements": {"b": [component]}}}
        self.maybe(0.5, local, "under", lambda: "acute")
        local["payer"] = "trust" if "under" in local else "ccg"
        self.span(local)
        return local

    def gate(self, identity, met, payee):
        rows = [{"instalment": "i", "measure": "m", "weight": "1", "gate": True, "met": met}]
        if self.r.random() < 0.4:
            rows.append({"instalment": "j", "measure": "n", "weight": "1", "met": self.r.choice((True, False))})
        component = {"id": "c", "rule": "conditional-funding", "params": {"amount": self.money()}}
        self.maybe(0.3, component, "per", lambda: "year")
        return {"id": identity, "payer": "nhse", "payee": payee, "contract": {
            "facts": {"conditions": rows}, "arrangements": {"c": [component]}}}

    def contracts(self):
        met = {"position_excluding_grants": "control_total"}
        self.maybe(0.3, met, "organisation", lambda: self.r.choice(("ccg", "council")))
        self.maybe(0.5, met, "cumulative", lambda: True)
        self.maybe(0.4, met, "after_pool", lambda: True)
        out = [self.acute(), *(make() for make in (self.local, self.corridor, self.budget, self.neighbour)
                               if self.r.random() < 0.5), self.gate("fund", met, "trust")]
        if self.r.random() < 0.3:
            met = {"position": "control_total", "organisation": "trust"}
            self.maybe(0.5, met, "cumulative", lambda: True)
            out.append(self.gate("reward", met, "council"))
        if self.r.random() < 0.3:
            self.r.shuffle(out)
        return [self.placed(c) for c in out]

    def pool(self):
        names = ["ccg", "trust", "gp", "council"]
        pool = {"charges": self.r.sample(KINDS[3:], self.r.randint(1, 3)),
                "residual": self.r.choice(("respread", "named", "returned")), "variance": self.r.random() < 0.2}
        if self.r.random() < 0.4:
            pool["charges"] = ["stranded", "double-running"]
        if self.r.random() < 0.3:
            pool["tiers"] = [{"to": self.money(300000), "members": self.members(names)},
                             {"members": self.members(names)}]
            if pool["tiers"][0]["to"] == "0.00":
                pool["tiers"][0]["to"] = "1"
        else:
            pool["members"] = self.members(names)
        self.maybe(0.3, pool, "reserve", lambda: self.r.choice(
            (self.money(), {"amount": self.money(), "organisation": self.r.choice(names)}, {"amount": self.money()})))
        return pool

    # -------------------------------------------------------------------- systems

    def organisations(self):
        out = [
            {"id": "ccg", "kind": "commissioner"}, {"id": "trust", "kind": "trust"},
            {"id": "gp", "kind": "gp-federation", "vat_recovery": self.ratio()},
            {"id": "council", "kind": "local-authority"},
            {"id": "venture", "kind": "joint-venture", "vat_recovery": "0",
             "owners": [{"organisation": n, "share": s} for n, s in zip(("upper", "gp"), self.shares("ab"))]},
            {"id": "upper", "kind": "joint-venture", "vat_recovery": "1/3",
             "owners": [{"organisation": n, "share": s} for n, s in zip(("ccg", "trust"), self.shares("ab"))]},
            {"id": "watcher", "kind": "other", "role": "observer", "vat_recovery": "0"},
            {"id": "nhse", "kind": "outside", "vat_recovery": "1"}]
        for o in out[:6]:
            self.maybe(0.2, o, "opening_cash", self.money)
        for o in out[:4]:
            o["control_total"] = self.r.choice((
                "-" + self.money(), self.money(), {"amount": "-" + self.money(), "index": "up"},
                {i: "-" + self.money() for i in self.ids}))
            self.maybe(0.2, o, "index", self.index)
            if isinstance(o["control_total"], dict):
                o.pop("index", None)
            self.maybe(0.3, o, "loss_cap", lambda: self.money(200000))
            self.maybe(0.3, o, "gain_cap", lambda: self.money(200000))
        if self.r.random() < 0.4:
            members = self.r.choice((["ccg", "trust", "gp", "council"], ["ccg", "watcher"], ["trust", "gp"]))
            out.append({"id": "group", "kind": "other", "vat_recovery": "0", "members": members})
            self.maybe(0.5, out[-1], "control_total", self.money)
        return out

    def system(self, number):
        """(a document, its contracts in files by their name)."""
        periods = self.periods = self.r.choice(PERIODS)
        self.number, self.files, self.prices = number, {}, self.tariff()
        self.tables = {"activity", "community"} if self.r.random() < 0.5 else {"activity"}
        self.ids = [p[0] for p in periods]
        self.names = ["ccg", "trust", "gp", "council", "venture", "upper", "watcher", "nhse"]
        index = {"rate": "2.1%", "efficiency": "1.1%", "base": self.r.choice(self.ids)}
        self.maybe(0.3, index, "by_period", lambda: {self.ids[-1]: {"rate": "4%"}})
        contracts = self.contracts()
        self.priced = [c["id"] for c in contracts if c["id"] in ("acute", "budget", "community")]
        here = {c["id"]: i for i, c in enumerate(contracts)}
        scenarios = {"base": {}, "second": {"like": "base", "delivery": self.ratio(),
                                            "arrangements": {"acute": self.r.choice(("block", "marginal", "cost"))}},
                     "third": {"like": "second", "changes": [self.change() for _ in range(self.r.randint(0, 3))],
                               "set": {"/flows/0/amount": self.money(), "/flows/-": self.flow()}}}
        self.maybe(0.7, scenarios["base"], "changes", lambda: [self.change() for _ in range(self.r.randint(1, 3))])
        self.maybe(0.3, scenarios["second"], "set", lambda: {
            self.r.choice(("/indices/up/rate", "/indices/up/growth")): self.r.choice(("0", "-2%")),
            "/tariff/tables/prices/rows/0/price": self.money(3000), "/facts/activity/0/count": "40"})
        flows = [self.flow() for _ in range(self.r.randint(1, 6))]
        if not isinstance(flows[0]["amount"], dict):
            scenarios["third"]["set"]["/flows/0/amount"] = {"times": self.ratio(), "plus": self.money()}
        if "local" in here:
            self.maybe(0.3, scenarios["third"]["set"],
                       f"/contracts/{here['local']}/contract/arrangements/b/0/params/amount", self.money)
        chosen = self.r.choice((["base"], ["base", "second"], ["base", "third", "second"], list(scenarios)))
        document = {
            "reckoner": "system/1", "id": f"random-{number}", "indices": {"up": index},
            "periods": [dict(zip(("id", "start", "end"), p)) for p in periods],
            "organisations": self.organisations(),
            "tariff": self.prices,
            "facts": {**{table: self.activity() for table in sorted(self.tables)}, "unit_costs": self.unit_costs()},
            "contracts": contracts, "flows": flows, "cost_behaviour": self.behaviours(),
            "scenarios": {name: scenarios[name] for name in chosen}}
        self.maybe(0.3, document, "year_starts", lambda: self.r.choice(("04-01", "01-01", "07-15")))
        if document.get("year_starts"):
            index.pop("by_period", None)
        self.maybe(0.7, document, "pool", self.pool)
        self.maybe(0.8, document, "balance", lambda: {"window": self.r.choice((1, 1, 2, 3))})
        if "balance" in document:
            self.maybe(0.6, document["balance"], "discount_rate", lambda: self.r.choice(("3.5%", "0", "1/9")))
        return document, self.files
