#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that every code of a finding has a pair: a case that has it, and one beside it that has not.

    finding_pairs.py RECKON SOURCE_DIR SCRATCH_DIR

Most pairs are worked examples (`expect.findings`), which `reckon test` runs. Those of options, of
systems and of incentives are here: a document and two sets of changes to it. That of merges is
parts of a pipe, and of a file.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

CONTRACT = {
    "reckoner": "contract/1", "id": "c", "basis": "illustrative",
    "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
    "tariff": {"reckoner": "tariff/1", "id": "t", "tables": {"prices": {"key": ["hrg"], "rows": [
        {"hrg": "AA10A", "price": "100"}, {"hrg": "BB20B", "price": "60"}]}}},
    "facts": {
        "activity": [{"hrg": "AA10A", "service": "a", "age": 30, "actual_unit_cost": 90}, {"hrg": "BB20B", "service": "b", "age": 70}],
        "population": [{"group": "all", "heads": 10}],
        "outcomes": [{"measure": "waits", "value": "8", "floor": "0", "target": "10"}]},
    "arrangements": {
        "rows": [{"id": "acute", "rule": "pbr"}],
        "block": [{"id": "b", "rule": "block", "params": {"amount": "1200"}}],
        "quality": [{"id": "q", "rule": "outcomes", "params": {"base": "1000", "at_risk": "10%"}}],
        "less": [
            {"id": "there", "rule": "pbr", "shadow": True},
            {"id": "budget", "rule": "capitation", "params": {"rate": "100", "deductions": [
                {"label": "A", "valued_by": "there", "of_scope": {"service": "a"}},
                {"label": "B", "valued_by": "there", "of_scope": {"service": "b"}}]}}]}}

SYSTEM = {
    "reckoner": "system/1", "id": "s",
    "periods": [{"id": "y1", "start": "2016-04-01", "end": "2017-03-31"}, {"id": "y2", "start": "2017-04-01", "end": "2018-03-31"}],
    "organisations": [{"id": "ccg", "kind": "commissioner"}, {"id": "trust", "kind": "trust"}, {"id": "gp", "kind": "gp-practice"}],
    "facts": {"activity": [{"pod": "EL", "count": 1000}],
              "unit_costs": {"key": ["pod"], "rows": [{"pod": "EL", "efficient_unit_cost": "100"}]}},
    "contracts": [
        {"id": "acute", "payer": "ccg", "payee": "trust", "contract": {"arrangements": {"cost": [{"id": "way", "rule": "price-equals-cost"}]}}},
        {"id": "rent", "payer": "ccg", "payee": "trust", "contract": {"arrangements": {"block": [{"id": "b", "rule": "block", "params": {"amount": "500"}}]}}}],
    "flows": [{"organisation": "ccg", "kind": "allocation", "amount": "100500"},
              {"organisation": "trust", "kind": "cost", "amount": "100000"}],
    "cost_behaviour": [{"organisation": "trust", "pod": "EL", "unit_cost": "100", "fixed": "40%"}],
    "scenarios": {"as-it-is": {}, "fewer": {"changes": [{"contract": "acute", "where": {"pod": "EL"}, "count": -100}]}}}

CHANGE = "/scenarios/fewer/changes/0"
# code: (command, options of both, with it, without it). A change is a pointer with its value.
PAIRS = {
    "bad-rows": (["evaluate", "-a", "rows", "--max-errors", "3"], {"/facts/activity": {"file": "bad.csv"}}, {"/facts/activity": {"file": "good.csv"}}),
    "cost-left-out": (["evaluate", "-a", "block"], {"/facts/costs": [{"label": "x", "amount": "5"}, {"label": "y", "amount": None}]},
                      {"/facts/costs": [{"label": "x", "amount": "5"}, {"label": "y", "amount": "6"}]}),
    "no-cost": (["evaluate", "-a", "rows"], {}, {"/facts/activity/1/actual_unit_cost": 50}),
    "no-rows-written": (["evaluate", "--rows", "rows.csv"], ["-a", "block"], ["-a", "rows"]),
    "nothing-to-group": (["evaluate", "--group-by", "hrg"], ["-a", "block"], ["-a", "rows"]),
    "not-a-year": (["evaluate", "-a", "block", "--set", "/periods/0/end=2016-09-30"], {}, {"/arrangements/block/0/per": "year"}),
    "overlapping-deductions": (["evaluate", "-a", "less"], {"/arrangements/less/1/params/deductions/1/of_scope": {"hrg": "AA10A"}}, {}),
    "rule-warning": (["evaluate", "-a", "quality"], {"/facts/outcomes/0/value": None}, {}),
    "control-total-untested": (["system"], {"/organisations/1/control_total": "0"}, {}),
    "cost-unchanged": (["system"], {"/cost_behaviour": []}, {}),
    "covers-part-of-period": (["system"], {"/contracts/1/contract/arrangements/block/0/covers": {"scope": {"pod": "EL"}, "from": "2016-07-01"}},
                              {"/contracts/1/contract/arrangements/block/0/covers": {"scope": {"pod": "EL"}, "from": "2017-04-01"}}),
    "decay-by-calendar": (["system", "--set", CHANGE + "/period=y2"],
                          {"/cost_behaviour/0/decay": {"y1": "50%", "y2": "0"}}, {"/cost_behaviour/0/decay_by_age": ["50%", "0"]}),
    "delivery-not-on-flow": (["system", "--set", "/scenarios/fewer/delivery=50%"],
                             {"/scenarios/fewer/set": {"/flows/-": {"organisation": "trust", "kind": "cost", "label": "Ward", "amount": "-100"}}},
                             {"/scenarios/fewer/set": {"/flows/-": {"organisation": "trust", "kind": "cost", "label": "Ward", "amount": "-100", "delivery": "scenario"}}}),
    "no-cost-flow": (["system", "--set", '/contracts/0/contract/facts={"costs": [{"label": "x", "amount": "100000"}]}'], {"/flows/1": {"organisation": "trust", "kind": "investment", "amount": "1"}}, {}),
    "period-left-out": (["system"], {"/contracts/1/contract/periods": SYSTEM["periods"] + [{"id": "y3", "start": "2018-04-01", "end": "2019-03-31"}]},
                        {"/contracts/1/contract/periods": SYSTEM["periods"]}),
    "period-missing": (["system"], {"/contracts/1/contract/periods": SYSTEM["periods"][:1]}, {"/contracts/1/contract/periods": SYSTEM["periods"]}),
    "receiver-charged-twice": (["system", "--set", CHANGE + '/to={"organisation": "gp", "unit_cost": "40"}'],
                               {"/contracts/1": {"id": "gp-work", "payer": "ccg", "payee": "gp", "contract": {"arrangements": {"cost": [{"id": "way", "rule": "price-equals-cost"}]}}},
                                "/cost_behaviour/-": {"organisation": "gp", "pod": "EL", "unit_cost": "40"},
                                "/scenarios/fewer/changes/-": {"contract": "gp-work", "where": {"pod": "EL"}, "count": 100}}, {}),
    "subcontracts-above-head": (["system", "--set", '/contracts/-={"id": "sub", "payer": "trust", "payee": "gp", "under": "rent", "contract": {"arrangements": {"block": [{"id": "b", "rule": "block", "params": {"amount": "400"}}]}}}'],
                                {"/contracts/2/contract/arrangements/block/0/params/amount": "600"}, {}),
    "transition-differs": (["system", "--set", '/contracts/0/contract/arrangements/cost/0/params={"transition": [{"label": "Double running", "amount": "70"}]}'],
                           {"/flows/-": {"organisation": "trust", "kind": "cost", "label": "Double running", "amount": "60"}},
                           {"/flows/-": {"organisation": "trust", "kind": "cost", "label": "Double running", "amount": "70"}}),
    "unpriced-rows": (["system"], {"/facts/activity/-": {"pod": "NEL", "count": 1}}, {}),
    "no-activity": (["incentives", "--group-by", "hrg"], {"/arrangements": {"block": CONTRACT["arrangements"]["block"]}, "/facts": {}}, {}),
    "no-unit-cost": (["incentives", "--group-by", "hrg"], {}, {"/facts/activity/1/actual_unit_cost": 50}),
    "rows-left-out": (["incentives", "--group-by", "service"], {"/facts/activity/1/service": None}, {}),
    "too-few-units": (["incentives", "--group-by", "hrg"], ["--step", "5"], ["--step", "1"]),
}


MERGED = "rows-not-compared"


def options(changes):
    if isinstance(changes, list):
        return changes
    return [word for pointer, value in changes.items() for word in ("--set", f"{pointer}={json.dumps(value)}")]


def codes(value):
    """The codes of all findings in a document."""
    if isinstance(value, dict):
        return {f["code"] for f in value.get("findings", [])} | {c for v in value.values() for c in codes(v)}
    return {c for v in value for c in codes(v)} if isinstance(value, list) else set()


def run(reckon, folder, command, changes):
    """The codes of a run, or what it says."""
    document = "s.json" if command[0] == "system" else "c.json"
    done = subprocess.run([reckon, command[0], document, *command[1:], *options(changes), "-f", "json", "-q"], cwd=folder,
                          capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)
        return codes(found) if "error" not in found else str(found["error"])
    except (ValueError, TypeError):
        return f"exit {done.returncode}: {done.stdout[:200]}{done.stderr[:300]}"


def of_merge(reckon, scratch, rows):
    """The codes of a merge of one part, whose rows are in a file or come through a pipe."""
    text = (scratch / "good.csv").read_text(encoding="utf-8")
    part = subprocess.run([reckon, "evaluate", "c.json", "-a", "rows", "--partial", "1/1", "--part-rows", f"activity={rows}"],
                          cwd=scratch, input=text, capture_output=True, text=True, check=False)
    done = subprocess.run([reckon, "merge", "-", "-f", "json", "-q"], cwd=scratch, input=part.stdout, capture_output=True,
                          text=True, check=False)
    return codes(json.loads(done.stdout)) if done.returncode == 0 else f"{part.stderr[:300]}{done.stderr[:300]}"


def of_vectors(source):
    """Codes that an example has, and that an example beside it has not."""
    pairs = set()
    for folder in ("tests/findings", "configs/vectors", "plugins"):
        for path in (source / folder).rglob("*.json"):
            document = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(document, dict) or document.get("reckoner") != "vector/1":
                continue
            found = [set(case["expect"]["findings"]) for case in document["cases"] if "findings" in case.get("expect", {})]
            pairs |= {code for one in found for code in one for other in found if code not in other}
    return pairs


def same_in_batches(reckon, source, scratch):
    """Where a batch finds something else in an example than `evaluate` does."""
    for path in (source / "tests/findings").glob("*.csv"):
        shutil.copy(path, scratch)
    for path in sorted((source / "tests/findings").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for i, case in enumerate(document["cases"] if isinstance(document.get("contract"), dict) else []):
            contract = scratch / "example.json"
            contract.write_text(json.dumps(document["contract"]))
            words = [contract, *options(case.get("set", {})), "-q"]
            arrangement = case.get("arrangement", next(iter(document["contract"]["arrangements"])))
            runs = [subprocess.run([reckon, *command, *words], capture_output=True, text=True, check=False).stdout
                    for command in (["evaluate", "-f", "json", "-a", arrangement], ["batch", "--all-arrangements"])]
            alone = json.loads(runs[0]) if runs[0] else {}
            batch = next(r for r in map(json.loads, runs[1].splitlines()) if r.get("arrangement", arrangement) == arrangement)
            if codes(alone) != codes(batch):
                yield f"{path.name}, case {i + 1}: {codes(alone)}, in a batch {codes(batch)}"


def main(reckon, source, scratch):
    source, scratch = pathlib.Path(source), pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "c.json").write_text(json.dumps(CONTRACT))
    (scratch / "s.json").write_text(json.dumps(SYSTEM))
    (scratch / "good.csv").write_text("hrg,los\nAA10A,1\nBB20B,2\n")
    (scratch / "bad.csv").write_text("hrg,los\nAA10A,1\nBB20B,two\n")
    listed = re.findall(r'^    "([a-z-]+)",$', (source / "framework/finding/codes.c").read_text(), re.M)
    vectors = of_vectors(source)
    wrong = [f"{code}: no case has it beside one that has not" for code in listed if code not in vectors | PAIRS.keys() | {MERGED}]
    for code, (command, having, lacking) in PAIRS.items():
        found = run(reckon, scratch, command, having)
        if not isinstance(found, set) or code not in found:
            wrong.append(f"{code}: not with {having}: {found}")
        found = run(reckon, scratch, command, lacking)
        if not isinstance(found, set) or code in found:
            wrong.append(f"{code}: with {lacking} too: {found}")
    found = [of_merge(reckon, scratch, rows) for rows in ("-", "good.csv")]
    if MERGED not in found[0] or not isinstance(found[1], set) or MERGED in found[1]:
        wrong.append(f"{MERGED}: by a pipe and by a file: {found}")
    wrong += same_in_batches(reckon, source, scratch)
    print("\n".join(wrong + [f"{len(listed)} codes, {len(vectors)} by examples, {len(PAIRS) + 1} by runs, {len(wrong)} problems"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
