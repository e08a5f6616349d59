#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Replays results: the same bytes, or the input that has changed.

    replay.py RECKON SOURCE_DIR

Evaluates every shipped contract and system, and the contracts of the golden cases that name no
server, and replays each result; then changes one input at a time of a contract with files and
looks whether that input, and no other, is named.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

OPTIONS = ([], ["--group-by", "pod"], ["--provenance", "full"], ["--param", "acute.mff=false"])


def run(reckon, folder, *arguments):
    done = subprocess.run([reckon, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=folder)
    return done.returncode, done.stdout, done.stderr


def replayed(reckon, folder, result, *arguments):
    code, out, err = run(reckon, folder, "replay", result, "-f", "json", *arguments)
    found = json.loads(out) if out.startswith("{") else {}
    return code, found.get("outcome"), {(c["what"], c["name"]) for c in found.get("changed", ())}, err


def shipped(reckon, folder):
    verbs = {"contract/1": ("evaluate", "compare"), "system/1": ("system",)}
    for path in sorted(folder.rglob("*.json")):
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        kind = document.get("reckoner") if isinstance(document, dict) else None
        for verb in verbs.get(kind, ()):
            result = path.parent / f"{verb}-result.json"
            code, _, _ = run(reckon, path.parent, verb, path.name, "-q", "-f", "json", "-o", result)
            if code or not result.exists():
                continue
            yield replayed(reckon, path.parent, result.name) == (0, "same", set(), ""), f"{path}: {verb}"
            yield replayed(reckon, path.parent, result.name, "--contract", path.name)[:2] == (0, "same"), f"{path}: {verb}, named"
            # From elsewhere, files have other paths.
            code, outcome, changed, err = replayed(reckon, folder, result.relative_to(folder))
            yield code == 0 and outcome in ("same", "places") and not changed, f"{path}: {verb}, from elsewhere: {outcome} {err}"
            result.unlink()


def options(reckon, folder):
    for chosen in OPTIONS:
        run(reckon, folder, "evaluate", "contract.json", "-q", "-f", "json", "-o", "r.json", *chosen)
        yield replayed(reckon, folder, "r.json")[:2] == (0, "same"), f"{chosen}"
        (folder / "r.json").unlink()
    _, out, err = run(reckon, folder, "batch", "contract.json", "-q")
    (folder / "r.json").write_text(out, encoding="utf-8")
    yield replayed(reckon, folder, "r.json")[:2] == (0, "same"), f"batch: {err}"
    # Each result of a batch names what all arrangements have read.
    _, out, err = run(reckon, folder, "batch", "year.json", "-q", "--all-arrangements")
    yield len(out.splitlines()) > 1, f"a batch of all arrangements: {err}"
    for line in out.splitlines():
        (folder / "r.json").write_text(line + "\n", encoding="utf-8")
        yield replayed(reckon, folder, "r.json")[:2] == (0, "same"), "a batch of all arrangements"
    (folder / "r.json").unlink()


def lines(reckon, folder):
    """A batch with a result in each line, an error and a line of something else among them."""
    (folder / "contracts" / "deep").mkdir(parents=True)
    contract = {"reckoner": "contract/1", "basis": "actual", "periods": [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}],
                "facts": {"activity": [{"hrg": "A", "pod": "EL", "count": 10, "local_unit_price": 10}]}}
    # Two million against a hundred: a comparison finds the scale of one of them odd, a batch does not.
    arrangements = {"a": [{"id": "x", "rule": "pbr"}], "b": [{"id": "z", "rule": "block", "params": {"amount": "2000000"}}]}
    paths = [folder / "contracts" / "one.json", folder / "contracts" / "deep" / "two.json"]
    texts = [json.dumps({"id": path.stem, **contract, "arrangements": arrangements}) for path in paths]
    for path, text in zip(paths, texts):
        path.write_text(text, encoding="utf-8")
    (folder / "contracts" / "bad.json").write_text('{"reckoner": "contract/1", "id": "bad"}', encoding="utf-8")
    for options in (), ("--all-arrangements",), ("--all-arrangements", "--group-by", "pod"), ("--group-by", "pod", "--suppress-below", "5"), \
            ("--isolation", "none", "--set", "/title=x"), ("--param", "z.amount=3", "--all-arrangements"):
        _, out, err = run(reckon, folder, "batch", "contracts", "-q", *options)
        (folder / "all.ndjson").write_text(out, encoding="utf-8")
        n = len(out.splitlines())
        yield n == (5 if "--all-arrangements" in options else 3) and '"error"' in out, f"{options}: {out} {err}"
        code, out, err = run(reckon, folder, "replay", "all.ndjson", "--contract", "contracts", "-f", "json")
        found = json.loads(out)
        yield (code, found["outcome"], found["results"], found["left_out"]) == (0, "same", n - 1, 1), f"lines {options}: {out} {err}"
    yield run(reckon, folder, "compare", paths[0], "-f", "json", "-q")[1].count('"scale"') == 1, "the scale is odd in a comparison"
    paths[0].write_text(texts[0].replace("2000000", "2000001"), encoding="utf-8")
    code, outcome, changed, err = replayed(reckon, folder, "all.ndjson", "--contract", "contracts")
    yield (code, outcome, changed) == (1, "different", {("contract", "contracts/one.json")}), f"lines, one changed: {changed} {err}"
    paths[1].unlink()
    code, outcome, changed, err = replayed(reckon, folder, "all.ndjson", "--contract", "contracts")
    yield changed == {("contract", "contracts/one.json"), ("contract", "two")}, f"lines, one gone: {changed} {err}"
    (folder / "all.ndjson").write_text('{"a": 1}\n{"b": 2}\n', encoding="utf-8")
    yield "no line of the file is a result" in replayed(reckon, folder, "all.ndjson")[3], "lines of something else"
    (folder / "r.json").write_text('{"reckoner": "result/1", "error": {"code": "io"}}', encoding="utf-8")
    yield "an error in place of a result" in replayed(reckon, folder, "r.json")[3], "an error"


def one_changed(reckon, folder):
    prices = "hrg,pod,price\nDZ11B,NEL,2150\n"
    def write(name, text):
        (folder / name).write_text(text, encoding="utf-8")
    write("prices.csv", prices)
    write("spells.csv", "hrg,pod,count\nDZ11B,NEL,10\n")
    write("tariff.json", json.dumps({"reckoner": "tariff/1", "id": "t", "effective": {"from": "2016-04-01", "to": "2017-03-31"},
                                     "tables": {"prices": {"key": ["hrg", "pod"], "file": "prices.csv"}}}))
    contract = {"reckoner": "contract/1", "id": "c", "basis": "actual", "tariff": "tariff.json",
                "periods": {"months": {"from": "2016-04", "to": "2016-04"}}, "facts": {"activity": {"file": "spells.csv"}},
                "arrangements": {"a": [{"id": "acute", "rule": "pbr"}]}}
    write("c.json", json.dumps(contract))
    run(reckon, folder, "evaluate", "c.json", "-q", "-f", "json", "-o", "r.json", "--set", '/arrangements/a/0/rule="block"',
        "--set", '/arrangements/a/0/params={"amount":"5"}', "--group-by", "pod")
    yield replayed(reckon, folder, "r.json")[:2] == (0, "same"), "groups where no rows are priced"
    run(reckon, folder, "evaluate", "c.json", "-q", "-f", "json", "-o", "r.json")
    yield replayed(reckon, folder, "r.json")[:2] == (0, "same"), "nothing changed"
    changes = {"spells.csv": ("hrg,pod,count\nDZ11B,NEL,11\n", ("facts", "spells.csv")),
               "prices.csv": (prices.replace("2150", "2151"), ("tariff file", "prices.csv")),
               "c.json": (json.dumps({**contract, "provider": "RHW"}), ("contract", "c.json")),
               "tariff.json": ((folder / "tariff.json").read_text(encoding="utf-8") + "\n", ("tariff", "t"))}
    for name, (text, named) in changes.items():
        before = (folder / name).read_text(encoding="utf-8")
        write(name, text)
        code, outcome, changed, err = replayed(reckon, folder, "r.json")
        named = {named} if named[1] != "prices.csv" else {c for c in changed if c[0].startswith("tariff")}
        yield (code, outcome) == (1, "different") and changed == named and changed, f"{name}: {outcome} {changed} {err}"
        write(name, before)
    (folder / "spells.csv").unlink()
    yield "spells.csv" in replayed(reckon, folder, "r.json")[3], "a file that is gone"
    (folder / "c.json").unlink()
    yield "there is no contract 'c'" in replayed(reckon, folder, "r.json")[3], "no contract"


def system_changed(reckon, folder):
    """A system whose contracts stand in files: what each of them reads is named when it changes."""
    rules = folder / "rules"
    rules.mkdir(mode=0o755)
    for name in "pbr.so", "block.so":
        shutil.copy(pathlib.Path(reckon).parent / "rules" / name, rules / name)
    year = [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}]
    files = {
        "spells.csv": "hrg,pod,count\nDZ11B,NEL,10\n",
        "prices.csv": "hrg,pod,price\nDZ11B,NEL,2150\n",
        "tariff.json": json.dumps({"reckoner": "tariff/1", "id": "t", "tables": {"prices": {"key": ["hrg", "pod"], "file": "prices.csv"}}}),
        "acute.json": json.dumps({"reckoner": "contract/1", "id": "acute", "basis": "actual", "tariff": "tariff.json", "periods": year,
                                  "facts": {"activity": {"file": "spells.csv"}}, "arrangements": {"a": [{"id": "acute", "rule": "pbr"}]}}),
        "local.json": json.dumps({"reckoner": "contract/1", "id": "local", "basis": "actual", "periods": year,
                                  "arrangements": {"a": [{"id": "block", "rule": "block", "params": {"amount": "100"}}]}})}
    files["s.json"] = json.dumps({
        "reckoner": "system/1", "id": "s", "basis": "actual", "periods": year,
        "organisations": [{"id": "payer", "kind": "commissioner"}, {"id": "trust", "kind": "trust"}],
        "contracts": [{"id": c, "payer": "payer", "payee": "trust", "contract": f"{c}.json"} for c in ("acute", "local")]})
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    code, _, err = run(reckon, folder, "system", "s.json", "-q", "-f", "json", "-o", "r.json", "--rules", rules, "--param", "block.amount=90")
    yield code == 0, err
    yield replayed(reckon, folder, "r.json", "--rules", rules)[:2] == (0, "same"), "a system: nothing changed"
    changes = {"spells.csv": (",10", ",11", ("facts", "spells.csv")), "prices.csv": ("2150", "2151", ("tariff file", "prices.csv")),
               "tariff.json": ("{", "{ ", ("tariff", "tariff.json")), "acute.json": ("{", "{ ", ("contract", "acute.json")),
               "local.json": ("100", "101", ("contract", "local.json")), "s.json": ("{", "{ ", ("system", "s.json"))}
    for name, (old, new, named) in changes.items():
        (folder / name).write_text(files[name].replace(old, new, 1), encoding="utf-8")
        code, outcome, changed, err = replayed(reckon, folder, "r.json", "--rules", rules)
        yield (code, outcome, changed) == (1, "different", {named}), f"a system, {name}: {outcome} {changed} {err}"
        (folder / name).write_text(files[name], encoding="utf-8")
    with open(rules / "pbr.so", "ab") as rule:
        rule.write(b"\n")
    code, outcome, changed, err = replayed(reckon, folder, "r.json", "--rules", rules)
    yield (code, outcome, changed) == (1, "different", {("rule", "pbr")}), f"a system, its rule: {outcome} {changed} {err}"


def main(reckon, source):
    found = n = 0
    source = pathlib.Path(source)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        shutil.copytree(source / "configs", folder / "configs")
        shutil.copytree(source / "tests/golden/common", folder / "common")
        shutil.copytree(source / "tests/golden/cases/periods", folder / "common", dirs_exist_ok=True)
        (folder / "one").mkdir()
        (folder / "three").mkdir()
        (folder / "two").mkdir(mode=0o755)
        for good, what in (*shipped(reckon, folder), *options(reckon, folder / "common"), *one_changed(reckon, folder / "one"),
                           *system_changed(reckon, folder / "two"), *lines(reckon, folder / "three")):
            n += 1
            if not good:
                found += 1
                print(what)
    print(f"{n} checks, {found} problems")
    return 1 if found or n == 0 else 0


if __name__ == "__main__":
    sys.exit(main(str(pathlib.Path(sys.argv[1]).resolve()), *sys.argv[2:]))
