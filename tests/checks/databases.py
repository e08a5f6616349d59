#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tables and queries of SQLite databases as facts: the same results as of CSV, exact, and every fault named.

    databases.py RECKON
"""
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

RECKON = str(pathlib.Path(sys.argv[1]).resolve())
ROWS = 12000
failed = 0


def contract(activity, costs=None):
    costs = costs or {"rows": [{"pod": "EL", "efficient_unit_cost": "10.005"}, {"pod": "NEL", "efficient_unit_cost": 7}]}
    return {"reckoner": "contract/1", "id": "d", "periods": [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}],
            "facts": {"activity": activity, "unit_costs": {"key": ["pod"], **costs}},
            "arrangements": {"main": [{"id": "a", "rule": "price-equals-cost"}]}}


def evaluate(activity, costs=None, *words):
    pathlib.Path("c.json").write_text(json.dumps(contract(activity, costs)))
    done = subprocess.run([RECKON, "evaluate", "c.json", "-q", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def expect(what, found, wanted):
    global failed
    if found != wanted:
        failed += 1
        print(f"failed: {what}: {found!r}, not {wanted!r}")


def refused(what, code, text, activity, *words):
    found, out, err = evaluate(activity, None, *words)
    expect(what, (found, out if found == 3 else "", text in err), (code, "", True) if text in err else (code, "", err))


def main():
    rows = [("NEL" if i % 3 else "EL", i % 7 + 1, f'line one\nline "two", {i}') for i in range(ROWS)]
    db = sqlite3.connect("x.sqlite")
    db.executescript("""
        CREATE TABLE activity (pod TEXT, n INTEGER, note TEXT);
        CREATE TABLE costs (pod TEXT, cost TEXT);
        INSERT INTO costs VALUES ('EL', '10.005'), ('NEL', 7);
        CREATE TABLE floating (pod TEXT, count REAL); INSERT INTO floating VALUES ('EL', 3), ('EL', 0.1);
        CREATE TABLE bytes (pod TEXT, count BLOB); INSERT INTO bytes VALUES ('EL', x'3100');
        CREATE TABLE huge (pod TEXT, count INTEGER); INSERT INTO huge VALUES ('EL', 9223372036854775807);
        CREATE TABLE missing (pod TEXT, count INTEGER); INSERT INTO missing VALUES ('EL', NULL), (NULL, 4);
        CREATE TABLE empty (pod TEXT, count INTEGER);
        CREATE VIEW seen AS SELECT pod, n AS count FROM activity;
        CREATE TABLE "a ""b" (pod TEXT, count INTEGER); INSERT INTO "a ""b" VALUES ('EL', 1);""")
    db.executemany("INSERT INTO activity VALUES (?, ?, ?)", rows)
    db.execute("CREATE VIEW clock AS SELECT 'EL' AS pod, unixepoch() AS count")
    db.commit()
    db.close()
    pathlib.Path("x.csv").write_text("pod,count\n" + "".join(f"{pod},{n}\n" for pod, n, _ in rows))
    before = pathlib.Path("x.sqlite").read_bytes()

    # The same as CSV; a mapped table, a view and a query; a table that is looked up; in parts; by threads.
    wanted = evaluate({"file": "x.csv"}, None, "-f", "csv")
    expect("CSV", wanted[0], 0)
    by_table = {"file": "x.sqlite", "table": "activity", "columns": {"count": "n"}}
    for what, activity in (("a table", by_table), ("a view", {"file": "x.sqlite", "table": "seen"}),
                           ("a query", {"file": "x.sqlite", "query": "SELECT pod, n AS count FROM activity; -- all\n"}),
                           ("a delimiter", {**by_table, "delimiter": "|"})):
        expect(what, evaluate(activity, None, "-f", "csv"), wanted)
        expect(f"{what}, by threads", evaluate(activity, None, "-f", "csv", "-j", "3"), wanted)
    expect("a table that is looked up", evaluate(by_table, {"file": "x.sqlite", "table": "costs",
                                                            "columns": {"efficient_unit_cost": "cost"}}, "-f", "csv"), wanted)
    expect("untrusted", evaluate(by_table, None, "-f", "csv", "--untrusted", "--root", "."), wanted)
    whole = evaluate(by_table, None, "-f", "json")[1]
    for part in (1, 2, 3):
        expect("a part", evaluate(by_table, None, "--partial", f"{part}/3", "-o", f"{part}.part")[0], 0)
    expect("parts", subprocess.run([RECKON, "merge", "1.part", "2.part", "3.part", "-f", "json"], capture_output=True,
                                   text=True, check=False).stdout, whole)
    expect("a digest", '"xxh3"' in whole or '"sha256"' in whole or "x.sqlite" in whole, True)
    expect("a name with quotes", evaluate({"file": "x.sqlite", "table": 'a "b'})[0], 0)
    expect("no rows", evaluate({"file": "x.sqlite", "table": "empty"})[0], 0)
    pathlib.Path("m.csv").write_text("pod,count\nEL,\n,4\n")
    expect("NULL is a blank", evaluate({"file": "x.sqlite", "table": "missing"}, None, "-f", "csv"),
           evaluate({"file": "m.csv"}, None, "-f", "csv"))

    refused("floating numbers", 3, "row 2, column 'count': the number is floating", {
        "file": "x.sqlite", "query": "SELECT pod, CASE WHEN count = 3 THEN 3 ELSE count END AS count FROM floating"})
    expect("floating numbers, rounded", evaluate({
        "file": "x.sqlite", "query": "SELECT pod, printf('%.1f', count) AS count FROM floating"})[0], 0)
    refused("bytes", 3, "it holds bytes", {"file": "x.sqlite", "table": "bytes"})
    refused("a huge number", 3, "is too large", {"file": "x.sqlite", "table": "huge"})
    refused("no such table", 3, "has no table 'activty'", {"file": "x.sqlite", "table": "activty"})
    refused("neither", 3, "there are: a \"b, activity", {"file": "x.sqlite"})
    refused("both", 3, "this table has 'table' too", {"file": "x.sqlite", "table": "a", "query": "SELECT 1"})
    refused("with rows", 3, "this table has rows", {"rows": [], "table": "a"})
    refused("no database", 3, "the file is no SQLite database", {"file": "x.csv", "table": "activity"})
    refused("wrong SQL", 3, "c.json:1:", {"file": "x.sqlite", "query": "SELEKT 1"})
    refused("two statements", 3, "more than one statement", {"file": "x.sqlite", "query": "SELECT 1; SELECT 2"})
    refused("a parameter", 3, "a parameter that nothing is given for", {"file": "x.sqlite", "query": "SELECT ?"})
    refused("nothing", 3, "selects nothing", {"file": "x.sqlite", "query": "-- SELECT 1"})
    for query in ("DELETE FROM activity", "INSERT INTO empty VALUES ('EL', 1) RETURNING *", "ATTACH 'y.sqlite' AS y",
                  "PRAGMA table_info(activity)", "CREATE TEMP TABLE t AS SELECT 1", "VACUUM INTO 'y.sqlite'",
                  "BEGIN", "SELECT * FROM pragma_database_list"):
        for words in ((), ("--untrusted", "--root", ".")):
            found, _, err = evaluate({"file": "x.sqlite", "query": query}, None, *words)
            expect(query, (found, "c.json:1:" in err), (3, True))
    expect("random numbers", evaluate({"file": "x.sqlite", "query": "SELECT 'EL' AS pod, random() AS count"})[0], 3)
    for query in ("SELECT unixepoch() AS count, 'EL' AS pod", "SELECT strftime('%d') AS count, 'EL' AS pod",
                  "SELECT pod, 1 AS count FROM activity WHERE date('now') > '2000'"):
        refused("the time", 3, "depends on the current time", {"file": "x.sqlite", "query": query})
    refused("the time, in a view", 3, "depends on the current time", {"file": "x.sqlite", "table": "clock"})
    expect("a day", evaluate({"file": "x.sqlite", "query": "SELECT 'EL' AS pod, 1 AS count WHERE date('2022-01-01', '+1 day') > '2022'"})[0], 0)
    refused("a plan", 3, "selects nothing", {"file": "x.sqlite", "query": "EXPLAIN SELECT pod FROM activity"})
    refused("a huge text", 3, "more than 16 MiB", {"file": "x.sqlite", "query": "SELECT 'EL' AS pod, hex(zeroblob(400000000)) AS count"})
    one = {"file": "x.sqlite", "query": "SELECT n AS count FROM (SELECT NULL AS n UNION ALL SELECT 3)", "defaults": {"pod": "EL"}}
    two = {**one, "query": one["query"].replace("count", "count, 'x' AS other")}
    expect("a row of one blank", evaluate(one, None, "-f", "csv"), evaluate(two, None, "-f", "csv"))
    expect("nothing was written", (pathlib.Path("x.sqlite").read_bytes() == before, os.path.exists("y.sqlite")), (True, False))

    # A query that comes to no end.
    endless = {"file": "x.sqlite", "query": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                                            " SELECT 'EL' AS pod, count(*) AS count FROM n"}
    refused("a query without end", 1, "not finished in the time", endless, "--timeout", "1")
    done = subprocess.run([RECKON, "check", "c.json", "--timeout", "1"], capture_output=True, text=True, check=False, timeout=60)
    expect("a check without end", (done.returncode, "not finished in the time" in done.stderr), (1, True))

    # Damaged, cut short, being written, in the middle of a change.
    pathlib.Path("cut.sqlite").write_bytes(before[:len(before) // 2 // 4096 * 4096])
    refused("a database that is cut short", 3, "cut.sqlite: the database cannot be read", {**by_table, "file": "cut.sqlite"})
    pathlib.Path("damaged.sqlite").write_bytes(before[:4096] + b"\xff" * (len(before) - 4096))
    refused("a damaged database", 3, "damaged.sqlite: the database cannot be read", {**by_table, "file": "damaged.sqlite"})
    pathlib.Path("head.sqlite").write_bytes(before[:100])
    expect("only its head", evaluate({**by_table, "file": "head.sqlite"})[0], 3)
    writer = sqlite3.connect("w.sqlite", isolation_level=None)
    writer.executescript("PRAGMA journal_mode = WAL; CREATE TABLE activity (pod TEXT, count INTEGER);"
                         "PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO activity VALUES ('EL', 1);")
    refused("changes beside the file", 3, "-wal", {"file": "w.sqlite", "table": "activity"})
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    expect("no changes beside the file", evaluate({"file": "w.sqlite", "table": "activity"})[0], 0)
    writer.close()
    writer = sqlite3.connect("w.sqlite", isolation_level=None)
    writer.executescript("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN EXCLUSIVE;"
                         "INSERT INTO activity VALUES ('EL', 5); CREATE TABLE more AS SELECT * FROM activity;")
    if os.path.exists("w.sqlite-journal") and os.path.getsize("w.sqlite-journal") > 0:
        refused("a change in the middle", 3, "-journal", {"file": "w.sqlite", "table": "activity"})
    writer.execute("ROLLBACK")
    writer.close()
    print(f"{failed} failed")


with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    main()
    os.chdir("/")
sys.exit(failed != 0)
