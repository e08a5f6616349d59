#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How time grows with the size of a document: n log n, not n squared.

    tests/bench/limits.py RECKON [--sizes 2000,8000,32000] [NAME...]

Makes a document of each kind in each size, takes the least processor time of three runs, and
fits the exponent e of time = c x size^e. An exponent above 1.2 fails. Processor time is the
command's own, so other work on the machine matters little; start-up is taken off.
"""
import argparse
import datetime
import json
import math
import pathlib
import resource
import subprocess
import sys
import tempfile

MOST = 1.2
YEARS = [{"id": "y1", "start": "2016-04-01", "end": "2017-03-31"}, {"id": "y2", "start": "2017-04-01", "end": "2018-03-31"}]


def block(amount):
    return {"arrangements": {"b": [{"id": "b", "rule": "block", "params": {"amount": str(amount)}}]}}


def arrangements(n):
    named = {f"a{i}": [{"id": "b", "rule": "block", "params": {"amount": str(i)}}] for i in range(n)}
    return "compare", {"reckoner": "contract/1", "id": "many", "periods": YEARS[:1], "arrangements": named}


def system(organisations, contracts, flows):
    return "system", {"reckoner": "system/1", "id": "many", "periods": YEARS, "organisations": organisations,
                      "contracts": contracts, "flows": flows, "scenarios": {"a": {}, "b": {"set": {"/flows/0/amount": "2"}}}}


def contracts(n):
    return system([{"id": "ccg", "kind": "commissioner"}, {"id": "trust", "kind": "trust"}],
                  [{"id": f"c{i}", "payer": "ccg", "payee": "trust", "contract": block(i)} for i in range(n)],
                  [{"organisation": "trust", "kind": "cost", "amount": "1"}])


def organisations(n):
    return system([{"id": "ccg", "kind": "commissioner"}] + [{"id": f"o{i}", "kind": "trust"} for i in range(n)],
                  [{"id": f"c{i}", "payer": "ccg", "payee": f"o{i}", "contract": block(i)} for i in range(n)],
                  [{"organisation": f"o{i}", "kind": "cost", "amount": "1"} for i in range(n)])


def flows(n):
    return system([{"id": "ccg", "kind": "commissioner"}, {"id": "trust", "kind": "trust"}], [],
                  [{"organisation": "trust", "kind": "cost", "label": f"Line {i}", "amount": f"{i}.37"} for i in range(n)])


def contract(components, periods=None, **more):
    return {"reckoner": "contract/1", "id": "many", "periods": periods or YEARS[:1], "arrangements": {"a": components}, **more}


def paid(name="b", **more):
    return {"id": name, "rule": "block", "params": {"amount": "1"}, **more}


def days(n, overlap):
    start = datetime.date(1900, 1, 1)
    return [{"id": f"p{i}", "start": str(start + datetime.timedelta(i)), "end": str(start + datetime.timedelta(i + overlap))}
            for i in range(n)]


def periods(n):
    return "evaluate", contract([paid()], days(n, 0))


def overlapping_periods(n):
    return "check", contract([paid()], days(n, 40))


def duplicate_ids(n):
    return "check", contract([paid(f"b{i % 7}") for i in range(n)])


def components(n):
    return "evaluate", contract([paid(f"b{i}") for i in range(n)])


def of(n):
    return "evaluate", contract([paid(f"b{i}") for i in range(n)] + [
        {"id": "range", "rule": "cap-and-collar", "of": [f"b{i}" for i in range(n)], "params": {"plan": "1", "cap": "1%", "collar": "1%"}}])


def unknown_parameters(n):
    return "check", contract([{**paid(), "params": {"amount": "1", **{f"amuont{i}": "1" for i in range(n)}}}])


def wrong_values(n):
    return "check", {**contract([paid()]), "periods": [f"not a period {i}" for i in range(n)]}


def unpaid_lines(n):
    """Of activity that nothing pays for: each row is a line of its own."""
    rows = [{"pod": f"p{i}", "hrg": "H", "count": 1} for i in range(n)]
    return "check", contract([paid()], facts={"activity": rows})


def covered_rows(n):
    """Of activity under 20 arrangements that pay for a part of it."""
    rows = [{"pod": f"p{i % 50}", "hrg": "H", "count": 1, "local_unit_price": "1"} for i in range(n)]
    named = {f"a{i}": [{"id": "x", "rule": "pbr", "params": {"mff": False}, "scope": {"pod": [f"p{i}"]}}] for i in range(20)}
    return "check", {**contract([]), "arrangements": named, "facts": {"activity": rows}}


def near_headers(n):
    """Columns that are named nearly as those that components look for."""
    rows = [{f"prvider{i}": "x" for i in range(400)} | {"hrg": "H", "count": 1}]
    prices = {"reckoner": "tariff/1", "id": "t", "tables": {"prices": {"key": ["hrg"], "rows": [{"hrg": "H", "price": "1"}]}}}
    return "check", contract([{"id": f"x{i}", "rule": "pbr", "scope": {"provider": ["x"]}, "params": {"mff": False}} for i in range(n)],
                             tariff=prices, facts={"activity": rows})


def sets(n):
    """Of a vector: changes of its contract, each with a value of its own."""
    changes = {f"/arrangements/a/{i}/params/amount": "2" for i in range(n)}
    return "test", {"reckoner": "vector/1", "id": "v", "contract": contract([paid(f"b{i}") for i in range(n)]),
                    "cases": [{"set": changes, "expect": {"total": f"{2 * n}.00"}}]}


KINDS = {f.__name__: f for f in (
    arrangements, contracts, organisations, flows, periods, overlapping_periods, duplicate_ids, components, of,
    unknown_parameters, wrong_values, unpaid_lines, covered_rows, near_headers, sets)}


def seconds(command):
    least = math.inf
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if done.returncode not in (0, 1, 3):  # documents with faults are among them
            sys.exit(f"{command}: exit code {done.returncode}")
        least = min(least, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    return least


def exponent(sizes, times):
    """The slope of the line through the logarithms."""
    x, y = [math.log(n) for n in sizes], [math.log(max(t, 1e-3)) for t in times]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("reckon")
    options.add_argument("names", nargs="*", default=list(KINDS))
    options.add_argument("--sizes", default="2000,8000,32000")
    given = options.parse_args()
    sizes = [int(n) for n in given.sizes.split(",")]
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "document.json"
        for name in given.names:
            times = []
            for n in sizes:
                verb, document = KINDS[name](n)
                path.write_text(json.dumps(document), encoding="utf-8")
                times.append(seconds([given.reckon, verb, str(path), "--quiet"]))
            e = exponent(sizes, times)
            slow += e > MOST
            shown = ", ".join(f"{n:,}: {t:.2f} s" for n, t in zip(sizes, times))
            print(f"{name:14} {shown}; exponent {e:.2f}{' IS TOO HIGH' if e > MOST else ''}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
