#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What every source file keeps to: its licence line, a length that one sitting
reads, no marks of unfinished work, no paths of one machine.

    sources.py SOURCE_DIR
"""
import pathlib
import re
import sys

LICENCE = "SPDX-License-Identifier: MIT"
MOST_LINES = 600
MOST_TEST_LINES = 800  # tables of cases are long, and read like one
CODE = {".c", ".h", ".cc", ".py", ".sh", ".cmake"}
PROSE = {".md", ".1", ".json", ".csv", ".in"}
NAMES = {"CMakeLists.txt", ".clang-format", ".clang-tidy"}

# Spelled in pieces, so that this file does not find itself.
FORBIDDEN = (
    (re.compile(r"\b(TO" r"DO|FIX" r"ME|HA" r"CK)\b"), "a mark of unfinished work"),
    (re.compile(r"^(<{7}|>{7}|={7})( |$)"), "a mark of a merge"),
    (re.compile(r"(?<![\w.~-])/(home|root|work|Users)/\w"), "a path of one machine"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"), "a private key"),
)


def is_script(path):
    """A file without a suffix that begins with a #! line."""
    if path.suffix or not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(2) == b"#!"


def files_of(top):
    """Every file of the tree that is ours to write, build folders left out."""
    for entry in sorted(top.iterdir()):
        name = entry.name
        if name.startswith("build") or name in (".git", ".cache", ".vscode", ".idea"):
            continue
        if entry.is_file():
            yield entry
        elif entry.is_dir():
            yield from (f for f in sorted(entry.rglob("*"))
                        if f.is_file() and "__pycache__" not in f.parts)


def problems_of(path):
    code = path.suffix in CODE or path.name in NAMES or is_script(path)
    if not code and path.suffix not in PROSE:
        return
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    if code and not any(LICENCE in line for line in lines[:5]):
        yield 1, f"lacks the line '{LICENCE}'"
    most = MOST_TEST_LINES if "unit" in path.parts else MOST_LINES
    if code and len(lines) - 1 > most:
        yield len(lines) - 1, f"longer than {most} lines"
    for number, line in enumerate(lines, 1):
        for pattern, what in FORBIDDEN:
            if pattern.search(line):
                yield number, what


def main(source):
    top = pathlib.Path(source)
    found = files = 0
    for path in files_of(top):
        files += 1
        for line, what in problems_of(path):
            print(f"{path.relative_to(top)}:{line}: {what}")
            found += 1
    print(f"{files} files, {found} problems")
    return 1 if found or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
