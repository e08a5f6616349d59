#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A batch as CSV and as a database says what its result documents say.

    formats.py RECKON SCRATCH_DIR

The set has hidden counts, memo lines, shadows, unpriced keys, texts that need quotes, and a
file whose name is not UTF-8.
"""
import csv
import json
import os
import pathlib
import shutil
import sqlite3

import sets
from database import CONTRACTS, Expected

SOURCE = pathlib.Path(__file__).resolve().parents[2]
OPTIONS = ["-q", "--all-arrangements", "--suppress-below", "6", "--provenance", "full"]


def quoted(number):
    """A contract of texts that CSV has to quote."""
    contract = sets.block(number)
    contract["provider"] = ' "Royal", and\nsons'
    contract["commissioner"] = "ICB, west "
    return contract


def hidden(number):
    """A contract with rows that have no price, too few to be shown."""
    contract = sets.priced(number, sets.TARIFF)
    contract["facts"]["activity"] += [{"hrg": "Z", "pod": "EL", "count": 2},
                                      {"hrg": 'Y,"', "pod": None, "count": 90}]
    contract["arrangements"]["main"].append(
        {"id": "shown", "rule": "block", "shadow": True, "params": {"amount": "5.5"}})
    return contract


class Formats(sets.Case):
    """One set in each format."""

    def setUp(self):
        super().setUp()
        for kind in ("contracts", "tariffs", "activity"):
            shutil.copytree(SOURCE / "configs" / kind, self.folder / kind)
        self.write("set.ndjson", [quoted(1), hidden(2), "{\n", hidden(90),
                                  sets.line(quoted(3)).replace('"block"', '"blok"')])
        odd = os.fsencode(self.folder) + b"/odd\xff.json"
        with open(odd, "w", encoding="utf-8") as out:
            out.write("[")
        self.arguments = [*OPTIONS, *(f"contracts/{name}.json" for name in CONTRACTS),
                          "set.ndjson", b"odd\xff.json", "missing.json"]
        out, _ = self.batch(*self.arguments, code=1)
        self.results = [json.loads(text) for text in out.splitlines()]
        documents = [json.loads((self.folder / "contracts" / f"{name}.json").read_text("utf-8"))
                     for name in CONTRACTS] + [quoted(1), hidden(2), hidden(90), quoted(3)]
        self.parties = {d["id"]: (d.get("provider"), d.get("commissioner")) for d in documents}

    def rows_of(self, *options):
        """The rows of a CSV output, as dictionaries without empty cells."""
        self.batch(*self.arguments, *options, "--out", "out.csv", code=1)
        with open(self.folder / "out.csv", encoding="utf-8", newline="") as file:
            return [{key: value for key, value in row.items() if value != ""}
                    for row in csv.DictReader(file)]

    def row(self, result, **cells):
        """The cells of a row, those of a failure too."""
        provider, commissioner = self.parties.get(result["contract"], (None, None))
        error = result.get("error", {})
        cells |= {"contract": result["contract"], "arrangement": result.get("arrangement"),
                  "provider": provider, "commissioner": commissioner, "error": error.get("code"),
                  **{key: error.get(key) for key in ("message", "file", "line", "column")}}
        return {key: str(value) for key, value in cells.items() if value not in (None, "")}

    def test_csv_results__say_what_the_documents_do(self):
        expected = []
        for result in self.results:
            if "error" in result:
                expected.append(self.row(result))
                continue
            counts = [component["unpriced"]["rows"] for period in result["periods"]
                      for component in period["components"]]
            cells = {key: result[key] for key in ("basis", "currency", "total", "cost", "margin")}
            expected.append(self.row(result, **cells, warnings=len(result["warnings"]),
                                     findings=" ".join(dict.fromkeys(f["code"] for f in result["findings"])) or None,
                                     unpriced_rows="*" if "*" in counts else sum(counts)))
        found = self.rows_of()
        self.assertEqual(found, expected)
        self.assertIn("*", [row.get("unpriced_rows") for row in found])
        self.assertIn("odd\ufffd.json", [row["contract"] for row in found])

    def test_csv_lines__say_what_the_documents_do(self):
        expected = []
        for result in self.results:
            if "error" in result:
                expected.append(self.row(result))
            for period in result.get("periods", []):
                for component in period["components"]:
                    for line in component["lines"]:
                        shadow = "true" if component.get("shadow") else None
                        line |= {"memo": "true" if line.get("memo") else None}
                        if shadow or line["memo"]:  # so that `amount` adds up to what is paid
                            line |= {"not_paid": line["amount"], "amount": None}
                        expected.append(self.row(result, period=period["period"], shadow=shadow,
                                                 component=component["id"],
                                                 rule=component["rule"], **line))
        found = self.rows_of("--lines")
        self.assertEqual(found, expected)
        for cell in ("memo", "shadow"):
            self.assertIn("true", [row.get(cell) for row in found])
        self.assertIn("*", [row.get("amount") for row in found])

    def test_database__says_what_the_documents_do(self):
        self.batch(*self.arguments, "--out", "out.sqlite", code=1)
        expected = Expected(self.results, self.parties)
        database = sqlite3.connect(self.folder / "out.sqlite")
        for table, rows in expected.tables.items():
            found = database.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            if table == "unpriced":
                found = [(*row[:2], json.loads(row[2]), *row[3:]) for row in found]
            self.assertEqual(found, rows, table)
        self.assertIn("odd\ufffd.json", [row[3] for row in expected.tables["results"]])
        self.assertIn(None, [row[3] for row in expected.tables["unpriced"]])
        kinds = database.execute("SELECT DISTINCT typeof(total_micros), typeof(total),"
                                 " typeof(unpriced_rows) FROM results WHERE error IS NULL")
        self.assertEqual(kinds.fetchall(), [("integer", "text", "integer")])
        database.close()


if __name__ == "__main__":
    sets.main(0)
