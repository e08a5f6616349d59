#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Workbooks as others read them: LibreOffice works every formula out again, and openpyxl reads them.

    workbook.py RECKON SOURCE_DIR SCRATCH [all]

Takes a few of the contracts and systems in configs, or with `all` every one (a minute).
The values that a workbook keeps beside its formulas are removed before LibreOffice opens it, so that
what it writes is its own. Every formula must then have the value that reckon gave it, and what is
paid that of reckon's JSON. Text stays text, and numbers that a spreadsheet would change are text.
Skipped where LibreOffice (libreoffice-calc) or openpyxl (python3-openpyxl) is missing.
"""
import csv
import decimal
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

try:
    import openpyxl
except ImportError:
    # Distributions install it for their own interpreter.
    if sys.executable != "/usr/bin/python3" and pathlib.Path("/usr/bin/python3").exists():
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print("skipped: openpyxl is not installed (python3-openpyxl)")
    sys.exit(77)

HEADER_ROW = 4
problems = []


def check(condition, text):
    if not condition:
        problems.append(text)


def run(*command, code=0):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    check(done.returncode == code, f"{' '.join(map(str, command))}: exit {done.returncode}: {done.stderr}")
    return done


def without_values(workbook, to):
    """A copy in which no formula has a value."""
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            new.writestr(part, content)


def recalculated(workbooks, scratch):
    """The workbooks as LibreOffice works them out, in one run of it."""
    (scratch / "bare").mkdir()
    (scratch / "office").mkdir()
    for workbook in workbooks:
        without_values(workbook, scratch / "bare" / workbook.name)
    subprocess.run(["soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--convert-to",
                    "xlsx:Calc MS Excel 2007 XML", "--outdir", scratch / "office",
                    *sorted((scratch / "bare").glob("*.xlsx"))],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=500)
    return scratch / "office"


def compare_formulas(workbook, office):
    """How many formulas the workbook has; each must have the same value in both."""
    formulas = openpyxl.load_workbook(workbook)
    ours = openpyxl.load_workbook(workbook, data_only=True)
    theirs = openpyxl.load_workbook(office / workbook.name, data_only=True)
    count = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                place = f"{workbook.name}: {sheet.title}!{cell.coordinate} {cell.value}"
                kept = ours[sheet.title][cell.coordinate].value
                found = theirs[sheet.title][cell.coordinate].value
                number = isinstance(found, (int, float)) and isinstance(kept, (int, float))
                check(number and abs(found - kept) < 0.000001, f"{place}: {kept} here, {found} in LibreOffice")
    return count


def layout(workbook):
    """Each table keeps its header in view, is filtered, and is printed on A4."""
    book = openpyxl.load_workbook(workbook)
    names = book.sheetnames
    check(names[0] == "Summary", f"{workbook.name}: the first sheet is {names[0]}")
    for sheet in book:
        place = f"{workbook.name}: {sheet.title}"
        check(str(sheet.page_setup.paperSize) == "9", f"{place}: paper {sheet.page_setup.paperSize}")
        check(sheet.sheet_properties.pageSetUpPr.fitToPage, f"{place}: is not fitted to the page's width")
        if sheet.title != "Summary":
            check(sheet.freeze_panes == f"A{HEADER_ROW + 1}", f"{place}: freezes at {sheet.freeze_panes}")
            check(sheet.print_title_rows is not None, f"{place}: repeats no header")
    return names


def paid(reckon, workbook, contract):
    """What arrangements pay, in the workbook and in JSON."""
    sheet = openpyxl.load_workbook(workbook, data_only=True)["Comparison"]
    found = json.loads(run(reckon, "compare", contract, "-q", "--format", "json").stdout)
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=HEADER_ROW + 1) if row[0].value}
    for result in found["arrangements"] if "arrangements" in found else found["results"]:
        name = result.get("arrangement", result.get("name"))
        check(name in rows, f"{workbook.name}: no row '{name}'")
        if name in rows:
            check(f"{rows[name][1].value:.2f}" == f"{float(result['total']):.2f}",
                  f"{workbook.name}: '{name}' pays {rows[name][1].value}, not {result['total']}")


HOSTILE = ["=1+2", "+3", "-4", "@SUM(1)", "=HYPERLINK(\"http://example.org\",\"x\")", "\t=5", "<b>&amp;", "'=6", "<script>alert(1)</script>", "</svg>",
           "javascript:alert(2)", "\u202egnp.exe"]
LARGE = "9007199254740993.25"


def hostile_contract(folder):
    """Texts that would be formulas, amounts beyond what a double holds, memo lines and small counts."""
    path = folder / "hostile.json"
    document = {
        "reckoner": "contract/1", "id": "hostile", "title": HOSTILE[0], "basis": "actual",
        "periods": [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}],
        "facts": {"activity": [{"pod": pod, "count": 2 + i, "price": "100.01"} for i, pod in enumerate(HOSTILE)]},
        "arrangements": {
            "rows": [{"id": "acute", "rule": "pbr", "title": HOSTILE[3], "params": {"mff": False}}],
            "large": [{"id": "block", "rule": "block", "params": {"amount": LARGE}}]},
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def hostile(reckon, scratch):
    contract = hostile_contract(scratch)
    workbook = scratch / "hostile.xlsx"
    run(reckon, "compare", contract, "-q", "-o", workbook, "--group-by", "pod")
    if problems:
        return None
    book = openpyxl.load_workbook(workbook)
    groups = [row[3] for row in book["Groups"].iter_rows(min_row=HEADER_ROW + 1) if row[3].value]
    check(sorted(cell.value for cell in groups) == sorted(HOSTILE), f"groups: {[cell.value for cell in groups]}")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    check(re.match(r"=(ROUND\(|[A-Z]+[0-9]+/ABS)", cell.value), f"hostile: {cell.value} is a formula")
    lines = {row[3].value: row for row in book["Lines"].iter_rows(min_row=HEADER_ROW + 1)}
    check(lines["Block payment"][8].value == LARGE, f"a large amount is {lines['Block payment'][8].value}")
    large = {row[0].value: row for row in book["Comparison"].iter_rows(min_row=HEADER_ROW + 1)}["large"]
    check(large[1].value == LARGE, f"a large payment is {large[1].value}")
    return workbook


def plan_and_actual(scratch):
    """A contract with a plan and an actual of months, groups that one side lacks, and a cap."""
    path = scratch / "plan-and-actual.json"
    pods, hrgs = ["DC", "EL", "NEL"], ["AA10Z", "DZ11B", "EB03H"]
    plan = [{"period": f"2016-{m:02}", "pod": p, "hrg": h, "count": 3 + (m * k) % 5, "local_unit_price": 100 * (k + 2)}
            for m in (4, 5, 6, 7) for k, (p, h) in enumerate((p, h) for p in pods for h in hrgs)]
    actual = [{**row, "count": row["count"] + i % 3 - 1, "local_unit_price": f"{row['local_unit_price'] + i % 7}.{i:02}"}
              for i, row in enumerate(plan) if row["pod"] != "DC" and row["period"] < "2016-07"]
    actual.append({"period": "2016-04", "pod": "OP", "hrg": "AA10Z", "count": 4, "local_unit_price": 95})
    path.write_text(json.dumps({
        "reckoner": "contract/1", "id": "months", "basis": "actual", "provider": "RHW",
        "periods": {"months": {"from": "2016-04", "to": "2016-07"}}, "facts": {"plan": plan, "activity": actual},
        "arrangements": {
            "capped": [{"id": "acute", "rule": "pbr"},
                       {"id": "cap", "rule": "cap-and-collar", "of": ["acute"], "params": {"plan": "12000", "cap": "5%", "collar": "5%"}}],
            "free": [{"id": "acute", "rule": "pbr"}],
            "block": [{"id": "block", "rule": "block", "params": {"amount": "50000"}}]}}), encoding="utf-8")
    return path


def held_against(reckon, scratch):
    """The workbooks of variance, compare --by, explain --against and diff; their totals are JSON's."""
    contract = plan_and_actual(scratch)
    variance = ["variance", contract, "--plan", "plan", "--actual", "activity", "--by", "pod,hrg"]
    commands = {"variance": [*variance, "--forecast", "straight-line"], "compare-by": ["compare", contract, "--by", "pod"],
                "against": ["explain", contract, "-a", "capped", "--against", "free"]}
    found = json.loads(run(reckon, *variance, "--forecast", "straight-line", "-q", "-f", "json").stdout)
    for name, n in ("flex", 5), ("freeze", 6):
        rows = [f"{i},S{i},{i % 3},{i * 10.5 + (n if i == 3 else 0):.2f},\n" for i in range(1, n) if i != n - 3]
        (scratch / f"{name}.csv").write_text("row,spell_id,los,amount,reason\n" + "".join(rows), encoding="utf-8")
    rules = scratch / "rules.json"
    rules.write_text('{"reckoner": "challenges/1", "challenges": [{"id": "short", "where": {"los": {"below": 2}}}]}')
    commands["diff"] = ["diff", scratch / "flex.csv", scratch / "freeze.csv", "--challenges", rules]
    for name, command in commands.items():
        run(reckon, *command, "-q", "-o", scratch / f"held-{name}.xlsx")
    if problems:
        return []
    last = [row for row in openpyxl.load_workbook(scratch / "held-variance.xlsx", data_only=True)["Variance"].values if row[0]]
    check(last[-1][0] == "activity" and f"{last[-1][1]:.2f}" == found["actual"], f"variance: {last[-1]}, not {found['actual']}")
    totals = [row for row in openpyxl.load_workbook(scratch / "held-diff.xlsx", data_only=True)["Differences"].values if row[0]]
    found = json.loads(run(reckon, "diff", scratch / "flex.csv", scratch / "freeze.csv", "-f", "json").stdout)
    check(f"{totals[-1][2]:.2f}" == found["total_b"], f"diff: {totals[-1]}, not {found['total_b']}")
    return [scratch / f"held-{name}.xlsx" for name in commands]


def priced_rows(reckon, spells, scratch):
    """--rows writes the same to a workbook as to CSV: numbers as numbers, codes as text, totals that add up."""
    for name in "rows.csv", "rows.xlsx":
        run(reckon, "evaluate", spells, "-q", "--rows", scratch / name, "--row-columns", "spell_id,admission_method")
    with open(scratch / "rows.csv", encoding="utf-8", newline="") as f:
        wanted = list(csv.reader(f))
    book = openpyxl.load_workbook(scratch / "rows.xlsx", data_only=True)
    *found, total = [list(row) for row in book["Rows"].values]
    check(len(found) == len(wanted), f"rows.xlsx: {len(found)} rows, not {len(wanted)}")
    head = wanted[0]
    for row, texts in zip(found, wanted):
        for column, cell, text in zip(head, row, texts):
            same = cell is None and text == "" or cell == text or isinstance(cell, (int, float)) and cell == float(text)
            check(same, f"rows.xlsx: {column} is {cell!r}, not {text!r}")
    at = head.index("hrg")
    check(all(isinstance(row[at], str) for row in found[1:]), "rows.xlsx: a code is no text")
    at = head.index("amount")
    check(all(row[at] is None or isinstance(row[at], (int, float)) for row in found[1:]), "rows.xlsx: an amount is no number")
    paid = sum(decimal.Decimal(texts[at] or "0") for texts in wanted[1:])
    check(abs(decimal.Decimal(str(total[at])) - paid) < decimal.Decimal("0.001"), f"rows.xlsx: {total[at]}, not {paid}")
    return scratch / "rows.xlsx"


def batch_rows(reckon, source, scratch):
    """--out of a batch writes the same to a workbook as to CSV; its own is replaced, another one is not."""
    contracts = source / "configs" / "contracts"
    books = []
    for name, more in ("results", ()), ("lines", ("--lines",)):
        for ending in "csv", "xlsx", "xlsx":
            run(reckon, "batch", contracts, "-q", "--all-arrangements", *more, "--out", scratch / f"batch-{name}.{ending}")
        with open(scratch / f"batch-{name}.csv", encoding="utf-8", newline="") as f:
            wanted = list(csv.reader(f))
        books.append(scratch / f"batch-{name}.xlsx")
        *found, total = [list(row) for row in openpyxl.load_workbook(books[-1], data_only=True)["Results"].values]
        for row, texts in zip(found, wanted, strict=True):
            for column, cell, text in zip(wanted[0], row, texts):
                same = cell is None and text == "" or cell == text or isinstance(cell, (int, float)) and cell == float(text)
                check(same, f"batch-{name}.xlsx: {column} is {cell!r}, not {text!r}")
        at = wanted[0].index("amount" if more else "total")
        paid = sum(decimal.Decimal(texts[at] or "0") for texts in wanted[1:])
        check(abs(decimal.Decimal(str(total[at])) - paid) < decimal.Decimal("0.001"), f"batch-{name}.xlsx: {total[at]}, not {paid}")
    other = scratch / "rows.xlsx"
    before = other.read_bytes()
    done = subprocess.run([reckon, "batch", contracts, "-q", "--out", other], capture_output=True, text=True, check=False)
    check(done.returncode == 2 and "was not written by a batch" in done.stderr and other.read_bytes() == before, done.stderr)
    return books


def same_bytes(reckon, contract, scratch):
    first, second = scratch / "first.xlsx", scratch / "second.xlsx"
    run(reckon, "compare", contract, "-q", "-o", first, "-j", "1")
    run(reckon, "compare", contract, "-q", "-o", second, "-j", "2")
    check(first.read_bytes() == second.read_bytes(), "two runs write different workbooks")


def no_room(reckon, contract, scratch):
    """A workbook that cannot be made is an error, and no file."""
    workbook = scratch / "none.xlsx"
    done = subprocess.run([reckon, "compare", contract, "-q", "-o", workbook], capture_output=True, text=True, check=False,
                          env={**os.environ, "TMPDIR": str(scratch / "absent")})
    check(done.returncode == 1 and "TMPDIR" in done.stderr and not workbook.exists(),
          f"without temporary files: exit {done.returncode}: {done.stderr}")


FEW = {"gp-capitation", "risk-mix", "spells-2016-17", "accountable-care-system", "acute-chain", "sustainability-fund"}


def documents(folder, which):
    return [path for path in sorted(folder.glob("*.json")) if which == "all" or path.stem in FEW]


def main(reckon, source, scratch, which="few"):
    source, scratch = pathlib.Path(source), pathlib.Path(scratch).resolve()
    if shutil.which("soffice") is None:
        print("skipped: LibreOffice is not installed (libreoffice-calc)")
        return 77
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    books = []
    for contract in documents(source / "configs" / "contracts", which):
        workbook = scratch / f"compare-{contract.stem}.xlsx"
        run(reckon, "compare", contract, "-q", "-o", workbook)
        paid(reckon, workbook, contract)
        evaluated = scratch / f"evaluate-{contract.stem}.xlsx"
        run(reckon, "evaluate", contract, "-q", "-o", evaluated)
        books += [workbook, evaluated]
    spells = source / "configs" / "contracts" / "spells-2016-17.json"
    risk = source / "configs" / "contracts" / "risk-mix.json"
    care = source / "configs" / "systems" / "accountable-care-system.json"
    for name, *command in [
            ["groups", "evaluate", spells, "--group-by", "provider,pod"],
            ["small", "evaluate", spells, "--group-by", "provider,pod", "--suppress-below", "5"],
            ["several", "evaluate", spells, risk],
            ["incentives", "incentives", risk, "--fixed", "40%"],
            ["sensitivity", "sensitivity", care, "--vary", "delivery=60%,100%"],
            ["solve", "solve", care, "--vary", "delivery", "--until", "system=0"],
            ["sweep", "sweep", care, "--vary", "delivery=0:100%:10%"]]:
        books.append(scratch / f"{name}.xlsx")
        run(reckon, *command, "-q", "-o", books[-1])
    for system in documents(source / "configs" / "systems", which):
        books.append(scratch / f"system-{system.stem}.xlsx")
        run(reckon, "system", system, "-q", "-o", books[-1])
    books += held_against(reckon, scratch)
    rows = [priced_rows(reckon, spells, scratch), *batch_rows(reckon, source, scratch)]
    books.append(hostile(reckon, scratch))
    same_bytes(reckon, risk, scratch)
    no_room(reckon, risk, scratch)
    if not problems:
        office = recalculated([*books, *rows], scratch)
        counts = [compare_formulas(book, office) for book in (*books, *rows)]
        sheets = [layout(book) for book in books]
        wanted = {"Summary", "Comparison", "Lines", "Components", "Unpriced", "Findings", "Assumptions", "Provenance"}
        check(wanted <= set(sheets[0]), f"sheets: {sheets[0]}")
        check(sum(counts) > 500, f"only {sum(counts)} formulas")
        print(f"{len(books)} workbooks, {sum(counts)} formulas, {len(problems)} problems")
    print("\n".join(problems[:40]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
