#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the fuzz targets and runs each for a while.
#
#     scripts/fuzz.sh [SECONDS [TARGET...]]
#
#     scripts/fuzz.sh                  10 seconds for each
#     scripts/fuzz.sh 600 csv number   10 minutes for two of them
#
# Seeds are what earlier runs kept (tests/fuzz/corpus), the documents of the tree itself, and those
# beside it where they exist. The random numbers are the same each time; RK_FUZZ_SEED changes them.
# What a target finds lies in build-fuzz/runs/fuzz_TARGET/found. Needs clang.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=scripts/build.sh
. scripts/build.sh

seconds=${1:-10}
shift $(($# > 0))
rk_build fuzz || exit 1
if [ $# = 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        source=${source##*/fuzz_}
        set -- "$@" "${source%.c}"
    done
fi

failed=()
for name in "$@"; do
    folder=build-fuzz/runs/fuzz_$name
    mkdir -p "$folder/corpus" "$folder/found"
    python3 -m zipfile -e "tests/fuzz/corpus/$name.zip" "$folder/corpus"
    case $name in
    import) cp configs/profiles/*.json tests/golden/cases/tariff-import/*.json "$folder/corpus" ;;
    json* | document)
        for seed in configs/*/*.json; do
            cp "$seed" "$folder/corpus/${seed//\//-}"
        done
        ;;
    csv) find configs -name '*.csv' -size -64k -exec cp {} "$folder/corpus" \; ;;
    workbook) python3 tests/fuzz/workbook_seeds.py "$folder/corpus" ;;
    elf) cp build-fuzz/rules/block.so "$folder/corpus" ;;
    esac
    seeds=${RK_SHARED:-../shared}/data/hostile/fuzz-seeds/$name/corpus
    [ -d "$seeds" ] || seeds=
    if "build-fuzz/tests/fuzz/fuzz_$name" -seed="${RK_FUZZ_SEED:-1}" -max_total_time="$seconds" \
        -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$folder/found/" \
        "$folder/corpus" ${seeds:+"$seeds"} >"$folder/log" 2>&1; then
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log") inputs"
    else
        tail -n 40 "$folder/log"
        failed+=("$name failed: $(grep -m 1 -E '^SUMMARY|ERROR: ' "$folder/log"); its input is in $folder/found")
        echo "${failed[-1]}"
    fi
done
[ ${#failed[@]} = 0 ] || printf '%s\n' "${failed[@]}"
exit $((${#failed[@]} > 0))
