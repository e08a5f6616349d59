#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every system call of a run fails in turn: the old file or the new one, and never a wrong total.

    faults.py RECKON SCRATCH_DIR [--count N | --all]

`strace` makes the n-th call of each kind fail with each error that it can have: reading, writing,
opening, syncing, renaming, closing, mapping, truncating, locking, starting a thread or a process. Of
all those points N are tried, spread evenly (150 without an option). A run that ends with 0 has printed
and written what it does undisturbed. Any other has said why, and its output is as it was before, or whole;
a batch keeps its journal, and each of its results is right or an error. No temporary file is left.
"""
import argparse
import collections
import json
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common import Checks, block, fresh, priced, run, spells, tariff, write

ERRORS = {
    "read": ("EIO", "EINTR", "EISDIR"), "pread64": ("EIO", "EINTR"), "write": ("EIO", "ENOSPC", "EINTR", "EFBIG"),
    "pwrite64": ("EIO", "ENOSPC"), "writev": ("EIO", "ENOSPC"), "openat": ("EACCES", "EMFILE", "ENOENT", "EINTR"),
    "openat2": ("EACCES", "EMFILE"), "close": ("EIO", "EINTR"), "fsync": ("EIO", "ENOSPC"), "fdatasync": ("EIO",),
    "rename": ("EACCES", "ENOSPC", "EXDEV"), "linkat": ("EACCES", "ENOENT"), "unlink": ("EACCES",),
    "ftruncate": ("EIO",), "mmap": ("ENOMEM",), "mprotect": ("ENOMEM",), "munmap": ("ENOMEM",), "lseek": ("EIO",),
    "newfstatat": ("EACCES",), "fstat": ("EIO",), "fcntl": ("EMFILE",), "flock": ("EINTR",), "clone3": ("EAGAIN",),
    "getrandom": ("EINTR",), "readlink": ("ENOENT",), "getdents64": ("EIO",), "memfd_create": ("EMFILE",),
    "socketpair": ("EMFILE",), "poll": ("EINTR",), "fchmod": ("EACCES",), "madvise": ("ENOMEM",),
}
NDJSON = [block(f"n{i}", f"{i + 1}.25") for i in range(12)]
OLD = "the old file\n"
SCENARIOS = {
    "evaluate": (["evaluate", "priced.json", "-o", "out.txt"], "out.txt"),
    "json": (["evaluate", "priced.json", "block.json", "-f", "json"], None),
    "rows": (["evaluate", "priced.json", "-q", "--rows", "out.csv"], "out.csv"),
    "explain": (["explain", "priced.json", "--row", "3"], None),
    "check": (["check", ".", "-o", "out.json", "-f", "json"], "out.json"),
    "ndjson": (["batch", "-q", "-j", "1", "set.ndjson", "--out", "out.ndjson"], "out.ndjson"),
    "csv": (["batch", "-q", "-j", "1", "set.ndjson", "--out", "out.csv"], "out.csv"),
    "sqlite": (["batch", "-q", "-j", "1", "set.ndjson", "--out", "out.sqlite"], "out.sqlite"),
}
Ended = collections.namedtuple("Ended", "code out err files")


def lay_out(folder, output):
    fresh(folder)
    write(folder / "priced.json", priced())
    write(folder / "block.json", block())
    write(folder / "prices.json", tariff())
    spells(folder / "spells.csv", 40)
    write(folder / "set.ndjson", "".join(json.dumps(c) + "\n" for c in NDJSON))
    if output is not None and not output.startswith("out.nd") and not output.endswith(("sqlite", "csv")):
        write(folder / output, OLD)


def run_one(reckon, folder, words, tracing):
    done = run("strace", "-f", "-qq", "-o", folder.parent / f"{folder.name}.log", *tracing, reckon, *words, cwd=folder,
               env={"XDG_CACHE_HOME": str(folder.parent / f"{folder.name}.cache")})
    files = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    return Ended(done.code, done.stdout, done.stderr, files)


def calls_of(log):
    """How often each call is made, and how often before main: those are the system's loader's."""
    counts, early, begun = collections.Counter(), collections.Counter(), False
    for line in log.read_text(errors="replace").splitlines():
        found = re.match(r"\d+ +(\w+)\(", line)
        begun = begun or "rt_sigaction(SIGINT" in line  # what main does first
        if found:
            counts[found[1]] += 1
            early[found[1]] += not begun
    return counts, early


def results_right(found, whole):
    """Of a batch: each result is that of the undisturbed run, or an error."""
    right = {json.loads(line)["contract"]: line for line in whole.splitlines()}
    lines = [json.loads(line) for line in found.splitlines()]
    # A set that cannot be opened is one error, in its own name.
    return (len(lines) == len(right) or [line["contract"] for line in lines] == ["set.ndjson"]) and all(
        "error" in line or json.dumps(line) == json.dumps(json.loads(right[line["contract"]])) for line in lines)


def rows_right(found, whole):
    """Of CSV: each row is one of the undisturbed run, or tells an error."""
    known = set(whole.splitlines())
    return all(line in known or b"error" in line or b",io," in line or b"memory" in line
               or re.search(rb",(unknown-rule|tariff-[a-z]+|rule-[a-z]+|limit),", line) for line in found.splitlines())


def verdict(name, call, ended, whole, before, output):
    """What is wrong with a disturbed run; None if nothing."""
    extra = {n for n in ended.files if n not in before and n != output and n != f"{output}.journal"}
    if extra:
        return f"left {sorted(extra)}"
    changed = [n for n in before if n != output and ended.files.get(n) != before[n]]
    if changed:
        return f"changed {changed}"
    now = ended.files.get(output)
    if ended.code == 0:
        if ended.out != whole.out:
            return "exit 0, another standard output"
        if output is not None and output != "out.sqlite" and now != whole.files[output]:
            return "exit 0, another file"
        return None
    if ended.code >= 128 and ended.code != 134:
        return f"ended by signal {ended.code - 128}"
    # What went wrong with a contract of a quiet batch, or with what `check` read, is in the output.
    if call != "write" and not ended.err and not ended.out and not (output is not None and now not in (None, before.get(output))):
        return f"exit {ended.code}, and not a word"
    if output is None or now in (before.get(output), whole.files.get(output)):
        return None
    if name == "ndjson" and results_right(now, whole.files[output]):
        return None
    if name == "csv" and rows_right(now, whole.files[output]):
        return None
    if name == "sqlite" and now is not None and now[:16] == b"SQLite format 3\0":
        return None
    if name == "check" and now is not None and "problems" in json.loads(now):
        return None
    return f"exit {ended.code}, {output} is neither the old nor the new file"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reckon", type=os.path.abspath)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    if shutil.which("strace") is None or run("strace", "-o", "/dev/null", "true").code != 0:
        print("skipped: strace is not here, or may not trace")
        sys.exit(77)
    check = Checks()
    scratch = fresh(options.scratch.resolve())
    points, wholes = [], {}
    for name, (words, output) in SCENARIOS.items():
        folder = scratch / name
        lay_out(folder, output)
        before = {p.name: p.read_bytes() for p in folder.iterdir()}
        whole = run_one(options.reckon, folder, words, [])
        check(whole.code == 0, f"{name}: {whole.code} {whole.err}")
        wholes[name] = (before, whole)
        counts, early = calls_of(scratch / f"{name}.log")
        for call, times in sorted(counts.items()):
            for error in ERRORS.get(call, ()):
                points += [(name, call, at, error) for at in range(early[call] + 1, times + 1)]
    step = 1 if options.all else max(1.0, len(points) / options.count)
    chosen = [points[int(i * step)] for i in range(int(len(points) / step))]

    def attempt(numbered):
        number, (name, call, at, error) = numbered
        words, output = SCENARIOS[name]
        before, whole = wholes[name]
        folder = scratch / f"{name}-{number}"
        lay_out(folder, output)
        ended = run_one(options.reckon, folder, words, ["-e", f"trace={call}", "-e",
                                                        f"inject={call}:error={error}:when={at}"])
        wrong = verdict(name, call, ended, whole, before, output)
        if wrong is None:
            shutil.rmtree(folder)
            (scratch / f"{name}-{number}.log").unlink()
        return f"{name}: {call} {at} {error}: {wrong}: {ended.err[-200:]!r}" if wrong else None

    with ThreadPoolExecutor(2) as pool:
        for wrong in pool.map(attempt, enumerate(chosen)):
            check(wrong is None, wrong)
    print(f"{len(chosen)} of {len(points)} points: calls that fail, in {len(SCENARIOS)} runs")
    check.end("faults")


if __name__ == "__main__":
    main()
