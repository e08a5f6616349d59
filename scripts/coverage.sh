#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What the tests run of the sources: lines and branches, by file.
#
#     scripts/coverage.sh [CTEST ARGUMENT...]
#
# Builds the preset `coverage`, runs its tests (all without an argument) and prints the
# share of framework/ and plugins/, and the files with the most lines that no test runs.
# Branches that only a compiler makes, and asserts, do not count. Needs gcovr; the whole
# table is in build-coverage/coverage.txt, and each line in build-coverage/coverage.html.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/build.sh
. scripts/build.sh
command -v gcovr >/dev/null || { echo "Install gcovr: apt-get install gcovr" >&2; exit 1; }

rk_build coverage
find "$RK_BUILD" -name '*.gcda' -delete
failed=0
LC_ALL=C.UTF-8 ctest --test-dir "$RK_BUILD" --parallel "${RK_JOBS:-2}" --timeout 1200 --no-tests=error "$@" \
    >"$RK_BUILD/tests.log" 2>&1 || failed=1
tail -n 12 "$RK_BUILD/tests.log"

# A file is compiled once for the library and once for what is linked whole: their counts are one.
report() { # FORMAT OUTPUT...
    gcovr --root . --object-directory "$RK_BUILD" --filter framework/ --filter plugins/ \
        --exclude-unreachable-branches --exclude-throw-branches --gcov-ignore-parse-errors "$@" 2>/dev/null
}
report --txt "$RK_BUILD/coverage.txt" --json-summary "$RK_BUILD/coverage.json" \
    --html-details "$RK_BUILD/coverage.html"
"${PYTHON:-python3}" - "$RK_BUILD/coverage.json" <<'END'
import json
import sys

found = json.load(open(sys.argv[1], encoding="utf-8"))
for file in sorted(found["files"], key=lambda f: f["line_covered"] - f["line_total"])[:12]:
    print(f"{file['line_total'] - file['line_covered']:5} lines not run: {file['filename']} ({file['line_percent']}%)")
print(f"lines {found['line_percent']}% of {found['line_total']}, branches {found['branch_percent']}% of {found['branch_total']}")
END
exit "$failed"
