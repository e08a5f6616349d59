#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Flex and freeze: `reckon diff` names every planted change and challenge, and nothing else.

    diff.py RECKON SOURCE_DIR [SPELLS]

Prices a made-up month of spells twice with `reckon evaluate --rows`; the second time 40 spells
are added, 30 removed and 200 changed, and challenges of each kind of configs/challenges are
planted. Also checks rows with equal keys, results, and what cannot be compared.
"""
import contextlib
import csv
import decimal
import io
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile

D = decimal.Decimal
PRICES = {("DZ11B", "NEL"): 2150, ("HN12A", "EL"): 5801, ("FZ61Z", "DC"): 777, ("AA22C", "NEL"): 3301}
COLUMNS = ("spell_id", "patient_id", "start_date", "end_date", "hrg", "pod", "los", "local_unit_price", "bpt", "bpt_met",
           "bpt_payment")
ADDED, REMOVED, CHANGED = 40, 30, 200


def spell(rng, number):
    hrg, pod = rng.choice(list(PRICES))
    los = 0 if pod == "DC" else rng.randint(1, 4)
    day = rng.randint(1, 20)
    return {"spell_id": f"S{number:06}", "patient_id": f"P{number:06}", "start_date": f"2016-04-{day:02}",
            "end_date": f"2016-04-{day + los:02}", "hrg": hrg, "pod": pod, "los": los, "local_unit_price": "",
            "bpt": "", "bpt_met": "", "bpt_payment": ""}


def run(reckon, *arguments):
    done = subprocess.run([reckon, *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def price(reckon, folder, name, spells, ending="csv"):
    with open(folder / f"{name}-activity.csv", "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, COLUMNS)
        w.writeheader()
        w.writerows(spells)
    contract = {
        "reckoner": "contract/1", "id": name, "basis": "actual", "provider": "RHW",
        "periods": {"months": {"from": "2016-04", "to": "2016-04"}},
        "facts": {"activity": {"file": f"{name}-activity.csv"}},
        "tariff": {"reckoner": "tariff/1", "id": "t", "effective": {"from": "2016-04-01", "to": "2017-03-31"},
                   "tables": {"prices": {"key": ["hrg", "pod"], "rows": [
                       {"hrg": h, "pod": p, "price": str(v)} for (h, p), v in PRICES.items()]},
                       "mff": {"key": ["provider"], "rows": [{"provider": "RHW", "mff": "1.0731"}]}}},
        "arrangements": {"a": [{"id": "acute", "rule": "pbr"}]}}
    (folder / f"{name}.json").write_text(json.dumps(contract), encoding="utf-8")
    rows = folder / f"{name}.{ending}"
    code, out, err = run(reckon, "evaluate", folder / f"{name}.json", "-q", "-f", "json", "--rows", rows, "--row-columns",
                         "spell_id,patient_id,start_date,end_date,local_unit_price,bpt")
    if code:
        raise RuntimeError(err)
    (folder / f"{name}-result.json").write_text(out, encoding="utf-8")
    return rows, D(json.loads(out)["total"])


def flex_and_freeze(reckon, source, folder, n):
    rng = random.Random(7)
    flex = [spell(rng, i) for i in range(n)]
    freeze = [dict(s) for s in flex]
    rng.shuffle(freeze)
    removed = {freeze.pop()["spell_id"] for _ in range(REMOVED)}
    added = [spell(rng, n + i) for i in range(ADDED)]
    changed = set()
    for s in freeze[:CHANGED]:
        hrg, pod = rng.choice([k for k in PRICES if k != (s["hrg"], s["pod"])])
        s.update(hrg=hrg, pod=pod, los=0 if pod == "DC" else s["los"])
        changed.add(s["spell_id"])
    freeze += added
    rng.shuffle(freeze)
    a, total_a = price(reckon, folder, "flex", flex)
    b, total_b = price(reckon, folder, "freeze", freeze)
    code, out, err = run(reckon, "diff", a, b, "-f", "json")
    found = json.loads(out) if code == 0 else {"entries": []}
    named = {kind: {e["key"]["spell_id"] for e in found["entries"] if e["kind"] == kind}
             for kind in ("added", "removed", "changed")}
    yield code == 0, err
    yield named == {"added": {s["spell_id"] for s in added}, "removed": removed, "changed": changed}, "which rows"
    yield [D(found[k]) for k in ("total_a", "total_b", "difference")] == [total_a, total_b, total_b - total_a], "totals"
    yield sum(D(found[k]["amount"]) for k in ("added", "removed", "changed")) == total_b - total_a, "amounts"
    yield sum(D(r["amount"]) for r in found["reasons"]) == D(found["changed"]["amount"]), "reasons"
    table = list(csv.DictReader(io.StringIO(run(reckon, "diff", a, b, "-f", "csv")[1])))
    yield sum(D(r["difference"] or 0) for r in table) == total_b - total_a, "CSV"
    yield run(reckon, "diff", a, b, "-o", folder / "d.sqlite")[0] == 0, "SQLite"
    with contextlib.closing(sqlite3.connect(folder / "d.sqlite")) as db:
        yield db.execute("SELECT sum(difference_micros) FROM entries").fetchone()[0] == (total_b - total_a) * 10**6, "micros"
        yield db.execute("SELECT count(*) FROM entries GROUP BY kind ORDER BY kind").fetchall() == [
            (ADDED,), (CHANGED,), (REMOVED,)], "kinds"
        yield {r[0] for r in db.execute("SELECT key_spell_id FROM entries JOIN changes USING (entry_id) WHERE kind = 'changed'")
               } == changed, "changes"
        yield db.execute("SELECT amount FROM totals WHERE part = 'second'").fetchone()[0] == f"{total_b:.2f}", "totals"
    # Workbooks end with a total, and have 12.5 where a CSV file has 12.50.
    books = [price(reckon, folder, name, spells, "xlsx")[0] for name, spells in (("flex", flex), ("freeze", freeze))]
    for pair in (books, (a, books[1]), (books[0], b)):
        code, out, err = run(reckon, "diff", *pair, "-f", "json")
        other = json.loads(out) if code == 0 else {"entries": []}
        same = {k: v for k, v in other.items() if k not in ("a", "b", "entries")} == {
            k: v for k, v in found.items() if k not in ("a", "b", "entries")}
        yield same and [(e["kind"], e["key"], e["difference"]) for e in other["entries"]] == [
            (e["kind"], e["key"], e["difference"]) for e in found["entries"]], f"{[p.name for p in pair]}: {err} {out[:600]}"
    yield run(reckon, "diff", a, price(reckon, folder, "flex", flex, "xlsx")[0], "-f", "json")[1].count('"kind"') == 0, "one extract, two files"
    text = run(reckon, "diff", a, b)[1]
    yield "added" in text and f"and {CHANGED - 20} more" in text, text
    code, out, _ = run(reckon, "diff", a, b, "--challenges", source / "configs/challenges/acute.json", "-f", "json")
    yield code == 0 and json.loads(out)["challenges"] == [], "challenges where none is planted"
    code, out, _ = run(reckon, "diff", folder / "flex-result.json", folder / "freeze-result.json", "-f", "json")
    yield code == 0 and D(json.loads(out)["difference"]) == total_b - total_a, "results"


def plant(reckon, source, folder, n):
    rng = random.Random(11)
    flex = [spell(rng, i) for i in range(n)]
    freeze = [dict(s) for s in flex]
    planted = set()
    again = dict(freeze[3])
    freeze.append(again)
    planted.add(("duplicate-spell", again["spell_id"]))
    planted.add(("overlapping-stays", again["spell_id"])) if again["los"] else None
    inside = dict(spell(rng, n + 1), patient_id="PX", start_date="2016-04-03", end_date="2016-04-09", pod="NEL", hrg="DZ11B", los=6)
    other = dict(inside, spell_id="SOTHER", start_date="2016-04-08", end_date="2016-04-10", los=2)
    later = dict(inside, spell_id="SLATER", start_date="2016-04-10", end_date="2016-04-12", los=2)
    freeze += [inside, other, later]
    planted.add(("overlapping-stays", "SOTHER"))
    freeze += [dict(spell(rng, n + 5), hrg="ZZ99Z", pod="EL")]
    planted.add(("unpriced", freeze[-1]["spell_id"]))
    freeze += [dict(spell(rng, n + 6), hrg="FZ61Z", pod="DC", los=2)]
    planted.add(("day-case-stays", freeze[-1]["spell_id"]))
    freeze += [dict(spell(rng, n + 7), bpt_met="yes", bpt_payment="100"), dict(spell(rng, n + 8), bpt="BP1", bpt_met="yes", bpt_payment="100")]
    planted.add(("best-practice-without-flag", freeze[-2]["spell_id"]))
    freeze += [dict(spell(rng, n + 9), hrg="DZ11B", pod="NEL", los=3, local_unit_price="2150.5"),
               dict(spell(rng, n + 10), hrg="DZ11B", pod="NEL", los=3, local_unit_price="2150")]
    planted.add(("price-not-in-tariff", freeze[-2]["spell_id"]))
    # One that stood in the flex already.
    flex.append(freeze[-2])
    a, _ = price(reckon, folder, "a", flex)
    b, _ = price(reckon, folder, "b", freeze)
    rules = json.loads((source / "configs/challenges/acute.json").read_text(encoding="utf-8"))
    rules["tables"]["prices"]["rows"] = [{"hrg": h, "pod": p, "price": v} for (h, p), v in PRICES.items()]
    (folder / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
    code, out, err = run(reckon, "diff", a, b, "--challenges", folder / "rules.json", "-f", "json")
    found = json.loads(out) if code == 0 else {"challenges": [], "rules": []}
    yield code == 0, err
    named = [(c["rule"], c["key"]["spell_id"]) for c in found["challenges"]]
    yield sorted(named) == sorted(planted), f"{sorted(named)} instead of {sorted(planted)}"
    yield not any(r["skipped"] for r in found["rules"]), "a rule was not applied"
    yield {c["rule"] for c in found["challenges"] if not c["new"]} == {"price-not-in-tariff"}, "which are new"
    value = {c["rule"]: c["value"] for c in found["challenges"]}
    yield value.get("unpriced") is None and D(value.get("price-not-in-tariff", 0)) == D("2150.50"), value
    yield D(value.get("best-practice-without-flag", 0)) == 100, value
    table = list(csv.DictReader(io.StringIO(run(reckon, "diff", a, b, "--challenges", folder / "rules.json", "-f", "csv")[1])))
    yield sorted((r["challenge"], r["spell_id"]) for r in table) == sorted(planted), "CSV of challenges"
    run(reckon, "diff", a, b, "--challenges", folder / "rules.json", "-o", folder / "challenges.sqlite")
    with contextlib.closing(sqlite3.connect(folder / "challenges.sqlite")) as db:
        yield sorted(db.execute("SELECT challenge, key_spell_id FROM challenges")) == sorted(planted), "challenges in SQLite"
        yield db.execute("SELECT sum(new) FROM rules").fetchone()[0] == len(planted) - 1, "new challenges in SQLite"


def odd_ones(reckon, folder):
    def write(name, text):
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name
    a = write("x.csv", "row,spell_id,los,amount,reason\n1,S1,1,10,\n2,S1,2,20,\n3,S2,1,5.5,\n")
    b = write("y.csv", "row,spell_id,los,amount,reason\n1,S1,2,20,\n2,S1,3,30,\n3,S1,1,10,\n4,S3,1,,unpriced\n")
    code, out, _ = run(reckon, "diff", a, b, "-f", "json")
    found = json.loads(out) if code == 0 else {}
    yield code == 0 and [(e["kind"], e["key"]["spell_id"], e["difference"]) for e in found["entries"]] == [
        ("added", "S1", "30.00"), ("removed", "S2", "-5.50"), ("added", "S3", "0.00")], out
    code, out, _ = run(reckon, "diff", a, a, "-f", "json")
    yield code == 0 and json.loads(out)["entries"] == [] and json.loads(out)["unchanged"]["rows"] == 3, out
    for arguments, message in (((a, b, "--key", "spel_id"), "did you mean 'spell_id'?"),
                               ((a, write("z.csv", "a,b\n1,2\n")), "not a file of priced rows"),
                               ((a, write("z.json", '{"reckoner":"tariff/1"}')), "not a result document"),
                               ((a, folder / "none.csv"), "cannot be opened"),
                               ((a, b, "--challenges", write("r.json", '{"reckoner":"challenges/1","challenges":[{"id":"a","kind":"x"}]}')),
                                "unknown kind 'x'"),
                               ((a, write("w.csv", "spell_id,amount\nS1,ten\n")), "the amount is not a number")):
        code, _, err = run(reckon, "diff", *arguments)
        yield code in (2, 3) and message in err, f"{arguments}: {code} {err}"
    code, out, _ = run(reckon, "diff", a, b, "--challenges", write("s.json", json.dumps({
        "reckoner": "challenges/1", "challenges": [{"id": "w", "where": {"ward": "A*"}}]})))
    yield code == 0 and "not checked: the rows have no column 'ward'" in out, out


def main(reckon, source, spells="5000"):
    found = n = 0
    with tempfile.TemporaryDirectory() as name:
        folder, source = pathlib.Path(name), pathlib.Path(source)
        for good, what in (*flex_and_freeze(reckon, source, folder, int(spells)), *plant(reckon, source, folder, 500),
                           *odd_ones(reckon, folder)):
            n += 1
            if not good:
                found += 1
                print(what)
    print(f"{n} checks, {found} problems")
    return 1 if found or n == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
