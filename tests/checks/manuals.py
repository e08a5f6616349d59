#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the manual pages have the commands and options that the command has.

    manuals.py RECKON DOCS_MAN_DIR

Help is made from the tables that the command line is parsed by. reckon.1 must list each
command and each option of all commands, with its letter, and reckon-VERB.1 each option of
the verb's own; both may describe options again, but none that the command does not take.
"""
import pathlib
import re
import subprocess
import sys

HELP = re.compile(r"^  (?:-(?P<letter>.), |    )--(?P<name>[a-z0-9-]+)(?: (?P<value>\S+))?", re.MULTILINE)
COMMAND = re.compile(r"^  ([a-z]+) +\S", re.MULTILINE)
ITEM = re.compile(r"^\.It (?:Fl (?P<letter>\w) , )?Fl -(?P<name>[a-z0-9-]+)(?: (?P<value>.*))?$", re.MULTILINE)


def run(reckon, *words):
    return subprocess.run([reckon, *words], capture_output=True, text=True, check=True).stdout


def options(pattern, text):
    """{name: (letter, whether it takes a value)}"""
    return {m["name"]: (m["letter"], m["value"] is not None) for m in pattern.finditer(text)}


def differences(listed, required, allowed):
    for name, what in required.items():
        if name not in listed:
            yield f"lacks --{name}"
    for name, what in listed.items():
        if name not in allowed:
            yield f"has --{name}, which is not an option of it"
        elif what != allowed[name]:
            yield f"has --{name} with {what}, not {allowed[name]} (letter, whether it takes a value)"


def main(reckon, folder):
    pages = {path.stem: path.read_text(encoding="utf-8") for path in pathlib.Path(folder).glob("*.1")}
    overview = run(reckon, "--help")
    common = options(HELP, overview)
    verbs = COMMAND.findall(overview.split("\nOptions")[0])
    found = [f"reckon.1: {d}" for d in differences(options(ITEM, pages.pop("reckon")), common, common)]
    main_page = pathlib.Path(folder, "reckon.1").read_text(encoding="utf-8")
    for verb in verbs:
        for mark in (f".It Cm {verb}\n", f".Xr reckon-{verb} 1"):
            if mark not in main_page:
                found.append(f"reckon.1: lacks '{mark.strip()}'")
        page = pages.pop(f"reckon-{verb}", None)
        if page is None:
            found.append(f"reckon-{verb}.1: is not there")
            continue
        taken = {**common, **options(HELP, run(reckon, verb, "--help"))}
        own = {name: what for name, what in taken.items() if name not in common}
        found += [f"reckon-{verb}.1: {d}" for d in differences(options(ITEM, page), own, taken)]
    found += [f"{page}.1: is of no command" for page in pages]
    print("\n".join([*found, f"{len(verbs)} commands, {len(found)} differences"]))
    return 1 if found or not verbs else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
