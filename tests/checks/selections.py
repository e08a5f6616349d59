#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that selecting a period gives what the whole contract gives for it.

    selections.py RECKON FOLDER...

Evaluates each contract of the folders under each of its arrangements, whole and then with
--periods for each period and for the periods up to it: each selected period must be the same,
and the total the sum of the periods. Rows without a price are not compared: those of no period
are listed with the first, and are no part of a selection.
"""
import decimal
import json
import pathlib
import subprocess
import sys


def evaluate(reckon, contract, *options):
    done = subprocess.run([reckon, "evaluate", str(contract), "-q", "-f", "json", *options],
                          capture_output=True, text=True, check=False)
    result = json.loads(done.stdout) if done.returncode == 0 else None
    for period in result["periods"] if result is not None else ():
        for component in period["components"]:
            del component["unpriced"]
    return result


def problems_of(reckon, contract, arrangement):
    whole = evaluate(reckon, contract, "-a", arrangement)
    if whole is None:
        return
    known = {p["period"]: p for p in whole["periods"]}
    ids = list(known)
    for i, first in enumerate(ids):
        for selected in ([first], ids[:i + 1]):
            part = evaluate(reckon, contract, "-a", arrangement, "--periods", ",".join(selected))
            name = f"{contract}: {arrangement}: {selected}"
            if part is None:
                yield f"{name}: cannot be evaluated"
            elif part["periods"] != [known[p] for p in ids if p in selected]:
                yield f"{name}: other amounts than in the whole contract"
            elif decimal.Decimal(part["total"]) != sum(decimal.Decimal(known[p]["total"]) for p in selected):
                yield f"{name}: the total is not the sum of the periods"


def main(reckon, *folders):
    found, n = [], 0
    for path in sorted(p for folder in folders for p in pathlib.Path(folder).rglob("*.json")):
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        if not isinstance(document, dict) or document.get("reckoner") != "contract/1":
            continue
        if len(document.get("periods", ())) > 1 or "months" in document.get("periods", ()):
            for arrangement in document.get("arrangements", ()):
                n += 1
                found += problems_of(reckon, path, arrangement)
    print("\n".join([*found, f"{n} arrangements of several periods, {len(found)} problems"]))
    return 1 if found or n == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
