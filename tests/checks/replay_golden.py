#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Replays what the golden cases evaluate: `reckon replay` must write the same bytes.

    replay_golden.py RECKON SCRATCH [CASE... | all]

Runs the commands of each case in a copy of its folder, as tests/golden/run.py does, with a `reckon`
that evaluates each contract or system a second time as JSON and replays that, and each result of a
batch too. A few cases without arguments; with `all` every one (some minutes). Results that no file was read for (standard input)
and parts of a result have nothing to replay.
"""
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
FEW = ("batch-systems", "evaluate-param", "evaluate-group-by-json", "evaluate-suppressed-json", "periods", "compare-json", "system")
BATCH_VALUES = ("--out", "--jobs", "-j", "--isolation", "--timeout")
VERBS = {"evaluate": "contract/1", "compare": "contract/1", "system": "system/1"}
KINDS = ("result/1", "comparison/1", "system-result/1")
WITH_VALUE = ("-f", "--format", "-o", "--output", "--rows", "--row-columns")
KEPT = ("--rules", "--root", "--allow-host")


def document(path, kind):
    if not pathlib.Path(path).is_file():  # nor wait for a pipe
        return False
    try:
        found = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("reckoner") == kind


def chosen(arguments, more=()):
    """The arguments without those that say where the result goes, and those that a replay needs too."""
    left, kept, skip = [], [], False
    for i, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if skip or name in WITH_VALUE or name in more:
            skip = not skip and not value
            continue
        left.append(argument)
        if name in KEPT:
            kept += [argument] if value else arguments[i:i + 2]
        if argument in ("--offline", "--untrusted"):
            kept.append(argument)
    return left, kept


def replayed(reckon, result, contract, kept):
    """ "same", or what a replay says instead."""
    done = subprocess.run([reckon, "replay", result, "--contract", contract, *kept, "-f", "json"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    outcome = json.loads(done.stdout).get("outcome") if done.stdout.startswith("{") else done.stderr
    return "same" if done.returncode == 0 and outcome == "same" else f"exit {done.returncode}: {outcome}"


def replay_batch(reckon, arguments, log):
    """Replays each result of a batch whose contract or system is a file."""
    left, kept = chosen([a for a in arguments if a not in ("-q", "--quiet", "--lines")], BATCH_VALUES)
    documents = {}
    for path in (pathlib.Path(a) for a in left[1:] if a not in kept):
        for each in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
            for kind in VERBS.values() if each.suffix == ".json" else ():  # a line of others is no file
                if document(each, kind):
                    documents.setdefault(json.loads(each.read_text(encoding="utf-8")).get("id"), each)
    done = subprocess.run([reckon, *left, "-q"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    with tempfile.TemporaryDirectory() as folder:
        for line in done.stdout.splitlines():
            found = json.loads(line)
            name = found.get("contract", found.get("system", found.get("id")))
            if found.get("reckoner") not in KINDS or "error" in found or name not in documents:
                continue
            result = pathlib.Path(folder) / "result.json"
            result.write_text(line + "\n", encoding="utf-8")
            note(log, arguments, replayed(reckon, result, documents[name], kept))


def note(log, arguments, outcome):
    with open(log, "a", encoding="utf-8") as f:
        f.write("same\n" if outcome == "same" else f"{' '.join(arguments)}: {outcome}".replace("\n", " ") + "\n")


def replay(reckon, arguments, log):
    if arguments[:1] == ["batch"]:
        return replay_batch(reckon, arguments, log)
    kind = VERBS.get(arguments[0]) if arguments else None
    if kind is None or "--partial" in arguments or "--help" in arguments:
        return
    contracts = [a for a in arguments[1:] if document(a, kind)]
    if len(contracts) != 1:
        return
    left, kept = chosen(arguments)
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "result.json"
        quiet = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "check": False}
        done = subprocess.run([reckon, *left, "-f", "json", "-o", result], **quiet)
        try:
            found = json.loads(result.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        if done.returncode not in (0, 1) or not isinstance(found, dict) or found.get("reckoner") not in KINDS:
            return
        note(log, arguments, replayed(reckon, result, contracts[0], kept))


def golden():
    spec = importlib.util.spec_from_file_location("golden_run", SOURCE / "tests/golden/run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(reckon, scratch, *names):
    scratch = pathlib.Path(scratch).resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    run = golden()
    folders = {folder.name: folder for folder in (run.GOLDEN / "cases").iterdir() if (folder / "cmd").exists()}
    build = pathlib.Path(reckon).resolve().parent
    problems, n = [], 0
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = pathlib.Path(name)
        wrapper = folder / "bin" / "reckon"
        wrapper.parent.mkdir()
        wrapper.write_text(f'#!/bin/sh\n"{build}/reckon" "$@"\ncode=$?\n'
                           f'"{sys.executable}" "{__file__}" --replay "{build}/reckon" "{folder}/log" "$@" >&2\nexit $code\n')
        wrapper.chmod(0o755)
        for case in sorted(folders) if names == ("all",) else names or FEW:
            work = folder / "work" / case
            run.copy_case(folders[case], work)
            environment = run.environment(work, build, folder)
            environment["PATH"] = f"{wrapper.parent}:{environment['PATH']}"
            (folder / "log").write_text("")
            subprocess.run(["bash", folders[case] / "cmd"], cwd=work, env=environment, stdin=subprocess.DEVNULL,
                           capture_output=True, check=False)
            lines = (folder / "log").read_text(encoding="utf-8").splitlines()
            n += len(lines)
            problems += [f"{case}: {line}" for line in lines if line != "same"]
    print(*problems, f"{n} results replayed, {len(problems)} problems", sep="\n")
    return 1 if problems or n < 5 else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--replay"]:
        replay(sys.argv[2], sys.argv[4:], sys.argv[3])
        sys.exit(0)
    sys.exit(main(*sys.argv[1:]))
