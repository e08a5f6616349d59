#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random systems, evaluated by reckon and by the oracle: no penny differs.

    compare_systems.py RECKON SCRATCH_DIR [--seed N] [--count N]

Each system becomes a vector whose expectation is what the oracle makes of it; `reckon test`
runs them. Those that differ stay in SCRATCH_DIR. `--count 100000` is the long run.
"""
import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys

import systems

PERIODS = [
    [("y1", "2016-04-01", "2017-03-31"), ("y2", "2017-04-01", "2018-03-31"), ("y3", "2018-04-01", "2019-03-31")],
    [("q1", "2015-04-01", "2015-06-30"), ("q2", "2015-07-01", "2015-09-30"), ("q3", "2015-10-01", "2016-03-31"),
     ("y2", "2016-04-01", "2017-03-31")],
    [("a", "2019-04-01", "2019-09-15"), ("b", "2019-09-16", "2020-03-31"), ("c", "2020-04-01", "2021-03-31")],
    [("c1", "2016-01-01", "2016-12-31"), ("c2", "2017-01-01", "2017-12-31")],
]
KINDS = ("allocation", "income", "grant", "cost", "double-running", "stranded", "investment", "repayment")


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
        return self.r.choice(("up", {"rate": self.r.choice(("2.1%", "-1%", "0.03")), "growth": "0.8%"}))

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

    def span(self, holder):
        days = ("2015-05-12", "2016-08-01", "2017-02-10", "2017-10-01", "2019-11-30", "2020-06-30")
        self.maybe(0.2, holder, "from", lambda: self.r.choice(days[:4]))
        self.maybe(0.2, holder, "to", lambda: self.r.choice(days[4:]))

    def flow(self):
        flow = {"organisation": self.r.choice(self.names), "kind": self.r.choice(KINDS), "amount": self.money()}
        self.maybe(0.3, flow, "per", lambda: "year")
        self.maybe(0.3, flow, "index", self.index)
        self.maybe(0.3, flow, "period", lambda: self.r.choice(self.ids))
        self.maybe(0.3, flow, "delivery", lambda: self.r.choice(("60%", "scenario", "1/3")))
        self.span(flow)
        if flow["kind"] in KINDS[3:]:
            self.maybe(0.2, flow, "vat", lambda: {"rate": "20%", "taxable": self.ratio()})
        return flow

    def behaviour(self, pod):
        out = {"organisation": "trust", "pod": pod, "unit_cost": self.money(2000), "fixed": self.ratio()}
        self.maybe(0.3, out, "index", self.index)
        if self.r.random() < 0.7:
            out["decay_by_age"] = [self.ratio() for _ in range(self.r.randint(1, 3))]
            self.maybe(0.4, out, "decay_unit", lambda: self.r.choice(("year", "period")))
        else:
            out["decay"] = {i: self.ratio() for i in self.ids if self.r.random() < 0.6}
        return out

    def change(self):
        out = {"contract": "acute", "where": {"pod": self.r.choice(("EL", "NEL"))},
               "count": self.r.choice(("-10%", "5%", str(self.r.randint(-90, 90)), "-12.5",
                                          {"standard_deviations": self.r.choice(("2", "-1.5"))}))}
        self.maybe(0.5, out, "period", lambda: self.r.choice(self.ids))
        self.maybe(0.3, out, "delivery", self.ratio)
        self.maybe(0.4, out, "to", lambda: {"organisation": "gp", "unit_cost": self.money(900)})
        return out

    def contracts(self):
        acute = {"id": "acute", "payer": "ccg", "payee": "trust", "contract": {"arrangements": {
            "pbr": [{"id": "p", "rule": "pbr"}],
            "block": [{"id": "b", "rule": "block", "params": {"amount": self.money()}}]}}}
        self.span(acute)
        local = {"id": "local", "payer": "ccg", "payee": "gp", "vat": {"rate": "20%", "taxable": self.ratio()},
                 "contract": {"arrangements": {"b": [{"id": "b", "rule": "block", "params": {"amount": self.money()}}]}}}
        component = local["contract"]["arrangements"]["b"][0]
        self.maybe(0.5, component, "per", lambda: "year")
        self.maybe(0.4, component, "index", self.index)
        met = {"position_excluding_grants": "control_total"}
        self.maybe(0.5, met, "cumulative", lambda: True)
        self.maybe(0.4, met, "after_pool", lambda: True)
        fund = {"id": "fund", "payer": "nhse", "payee": "trust", "contract": {
            "facts": {"conditions": [{"instalment": "i", "measure": "m", "weight": "1", "gate": True, "met": met}]},
            "arrangements": {"c": [{"id": "c", "rule": "conditional-funding", "params": {"amount": self.money()}}]}}}
        return [acute, local, fund]

    def pool(self):
        names = ["ccg", "trust", "gp", "council"]
        pool = {"charges": self.r.sample(KINDS[3:], self.r.randint(1, 3)),
                "residual": self.r.choice(("respread", "named", "returned")), "variance": self.r.random() < 0.2}
        if self.r.random() < 0.3:
            pool["tiers"] = [{"to": self.money(300000), "members": self.members(names)},
                             {"members": self.members(names)}]
            if pool["tiers"][0]["to"] == "0.00":
                pool["tiers"][0]["to"] = "1"
        else:
            pool["members"] = self.members(names)
        self.maybe(0.3, pool, "reserve", self.money)
        return pool

    def system(self, number):
        periods = self.r.choice(PERIODS)
        self.ids = [p[0] for p in periods]
        self.names = ["ccg", "trust", "gp", "council", "venture", "upper", "watcher", "nhse"]
        organisations = [
            {"id": "ccg", "kind": "commissioner"}, {"id": "trust", "kind": "trust"},
            {"id": "gp", "kind": "gp-federation", "vat_recovery": self.ratio()},
            {"id": "council", "kind": "local-authority"},
            {"id": "venture", "kind": "joint-venture", "vat_recovery": "0",
             "owners": [{"organisation": n, "share": s} for n, s in zip(("upper", "gp"), self.shares("ab"))]},
            {"id": "upper", "kind": "joint-venture", "vat_recovery": "1/3",
             "owners": [{"organisation": n, "share": s} for n, s in zip(("ccg", "trust"), self.shares("ab"))]},
            {"id": "watcher", "kind": "other", "role": "observer", "vat_recovery": "0"},
            {"id": "nhse", "kind": "outside", "vat_recovery": "1"}]
        for o in organisations[:6]:
            self.maybe(0.2, o, "opening_cash", self.money)
        for o in organisations[:4]:
            o["control_total"] = self.r.choice(("-" + self.money(), self.money(),
                                                {"amount": "-" + self.money(), "index": "up"}))
            self.maybe(0.3, o, "loss_cap", lambda: self.money(200000))
            self.maybe(0.3, o, "gain_cap", lambda: self.money(200000))
        index = {"rate": "2.1%", "efficiency": "1.1%", "base": self.r.choice(self.ids)}
        self.maybe(0.3, index, "by_period", lambda: {self.ids[-1]: {"rate": "4%"}})
        scenarios = {"base": {}, "second": {"like": "base", "delivery": self.ratio(), "arrangements": {"acute": "block"}},
                     "third": {"like": "second", "changes": [self.change() for _ in range(self.r.randint(0, 3))],
                               "set": {"/flows/0/amount": {"times": self.ratio(), "plus": self.money()},
                                       "/flows/-": self.flow()}}}
        self.maybe(0.7, scenarios["base"], "changes", lambda: [self.change() for _ in range(self.r.randint(1, 3))])
        document = {
            "reckoner": "system/1", "id": f"random-{number}", "indices": {"up": index},
            "periods": [dict(zip(("id", "start", "end"), p)) for p in periods],
            "organisations": organisations,
            "tariff": {"reckoner": "tariff/1", "id": "t", "currency": "GBP", "tables": {"prices": {"key": ["pod"], "rows": [
                {"pod": "EL", "price": self.money(3000)}, {"pod": "NEL", "price": self.money(3000)}]}}},
            "facts": {"activity": [{"pod": "EL", "count": 900}, {"pod": "NEL", "count": "1200.5"}]},
            "contracts": self.contracts(), "flows": [self.flow() for _ in range(self.r.randint(1, 6))],
            "cost_behaviour": [self.behaviour("EL"), self.behaviour("NEL")], "scenarios": scenarios}
        self.maybe(0.3, document, "year_starts", lambda: self.r.choice(("04-01", "01-01", "07-15")))
        if document.get("year_starts") and isinstance(index.get("by_period"), dict):
            del index["by_period"]
        self.maybe(0.7, document, "pool", self.pool)
        return document


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("reckon")
    options.add_argument("scratch", type=pathlib.Path)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=2000)
    given = options.parse_args()
    shutil.rmtree(given.scratch, ignore_errors=True)
    given.scratch.mkdir(parents=True)
    maker = Maker(given.seed)
    wrong = figures = 0
    for start in range(0, given.count, 200):
        files = []
        for number in range(start, min(start + 200, given.count)):
            document = maker.system(number)
            at = systems.evaluate(json.loads(json.dumps(document)))
            figures += len(at)
            path = given.scratch / f"{number}.json"
            path.write_text(json.dumps({"reckoner": "vector/1", "id": f"random-{number}", "source": "tests/oracle",
                                        "system": document, "cases": [{"expect": {"at": at}}]}), encoding="utf-8")
            files.append(str(path))
        done = subprocess.run([given.reckon, "test", *files], capture_output=True, text=True, check=False)
        last = (done.stdout.strip().split("\n") or [""])[-1]
        if done.returncode == 0 and last == f"{len(files)} passed, 0 failed":
            for file in files:
                pathlib.Path(file).unlink()
            continue
        wrong += 1
        print(done.stdout[-4000:] + done.stderr[-2000:])
        break
    print(f"{given.count} systems, {figures} figures: {'they differ' if wrong else 'no penny differs'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
