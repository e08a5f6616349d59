#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Strings that break programs, in each text of a contract: what comes out is what went in.

    strings.py RECKON SCRATCH_DIR SHARED_DIR

Each string of the big list of naughty strings is the provider, a value of a row and the id of a contract, and
the name of its file of rows. Every contract has a result or an error of its own; texts of results are read back
from NDJSON, CSV and SQLite as they were written, but for control characters, which CSV does not show.
"""
import csv
import json
import os
import sqlite3
import sys
from pathlib import Path

from common import Checks, block, fresh, run

RECKON, SCRATCH = os.path.abspath(sys.argv[1]), fresh(Path(sys.argv[2]).resolve())
LIST = Path(os.environ.get("RK_SHARED", sys.argv[3])) / "data/hostile/strings-blns/blns.json"
check = Checks()


def shown(text):
    """As CSV shows it: controls but tabs and line ends are replaced."""
    return "".join("\ufffd" if (ord(c) < 32 and c not in "\t\n\r") or 127 <= ord(c) < 160 else c for c in text)


def contracts(strings):
    for i, text in enumerate(strings):
        base = block(f"n{i}", provider=text or "p", commissioner=f"c {text}",
                     facts={"population": [{"group": text or "g", "heads": 3}]})
        base["arrangements"] = {"a": [{"id": "c", "rule": "capitation", "params": {"rate": "10"}}]}
        yield base
        yield {**base, "id": text or "i"}
        yield {**base, "id": f"f{i}", "facts": {"population": {"file": text or "x"}}}


def main():
    if not LIST.exists():
        print("skipped: the list of strings is not here")
        sys.exit(77)
    wanted = list(contracts(json.loads(LIST.read_text(encoding="utf-8"))))
    (SCRATCH / "set.ndjson").write_text("".join(json.dumps(c) + "\n" for c in wanted), encoding="utf-8")
    before = sorted(p.name for p in SCRATCH.iterdir())
    for name in ("out.ndjson", "out.csv", "out.sqlite"):
        done = run(RECKON, "batch", "-q", "-j", "2", "set.ndjson", "--out", name, cwd=SCRATCH)
        check(done.code in (0, 1), f"{name}: {done}")
    lines = [json.loads(line) for line in (SCRATCH / "out.ndjson").read_text(encoding="utf-8").split("\n") if line]
    check(len(lines) == len(wanted), f"{len(lines)} results of {len(wanted)} contracts")
    with open(SCRATCH / "out.csv", encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    check(len(cells) == len(wanted), f"{len(cells)} rows of {len(wanted)} contracts")
    rows = list(sqlite3.connect(SCRATCH / "out.sqlite").execute(
        "SELECT contract, provider, commissioner, error FROM results ORDER BY result_id"))
    check(len(rows) == len(wanted), f"{len(rows)} records of {len(wanted)} contracts")
    right = 0
    for contract, line, cell, row in zip(wanted, lines, cells, rows):
        texts = [contract["id"], contract["provider"], contract["commissioner"]]
        check(("error" in line) == bool(row[3]) == bool(cell["error"]), f"{contract['id']!r}: {line}")
        if "error" in line:
            continue
        right += 1
        check(line["contract"] == texts[0] and list(row[:3]) == texts, f"{texts!r}: {row!r}")
        check([cell["contract"], cell["provider"], cell["commissioner"]] == [shown(t) for t in texts],
              f"{texts!r}: {cell!r}")
    check(right >= len(wanted) // 3, f"only {right} of {len(wanted)} have a result")
    check(sorted(p.name for p in SCRATCH.iterdir()) == sorted([*before, "out.ndjson", "out.csv", "out.sqlite"]),
          "files were left")
    print(f"{right} of {len(wanted)} contracts with hostile strings have a result, the others an error")
    check.end("strings")


main()
