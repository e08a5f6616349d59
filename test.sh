#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds Reckoner and runs its tests.
#
#     ./test.sh [--preset NAME] [CTEST ARGUMENT...]
#
#     ./test.sh                      all tests of the release build
#     ./test.sh -R table             those whose names have "table" in them
#     ./test.sh --preset asan-ubsan  in another build (CMakePresets.json)
#
# Installs missing packages where it can (Debian, Ubuntu). Files of test data beside
# this folder (../shared, or where RK_SHARED points) are used where they exist. Ends
# with the line "N passed, N failed", and with 1 where a test failed.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=scripts/packages.sh
. scripts/packages.sh
# shellcheck source=scripts/build.sh
. scripts/build.sh

preset=release
if [ "${1:-}" = --preset ]; then
    preset=${2:?a preset of CMakePresets.json}
    shift 2
fi

give_up() {
    echo "$1" >&2
    echo "0 passed, 1 failed"
    exit 1
}
rk_packages || give_up "Packages are missing."
rk_packages_for_charts
rk_build "$preset" || give_up "The build failed."

results=$PWD/$RK_BUILD/test-results.xml
rm -f "$results"
export LC_ALL=C.UTF-8 CTEST_OUTPUT_ON_FAILURE=1
ctest --test-dir "$RK_BUILD" --parallel "${RK_JOBS:-3}" --timeout 600 --no-tests=error \
    --output-junit "$results" "$@"
status=$?

count_of() { # ATTRIBUTE: of all tests that ran
    sed -n '/<testsuite /,/>/p' "$results" | tr '\n\t' '  ' |
        sed -n "s/.*[ ]$1=\"\([0-9]*\)\".*/\1/p"
}
[ -s "$results" ] || give_up "The tests did not run."
skipped=$(($(count_of skipped) + $(count_of disabled)))
failed=$(count_of failures)
passed=$(($(count_of tests) - failed - skipped))

# What whole tests, or parts of them, were left out for.
notes=$(sed -n 's/^\(<system-out>\)\{0,1\}\(skipped: .*\)/\2/p' "$results" | sed 's/&apos;/'"'"'/g' | sort | uniq -c)
if [ -n "$notes" ]; then
    printf '\nNot run here:\n%s\n' "$notes"
fi
if [ "$failed" = 0 ] && [ "$status" != 0 ]; then
    failed=1 # ctest itself did
fi
echo
if [ "$skipped" = 0 ]; then
    echo "$passed passed, $failed failed"
else
    echo "$passed passed, $failed failed, $skipped skipped"
fi
[ "$failed" = 0 ]
