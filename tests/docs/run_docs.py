#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs what the documentation tells its readers to run.

    run_docs.py SOURCE_DIR BUILD_DIR SCRATCH_DIR [DOCUMENT...|!DOCUMENT...]

Of README.md, CONTRIBUTING.md, docs/*.md and docs/how-to/*.md (or the documents given, or all but
those after a `!`), in a copy of the tree's own files with `reckon` on the PATH:

    ```sh         each command must succeed; ```sh skip is left out, and counted
    ```console    commands after `$ `, each followed by exactly what it prints, on
                  either stream; a line `...` stands for any lines; what it exits
                  with is not looked at
    ```c file=X, ```json file=X (any language)
                  is written to the file X before the blocks after it run

The blocks of a document run in order in one shell, so that a `cd` holds. README.md must leave no
file outside build/. Links to files beside the document must lead somewhere.
"""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

COPIED = ("README.md", "CONTRIBUTING.md", "LICENSE", "configs", "docs", "include", "plugins", "framework/python")
FENCE = re.compile(r"^ {0,3}(`{3,})([^`]*)$")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
SECONDS = 300


class Block:
    def __init__(self, line, info):
        self.line = line  # of its first line of text
        self.info = info.split()
        self.lines = []

    def is_for(self, language):
        return self.info[:1] == [language] and "skip" not in self.info

    def file(self):
        return next((w[5:] for w in self.info if w.startswith("file=")), None)


def blocks_of(text):
    block = fence = None
    for number, line in enumerate(text.split("\n"), 1):
        mark = FENCE.match(line)
        if block is None:
            if mark:
                block, fence = Block(number + 1, mark[2]), mark[1]
        elif mark and mark[1].startswith(fence) and not mark[2].strip():
            yield block
            block = None
        else:
            block.lines.append(line)
    if block is not None:
        raise SystemExit(f"line {block.line - 1}: the block is not closed")


def console_steps(block):
    """(line, command, expected lines) of each `$ ` of a console block."""
    steps = []
    continued = False
    for number, line in enumerate(block.lines, block.line):
        if continued:
            steps[-1][1] += "\n" + line.removeprefix("> ")
            continued = line.endswith("\\")
        elif line.startswith("$ "):
            steps.append([number, line[2:], []])
            continued = line.endswith("\\")
        elif steps:
            steps[-1][2].append(line)
        elif line.strip():
            raise SystemExit(f"line {number}: a console block begins with `$ `")
    return steps


def same(expected, found):
    """Whether lines match, `...` standing for any of them."""
    pattern = "".join(r"(?:.*\n)*" if line.strip() == "..." else re.escape(line.rstrip()) + r"\n"
                      for line in expected)
    return re.fullmatch(pattern, "".join(line.rstrip() + "\n" for line in found)) is not None


def strip_blank(lines):
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def script_of(blocks, folder):
    """One shell script of all blocks, and what each console step should print."""
    script = ["set -eE", f"at() {{ echo \"$1\" >{quoted(str(folder / 'line'))}; }}"]
    expected = []
    for block in blocks:
        if block.file():
            script += [f"at {block.line}", f"cat >{quoted(block.file())} <<'END_OF_BLOCK'",
                       *block.lines, "END_OF_BLOCK"]
        elif block.is_for("sh"):
            script += [f"at {block.line}", *block.lines]
        elif block.is_for("console"):
            for line, command, lines in console_steps(block):
                out = folder / f"out-{line}"
                script += [f"at {line}", "set +e", f"{{ {command}", f"}} >{quoted(str(out))} 2>&1",
                           "set -e"]
                expected.append((line, command, strip_blank(lines), out))
    return "\n".join(script) + "\n", expected


def run_document(name, text, tree, scratch, environment):
    """Runs the blocks of a document and returns what is wrong, as lines."""
    scratch.mkdir(parents=True)
    blocks = list(blocks_of(text))
    script, expected = script_of(blocks, scratch)
    if not any(b.file() or b.is_for("sh") or b.is_for("console") for b in blocks):
        return []
    path = scratch / "script.sh"
    path.write_text(script, encoding="utf-8")
    try:
        done = subprocess.run(["bash", str(path)], cwd=tree, env=environment, text=True, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS)
        output, failed = done.stdout, done.returncode != 0
    except subprocess.TimeoutExpired:
        output, failed = f"not done after {SECONDS} seconds", True
    wrong = []
    if failed:
        line = (scratch / "line").read_text(encoding="utf-8").strip()
        wrong.append(f"{name}:{line}: a command of this block failed\n{output[-3000:]}")
    for line, command, lines, out in expected:
        if not out.exists():
            continue  # a block before it failed, which was said
        found = strip_blank(out.read_text(encoding="utf-8", errors="replace").split("\n"))
        if not same(lines, found):
            wrong.append(f"{name}:{line}: $ {command}\n--- as documented\n" + "\n".join(lines) +
                         "\n--- as found\n" + "\n".join(found))
    return wrong


def dead_links(name, text, source):
    """Links to files that are not there; links elsewhere are nobody's here."""
    folder = (source / name).parent
    for number, line in enumerate(text.split("\n"), 1):
        for target in LINK.findall(line):
            path = target.split("#")[0]
            if path and not re.match(r"[a-z]+:", path) and not (folder / path).exists():
                yield f"{name}:{number}: leads nowhere: {target}"


def copy_tree(source, build, tree):
    """The files that a reader has, fresh for each document; `build` is the real one."""
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for entry in COPIED:
        path = source / entry
        if path.is_dir():
            shutil.copytree(path, tree / entry)
        elif path.exists():
            shutil.copy(path, tree / entry)
    # What is built is there, and a reader may write beside it.
    (tree / "build").mkdir()
    for entry in build.iterdir():
        (tree / "build" / entry.name).symlink_to(entry)


def files_of(tree):
    """Every file of a tree but those in build/, which git does not look at, with its content's digest."""
    return {path.relative_to(tree): hashlib.sha256(path.read_bytes()).digest() for path in tree.rglob("*")
            if path.is_file() and path.relative_to(tree).parts[0] != "build"}


def main(source, build, scratch, *given):
    source, build, scratch = (pathlib.Path(p).resolve() for p in (source, build, scratch))
    shutil.rmtree(scratch, ignore_errors=True)
    left_out = [name[1:] for name in given if name.startswith("!")]
    given = [name for name in given if not name.startswith("!")]
    names = given or [p.relative_to(source).as_posix()
                      for p in (source / "README.md", source / "CONTRIBUTING.md",
                                *sorted((source / "docs").glob("*.md")),
                                *sorted((source / "docs" / "how-to").glob("*.md")))
                      if p.exists()]
    names = [name for name in names if name not in left_out]
    if not names:
        print("skipped: there is no documentation")
        return 77
    environment = {"PATH": f"{build}:{os.environ['PATH']}", "HOME": str(scratch / "home"),
                   "XDG_CACHE_HOME": str(scratch / "home/cache"), "LC_ALL": "C.UTF-8",
                   "TERM": "dumb"}
    wrong = []
    for name in names:
        text = (source / name).read_text(encoding="utf-8")
        own = scratch / name.replace("/", "-")
        (scratch / "home/cache").mkdir(parents=True, exist_ok=True)
        copy_tree(source, build, own / "tree")
        before = files_of(own / "tree")
        found = run_document(name, text, own / "tree", own / "run", environment)
        if name == "README.md":  # who reads it literally has a clean tree afterwards
            after = files_of(own / "tree")
            found += [f"{name}: leaves {path}" for path in sorted(after) if after[path] != before.get(path)]
        found += dead_links(name, text, source)
        blocks = list(blocks_of(text))
        ran = sum(b.is_for("sh") or b.is_for("console") for b in blocks)
        left = sum("skip" in b.info and b.info[0] in ("sh", "console") for b in blocks)
        print(f"{name}: {ran} blocks run, {left} left out, {len(found)} wrong")
        wrong += found
    print("".join(f"\n{w}\n" for w in wrong), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
