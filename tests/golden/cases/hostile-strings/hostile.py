# SPDX-License-Identifier: MIT
"""Puts every string of a list into contracts and tables, and looks at what comes out."""
import csv
import io
import json
import re
import subprocess
import sys

PERIODS = [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}]
# What a terminal obeys or hides behind: C0 but line ends and tabs, DEL, C1, and the marks
# that turn or hide the text after them.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
failures = []


def fail(what, string, text=""):
    failures.append(f"{what}: {string!r} {text[:300]!r}")


def run(arguments, **options):
    return subprocess.run(["reckon", *arguments], capture_output=True, timeout=60, check=False, **options)


def as_text(data, what, string):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        fail(what + " is not UTF-8", string)
        return data.decode("utf-8", "replace")


def contract(string):
    return {"reckoner": "contract/1", "id": "hostile", "title": string, "notes": string, "provider": string,
            "commissioner": string, "periods": PERIODS,
            "tariff": {"reckoner": "tariff/1", "id": "t", "title": string, "currency": "GBP",
                       "tables": {"prices": {"key": ["hrg", "pod"], "rows": [{"hrg": string, "pod": string, "price": "10"}]}}},
            "facts": {"activity": {"file": "hostile.csv"},
                      "costs": [{"label": string, "amount": "1"}],
                      "population": [{"group": string, "heads": 10}]},
            "arrangements": {"pbr": [{"id": "acute", "title": string, "rule": "pbr"}],
                             "capitation": [{"id": "heads", "title": string, "rule": "capitation",
                                             "params": {"rate": 1, "uplifts": [{"name": string, "rate": 0}]}}]},
            "sources": [{"of": "/facts", "text": string, "url": string}]}


def check_json(out, what, string):
    try:
        return json.loads(as_text(out, what, string))
    except json.JSONDecodeError as error:
        fail(f"{what} does not parse ({error})", string, out.decode("utf-8", "replace"))
        return None


def check_csv(text, what, string):
    rows = list(csv.reader(io.StringIO(text), strict=True))
    if len({len(row) for row in rows}) > 1:
        fail(what + " has rows of different lengths", string, text)
    return rows


def check_shown(text, what, string):
    found = OBEYED.search(text.replace("\r\n", "\n"))
    if found:
        fail(f"{what} lets U+{ord(found.group()):04X} through", string, text)


def check_markdown(text, what, string):
    check_shown(text, what, string)
    widths = None
    for line in text.split("\n"):
        if not line.startswith("|"):
            widths = None
            continue
        cells = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        if widths is not None and cells != widths:
            fail(what + " has a row of another length", string, line)
        widths = cells
    for sign in ("<script", "<img", "<svg", "<iframe", "<a "):
        if re.search(r"(?<!\\)" + re.escape(sign), text, re.IGNORECASE):
            fail(f"{what} lets {sign} through", string, text)


def look(arguments, string, codes=(0, 1, 3)):
    for form in ("text", "json", "csv", "markdown"):
        what = f"{arguments[0]} -f {form}"
        done = run([*arguments, "-f", form])
        if done.returncode not in codes:
            fail(f"{what} exits with {done.returncode}", string, as_text(done.stderr, what, string))
        check_shown(as_text(done.stderr, what + " on standard error", string), what + " on standard error", string)
        text = as_text(done.stdout, what, string)
        if form == "json":
            found = check_json(done.stdout, what, string)
            if arguments[0] == "evaluate" and found is not None and "error" not in found:
                labels = [l["label"] for c in found["periods"][0]["components"] for l in c["lines"]]
                if arguments[-1] == "pbr" and string.strip() and string not in labels and len(string) < 500:
                    fail(what + " has changed a label", string, repr(labels))
        elif form == "csv" and text:
            check_csv(text, what, string)
        elif form == "markdown":
            check_markdown(text, what, string)
        else:
            check_shown(text, what, string)


strings = json.load(open(sys.argv[1], encoding="utf-8"))
# Beyond the list: what a terminal obeys, and lone signs of each format.
strings += ["\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "a\rb", "a\nb", "a\tb", "|", "\\|", "`a`", '"', "'", "=1+1", "@x",
            "\u202eabc", "\u2028", "[a](javascript:x)", "<script>x</script>", "# a", "- a", "a  ", "%s%n%d", "../../x", "*", "_a_"]
for index, string in enumerate(strings):
    with open("hostile.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow(["hrg", "pod", "count"])
        table.writerow([string, string, 1])
        table.writerow(["other", string, 2])
    try:
        with open("hostile.json", "w", encoding="utf-8") as file:
            json.dump(contract(string), file, ensure_ascii=index % 2 == 0)
    except UnicodeEncodeError:
        continue
    look(["evaluate", "hostile.json", "-a", "pbr"], string)
    if index % 4 == 0:
        look(["evaluate", "hostile.json", "-a", "capitation"], string)
        look(["evaluate", "hostile.json", "--group-by", "pod,hrg"], string)
    if index % 4 == 1:
        look(["compare", "hostile.json"], string)
    if index % 4 == 2:
        look(["explain", "hostile.json"], string)
        look(["explain", "hostile.json", "--row", "1"], string)
    if index % 4 == 3:
        look(["check", "hostile.json"], string)
    # As an id, a rule, a key, a table, a path, an argument: refused, and said so.
    wrong = contract("x")
    place = index % 7
    if place == 0:
        wrong["id"] = string
    elif place == 1:
        wrong["arrangements"]["pbr"][0]["rule"] = string
    elif place == 2:
        wrong[string] = string
    elif place == 3:
        wrong["facts"][string] = [{string: string}]
    elif place == 4:
        wrong["facts"]["activity"]["file"] = string
    elif place == 5:
        wrong["tariff"] = string
    else:
        wrong["arrangements"] = {string: wrong["arrangements"]["pbr"]}
    with open("wrong.json", "w", encoding="utf-8") as file:
        json.dump(wrong, file)
    form = ("text", "json", "csv", "markdown")[index % 4]
    for arguments in (["evaluate", "wrong.json", "--offline", "-f", form], ["check", "wrong.json", "--offline", "-f", form]):
        done = run(arguments)
        what = " ".join(arguments)
        if done.returncode not in (0, 2, 3, 5):
            fail(f"{what} exits with {done.returncode}", string, as_text(done.stderr, what, string))
        check_shown(as_text(done.stderr, what, string), what + " on standard error", string)
        if form == "json":
            check_json(done.stdout, what, string)
        else:
            check_shown(as_text(done.stdout, what, string), what, string)
    if "\0" not in string and string:
        for arguments in (["evaluate", "./" + string], ["check", string], ["evaluate", "hostile.json", "-a", string],
                          ["evaluate", "hostile.json", "--set", "/title=" + string], ["rules", "show", string],
                          ["evaluate", "hostile.json", "--param", string], [string]):
            done = run(arguments, stdin=subprocess.DEVNULL)
            what = " ".join(arguments)
            if done.returncode not in (0, 1, 2, 3, 5):
                fail(f"{what} exits with {done.returncode}", string, as_text(done.stderr, what, string))
            check_shown(as_text(done.stderr, what, string), what + " on standard error", string)

print("\n".join(failures[:40]))
print(f"{len(failures)} failures" if failures else "nothing amiss")
sys.exit(1 if failures else 0)
