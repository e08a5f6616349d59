#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs the worked examples (`reckon test`) of one collection.
#
#     vectors.sh RECKON PATTERN...
#
# `@shared@` in a pattern is the folder of test data: RK_SHARED, or ../shared beside
# the checkout. Skips where no file matches.
set -u
reckon=$1
shift
files=()
for pattern in "${@//@shared@/${RK_SHARED:-$PWD/../shared}}"; do
    # The pattern is expanded here, as ctest has no shell.
    # shellcheck disable=SC2206
    matches=($pattern)
    [ -e "${matches[0]}" ] && files+=("${matches[@]}")
done
if [ "${#files[@]}" = 0 ]; then
    echo "skipped: there is no $*"
    exit 77
fi
output=$("$reckon" test "${files[@]}" 2>&1)
status=$?
printf '%s\n' "$output"
# A run of no examples at all proves nothing.
[ "$status" = 0 ] && printf '%s\n' "$output" | tail -n 1 | grep -qE '^[1-9][0-9]* passed, 0 failed'
