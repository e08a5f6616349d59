#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Money at stake is what the rows are paid, or would be: with factors, days and supplements.

    stakes.py RECKON SCRATCH_DIR

Each finding is held against a run without the fault: rows called totals, wherever they stand, against the same
file without them; rows that repeat an earlier one likewise, few and many; keys in another case against the
same keys written rightly, on one thread and on three, in two parts, and in a batch.
"""
import csv
import decimal
import json
import pathlib
import random
import subprocess
import sys

PRICES = [{"hrg": h, "pod": p, "price": price, "trim_point": 10, "per_diem": "200", "short_stay_price": "70"}
          for h, p, price in (("AA11A", "EL", "1204.5"), ("AA11A", "NEL", "2210"), ("BB22B", "EL", "990"), ("CC33C", "NEL", "1750.1"))]
CONTRACT = {
    "reckoner": "contract/1", "id": "c", "basis": "illustrative",
    "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
    "facts": {"activity": {"file": "rows.csv"}},
    "tariff": {"reckoner": "tariff/1", "id": "t", "tables": {
        "prices": {"key": ["hrg", "pod"], "rows": PRICES},
        "mff": {"key": ["provider"], "rows": [{"provider": "RA1", "mff": "1.1"}, {"provider": "RB2", "mff": "1.0523"}]}}},
    "arrangements": {"a": [{"id": "spells", "rule": "pbr"}]}}
HEAD = ["ward", "spell_id", "provider", "hrg", "pod", "los", "count", "local_unit_price"]
# First cells that say total, and a cell in a column that is read.
NAMES = ["Total", "TOTAL:", '"Grand Total"', "Sub-total", " Totals", "Total for 2016/17", "*** Total ***", "Tot.", "TTL", "Sum"]
ENDS = ["RA1 Total", "Surgery subtotal", "Hip replacement - total"]  # with numbers and blanks alone behind them
NO_NAMES = [*ENDS, "Total hip replacement", "Stotalen", "Summer ward", "Ototal1", "Toto", "Overall", "All"]


def rows(n):
    draw = random.Random(11)
    out = []
    for i in range(n):
        price = draw.choice(PRICES)
        out.append([f"Ward {draw.randint(1, 9)}", f"S{i}", draw.choice(["RA1", "RB2"]), price["hrg"], price["pod"],
                    draw.choice([0, 1, 4, 31]), 1, draw.choice(["", "", "", "12.25"])])
    return out


class Check:
    def __init__(self, reckon, folder):
        self.reckon, self.folder, self.wrong, self.runs = reckon, folder, [], 0

    def evaluate(self, lines, *words, contract=None):
        with open(self.folder / "rows.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(HEAD)
            for line in lines:
                file.write(line + "\n") if isinstance(line, str) else out.writerow(line)
        (self.folder / "c.json").write_text(json.dumps(contract or CONTRACT), encoding="utf-8")
        self.runs += 1
        return self.result("evaluate", "c.json", "-f", "json", *words)

    def result(self, *words):
        done = subprocess.run([self.reckon, *words], cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or not done.stdout:
            raise SystemExit(f"{words}: exit {done.returncode}: {done.stderr}{done.stdout[:500]}")
        return json.loads(done.stdout.splitlines()[0] if words[0] == "batch" else done.stdout)

    def expect(self, what, got, wanted):
        if got != wanted:
            self.wrong.append(f"{what}: {got}, not {wanted}")


def of(result, code):
    found = [f for f in result["findings"] if f["code"] == code]
    return found[0] if len(found) == 1 else {"amount": f"{len(found)} findings", "rows": None, "at": None, "message": ""}


def money(text):
    return decimal.Decimal(text) if text else None


def totals(check):
    """A row that is called a total, first, in the middle and last."""
    few = rows(40)
    without = money(check.evaluate(few)["total"])
    for name in NAMES:
        for at in (0, 17, 40):
            line = f'{name},,RA1,BB22B,EL,3,2,'
            found = of(check.evaluate([*few[:at], line, *few[at:]]), "total-row")
            check.expect(f"{name} at {at}", (found["at"], found["rows"], money(found["amount"])),
                         (f"rows.csv:{at + 2}", 1, decimal.Decimal("2178")))
    for name in ENDS:
        result = check.evaluate([*few[:17], f"{name},,,,,3,2,50", *few[17:]])
        found = of(result, "total-row")
        check.expect(f"{name}, with blanks", (found["at"], found["rows"], money(found["amount"])),
                     ("rows.csv:19", 1, money(result["total"]) - without))
    for name in NO_NAMES:
        result = check.evaluate([*few[:17], f"{name},,RA1,BB22B,EL,3,2,", *few[17:]])
        check.expect(name, [f["code"] for f in result["findings"]], [])
    # In a column that is read, behind others; two of them and one at the end, which has a finding of its own.
    result = check.evaluate([*few[:9], "W,S1x,RA1,Total,EL,3,2,50", *few[9:20], "W,S2x,RB2,Total,EL,3,1,50", *few[20:]])
    found = of(result, "total-row")
    check.expect("a column that is read", (found["at"], found["rows"], found["quantity"], money(found["amount"])),
                 ("rows.csv:11", 2, "3", money(result["total"]) - without))
    result = check.evaluate([*few[:9], "Total,,RA1,BB22B,EL,3,2,", *few[9:], "Total,,RA1,BB22B,EL,3,1,"])
    check.expect("one in the middle, one at the end",
                 sorted((f["at"], f["amount"]) for f in result["findings"]), [("rows.csv:11", "2178.00"), ("rows.csv:43", "1089.00")])
    # In blocks of many threads.
    many = rows(30000)
    for jobs in ("1", "3"):
        found = of(check.evaluate([*many[:200], "Total,,RA1,BB22B,EL,3,2,", *many[200:]], "--jobs", jobs), "total-row")
        check.expect(f"{jobs} threads", (found["at"], found["amount"]), ("rows.csv:202", "2178.00"))


def repeats(check):
    """Rows that repeat an earlier one: kept while they are priced; or, of too many arrangements, priced again."""
    many = rows(12000)
    once = money(check.evaluate(many)["total"])
    twice = [*many, *many[1000:9000]]
    arrangements = {f"a{i}": [{"id": "spells", "rule": "pbr"}, {"id": "shadow", "rule": "pbr", "shadow": True}] for i in range(1, 26)}
    for contract in (CONTRACT, dict(CONTRACT, arrangements=dict(CONTRACT["arrangements"], **arrangements))):
        for jobs in ("1", "3"):
            result = check.evaluate(twice, "--jobs", jobs, contract=contract)
            found = of(result, "duplicate-rows")
            check.expect(f"repeats, {len(contract['arrangements'])} arrangements, {jobs} threads",
                         (found["at"], found["rows"], found["quantity"], money(found["amount"])),
                         ("rows.csv:12002", 8000, "8000", money(result["total"]) - once))
    # Another of the same id is no repetition of the whole row, but of a unique column.
    other = [*many[:50], [*many[3][:5], 31, 2, ""], *many[50:]]
    base = check.evaluate(other)
    check.expect("an id twice", base["findings"], [])
    unique = json.loads(json.dumps(CONTRACT))
    unique["facts"]["activity"]["unique"] = ["spell_id"]
    found = of(check.evaluate(other, contract=unique), "duplicate-rows")
    check.expect("a unique id twice", (found["at"], money(found["amount"])), ("rows.csv:52", money(base["total"]) - once))


def near(check):
    """Keys in another case or with blanks: unpriced, or priced with a default."""
    few = rows(300)
    right = money(check.evaluate(few)["total"])
    wrong = [[*row[:3], row[3].lower() if i % 7 == 0 else row[3][:2] + " " + row[3][2:] if i % 11 == 0 else row[3], *row[4:]] for i, row in enumerate(few)]
    result = check.evaluate(wrong)
    found = of(result, "key-nearly-found")
    check.expect("another case", money(found["amount"]), right - money(result["total"]))
    check.expect("is named", "did you mean 'AA11A'?" in found["message"], True)
    reasons = [key["reason"] for key in result["periods"][0]["components"][0]["unpriced"]["keys"]]
    check.expect("beside the key", all("; did you mean hrg '" in reason for reason in reasons), True)
    for what, words in (("three threads", ("evaluate", "c.json", "-f", "json", "--jobs", "3")), ("a batch", ("batch", "c.json")),
                        ("groups", ("evaluate", "c.json", "-f", "json", "--group-by", "provider,los"))):
        check.expect(what, of(check.result(*words), "key-nearly-found"), found)
    parts = [check.folder / f"part{i}.json" for i in (1, 2)]
    for i, path in enumerate(parts):
        path.unlink(missing_ok=True)
        subprocess.run([check.reckon, "evaluate", "c.json", "--partial", f"{i + 1}/2", "-o", path, "-q"], cwd=check.folder, check=True)
    check.expect("two parts", of(check.result("merge", *map(str, parts), "-f", "json"), "key-nearly-found"), found)
    # A provider in lower case has no factor: the default is taken, and too little is paid.
    lower = [[*row[:2], row[2].lower() if i % 5 == 0 else row[2], *row[3:]] for i, row in enumerate(few)]
    result = check.evaluate(lower)
    found = of(result, "default-taken")
    check.expect("a default", money(found["amount"]), right - money(result["total"]))
    check.expect("its key", "did you mean 'RA1'?" in found["message"], True)
    both = [[*row[:2], row[2].lower() if i % 5 == 0 else row[2], row[3].lower() if i % 3 == 0 else row[3], *row[4:]] for i, row in enumerate(few)]
    result = check.evaluate(both)
    amounts = [money(of(result, code)["amount"]) for code in ("key-nearly-found", "default-taken")]
    check.expect("both", sum(amounts), right - money(result["total"]))


def main(reckon, scratch):
    folder = pathlib.Path(scratch)
    folder.mkdir(parents=True, exist_ok=True)
    check = Check(reckon, folder)
    totals(check)
    repeats(check)
    near(check)
    print("\n".join([*check.wrong, f"{check.runs} runs, {len(check.wrong)} problems"]))
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
