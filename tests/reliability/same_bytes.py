#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same bytes whatever the machine, and whatever does not matter in the input.

    same_bytes.py RECKON SOURCE_DIR SCRATCH_DIR

Every contract and system of configs/, each report and each format: 1, 2 and 8 threads or workers, the C,
German and Turkish locales, four time zones, another umask and no terminal give the same bytes, stdout and
files. Then what does not matter: shuffled rows, rows split in parts, reordered keys, columns that nothing
reads, CRLF, a byte order mark, quoted cells, gzip, and the same rows in several files or in the contract.
"""
import csv
import gzip
import io
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from common import Checks, fresh, priced, run, tariff, write

RECKON, SOURCE, SCRATCH = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve(), fresh(Path(sys.argv[3]).resolve())
check = Checks()
LOCALES = {"de_DE": "de_DE", "tr_TR": "tr_TR"}
ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"]


def locales():
    """Generates the locales into a folder; the environments that use them."""
    found = [{"LC_ALL": "C"}]
    if shutil.which("localedef") is None:
        print("skipped: other locales (no localedef)")
        return found
    for name in LOCALES:
        made = subprocess.run(["localedef", "-i", name, "-f", "UTF-8", str(SCRATCH / f"{name}.UTF-8")],
                              capture_output=True, check=False)
        if (SCRATCH / f"{name}.UTF-8").is_dir():
            found.append({"LOCPATH": str(SCRATCH), "LC_ALL": f"{name}.UTF-8"})
        else:
            print(f"skipped: the locale {name} ({made.stderr.decode()[:100]})")
    return found


def same_everywhere():
    configs = SOURCE / "configs"
    documents = [("contracts", path) for path in sorted((configs / "contracts").glob("*.json"))]
    documents += [("systems", path) for path in sorted((configs / "systems").glob("*.json"))
                  if '"system/1"' in path.read_text()]
    environments = [*locales(), *({"TZ": zone} for zone in ZONES)]
    cases = []
    for kind, path in documents:
        verbs = ["evaluate", "compare", "explain"] if kind == "contracts" else ["system"]
        for verb in verbs:
            for form in ("text", "json", "csv"):
                cases.append([verb, str(path), "-f", form, "-q"])
    for number, words in enumerate(cases):
        first = run(RECKON, *words, "-j", "1", env={"LC_ALL": "C.UTF-8"})
        if first.code == 2:  # a form that this report does not have
            continue
        check(first.code == 0, f"{words}: {first.code} {first.stderr[:200]}")
        # Each case in each locale and with each number of threads; time zones in turn.
        chosen = [({"LC_ALL": "C.UTF-8"}, jobs) for jobs in ("2", "8")]
        chosen += [(environments[number % len(environments)], "2"), (environments[(number + 1) % len(environments)], "8")]
        for environment, jobs in chosen:
            other = run(RECKON, *words, "-j", jobs, env=environment)
            check((other.code, other.stdout, other.stderr) == (first.code, first.stdout, first.stderr),
                  f"{words} -j {jobs} {environment}")
    print(f"{len(cases)} reports of configs/")
    batches = {}
    for environment in ({"LC_ALL": "C.UTF-8"}, *environments):
        for jobs in ("1", "2", "8"):
            out = SCRATCH / "out.csv"
            done = run(RECKON, "batch", "-q", "-j", jobs, configs / "contracts", "--out", out, env=environment)
            batches.setdefault((done.code, out.read_bytes()), []).append((environment, jobs))
            out.unlink()
    check(len(batches) == 1, f"batches differ: {list(batches.values())}")


class Meta:
    """One contract over rows of a file, and its reports under changes that do not matter."""

    def __init__(self):
        draw = random.Random(7)
        self.draw = draw
        self.rows = [{"hrg": draw.choice(("H1", "H2", "H3")), "provider": draw.choice(("P1", "P2")),
                      "pod": draw.choice(("EL", "NEL")), "count": draw.randint(1, 9), "los": draw.randint(1, 9)} for _ in range(3000)]
        self.folder = SCRATCH / "meta"
        self.folder.mkdir()
        prices = [{"hrg": h, "price": p} for h, p in (("H1", "100.10"), ("H2", "2000"), ("H3", "33.33"))]
        write(self.folder / "prices.json", tariff(prices))
        self.contract = priced()
        self.contract["arrangements"]["capped"] = [
            {"id": "spells", "rule": "pbr", "params": {"mff": False}},
            {"id": "cap", "rule": "cap-and-collar", "of": ["spells"],
             "params": {"plan": "5000000", "cap": "3%", "collar": "2%"}}]
        self.whole = self.reports(self.rows, "as it is")

    def text(self, rows, columns=None, end="\n", quoted=csv.QUOTE_MINIMAL):
        out = io.StringIO()
        writer = csv.DictWriter(out, columns or list(rows[0]), lineterminator=end, quoting=quoted)
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode()

    def reports(self, rows, what, data=None, contract=None, files=None):
        contract = contract or self.contract
        for name, content in (files or {"spells.csv": data or self.text(rows)}).items():
            (self.folder / name).write_bytes(content)
        write(self.folder / "c.json", contract)
        found = []
        for words in (["evaluate", "c.json", "-f", "csv"], ["compare", "c.json"], ["compare", "c.json", "-f", "csv"],
                      ["evaluate", "c.json", "-f", "csv", "--group-by", "provider,pod,hrg"], ["evaluate", "c.json"]):
            for jobs in ("1", "8"):
                done = run(RECKON, *words, "-q", "-j", jobs, cwd=self.folder)
                check(done.code == 0, f"{what}: {words}: {done}")
                found.append(done.stdout)
        return found

    def same(self, what, **more):
        found = self.reports(more.pop("rows", self.rows), what, **more)
        check(found == self.whole, f"{what}: another report")

    def run(self):
        for turn in range(3):
            shuffled = self.draw.sample(self.rows, len(self.rows))
            self.same(f"shuffled {turn}", rows=shuffled)
        parts = []
        for row in self.rows:
            first = self.draw.randint(0, row["count"] - 1)
            parts += [{**row, "count": n} for n in (first, row["count"] - first) if n > 0]
        self.same("split rows", rows=parts)
        self.same("split and shuffled", rows=self.draw.sample(parts, len(parts)))
        self.same("columns in another order", data=self.text(self.rows, ["count", "los", "pod", "hrg", "provider"]))
        extra = [{"patient": f"\u00e9 {i}, \"x\"\n", **row, "ward": i % 7} for i, row in enumerate(self.rows)]
        self.same("columns that nothing reads", rows=extra)
        self.same("CRLF", data=self.text(self.rows, end="\r\n"))
        self.same("quoted cells", data=self.text(self.rows, quoted=csv.QUOTE_ALL))
        self.same("a byte order mark", data=b"\xef\xbb\xbf" + self.text(self.rows))
        self.same("blank lines", data=self.text(self.rows).replace(b"\n", b"\n\n"))
        self.same("no last line end", data=self.text(self.rows)[:-1])
        self.same("headers in capitals", data=self.text(self.rows).replace(b"hrg,", b"HRG,", 1))
        packed = json.loads(json.dumps(self.contract))
        packed["facts"]["activity"]["file"] = "spells.csv.gz"
        self.same("gzip", contract=packed, files={"spells.csv.gz": gzip.compress(self.text(self.rows))})
        several = json.loads(json.dumps(self.contract))
        several["facts"]["activity"]["file"] = "part-*.csv"
        self.same("several files", contract=several, files={
            f"part-{i}.csv": self.text(self.rows[i * 1000:(i + 1) * 1000]) for i in range(3)})
        inline = json.loads(json.dumps(self.contract))
        inline["facts"]["activity"] = self.rows
        self.same("rows in the contract", contract=inline)
        self.same("keys in another order", contract=self.reordered(self.contract))
        self.same("numbers as texts", contract=self.as_texts(inline))

    def reordered(self, value):
        """Keys of objects backwards, but for the arrangements, whose order is that of reports."""
        if isinstance(value, list):
            return [self.reordered(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {key: value[key] if key == "arrangements" else self.reordered(value[key]) for key in reversed(value)}

    @staticmethod
    def as_texts(contract):
        changed = json.loads(json.dumps(contract))
        for row in changed["facts"]["activity"]:
            row["count"] = str(row["count"])
        return changed


same_everywhere()
Meta().run()
check.end("same bytes")
