#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No output replaces what the run reads, runs or keeps: `-o`, `--rows` and `--out` of every verb.

    outputs.py RECKON RULES_DIR SCRATCH_DIR

Each attempt names an existing file as an output. The file must keep its bytes, its owner
and its mode, the command must say which file it is about, and nothing may be left behind.
"""
import json
import os
import shutil
import sys
from pathlib import Path

from common import Checks, block, fresh, priced, run, spells, tariff, write

RECKON, RULES = os.path.abspath(sys.argv[1]), Path(sys.argv[2])
check = Checks()
folder = fresh(sys.argv[3])
KEPT = "cache/reckoner/tariffs/" + "0af3" * 16 + ".json"
CACHE = {"XDG_CACHE_HOME": str(folder / "cache")}


def lay_out():
    for name in ("contracts", "vectors", "rules", "cache/reckoner/tariffs"):
        (folder / name).mkdir(parents=True)
    for name in ("block", "pbr"):
        shutil.copy(RULES / f"{name}.so", folder / "rules")
    write(folder / "contracts/block.json", block())
    write(folder / "contracts/priced.json", priced())
    write(folder / "contracts/broken.json", json.dumps(priced()).replace('"periods"', '"perods"'))
    write(folder / "contracts/unfinished.json", json.dumps(priced())[:-2])
    write(folder / "contracts/prices.json", tariff())
    spells(folder / "contracts/spells.csv")
    write(folder / "contracts/system.json",
          {"reckoner": "system/1", "id": "s", "organisations": ["x", "y"], "contracts": ["block.json"]})
    write(folder / "vectors/v.json",
          {"reckoner": "vector/1", "id": "v", "contract": "../contracts/priced.json",
           "cases": [{"expect": {"total": "12300.30"}}]})
    write(folder / KEPT, "a copy")
    write(folder / "protected.txt", "stays")
    (folder / "protected.txt").chmod(0o444)
    (folder / "nowhere.txt").symlink_to("not-there.txt")
    shutil.copy(RECKON, folder / "reckon-copy")


def state():
    def of(path):
        found = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        return found.st_mode, found.st_uid, content
    return {str(path.relative_to(folder)): of(path) for path in sorted(folder.rglob("*"))}


REFUSED = [
    ["test", "vectors", "-o", "vectors/v.json", "-f", "json"],
    ["test", "vectors", "-o", "contracts/priced.json", "-f", "json"],
    ["test", "vectors", "-o", "contracts/spells.csv", "-f", "csv"],
    ["test", "vectors/v.json", "-o", "contracts/prices.json", "-f", "json"],
    ["check", "contracts", "-o", "contracts/block.json", "-f", "json"],
    ["check", ".", "-o", "vectors/v.json", "-f", "json"],
    ["check", "contracts/broken.json", "-o", "contracts/prices.json", "-f", "json"],
    ["evaluate", "contracts/block.json", "-o", "contracts/block.json", "-f", "json"],
    ["evaluate", "contracts/priced.json", "-o", "contracts/prices.json", "-f", "json"],
    ["evaluate", "contracts/priced.json", "-o", "contracts/spells.csv", "-f", "csv"],
    ["evaluate", "contracts/broken.json", "-o", "contracts/prices.json", "-f", "json"],
    ["evaluate", "contracts/unfinished.json", "-o", "contracts/prices.json", "-f", "json"],
    ["evaluate", "contracts/priced.json", "--rows", "contracts/spells.csv"],
    ["evaluate", "contracts/priced.json", "--rows", "contracts/prices.json"],
    ["evaluate", "contracts/block.json", "--rules", "rules", "-o", "rules/block.so"],
    ["evaluate", "contracts/block.json", "--rules", "rules", "-o", "rules/pbr.so"],
    ["evaluate", "contracts/priced.json", "--rules", "rules", "--rows", "rules/pbr.so"],
    ["evaluate", "contracts/block.json", "-o", KEPT, "-f", "json"],
    ["evaluate", "contracts/block.json", "-o", "protected.txt"],
    ["evaluate", "contracts/block.json", "-o", "nowhere.txt"],
    ["evaluate", "contracts/block.json", "-o", "contracts"],
    ["evaluate", "contracts/block.json", "-o", "no/such/folder.txt"],
    ["compare", "contracts/priced.json", "-o", "contracts/prices.json", "-f", "json"],
    ["explain", "contracts/priced.json", "-o", "contracts/spells.csv", "-f", "csv"],
    ["incentives", "contracts/priced.json", "-o", "contracts/prices.json", "-f", "json"],
    ["system", "contracts/system.json", "-o", "contracts/block.json", "-f", "json"],
    ["inspect", "contracts/spells.csv", "-o", "contracts/spells.csv"],
    ["tariff", "show", "contracts/prices.json", "-o", "contracts/prices.json", "-f", "json"],
    ["rules", "check", "rules/block.so", "-o", "rules/block.so"],
    ["rules", "--rules", "rules", "-o", "rules/pbr.so"],
    ["schema", "contract", "--rules", "rules", "-o", "rules/block.so"],
    ["batch", "contracts", "--out", "contracts/spells.csv"],
    ["batch", "contracts/block.json", "--out", "contracts/block.json"],
]

lay_out()
before = state()
for words in REFUSED:
    done = run(RECKON, *words, cwd=folder, env=CACHE)
    said = done.stderr.decode()
    what = " ".join(words)
    check(done.code in (1, 2, 3), f"{what}: exit code {done.code}")
    output = words[next(i for i, w in enumerate(words) if w in ("-o", "--out", "--rows")) + 1]
    check(Path(output).name in said, f"{what}: says {said!r}")
    after = state()
    if not check(after == before, f"{what}: changed {[p for p in before if after.get(p) != before[p]]}"
                                  f", left {sorted(set(after) - set(before))}"):
        shutil.rmtree(folder)
        lay_out()
        before = state()

# The program itself, and a library that it runs with.
done = run(folder / "reckon-copy", "evaluate", "contracts/block.json", "--rules", "rules", "-o", "reckon-copy",
           cwd=folder, env=CACHE)
check(done.code == 1 and b"this program runs it" in done.stderr, f"the program: {done}")
check(state() == before, "the program was replaced")

# What may be replaced keeps its mode and, for root, its owner; a link stays a link.
write(folder / "old.txt", "old")
(folder / "old.txt").chmod(0o640)
(folder / "link.txt").symlink_to("old.txt")
if os.geteuid() == 0:
    os.chown(folder / "old.txt", 12345, 12345)
    owner = (12345, 12345)
else:
    owner = (os.geteuid(), os.getegid())
    print("skipped: files of other users (not root)")
for name in ("old.txt", "link.txt"):
    done = run(RECKON, "evaluate", "contracts/block.json", "-o", name, cwd=folder, env=CACHE)
    found = (folder / "old.txt").stat()
    check(done.code == 0 and found.st_mode & 0o777 == 0o640 and (found.st_uid, found.st_gid) == owner,
          f"{name}: {done.code}, {found}")
    check("100.00" in (folder / "old.txt").read_text(), f"{name} was not written")
    check((folder / "link.txt").is_symlink(), "the link was replaced")
    write(folder / "old.txt", "old")
check.end("outputs")
