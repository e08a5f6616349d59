#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds `reckon variance` against an independent computation in exact fractions.

    variance.py RECKON [CASES [SEED]]

Makes random plans and actuals (groups that only one of them has, quantities of zero and below, or that cancel out, large ones,
rows without a price, a cap on top, several periods) and checks that

* the steps add up to the difference of the totals, and each grouping's variances with the
  components and rounding do too, to the penny, whatever the grouping;
* each group's effects add up to its variance, and are the exact ones but for a penny;
* the totals are those of `reckon evaluate`.
"""
import csv
import decimal
import fractions
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile

D, F = decimal.Decimal, fractions.Fraction
PRICES = {("DZ11B", "NEL"): 2150, ("HN12A", "EL"): 5801, ("HN12A", "DC"): 1999, ("AA22C", "NEL"): 3301,
          ("FZ61Z", "EL"): 777}
PROVIDERS = ("RHW", "RTH", "RXQ")
PERIODS = ("2016-04", "2016-05", "2016-06")
EFFECTS = ("volume", "mix", "price", "new", "gone", "unpriced")


def rows_of(rng, providers):
    rows = []
    for _ in range(rng.choice((0, 1, 3, 12, 40))):
        hrg, pod = rng.choice([*PRICES, ("ZZ99Z", "EL"), ("YY99Z", "NEL")])
        price = rng.choice(("", "", "", rng.randint(1, 999999) / 100, "0.01", "999999.99"))
        rows.append({"period": rng.choice(PERIODS), "provider": rng.choice(providers), "hrg": hrg, "pod": pod,
                     "count": rng.choice((1, 2, 7, 31, 100, 0, -1, -3, 1000000, -999999)), "local_unit_price": price})
    if rows and rng.random() < 0.3:  # a key, or a whole side, whose quantities cancel out
        taken_back = rows[:1] if rng.random() < 0.7 else rows[:]
        rows += [{**row, "count": -row["count"], "local_unit_price": rng.choice((row["local_unit_price"], "123.45"))} for row in taken_back]
    return rows


def write(path, rows):
    names = ("period", "provider", "hrg", "pod", "count", "local_unit_price")
    with open(path, "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, names)
        w.writeheader()
        w.writerows(rows)


def contract(folder, capped):
    arrangement = [{"id": "acute", "rule": "pbr"}]
    if capped:
        arrangement.append({"id": "cap", "rule": "cap-and-collar", "of": ["acute"],
                            "params": {"plan": "20000.55", "cap": "0.03", "collar": "0.02"}})
    document = {
        "reckoner": "contract/1", "id": "random", "basis": "actual",
        "periods": {"months": {"from": PERIODS[0], "to": PERIODS[-1]}},
        "facts": {"plan": {"file": "plan.csv"}, "activity": {"file": "activity.csv"}},
        "tariff": {"reckoner": "tariff/1", "id": "t", "effective": {"from": "2016-04-01", "to": "2017-03-31"},
                   "tables": {"prices": {"key": ["hrg", "pod"], "rows": [
                       {"hrg": h, "pod": p, "price": str(v)} for (h, p), v in PRICES.items()]}}},
        "arrangements": {"a": arrangement}}
    path = pathlib.Path(folder) / "c.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def run(reckon, *arguments):
    done = subprocess.run([reckon, *map(str, arguments), "-q"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stderr}")
    return done.stdout


def cells(rows, by, keys):
    """{group: {key: [quantity, amount, quantity without a price]}}"""
    found = {}
    for row in rows:
        chapter = {"hrg_chapter": row["hrg"][0]}
        group = tuple({**row, **chapter}[b] for b in by)
        cell = found.setdefault(group, {}).setdefault(tuple(row[k] for k in keys), [F(0), F(0), F(0)])
        price = row["local_unit_price"] or PRICES.get((row["hrg"], row["pod"]))
        if price:
            cell[0] += row["count"]
            cell[1] += row["count"] * F(str(price))
        else:
            cell[2] += row["count"]
    return found


def effects(plan, actual):
    """Of a group, from its keys on either side, as the page says."""
    out = dict.fromkeys(EFFECTS, F(0))
    sides = []
    for h in set(plan) | set(actual):
        q0, a0, u0 = plan.get(h, (F(0),) * 3)
        q1, a1, u1 = actual.get(h, (F(0),) * 3)
        if u1 and q0:
            out["unpriced"] -= u1 * a0 / q0
            q1, a1 = q1 + u1, a1 + u1 * a0 / q0
        elif u0 and q1:
            out["unpriced"] += u0 * a1 / q1
            q0, a0 = q0 + u0, a0 + u0 * a1 / q1
        sides.append((q0, a0, q1, a1))
    quantity = [sum(s[i] for s in sides) for i in (0, 2)]
    if quantity[0] == 0 or not any(s[2] or s[3] for s in sides):
        out["new"] = sum(s[3] for s in sides)
        out["gone"] = -sum(s[1] for s in sides)
        return out
    # Amounts without a quantity of the plan are no part of its price.
    planned = sum(a0 for q0, a0, _, _ in sides if q0)
    average = planned / quantity[0]
    out["volume"] = (quantity[1] - quantity[0]) * average
    for q0, a0, q1, a1 in sides:
        p0 = a0 / q0 if q0 else a1 / q1 if q1 else F(0)
        out["mix"] += (q1 - quantity[1] * q0 / quantity[0]) * p0
        out["price"] += a1 - q1 * p0 - (0 if q0 else a0)
    return out


def check_case(reckon, rng, folder):
    plan, actual = rows_of(rng, PROVIDERS[:2]), rows_of(rng, PROVIDERS[1:])
    write(f"{folder}/plan.csv", plan)
    write(f"{folder}/activity.csv", actual)
    path = contract(folder, rng.random() < 0.5)
    totals = [json.loads(run(reckon, "evaluate", path, "-f", "json", "--set",
                             f'/arrangements/a/0/tables={{"activity":"{t}"}}'))["total"] for t in ("plan", "activity")]
    for by in ((), ("pod",), ("provider",), ("period", "provider"), ("hrg_chapter",), ("hrg", "pod")):
        held = (path, "--plan", "plan", "--actual", "activity", *(("--by", ",".join(by)) if by else ()))
        found = json.loads(run(reckon, "variance", *held, "-f", "json"))
        variance = D(totals[1]) - D(totals[0])
        yield [D(found[k]) for k in ("plan", "actual", "variance")] == [*map(D, totals), variance], f"{by}: totals"
        yield sum(D(s["amount"]) for s in found["steps"]) == variance, f"{by}: steps"
        rounding = sum(D(s["amount"]) for s in found["steps"] if s["kind"] == "rounding")
        yield rounding == 0, f"{by}: rounding {rounding}"
        rest = sum(D(s["amount"]) for s in found["steps"] if s["kind"] in ("component", "rounding"))
        want = [cells(rows, by, ("hrg", "pod")) for rows in (plan, actual)]
        groups = found["tables"][0]["groups"] if by else []
        if by:
            yield sum(D(g["variance"]) for g in groups) + rest == variance, f"{by}: groups"
            yield {tuple(g["key"].values()) for g in groups} == set(want[0]) | set(want[1]), f"{by}: which groups"
            table = list(csv.DictReader(io.StringIO(run(reckon, "variance", *held, "-f", "csv"))))
            yield sum(D(r["variance"]) for r in table) == variance, f"{by}: CSV"
            yield D(found["over"]) == sum(max(D(g["variance"]), 0) for g in groups), f"{by}: over"
        else:
            groups = [{"key": {}, **dict.fromkeys(EFFECTS, D(0))}]
            for s in found["steps"]:
                if s["kind"] in EFFECTS:
                    groups[0][s["kind"]] += D(s["amount"])
            groups[0]["variance"] = variance - rest
        for g in groups:
            key = tuple(g["key"].values())
            exact = effects(*(w.get(key, {}) for w in want))
            yield sum(D(g[e]) for e in EFFECTS) == D(g["variance"]), f"{by} {key}: effects"
            for e in EFFECTS:
                # Price is printed by element: each may be rounded by a penny.
                yield abs(F(g[e]) - exact[e]) < F(6, 100) if e == "price" else abs(F(g[e]) - exact[e]) < F(1, 100), \
                    f"{by} {key}: {e} is {g[e]}, not {float(exact[e])}"


def main(reckon, cases="25", seed="1"):
    found = n = 0
    for case in range(int(cases)):
        rng = random.Random(f"{seed}/{case}")
        with tempfile.TemporaryDirectory() as folder:
            for good, what in check_case(reckon, rng, folder):
                n += 1
                if not good:
                    found += 1
                    print(f"case {case}, seed {seed}: {what}")
    print(f"{n} checks, {found} problems")
    return 1 if found or n == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
