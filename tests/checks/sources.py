#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What every source file keeps to: its licence line, a length that one sitting
reads, no marks of unfinished work, no paths of one machine; nothing built or huge.
Each path that docs/architecture.md names exists, and every function of a public header
has a comment of its own directly above it.

    sources.py SOURCE_DIR
"""
import pathlib
import re
import subprocess
import sys

LICENCE = "SPDX-License-Identifier: MIT"
MOST_LINES = 600
MOST_TEST_LINES = 800  # tables of cases are long, and read like one
MOST_BYTES = 2_000_000  # what is larger is made when it is needed
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


# A function's first line in a public header: of the library, inline, or of rk_host.
FUNCTION = re.compile(r"(RK_API .*|static inline .*|    \w[\w *]*\(\*)\b\w+\)?\(")


def uncommented(lines):
    """Functions of a public header without a comment directly above them."""
    struct = False
    for number, line in enumerate(lines, 1):
        struct = line.startswith("struct rk_host {") or struct and not line.startswith("}")
        above = lines[number - 2].strip() if number > 1 else ""
        if FUNCTION.match(line) and (struct or not line.startswith(" ")) \
                and not (above.startswith(("/*", "*")) and above.endswith("*/")):
            yield number, "a public function without a comment directly above it"


def is_script(path):
    """A file without a suffix that begins with a #! line."""
    if path.suffix or not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(2) == b"#!"


def files_of(top):
    """Every file that is kept, or would be: what git names, or else all that lies
    here outside build folders."""
    try:
        listed = subprocess.run(["git", "-C", str(top), "ls-files", "-z", "--cached", "--others",
                                 "--exclude-standard"], capture_output=True, check=True).stdout
        paths = [top / name.decode() for name in listed.split(b"\0") if name]
    except (OSError, subprocess.CalledProcessError):  # no git, or no checkout of it
        paths = [path for path in top.rglob("*")
                 if not re.match(r"build|\.git$|\.cache$", path.relative_to(top).parts[0])]
    return [path for path in sorted(set(paths))
            if path.is_file() and "__pycache__" not in path.parts]


def problems_of(path):
    with path.open("rb") as stream:
        if stream.read(4) == b"\x7fELF":
            if "abi" not in path.parts:  # rules of earlier releases are kept as they were built
                yield 1, "a binary"
            return
    if path.stat().st_size > MOST_BYTES:
        yield 1, f"larger than {MOST_BYTES} bytes"
        return
    code = path.suffix in CODE or path.name in NAMES or is_script(path)
    if not code and path.suffix not in PROSE:
        return
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    if code and not any(LICENCE in line for line in lines[:5]):
        yield 1, f"lacks the line '{LICENCE}'"
    most = MOST_TEST_LINES if "unit" in path.parts else MOST_LINES
    if code and len(lines) - 1 > most:
        yield len(lines) - 1, f"longer than {most} lines"
    if path.parent.name == "reckoner" and path.suffix == ".h":
        yield from uncommented(lines)
    for number, line in enumerate(lines, 1):
        for pattern, what in FORBIDDEN:
            if pattern.search(line):
                yield number, what


# A path from the top of the tree, or a link from docs/; * stands for any name.
NAMED = re.compile(r"(?<![\w./-])((?:cmake|configs|docs|framework|include|plugins|scripts|tests)/[\w./*-]*)"
                   r"|\]\(([^)#:]+)\)")


def missing_paths(top, page):
    """The lines of a page in docs/ that name a path which does not exist."""
    if not page.exists():
        return
    for number, line in enumerate(page.read_text(encoding="utf-8").split("\n"), 1):
        for path, link in NAMED.findall(line):
            path = path.rstrip(".") or f"docs/{link}"
            if not (top / path).exists() and not any(top.glob(path)):
                yield number, f"names '{path}', which does not exist"


HEADER = """/* Of the first. */
RK_API int rk_a(void);
RK_API const char *rk_b(int x,
                        int y);
static inline int rk_c(void)
struct rk_host {
    size_t size;
    /* Of this one. */
    rk_num (*add)(const rk_host *h, rk_num a);
    int (*sign)(const rk_host *h, rk_num a); /* behind it */
    bool (*has)(const rk_host *h);
};
    int (*check)(const rk_host *h);
"""


def main(source):
    top = pathlib.Path(source)
    if [number for number, _ in uncommented(HEADER.split("\n"))] != [3, 5, 10, 11]:
        print("self-test: the functions without comments are not those expected")
        return 1
    found = files = 0
    for path in files_of(top):
        files += 1
        for line, what in problems_of(path):
            print(f"{path.relative_to(top)}:{line}: {what}")
            found += 1
    architecture = top / "docs/architecture.md"
    for line, what in missing_paths(top, architecture):
        print(f"{architecture.relative_to(top)}:{line}: {what}")
        found += 1
    print(f"{files} files, {found} problems")
    return 1 if found or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
