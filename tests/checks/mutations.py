#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that documents, schemas and `check` agree, on documents with one thing changed.

    mutations.py RECKON SOURCE_DIR SCRATCH [--count N] [--seed S] [--keep]

What a schema refuses `check` refuses too. What `check` refuses a schema refuses, but for what a
schema cannot say: docs/formats.md lists the error codes, and this test reads the list.
"""
import argparse
import copy
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

PERIODS = [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"},
           {"id": "2017-18", "start": "2017-04-01", "end": "2018-03-31"}]
TARIFF = {
    "reckoner": "tariff/1", "id": "prices", "title": "Prices", "publisher": "Nobody", "source": "Made up",
    "licence": "None", "currency": "GBP", "effective": {"from": "2016-04-01", "to": "2018-03-31"},
    "tables": {"prices": {"key": ["hrg", "pod"], "rows": [
        {"hrg": "DZ11B", "pod": "NEL", "price": "2150", "trim_point": 20, "per_diem": "187", "short_stay_price": "645"},
        {"hrg": "DZ11B", "pod": "EL", "price": 1700}]},
        "mff": {"key": ["provider"], "rows": [{"provider": "RHW", "mff": "1.07"}]}},
    "notes": ["made", {"up": True}]}
CONTRACT = {
    "reckoner": "contract/1", "id": "every-key", "title": "Every key", "basis": "plan", "currency": "GBP",
    "commissioner": "ccg", "provider": "RHW", "periods": PERIODS, "year_starts": "04-01",
    "indices": {"uplift": {"rate": "2.1%", "efficiency": "1.1%", "growth": "0.8%", "base": "2016-17",
                           "title": "Uplift", "notes": "Made up", "by_period": {"2017-18": {"rate": "3%"}}}},
    "tariff": TARIFF,
    "facts": {
        "activity": {"rows": [{"hrg": "DZ11B", "pod": "NEL", "count": 3, "los": 4, "age": 70},
                              {"hrg": "DZ11B", "pod": "EL", "count": "2", "los": 1, "age": 40}],
                     "defaults": {"pod": "NEL"}},
        "population": [{"group": "0-14", "heads": 61000, "weight": "0.62"}],
        "costs": [{"label": "Cost", "amount": "10000"}]},
    "arrangements": {
        "national": [{"id": "acute", "title": "Spells", "rule": "pbr", "scope": {"pod": ["NEL", "EL"], "not": {"hrg": "XX*"}}},
                     {"id": "range", "rule": "cap-and-collar", "of": ["acute"], "per": "year", "index": "uplift",
                      "params": {"plan": {"amount": "8000", "index": {"rate": "1%"}}, "cap": "3%", "collar": "0.02"},
                      "params_by_period": {"2017-18": {"cap": "4%"}}}],
        "budget": [{"id": "heads", "rule": "capitation", "tables": {"population": "population"},
                    "covers": {"scope": {"pod": "*"}, "commissioners": ["ccg"], "from": "2016-04-01", "to": "2018-03-31"},
                    "params": {"rate": "740"}},
                   {"id": "memo", "rule": "block", "shadow": True, "covers": False, "params": {"amount": "100"}}]},
    "arrangement": "national", "rounding": {"unit": "0.01"},
    "sources": [{"of": "/facts/costs", "text": "Made up", "url": "https://example.org/"}],
    "accept": ["total-row"], "notes": "Made up"}
VECTOR = {
    "reckoner": "vector/1", "id": "two-cases", "title": "Two cases", "source": "By hand", "notes": "Made up",
    "contract": {"reckoner": "contract/1", "id": "small", "periods": PERIODS[:1],
                 "facts": {"activity": [{"hrg": "DZ11B", "pod": "EL", "count": 2, "price": "1700"}]},
                 "arrangements": {"a": [{"id": "sum", "rule": "block", "params": {"amount": "100"}}]}},
    "cases": [{"title": "as it is", "notes": "None", "arrangement": "a",
               "expect": {"total": "100.00", "components": {"sum": "100.00"}, "periods": {"2016-17": "100.00"},
                          "unpriced": 0, "findings": []}},
              {"set": {"/arrangements/a/0/params/amount": "200"}, "expect": {"total": 200}},
              {"set": {"/arrangements/a/0/params/amount": "many"}, "expect": {"error": "wrong-type"}}]}
SYSTEM = {
    "reckoner": "system/1", "id": "every-key", "title": "Every key", "basis": "illustrative", "currency": "GBP",
    "periods": PERIODS, "year_starts": "04-01", "indices": {"uplift": {"rate": "2%"}}, "tariff": TARIFF,
    "organisations": [
        {"id": "ccg", "kind": "commissioner", "title": "CCG", "members": ["One", "Two"], "control_total": {"2016-17": "0"}},
        {"id": "trust", "kind": "trust", "control_total": "-100000", "index": "uplift", "loss_cap": "50000", "gain_cap": 50000},
        {"id": "practices", "kind": "gp-practice", "vat_recovery": "0", "control_total": "-600000", "notes": "Made up"},
        {"id": "venture", "kind": "joint-venture", "vat_recovery": 1,
         "owners": [{"organisation": "trust", "share": "1/2"}, {"organisation": "practices", "share": "50%", "by_period": {"2017-18": "0.5"}}]},
        {"id": "regulator", "kind": "other", "role": "observer"}],
    "facts": {"activity": [{"pod": "EL", "count": 800}],
              "unit_costs": {"key": ["pod"], "rows": [{"pod": "EL", "efficient_unit_cost": "1450"}]}},
    "contracts": [
        {"id": "acute", "title": "Acute", "payer": "ccg", "payee": "trust", "from": "2016-04-01", "to": "2018-03-31", "notes": "Made up",
         "contract": {"arrangements": {"cost": [{"id": "pathway", "rule": "price-equals-cost", "params": {"margin": "1%"}}],
                                       "block": [{"id": "sum", "rule": "block", "params": {"amount": "1000000"}}]}}},
        {"id": "sub", "payer": "trust", "payee": "practices", "under": "acute", "vat": {"rate": "20%", "taxable": "0.5"},
         "contract": {"facts": {"conditions": [{"instalment": "Q1", "measure": "Total", "weight": 1, "met": {"position_excluding_grants": "control_total"}}]},
                      "arrangements": {"only": [{"id": "fund", "rule": "conditional-funding", "params": {"amount": "10000"}}]}}}],
    "flows": [
        {"organisation": "ccg", "kind": "allocation", "label": "Allocation", "amount": "1180000", "per": "year"},
        {"organisation": "trust", "kind": "cost", "amount": {"amount": "1160000", "index": "uplift"}, "period": ["2016-17", "2017-18"]},
        {"organisation": "trust", "kind": "investment", "amount": 1000, "period": "2016-17", "delivery": "scenario", "notes": "Made up"},
        {"organisation": "practices", "kind": "cost", "amount": "500", "from": "2016-10-01", "to": "2017-09-30", "probability": "0.5", "vat": {"rate": "20%"}},
        {"organisation": "trust", "kind": "double-running", "amount": "2000", "index": {"rate": "1%"}, "delivery": "80%"}],
    "cost_behaviour": [
        {"organisation": "trust", "title": "Spells", "pod": "EL", "unit_cost": "1450", "fixed": "40%",
         "decay_by_age": ["100%", "50%", "0"], "decay_unit": "year", "index": "uplift", "notes": "Made up"}],
    "pool": {"members": [{"organisation": "ccg", "share": "60%"}, {"organisation": "trust", "share": "2/5"}],
             "charges": ["double-running", "stranded"], "variance": False, "residual": "named",
             "reserve": {"amount": "1000", "organisation": "ccg"}, "notes": "Made up"},
    "scenarios": {
        "today": {"title": "Today", "arrangements": {"acute": "cost"}},
        "moved": {"like": "today", "notes": "Made up", "delivery": "80%", "arrangements": {"acute": "block"},
                  "changes": [{"contract": "acute", "period": "2016-17", "table": "activity", "where": {"pod": "EL"}, "count": -10,
                               "delivery": "0.5", "probability": "0.9", "notes": "Made up",
                               "to": {"organisation": "practices", "unit_cost": "400", "index": "uplift"}}],
                  "set": {"/flows/0/amount": {"times": "1.06"}, "/flows/1/amount/amount": "1100000"}}},
    "balance": {"window": 2, "discount_rate": "3.5%"},
    "sources": [{"of": "/flows", "text": "Made up"}], "accept": ["two-costs"], "notes": "Made up"}
SYSTEM_VECTOR = {
    "reckoner": "vector/1", "id": "of-a-system", "system": {
        "reckoner": "system/1", "id": "small", "periods": PERIODS[:1],
        "organisations": [{"id": "ccg", "kind": "commissioner"}, {"id": "trust", "kind": "trust"}],
        "flows": [{"organisation": "ccg", "kind": "allocation", "amount": "100"}],
        "scenarios": {"today": {}}},
    "cases": [{"scenario": "today", "expect": {"at": {"/scenarios/0/balance/total": "100.00"}}},
              {"set": {"/flows/0/amount": "-1"}, "expect": {"error": "out-of-range"}}]}
RULE = {
    "reckoner": "rule/1", "id": "zone-bonus", "version": "1.0.0", "title": "Zone bonus", "summary": "Shares a pot.",
    "sources": ["Made up"], "of": "none",
    "params": [{"name": "pot", "type": "exact", "required": True, "per_time": True, "unit": "GBP", "min": "0", "help": "Shared."},
               {"name": "style", "type": "enum", "words": ["gross", "net"], "default": "net", "help": "How."},
               {"name": "bands", "type": "list", "help": "Bands.", "items": [{"name": "to", "help": "End."}, {"name": "rate", "required": True, "help": "Rate."}]}],
    "tables": {"units": {"key": ["unit"], "columns": [{"name": "unit", "type": "text", "help": "Its name."},
                                                      {"name": "pop", "required": True, "help": "Its population."}]},
               "activity": {"columns": [{"name": "count", "quantity": True, "default": "1", "unit": "visit", "help": "Visits."},
                                        {"name": "price", "required": True, "lookup": "prices", "help": "Price."},
                                        {"name": "pod", "type": "choice", "words": ["EL", "NEL"], "help": "Point of delivery."},
                                        {"name": "night", "type": "bool", "default": False, "help": "At night."}]}},
    "let": {"everyone": "SUM(units.pop)", "per_head": "SAFE_DIV(pot, everyone)", "two": 2},
    "check": [{"if": "pot < 0", "text": "the pot is below zero", "hint": "give more", "param": "pot", "code": "out-of-range"}],
    "lines": [{"each": "units", "label": "unit", "quantity": "pop", "unit": "head", "rate": "per_head", "factor": 1,
               "if": "pop > 0", "source": "Made up", "memo": False, "let": {"one": "1"}}],
    "rows": {"table": "activity", "group_by": ["pod"], "round": "0.01", "let": {"full": "count * price"},
             "elements": ["full", {"name": "extra", "value": "IF(night, full / 2, 0)", "memo": False, "help": "At night."}],
             "refuse": [{"if": "count < 0", "code": "57", "text": "negative count"}]},
    "vectors": ["vectors/by-hand.json"]}
IMPORT = {
    "reckoner": "import/1", "id": "made-up", "title": "Made up", "notes": "None", "sources": ["Made up"],
    "tariffs": [{"folder": "one", "id": "one", "title": "One", "publisher": "Nobody", "source": "Made up", "licence": "None",
                 "currency": "GBP", "effective": {"from": "2016-04-01", "to": "2017-03-31"},
                 "tables": {"prices": {"key": ["hrg", "pod"], "needs": "price", "numbers": ["price"], "from": [
                     {"sheet": "Prices", "below": ["Title"], "until": "blank", "header": {"code": "HRG", "price": "Price (£)", "mark": "Mark"},
                      "blank": "-", "fill": ["code"], "where": {"code": ["DZ*"]},
                      "rows": [{"hrg": "code", "pod": {"text": "NEL"}, "price": {"of": ["price", "mark"], "decimals": 2, "percent": False, "else": "0"},
                                "mark": {"of": "mark", "map": {"Yes": "true"}}}]}]},
                     "mff": {"key": "provider", "from": [{"sheet": "MFF", "header": {"code": "Code"}, "rows": [{"provider": "code"}]}]}}}]}
BASES = [CONTRACT, TARIFF, VECTOR, SYSTEM, SYSTEM_VECTOR, RULE, IMPORT]
# Each kind as often as its document is wide.
WEIGHTS = [5, 2, 2, 6, 1, 4, 3]

OTHERS = [None, True, False, 0, 1, -1, 7, 0.5, "", " ", "x", "12", "-3", "5%", "1/2", "2016-04-01", "NaN", [], {}, [1], ["x"],
          {"x": 1}, {"amount": "1"}, [[]], "1e3", "2016-13-01", "1.2345678", "99999999999999999999999", "*", "/", "a b", "é"]
DATES = ["2016-02-30", "2016-4-1", "16-04-2016", "2016/04/01", "20160401", "2016-04-01T00:00", "0000-00-00", "2019-04-01"]


def nodes(value, at=()):
    yield at, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from nodes(part, (*at, key))


def parent_of(document, at):
    for key in at[:-1]:
        document = document[key]
    return document


def mutate(document, draw):
    """One change somewhere; returns what it was."""
    at, value = draw.choice([n for n in nodes(document) if n[0]])
    parent, key = parent_of(document, at), at[-1]
    ways = ["replace", "replace", "drop", "wrap"]
    ways += ["add", "empty"] if isinstance(value, (dict, list)) else []
    ways += ["twice"] if isinstance(value, list) and value else []
    ways += ["rename"] if isinstance(parent, dict) else []
    ways += ["text", "text"] if isinstance(value, str) else []
    ways += ["number"] if isinstance(value, (int, float)) and not isinstance(value, bool) else []
    way = draw.choice(ways)
    if way == "replace":
        parent[key] = copy.deepcopy(draw.choice(OTHERS))
    elif way == "drop":
        del parent[key]
    elif way == "wrap":
        parent[key] = draw.choice([[value], {"x": value}, {key if isinstance(key, str) else "y": value}])
    elif way == "add" and isinstance(value, dict):
        value[draw.choice(["zzz", "titel", "", "id", "notes", "$schema", "Title"])] = copy.deepcopy(draw.choice(OTHERS))
    elif way == "add":
        value.insert(draw.randrange(len(value) + 1), copy.deepcopy(draw.choice(OTHERS)))
    elif way == "empty":
        value.clear()
    elif way == "twice":
        value.append(copy.deepcopy(draw.choice(value)))
    elif way == "rename":
        parent[draw.choice([key.upper(), key + "s", key[:-1], "_" + key])] = parent.pop(key)
    elif way == "text" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        parent[key] = draw.choice(DATES)
    elif way == "text":
        parent[key] = draw.choice([value + " ", value + "x", value[:-1], value.upper(), value * 40, value + "\n", "-" + value, value + "/0"])
    else:
        parent[key] = draw.choice([-value, value * 10**12, value + 0.1234567, 10**40, 0, str(value), -1])
    return f"{way} /{'/'.join(map(str, at))}"


class Exceptions:
    """What a schema cannot say: the table in docs/formats.md of codes and places."""

    def __init__(self, source):
        text = (source / "docs/formats.md").read_text(encoding="utf-8")
        part = text.split("### What a schema cannot say", 1)[1].split("\n#", 1)[0]
        self.codes = {}
        for row in re.findall(r"^\| (`[^|]*) \|([^|]*)\|", part, re.M):
            for code in re.findall(r"`([a-z-]+)`", row[0]):
                self.codes.setdefault(code, []).append(re.findall(r"`(/[^`]*)`", row[1]))

    def allow(self, problem, what):
        if "/set" in what or "/set/" in (problem["pointer"] or ""):
            return True
        places = self.codes.get(problem["code"], [])
        at = problem["pointer"] or ""
        return any(not some or any(re.match(p.replace("*", "[^/]*"), at) for p in some) for some in places)


def check(reckon, rules, paths):
    done = subprocess.run([reckon, "check", "-f", "json", "--rules", rules, *paths], capture_output=True, check=False, timeout=120)
    if done.returncode not in (0, 1, 3, 4, 5):
        sys.exit(f"check of {paths}: exit {done.returncode}: {done.stderr[-400:]}")
    problems = [p for p in json.loads(done.stdout)["problems"] if p["code"] != "warning"]
    by_file = {str(path): [] for path in paths}
    strays = [p for p in problems if p["file"] not in by_file]
    for p in problems:
        if p["file"] in by_file:
            by_file[p["file"]].append(p)
    return by_file, strays


def checked(reckon, rules, paths):
    """The problems of each file. If some name no file of the list, files are checked one by one."""
    by_file, strays = check(reckon, rules, paths)
    for path in [p for p in map(str, paths) if strays and not by_file[p]]:
        own, rest = check(reckon, rules, [path])
        by_file[path] = own[path] + rest
    return by_file


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reckon")
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20160401)
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    shutil.rmtree(args.scratch, ignore_errors=True)
    args.scratch.mkdir(parents=True)
    validators = {}
    for kind in ("contract", "tariff", "vector", "system", "rule", "import"):
        done = subprocess.run([args.reckon, "schema", kind], check=True, capture_output=True)
        validators[kind] = jsonschema.Draft202012Validator(json.loads(done.stdout), format_checker=jsonschema.FormatChecker(["date"]))
    exceptions, draw, wrong = Exceptions(args.source), random.Random(args.seed), []
    made, n, refused = [], 0, 0
    for i, base in enumerate(BASES):
        made.append((f"base {i}", base))
    while len(made) < args.count + len(BASES):
        document = copy.deepcopy(draw.choices(BASES, WEIGHTS)[0])
        what = mutate(document, draw)
        if isinstance(document, dict) and str(document.get("reckoner")).partition("/")[0] in validators:
            made.append((what, document))
    for start in range(0, len(made), 40):
        part = made[start:start + 40]
        paths = []
        for k, (what, document) in enumerate(part):
            paths.append(args.scratch / f"{start + k:05}.{document['reckoner'].partition('/')[0]}.json")
            paths[-1].write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        found = checked(args.reckon, args.scratch, paths)
        for path, (what, document) in zip(paths, part):
            n += 1
            kind = document["reckoner"].partition("/")[0]
            errors = list(validators[kind].iter_errors(document))
            problems = found[str(path)]
            refused += bool(problems)
            if errors and not problems:
                deep = max(errors, key=lambda e: len(e.absolute_path))
                wrong.append(f"{path.name}: {what}: check accepts it; schema: /{'/'.join(map(str, deep.absolute_path))}: {deep.message[:160]}")
            if problems and not errors:
                unsaid = [p for p in problems if not exceptions.allow(p, what)]
                wrong += [f"{path.name}: {what}: the schema accepts it; check: {p['code']} {p['pointer']}: {p['message'][:160]}" for p in unsaid[:1]]
            if what.startswith("base") and (errors or problems):
                wrong.append(f"{path.name}: {what}: refused: {[e.message[:100] for e in errors]} {problems[:2]}")
        if not args.keep:
            for path in paths:
                path.unlink()
    print("\n".join(wrong[:200]))
    print(f"{n} documents, {refused} refused, {len(wrong)} disagreements")
    return 1 if wrong or refused < n // 4 or refused == n else 0


if __name__ == "__main__":
    sys.exit(main())
