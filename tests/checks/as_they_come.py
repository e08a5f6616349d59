#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files as they come pay what the same rows pay once they are clean.

    as_they_come.py RECKON SCRATCH_DIR

Writes made-up spells, and writes them again as extracts arrive: other encodings, delimiters,
dates, numbers and blanks, lines above the header and below the data. `reckon inspect` must
propose a declaration of each by which `reckon evaluate` pays the same, leaves the same rows
unpriced, and finds the total row once. So must the batch, and a gzip file, on any number of
threads.
"""
import csv
import gzip
import io
import json
import pathlib
import random
import subprocess
import sys

RECKON = None
PRICES = {("AA11A", "EL"): "1204.5", ("AA11A", "NEL"): "2210", ("BB22B", "DC"): "310.25",
          ("BB22B", "EL"): "990", ("CC33C", "NEL"): "1750.1"}
HEADERS = {"hrg": "Spell Core HRG", "pod": "Point of Delivery", "date": "Discharge Date",
           "los": "Length of Stay", "provider": "Provider Code", "local_unit_price": "Local Price (£)",
           "note": "Site"}


def spells(n, seed):
    draw = random.Random(seed)
    rows = []
    for _ in range(n):
        hrg, pod = draw.choice([*PRICES, ("ZZ99Z", "EL")])
        month = draw.randint(1, 12)
        rows.append({
            "hrg": hrg, "pod": pod, "provider": draw.choice(["RA1", "RB2"]),
            "date": (2016 if month > 3 else 2017, month, draw.randint(1, 28)),
            "los": draw.choice([None, 0, 1, 4, 12]),
            "local_unit_price": draw.choice([None, None, None, 1234.5, 20, 2500.25]),
            "note": draw.choice(["Main site", "Café", "a \"quoted\" place"])})
    rows[0]["date"] = (2016, 12, 25)  # tells days from months
    rows[1]["local_unit_price"] = 1234.5
    rows[2]["los"] = None
    return rows


def english(value):
    return f"£{value:,.2f}"


def german(value):
    return f"{value:,.2f} €".translate(str.maketrans(",.", ".,"))


def plain(value):
    return f"{value:.2f}"


# name: encoding, delimiter, date, number, blank, line end, above, below, changes of HRGs, gzip
VARIANTS = {
    "plain": ("utf-8", ",", "{0}-{1:02}-{2:02}", plain, "", "\n", "", "", False, False),
    "english": ("utf-8-sig", ",", "{2:02}/{1:02}/{0}", english, "NULL", "\r\n", "", "", True, False),
    "windows": ("cp1252", ",", "{2}/{1}/{0}", english, "#N/A", "\r\n", "Extract\r\n\r\n", "", True, True),
    "german": ("utf-8", ";", "{2:02}.{1:02}.{0}", german, "-", "\n", "", "", False, False),
    "american": ("utf-16", "\t", "{1:02}/{2:02}/{0}", plain, "N/A", "\r\n", "", "", True, False),
    "compact": ("latin-1", "|", "{0}{1:02}{2:02}", plain, "", "\n", "", "Printed by nobody\n", False, False),
    "timed": ("utf-8", ",", "{2:02}/{1:02}/{0} 10:30", plain, "null", "\n", "", "x\ny\n", False, False),
    "old": ("utf-8", ",", "{2:02}-{1:02}-{0}", plain, "", "\r", "", "", False, False),
}


def write(path, rows, variant, total):
    encoding, delimiter, date, number, blank, end, above, below, lower, packed = variant
    text = io.StringIO()
    text.write(above)
    out = csv.writer(text, delimiter=delimiter, lineterminator=end)
    out.writerow(HEADERS.values())
    for i, row in enumerate(rows):
        cells = dict(row, date=date.format(*row["date"]))
        cells["los"] = blank if row["los"] is None else row["los"]
        price = row["local_unit_price"]
        cells["local_unit_price"] = blank if price is None else number(price)
        if lower and i % 10 == 5:
            cells["hrg"] = cells["hrg"].lower()
        out.writerow([cells[name] for name in HEADERS])
    if total:
        out.writerow(["Total", "", "", sum(row["los"] or 0 for row in rows), "", "", ""])
    text.write(below)
    data = text.getvalue().encode(encoding, errors="replace")
    path.write_bytes(gzip.compress(data) if packed else data)


def run(*words):
    done = subprocess.run([RECKON, *map(str, words)], capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def contract(folder, name, table):
    document = {
        "reckoner": "contract/1", "id": name, "basis": "illustrative",
        "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
        "facts": {"activity": table,
                  "prices": {"key": ["hrg", "pod"], "rows": [
                      {"hrg": hrg, "pod": pod, "price": price} for (hrg, pod), price in PRICES.items()]}},
        "arrangements": {"pbr": [{"id": "spells", "rule": "pbr"}]}}
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def outcome(result):
    part = result["periods"][0]["components"][0]
    return (result["total"], part["unpriced"]["rows"],
            [f["code"] for f in result["findings"] if f["code"] == "total-row"])


def main(reckon, scratch):
    global RECKON
    RECKON = reckon
    folder = pathlib.Path(scratch)
    folder.mkdir(parents=True, exist_ok=True)
    rows = spells(3000, 7)
    expected = None
    paths = []
    wrong = 0
    for name, variant in VARIANTS.items():
        file = folder / f"{name}.csv"
        total = name != "plain"
        write(file, rows, variant, total)
        code, text, error = run("inspect", file, "--rule", "pbr", "-f", "json")
        if code != 0:
            print(f"{name}: inspect failed: {error}")
            return 1
        table = json.loads(text)
        paths.append(contract(folder, name, table))
        found = set()
        for jobs in (1, 3):
            code, text, error = run("evaluate", paths[-1], "-f", "json", "--jobs", jobs)
            if code != 0:
                print(f"{name}: evaluate failed: {error}\n{json.dumps(table, ensure_ascii=False)}")
                return 1
            found.add(json.dumps(outcome(json.loads(text))))
        expected = expected or outcome(json.loads(text))
        wanted = (expected[0], expected[1], ["total-row"] if total else [])
        if found != {json.dumps(wanted)}:
            wrong += 1
            print(f"{name}: {found}, not {wanted}\n{json.dumps(table, ensure_ascii=False)}")
    code, text, error = run("batch", *paths)
    for line, path in zip(text.splitlines(), paths):
        result = json.loads(line)
        if result.get("total") != expected[0]:
            wrong += 1
            print(f"batch: {path.name}: {result.get('total')}, not {expected[0]}")
    print(f"{len(VARIANTS)} ways of writing {len(rows)} rows, {wrong} differences")
    return 1 if wrong or code != 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
