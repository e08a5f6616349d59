#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What files cost as they come: 100,000 rows that are messy, against the same rows clean.

    tests/bench/as_they_come.py RECKON [--rows 100000] [--runs 9] [--data FOLDER]

Writes made-up spells clean, and messy: long headers, dd/mm/yyyy, NULL, pounds with separators, codes in lower case, a
total row; as CSV and as a workbook. `reckon inspect` proposes the declarations. The clean file has no column that
names a row, so no rows are compared in it; the messy one has, and `repeated` is 2,000 of its rows again and again,
so that all but those are the finding duplicate-rows. Runs take turns; the processor time of the command (user and
system, of all its threads) is compared by its smallest value, so that other work on the machine matters little. Limits in
seconds are of processor time too, which is at least the time that passes where nothing else runs. What passed here
is printed beside it. Resident memory is the most of any run, and includes the 10 MiB of the program that starts it.

FOLDER holds the two published workbooks (docs/importing-tariffs.md); without it the imports, and the comparison of
the published tariffs, are left out, and said to be. Exits with 1 if a limit is missed.
"""
import argparse
import csv
import datetime
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import zipfile
from xml.sax.saxutils import escape

HOME = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = HOME / "configs/tariffs/ntps-2016-17-sample.json"
CLEAN = ["spell", "provider", "commissioner", "date", "hrg", "pod", "admission_method", "los", "age", "local_unit_price", "site_name"]
MESSY = ["Hospital Provider Spell No ", "Organisation Code (Code of Provider)", "Organisation Code (Code of Commissioner)",
         "Discharge Date (Hospital Provider Spell)", "Spell Core HRG", "Point of Delivery", "Admission Method (Hospital Provider Spell)",
         "Spell LOS", "Age on Admission", "Local Price (£)", "Site Name"]
TOTAL = ["Total", "", "", "", "", "", "", "12", "", "", "rows"]
# profile, workbook
IMPORTS = (("ntps-2016-17", "1617_Annex_A_national_prices_and_national_tariff_workbook.xlsx"),
           ("ntps-2017-19", "1718_Annex_B1_-_national_tariff_workbook.xlsx"))


def spells(n, keys):
    draw = random.Random(5)
    first = datetime.date(2016, 4, 1)
    for i in range(n):
        hrg, pod = draw.choice(keys)
        yield {"spell": f"SP{i:06}", "provider": draw.choice(["RHW", "RTH", "RDU"]), "commissioner": draw.choice(["15A", "10M"]),
               "date": first + datetime.timedelta(draw.randrange(365)), "hrg": hrg, "pod": pod,
               "admission_method": "21" if pod == "NEL" else "11", "los": "0" if pod == "DC" else draw.choice(["1", "2", "5", "40"]),
               "age": str(draw.randint(1, 99)), "local_unit_price": draw.choice([None] * 19 + [1234.5]), "site_name": "Main site"}


def mess(i, row):
    price = row["local_unit_price"]
    changed = dict(row, date=row["date"].strftime("%d/%m/%Y"), hrg=row["hrg"].lower() if i % 10 == 3 else row["hrg"] + "  " * (i % 10 == 4),
                   local_unit_price="NULL" if price is None else f"£{price:,.2f}")
    return [changed[name] for name in CLEAN]


def write_csv(path, head, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def write_workbook(path, head, rows):
    """Text in cells, numbers as numbers; a title and an empty row above the header."""
    def cell(at, text):
        if text.replace(".", "", 1).isdigit():
            return f"<c r=\"{chr(65 + at)}{{}}\"><v>{text}</v></c>"
        return f"<c r=\"{chr(65 + at)}{{}}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{escape(text)}</t></is></c>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        archive.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType='
                         f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
                         f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>')
        rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="' + rel
        archive.writestr("_rels/.rels", relations + '/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{rel}"><sheets>'
                         '<sheet name="Extract" sheetId="1" r:id="rId1"/></sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", relations + '/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for number, row in enumerate([["Extract"], head, *rows], 1):
                at = number + (number > 1)
                cells = "".join(cell(i, str(text)).replace("{}", str(at), 1) for i, text in enumerate(row) if text != "")
                sheet.write(f'<row r="{at}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


# A child begins with the memory of the process that it was forked from: a small one, not this one.
STARTER = """
import os, sys, time
begun = time.monotonic()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, time.monotonic() - begun, usage.ru_maxrss, file=open("used", "w"))
"""


class Bench:
    def __init__(self, reckon, folder, runs):
        self.reckon, self.folder, self.runs, self.missed = reckon, folder, runs, 0

    def once(self, words):
        """Processor seconds, elapsed seconds, and KiB of resident memory at most."""
        with open(self.folder / "said", "wb") as said:
            subprocess.run([sys.executable, "-I", "-S", "-c", STARTER, self.reckon, *map(str, words)], cwd=self.folder, stdout=said,
                           stderr=subprocess.STDOUT, check=True)
        status, processor, elapsed, memory = (self.folder / "used").read_text().split()
        if status not in ("0", "1"):
            sys.exit(f"{words} ended with {status}: {(self.folder / 'said').read_text(errors='replace')[:1000]}")
        return float(processor), float(elapsed), int(memory)

    def turns(self, commands):
        found = {name: [] for name in commands}
        for _ in range(self.runs):
            for name, words in commands.items():
                found[name].append(self.once(words))
        return found

    def judge(self, what, value, limit, unit=""):
        self.missed += value > limit
        print(f"{'MISSED' if value > limit else 'met   '}  {what}: {value:.2f}{unit}, limit {limit}{unit}")

    def judge_seconds(self, what, runs, limit):
        self.judge(f"{what}, processor, of {len(runs)} runs the least (elapsed {min(r[1] for r in runs):.2f} s)", min(r[0] for r in runs), limit, " s")


def contract(bench, name, tariff):
    table = json.loads(subprocess.run([bench.reckon, "inspect", name, "--rule", "pbr", "-f", "json"], cwd=bench.folder, check=True,
                                      capture_output=True, text=True).stdout)
    path = bench.folder / f"{name}.json"
    path.write_text(json.dumps({
        "reckoner": "contract/1", "id": "bench", "basis": "illustrative", "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
        "tariff": str(tariff), "facts": {"activity": table}, "arrangements": {"national": [{"id": "spells", "rule": "pbr"}]}}))
    return path


def outcome(bench, path):
    done = subprocess.run([bench.reckon, "evaluate", path, "-f", "json"], cwd=bench.folder, check=True, capture_output=True, text=True)
    result = json.loads(done.stdout)
    return result["total"], [f["code"] for f in result["findings"] if f["code"] in ("total-row", "duplicate-rows")]


def other_tariff(folder):
    """The sample with other prices, one that is new and one that is gone."""
    document = json.loads(SAMPLE.read_text())
    document["id"] = "other"
    rows = document["tables"]["prices"]["rows"]
    for row in rows[::3]:
        row["price"] = str(float(row["price"] or 0) + 50)
    rows[1]["hrg"] = "NN11N"
    path = folder / "other.json"
    path.write_text(json.dumps(document))
    return path


def tariff_diff(bench, path, old, new):
    found = [bench.once(["tariff", "diff", old, new, "--contract", path]) for _ in range(3)]
    bench.judge_seconds(f"tariff diff of {old.parent.name}/{old.stem} and {new.parent.name}/{new.stem} over {path.stem}", found, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("reckon", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--data", type=pathlib.Path)
    args = parser.parse_args()
    keys = [(row["hrg"], row["pod"]) for row in json.loads(SAMPLE.read_text())["tables"]["prices"]["rows"] if row.get("price") not in (None, "0")]
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(args.reckon.resolve(), pathlib.Path(name), args.runs)
        rows = list(spells(args.rows, keys))
        messy = [mess(i, row) for i, row in enumerate(rows)]
        write_csv(bench.folder / "clean.csv", CLEAN, ([row[n] if row[n] is not None else "" for n in CLEAN] for row in rows))
        write_csv(bench.folder / "messy.csv", MESSY, [*messy, TOTAL])
        write_csv(bench.folder / "repeated.csv", MESSY, [*(messy[i % 2000] for i in range(args.rows)), TOTAL])
        write_workbook(bench.folder / "messy.xlsx", MESSY, [*messy, TOTAL])
        paths = {n: contract(bench, n, SAMPLE) for n in ("clean.csv", "messy.csv", "repeated.csv", "messy.xlsx")}
        truth = outcome(bench, paths["clean.csv"])[0]
        for n, wanted in (("messy.csv", (truth, ["total-row"])), ("messy.xlsx", (truth, ["total-row"])),
                          ("repeated.csv", (None, ["duplicate-rows", "total-row"]))):
            got = outcome(bench, paths[n])
            if got[1] != wanted[1] or wanted[0] not in (None, got[0]):
                sys.exit(f"{n}: {got}, not {wanted}")
        found = bench.turns({n: ["evaluate", p, "-q", "-j", "1"] for n, p in paths.items()})
        for n, runs in found.items():
            print(f"        {n}: processor {min(r[0] for r in runs):.3f} s at least, {statistics.median(r[0] for r in runs):.3f} s in the middle "
                  f"of {args.runs} runs, elapsed {min(r[1] for r in runs):.3f} s, memory {max(r[2] for r in runs) / 1024:.0f} MiB")
        least = {n: min(r[0] for r in runs) for n, runs in found.items()}
        bench.judge("messy CSV, times the clean one", least["messy.csv"] / least["clean.csv"], 2)
        bench.judge("messy CSV of repeated rows, times the clean one", least["repeated.csv"] / least["clean.csv"], 2)
        bench.judge_seconds("messy workbook", found["messy.xlsx"], 3)
        bench.judge("messy workbook, memory", max(r[2] for r in found["messy.xlsx"]) / 1024, 64, " MiB")
        for profile, book in IMPORTS if args.data is not None else ():
            runs = [bench.once(["tariff", "import", args.data / book, "--profile", profile, "-o", f"{profile}-{i}"]) for i in range(3)]
            bench.judge_seconds(f"tariff import {profile}", runs, 5)
        if args.data is None:
            print("left out: the published workbooks (give their folder as --data)")
        else:
            tariff_diff(bench, paths["messy.csv"], *sorted((bench.folder / "ntps-2017-19-0").glob("*/tariff.json")))
        tariff_diff(bench, paths["messy.csv"], SAMPLE, other_tariff(bench.folder))
        print(f"{bench.missed} limits missed")
        return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
