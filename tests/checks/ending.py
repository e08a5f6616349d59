#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A rule that ends its process in any way, in any of its functions, is an error in every command:
exit code 4 (1 in a batch), the rule's name, and no output.

    ending.py RECKON SOURCE_DIR SCRATCH_DIR
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

RECKON, SOURCE, SCRATCH = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
WAYS = ("exit", "_exit", "quick_exit", "exit_group", "thread", "pthread_exit", "kill", "handled", "findings")
PLACES = ("load", "check", "prepare", "price", "settle", "release")
COMMANDS = {
    "evaluate": ["evaluate", "contract.json"],
    "to a file": ["evaluate", "contract.json", "-o", "out.json"],
    "apart": ["evaluate", "contract.json", "--isolation", "contract"],
    "not apart": ["evaluate", "contract.json", "--isolation", "none"],
    "rows": ["evaluate", "many.json", "--jobs", "2", "--rows", "rows.csv"],
    "compare": ["compare", "contract.json"],
    "report": ["compare", "contract.json", "--format", "html", "-o", "out.html"],
    "explain": ["explain", "contract.json"],
    "row": ["explain", "contract.json", "--component", "a", "--row", "1"],
    "system": ["system", "system.json"],
    "test": ["test", "vector.json"],
    "incentives": ["incentives", "contract.json"],
    "sensitivity": ["sensitivity", "contract.json", "--vary", "a.rate=1,2"],
    "batch": ["batch", "contract.json"],
    "batch in one process": ["batch", "contract.json", "--in-process"],
    "rules": ["rules", "show", "ending"],
    "schema": ["schema", "contract"],
}
# Commands that only load the rule, or only look at documents.
LOADING = ("rules", "schema")
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print(f"failed: {what}")


def documents():
    component = {"id": "a", "rule": "ending"}
    contract = {"reckoner": "contract/1", "id": "ending",
                "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
                "facts": {"activity": [{"count": 2}, {"count": 3}]},
                "arrangements": {"main": [component], "again": [component]}}
    inside = {k: v for k, v in contract.items() if k in ("facts", "arrangements")}
    files = {
        "contract": contract,
        "many": {**contract, "facts": {"activity": {"file": "many.csv"}}},
        "vector": {"reckoner": "vector/1", "id": "v", "source": "By hand", "contract": "contract.json",
                   "cases": [{"title": "Five", "expect": {"total": "5"}}]},
        "system": {"reckoner": "system/1", "id": "ending", "currency": "GBP", "periods": contract["periods"],
                   "organisations": [{"id": "ccg", "kind": "commissioner"}, {"id": "trust", "kind": "trust"}],
                   "contracts": [{"id": "c", "payer": "ccg", "payee": "trust", "contract": inside}],
                   "scenarios": {"base": {"arrangements": {"c": "main"}}}}}
    for name, document in files.items():
        (SCRATCH / f"{name}.json").write_text(json.dumps(document))
    (SCRATCH / "many.csv").write_text("count\n" + "1\n" * 400000)


def run(arguments, way, place):
    environment = {**os.environ, "ENDING_WAY": way, "ENDING_PLACE": place}
    return subprocess.run([RECKON, *arguments, "--rules", SCRATCH / "rules"], cwd=SCRATCH, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, check=False)


def one(name, way, place):
    what = f"{name}, {way} in {place}"
    batch = name.startswith("batch")
    ended = run(COMMANDS[name], way, place)
    named = "'ending'" in ended.stderr or (batch and "'ending'" in ended.stdout)
    check(ended.returncode in ((1, 4) if batch else (4,)), f"{what}: {ended.returncode}, {ended.stderr!r}")
    check(named, f"{what}: {ended.stderr!r}")
    if not batch and place != "release":
        check(ended.stdout == "", f"{what}: wrote {ended.stdout[:80]!r}")
    for left in ("out.json", "out.html", "rows.csv"):
        check(not (SCRATCH / left).exists() or place == "release", f"{what}: {left} is left")
        (SCRATCH / left).unlink(missing_ok=True)


def main():
    shutil.rmtree(SCRATCH, ignore_errors=True)
    (SCRATCH / "rules").mkdir(parents=True)
    subprocess.run(["cc", "-std=gnu11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", "-I", SOURCE / "include",
                    "-o", SCRATCH / "rules/ending.so", SOURCE / "tests/broken/ending.c", "-pthread"], check=True)
    documents()
    for name, arguments in COMMANDS.items():
        honest = run(arguments, "", "")
        check(honest.returncode in (0, 1) and "ended" not in honest.stderr, f"{name}: {honest.stderr!r}")
    for path in ("out.json", "out.html", "rows.csv"):
        (SCRATCH / path).unlink(missing_ok=True)
    for place in PLACES:
        for way in WAYS:
            one("evaluate", way, place)
    for i, name in enumerate(COMMANDS):
        places = ("load",) if name in LOADING else ("price",) if name == "row" else PLACES[1:]
        one(name, "_exit", places[-2] if len(places) > 1 else places[0])
        one(name, WAYS[i % len(WAYS)], places[i % len(places)])
    one("rows", "pthread_exit", "price")
    one("rows", "thread", "price")
    found = subprocess.run([RECKON, "rules", "check", SCRATCH / "rules/ending.so", "--cases", "1"], text=True,
                           stdout=subprocess.PIPE, env={**os.environ, "ENDING_WAY": "_exit", "ENDING_PLACE": "load"},
                           check=False)
    check(found.returncode == 1 and "exit code 0" in found.stdout, f"rules check: {found.returncode}, {found.stdout!r}")
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
