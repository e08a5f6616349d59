#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# merge.sh: puts the results of all parts together, in the order of the contracts.
#
#     merge.sh FOLDER > results.ndjson
#
# Fails, and names the parts, if one has no results or too few.
set -eu
cd "$1"
wrong=0
for part in part.*.ndjson; do
    results=results.${part#part.}
    if [ ! -e "$results" ] || [ "$(wc -l <"$results")" != "$(wc -l <"$part")" ]; then
        echo "$part has no results, or too few: run requeue.sh" >&2
        wrong=1
    fi
done
[ "$wrong" = 0 ] || exit 1
cat results.*.ndjson
