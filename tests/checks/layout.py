#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The interface's layout: include/reckoner/layout.json is what plugin.h has, with every
compiler that is here, and each earlier version's layout is the beginning of it.

    layout.py SOURCE_DIR SCRATCH_DIR
"""
import json
import pathlib
import shutil
import subprocess
import sys


def main(source, scratch):
    source, scratch = pathlib.Path(source), pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    kept = (source / "include/reckoner/layout.json").read_text()
    now = json.loads(kept)["structs"]
    failed = 0
    for compiler in filter(shutil.which, ("gcc", "clang")):
        program = scratch / f"layout-{compiler}"
        subprocess.run([compiler, "-std=c11", "-I", source / "include",
                        source / "tests/checks/layout.c", "-o", program], check=True)
        if subprocess.run([program], text=True, stdout=subprocess.PIPE, check=True).stdout != kept:
            print(f"layout.json differs from plugin.h as {compiler} lays it out; run {program}")
            failed = 1
    for path in sorted(source.glob("tests/abi/*/layout.json")):
        for name, members in json.loads(path.read_text())["structs"].items():
            for member, offset in members.items():
                found = now.get(name, {}).get(member, -1)
                if found < offset if member == "sizeof" else found != offset:
                    print(f"{path.parent.name}: {name}.{member} was {offset}, is {found}")
                    failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
