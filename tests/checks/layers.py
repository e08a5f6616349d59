#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Includes point downwards only, and cJSON stays inside.

    layers.py SOURCE_DIR

The rooms of framework/, from the top: cli, report, engine, contract, rules, data,
base. A room includes itself and those below it; cli includes the public headers
alone, and a plugin reckoner/plugin.h alone.
"""
import pathlib
import re
import sys

ROOMS = ("report", "engine", "contract", "rules", "data", "base")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)

# Look-ups that take keys regardless of case, and the hooks of the whole program.
# cJSON_Compare's last argument decides, so it is looked at in review.
CJSON = {
    "cJSON_InitHooks": "belongs to the embedding program",
    "cJSON_GetObjectItem": "disregards case: cJSON_GetObjectItemCaseSensitive",
    "cJSON_HasObjectItem": "disregards case: cJSON_GetObjectItemCaseSensitive",
    "cJSON_DeleteItemFromObject": "disregards case: cJSON_DeleteItemFromObjectCaseSensitive",
    "cJSON_DetachItemFromObject": "disregards case: cJSON_DetachItemFromObjectCaseSensitive",
    "cJSON_ReplaceItemInObject": "disregards case: cJSON_ReplaceItemInObjectCaseSensitive",
}


def may_include(folder, header):
    """Whether a file in a folder of the tree may include one of our headers."""
    parts = folder.split("/")
    if ".." in header.split("/"):
        return False
    if parts[0] == "plugins":
        return header == "reckoner/plugin.h"
    if parts[0] == "include":
        return "/" not in header or header.startswith("reckoner/")
    if header.startswith("reckoner/"):
        return True
    if parts[1] == "cli":  # its own headers lie beside the file
        return "/" not in header or header.startswith("cli/")
    room = header.split("/")[0] if "/" in header else parts[1]
    return room in ROOMS and ROOMS.index(room) >= ROOMS.index(parts[1])


def is_ours(quote, header):
    return quote == '"' or header.startswith("reckoner/")


def problems_of(folder, text):
    for quote, header in INCLUDE.findall(text):
        if is_ours(quote, header) and not may_include(folder, header):
            yield f"includes {header}"
    code = COMMENT.sub(" ", text)
    if folder.startswith(("include", "plugins", "framework/cli")) and "cjson" in code.lower():
        yield "names cJSON, which stays inside the library"
    for name, why in CJSON.items():
        if re.search(rf"\b{name}\b", code):
            yield f"calls {name}, which {why}"


SELF_TEST = (  # folder, text, whether something is wrong with it
    ("plugins/block", '#include "reckoner/plugin.h"', False),
    ("plugins/block", "#include <reckoner/plugin.h>", False),
    ("plugins/block", "#include <reckoner/reckoner.h>", True),
    ("plugins/block", '#include "base/alloc.h"', True),
    ("framework/cli", '#include "cli/options.h"', False),
    ("framework/cli", '#include <reckoner/reckoner.h>', False),
    ("framework/cli", '#include "base/text.h"', True),
    ("framework/cli", '#include "reckoner/../../framework/base/text.h"', True),
    ("framework/data", '#include "base/text.h"', False),
    ("framework/data", '  # include "rules/load.h"', True),
    ("framework/data", '#include "../rules/load.h"', True),
    ("framework/base", '#include "data/json.h"', True),
    ("framework/report", '#include "engine/result.h"', False),
    ("framework/engine", '#include "report/report.h"', True),
    ("include/reckoner", "#include <cjson/cJSON.h>", True),
    ("include/reckoner", "/* never calls cJSON_InitHooks */", False),
    ("framework/data", "x = cJSON_GetObjectItem(a, b);", True),
    ("framework/data", "x = cJSON_GetObjectItemCaseSensitive(a, b);", False),
    ("framework/data", "cJSON_InitHooks(&hooks);", True),
)


def self_test():
    wrong = [case for case in SELF_TEST if bool(list(problems_of(case[0], case[1]))) != case[2]]
    for folder, text, expected in wrong:
        print(f"self-test: {folder}: {text}: should {'' if expected else 'not '}be refused")
    return not wrong


def main(source):
    found = 0
    top = pathlib.Path(source)
    files = [f for room in ("include", "framework", "plugins")
             for f in sorted((top / room).rglob("*.[ch]"))]
    for path in files:
        folder = path.parent.relative_to(top).as_posix()
        for problem in problems_of(folder, path.read_text(encoding="utf-8")):
            print(f"{path.relative_to(top)}: {problem}")
            found += 1
    print(f"{len(files)} files, {found} includes or calls out of place")
    return 1 if found or not files or not self_test() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
