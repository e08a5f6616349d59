#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The database of a batch: each row of each table, and each view, from the result documents.

    database.py RECKON SCRATCH_DIR
"""
import collections
import decimal
import json
import pathlib
import re
import shutil
import sqlite3

import sets

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CONTRACTS = ["acute-berkshire-west", "gp-capitation", "risk-mix", "spells-2016-17"]


def micros(text):
    """Whole millionths of an amount; None if it is hidden."""
    return None if text in (None, "*") else int(decimal.Decimal(text) * 1000000)


def shown(count):
    """A count; None if it is hidden."""
    return None if count == "*" else count


def rows_without_price(result):
    """Of all components of a result that show it."""
    return sum(shown(component["unpriced"]["rows"]) or 0 for period in result["periods"]
               for component in period["components"] if "unpriced" in component)


class Expected:
    """What each table must hold, worked out from the results as NDJSON."""

    def __init__(self, results, parties):
        self.tables = collections.defaultdict(list)
        self.parties = parties
        self.numbers = {}
        for result in results:
            self.add_result(result)

    def add_result(self, result):
        """One contract under one arrangement, or in error."""
        rows = self.tables["results"]
        number = self.numbers.setdefault(result["contract"], len(self.numbers) + 1)
        error = result.get("error", {})
        provider, commissioner = self.parties.get(result["contract"], (None, None))
        rows.append((len(rows) + 1, 1, number, result["contract"], result.get("arrangement"),
                     provider, commissioner, result.get("basis"), result.get("currency"),
                     result.get("total"), micros(result.get("total")), result.get("cost"),
                     result.get("margin"), micros(result.get("margin")),
                     0 if error else rows_without_price(result),
                     *(error.get(key) for key in ("code", "message", "hint", "file", "pointer",
                                                  "line", "column"))))
        if error:
            return
        for period in result["periods"]:
            for component in period["components"]:
                self.add_component(len(rows), period["period"], component)
        for position, finding in enumerate(result["findings"], 1):
            self.tables["findings"].append((len(rows), position,
                                            *(finding[k] for k in ("code", "severity", "message", "at")),
                                            shown(finding["rows"]), finding["quantity"],
                                            None if finding["amount"] == "*" else finding["amount"],
                                            micros(finding["amount"])))
        for position, text in enumerate(result["warnings"], 1):
            self.tables["warnings"].append((len(rows), position, text))
        self.add_provenance(len(rows), result["provenance"])

    def add_component(self, result, period, component):
        """A component and what it lists."""
        rows = self.tables["components"]
        unpriced = component.get("unpriced", {})
        number = len(rows) + 1
        rows.append((number, result, period, component["id"], component["rule"],
                     component.get("title"), int(component.get("shadow", False)),
                     component["total"], micros(component["total"]), shown(unpriced.get("rows"))))
        for position, line in enumerate(component["lines"], 1):
            lines = self.tables["lines"]
            lines.append((len(lines) + 1, number, position, line["label"], line.get("quantity"),
                          line.get("unit"), line.get("rate"), line.get("factor"),
                          line.get("amount"), micros(line.get("amount")),
                          int(line.get("memo", False)), line.get("source")))
        for position, key in enumerate(unpriced.get("keys", []), 1):
            self.tables["unpriced"].append((number, position, key["key"], shown(key["rows"]),
                                            key.get("quantity"), key["reason"]))

    def add_provenance(self, result, provenance):
        """The contract, then tariffs, files of facts and rules."""
        found = [("contract", None, None, None, provenance["contract_sha256"], None)]
        for member, kind in (("tariff", "tariff"), ("facts", "facts"), ("rules", "rule")):
            for source in provenance.get(member, []):
                found.append((kind, source.get("id", source.get("table")), source.get("version"),
                              source.get("file"), source.get("sha256", source.get("xxh3")),
                              source.get("rows")))
        for position, source in enumerate(found, 1):
            self.tables["provenance"].append((result, position, *source))


class Database(sets.Case):
    """A set that has something for each table: errors, warnings, shadows, unpriced keys."""

    def setUp(self):
        super().setUp()
        for kind in ("contracts", "tariffs", "activity"):
            shutil.copytree(SOURCE / "configs" / kind, self.folder / kind)
        paths = [f"contracts/{name}.json" for name in CONTRACTS]
        documents = [json.loads((self.folder / path).read_text(encoding="utf-8")) for path in paths]
        shadows = sets.block(8)
        (paid,) = shadows["arrangements"]["main"]
        shadows["arrangements"]["main"] = [dict(paid, id="shown", shadow=True), paid]
        broken = sets.line(sets.block(9)).replace('"block"', '"blok"')
        for name, document in (("c8", sets.line(shadows)), ("c9", broken)):
            (self.folder / "contracts" / f"{name}.json").write_text(document, encoding="utf-8")
            paths.append(f"contracts/{name}.json")
        documents += [shadows, json.loads(broken)]
        parties = {d["id"]: (d.get("provider"), d.get("commissioner")) for d in documents}
        arguments = ["-q", "--all-arrangements", *paths]
        out, _ = self.batch(*arguments, code=1)
        self.results = [json.loads(text) for text in out.splitlines()]
        self.batch(*arguments, "--out", "out.sqlite", code=1)
        self.expected = Expected(self.results, parties)
        self.database = sqlite3.connect(self.folder / "out.sqlite")

    def tearDown(self):
        self.database.close()
        super().tearDown()

    def ask(self, query):
        """All rows of a query."""
        return self.database.execute(query).fetchall()

    def results_by(self, *columns):
        """Results without error: {values of the columns: (how many, millionths)}."""
        names = [c[1] for c in self.ask("PRAGMA table_info(results)")]
        sums = collections.defaultdict(lambda: [0, 0])
        for row in self.expected.tables["results"]:
            values = dict(zip(names, row))
            if values["error"] is None:
                entry = sums[tuple(values[c] for c in columns)]
                entry[0] += 1
                entry[1] += values["total_micros"]
        return sums

    def test_database_tables__hold_what_the_results_say(self):
        for table in ("results", "components", "lines", "unpriced", "warnings", "provenance"):
            expected = self.expected.tables[table]
            found = self.ask(f"SELECT * FROM {table} ORDER BY 1, 2")
            if table == "unpriced":
                found = [(*row[:2], json.loads(row[2]), *row[3:]) for row in found]
            self.assertGreater(len(expected), 0, f"nothing to see in {table}")
            self.assertEqual(found, expected, table)

    def test_database_runs__count_contracts_and_errors(self):
        (run,) = self.ask("SELECT run_id, contracts, failed FROM runs")
        self.assertEqual(run, (1, len(CONTRACTS) + 2, 1))
        shadows = self.ask("SELECT contract, component FROM components JOIN results"
                           " USING (result_id) WHERE shadow = 1")
        self.assertIn(("c8", "shown"), shadows)
        self.assertNotIn(("c8", "a"), shadows)

    def test_database_totals__are_those_of_the_results(self):
        for column in ("arrangement", "provider", "commissioner"):
            columns = [column] if column == "arrangement" else [column, "arrangement"]
            columns.append("currency")
            expected = {(*key, *sums) for key, sums in self.results_by(*columns).items()}
            found = self.ask(f"SELECT {', '.join(columns)}, results, total_micros"
                             f" FROM totals_by_{column}")
            self.assertEqual(set(found), expected, column)
            self.assertEqual(len(found), len(expected), column)

    def test_database_rules__pay_what_their_components_do(self):
        expected = collections.defaultdict(lambda: [0, 0])
        for result in self.results:
            for period in result.get("periods", []):
                for component in period["components"]:
                    if not component.get("shadow"):
                        entry = expected[component["rule"], result["arrangement"],
                                         result["currency"]]
                        entry[0] += 1
                        entry[1] += micros(component["total"])
        found = self.ask("SELECT rule, arrangement, currency, components, total_micros"
                         " FROM totals_by_rule")
        self.assertEqual(set(found), {(*key, *sums) for key, sums in expected.items()})
        self.assertEqual(len(found), len(expected))

    def test_database_differences__are_from_the_first_arrangement(self):
        first, expected = {}, []
        for result in self.results:
            if "error" in result:
                continue
            base = first.setdefault(result["contract"], result)
            if base is not result:
                expected.append((result["contract"], result["arrangement"], base["arrangement"],
                                 micros(result["total"]) - micros(base["total"])))
        found = self.ask("SELECT contract, arrangement, baseline, difference_micros"
                         " FROM differences ORDER BY contract_number")
        self.assertGreater(len(expected), 3)
        self.assertEqual(sorted(found), sorted(expected))

    def test_database_errors__tell_why_and_where(self):
        (error,) = [r["error"] for r in self.results if "error" in r]
        found = self.ask('SELECT contract, error, message, file, line, "column", pointer, hint'
                         " FROM errors")
        self.assertEqual(found, [("c9", *(error.get(key) for key in (
            "code", "message", "file", "line", "column", "pointer", "hint")))])
        self.assertEqual(found[0][-1], "did you mean 'block'?")

    def test_database_unpriced__is_added_up_by_key(self):
        expected = collections.defaultdict(lambda: [0, 0])
        for _, _, key, rows, _, reason in self.expected.tables["unpriced"]:
            entry = expected[json.dumps(key), reason]
            entry[0] += 1
            entry[1] += rows
        found = {(json.dumps(json.loads(key)), reason): [components, rows] for
                 key, reason, components, rows in self.ask("SELECT * FROM unpriced_keys")}
        self.assertEqual(found, dict(expected))

    def test_database_manual__has_each_column_and_query(self):
        manual = (SOURCE / "docs" / "batch-database.md").read_text(encoding="utf-8")
        names = {row[0] for row in self.ask("SELECT name FROM sqlite_master"
                                            " WHERE type IN ('table', 'view')")}
        described = set(re.findall(r"`(\w+)`", manual))
        self.assertLessEqual(names, described)
        for table in self.expected.tables.keys() | {"runs"}:
            row = re.search(rf"^\| `{table}` \|.*$", manual, re.MULTILINE).group(0)
            columns = [c[1] for c in self.ask(f"PRAGMA table_info({table})")]
            self.assertEqual([c for c in re.findall(r"`(\w+)`", row)[1:] if c in columns],
                             columns, table)
        queries = re.findall(r"```sql\n(.*?)```", manual, re.DOTALL)
        self.assertGreater(len(queries), 1)
        for query in queries:
            self.ask(query)

    def test_database_file__is_the_same_each_time(self):
        arguments = ["-q", "--all-arrangements", *(f"contracts/{name}.json" for name in CONTRACTS)]
        for name, jobs in (("one", "1"), ("two", "2")):
            self.batch(*arguments, "-j", jobs, "--out", f"{name}.sqlite")
        self.assertEqual((self.folder / "one.sqlite").read_bytes(),
                         (self.folder / "two.sqlite").read_bytes())
        (whole,) = self.ask("PRAGMA integrity_check")
        self.assertEqual(whole, ("ok",))
        self.assertEqual(self.ask("PRAGMA foreign_key_check"), [])


if __name__ == "__main__":
    sets.main(0)
