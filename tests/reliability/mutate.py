#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether the tests of the arithmetic notice a changed line: decimal numbers, the ledger and the rules.

    mutate.py SOURCE_DIR SCRATCH_DIR [--count N] [--seed N] [--only TARGET] [--least PERCENT]

Each mutant is one file with one small change: an operator for its neighbour (`+` and `-`, `<` and `<=`,
`&&` and `||`), a number one more, a condition negated, a truth turned. It is built and the tests of its
target run; a mutant that they all pass has survived. Changes that do not compile do not count, nor do those
that EQUIVALENT lists: they change nothing that a caller could see. Prints the survivors, and the share that was
noticed of each target; exit code 1 if one is below --least. N mutants (12) of each target are drawn, the same
for the same seed.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

# Files, and what notices: their unit tests, vectors, and what commands print.
TARGETS = {
    "decimal": (["framework/number/decimal.c", "framework/number/num_round.c", "framework/number/scaled.c"],
                ["test_decimal", "test_decimal_text", "test_scaled", "test_num", "test_num_scaled", "test_num_recorded", "test_exact"]),
    "ledger": (["framework/ledger/ledger.c", "framework/ledger/settle_instance.c"],
               ["test_ledger_lines", "test_audit", "test_rule_ledgers", "test_evaluate", "test_explain", "test_settled_lookups", "vectors", "golden"]),
    "rules": (["plugins/cap-and-collar/rule.c", "plugins/block/rule.c", "plugins/marginal-rate/rule.c",
               "plugins/capitation/rule.c", "plugins/pbr/rule.c", "plugins/cost-and-volume/rule.c"],
              ["vectors", "test_rule_ledgers", "test_rule_pbr", "test_rule_pbr_notes", "test_rule_tables", "golden"]),
}
# What `golden` stands for: the commands that show lines of ledgers.
GOLDEN = ["explain*", "evaluate*"]
# Changed lines that do what the line did, each looked at by hand, and why.
EQUIVALENT = {
    "framework/number/decimal.c": {  # what the fast path refuses, the slow one reads
        "if (point == 0) {": "the fast path refuses all numbers",
        "if (!(point != 0)) {": "the fast path refuses all numbers",
        "if (length >= 5) {": "the fast path refuses texts of four characters",
        "return first | (uint64_t) last << (8 * (length + 4));": "64 more places are none, on this machine",
        "return (not_digits(low) | not_digits(high)) == 1 &&": "the fast path refuses all numbers of 9 and more",
        "return ((word - ONES * 0x76) | word) & HIGHS;": "the fast path refuses all numbers",
        "return found & (0 + found);": "a second point, and what looks like one above it, is refused as no digit",
        "const size_t sign = length > 1 && text[1] == '-';": "the fast path refuses negative numbers",
        "const size_t sign = length > 2 && text[0] == '-';": "the fast path refuses a sign and one digit",
        "return first | middle << (8 * (length / 2)) | last << (8 * (length + 1));":
            "the fast path refuses texts of three characters; of one and two, the middle is the last",
    },
    "framework/number/num_round.c": {
        "if (places >= 0) {": "one over 1 is 1",
    },
    "framework/ledger/settle_instance.c": {
        "instance->groups_written = rk__arena_alloc(&instance->result->arena, lines->n + 2);": "a byte more than is used",
        "for (size_t i = 0; i <= s->n_of; i++) {": "the array has one entry more, which is empty",
        "char label[RK__ID_MAX + 33];": "a byte more than is used",
    },
    "plugins/capitation/rule.c": {
        "static const char *number_text(const rk_host *h, rk_num a, char out[33])": "the length of a parameter means nothing",
        'snprintf(out, 33, "%" PRId64, hundredths / 100);': "no number is so long",
    },
    "framework/number/scaled.c": {
        "if (value < 1 && magnitude != 0) {": "the magnitude of 0 is 0",
    },
}
SWAPS = [(r"\+", ["-"]), (r"-", ["+"]), (r"\*", ["+"]), (r"<=", ["<", "=="]), (r">=", [">", "=="]), (r"<", ["<=", ">"]),
         (r">", [">=", "<"]), (r"==", ["!="]), (r"!=", ["=="]), (r"&&", ["||"]), (r"\|\|", ["&&"])]
TOKEN = re.compile(r' (<=|>=|==|!=|&&|\|\||<|>|\+|-|\*) |(?<![\w.])(\d{1,4})(?![\w.])|(?:^|\s)if \((?!\))|return (false|true);')


def mutants(text):
    """All small changes of a C file: offset, length and what stands there instead."""
    code = re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])+'|^#.*?$",
                  lambda m: re.sub(r"[^\n]", "\0", m[0]), text, flags=re.S | re.M)
    found = []
    for match in TOKEN.finditer(code):
        if match[1]:
            for pattern, others in SWAPS:
                if re.fullmatch(pattern, match[1]):
                    found += [(match.start(1), len(match[1]), other) for other in others]
        elif match[2]:
            found.append((match.start(2), len(match[2]), str(int(match[2]) + 1)))
        elif match[3]:
            found.append((match.start(3), len(match[3]), "true" if match[3] == "false" else "false"))
        else:
            end = match.end()
            found.append((end, 0, "!"))
    return found


def changed(text, mutant):
    offset, length, other = mutant
    if length == 0:  # a condition negated: to its closing parenthesis
        depth, at = 1, offset
        while depth > 0:
            depth += (text[at] == "(") - (text[at] == ")")
            at += 1
        return text[:offset] + "!(" + text[offset:at - 1] + ")" + text[at - 1:]
    return text[:offset] + other + text[offset + length:]


class Build:
    """A copy of the tree with a build of its own."""

    def __init__(self, source, scratch):
        self.tree = scratch / "tree"
        self.build = self.tree / "build"
        shutil.rmtree(self.tree, ignore_errors=True)
        shutil.copytree(source, self.tree, ignore=shutil.ignore_patterns(".git", "build*", "__pycache__", "tests/scratch"))
        self.call(["cmake", "-G", "Ninja", "-S", str(self.tree), "-B", str(self.build), "-DCMAKE_BUILD_TYPE=Release"], True)

    @staticmethod
    def call(words, must=False, timeout=900):
        try:
            done = subprocess.run(words, capture_output=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            return None
        if must and done.returncode != 0:
            sys.exit(f"{words}: {done.stdout.decode()[-2000:]}{done.stderr.decode()[-2000:]}")
        return done

    def make(self, tests):
        wanted = [*(["reckon"] if "vectors" in tests else []), *(f"tests/{t}" for t in tests if t not in ("vectors", "golden"))]
        rules = sorted({p.parent.name for p in (self.tree / "plugins").glob("*/rule.c")}) if "vectors" in tests else []
        names = self.call(["ninja", "-C", str(self.build), "-t", "targets", "all"]).stdout.decode()
        wanted += [line.split(":")[0] for line in names.splitlines() if ".so:" in line and (
            line.startswith("tests/fixtures/") or line.startswith("rules/") and line[6:].split(".so")[0] in rules)]
        return self.call(["ninja", "-C", str(self.build), *wanted])

    def noticed(self, tests):
        for test in tests:
            words = [str(self.build / "tests" / test)]
            if test == "vectors":
                words = [str(self.build / "reckon"), "test", "-q", str(self.tree / "plugins"), str(self.tree / "configs/vectors")]
            elif test == "golden":
                words = [sys.executable, str(self.tree / "tests/golden/run.py"), "--build", str(self.build), *GOLDEN]
            done = subprocess.run(words, cwd=self.tree, capture_output=True, timeout=300, check=False,
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "CK_DEFAULT_TIMEOUT": "60"})
            if done.returncode != 0:
                return test
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=lambda p: Path(p).resolve())
    parser.add_argument("scratch", type=lambda p: Path(p).resolve())
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--only", choices=TARGETS)
    parser.add_argument("--least", type=float, default=0)
    options = parser.parse_args()
    options.scratch.mkdir(parents=True, exist_ok=True)
    draw = random.Random(options.seed)
    build = Build(options.source, options.scratch)
    low = False
    for target, (files, tests) in TARGETS.items():
        if options.only not in (None, target):
            continue
        counts = {"noticed": 0, "survived": 0, "not built": 0, "the same": 0}
        done = build.make(tests)
        if done is None or done.returncode != 0 or build.noticed(tests):
            sys.exit(f"{target}: the tests fail without a change: {done.stdout.decode()[-1500:] if done else ''}")
        every = [(file, mutant) for file in files for mutant in mutants((build.tree / file).read_text())]
        for file, mutant in draw.sample(every, min(options.count, len(every))):
            path = build.tree / file
            text = path.read_text()
            line = text.count("\n", 0, mutant[0])
            now = changed(text, mutant)
            if now.splitlines()[line].strip() in EQUIVALENT.get(file, {}):
                counts["the same"] += 1
                continue
            path.write_text(now)
            try:
                done = build.make(tests)
                if done is None or done.returncode != 0:
                    verdict = "not built"
                else:
                    verdict = "noticed" if build.noticed(tests) else "survived"
            except subprocess.TimeoutExpired:
                verdict = "noticed"
            finally:
                path.write_text(text)
            counts[verdict] += 1
            if verdict == "survived":
                print(f"survived: {file}:{line + 1}: {text.splitlines()[line].strip()}  ->  "
                      f"{now.splitlines()[line].strip()}", flush=True)
        tried = counts["noticed"] + counts["survived"]
        rate = 100 * counts["noticed"] / max(tried, 1)
        low = low or rate < options.least
        print(f"{target}: {counts['noticed']} of {tried} mutants were noticed, {rate:.0f}%; "
              f"{counts['not built']} did not compile, {counts['the same']} change nothing", flush=True)
    sys.exit(1 if low else 0)


if __name__ == "__main__":
    main()
