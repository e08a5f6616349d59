#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command as a user meets it: what it prints and how it exits.

    tests/golden/run.py [--update] [--build DIR] [CASE or PATTERN or !PATTERN...]

A case is a folder of cases/. Its `cmd` is a bash script, run in a copy of the folder (with
the files of common/ beside it); what it prints and how it exits must equal `stdout`,
`stderr` and `code` (absent: nothing printed, exit code 0). --update writes those three
from the run; read the difference before you commit it. A cmd that exits with 77 is
skipped, and the last line of its standard output says why. !PATTERN leaves cases out.

What differs from machine to machine is replaced before it is compared: the folders of the
build and the sources, ports of servers, and the digests and sizes of rules, which depend
on the compiler.
"""
import concurrent.futures
import difflib
import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

GOLDEN = pathlib.Path(__file__).resolve().parent
SOURCE = GOLDEN.parent.parent
PARTS = ("stdout", "stderr", "code")


def same_everywhere(text, work, build):
    for folder, name in ((work, b"WORK"), (build, b"BUILD"), (SOURCE, b"SOURCE")):
        text = text.replace(os.fsencode(folder), name)
    text = re.sub(rb"(127\.0\.0\.1|localhost|\[::1\]):[0-9]{2,5}", rb"\1:PORT", text)
    text = re.sub(rb"port [0-9]+ after [0-9]+ ms", b"port PORT after N ms", text)
    return re.sub(rb'("file": "[^"]*\.so", "sha256": ")[0-9a-f]{64}', rb"\1SHA256", text)


def environment(work, build, scratch):
    """Nothing of the caller's but what it takes to find programs and a compiler."""
    given = os.environ
    return {"PATH": f"{build}:{given['PATH']}", "HOME": f"{scratch}/home", "XDG_CACHE_HOME": f"{work}/.cache",
            "LC_ALL": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(scratch), "CC": given.get("CC", "cc"),
            "ASAN_OPTIONS": given.get("ASAN_OPTIONS", ""), "UBSAN_OPTIONS": given.get("UBSAN_OPTIONS", ""),
            "SOURCE": str(SOURCE), "BUILD": str(build), "PYTHON": sys.executable,
            "RK_SHARED": given.get("RK_SHARED", f"{SOURCE}/../shared"), "BASH_ENV": f"{GOLDEN}/prelude.sh"}


def copy_case(case, work):
    """The case's folder over the common files, readable whatever the caller's umask is."""
    for origin in (GOLDEN / "common", case):
        shutil.copytree(origin, work, symlinks=True, dirs_exist_ok=True)
    for name in ("cmd", *PARTS):
        (work / name).unlink(missing_ok=True)
    for path in [work, *work.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o044 | (0o011 if mode & 0o100 else 0))


def remove(folder):
    """Also of folders that the case has locked."""
    subprocess.run(["chmod", "-R", "u+rwX", folder], check=True)
    shutil.rmtree(folder)


def run_case(case, build, scratch):
    """What a case printed on both streams, and its exit code, as three texts."""
    work = scratch / case.name
    copy_case(case, work)
    done = subprocess.run(["bash", case / "cmd"], cwd=work, env=environment(work, build, scratch),
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)
    remove(work)
    return [*(same_everywhere(text, work, build) for text in (done.stdout, done.stderr)),
            b"%d\n" % done.returncode]


def expected(path):
    """The content of an expectation, or what an absent one means."""
    return path.read_bytes() if path.exists() else b"0\n" if path.name == "code" else b""


def lines(text):
    return text.decode("utf-8", "backslashreplace").split("\n")


def compare(case, found, update):
    """Whether a case did as expected; shows the differences, or writes them."""
    good = True
    for part, text in zip(PARTS, found):
        path = case / part
        if expected(path) == text:
            continue
        if update:
            path.unlink(missing_ok=True)
            if expected(path) != text:
                path.write_bytes(text)
            print(f"updated {case.name}/{part}")
            continue
        good = False
        print(f"FAILED {case.name}: {part} (- expected, + found)")
        difference = difflib.unified_diff(lines(expected(path)), lines(text), "expected", "found", lineterm="")
        print("\n".join(list(difference)[:60]))
    return good


def chosen(patterns):
    """The cases that the patterns name, in order; all of them for no pattern."""
    cases = sorted(path.parent for path in (GOLDEN / "cases").glob("*/cmd"))
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    for pattern in wanted:
        if not fnmatch.filter([case.name for case in cases], pattern):
            sys.exit(f"run.py: no case is named '{pattern}'")
    return [case for case in cases
            if (not wanted or any(fnmatch.fnmatch(case.name, pattern) for pattern in wanted))
            and not any(fnmatch.fnmatch(case.name, pattern[1:]) for pattern in patterns if pattern[0] == "!")]


def main(words):
    build, update, patterns = SOURCE / "build", False, []
    while words:
        word = words.pop(0)
        if word == "--build" and words:
            build = pathlib.Path(words.pop(0)).resolve()
        elif word == "--update":
            update = True
        elif word.startswith("-"):
            sys.exit(__doc__)
        else:
            patterns.append(word)
    if not os.access(build / "reckon", os.X_OK):
        sys.exit(f"run.py: no '{build}/reckon'; build first, or name the build by --build")
    os.umask(0o022)
    cases = chosen(patterns)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="golden."))
    # Several at a time: some wait for servers that do not answer.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda case: run_case(case, build, scratch), cases))
    remove(scratch)
    count = {"passed": 0, "failed": 0, "skipped": 0}
    for case, found in zip(cases, outcomes):
        if found[2] == b"77\n":
            print(f"skipped: {case.name}: {lines(found[0])[-2]}")
            count["skipped"] += 1
        else:
            count["passed" if compare(case, found, update) else "failed"] += 1
    print("golden: " + ", ".join(f"{n} {what}" for what, n in count.items()))
    return count["failed"] != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
