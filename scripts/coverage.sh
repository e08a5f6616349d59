#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What the tests run of the sources: lines and branches, by file.
#
#     scripts/coverage.sh [CTEST ARGUMENT...]
#
# Builds the preset `coverage`, runs its tests (all without an argument, and then failing
# allocations and system calls in numbers) and prints the share of framework/ and plugins/,
# and the files with the most lines that no test runs. With RK_KEEP=1, what earlier runs
# counted stays. Needs clang and llvm; the whole table is in build-coverage/coverage.txt,
# and each line of the sources, with its branches, in build-coverage/coverage.html.
#
# A branch is an outcome of a condition: `a && b` has four. Each process counts in a file
# that it maps, so those that are confined or killed count as others do.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/build.sh
. scripts/build.sh
command -v llvm-cov >/dev/null || { echo "Install llvm: apt-get install llvm" >&2; exit 1; }

rk_build coverage
[ -n "${RK_KEEP:-}" ] || rm -rf "$RK_BUILD/counts"
# Tests of other users count too.
mkdir -p "$RK_BUILD/counts"
chmod 1777 "$RK_BUILD/counts"
failed=0
LC_ALL=C.UTF-8 ctest --test-dir "$RK_BUILD" --parallel "${RK_JOBS:-2}" --timeout 1200 --no-tests=error "$@" \
    >"$RK_BUILD/tests.log" 2>&1 || failed=1
tail -n 12 "$RK_BUILD/tests.log"
if [ $# = 0 ]; then
    python=${PYTHON:-python3} reckon=$RK_BUILD/reckon scratch=$RK_BUILD/tests/scratch
    "$python" tests/checks/starved.py "$reckon" "$RK_BUILD/tests/fixtures/fail_malloc.so" "$scratch/stacks" --stacks || failed=1
    "$python" tests/reliability/faults.py "$reckon" "$scratch/faults" --count 2000 || failed=1
fi

# What was counted, of the command, the library and the rules that ship.
objects=("$RK_BUILD/libreckoner.so")
for rule in "$RK_BUILD"/rules/*.so; do
    objects+=("$rule")
done
with=()
for object in "${objects[@]}"; do
    with+=(-object "$object")
done
llvm-profdata merge -sparse -failure-mode=all "$RK_BUILD"/counts/*.profraw -o "$RK_BUILD/coverage.profdata"
chosen=("$RK_BUILD/reckon" "${with[@]}" -instr-profile "$RK_BUILD/coverage.profdata" -ignore-filename-regex '(^|/)tests/')
# Names of sources are as they were compiled, mostly from the folder of the build.
llvm-cov report "${chosen[@]}" -show-branch-summary >"$RK_BUILD/coverage.txt"
llvm-cov export "${chosen[@]}" -summary-only >"$RK_BUILD/coverage.json"
(cd "$RK_BUILD" && llvm-cov show "${chosen[@]//$RK_BUILD\//}" -show-branches=count -format=html >coverage.html) || failed=1
"${PYTHON:-python3}" - "$RK_BUILD/coverage.json" <<'END'
import json
import sys

found = json.load(open(sys.argv[1], encoding="utf-8"))["data"][0]
for file in sorted(found["files"], key=lambda f: f["summary"]["lines"]["covered"] - f["summary"]["lines"]["count"])[:12]:
    lines, branches = file["summary"]["lines"], file["summary"]["branches"]
    print(f"{lines['count'] - lines['covered']:5} lines and {branches['notcovered']:4} branches not run: "
          f"{file['filename'].removeprefix('../')} ({lines['percent']:.1f}%, {branches['percent']:.1f}%)")
lines, branches = found["totals"]["lines"], found["totals"]["branches"]
print(f"lines {lines['percent']:.2f}% of {lines['count']}, branches {branches['percent']:.2f}% of {branches['count']}")
END
exit "$failed"
