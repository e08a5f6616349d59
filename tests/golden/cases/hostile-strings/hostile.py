# SPDX-License-Identifier: MIT
"""Puts every string of a list into contracts and tables, and looks at what comes out.

A run of the command takes many contracts at once, so that thousands of texts take
seconds; what is found wrong names the batch's first text.
"""
import csv
import io
import json
import os
import re
import subprocess
import sys

PERIODS = [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}]
BATCH = 96
FORMATS = ("text", "json", "csv", "markdown")
# What a terminal obeys or hides behind: C0 but line ends, DEL, C1, and the marks that
# turn or break the text after them.
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
# Beyond the list: what a terminal obeys, and signs that mean something in each format.
MORE = ["\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "a\rb", "a\nb", "a\tb", "|", "\\|", "`a`", '"', "'",
        "=1+1", "@x", "\u202eabc", "\u2028", "[a](javascript:x)", "<script>x</script>", "# a", "- a", "a  ",
        "%s%n%d", "../../x", "*", "_a_", "a,b", 'a"b', " a ", "\ufeffa", "\u00a0", "~~a~~", "| --- |", "&amp;",
        "$(touch bad)", "`touch bad`", "%00", "-", "--", "--help", "-f", "/", "//", "~", ".", "..", "con"]
failures = []


def fail(what, string, text=""):
    failures.append(f"{what}: {string!r} {text[:300]!r}")


def run(arguments, string, codes):
    """The decoded standard output; standard error has been looked at."""
    done = subprocess.run(["reckon", *arguments], capture_output=True, timeout=120, check=False,
                          stdin=subprocess.DEVNULL)
    what = " ".join(arguments[:3])
    if done.returncode not in codes:
        fail(f"{what} exits with {done.returncode}", string, done.stderr.decode("utf-8", "replace"))
    texts = []
    for stream, data in (("", done.stdout), (" on standard error", done.stderr)):
        try:
            texts.append(data.decode("utf-8"))
        except UnicodeDecodeError:
            fail(what + stream + " is not UTF-8", string)
            texts.append(data.decode("utf-8", "replace"))
    check_shown(texts[1], what + " on standard error", string)
    return texts[0]


def check_shown(text, what, string):
    found = OBEYED.search(text)
    if found:
        at = max(0, found.start() - 60)
        fail(f"{what} lets U+{ord(found.group()):04X} through", string, text[at:at + 120])


def check_csv(text, what, string):
    try:
        widths = {len(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row}
    except csv.Error as error:
        fail(f"{what} is no CSV ({error})", string, text)
        return
    if len(widths) > 1:
        fail(what + " has rows of different lengths", string, text)


def check_markdown(text, what, string):
    check_shown(text, what, string)
    width = None
    for line in text.split("\n"):
        if not line.startswith("|"):
            width = None
            continue
        cells = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        if width is not None and cells != width:
            fail(what + " has a row of another length", string, line)
        width = cells
    for sign in (r"<[a-zA-Z/!]", r"(?<=\]|\w)\]\("):
        found = re.search(r"(?<!\\)(?:\\\\)*" + sign, text)
        if found:
            fail(f"{what} lets {found.group()} through", string, text[max(0, found.start() - 40):])


def look(arguments, string, form, codes=(0, 1)):
    what = f"{arguments[0]} -f {form}"
    text = run([*arguments, "-f", form], string, codes)
    if form == "json":
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            fail(f"{what} does not parse ({error})", string, text)
    elif form == "csv":
        check_csv(text, what, string)
    elif form == "markdown":
        check_markdown(text, what, string)
    else:
        check_shown(text, what, string)
    return None


def contract(string, facts):
    return {"reckoner": "contract/1", "id": "hostile", "title": string, "notes": string, "provider": string,
            "commissioner": string, "periods": PERIODS,
            "tariff": {"reckoner": "tariff/1", "id": "t", "title": string, "currency": "GBP",
                       "tables": {"prices": {"key": ["hrg"], "rows": [{"hrg": string, "price": "10"}]}}},
            "facts": {"activity": {"file": facts}, "costs": [{"label": string, "amount": "1"}],
                      "population": [{"group": string, "heads": 10}]},
            "arrangements": {"pbr": [{"id": "acute", "title": string, "rule": "pbr"}],
                             "capitation": [{"id": "heads", "title": string, "rule": "capitation",
                                             "params": {"rate": 1, "uplifts": [{"name": string, "rate": 0}]}}]},
            "sources": [{"of": "/facts", "text": string, "url": string}]}


def write(name, document, ascii_only):
    with open(name, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=ascii_only)


def write_good(number, string):
    """A good contract; a blank text is no value, and nothing could be looked up by it."""
    string = string if string.strip() else "blank"
    facts = f"facts{number}.csv"
    with open(facts, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow(["hrg", "pod", "count"])
        table.writerow([string, string, 1])
        table.writerow(["other " + string, string, 2])
    write(f"good{number}.json", contract(string, facts), number % 2 == 0)
    return f"good{number}.json"


def write_wrong(number, string):
    """The text as an id, a rule, a key, a table, a path: refused, and said so."""
    wrong = contract("x", "facts0.csv")
    place = number % 8
    if place == 0:
        wrong["id"] = string
    elif place == 1:
        wrong["arrangements"]["pbr"][0]["rule"] = string
    elif place == 2:
        wrong[string] = string
    elif place == 3:
        wrong["arrangements"]["pbr"][0]["tables"] = {"activity": string}
    elif place == 4:
        wrong["facts"]["activity"]["file"] = string
    elif place == 5:
        wrong["tariff"] = string
    elif place == 6:
        wrong["arrangements"]["pbr"][0]["scope"] = {string: string}
    else:
        wrong["arrangements"]["capitation"][0]["params"] = {string: string, "rate": string}
    write(f"wrong{number}.json", wrong, number % 2 == 1)
    return f"wrong{number}.json"


def write_all(batch):
    """One contract with a component, a fact and a price for every text of the batch."""
    batch = [string if string.strip() else "blank" for string in batch]
    whole = contract("all", "facts.csv")
    whole["tariff"]["tables"]["prices"]["rows"] = [{"hrg": string, "price": "10"} for string in sorted(set(batch))]
    whole["facts"]["costs"] = [{"label": string, "amount": "1"} for string in batch]
    whole["arrangements"]["pbr"] = [{"id": f"acute-{i}", "title": string, "rule": "pbr", "scope": {"hrg": string}}
                                    for i, string in enumerate(batch)]
    with open("facts.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["hrg", "pod", "count"], *([s, s, 1] for s in batch)])
    write("all.json", whole, False)


# What takes one text a run, and what takes many.
ONE = (["evaluate", "good0.json", "-a"], ["evaluate", "good0.json", "--param"], ["explain", "good0.json", "--line"],
       ["compare", "good0.json", "--baseline"])
ONE_AFTER = (["x"], ["rules", "show", "x"], ["tariff", "show", "./"], ["evaluate", "good0.json", "--group-by", "x"],
             ["evaluate", "good0.json", "-o", "no/"])


def as_arguments(batch):
    """Each text at some place of the command line."""
    batch = [string for string in batch if "\0" not in string and string]
    codes = (0, 1, 2, 3, 5)
    runs = [["evaluate", *("./" + string for string in batch[0::4])],
            ["check", *("./" + string for string in batch[1::4])],
            ["evaluate", "good0.json", *(word for string in batch[2::4] for word in ("--set", "/title=" + string))]]
    for number, string in enumerate(batch[3::4]):
        place = number % (len(ONE) + len(ONE_AFTER))
        if place < len(ONE):
            runs.append([*ONE[place], string])
        else:
            *words, before = ONE_AFTER[place - len(ONE)]
            runs.append([*words, before + string])
    for words in runs:
        check_shown(run(words, words[-1], codes), "an argument", words[-1])


with open(sys.argv[1], encoding="utf-8") as listed:
    strings = json.load(listed) + MORE
for begin in range(0, len(strings), BATCH):
    batch = strings[begin:begin + BATCH]
    good = [write_good(i, string) for i, string in enumerate(batch)]
    for form in FORMATS:
        results = look(["evaluate", *good, "-a", "pbr"], batch[0], form)
        for string, result in zip(batch, results or []):
            component = result["periods"][0]["components"][0]
            keys = [k["key"].get("hrg") for k in component["unpriced"]["keys"]]
            if component["total"] != "10.00" or keys != ["other " + (string if string.strip() else "blank")]:
                fail("a row of the table is not what it was", string, json.dumps(component["unpriced"]))
            if string.strip() and component["title"] != string:
                fail("JSON has changed a title", string, component["title"])
    look(["evaluate", *good, "-a", "capitation"], batch[0], FORMATS[begin // BATCH % 4])
    look(["evaluate", *good, "--group-by", "pod,hrg", "-a", "pbr"], batch[0], FORMATS[begin // BATCH % 2 * 3])
    look(["check", *good], batch[0], FORMATS[begin // BATCH % 4])
    write_all(batch)
    for verb in (["compare"], ["explain"], ["explain", "--row", "1"]):
        for form in FORMATS:
            look([verb[0], "all.json", *verb[1:]], batch[0], form, (0,))
    for number, string in enumerate(batch[begin // BATCH::8]):  # as the names of parties too
        look([("compare", "explain")[number % 2], good[begin // BATCH + 8 * number]], string, FORMATS[number % 4])
    as_arguments(batch)
    wrong = [write_wrong(begin + i, string) for i, string in enumerate(batch)]
    for form in FORMATS:
        look(["check", "--offline", *wrong], batch[0], form, (0, 3, 5))
    look(["evaluate", "--offline", *wrong], batch[0], FORMATS[begin // BATCH % 2], (0, 1, 3, 5))
    for name in wrong:
        os.remove(name)
if os.path.exists("bad"):
    fail("a shell has run", "touch bad")

print("\n".join(failures[:30]))
print(f"{len(failures)} failures" if failures else "nothing amiss")
sys.exit(1 if failures else 0)
