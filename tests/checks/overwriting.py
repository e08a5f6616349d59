#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A rule that writes through a pointer that the host handed to it changes nothing that any other
rule reads: it fails by its name, with exit code 4, or the result is what it would have been.

    overwriting.py RECKON SOURCE_DIR SCRATCH_DIR
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

RECKON, SOURCE, SCRATCH = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
CAUGHT = ("parameter in check", "parameter in prepare", "cell in prepare", "parameter in price", "parameter", "ratio",
          "parameter of a list", "pointer of a list", "text of a list", "text parameter", "amount of a group",
          "quantity of a group", "element of a group", "amount of all rows", "quantity of all rows",
          "element of all rows", "total of a component", "total of all components", "cell", "value of a lookup",
          "number of its own", "a number that it made up")
HARMLESS = ("id of a component", "rule of a component", "id of the period", "start of the period",
            "text of a cell in prepare", "label of a group", "pointers of a group", "id of the period in settle",
            "text of a cell", "place of a cell")
COMMANDS = {"evaluate": ["--format", "json"], "compare": ["--format", "json"], "explain": []}
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print(f"failed: {what}")


def contract():
    params = {"pot": 1200, "share": "7/12", "label": "north", "items": [{"label": "first", "amount": 10}]}
    component = {"params": params}
    return {"reckoner": "contract/1", "id": "overwriting",
            "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"},
                        {"id": "2017-18", "start": "2017-04-01", "end": "2018-03-31"}],
            "tariff": {"reckoner": "tariff/1", "id": "t", "tables": {
                "prices": {"key": ["pod"], "rows": [{"pod": "EL", "price": 100}, {"pod": "NEL", "price": 200}]},
                "rates": {"key": ["unit"], "rows": [{"unit": "a", "rate": 3}, {"unit": "b", "rate": 4}]}}},
            "facts": {"activity": [{"pod": "EL", "count": 2}, {"pod": "NEL", "count": 3}],
                      "units": [{"unit": "a", "heads": 5}, {"unit": "b", "heads": 6}]},
            "arrangements": {name: [{"id": "first", "rule": "honest", **component},
                                    {"id": "middle", "rule": "overwriting", "of": ["first"], **component},
                                    {"id": "last", "rule": "honest", "of": ["first", "middle"], **component}]
                             for name in ("main", "again")}}


def run(verb, place):
    return subprocess.run([RECKON, verb, "contract.json", "--arrangement", "main", "--rules", SCRATCH / "rules",
                           *COMMANDS[verb]] if verb != "compare" else
                          [RECKON, verb, "contract.json", "--rules", SCRATCH / "rules", *COMMANDS[verb]],
                          cwd=SCRATCH, env={**os.environ, "OVERWRITING": place}, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)


def main():
    shutil.rmtree(SCRATCH, ignore_errors=True)
    (SCRATCH / "rules").mkdir(parents=True)
    for rule in ("honest", "overwriting"):
        subprocess.run(["cc", "-std=gnu11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", f'-DRULE="{rule}"', "-I",
                        SOURCE / "include", "-o", SCRATCH / f"rules/{rule}.so",
                        SOURCE / "tests/broken/overwriting.c"], check=True)
    (SCRATCH / "contract.json").write_text(json.dumps(contract()))
    for verb in COMMANDS:
        before = run(verb, "nothing")
        check(before.returncode == 0 and "first" in before.stdout, f"{verb}: {before.returncode}, {before.stderr!r}")
        every = 1 if verb == "evaluate" else 4
        for place in CAUGHT[::every]:
            after = run(verb, place)
            check(after.returncode == 4 and "'overwriting'" in after.stderr and '"total"' not in after.stdout,
                  f"{verb}, {place}: {after.returncode}, {after.stderr!r}")
        for place in HARMLESS[::every]:
            after = run(verb, place)
            same = after.returncode == 0 and after.stdout == before.stdout
            check(same, f"{verb}, {place}: {after.returncode}, {after.stderr!r}")
    print(f"{len(CAUGHT) + len(HARMLESS)} places, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
