#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The first page of every system in configs: short enough, and no two scenarios alike in silence.

    system_pages.py RECKON CONFIGS/SYSTEMS

Of three periods and three scenarios it is at most two screens of 40 lines of 100 columns. Scenarios
with the same positions, or the same lines, are said to be the same.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

LINES, COLUMNS, ACROSS = 80, 100, 3


def printed(reckon, path, *options):
    done = subprocess.run([reckon, "system", path, *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{path}: {done.stderr}")
    return done.stdout


def alike(scenarios, figures):
    """(later, earlier) of scenarios whose figures are the same."""
    seen = {}
    for scenario in scenarios:
        first = seen.setdefault(json.dumps(figures(scenario)), scenario["scenario"])
        if first != scenario["scenario"]:
            yield scenario["scenario"], first


def positions(scenario):
    return [[o["after_pool"] for o in p["organisations"]] for p in scenario["periods"]]


def lines(scenario):
    """By organisation and line, over all periods; the rest of a position, from the pool, is in its total."""
    sums = {}
    for period in scenario["periods"]:
        for o in period["organisations"]:
            for line in o["lines"]:
                key = json.dumps([o["id"], line["kind"], line.get("label"), line.get("with")])
                sums[key] = sums.get(key, 0) + round(float(line["amount"]) * 100)
            key = json.dumps([o["id"], "after"])
            sums[key] = sums.get(key, 0) + round(float(o["after_pool"]) * 100)
    return {k: v for k, v in sorted(sums.items()) if v}


def problems(reckon, path):
    text = printed(reckon, path)
    detail = printed(reckon, path, "--detail")
    result = json.loads(printed(reckon, path, "--format", "json"))
    scenarios = result["scenarios"]
    long = [line for line in text.split("\n") if len(line) > COLUMNS]
    if long:
        yield f"a line of {len(long[0])} columns: {long[0]}"
    if len(scenarios) <= ACROSS and len(scenarios[0]["periods"]) <= ACROSS and text.count("\n") > LINES:
        yield f"{text.count(chr(10))} lines"
    for later, first in alike(scenarios, positions):
        if f"the same positions as {first}" not in text:
            yield f"{later} has the positions of {first}, and does not say so"
    for later, first in alike(scenarios, lines):
        if f"{later} has the same lines as {first}" not in detail.replace("\n", " "):
            yield f"{later} has the lines of {first}, and does not say so"


def made(reckon, periods, observer):
    days = {"y1": ("2016-04-01", "2017-03-31"), "y2": ("2017-04-01", "2018-03-31"), "y3": ("2018-04-01", "2019-03-31")}
    system = {
        "reckoner": "system/1", "id": "made", "basis": "actual",
        "periods": [{"id": p, "start": days[p][0], "end": days[p][1]} for p in periods],
        "organisations": [{"id": "ward", "kind": "trust"},
                          {"id": "other", "kind": "trust", "role": "observer", "control_total": observer}],
        "flows": [{"organisation": "ward", "kind": "cost", "amount": "120", "period": "y1"},
                  {"organisation": "ward", "kind": "income", "amount": "90", "period": "y2"},
                  {"organisation": "ward", "kind": "income", "amount": "10", "period": "y3"},
                  {"organisation": "other", "kind": "cost", "amount": "700", "period": "y1"}]}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "made.json")
        path.write_text(json.dumps(system))
        return printed(reckon, str(path))


def of_made(reckon):
    """Cumulative figures follow the dates of periods; an observer's miss is its total less its position."""
    cumulative = {"y1": "(120.00)", "y2": "(30.00)", "y3": "(20.00)"}
    for periods in (["y1", "y2", "y3"], ["y3", "y2", "y1"], ["y2", "y3", "y1"]):
        text = " ".join(made(reckon, periods, "5").split())
        for expected in ("cumulatively short by 120.00 at worst, in y1", "(120.00) y1",
                         "cumulative " + " ".join(cumulative[p] for p in periods)):
            if expected not in text:
                yield f"{periods}: no '{expected}' in {text}"
    for total, miss in (("5", "705.00"), ("-600", "100.00"), ("0", "700.00")):
        text = " ".join(made(reckon, ["y1", "y2", "y3"], total).split())
        if f"the control total of other is missed by {miss} at worst, in y1" not in text:
            yield f"control total {total}: not missed by {miss} in {text}"


def main(reckon, folder):
    found = 0
    for problem in of_made(reckon):
        found += 1
        print(problem)
    paths = sorted(pathlib.Path(folder).glob("*.json"))
    for path in paths:
        for problem in problems(reckon, str(path)):
            found += 1
            print(f"{path.name}: {problem}")
    print(f"{len(paths)} systems, {found} problems")
    return 1 if found or not paths else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
