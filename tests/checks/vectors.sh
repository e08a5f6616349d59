#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs the worked examples (`reckon test`) of one collection.
#
#     vectors.sh RECKON PATTERN...
#
# Skips where no file matches: some collections lie beside the checkout.
set -u
reckon=$1
shift
files=()
for pattern in "$@"; do
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
