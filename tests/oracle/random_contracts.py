#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random contracts of each rule, to compare the C rules with the oracle by.

    random_contracts.py [--seed N] [--count N] [--rule RULE]...

Writes one contract a line, the same ones for the same seed. Values are drawn to
collide: thresholds are met exactly, sums come to half a penny, quantities are
zero or negative, cells are missing, and parameters now and then contradict.
"""
import argparse
import json
import random

PERIODS = (
    ("2016-17", "2016-04-01", "2017-03-31"),
    ("q1", "2016-04-01", "2016-06-30"),
    ("part", "2016-01-15", "2016-03-20"),
)


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def some(self, chance, value):
        """A member that is there with a chance: {} or what value() gives."""
        return value() if self.r.random() < chance else {}

    def pick(self, *options):
        return self.r.choice(options)

    def amount(self, low=0, high=10**6):
        """Money: whole, to the penny, to the last place, or halfway between pennies."""
        whole = self.r.randint(low, high)
        return self.pick(str(whole), f"{whole}.{self.r.randint(0, 99):02d}", f"{whole}.005",
                         f"{whole}.{self.r.randint(0, 999999):06d}", "0")

    def signed(self, high=10**6):
        return self.pick("", "", "-") + self.amount(0, high)

    def share(self):
        return self.pick("0", "1", "0.5", "50%", "4.75%", "7/12", "1/3", "2%", "10%", "0.123456")

    def count(self):
        return self.pick("1", "1", "1", "0", "2", "-1", "12600", "0.5", "1.333333", "-3")

    def maybe_missing(self, row, chance=0.06):
        """Cells left blank, in each of the ways that blank is written."""
        for key in list(row):
            if self.r.random() < chance:
                row[key] = self.pick(None, "", " ")
                if self.r.random() < 0.5:
                    del row[key]
        return row

    def named_list(self, key, value, label="name"):
        return [{label: f"n{i}", key: value()} for i in range(self.r.randint(0, 3))]

    # -------------------------------------------------------------- row rules

    def pbr(self):
        price = lambda: self.pick("2150", "645.5", "0", "0.005", "1233.33", self.amount(1, 9000))
        prices, keys = [], [(h, p) for h in ("DZ11B", "HB12C") for p in ("NEL", "EL", "DC")]
        for hrg, pod in keys:
            prices.append({"hrg": hrg, "pod": pod, "price": price(), **self.maybe_missing({
                "trim_point": self.pick("5", "20", "0", "2.5"), "per_diem": self.amount(0, 300),
                "short_stay_price": price()}, 0.3)})
        rows = []
        for _ in range(self.r.randint(0, 6)):
            rows.append({
                "hrg": self.pick("DZ11B", "DZ11B", "HB12C", "ZZ99Z"),
                "pod": self.pick("NEL", "NEL", "EL", "DC"), "count": self.count(),
                **self.some(0.8, lambda: {"los": self.pick(0, 1, 2, "1.999999", 5, 6, 20, 21, 27)}),
                **self.some(0.6, lambda: {"age": self.pick(0, 18, "18.999999", 19, 70)}),
                **self.some(0.5, lambda: {"provider": self.pick("RK9", "RJ1", "XXX")}),
                **self.some(0.4, lambda: {"service": self.pick("spinal", "other", "")}),
                **self.some(0.2, lambda: {"critical_care_days": self.pick(1, 3, 30, "0.5")}),
                **self.some(0.1, lambda: {"rehabilitation_days": self.pick(1, 4)}),
                **self.some(0.1, lambda: {"palliative_care_days": 1}),
                **self.some(0.1, lambda: {"delayed_discharge_days": self.pick(1, 2)}),
                **self.some(0.2, lambda: {"emergency": self.pick(True, False)}),
                **self.some(0.3, lambda: {"admission_method": self.pick("11", "21", "2A", "28",
                                                                        "2E", "2a")}),
                **self.some(0.15, lambda: {"excess_days": self.pick(0, 4, "2.5", -3)}),
                **self.some(0.4, lambda: {"bpt": self.pick("BP01", "BP02", "BP99")}),
                **self.some(0.4, lambda: {"bpt_met": self.pick(True, False)}),
                **self.some(0.1, lambda: {"bpt_payment": self.amount(0, 900)}),
                **self.some(0.1, lambda: {"local_unit_price": self.signed(5000)}),
            })
        bpt = [{"hrg": hrg, "bpt": flag, **self.maybe_missing(
            {"bpt_base": price(), "bpt_short_stay_price": price(), "bpt_price": price()}, 0.35)}
            for hrg in ("DZ11B", "HB12C") for flag in ("BP01", "BP02")]
        tables = {
            "prices": {"key": ["hrg", "pod"], "rows": prices},
            "mff": {"key": ["provider"], "rows": [{"provider": "RK9", "mff": "1.01582"},
                                                  {"provider": "RJ1", "mff": "1.277029"}]},
            "top_ups": {"key": ["service"], "rows": [{"service": "spinal", "top_up": "32%"}]},
            "bpt": {"key": ["hrg", "bpt"], "rows": bpt},
        }
        for name in ("mff", "top_ups", "bpt"):
            if self.r.random() < 0.1:
                del tables[name]
        flags = ("mff", "top_ups", "long_stay", "short_stay", "top_up_on_long_stay",
                 "local_price_mff")
        params = {
            **{k: self.pick(True, False) for k in flags if self.r.random() < 0.25},
            **self.some(0.2, lambda: {"local_factor": self.pick("0.95", "1.1", "0", "1")}),
            **self.some(0.3, lambda: {"spell_unit": self.pick("1", "0.01", "0.05", "0.000001",
                                                              "100")}),
        }
        return {"activity": rows}, params, {"tables": tables}

    def price_equals_cost(self):
        rows = [self.maybe_missing({
            "pod": self.pick("NEL", "EL", "OP"), "count": self.count(),
            **self.some(0.5, lambda: {"pathway_count": self.count()})})
            for _ in range(self.r.randint(1, 5))]
        rows[0]["pod"] = "NEL"  # a key that stands in no row at all is an error
        costs = [{"pod": pod, "efficient_unit_cost": self.amount(0, 3000),
                  "actual_unit_cost": self.amount(0, 3000)} for pod in ("NEL", "EL")]
        if self.r.random() < 0.3:
            del costs[1]["actual_unit_cost"]
        params = {
            **self.some(0.6, lambda: {"basis": self.pick("efficient", "open-book", "open-book")}),
            **self.some(0.4, lambda: {"volume": self.pick("actual", "pathway")}),
            **self.some(0.4, lambda: {"margin": self.share()}),
            **self.some(0.5, lambda: {"target": self.amount(0, 5 * 10**6)}),
            **self.some(0.6, lambda: {"share": self.share()}),
            **self.some(0.5, lambda: {"ceiling": self.share()}),
            "transition": self.named_list("amount", self.signed, "label"),
        }
        return {"activity": rows, "unit_costs": {"key": ["pod"], "rows": costs}}, params, None

    def claims(self):
        money = lambda: self.pick("4000", "20000", "0", "0.005", self.amount(0, 30000))
        share = lambda: self.pick("35.7%", "50%", "0", "1", "60%", "0.123456")
        days = lambda: self.pick("0", "1", "3", "3.5", "5", "7", "-7")
        own = [name for name in ("fee", "per_diem", "case_rate", "percent_of_charges")
               if self.r.random() < 0.3]
        rows = []
        for i in range(self.r.randint(0, 6)):
            rows.append(self.maybe_missing({
                "claim": f"{i}", "service": self.pick("medical", "maternity", "other"),
                "code": self.pick("80053", "99213"),
                **self.some(0.4, lambda: {"units": self.count()}),
                **self.some(0.6, lambda: {"days": days()}),
                **self.some(0.8, lambda: {"charges": self.pick("5000", "100000", "100000.01",
                                                               self.signed(200000))}),
                **{name: share() if name == "percent_of_charges" else money() for name in own}}))
        rates = [{"service": s, **self.some(0.4, lambda: {"per_diem": money()}),
                  **self.some(0.4, lambda: {"case_rate": money()}),
                  **self.some(0.4, lambda: {"percent_of_charges": share()})}
                 for s in ("medical", "maternity")]
        facts = {"activity": rows}
        if rows and not any(name in row for name in own for row in rows):
            facts.update(self.some(0.5, lambda: {"rates": {"key": ["service"], "rows": rates}}))
            facts.update(self.some(0.3, lambda: {"fees": {"key": ["code"], "rows": [
                {"code": "80053", "fee": money()}]}}))
        ends = self.r.sample(["1", "3", "5", "6.5"], self.r.randint(0, 3))
        bands = [{"to": end, "per_diem": money()} for end in sorted(ends)]
        params = {
            **self.some(0.15, lambda: {"fee": money()}),
            **self.some(0.2, lambda: {"case_rate": money()}),
            **self.some(0.6, lambda: {"percent_of_charges": share()}),
            **self.some(0.4, lambda: {"lesser_of_charges": self.pick(True, False)}),
            **self.some(0.4, lambda: {"not_to_exceed": money()}),
            **self.some(0.4, lambda: {"stop_loss": {
                "threshold": self.pick("100000", "5000", "0"), "share": share(),
                **self.some(0.5, lambda: {"from": self.pick("above", "first")})}}),
            **self.some(0.2, lambda: {"claim_unit": self.pick("1", "0.05", "0.000001")}),
        }
        if self.r.random() < 0.3:
            params["per_diem"] = money()
        if self.r.random() < (0.03 if "per_diem" in params else 0.4):
            params["day_bands"] = bands + [{"to": None, "per_diem": money()}]
        return facts, params, None

    def cost_and_volume(self):
        rows = [{"count": self.pick(self.count(), 20, 60, 100)}
                for _ in range(self.r.randint(0, 4))]
        return {"activity": rows}, {
            "base_units": self.pick(100, 120, 0, "99.5"), "base_amount": self.amount(),
            "marginal_price": self.amount(0, 900),
            **self.some(0.6, lambda: {"tolerance": self.pick("20%", "0", "2%", "1/3", "1.5")}),
            **self.some(0.6, lambda: {"marginal_price_below": self.amount(0, 900)}),
        }, None

    # --------------------------------------------------------- contract rules

    def capitation(self):
        rows = [self.maybe_missing({
            "group": f"g{i}", "heads": self.amount(0, 60000),
            **self.some(0.5, lambda: {"weight": self.pick("0.62", "1.4", "0", "7/12")}),
            **self.some(0.3, lambda: {"rate": self.amount(0, 900)})}, 0.03)
            for i in range(self.r.randint(0, 4))]
        deduction = lambda i: {"label": f"d{i}", **self.pick(
            {"amount": self.signed()}, {"share": self.share()}, {"amount": "5"}, {"share": "5%"})}
        params = {
            **self.some(0.7, lambda: {"rate": self.amount(0, 900)}),
            **self.some(0.2, lambda: {"pot": {
                "amount": self.amount(), "weighted_population": self.pick("51000", "7", "0.5")}}),
            "indices": self.named_list("factor", lambda: self.pick("1.04", "0.99", "1/3")),
            "uplifts": self.named_list("rate", lambda: self.pick("2.1%", "-1%", "0")),
            **self.some(0.3, lambda: {"proportion": self.share()}),
            "deductions": [deduction(i) for i in range(self.r.randint(0, 3))],
        }
        if params["deductions"] and self.r.random() < 0.05:
            params["deductions"][0].update({"amount": "1", "share": "1%"})
        return {"population": rows, **self.carved(params)}, params, None

    def carved(self, params):
        """Now and then deductions that an earlier component values, and what it prices."""
        if self.r.random() < 0.5:
            return {}
        pods = lambda: self.pick("EL", "NEL", "D*", ["EL", "NEL"], ["DC"], "none")
        scope = lambda: {"pod": pods(), **self.some(0.3, lambda: {"not": {"pod": pods()}})}
        for i in range(self.r.randint(1, 3)):
            params["deductions"].append({
                "label": f"v{i}", "valued_by": "before",
                **self.some(0.4, lambda: {"part": self.pick("70%", "0", "1/3", "1", "100.5%")}),
                **self.some(0.8, lambda: {"of_scope": self.pick(scope(), {"not": scope()})})})
        params["before"] = {
            "id": "before", "rule": "pbr", "shadow": self.pick(True, False),
            **self.some(0.5, lambda: {"scope": self.pick(scope(), {"not": scope()})})}
        return {"activity": [{"pod": self.pick("EL", "NEL", "DC"), "count": self.count(),
                              "price": self.pick("2150", "0.005", self.amount(0, 3000))}
                             for _ in range(self.r.randint(1, 6))]}

    def outcomes(self):
        value = lambda: self.pick("0", "10", "11.2", "13", "68%", "-1", "100", "95")
        rows = []
        for i in range(self.r.randint(0, 4)):
            row = {"measure": f"m{i}", "floor": value(), "target": value()}
            if self.r.random() < 0.6:
                row["value"] = value()
            else:
                row.update(numerator=value(), denominator=self.pick("0", "10", "100"))
            row.update(self.some(0.4, lambda: {"weight": self.pick("2", "0", "0.5")}))
            row.update(self.some(0.3, lambda: {"gate": self.pick(True, False)}))
            rows.append(self.maybe_missing(row, 0.04))
        params = {
            "base": self.amount(), "at_risk": self.share(),
            **self.some(0.5, lambda: {"mode": self.pick("bonus", "withhold")}),
            **self.some(0.3, lambda: {"scale": self.pick("step", "linear")}),
            **self.some(0.5, lambda: {"missing": self.pick("exclude", "zero")}),
        }
        if params.get("mode") == "bonus" or self.r.random() < 0.03:
            params.update(self.some(0.5, lambda: {"cap": self.amount(0, 10**5)}))
        if self.r.random() < 0.3:
            params["at_risk_amount"] = self.amount(0, 10**5)
            if self.r.random() < 0.9:
                del params["at_risk"]
        return {"outcomes": rows}, self.on_components(params, "base"), None

    def on_components(self, params, name):
        """Now and then stands on components in place of a parameter."""
        if self.r.random() < 0.4:
            params["of"] = True
            if self.r.random() < 0.95:
                del params[name]
        return params

    def block(self):
        return {}, {"amount": self.signed(), "uplifts": self.named_list("rate", self.share),
                    **self.some(0.5, lambda: {"proportion": self.share()})}, None

    def cap_and_collar(self):
        return {}, {"of": True, "plan": self.amount(), **self.some(0.8, lambda: {"cap": self.share()}),
                    **self.some(0.8, lambda: {"collar": self.share()})}, None

    def adjustment(self):
        return {}, {"of": True, "adjustments": [{
            "name": f"a{i}", "rate": self.pick("-2%", "1%", "-150%", "-1", "1/3", "0", "-0.123456"),
            **self.some(0.6, lambda: {"on": self.pick("gain", "loss", "all")}),
            **self.some(0.4, lambda: {"basis": self.pick("running", "original")})}
            for i in range(self.r.randint(0, 4))]}, None

    def marginal_rate(self):
        return {}, {"of": True, "baseline": self.signed(), "rate": self.pick("70%", "1", "0", "1.2"),
                    **self.some(0.6, lambda: {"rate_below": self.share()})}, None

    def risk_corridor(self):
        ends = sorted(self.r.sample([0, 1, 2, 3, 5, 8, 10], self.r.randint(0, 4)))
        bands = [{"to": f"{end}%", "provider_share": self.share()} for end in ends]
        if self.r.random() < 0.6:
            bands.append({"to": None, "provider_share": self.share()})
        if self.r.random() < 0.06:
            self.r.shuffle(bands)
        budget = self.amount(10**5, 2 * 10**5)
        params = {"budget": budget, "bands": bands, "actual": self.pick(
            budget, self.amount(10**5, 2 * 10**5), str(int(float(budget) * 1.03)), "0")}
        facts = {}
        if self.r.random() < 0.4:
            facts["costs"] = [self.maybe_missing({"label": f"c{i}", "amount": self.signed(10**5)})
                              for i in range(self.r.randint(0, 3))]
            del params["actual"]
        return facts, self.on_components(params, "budget"), None

    def aligned_payment_incentive(self):
        return {}, {"of": "shadow", "fixed": self.amount(), "baseline": self.amount(),
                    "rate_above": self.share(), "rate_below": self.share()}, None

    def conditional_funding(self):
        names = self.r.sample(["Q1", "Q2", "Q3", "Q4"], self.r.randint(0, 4))
        shares = {name: self.pick("25%", "10%", "1/3") for name in names}
        stated = self.r.random() < 0.3
        rows = []
        for name in names:
            for i in range(self.r.randint(1, 3)):
                row = {"instalment": name, "measure": f"m{i}", "weight": self.pick("70%", "0.125"),
                       "met": self.pick(True, True, False), "gate": i == 0}
                if self.r.random() < 0.2:
                    row["gate"] = self.pick(True, False)
                if stated and self.r.random() < 0.8:
                    row["share"] = shares[name]
                rows.append(self.maybe_missing(row, 0.03))
        if self.r.random() < 0.3:
            self.r.shuffle(rows)
        return {"conditions": rows}, {"amount": self.signed(), **self.some(
            0.6, lambda: {"catch_up": self.pick(True, False)})}, None

    def bundle(self):
        return {}, {"benchmark": self.pick("9000", "0", self.amount(0, 10000)),
                    "discount": self.pick("3%", "0", "1", "1/3"), "episodes": self.count(),
                    "actual": self.pick("8400", "8730", "9166.5", self.amount(0, 12000)),
                    "stop": self.pick("5%", "0", "1/3")}, None

    def shared_savings(self):
        rates = [{"from": "5000", "to": "5999", "rate_from": "3.9%", "rate_to": "3.6%"},
                 {"from": "6000", "to": "6000", "rate_from": "3%", "rate_to": "1%"},
                 {"from": "6001", "rate_from": "2%", "rate_to": "1.9%"}]
        params = {
            "benchmark": self.pick("1000000", "0", "1000000"),
            "expenditure": self.pick("980000", "979999.99", "1020000", "1020000.01", "1000000",
                                     "963700", self.amount(0, 2 * 10**6)),
            "minimum_savings_rate": self.pick("2%", "0", "3%"), "sharing_rate": self.share(),
            **self.some(0.5, lambda: {"savings_cap": self.share()}),
            **self.some(0.5, lambda: {"minimum_loss_rate": self.pick("2%", "4%", "0")}),
            **self.some(0.5, lambda: {"loss_cap": self.share()}),
            **self.some(0.4, lambda: {"quality": self.pick("80%", "0", "1", "0.5", "1.1")}),
            **self.some(0.3, lambda: {"quality_gate": self.pick("80%", "0", "81%")}),
            **self.some(0.3, lambda: {"payment_factor": self.pick("98%", "0", "1/3")}),
            **self.some(0.3, lambda: {"loss_cap_revenue": self.share(),
                                      **self.some(0.95, lambda: {"revenue": self.amount()})}),
        }
        if self.r.random() < 0.5:
            params["loss_rate"] = self.share()
        else:
            params.update(self.some(0.5, lambda: {"loss_rate_min": self.pick("40%", "0")}))
            params.update(self.some(0.5, lambda: {"loss_rate_max": self.pick("75%", "1", "40%")}))
        facts = {}
        if self.r.random() < 0.4:
            params["beneficiaries"] = self.pick("5000", "5500", "5999", "6000", "6001", "90000",
                                                "5123.5", "5999.5")
            facts["minimum_savings_rates"] = [self.maybe_missing(dict(r), 0.03) for r in rates]
            if self.r.random() < 0.97:
                del params["minimum_savings_rate"]
        return facts, params, None

    def qof(self):
        rows = [self.maybe_missing({
            "indicator": f"i{i}", "numerator": self.pick(0, 40, 65, 90, 95, 120),
            "denominator": self.pick(100, 130, 0, 95), "lower": self.pick("0.4", "40%", "0.9"),
            "upper": self.pick("0.9", "90%"), "points": self.pick(29, "0.5", 0),
            **self.some(0.4, lambda: {"exceptions": self.pick(0, 5, 100, 95)}),
            **self.some(0.7, lambda: {"prevalence": self.pick("3.05", "0", "1.2%"),
                                      "national_prevalence": self.pick("2.1", "0", "4.2%")})}, 0.02)
            for i in range(self.r.randint(0, 4))]
        return {"indicators": rows}, {
            "point_value": self.pick("207.56", "0", "1"), "list": self.pick(16000, 0, 9374),
            "national_list": self.pick(9374, 7), **self.some(
                0.5, lambda: {"factor_places": self.pick(0, 2, 3, 12)})}, None

    def risk_pool(self):
        n = self.r.randint(1, 6)
        weights = [self.r.randint(0, 9) for _ in range(n)]
        weights[0] += not sum(weights)
        cap = lambda: self.pick("0", "3", "0.005", self.amount(0, 300000))
        rows = [self.maybe_missing({
            "organisation": f"o{i}", "share": f"{w}/{sum(weights)}",
            **self.some(0.7, lambda: {"amount": self.pick("0.01", "0.015", self.signed())}),
            **self.some(0.3, lambda: {"loss_cap": cap()}),
            **self.some(0.3, lambda: {"gain_cap": cap()})}, 0.01)
            for i, w in enumerate(weights)]
        if self.r.random() < 0.03:
            rows[0]["share"] = self.pick("1/3", "-1")
        member = self.r.randint(0, n if self.r.random() < 0.05 else n - 1)
        return {"members": rows}, {"member": f"o{member}", **self.some(
            0.6, lambda: {"residual": self.pick("respread", "named")})}, None

    # --------------------------------------------------------------- allocate

    def allocated(self, index):
        """A chain of components that deal what they change back to the lines of others."""
        rows = [{"pod": self.pick("EL", "NEL", "OP", "DC"), "count": self.count(),
                 "local_unit_price": self.signed(900)} for _ in range(self.r.randint(1, 8))]
        first = [{"id": "acute", "rule": "pbr"},
                 {"id": "part", "rule": "pbr", "scope": {"pod": ["EL", "OP"]}},
                 {"id": "grant", "rule": "block", "params": {"amount": self.signed(9000)}}]
        chain = []
        for i in range(self.r.randint(1, 4)):
            rule = self.pick("cap_and_collar", "marginal_rate", "adjustment")
            params = getattr(self, rule)()[1]
            del params["of"]
            before = [c["id"] for c in first + chain if "of" not in c or "allocate" in c]
            chain.append({"id": f"c{i}", "rule": rule.replace("_", "-"), "params": params,
                          "of": self.r.sample(before, self.r.randint(1, len(before))),
                          **self.some(0.9, lambda: {"allocate": self.pick("value", "quantity")})})
        return {"reckoner": "contract/1", "id": f"allocate-{index}", "currency": "GBP",
                "periods": [dict(zip(("id", "start", "end"), PERIODS[0]))],
                "facts": {"activity": rows}, "arrangements": {"main": first + chain}}

    # --------------------------------------------------------------- contract

    def contract(self, rule, index):
        if rule == "allocate":
            return self.allocated(index)
        facts, params, tariff = getattr(self, rule.replace("-", "_"))()
        standing = params.pop("of", None)
        component = {"id": "c", "rule": rule, "params": params}
        before = params.pop("before", None)
        components = [before, component] if before else [component]
        if standing:
            component["of"] = [f"v{i}" for i in range(self.r.randint(1, 2))]
            components = [{"id": name, "rule": "block", "params": {"amount": self.pick(
                self.signed(), params.get("plan", "5"), params.get("baseline", "7"))}}
                for name in component["of"]] + components
            if standing == "shadow":
                for other in components[:-1]:
                    other["shadow"] = self.r.random() < 0.95
        if self.r.random() < 0.3:
            component["per"] = self.pick("year", "period")
        period = dict(zip(("id", "start", "end"), self.r.choice(PERIODS)))
        if standing and period["id"] != "2016-17":
            component.setdefault("per", "period")
        contract = {
            "reckoner": "contract/1", "id": f"{rule}-{index}", "currency": "GBP",
            "periods": [period], "facts": facts, "arrangements": {"main": components},
        }
        if tariff:
            contract["tariff"] = {
                "reckoner": "tariff/1", "id": "t", "currency": "GBP",
                "effective": {"from": "2016-01-01", "to": "2017-03-31"}, **tariff}
        return contract


RULES = ("pbr", "price-equals-cost", "claims", "cost-and-volume", "capitation", "outcomes", "block",
         "cap-and-collar", "adjustment", "marginal-rate", "risk-corridor", "aligned-payment-incentive",
         "conditional-funding", "bundle", "shared-savings", "qof", "risk-pool", "allocate")


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=100, help="contracts of each rule")
    options.add_argument("--rule", action="append", choices=RULES)
    given = options.parse_args()
    for rule in given.rule or RULES:
        maker = Maker(f"{given.seed} {rule}")
        for index in range(given.count):
            print(json.dumps(maker.contract(rule, index)))


if __name__ == "__main__":
    main()
