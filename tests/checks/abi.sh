#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Rules that were built against earlier versions of plugin.h still load and give
# the same totals.
#
#     abi.sh RECKON FOLDER
#
# Skips where no folder is of this kind of machine.
set -u
reckon=$1
found=0
for folder in "$2"/*-"$(uname -m)"; do
    [ -d "$folder" ] || continue
    found=1
    listed=$("$reckon" rules --rules "$folder" --format csv) || exit 1
    for rule in "$folder"/*.so; do
        # These, and not the ones that the build has made.
        if ! grep -F "$folder/$(basename "$rule")" <<<"$listed" | grep -q 'loaded'; then
            echo "failed: $rule was not loaded"
            printf '%s\n' "$listed"
            exit 1
        fi
    done
    "$reckon" test --rules "$folder" "$folder"/vector.json || exit 1
done
[ "$found" = 1 ] || { echo "skipped: no rules of earlier releases are of this kind of machine"; exit 77; }
