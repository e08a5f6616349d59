#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What demo.sh shows, with a program that is built already.

    demo.py RECKON SOURCE_DIR SCRATCH

It runs in a copy of the tree's files, in which `cmake` has nothing to do: figures, a bar that
is ASCII where the terminal is not UTF-8, a sentence for the board, and as its last line the report
and the workbook, which are there. It leaves nothing outside build/.
"""
import os
import pathlib
import shutil
import subprocess
import sys


def main(reckon, source, scratch):
    reckon, source, scratch = (pathlib.Path(p).resolve() for p in (reckon, source, scratch))
    shutil.rmtree(scratch, ignore_errors=True)
    tree, programs = scratch / "tree", scratch / "bin"
    (tree / "build").mkdir(parents=True)
    programs.mkdir()
    for entry in ("demo.sh", "scripts", "configs"):
        copy = shutil.copytree if (source / entry).is_dir() else shutil.copy
        copy(source / entry, tree / entry)
    for entry in reckon.parent.iterdir():
        if entry.name in ("reckon", "rules", "report"):
            (tree / "build" / entry.name).symlink_to(entry)
    (programs / "cmake").write_text("#!/bin/sh\nexit 0\n", encoding="ascii")
    (programs / "cmake").chmod(0o755)
    before = {p for p in tree.rglob("*") if "build" not in p.relative_to(tree).parts[:1]}
    problems = []
    for locale, block in (("C.UTF-8", "\u2588"), ("C", "#")):
        environment = {**os.environ, "LC_ALL": locale, "PATH": f"{programs}:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "demo.sh"], cwd=tree, env=environment, capture_output=True, check=False)
        text = done.stdout.decode("utf-8")
        lines = text.rstrip("\n").split("\n")
        wanted = ["national-prices  216,430,607", "block            205,000,000", f"|{block * 6} 1.9",
                  f"{block * 28}|", "For the board: ", "9.5m short"]
        problems += [f"{locale}: no '{w}'" for w in wanted if w not in text]
        if done.returncode != 0:
            problems.append(f"{locale}: exit {done.returncode}: {done.stderr.decode()[-500:]}")
        if "report.html" not in lines[-1] or "report.xlsx" not in lines[-1]:
            problems.append(f"{locale}: the last line is '{lines[-1]}'")
        for name in ("report.html", "report.xlsx"):
            if not (tree / "build" / "demo" / name).exists():
                problems.append(f"{locale}: no {name}")
        if locale == "C" and not text.isascii():
            problems.append("C: not ASCII")
    after = {p for p in tree.rglob("*") if "build" not in p.relative_to(tree).parts[:1]}
    problems += [f"leaves {p.relative_to(tree)}" for p in sorted(after - before) if "__pycache__" not in p.parts]
    print("\n".join([*problems, text if problems else f"{len(lines)} lines, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
