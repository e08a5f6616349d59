#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# All rules that come with Reckoner pass `reckon rules check`, in a short run.
#
#     rules_check.sh RECKON SOURCE_DIR RULES_DIR
set -u
reckon=$1
source=$2
failed=0
for rule in "$3"/*.so; do
    id=$(basename "$rule" .so)
    [ -d "$source/plugins/$id" ] || continue
    if ! RECKONER_INCLUDE="$source/include" "$reckon" rules check "$rule" \
        --source "$source/plugins/$id" --cases 3 --time 120; then
        failed=1
    fi
done
exit "$failed"
