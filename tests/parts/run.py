#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Parts of an evaluation, merged, against one evaluation of all rows: the same bytes.

    run.py RECKON SCRATCH_DIR [--seed N] [--count N] [--rule RULE]...

Random contracts of every rule (tests/oracle/random_contracts.py), whose fact tables become CSV
files with rows repeated, texts with line breaks and a column nobody reads, are evaluated whole and
in parts: cut anywhere, or given as files of their own; some with the same rules as documents. So
are tables with mistakes that only a look at all rows finds (planted.py). Then parts that are
missing, twice, damaged or of another run must be refused. The full run is

    tests/parts/run.py build/reckon /tmp/parts --count 2000
"""
import argparse
import csv
import hashlib
import io
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "oracle")]
import planted  # noqa: E402 (beside this file)
import random_contracts  # noqa: E402 (it stands in the folder of the oracle)

DOCUMENTS = HERE.parent / "rule_documents" / "rules"
DOCUMENT_RULES = ("cost-and-volume", "price-equals-cost", "marginal-rate")
FORMATS = ("json", "text", "csv", "markdown")
COMMENTS = ("", "plain", "with, comma", "with\nbreak", 'a "quoted" word', "a\r\nb,c\n\nd", "\n")


def cell(value):
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def to_csv(r, rows):
    """The text of a file with these rows, of which some stand there many times."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    end = r.choice(("\n", "\r\n"))
    writer = csv.writer(out, lineterminator=end)
    writer.writerow(columns + ["remark"])
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in columns] + [r.choice(COMMENTS)])
    return out.getvalue()[:None if r.random() < 0.7 else -len(end)]


class Case:
    """A contract whose tables are files, in a folder of its own."""

    def __init__(self, r, reckon, folder, contract, options):
        self.r, self.reckon, self.folder, self.options = r, reckon, folder, options
        folder.mkdir(parents=True)
        self.tables = {}
        for name, rows in contract.get("facts", {}).items():
            if isinstance(rows, list) and rows and name == "activity":
                n = r.choice((1, 1, 3, 40))
                rows = [row for row in rows for _ in range(r.randint(1, n))]
                r.shuffle(rows)
                self.write_table(contract, name, rows)
        self.path = folder / "contract.json"
        self.path.write_text(json.dumps(contract), encoding="utf-8")

    def write_table(self, contract, name, rows):
        """In one file, or in several whose columns are the same."""
        several = self.r.choice((1, 1, 1, 3))
        files = []
        columns = {column: None for row in rows for column in row}
        for i in range(several):
            part = rows[i * len(rows) // several:(i + 1) * len(rows) // several]
            part = [columns | row for row in part] or [columns | rows[0]]
            files.append(f"{name}-{i}.csv")
            (self.folder / files[-1]).write_text(to_csv(self.r, part), encoding="utf-8", newline="")
        contract["facts"][name] = {"file": files[0] if several == 1 else files}
        self.tables[name] = files

    def run(self, *arguments, text=None):
        done = subprocess.run([self.reckon, *map(str, arguments), *self.options],
                              input=text, capture_output=True, check=False, cwd=self.folder)
        return done.returncode, done.stdout, done.stderr

    def make(self, number, count, *more, text=None):
        part = self.folder / f"{number}-{count}.part"
        code, _, err = self.run("evaluate", "contract.json", "--partial", f"{number}/{count}",
                                "-o", part, *more, text=text)
        return part, code, err

    def outcome(self, made):
        """The files of parts, and what one that failed has said: (exit code, error)."""
        failed = [(code, err) for _, code, err in made if code != 0]
        return [part for part, _, _ in made], failed[0] if failed else None

    def parts(self, count):
        made = [self.make(number, count) for number in range(1, count + 1)]
        return self.outcome(made)

    def own_parts(self):
        """A part for each file of the table, one of them by standard input where that shows."""
        name, files = next(iter(self.tables.items()))
        made = [self.make(i + 1, len(files), "--part-rows", f"{name}={self.folder / file}")
                for i, file in enumerate(files)]
        return self.outcome(made)


def differences(case, shown):
    """What differs between the whole and its parts, in a format."""
    whole = case.run("evaluate", "contract.json", "--format", shown)
    kinds = [("cut", case.parts(case.r.choice((1, 2, 3, 5, 16))))]
    if len(case.tables) == 1:
        kinds.append(("own files", case.own_parts()))
    for kind, (files, failed) in kinds:
        if failed:
            merged = failed[0], b"", failed[1]
        else:
            case.r.shuffle(files)
            merged = case.run("merge", *files, "--format", shown)
        if whole[0] != merged[0]:
            yield f"{kind}: exit code {merged[0]} instead of {whole[0]}: {merged[2].decode()}"
        elif whole[0] in (0, 1) and whole[1] != merged[1]:
            (case.folder / "whole").write_bytes(whole[1])
            (case.folder / "merged").write_bytes(merged[1])
            yield f"{kind}: another result in {shown}"
        elif whole[0] in (0, 1) and whole[2] != merged[2]:
            yield f"{kind}: other warnings: {merged[2].decode()} instead of {whole[2].decode()}"


def random_runs(given, scratch):
    """Yields (what was run, what is wrong with it, rows were priced)."""
    for rule in given.rule or random_contracts.RULES:
        maker = random_contracts.Maker(f"{given.seed} {rule}")
        r = random.Random(f"{given.seed} {rule}")
        for index in range(given.count):
            options = ["--provenance", "full"] if r.random() < 0.2 else []
            if rule in DOCUMENT_RULES and r.random() < 0.3:
                options += ["--rules", str(DOCUMENTS)]
            folder = scratch / rule / str(index)
            case = Case(r, given.reckon, folder, maker.contract(rule, index), [])
            case.options = options if not options or "--provenance" not in options else options[2:]
            wrong = list(differences(case, r.choice(FORMATS)))
            yield f"{rule} {index}", wrong, bool(case.tables)
            if not wrong:
                shutil.rmtree(folder)


# ----------------------------------------------------------------- what is refused

CONTRACT = {
    "reckoner": "contract/1", "id": "refusals",
    "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
    "facts": {"activity": {"file": "rows.csv"}, "unit_costs": {"key": ["pod"], "rows": [
        {"pod": "EL", "efficient_unit_cost": "10.005"}, {"pod": "NEL", "efficient_unit_cost": "7"}]}},
    "arrangements": {"main": [{"id": "acute", "rule": "price-equals-cost"}]},
}


def sealed(text):
    """A part that was changed, with the digest that it would have."""
    body, seal, _ = text.rpartition(',"digest":"')
    return f'{body}{seal}{hashlib.sha256(body.encode()).hexdigest()}"}}\n' if seal else text


def refusals(given, scratch):
    """Yields what was not refused, or not in the right words."""
    r = random.Random(given.seed)
    case = Case(r, given.reckon, scratch / "refusals", json.loads(json.dumps(CONTRACT)), [])
    rows = case.folder / "rows.csv"
    rows.write_text("pod,count\n" + "".join(f"{r.choice(('EL', 'NEL'))},{n}\n" for n in range(900)))
    parts, failed = case.parts(3)
    if failed or case.run("merge", *parts)[0] != 0:
        yield f"cannot be merged at all: {case.run('merge', *parts)}"
        return

    def expect(what, words, files, *options):
        code, out, err = case.run("merge", *files, *options)
        if code != 3 or words not in err.decode() or out:
            yield f"{what}: exit code {code}, {err.decode()!r} instead of {words!r}"

    yield from expect("a part is missing", "1 of 3 parts is missing: 2", [parts[0], parts[2]])
    yield from expect("a part is there twice", "is there twice", parts + [parts[1]])
    one = case.make(1, 2)[0]
    yield from expect("another count", "the number of parts differs", [*parts[:2], one])
    other = case.make(2, 3, "--group-by", "pod")[0]
    yield from expect("other options", "--group-by differs", [parts[0], other])
    case.make(2, 3)
    text = parts[1].read_text()
    for what, words, damaged in (
            ("half a part", "", text[:len(text) // 2]),
            ("another document", "not a part", json.dumps(CONTRACT)),
            ("an empty file", "no part", ""),
            ("a group of letters", "not what a part holds", text.replace('"groups":["', '"groups":["x', 1)),
            ("an unknown text", "not what a part holds", text.replace('"groups":["1 ', '"groups":["9 ', 1)),
            ("a range that is not read", "does not follow",
             text.replace('"begin":', '"begin":1', 1))):
        parts[1].write_text(sealed(damaged))
        yield from expect(what, words, parts)
    for digit in r.sample(list(re.finditer(r"\d", text[:text.rindex(',"digest"')])), 40):
        other = str((int(digit[0]) + 1) % 10)
        parts[1].write_text(text[:digit.start()] + other + text[digit.end():])
        yield from expect(f"another digit at {digit.start()}", "", parts)
    parts[1].write_text(text.replace("\n", "\r\n"))
    if case.run("merge", *parts)[0] != 0:
        yield f"another line end: {case.run('merge', *parts)}"
    for what, damaged in (("no digest", text[:text.rindex(',"digest"')] + "}\n"),
                          ("another digest", text[:-5] + "0000" + text[-1]),
                          ("blanks", text.replace(":", ": "))):
        parts[1].write_text(damaged)
        yield from expect(what, "", parts)
    parts[1].write_text(text)
    rows.write_text(rows.read_text() + "EL,1\n")
    yield from expect("a file that grew", "when the parts read it", parts)
    case.path.write_text(json.dumps(CONTRACT | {"title": "another"}))
    yield from expect("another contract", "is not the one that the parts were made of", parts)


NUMBERS = ("0", "-1", "1", "7", "x", "", "4294967295", "4294967296", "18446744073709551615",
           "170141183460469231731687303715884105727", "-170141183460469231731687303715884105728",
           "99999999999999999999999999999999999999999")


def damages(given, scratch, count=150):
    """Parts of which some numbers are others: refused, or merged to something, and never a crash."""
    r = random.Random(given.seed)
    contract = json.loads(json.dumps(CONTRACT))
    contract["facts"]["unit_costs"]["rows"][1]["efficient_unit_cost"] = "0"
    case = Case(r, given.reckon, scratch / "damages", contract, [])
    (case.folder / "rows.csv").write_text(
        "pod,count\n" + "".join(f"{r.choice(('EL', 'NEL', 'XX', ''))},{r.randint(-2, 9)}\n" for _ in range(300)))
    parts, failed = case.parts(2)
    texts = [part.read_text() for part in parts]
    for _ in range(0 if failed else count):
        text = r.choice(texts)
        for _ in range(r.choice((1, 1, 2, 5))):
            start, end = r.choice([found.span() for found in re.finditer(r"-?\d+", text)])
            text = text[:start] + r.choice(NUMBERS) + text[end:]
        text = sealed(text)
        code, _, err = case.run("merge", "-", text="".join([text, *(t for t in texts if t[:40] != text[:40])]).encode())
        if code not in (0, 1, 3):
            (case.folder / f"crash-{code}.part").write_text(text)
            yield f"a damaged part: exit code {code}, {err.decode()[-300:]!r}"
    if failed:
        yield f"cannot be made: {failed}"


def limits(given, scratch):
    """Bad rows and places in the middle of a file."""
    r = random.Random(given.seed)
    case = Case(r, given.reckon, scratch / "limits", json.loads(json.dumps(CONTRACT)), [])
    rows = case.folder / "rows.csv"
    lines = [f"EL,{n}" for n in range(1, 900)]
    rows.write_text("pod,count\n" + "\n".join(lines[:700] + ["EL,bad"] + lines[700:] + ["EL,-5"]))
    whole = case.run("evaluate", "contract.json")
    failed = [case.make(number, 4) for number in range(1, 5)]
    codes = [code for _, code, _ in failed]
    if codes != [0, 0, 0, 3] or whole[2].decode() != failed[3][2].decode():
        yield f"a bad row: {codes}, {failed[3][2].decode()!r} instead of {whole[2].decode()!r}"
    case.options = ["--max-errors", "1"]
    whole = case.run("evaluate", "contract.json", "--format", "json")
    parts, code = case.parts(4)
    case.options = []
    merged = case.run("merge", *parts, "--format", "json")
    if code or merged[:2] != whole[:2]:
        yield f"bad rows left out: {code}, {merged}"
    if b"rows.csv:902" not in merged[1]:
        yield "the line of a row below zero is not that of the file"


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("reckon", type=lambda path: str(pathlib.Path(path).resolve()))
    options.add_argument("scratch", type=pathlib.Path)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=5, help="contracts of each rule")
    options.add_argument("--rule", action="append", choices=random_contracts.RULES)
    given = options.parse_args()
    shutil.rmtree(given.scratch, ignore_errors=True)
    scratch = given.scratch.resolve()
    wrong = run = priced = 0
    for what, problems, has_rows in random_runs(given, scratch):
        run += 1
        priced += has_rows
        wrong += bool(problems)
        for problem in problems:
            print(f"{what}: {problem}")
    def make_case(seed, folder, contract):
        r = random.Random(seed)
        return r, Case(r, given.reckon, folder, json.loads(json.dumps(contract)), [])

    for look in (planted.planted_runs, planted.large_file, planted.not_compared):
        for problem in look(given, scratch, make_case):
            wrong += 1
            print(problem)
    for problem in [*refusals(given, scratch), *damages(given, scratch), *limits(given, scratch)]:
        wrong += 1
        print(problem)
    print(f"{run} contracts in parts, {priced} with files of rows, {wrong} problems")
    return 1 if wrong or (not given.rule and priced < given.count) else 0


if __name__ == "__main__":
    sys.exit(main())
