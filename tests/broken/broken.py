#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rules that are broken in one way each: every one is named by `reckon rules check`, by what it
breaks, and those that the host can catch end an evaluation with exit code 4.

    broken.py RECKON SOURCE_DIR SCRATCH_DIR [WAY...]
"""
import json
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ET

# way: (checks, of which one must fail; whether `evaluate` ends with exit code 4)
WAYS = {
    "state_between_batches": ("again batches order", False),
    "depends_on_the_chunk": ("batches order", False),
    "far_in_a_batch": ("batches", False),
    "last_row_of_a_large_batch": ("batches", False),
    "depends_on_row_order": ("batches order", False),
    "reads_beyond_n": ("memory", False),
    "writes_beyond_n": ("memory", False),
    "ignores_has": ("missing-values vectors", False),
    "wrong_elements": ("values", True),
    "reads_the_clock": ("imports", False),
    "random": ("imports", False),
    "shared_static": ("statics", False),
    "static_over_contracts": ("statics", False),
    "writes_inputs": ("memory", True),
    "writes_parameters": ("memory", True),
    "unpriced_that_pays": ("values", True),
    "last_row_unwritten": ("values", True),
    "unknown_status": ("values", True),
    "unknown_note": ("values", True),
    "unknown_reason": ("values", True),
    "group_left_out": ("contracts", True),
    "group_twice": ("contracts", True),
    "line_that_does_not_multiply": ("contracts", True),
    "loop": ("memory vectors", True),
    "crash": ("memory vectors", True),
    "leak": ("leaks", False),
    "thread_left_behind": ("side-effects", False),
    "overflow_wraps": ("large-values values", False),
    "multiplies_in_64_bits": ("overflow", False),
    "multiplies_in_unsigned_64_bits": ("overflow", False),
    "clamps_to_64_bits": ("overflow", False),
    "trace_differs": ("trace", False),
    "malloc_unchecked": ("allocations", False),
    "signal_handler": ("side-effects", False),
    "sets_the_locale": ("side-effects imports", False),
    "prints": ("imports", False),
    "exits": ("imports", True),
    "frees_twice": ("leaks memory", False),
    "floating_point": ("vectors", False),
    "depends_on_the_order_of_periods": ("periods", False),
    "default_of_its_own": ("defaults", False),
    "adds_a_missing_parameter": ("missing-parameters", False),
    "multiplies_by_a_missing_parameter": ("missing-parameters", False),
    "fails_at_a_bound": ("bounds", False),
    "line_from_nowhere": ("explain", False),
    "label_not_utf8": ("contracts", True),
    "group_of_its_own": ("contracts", True),
    "thread_local": ("statics", False),
    "reads_the_environment": ("imports", False),
    "reads_a_file": ("imports", False),
    "forks": ("imports", False),
    "rounding_mode": ("side-effects", False),
    "ends_in_a_destructor": ("imports", False),
    "returns_an_unknown_status": ("contracts", True),
    "depends_on_addresses": ("fresh-process", False),
    "depends_on_addresses_of_columns": ("again batches order", False),
    "memory_that_is_not_set": ("fresh-process again batches order", False),
    "reads_rows_of_the_last_batch": ("again batches order", False),
    "forgets_a_part_of_a_batch": ("batches", False),
    "reads_the_working_directory": ("imports", False),
    "asks_for_its_resources": ("imports", False),
    "calls_the_system": ("imports", False),
    "changes_the_environment": ("side-effects", False),
    "floating_point_control": ("side-effects", False),
    "leaves_a_timer": ("side-effects", False),
    "closes_files": ("side-effects", False),
    "uses_up_the_stack": ("memory vectors", True),
    "text_without_an_end": ("contracts", True),
    "group_of_another_name": ("contracts", True),
}

# The same of unlike.c.
UNLIKE = {
    "reads_before_the_first_row": ("batches again order", False),
    "writes_before_the_first_row": ("memory", False),
    "counts_by_the_number_of_a_text": ("order", False),
    "scratch_in_its_state": ("threads", False),
    "keeps_state_in_errno": ("batches again", False),
    "stack_that_is_not_set": ("again batches order periods defaults", False),
    "writes_the_reason_of_the_next_row": ("batches", False),
    "notes_the_first_row_of_a_batch": ("batches", False),
    "memo_by_the_batch": ("batches", False),
    "links_another_library": ("imports", False),
    "constructor": ("side-effects", False),
    "system_call_of_its_own": ("imports", False),
    "divides_by_zero": ("memory", False),
    "copies_a_text_into_too_little": ("contracts", False),
    "host_kept_from_prepare": ("contracts", True),
    "problem_and_no_error": ("vectors", False),
    "pays_by_the_thread": ("threads", False),
    "truncates_to_32_bits": ("overflow", False),
    "lines_without_end": ("contracts", True),
    "frees_its_state_in_settle": ("contracts leaks", True),
    "line_in_prepare": ("contracts", True),
    "line_in_price": ("threads", True),
    "numbers_in_price": ("threads", True),
    "counter_of_the_processor": ("again", False),
    "error_without_a_problem": ("contracts", True),
}


def build(source, scratch, way):
    folder = scratch / way
    folder.mkdir(parents=True, exist_ok=True)
    file = "unlike.c" if way in UNLIKE or way == "unlike" else "broken.c"
    linked = ["-Wl,--no-as-needed", "-l:libz.so.1"] if way == "links_another_library" else []
    subprocess.run(["cc", "-std=gnu11", "-O1", "-w", "-fPIC", "-shared", "-fvisibility=hidden",
                    f"-DBREAK={way}", f"-DBREAK_{way}", "-I", source / "include", "-o", folder / "broken.so",
                    source / "tests/broken" / file, *linked, "-lm"], check=True)
    return folder / "broken.so"


def examples(source, way):
    return source / "tests/broken" / ("unlike" if way in UNLIKE or way == "unlike" else "")


def check(reckon, source, rule, way):
    found = subprocess.run([reckon, "rules", "check", rule, "--source", examples(source, way),
                            "--cases", "6", "--time", "4", "--format", "json"],
                           stdout=subprocess.PIPE, text=True)
    report = json.loads(found.stdout)
    failed = {f["check"]: f["text"] for f in report["findings"] if f["outcome"] == "failed"}
    return found.returncode, failed


def junit(reckon, source, rule, failed):
    """What is wrong with the JUnit report of a rule, by the shape that CI servers read."""
    text = subprocess.run([reckon, "rules", "check", rule, "--source", source / "tests/broken", "--cases", "2",
                           "--time", "4", "--junit"], stdout=subprocess.PIPE, text=True, check=False).stdout
    root = ET.fromstring(text)
    if root.tag != "testsuites" or [e.tag for e in root] != ["testsuite"]:
        return [f"<{root.tag}> with " + ", ".join(f"<{e.tag}>" for e in root)]
    suite = root[0]
    cases = suite.findall("testcase")
    count = {tag: sum(c.find(tag) is not None for c in cases) for tag in ("failure", "error", "skipped")}
    wrong = [] if suite.get("name") == str(rule) else [f"a suite named {suite.get('name')}"]
    for attribute, expected in (("tests", len(cases)), ("failures", count["failure"]), ("errors", count["error"]),
                                ("skipped", count["skipped"])):
        if suite.get(attribute) != str(expected):
            wrong.append(f"{attribute}={suite.get(attribute)}, and it has {expected}")
    wrong += [f"<{c.tag}>" for c in suite if c.tag != "testcase"]
    for case in cases:
        inside = [e.tag for e in case]
        if not (case.get("name") and case.get("classname") and inside in ([], ["failure"], ["skipped"]) and
                all(e.get("message") for e in case)):
            wrong.append(ET.tostring(case, encoding="unicode"))
    if (count["failure"] > 0) != failed:
        wrong.append(f"{count['failure']} failures")
    return wrong


def evaluate(reckon, source, scratch, rule, way):
    contract = scratch / "contract.json"
    vector = json.loads((examples(source, way) / "vector.json").read_text())
    contract.write_text(json.dumps(vector["contract"]))
    run = subprocess.run([reckon, "evaluate", contract, "--rules", rule.parent, "--timeout", "2"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return run.returncode, "'broken'" in run.stderr


def main(reckon, source, scratch, *ways):
    source, scratch = pathlib.Path(source), pathlib.Path(scratch)
    faults = 0
    for way, (checks, caught) in {"honest": ("", False), **WAYS, "unlike": ("", False), **UNLIKE}.items():
        if ways and way not in ways:
            continue
        rule = build(source, scratch, way)
        code, failed = check(reckon, source, rule, way)
        named = set(checks.split()) & set(failed)
        ok = code == (1 if checks else 0) and (bool(named) if checks else not failed)
        if way in ("honest", "wrong_elements"):
            wrong = junit(reckon, source, rule, bool(checks))
            ok = ok and not wrong
            failed.update({"JUnit": w for w in wrong})
        verdict = f"{way}: " + ("; ".join(f"{k}: {v}" for k, v in failed.items()) or "no failure")
        if caught:
            host, told = evaluate(reckon, source, scratch, rule, way)
            ok = ok and host == 4 and told
            verdict += f" [evaluate: {host}]"
        if not ok:
            faults += 1
        print("ok    " if ok else "FAILED", verdict[:300])
    print(f"{faults} of {len(WAYS) + len(UNLIKE) + 2 if not ways else len(ways)} broken rules were not named")
    return 1 if faults else 0


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C.UTF-8"
    sys.exit(main(*sys.argv[1:]))
