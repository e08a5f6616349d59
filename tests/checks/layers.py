#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that each room of framework/ uses only the rooms that it may use.

    layers.py SOURCE_DIR BUILD_DIR

ALLOWED is the architecture: each room with the rooms that it may use. The check reads
both the #include lines of the sources and the symbols of the compiled objects, so that
a declaration by hand hides nothing. It fails on an arrow that is not allowed and on any
circle of more than two files inside a room. cli includes only public headers, and a
plugin only reckoner/plugin.h and headers of its own folder. What cli and report use of
results is public (rk_...), so that an embedder can write every report that the library
writes.
"""
import collections
import pathlib
import re
import subprocess
import sys

# Bottom up. "rest" stands for all rooms above the room's own line.
ALLOWED = {
    "base": "",
    "number": "base",
    "finding": "base number",
    "page": "base number",
    "json": "base number page",
    "access": "base json",
    "csv": "base",
    "totals": "base",
    "workbook": "base",
    "table": "base number finding json access csv workbook",
    "scan": "base number finding json csv table",
    "fetch": "base json access",
    "tariff": "base number json access csv table fetch",
    "import": "base json csv workbook table",
    "formula": "base number json",
    "rules": "base number json table formula",
    "manual": "base number page json rules",
    "contract": "base number finding json access csv table fetch tariff rules",
    "ledger": "base number finding json access csv totals table fetch tariff rules contract",
    "rows": "base number finding json access csv totals workbook table scan fetch tariff rules contract ledger",
    "evaluate": "base number finding json access csv totals table scan fetch tariff rules contract ledger rows",
    "variance": "base number finding json access csv totals table scan fetch tariff rules contract ledger rows"
                " evaluate",
    "diff": "base number json access csv table fetch tariff rules contract",
    "system": "base number finding json access csv totals table scan fetch tariff rules contract ledger rows"
              " evaluate",
    "vectors": "base number finding json access csv totals table scan fetch tariff rules contract ledger rows"
               " evaluate system report",
    "questions": "base number finding page json access csv totals table scan fetch tariff import rules manual contract"
                 " ledger rows evaluate diff system vectors",
    "inspect": "base number page json access csv table scan rules contract",
    "pack": "base number page workbook",
    "report": "base number page json csv pack",
    "trial": "base number page json table rules contract ledger rows evaluate",
    "replay": "base number page json access contract report",
    "doctor": "base page json rules access fetch",
    "batch": "rest",
    "cli": "",
}
ALLOWED = {room: set(ALLOWED) - {"batch", "cli"} if rooms == "rest" else set(rooms.split())
           for room, rooms in ALLOWED.items()}
# Rooms that reach the others by public symbols, and those that they may reach.
BY_PUBLIC = {"replay": {"evaluate", "ledger", "system"}, "cli": set(ALLOWED), "trial": {"report", "vectors"}, "report": set(ALLOWED) - {"batch", "cli"}}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
PUBLIC = re.compile(r"rk_[a-z]")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)

# Lookups that take keys regardless of case, and the hooks of the whole program.
# cJSON_Compare's last argument decides, so it is looked at in review.
CJSON = {
    "cJSON_InitHooks": "belongs to the embedding program",
    "cJSON_GetObjectItem": "disregards case: cJSON_GetObjectItemCaseSensitive",
    "cJSON_HasObjectItem": "disregards case: cJSON_GetObjectItemCaseSensitive",
    "cJSON_DeleteItemFromObject": "disregards case: cJSON_DeleteItemFromObjectCaseSensitive",
    "cJSON_DetachItemFromObject": "disregards case: cJSON_DetachItemFromObjectCaseSensitive",
    "cJSON_ReplaceItemInObject": "disregards case: cJSON_ReplaceItemInObjectCaseSensitive",
}


# ------------------------------------------------------------------- includes

def may_include(folder, header):
    """Whether a file in a folder of the tree may include one of our headers."""
    parts = folder.split("/")
    if ".." in header.split("/"):
        return False
    if parts[0] == "plugins":
        return header == "reckoner/plugin.h" or "/" not in header
    if parts[0] == "include":
        return "/" not in header or header.startswith("reckoner/")
    if header.startswith("reckoner/"):
        return True
    room = header.split("/")[0] if "/" in header else parts[1]
    return room == parts[1] or room in ALLOWED.get(parts[1], ())


def is_ours(quote, header):
    return quote == '"' or header.startswith("reckoner/")


def problems_of(folder, text):
    """What is wrong with the text of a file in a folder of the tree."""
    parts = folder.split("/")
    if parts[0] == "framework" and parts[1] not in ALLOWED:
        yield f"is in a room that the table does not have: {parts[1]}"
    for quote, header in INCLUDE.findall(text):
        if is_ours(quote, header) and not may_include(folder, header):
            yield f"includes {header}"
    code = COMMENT.sub(" ", text)
    if folder.startswith(("include", "plugins", "framework/cli")) and "cjson" in code.lower():
        yield "names cJSON, which stays inside the library"
    for name, why in CJSON.items():
        if re.search(rf"\b{name}\b", code):
            yield f"calls {name}, which {why}"


# -------------------------------------------------------------------- symbols

def room_of(file):
    return file.split("/")[1]


def arrows(defined, wanted):
    """Who uses whose symbols: {file: {other file: {symbol}}}."""
    owner = {symbol: file for file, symbols in defined.items() for symbol in symbols}
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    for file, symbols in wanted.items():
        for symbol in symbols:
            if owner.get(symbol, file) != file:
                found[file][owner[symbol]].add(symbol)
    return found


def forbidden(uses):
    for file, others in sorted(uses.items()):
        for other, symbols in sorted(others.items()):
            rooms = room_of(file), room_of(other)
            if rooms[1] in BY_PUBLIC.get(rooms[0], ()):
                symbols = {s for s in symbols if not PUBLIC.match(s)}
            if symbols and rooms[0] != rooms[1] and rooms[1] not in ALLOWED.get(rooms[0], ()):
                yield f"{file}: uses {', '.join(sorted(symbols))} of {other}"


def circles(uses):
    """Groups of more than two files of one room that all reach each other."""
    files = sorted(set(uses) | {o for others in uses.values() for o in others})
    after = {f: sorted(o for o in uses.get(f, ()) if room_of(o) == room_of(f)) for f in files}
    reach = {}
    for f in files:
        seen, todo = set(), list(after[f])
        while todo:
            g = todo.pop()
            if g not in seen:
                seen.add(g)
                todo += after[g]
        reach[f] = seen
    groups = {frozenset([f] + [g for g in reach[f] if f in reach[g]]) for f in files}
    for group in sorted(map(sorted, groups)):
        if len(group) > 2:
            yield f"a circle of {len(group)} files: {', '.join(group)}"


def objects(source, build):
    """The symbols of each compiled file of framework/: those defined, those undefined."""
    defined, wanted = collections.defaultdict(set), collections.defaultdict(set)
    top = pathlib.Path(build) / "CMakeFiles"
    paths = [path.relative_to(top) for path in top.glob("*.dir/framework/**/*.c.o")]
    files = sorted(p for p in paths if source.joinpath(*p.parts[1:]).with_suffix("").exists())
    out = subprocess.run(["nm", "-P", "-A", *files], cwd=top, capture_output=True, text=True,
                         check=True).stdout
    for line in out.splitlines():
        path, name, kind = line.split()[:3]
        file = path.split("/", 1)[1][:-len(".o:")]
        if kind in "TDRBVWC":
            defined[file].add(name)
        elif kind == "U":
            wanted[file].add(name)
    return defined, wanted


# ------------------------------------------------------------------ self-test

INCLUDE_CASES = (  # folder, text, whether something is wrong with it
    ("plugins/block", '#include "reckoner/plugin.h"', False),
    ("plugins/block", "#include <reckoner/plugin.h>", False),
    ("plugins/block", "#include <reckoner/reckoner.h>", True),
    ("plugins/block", '#include "base/alloc.h"', True),
    ("plugins/block", '#include "tables.h"', False),
    ("plugins/block", '#include "../pbr/tables.h"', True),
    ("framework/cli", '#include "cli/options.h"', False),
    ("framework/cli", '#include <reckoner/reckoner.h>', False),
    ("framework/cli", '#include "base/text.h"', True),
    ("framework/cli", '#include "reckoner/../../framework/base/text.h"', True),
    ("framework/table", '#include "base/text.h"', False),
    ("framework/table", '  # include "rules/load.h"', True),
    ("framework/table", '#include "../rules/load.h"', True),
    ("framework/base", '#include "json/json.h"', True),
    ("framework/elsewhere", "", True),
    ("framework/report", '#include "ledger/result.h"', True),
    ("framework/report", '#include "json/json.h"', False),
    ("framework/report", '#include "batch/batch.h"', True),
    ("framework/batch", '#include "report/report.h"', False),
    ("framework/ledger", '#include "report/report.h"', True),
    ("include/reckoner", "#include <cjson/cJSON.h>", True),
    ("include/reckoner", "/* never calls cJSON_InitHooks */", False),
    ("framework/json", "x = cJSON_GetObjectItem(a, b);", True),
    ("framework/json", "x = cJSON_GetObjectItemCaseSensitive(a, b);", False),
    ("framework/json", "cJSON_InitHooks(&hooks);", True),
)
A, B, C, J, R, T, U, V = (f"framework/{f}.c"
                          for f in ("batch/a", "base/b", "cli/c", "json/j", "report/r",
                                    "table/t", "table/u", "table/v"))
SYMBOL_CASES = (  # what each file defines, what it uses, how many problems
    ({B: {"b"}, J: {"j"}}, {B: set(), J: {"b", "malloc"}}, 0),
    ({B: {"b"}, J: {"j"}}, {B: {"j"}, J: set()}, 1),
    ({B: {"b"}, C: set()}, {B: set(), C: {"rk_b"}}, 0),
    ({B: {"rk_b"}, C: set()}, {B: set(), C: {"rk_b"}}, 0),
    ({B: {"rk__b"}, C: set()}, {B: set(), C: {"rk__b"}}, 1),
    ({R: set(), T: {"rk_t"}}, {R: {"rk_t"}, T: set()}, 0),
    ({R: set(), T: {"rk__t"}}, {R: {"rk__t"}, T: set()}, 1),
    ({A: {"rk_a"}, R: set()}, {A: set(), R: {"rk_a"}}, 1),
    ({A: set(), R: {"rk__r"}}, {A: {"rk__r"}, R: set()}, 0),
    ({T: {"t"}, U: {"u"}, V: {"v"}}, {T: {"u"}, U: {"t"}, V: {"t"}}, 0),
    ({T: {"t"}, U: {"u"}, V: {"v"}}, {T: {"u"}, U: {"v"}, V: {"t"}}, 1),
)


def self_test():
    wrong = [case for case in INCLUDE_CASES
             if bool(list(problems_of(case[0], case[1]))) != case[2]]
    for case in SYMBOL_CASES:
        uses = arrows(case[0], case[1])
        if len([*forbidden(uses), *circles(uses)]) != case[2]:
            wrong.append(case)
    for case in wrong:
        print(f"self-test: unexpected outcome of {case}")
    return not wrong


def main(source, build):
    found = []
    top = pathlib.Path(source)
    files = [f for part in ("include", "framework", "plugins")
             for f in sorted((top / part).rglob("*.[ch]"))]
    for path in files:
        folder = path.parent.relative_to(top).as_posix()
        found += [f"{path.relative_to(top)}: {problem}"
                  for problem in problems_of(folder, path.read_text(encoding="utf-8"))]
    defined, wanted = objects(top, build)
    uses = arrows(defined, wanted)
    found += [*forbidden(uses), *circles(uses)]
    missing = {f.relative_to(top).as_posix() for f in files
               if f.suffix == ".c" and f.relative_to(top).parts[0] == "framework"} - set(defined)
    found += [f"{file}: has no object in {build}" for file in sorted(missing)]
    print("\n".join(found + [f"{len(files)} files, {len(found)} uses out of place"]))
    return 1 if found or not files or not self_test() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
