#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A rule that never returns is ended by a signal or by --timeout, and one that crashes is named.

    looping.py RECKON SOURCE_DIR SCRATCH_DIR

The rule loops in `settle` or in `price`, which runs on threads. Every command that evaluates ends
soon after SIGTERM or SIGINT, by that signal, and leaves nothing behind.
"""
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import time

RECKON, SOURCE, SCRATCH = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
LOOPS_AFTER, WITHIN = 0.3, 10  # seconds; a signal that is not seen is not seen after 10 either
SIGNALS = (signal.SIGTERM, signal.SIGINT)
COMMANDS = {
    "evaluate": ["evaluate", "contract.json", "-o", "out.txt"],
    "compare": ["compare", "contract.json", "-o", "out.txt"],
    "explain": ["explain", "contract.json", "-o", "out.txt"],
    "system": ["system", "system.json", "-o", "out.txt"],
    "batch": ["batch", "contract.json", "--out", "out.ndjson"],
    "batch in one process": ["batch", "contract.json", "--in-process", "--out", "out.ndjson"],
}
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print(f"failed: {what}")


def contract_of(rule, params):
    component = {"id": "a", "rule": rule, "params": params}
    return {"reckoner": "contract/1", "id": "looping",
            "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
            "facts": {}, "arrangements": {"main": [component], "again": [component]}}


def system_of(contract):
    """The same contract between two organisations."""
    inside = {k: v for k, v in contract.items() if k in ("facts", "arrangements")}
    return {"reckoner": "system/1", "id": "looping", "currency": "GBP", "periods": contract["periods"],
            "organisations": [{"id": "ccg", "kind": "commissioner"}, {"id": "trust", "kind": "trust"}],
            **({"tariff": contract["tariff"]} if "tariff" in contract else {}),
            "contracts": [{"id": "c", "payer": "ccg", "payee": "trust", "contract": inside}],
            "scenarios": {"base": {"arrangements": {"c": "again"}}}}


def write(contract):
    (SCRATCH / "contract.json").write_text(json.dumps(contract))
    (SCRATCH / "system.json").write_text(json.dumps(system_of(contract)))


def run(arguments, rules, after=None, number=None):
    """(code, standard error, seconds since the signal or the start) of a command."""
    with subprocess.Popen([RECKON, *arguments, "--rules", rules], cwd=SCRATCH, text=True,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        if after is not None:
            time.sleep(after)
            check(process.poll() is None, f"{arguments[0]}: it loops")
            process.send_signal(number)
        begun = time.monotonic()
        try:
            _, said = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            _, said = process.communicate()
        return process.returncode, said, time.monotonic() - begun


def signals(where, rules, commands):
    before = sorted(p.name for p in SCRATCH.iterdir())
    for name, arguments in commands.items():
        for number in SIGNALS if name in ("evaluate", "batch") else SIGNALS[:1]:
            what = f"{name}, {signal.Signals(number).name}, {where}"
            code, said, seconds = run(arguments, rules, LOOPS_AFTER, number)
            check(code in (-number, 128 + number), f"{what}: exit code {code}, {said!r}")
            check(seconds < WITHIN, f"{what}: {seconds:.1f} seconds")
            for path in SCRATCH.glob("out.ndjson*"):  # a batch keeps its journal, to go on from
                path.unlink()
            check(sorted(p.name for p in SCRATCH.iterdir()) == before, f"{what}: a file is left")


def timeouts(where, rules, rule):
    for verb in ("evaluate", "compare"):
        code, said, seconds = run([verb, "contract.json", "--timeout", "1"], rules)
        check(code == 4 and f"rule '{rule}' did not finish" in said, f"{verb} --timeout, {where}: {code}, {said!r}")
        check(seconds < 1 + WITHIN, f"{verb} --timeout, {where}: {seconds:.1f} seconds")


def crashes(rules):
    write(contract_of("hostile", {"attack": "overflow-stack"}))
    for verb, document in (("evaluate", "contract"), ("compare", "contract"), ("explain", "contract"),
                           ("system", "system")):
        code, said, _ = run([verb, f"{document}.json"], rules)
        check(code == 4 and "rule 'hostile' crashed" in said, f"{verb}: a crash gives {code}, {said!r}")


def rule_that_loops_in_price():
    """Builds it; its folder and its contract."""
    folder = SCRATCH / "loops"
    folder.mkdir()
    subprocess.run(["cc", "-std=gnu11", "-O1", "-w", "-fPIC", "-shared", "-fvisibility=hidden", "-DBREAK=loop", "-I",
                    SOURCE / "include", "-o", folder / "broken.so", SOURCE / "tests/broken/broken.c", "-lm"],
                   check=True)
    contract = json.loads((SOURCE / "tests/broken/vector.json").read_text())["contract"]
    contract["arrangements"]["again"] = next(iter(contract["arrangements"].values()))
    return folder, contract


def main():
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir(parents=True)
    fixtures = RECKON.parent / "tests" / "fixtures" / "hostile"
    write(contract_of("hostile", {"attack": "loop"}))
    signals("in settle", fixtures, COMMANDS)
    timeouts("in settle", fixtures, "hostile")
    crashes(fixtures)
    folder, contract = rule_that_loops_in_price()
    write(contract)
    signals("in price", folder, {name: COMMANDS[name] for name in ("evaluate", "compare", "batch")})
    timeouts("in price", folder, "broken")
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
