#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lines, periods and totals add up to the last digit that is printed, in JSON and CSV, where the
figures of a document are not whole pennies.

    footing.py RECKON SOURCE_DIR SCRATCH

Over systems and contracts made of such figures by a seeded generator, and the shipped ones.
"""
import csv
import io
import json
import pathlib
import random
import shutil
import subprocess
import sys
from decimal import Decimal

PERIODS = [{"id": "y1", "start": "2016-04-01", "end": "2017-03-31"}, {"id": "y2", "start": "2017-04-01", "end": "2018-03-31"},
           {"id": "y3", "start": "2018-04-01", "end": "2019-03-31"}]
OUT = {"payment", "cost", "double-running", "stranded", "investment", "repayment", "activity", "activity-moved", "vat"}


def amount(draw, most=1000):
    return f"{draw.randrange(1, most)}.{draw.randrange(10 ** 6):06}"


def system(draw, currency):
    """Organisations, contracts, flows, changes and a pool, nothing of which is a whole penny."""
    organisations = [{"id": "ccg", "kind": "commissioner", "control_total": f"-{amount(draw)}"}, {"id": "trust", "kind": "trust"},
                     {"id": "practices", "kind": "gp-practice", "vat_recovery": "1/3"},
                     {"id": "venture", "kind": "joint-venture", "vat_recovery": "0.5",
                      "owners": [{"organisation": "trust", "share": "1/3"}, {"organisation": "practices", "share": "2/3"}]}]
    arrangements = {"block": [{"id": "sum", "rule": "block", "params": {"amount": amount(draw)}}],
                    "priced": [{"id": "units", "rule": "price-equals-cost", "params": {"margin": "1.2345%"}}]}
    contracts = [{"id": "main", "payer": "ccg", "payee": "trust", "vat": {"rate": "17.5%"},
                  "contract": {"arrangements": arrangements}},
                 {"id": "sub", "payer": "trust", "payee": "practices", "under": "main", "vat": {"rate": "20%", "taxable": "1/7"},
                  "contract": {"arrangements": {"block": [{"id": "sum", "rule": "block", "params": {"amount": amount(draw, 50)}}]}}},
                 {"id": "joint", "payer": "ccg", "payee": "venture",
                  "contract": {"arrangements": {"block": [{"id": "sum", "rule": "block", "params": {"amount": amount(draw, 90)}}]}}}]
    kinds = ["income", "grant", "cost", "double-running", "stranded", "investment", "repayment"]
    flows = [{"organisation": "ccg", "kind": "allocation", "amount": amount(draw, 9000), "label": "Allocation"}]
    for i in range(draw.randrange(4, 14)):
        flow = {"organisation": draw.choice(organisations)["id"], "kind": draw.choice(kinds), "amount": amount(draw), "label": f"flow {i}"}
        if draw.random() < 0.3:
            flow["delivery"] = "1/3"
        if flow["kind"] not in ("income", "grant") and draw.random() < 0.3:
            flow["vat"] = {"rate": "17.5%"}
        flows.append(flow)
    return {"reckoner": "system/1", "id": "fractions", "currency": currency, "periods": PERIODS, "organisations": organisations,
            "facts": {"activity": [{"pod": "EL", "count": "33.333"}, {"pod": "OP", "count": "77.7"}],
                      "unit_costs": {"key": ["pod"], "rows": [{"pod": "EL", "efficient_unit_cost": "14.123457"}, {"pod": "OP", "efficient_unit_cost": "3.3333"}]}},
            "contracts": contracts, "flows": flows,
            "cost_behaviour": [{"organisation": "trust", "pod": "EL", "unit_cost": "12.345678", "fixed": "1/3", "decay_by_age": ["100%", "2/3", "1/7"]}],
            "pool": {"members": [{"organisation": "ccg", "share": "1/3"}, {"organisation": "trust", "share": "1/3"}, {"organisation": "practices", "share": "1/3"}],
                     "charges": ["double-running", "stranded"], "residual": "named"},
            "scenarios": {"today": {"arrangements": {"main": "block"}},
                          "moved": {"arrangements": {"main": draw.choice(["block", "priced"])}, "delivery": "5/7", "changes": [
                              {"contract": "main", "period": ["y2", "y3"], "where": {"pod": "EL"}, "count": "-7.777777",
                               "to": {"organisation": "practices", "unit_cost": "4.444444"}}]}},
            "balance": {"window": 2, "discount_rate": "3.5%"}}


def contract(draw, currency):
    rows = [{"pod": draw.choice(["EL", "NEL", "OP"]), "hrg": f"H{i % 3}", "count": f"{draw.randrange(1, 9)}.{draw.randrange(1000):03}",
             "price": amount(draw), "actual_unit_cost": amount(draw)} for i in range(9)]
    return {"reckoner": "contract/1", "id": "fractions", "currency": currency, "periods": PERIODS[:2],
            "facts": {"activity": rows, "population": [{"group": f"g{i}", "heads": draw.randrange(100, 999), "weight": "0.777777"} for i in range(5)]},
            "arrangements": {"a": [{"id": "units", "rule": "pbr"}, {"id": "part", "rule": "marginal-rate", "of": ["units"], "params": {"baseline": amount(draw, 5000), "rate": "1/3"}},
                                   {"id": "heads", "rule": "capitation", "params": {"rate": "7.654321"}}]}}


class Feet:
    def __init__(self, where):
        self.where, self.wrong = where, []

    def equal(self, what, left, right):
        if left != right:
            self.wrong.append(f"{self.where}: {what}: {left} is not {right}")


def money(text):
    return Decimal(text if text is not None else 0)


def check_position(feet, what, p):
    lines = sum((-money(line["amount"]) if line["kind"] in OUT else money(line["amount"]) for line in p["lines"]), Decimal(0))
    feet.equal(f"{what}: lines", lines, money(p["before_pool"]))
    feet.equal(f"{what}: income less costs", money(p["income"]) - money(p["costs"]), money(p["before_pool"]))
    pooled = sum(money(p.get(key)) for key in ("before_pool", "lifted", "share", "owners"))
    feet.equal(f"{what}: the pool", pooled, money(p["after_pool"]))
    if p["control_total"] is not None:
        feet.equal(f"{what}: against", money(p["after_pool"]) - money(p["control_total"]), money(p["against_control_total"]))
    for key, kind in (("double_running", "double-running"),):
        feet.equal(f"{what}: {key}", sum(money(line["amount"]) for line in p["lines"] if line["kind"] == kind), money(p[key]))


def check_scenario(feet, s, first):
    so_far, totals, systems = Decimal(0), {}, []
    for period in s["periods"]:
        what = f"{s['scenario']} {period['period']}"
        so_far += money(period["system"])
        systems.append(money(period["system"]))
        feet.equal(f"{what}: cumulative", so_far, money(period["cumulative"]))
        after = Decimal(0)
        for p in period["organisations"]:
            check_position(feet, f"{what} {p['id']}", p)
            totals[p["id"]] = totals.get(p["id"], Decimal(0)) + money(p["after_pool"])
            after += money(p["after_pool"])
        pool = period.get("pool", {})
        feet.equal(f"{what}: system", after + money(pool.get("residual")) - money(pool.get("drawn_from_reserve")), money(period["system"]))
        for key in ("stranded", "double_running"):
            feet.equal(f"{what}: {key}", sum(money(p[key]) for p in period["organisations"]), money(period[key]))
        bearing = sum(map(money, period["incurred_by"].values()))
        feet.equal(f"{what}: incurred", bearing, money(period["stranded"]) + money(period["double_running"]))
        vat = sum(money(line["amount"]) for p in period["organisations"] for line in p["lines"] if line["kind"] == "vat")
        feet.equal(f"{what}: vat", vat, money(period["vat"]))
        for c in period["contracts"]:
            paid = [money(line["amount"]) for p in period["organisations"] if p["id"] == c["payer"]
                    for line in p["lines"] if line["kind"] == "payment" and line.get("label") == c["id"]]
            feet.equal(f"{what}: payment of {c['id']}", sum(paid), money(c["payment"]))
    feet.equal(f"{s['scenario']}: total", so_far, money(s["balance"]["total"]))
    for o in s["organisations"]:
        feet.equal(f"{s['scenario']}: total of {o['id']}", totals[o["id"]], money(o["total"]))
    for step in s.get("bridge", []):
        change = sum(money(amount) for key, amount in step.items() if key != "organisation")
        before = {o["id"]: money(o["total"]) for o in first["organisations"]}
        before[None] = money(first["balance"]["total"])
        now = {**totals, None: so_far}
        feet.equal(f"{s['scenario']}: bridge of {step['organisation']}", change, now[step["organisation"]] - before[step["organisation"]])
    return totals


def check_system_csv(feet, text):
    rows = list(csv.DictReader(io.StringIO(text)))
    sums, said = {}, {}
    for row in rows:
        at = (row["scenario"], row["period"], row["organisation"])
        if row["kind"] in ("position-before-pool", "position-after-pool"):
            said[(*at, row["kind"])] = money(row["amount"])
        elif row["organisation"] and row["kind"] not in ("lifted-into-pool", "share-of-pool", "owners", "control-total", "position-with-members"):
            sums[at] = sums.get(at, Decimal(0)) + (-money(row["amount"]) if row["kind"] in OUT else money(row["amount"]))
    for at, total in sums.items():
        feet.equal(f"csv {at}", total, said[(*at, "position-before-pool")])


def check_result(feet, r):
    total = Decimal(0)
    for period in r["periods"]:
        paid = Decimal(0)
        for c in period["components"]:
            what = f"{period['period']} {c['id']}"
            lines = sum(money(line["amount"]) for line in c["lines"] if not line.get("memo") and "of" not in line)
            feet.equal(f"{what}: lines", lines, money(c["total"]))
            if c["elements"]:
                feet.equal(f"{what}: elements", sum(map(money, c["elements"].values())), money(c["total"]))
            if c.get("groups"):
                feet.equal(f"{what}: groups", sum(money(g["amount"]) for g in c["groups"]), money(c["total"]))
            paid += 0 if c.get("shadow") else money(c["total"])
        feet.equal(f"{period['period']}: components", paid, money(period["total"]))
        total += money(period["total"])
    feet.equal("total", total, money(r["total"]))
    if r["cost"] is not None:
        feet.equal("margin", money(r["total"]) - money(r["cost"]), money(r["margin"]))


def run(reckon, *words):
    done = subprocess.run([reckon, *map(str, words), "-q"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(map(str, words))}: exit {done.returncode}: {done.stderr[:600]}")
    return done.stdout


def check_contract_csv(feet, text, total):
    feet.equal("csv", sum(money(row["amount"] or 0) for row in csv.DictReader(io.StringIO(text))), total)


def main(reckon, source, scratch):
    source, scratch, wrong, n = pathlib.Path(source), pathlib.Path(scratch), [], 0
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    draw = random.Random(20160401)
    systems = sorted((source / "configs/systems").glob("*.json"))
    contracts = sorted((source / "configs/contracts").glob("*.json"))
    for i in range(40):
        for kind, make, paths in (("system", system, systems), ("contract", contract, contracts)):
            paths.append(scratch / f"{kind}-{i}.json")
            paths[-1].write_text(json.dumps(make(draw, draw.choice(["GBP", "BHD", "JPY"] if kind == "system" else ["GBP", "BHD"])), indent=1))
    for path in systems:
        feet = Feet(path.name)
        result = json.loads(run(reckon, "system", path, "-f", "json"))
        made = path.parent == scratch
        for s in result["scenarios"] if made else []:
            check_scenario(feet, s, result["scenarios"][0])
        check_system_csv(feet, run(reckon, "system", path, "-f", "csv"))
        wrong += feet.wrong
        n += 1
    for path in contracts:
        feet = Feet(path.name)
        result = json.loads(run(reckon, "evaluate", path, "-f", "json", "--group-by", "pod") if path.parent == scratch else run(reckon, "evaluate", path, "-f", "json"))
        check_result(feet, result)
        check_contract_csv(feet, run(reckon, "evaluate", path, "-f", "csv"), money(result["total"]))
        wrong += feet.wrong
        n += 1
    print("\n".join(wrong[:60]))
    print(f"{n} documents, {len(wrong)} sums that do not add up")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
