# SPDX-License-Identifier: MIT
"""Tables in which mistakes are planted that only a look at all rows finds, for run.py: rows twice, last rows of
sums, codes that became numbers, in files written in every way that a contract can declare."""
import datetime
import gzip
import json

FINDINGS = ("duplicate-rows", "total-row", "code-as-number")
REMARKS = ("", "plain", 'with "quotes"', "with\nbreak", "a\r\nb", "caf\u00e9; and, more")
CONTRACT = {
    "reckoner": "contract/1", "id": "planted", "basis": "illustrative",
    "periods": [{"id": "y1", "start": "2016-04-01", "end": "2017-03-31"}],
    "arrangements": {"main": [{"id": "all", "rule": "pbr"}, {"id": "some", "rule": "pbr", "scope": {"pod": ["EL", "NEL"]}}]},
}


def quoted(text, delimiter):
    special = any(c in text for c in (delimiter, '"', "\n", "\r"))
    return '"' + text.replace('"', '""') + '"' if special else text


class Table:
    """Rows, and how their files are written: `read` is the declaration."""

    def __init__(self, r):
        self.r, self.read = r, {}
        self.delimiter = r.choice((",", ",", ";", "\t"))
        self.titles = r.choice((0, 0, 2))
        self.dates = r.random() < 0.5
        self.money = r.random() < 0.5
        self.case = r.random() < 0.5
        self.encoding = r.choice(("utf-8", "utf-8", "windows-1252"))
        self.packed = r.random() < 0.25
        self.total = r.choice((None, None, "sums", "named"))
        self.footer = 0 if self.total else r.choice((0, 0, 1))
        self.code = r.random() < 0.4
        self.unique = r.choice((None, None, ["spell_id"], ["spell_id", "date"]))
        declared = {"header_row": self.titles + 1 if self.titles else None, "dates": "dd/mm/yyyy" if self.dates else None,
                    "numbers": {"thousands": ",", "currency": "\u00a3"} if self.money else None,
                    "blank": ["NULL", "-"] if r.random() < 0.7 else None, "text": {"trim": True, "case": "upper"} if self.case else None,
                    "encoding": self.encoding if self.encoding != "utf-8" else None, "skip_footer": self.footer or None,
                    "total_row": "ignore" if self.total and r.random() < 0.5 else None}
        self.read = {key: value for key, value in declared.items() if value is not None}

    def amount(self, value):
        return f"\u00a3{value:,.2f}" if self.money else f"{value:.2f}"

    def day(self, days):
        date = datetime.date(2016, 4, 1) + datetime.timedelta(days)
        return date.strftime("%d/%m/%Y") if self.dates else date.isoformat()

    def row(self, number):
        r = self.r
        pod = r.choice(("EL", "NEL", "DC"))
        pod = r.choice((pod, pod.lower(), f" {pod} ")) if self.case else pod
        pod = r.choice(("1.00E+05", "3E+02")) if self.code and r.random() < 0.03 else pod
        los = r.choice(("NULL", "")) if "blank" in self.read and r.random() < 0.1 else str(r.randint(0, 9))
        return [f"S{number}", r.choice(("AA01Z", "BB02Y")), pod, self.day(r.randrange(365)), los,
                self.amount(r.randrange(100, 300000) / 100), r.choice(REMARKS)]

    def rows(self):
        r = self.r
        rows = [self.row(number) for number in range(r.choice((30, 150, 600)))]
        for _ in range(r.choice((0, 1, 5, 40))):
            at = r.randrange(len(rows))
            again = list(rows[at])
            if self.unique and r.random() < 0.5:
                again[4] = "3"
            near = min(len(rows), at + r.randint(1, 4))
            rows.insert(r.choice((near, r.randint(at + 1, len(rows)), len(rows))), again)
        return rows

    def last(self, rows):
        """The row of sums behind those of a file."""
        los = sum(int(row[4]) for row in rows if row[4].isdigit())
        price = sum(round(100 * float(row[5].replace(",", "").replace("\u00a3", ""))) for row in rows)
        return ["Total" if self.total == "named" else "", "", "", "", str(los), self.amount(price / 100), ""]

    def text(self, rows):
        end = self.r.choice(("\n", "\r\n"))
        lines = [["Extract"] + [""] * 6] * self.titles + [["Spell No", "HRG", "POD", "Day", "LOS", "Price", "Remark"]]
        lines += rows + ([self.last(rows)] if self.total else []) + [["Source"] + [""] * 6] * self.footer
        text = end.join(self.delimiter.join(quoted(cell, self.delimiter) for cell in line) for line in lines)
        data = (text + self.r.choice(("", end))).encode(self.encoding)
        return gzip.compress(data) if self.packed else data

    def write(self, folder):
        """Writes the files, and returns their names."""
        rows = self.rows()
        several = self.r.choice((1, 1, 2, 3))
        names = [f"rows-{i}.csv{'.gz' * self.packed}" for i in range(several)]
        for i, name in enumerate(names):
            own = rows[i * len(rows) // several:(i + 1) * len(rows) // several]
            (folder / name).write_bytes(self.text(own))
        return names

    def fact(self, names):
        fact = {"file": names if len(names) > 1 else names[0], "read": self.read,
                "columns": {"spell_id": "Spell No", "hrg": "HRG", "pod": "POD", "date": "Day", "los": "LOS", "price": "Price"}}
        fact |= {"unique": self.unique} if self.unique else {}
        return fact | ({"delimiter": self.delimiter} if self.delimiter != "," else {})


def codes(text):
    """The codes of the findings of a result in JSON."""
    return [found["code"] for found in json.loads(text)["findings"]]


def planted_runs(given, scratch, make_case):
    """Yields what differs between a whole run and its parts."""
    seen = {}
    for index in range(max(12, given.count)):
        r, case = make_case(f"{given.seed} planted {index}", scratch / "planted" / str(index), CONTRACT)
        table = Table(r)
        names = table.write(case.folder)
        contract = CONTRACT | {"facts": {"activity": table.fact(names)}}
        case.path.write_text(json.dumps(contract), encoding="utf-8")
        case.tables = {"activity": names}
        case.options = ["--group-by", "hrg"] if r.random() < 0.3 else []
        kinds = [("cut", case.parts(r.choice((2, 3, 7)))), ("own files", case.own_parts())]
        for shown in ("json", "text", "csv"):
            whole = case.run("evaluate", "contract.json", "--format", shown)
            if whole[0] != 0:
                yield f"planted {index}: not even whole: {whole}"
            for kind, (files, failed) in kinds:
                options, case.options = case.options, []
                merged = failed or case.run("merge", *files, "--format", shown)
                case.options = options
                if merged != whole:
                    yield f"planted {index}, {kind}, {shown}: {merged} instead of {whole}"
                if shown == "json" and merged == whole:
                    for code in codes(whole[1]):
                        seen[code, kind] = seen.get((code, kind), 0) + 1
    for code in FINDINGS:
        for kind in ("cut", "own files"):
            if (code, kind) not in seen:
                yield f"no planted table of the {kind} has a {code}: {seen}"


def large_file(given, scratch, make_case):
    """Yields what is wrong with a file of which some rows are compared."""
    _, case = make_case(f"{given.seed} large", scratch / "large", CONTRACT)
    rows = [f"S{n:07d},AA01Z,EL,2016-05-01,{n % 9},{n % 1000}.50,remark {n}" for n in range(350000)]
    rows[200000:200000] = rows[1000:3000]
    (case.folder / "rows.csv").write_text("spell_id,hrg,pod,date,los,price,remark\n" + "\n".join(rows))
    case.path.write_text(json.dumps(CONTRACT | {"facts": {"activity": {"file": "rows.csv"}}}))
    whole = case.run("evaluate", "contract.json", "--format", "json")
    if b"one in " not in whole[1]:
        yield f"a large file: {whole}"
    parts, failed = case.parts(3)
    for jobs in (1, 3):
        merged = failed or case.run("merge", *parts, "--format", "json", "--jobs", jobs)
        if merged != whole:
            yield f"a large file: {merged} instead of {whole}"


def not_compared(given, scratch, make_case):
    """Yields where rows that a merge cannot read are passed over in silence."""
    _, case = make_case(f"{given.seed} unread", scratch / "unread", CONTRACT)
    head = "spell_id,hrg,pod,date,los,price\n"
    texts = [head + "".join(f"S{n},AA01Z,EL,2016-05-01,2,100\n" for n in numbers) for numbers in (range(60), range(50, 90))]
    names = ["one.csv", "two.csv"]
    for name, text in zip(names, texts):
        (case.folder / name).write_text(text)
    fact = {"file": names, "unique": ["spell_id"]}
    case.path.write_text(json.dumps(CONTRACT | {"facts": {"activity": fact}}))
    case.tables = {"activity": names}
    parts, failed = case.own_parts()
    whole = case.run("evaluate", "contract.json", "--format", "json", "--strict")
    if failed or whole[0] != 1 or case.run("merge", *parts, "--format", "json", "--strict") != whole:
        yield f"rows twice in two files: {failed or whole}"

    def expect(what, words, files):
        for shown in ("json", "csv", "text"):
            code, out, err = case.run("merge", *files, "--format", shown, "--strict")
            lines = [line for line in err.decode().splitlines() if "[rows-not-compared]" in line]
            if code != 0 or len(lines) != 1 or words not in lines[0] or "'activity'" not in lines[0]:
                yield f"{what}, {shown}: exit code {code}, {err.decode()!r} instead of {words!r}"
            if shown == "json" and codes(out) != ["rows-not-compared"]:
                yield f"{what}: {codes(out)}"
        if case.run("merge", *files, "--quiet")[2]:
            yield f"{what}: --quiet is not quiet"

    (case.folder / "two.csv").write_text(texts[1].replace("S70", "S71"))
    yield from expect("a file that changed", "two.csv: table 'activity'", parts)
    (case.folder / "two.csv").unlink()
    yield from expect("a file that is missing", "cannot be read", parts)
    pipes = [case.make(i + 1, 2, "--part-rows", "activity=-", text=text.encode())[0] for i, text in enumerate(texts)]
    yield from expect("a pipe", "came through a pipe", pipes)
    case.path.write_text(json.dumps(CONTRACT | {"facts": {"activity": fact | {"file": "one.csv", "unique": ["spel"]}}}))
    cut, failed = case.parts(2)
    whole = case.run("evaluate", "contract.json")
    merged = failed or case.run("merge", *cut, "--contract", "contract.json")
    if whole[0] != 3 or b"'spel'" not in whole[2] or merged != whole:
        yield f"a column of unique that is missing: {merged} instead of {whole}"
