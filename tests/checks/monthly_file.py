#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether the national monthly file holds the money that a result has, and gives it back.

    monthly_file.py RECKON SOURCE_DIR
"""
import csv
import io
import json
import pathlib
import random
import subprocess
import sys
import tempfile
from decimal import Decimal

ACTIVITY, PRICE, FORCES = (f"CONTRACT MONITORING ACTUAL {what}" for what in ("ACTIVITY", "PRICE", "MARKET FORCES FACTOR"))
NONE = ("ADJUSTMENT", "BLOCK", "CQUIN", "DRUG", "DEVICE", "NAOTHER")
PODS = ("EL", "NEL", "DC", "OTHER", "DRUG", "BLOCK")


def run(reckon, folder, *arguments):
    done = subprocess.run([reckon, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=folder)
    return done.returncode, done.stdout, done.stderr


def result_of(reckon, folder, *arguments):
    return json.loads(run(reckon, folder, "evaluate", *arguments, "-q", "-f", "json")[1])


def reading(months):
    """A contract that reads the file, with the months that it has."""
    return {"reckoner": "contract/1", "id": "read", "basis": "actual", "facts": {"activity": {"file": "month.csv", "columns": {
        "period": "FINANCIAL MONTH", "financial_year": "FINANCIAL YEAR", "pod": "POINT OF DELIVERY CODE", "count": ACTIVITY, "amount": PRICE,
        "market_forces": FORCES, "site": "ORGANISATION SITE IDENTIFIER (OF TREATMENT)", "treatment_function": "ACTIVITY TREATMENT FUNCTION CODE"}}},
            "periods": [{"id": str((int(m[5:]) + 8) % 12 + 1), "start": f"{m}-01", "end": f"{m}-28"} for m in months],
            "arrangements": {"a": [{"id": "all", "rule": "contract-monitoring"}]}}


def written(reckon, folder, contract, arrangement):
    """Writes a file, adds it up and reads it back."""
    total = Decimal(result_of(reckon, folder, contract, "-a", arrangement)["total"])
    code, _, err = run(reckon, folder, "evaluate", contract, "-a", arrangement, "--format", "acm", "-o", "month.csv", "-q")
    rows = list(csv.DictReader((folder / "month.csv").open(encoding="utf-8", newline="")))
    yield code == 0 and len(rows[0]) == 34 and all(None not in row for row in rows), f"{contract} {arrangement}: {err}"
    yield sum(Decimal(row[PRICE]) for row in rows) == total, f"{contract} {arrangement}: the prices are not {total}"
    for row in rows:
        pod = row["POINT OF DELIVERY CODE"]
        blank = not any(row[name] for name in row if "(OF TREATMENT)" in name or "RESPONSIBILITY" in name or "TREATMENT FUNCTION" in name)
        yield pod not in NONE or (row[ACTIVITY] == "0" and blank and not row["TARIFF CODE"]), f"activity of a point that has none: {row}"
    (folder / "read.json").write_text(json.dumps(reading(("2016-04", "2016-05", "2017-03"))), encoding="utf-8")
    back = result_of(reckon, folder, "read.json")
    yield Decimal(back["total"]) == total, f"{contract} {arrangement}: read back it is {back['total']}, not {total}"
    notes = [f["message"] for f in back["findings"] if "point of delivery" not in f["message"] or "without" not in f["message"]]
    yield not notes, f"{contract} {arrangement}: the file breaks rules: {notes}"


def made_up(seed):
    """Rows of three months with awkward prices, a block, a cap and a shadow."""
    r = random.Random(seed)
    rows = [{"period": r.choice(("2016-04", "2016-05", "2017-03")), "hrg": r.choice(("HN12A", "DZ11B")), "pod": r.choice(PODS),
             "provider": r.choice(("RHW", "RTH", "")), "site": r.choice(("RHW01", "")), "treatment_function": r.choice(("110", "")),
             "count": r.choice((1, 2, "0.125")), "local_unit_price": f"{Decimal(r.randrange(10**7)) / 10000:f}"} for _ in range(60)]
    acute = {"id": "acute", "title": 'Spells, "as priced"', "rule": "pbr", "params": {"spell_unit": "0.0001"}}
    return {"reckoner": "contract/1", "id": "made", "basis": "actual", "provider": "RHW", "commissioner": "10N", "rounding": {"unit": r.choice(("0.01", "10"))},
            "periods": [{"id": m, "start": f"{m}-01", "end": f"{m}-28"} for m in ("2016-04", "2016-05", "2017-03")],
            "tariff": {"reckoner": "tariff/1", "id": "t", "effective": {"from": "2016-04-01", "to": "2017-03-31"}, "tables": {
                "mff": {"key": ["provider"], "rows": [{"provider": "RHW", "mff": "1.0612"}, {"provider": "RTH", "mff": "1.08"}]}}},
            "facts": {"activity": rows}, "arrangements": {
                "pbr": [acute, {"id": "seen", "rule": "block", "params": {"amount": "5"}, "shadow": True}],
                "capped": [acute, {"id": "cap", "rule": "cap-and-collar", "of": ["acute"], "params": {"plan": "9000", "cap": "3%", "collar": "2%"}}],
                "block": [{"id": "block", "rule": "block", "params": {"amount": "1000.01"}}]}}


def main(reckon, source):
    n = found = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        checks = []
        for seed in range(6):
            contract = made_up(seed)
            (folder / "made.json").write_text(json.dumps(contract), encoding="utf-8")
            for arrangement in contract["arrangements"]:
                checks += written(reckon, folder, "made.json", arrangement)
        shipped = pathlib.Path(source).resolve() / "configs/contracts/contract-monitoring.json"
        checks += written(reckon, folder, shipped, "charged")
        proposed = run(reckon, folder, "inspect", shipped.parent / "../activity/contract-monitoring-2016-17.csv", "--rule", "contract-monitoring")[1]
        checks += [(f'"{field}": "{header}"' in proposed, f"inspect does not propose {field}") for field, header in json.loads(
            shipped.read_text(encoding="utf-8"))["facts"]["activity"]["columns"].items() if field not in ("financial_year", "tariff_code")]
        year = {**made_up(0), "periods": [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}], "facts": {}}
        (folder / "year.json").write_text(json.dumps(year), encoding="utf-8")
        for options, said in ((("year.json", "-a", "block"), "is not within a month"), (("made.json", "--group-by", "pod"), "exclude each other"),
                              (("made.json", "--suppress-below", "5"), "exclude each other"), (("made.json", "-o", "x.xlsx"), "would not hold")):
            code, out, err = run(reckon, folder, "evaluate", *options, "--format", "acm")
            checks.append((code == 2 and said in err and not out, f"{options}: {code} {err}"))
        yen = {**made_up(0), "id": "yen", "currency": "JPY", "rounding": {"unit": "1"}}
        (folder / "yen.json").write_text(json.dumps(yen), encoding="utf-8")
        code, out, err = run(reckon, folder, "evaluate", "made.json", "yen.json", "-a", "block", "--format", "acm")
        checks.append((code == 2 and "write a file for each" in err and not out, f"two currencies: {code} {err}"))
        bare = {**made_up(0), "facts": {"activity": [{"period": "2016-04", "hrg": "AA01Z", "count": 3, "local_unit_price": "33.33"}]}}
        (folder / "bare.json").write_text(json.dumps(bare), encoding="utf-8")
        out = run(reckon, folder, "evaluate", "bare.json", "-a", "pbr", "--format", "acm")[1]
        row = next(csv.DictReader(io.StringIO(out)))
        checks.append((row[ACTIVITY] == "3" and row["TARIFF CODE"] == "AA01Z", f"a row without a point of delivery: {row}"))
        code, _, err = run(reckon, folder, "compare", "made.json", "--format", "acm")
        checks.append((code == 2 and "writes no monthly file" in err, f"compare: {code} {err}"))
        months = {**reading(("2016-04", "2016-05")), "facts": {"activity": [
            {"period": m, "pod": "EL", "count": 1, "amount": 10} for m in ("0", "1", "2", "10", "13")]}}
        (folder / "months.json").write_text(json.dumps(months), encoding="utf-8")
        for periods in ("1..2", "1..", "1,2"):
            total = result_of(reckon, folder, "months.json", "--periods", periods).get("total")
            checks.append((total == "20.00", f"months 1 and 2 by --periods {periods}: {total}, not 20.00"))
        for good, what in checks:
            n += 1
            if not good:
                found += 1
                print(what)
    print(f"{n} checks, {found} problems")
    return 1 if found or n == 0 else 0


if __name__ == "__main__":
    sys.exit(main(str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2]))
