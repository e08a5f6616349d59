#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What documents take: memory in proportion to a document that is accepted, little for one that is not.

    memory.py RECKON SCRATCH_DIR

The figures are those of docs/reliability.md: at most 12 times an accepted document, also with
`check`, 4 KiB a component and 16 MiB for the
program; and at most 64 MiB for one that the reader refuses, by its size (before it is read),
its syntax or the number of its values. At most 1,000 problems are listed. A workbook of priced rows
takes at most 64 MiB: 60,000 rows here, or RK_WORKBOOK_ROWS=400000.
"""
import json
import os
import resource
import subprocess
import sys

from common import Checks, block, fresh, write

RECKON, SCRATCH = os.path.abspath(sys.argv[1]), fresh(sys.argv[2])
MIB = 1 << 20
PROGRAM = 16 * MIB
check = Checks()
LIMIT = 4096 * MIB


def peak(*words, stdin=None):
    """Runs the command; its exit code, peak memory in bytes and standard error."""
    code = ("import resource,subprocess,sys\n"
            "done = subprocess.run(sys.argv[1:], stdout=sys.stderr)\n"
            "sys.stderr.write('\\n%d %d' % (done.returncode,"
            " resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))\n")
    done = subprocess.run([sys.executable, "-c", code, RECKON, *words], stdin=stdin or subprocess.DEVNULL,
                          stderr=subprocess.PIPE, cwd=SCRATCH, check=False,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT)))
    said, _, last = done.stderr.decode(errors="replace").rpartition("\n")
    code, kib = map(int, last.split())
    return code, kib * 1024, said


def accepted(name, text, components=1):
    path = SCRATCH / f"{name}.json"
    path.write_text(text)
    for verb, most in (("evaluate", 12), ("check", 12)):
        code, used, said = peak(verb, path.name)
        size = len(text.encode())
        times = (used - PROGRAM - components * 4096) / size
        check(code == 0, f"{verb} {name}: exit code {code}: {said[:300]}")
        check(times <= most, f"{verb} {name}: {used / MIB:.0f} MiB for {size / MIB:.1f} MiB, {times:.1f} times")
        print(f"{verb} {name}: {size / MIB:.1f} MiB take {used / MIB:.0f} MiB, {max(times, 0):.1f} times")


def refused(name, text, *why, words=("evaluate",)):
    path = SCRATCH / f"{name}.json"
    if text is not None:
        path.write_text(text)
    code, used, said = peak(*words, path.name)
    size = path.stat().st_size
    check(code == 3, f"{name}: exit code {code}")
    check(used <= 64 * MIB, f"{name}: {used / MIB:.0f} MiB for {size / MIB:.1f} MiB")
    for part in why:
        check(part in said, f"{name}: says {said[:300]!r}")
    print(f"{name}: {size / MIB:.1f} MiB are refused with {used / MIB:.0f} MiB")


def rows(n, **more):
    return [{"hrg": f"DZ{i % 90:02}B", "pod": "NEL", "count": i % 7 + 1, "los": i % 30} for i in range(n)]


def with_rows(listed):
    return json.dumps(block(facts={"activity": listed}), separators=(",", ":"))


def workbook_of_rows(n):
    """Priced rows leave memory on their way to a workbook, however many there are."""
    with open(SCRATCH / "spells.csv", "w", encoding="utf-8") as file:
        file.write("spell_id,pod,hrg,count,local_unit_price\n")
        file.writelines(f"S{i:07},EL,DZ{i % 90:02}B,1,{100 + i % 8999}.{i % 100:02}\n" for i in range(n))
    write(SCRATCH / "spells.json", json.dumps({**block(facts={"activity": {"file": "spells.csv"}}),
                                               "arrangements": {"a": [{"id": "acute", "rule": "pbr"}]}}))
    code, used, said = peak("evaluate", "spells.json", "-q", "--rows", "rows.xlsx", "--row-columns", "spell_id")
    check(code == 0 and used <= 64 * MIB, f"workbook of {n} rows: exit code {code}, {used / MIB:.0f} MiB: {said[-300:]}")
    print(f"a workbook of {n} rows takes {used / MIB:.0f} MiB")
    # Totals of groups are kept, but their sheet takes nothing beside them.
    grouped = ("evaluate", "spells.json", "-q", "--group-by", "spell_id")
    _, csv, _ = peak(*grouped, "-f", "csv")
    code, used, said = peak(*grouped, "-o", "groups.xlsx")
    check(code == 0 and used <= csv + 8 * MIB, f"workbook of {n} groups: exit code {code}, {used / MIB:.0f} MiB: {said[-300:]}")
    print(f"a workbook of {n} groups takes {used / MIB:.0f} MiB, CSV {csv / MIB:.0f} MiB")


def main():
    workbook_of_rows(int(os.environ.get("RK_WORKBOOK_ROWS", "60000")))

    # Accepted: rows, parts of a contract, one long text, much white space, numbers with many digits.
    accepted("rows", with_rows(rows(250000)))
    accepted("keys", with_rows([{f"a column with a long name {k}": i for k in range(6)} for i in range(40000)]))
    accepted("text", json.dumps(block(notes="\u20ac" * 3000000)))
    accepted("escapes", json.dumps(block(notes="\\\"\n" * 1500000)))
    accepted("blanks", json.dumps(block())[:-1] + " " * 10000000 + "}")
    accepted("digits", with_rows([{"count": "1" + "0" * 10 + "." + "5" * 6, "los": 2} for _ in range(200000)]))
    components = [{"id": f"c{i}", "rule": "block", "params": {"amount": "100.00"}} for i in range(20000)]
    accepted("components", json.dumps({**block(), "arrangements": {"a": components}}), len(components))

    # Refused by the reader.
    dense = "0," * 8000000 + "0"
    contract = with_rows([])
    refused("list", f"[{dense}]", "values in", "CSV files")
    refused("dense-rows", contract.replace('"activity":[', '"activity":[' + dense), "values in")
    refused("dense-periods", contract.replace('"periods":[', f'"periods":[{dense},'), "values in")
    refused("empty-lists", "[" + "[],{}," * 2500000 + "0]", "values in")
    refused("deep", '{"reckoner":"contract/1","notes":' + "[" * 5000000, "more than 64 deep")
    refused("unfinished", with_rows(rows(500000))[:-3], "found the end of the text")
    refused("bad-byte", '{"notes":"' + "x" * 30000000 + '\x01"}', "control character")
    # By its size: before a byte of it is read. The file has no blocks on the disk.
    with open(SCRATCH / "large.json", "wb") as file:
        file.truncate(300 * 10**9)
    refused("large", None, "longer than")
    refused("large", None, "longer than", words=("check",))

    # Without an end, through a pipe.
    with subprocess.Popen(["yes", '{"reckoner": "contract/1"}'], stdout=subprocess.PIPE) as endless:
        code, used, said = peak("evaluate", "-", stdin=endless.stdout)
        endless.kill()
    check(code == 3 and used <= 64 * MIB and "longer than" in said, f"no end: {code}, {used / MIB:.0f} MiB")

    # Wrong values, each of which is a problem: 1,000 are listed, the rest counted.
    wrong = ",".join('"not a period %d"' % i for i in range(200000))
    write(SCRATCH / "wrong.json", contract.replace('"periods":[', f'"periods":[{wrong},'))
    code, used, said = peak("check", "wrong.json")
    size = (SCRATCH / "wrong.json").stat().st_size
    check(code == 3 and used <= 12 * size + PROGRAM, f"wrong values: {code}, {used / MIB:.0f} MiB")
    check("more problems are not listed" in said, f"wrong values: {said[-300:]!r}")
    check(said.count("wrong.json:") <= 1001, f"{said.count('wrong.json:')} problems are listed")
    check.end("memory")


if __name__ == "__main__":
    main()
