#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the schemas that the command prints, against what it reads and what it writes.

    schemas.py RECKON SOURCE_DIR

Every property of every schema has a description and examples, which it accepts. Every shipped
document passes the schema of its kind, and so does every JSON document that the golden cases
print, and those that the commands write about the shipped documents.
"""
import functools
import json
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

TARIFF = "configs/tariffs/ntps-2016-17-sample.json"
DOCUMENTS = ("contract", "tariff", "system", "vector", "import", "rule", "challenges")
RESULTS = ("result", "comparison", "explanation", "check", "test", "system-result", "incentives-result",
           "solution", "sensitivity", "sweep", "variance", "diff", "replay", "doctor", "trial", "tariff-diff")
# Results that do not say what they are, with commands that write them.
OTHERS = {"rules": (["rules"],), "rule-manual": (["rules", "show", "pbr"], ["rules", "show", "capitation"], ["rules", "show", "claims"]),
          "tariff-report": (["tariff", "show", TARIFF], ["tariff", "verify", TARIFF]),
          "tariff-copies": (["tariff", "fetch", "https://127.0.0.1:9/prices.json"], ["tariff", "show"], ["tariff", "verify"])}
# Fixtures that are wrong on purpose are elsewhere: these folders hold what users are shown.
FOLDERS = ("configs", "plugins", "tests/rule_documents/rules", "tests/golden/systems")
WORDS = re.compile(r'^\s*[\[{]', re.M)


def pointer(error):
    return "/" + "/".join(map(str, error.absolute_path))


def properties(schema, at=""):
    """Every property, with its place."""
    if isinstance(schema, list):
        for i, part in enumerate(schema):
            yield from properties(part, f"{at}/{i}")
    elif isinstance(schema, dict):
        for key, part in schema.items():
            if key in ("examples", "enum", "const", "default"):
                continue
            if key == "properties":
                for name, one in part.items():
                    yield f"{at}/{key}/{name}", one
                    yield from properties(one, f"{at}/{key}/{name}")
            else:
                yield from properties(part, f"{at}/{key}")


def undescribed(kind, schema):
    for at, one in properties(schema):
        if len(one.get("description") or "") < 4:
            yield f"schema {kind}: {at} has no description"
        if not one.get("examples"):
            yield f"schema {kind}: {at} has no example"
        inside = jsonschema.Draft202012Validator({"$defs": schema["$defs"], **one})
        for example in one.get("examples", []):
            for e in list(inside.iter_errors(example))[:1]:
                yield f"schema {kind}: {at}: its example {json.dumps(example)} is refused: {e.message[:120]}"


class Checker:
    def __init__(self, reckon):
        self.reckon, self.wrong, self.seen, self.ids = reckon, [], {}, set()

    @functools.cache
    def validator(self, kind):
        done = subprocess.run([self.reckon, "schema", kind], check=True, capture_output=True)
        schema = json.loads(done.stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        self.ids.add(schema["$id"])
        if not re.fullmatch(rf"urn:reckoner:schema:{kind}:[0-9]+[.][0-9]+[.][0-9]+.*", schema["$id"]):
            self.wrong.append(f"schema {kind}: its $id is {schema['$id']}")
        self.wrong += undescribed(kind, schema)
        return jsonschema.Draft202012Validator(schema)

    def validate(self, where, document):
        kind = document.get("reckoner", "").partition("/")[0]
        if kind not in DOCUMENTS + RESULTS:
            return
        self.seen[kind] = self.seen.get(kind, 0) + 1
        found = sorted(self.validator(kind).iter_errors(document), key=lambda e: len(e.absolute_path))
        self.wrong += [f"{where}: {pointer(e)}: {e.message[:200]}" for e in found[:3]]
        # Editors bind the schema of a document by this key.
        if kind in DOCUMENTS and not found:
            found = list(self.validator(kind).iter_errors({"$schema": "x.json", **document}))
            self.wrong += [f"{where}: with $schema: {e.message[:200]}" for e in found[:1]]

    def validate_text(self, where, text):
        """Every result in a text: one document, a list, one a line, or several among other lines."""
        at = 0
        while (begins := WORDS.search(text, at)) is not None:
            at = begins.end()
            try:
                value, at = json.JSONDecoder().raw_decode(text, begins.end() - 1)
            except ValueError:
                continue
            if isinstance(value, list) and value and all(
                    isinstance(one, dict) and one.get("reckoner") == "result/1" for one in value):
                self.wrong += [f"{where}: as a list: {e.message[:200]}"
                               for e in list(self.validator("result").iter_errors(value))[:1]]
            for one in value if isinstance(value, list) else [value]:
                # An interrupted or abridged text may have other objects.
                if isinstance(one, dict) and isinstance(one.get("reckoner"), str):
                    self.validate(where, one)

    def run(self, *words):
        done = subprocess.run([self.reckon, *words, "-f", "json", "-q"], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1, 3):
            self.wrong.append(f"{' '.join(map(str, words))}: exit {done.returncode}: {done.stderr[:200]}")
        self.validate_text(" ".join(map(str, words)), done.stdout)

    def run_as(self, kind, source, words):
        done = subprocess.run([self.reckon, *words, "-f", "json"], capture_output=True, text=True, check=False, cwd=source)
        found = sorted(self.validator(kind).iter_errors(json.loads(done.stdout)), key=lambda e: len(e.absolute_path))
        self.wrong += [f"{kind}: {' '.join(words)}: {pointer(e)}: {e.message[:200]}" for e in found[:3]]


def documents(source):
    for folder in FOLDERS:
        for path in sorted((source / folder).rglob("*.json")):
            value = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(value, dict) and isinstance(value.get("reckoner"), str):
                yield path, value, value["reckoner"].partition("/")[0]


def main(reckon, source):
    checker, source = Checker(reckon), pathlib.Path(source)
    for kind in (*DOCUMENTS, *RESULTS, *OTHERS, "tariff-import"):
        checker.validator(kind)
    by_kind = {}
    for path, document, kind in documents(source):
        checker.validate(path.relative_to(source), document)
        by_kind.setdefault(kind, []).append(path)
    for path in sorted((source / "tests/golden").rglob("stdout")):
        # Golden cases have a word for the digests that depend on the compiler.
        text = path.read_text(encoding="utf-8", errors="replace").replace('"SHA256"', '"' + 64 * "0" + '"')
        checker.validate_text(path.relative_to(source), text)
    configs = str(source / "configs")
    contracts = [p for p in by_kind["contract"] if str(p).startswith(configs)]
    systems = [p for p in by_kind["system"] if str(p).startswith(configs)]
    checker.run("doctor")
    checker.run("evaluate", *contracts)
    for path in contracts:
        checker.run("compare", path)
        checker.run("explain", path)
        checker.run("incentives", path)
    for path in systems:
        checker.run("system", path)
        checker.run("incentives", path)
    checker.run("check", configs)
    for kind, commands in OTHERS.items():
        for command in commands:
            checker.run_as(kind, source, command)
    checker.run("tariff", "diff", source / TARIFF, source / TARIFF)
    checker.run("rules", "check", pathlib.Path(reckon).parent / "rules/block.so", "--cases", "1", "--time", "1")
    checker.run("test", source / "configs/vectors")
    never = [kind for kind in DOCUMENTS + RESULTS if kind not in checker.seen]
    checker.wrong += [f"no document of the kind '{kind}' was validated" for kind in never]
    if len(checker.ids) != len(DOCUMENTS + RESULTS) + len(OTHERS) + 1:
        checker.wrong.append("two schemas have one $id")
    print("\n".join(checker.wrong))
    print(f"{sum(checker.seen.values())} documents ({', '.join(f'{n} {k}' for k, n in sorted(checker.seen.items()))}), "
          f"{len(checker.wrong)} problems")
    return 1 if checker.wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
