#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Limits of the system and damaged streams: an error that says what to do, and nothing half written.

    limits.py RECKON SCRATCH_DIR
"""
import json
import os
import resource
import subprocess
import sys

from common import Checks, block, fresh, priced, run, spells, tariff, write

RECKON = os.path.abspath(sys.argv[1])
folder = fresh(sys.argv[2])
check = Checks()
CONTRACTS = 40
ENV = {"XDG_CACHE_HOME": str(folder / "cache")}


def limited(what, soft):
    return lambda: resource.setrlimit(what, (soft, resource.getrlimit(what)[1]))


def files():
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


for i in range(CONTRACTS):
    write(folder / f"c{i:02}.json", block(f"c{i:02}"))
write(folder / "priced.json", priced())
write(folder / "prices.json", tariff())
spells(folder / "spells.csv", 4000)
write(folder / "lines.ndjson", "".join(json.dumps(block(f"n{i}")) + "\n" for i in range(400)))
before = files()

# The size of files (ulimit -f): the signal is ignored, the error is reported, the part is removed.
for words in (["evaluate", *(f"c{i:02}.json" for i in range(CONTRACTS)), "-f", "json", "-o", "big.json"],
              ["evaluate", "priced.json", "--rows", "big.csv", "-q"]):
    done = run(RECKON, *words, cwd=folder, env=ENV, preexec_fn=limited(resource.RLIMIT_FSIZE, 4096))
    check(done.code == 1 and b"File too large" in done.stderr, f"{words[-1]}: {done}")
    check(files() == before, f"{words[-1]}: left {set(files()) - set(before)}")
for ending in ("ndjson", "csv", "sqlite"):
    out = f"big.{ending}"
    whole = run(RECKON, "batch", "-q", "lines.ndjson", "--out", f"whole.{ending}", cwd=folder, env=ENV)
    done = run(RECKON, "batch", "-q", "lines.ndjson", "--out", out, cwd=folder, env=ENV,
               preexec_fn=limited(resource.RLIMIT_FSIZE, 40000))
    check(done.code == 1 and b"File too large" in done.stderr, f"{out}: {done}")
    check(not (folder / out).exists(), f"{out} is there")
    check(set(files()) - set(before) == {f"whole.{ending}", f"{out}.journal"}, f"{out}: left {files()}")
    done = run(RECKON, "batch", "-q", "lines.ndjson", "--out", out, "--resume", cwd=folder, env=ENV)
    check(whole.code == 0 and done.code == 0, f"{out}: resumed with {done}")
    if ending != "sqlite":
        check((folder / out).read_bytes() == (folder / f"whole.{ending}").read_bytes(), f"{out} differs")
    for name in (out, f"whole.{ending}"):
        (folder / name).unlink()
check(files() == before, f"left {set(files()) - set(before)}")

# Open files (ulimit -n).
for n in (6, 10, 16, 20, 30):
    done = run(RECKON, "batch", "-q", "-j", "2", "lines.ndjson", "--out", "few.ndjson", cwd=folder, env=ENV,
               preexec_fn=limited(resource.RLIMIT_NOFILE, n))
    check(done.code == 3 and b"ulimit -n" in done.stderr, f"{n} open files: {done}")
    check(files() == before + [] or set(files()) - set(before) <= {"few.ndjson.journal"}, f"{n}: {files()}")
    (folder / "few.ndjson.journal").unlink(missing_ok=True)
done = run(RECKON, "evaluate", "priced.json", cwd=folder, env=ENV, preexec_fn=limited(resource.RLIMIT_NOFILE, 5))
check(done.code in (0, 3) and (done.code == 0 or b"oo many open files" in done.stderr), f"5 open files: {done}")

# Address space (ulimit -v): the whole result, or an error that says so.
whole = run(RECKON, "evaluate", "priced.json", cwd=folder, env=ENV)
for mib in range(20, 400, 12):
    done = run(RECKON, "evaluate", "priced.json", "-j", "1", cwd=folder, env=ENV,
               preexec_fn=limited(resource.RLIMIT_AS, mib << 20))
    right = (done.code == 0 and done.stdout == whole.stdout) or \
            (done.code in (3, 127) and not done.stdout and done.stderr)
    check(right, f"{mib} MiB of address space: {done}")

# Full devices and closed streams.
for words in (["evaluate", "c00.json"], ["compare", "c00.json"], ["check", "c00.json"], ["rules"], ["--help"],
              ["schema", "contract"], ["explain", "c00.json"], ["batch", "-q", "c00.json"], ["help", "batch"],
              ["inspect", "spells.csv"], ["tariff", "show", "prices.json"], ["evaluate", "c00.json", "-f", "json"]):
    with open("/dev/full", "w", encoding="ascii") as full:
        done = run(RECKON, *words, cwd=folder, env=ENV, stdout=full, stderr=subprocess.PIPE)
    check(done.code == 1 and b"cannot be written" in done.stderr, f"{words} to a full device: {done}")
    done = run(RECKON, *words, cwd=folder, env=ENV, stdout=None, stderr=subprocess.PIPE,
               preexec_fn=lambda: os.close(1))
    check(done.code == 1 and b"cannot be written" in done.stderr, f"{words} without standard output: {done}")
for words in (["evaluate", "-"], ["batch", "-"], ["check", "-"], ["batch", "-", "--out", "closed.ndjson"]):
    done = run(RECKON, *words, cwd=folder, env=ENV, preexec_fn=lambda: os.close(0))
    said = done.stdout + done.stderr
    check(done.code in (1, 3) and said, f"{words} without standard input: {done}")
    (folder / "closed.ndjson.journal").unlink(missing_ok=True)
    check(files() == before, f"{words}: left {set(files()) - set(before)}")
done = run(RECKON, "evaluate", "c00.json", cwd=folder, env=ENV, preexec_fn=lambda: os.close(2))
check(done.code == 0 and b"100.00" in done.stdout, f"without standard error: {done}")

# A read error of standard input: what follows is missing, and the exit code says so. (One in the
# middle is injected by faults.py.)
for out in ([], ["--out", "torn.ndjson"]):
    stream = os.open(folder, os.O_RDONLY)
    done = run(RECKON, "batch", "-q", "-", *out, cwd=folder, env=ENV, stdin=stream)
    os.close(stream)
    check(done.code == 3 and b"reading failed here" in done.stderr and not done.stdout, f"a folder: {done}")
    check(not (folder / "torn.ndjson").exists(), "an output was committed")
    (folder / "torn.ndjson.journal").unlink(missing_ok=True)

# What documents put into reports: control characters reach no report, and formulas not with --csv-safe.
hostile = block("h", facts={"population": [{"group": "=cmd()\u001b[31m\u0007\u009b1m", "heads": 3},
                                            {"group": "-5", "heads": 1}, {"group": "+x", "heads": 1},
                                            {"group": "@y", "heads": 1}, {"group": "\tz", "heads": 1}]})
hostile["arrangements"] = {"a": [{"id": "c", "rule": "capitation", "params": {"rate": "10"}}]}
write(folder / "hostile.json", hostile)
for form in ("text", "csv", "markdown", "json"):
    for verb in ("evaluate", "compare", "explain"):
        if (verb, form) == ("explain", "csv"):
            continue
        done = run(RECKON, verb, "hostile.json", "-f", form, cwd=folder, env=ENV)
        wild = [c for c in done.stdout.decode() if (ord(c) < 32 and c not in "\n\t") or (form != "json" and 127 <= ord(c) < 160)]
        check(done.code == 0 and not wild, f"{verb} as {form}: {wild}, {done.stderr}")
plain = run(RECKON, "evaluate", "hostile.json", "-f", "csv", cwd=folder, env=ENV).stdout.decode()
check(",\"=cmd()\ufffd[31m\ufffd\ufffd1m\"," in plain and ",-5," in plain and ",+x," in plain, plain)
safe = run(RECKON, "evaluate", "hostile.json", "-f", "csv", "--csv-safe", cwd=folder, env=ENV).stdout.decode()
check(all(text in safe for text in (",\"'=cmd()", ",-5,", ",'+x,", ",'@y,", "'\tz")), safe)
# The same in a batch: in each place of a row, of those that failed too, and in processes of their own.
wild = [block("w0", provider="=HYPERLINK(1)", commissioner="@sum"), block("w1", provider="-2"), block("w2", provider="+x")]
wild[2]["arrangements"]["a"][0]["rule"] = "=none"
write(folder / "wild.ndjson", "".join(json.dumps(c) + "\n" for c in wild))
for words in ((), ("--lines",), ("--isolation", "contract"), ("--lines", "--isolation", "contract")):
    for safe in ((), ("--csv-safe",)):
        run(RECKON, "batch", "-q", "wild.ndjson", "--out", "wild.csv", *words, *safe, cwd=folder, env=ENV)
        rows = (folder / "wild.csv").read_text().splitlines()[1:]
        mark = "'" if safe else ""
        check(len(rows) >= 3 and all(any(f",{mark}{text}," in row for row in rows) for text in
                                     ("=HYPERLINK(1)", "@sum", "+x")), f"{words} {safe}: {rows}")
        check(any(",-2," in row for row in rows), f"{words} {safe}: {rows}")
(folder / "wild.csv").unlink()
check.end("limits")
