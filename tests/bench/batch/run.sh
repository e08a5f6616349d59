#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run.sh: how many small contracts a second, on one core with workers, beside cJSON alone
# and, where they are installed in NODE_FOLDER/node_modules, engines for Node. All totals
# must be equal.
#
#     tests/bench/batch/run.sh BUILD_FOLDER [CONTRACTS] [NODE_FOLDER]
#
# Contracts and results go to TMPDIR, 3.2 KB for each contract: name a folder in memory, or
# the disk is measured too. Starting takes some 10 ms, which a small set shows.
set -eu
build=$(realpath "$1")
n=${2:-200000}
node_folder=${3:-.}
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
expected=$("$build/tests/bench/batch_bench" make "$n" "$folder")
cd "$folder"
echo "$n contracts of $(($(wc -c < set.ndjson) / n)) bytes, total $expected"

show() { printf '%-44s %10s a second\n' "$1" "$2"; }

# The rate that the summary tells, once its total is the right one.
reckon_rate() {
    "$@" > results.ndjson 2> summary
    total=$(awk '/^main /{gsub(",", "", $3); print $3}' summary)
    if [ "$total" != "$expected" ]; then
        echo "$*: the total is $total, and not $expected" >&2
        exit 1
    fi
    awk '/contracts a second/{print $3}' summary
}

other_rate() {
    (cd "$node_folder" && taskset -c 0 node "$here/others.mjs" "$1" "$folder") > other
    if [ "$(cut -d' ' -f2 other)" != "$expected" ]; then
        echo "$1: the total is $(cut -d' ' -f2 other), and not $expected" >&2
        exit 1
    fi
    cut -d' ' -f1 other
}

cjson=$(taskset -c 0 "$build/tests/bench/batch_bench" cjson set.ndjson)
show "cJSON, parsing alone, one core" "$cjson"
one=$(reckon_rate taskset -c 0 "$build/reckon" batch -j 1 set.ndjson)
show "reckon batch, one core, one worker" "$one"
show "reckon batch, one core, in process" \
    "$(reckon_rate taskset -c 0 "$build/reckon" batch --in-process set.ndjson)"
if [ "$(nproc)" -gt 1 ]; then
    two=$(reckon_rate taskset -c 0,1 "$build/reckon" batch -j 2 set.ndjson)
    show "reckon batch, two cores, two workers" "$two"
    echo "two cores to one: $(echo "$two $one" | awk '{printf "%.2f", $1 / $2}')"
fi
echo "one core to cJSON: $(echo "$one $cjson" | awk '{printf "%.2f", $1 / $2}')"
for engine in json-rules-engine zen plain; do
    module=$engine
    [ "$engine" = zen ] && module=@gorules/zen-engine
    if command -v node > /dev/null && { [ "$engine" = plain ] || [ -d "$node_folder/node_modules/$module" ]; }; then
        rate=$(other_rate "$engine")
        show "$engine (Node), one core" "$rate"
        echo "one core to $engine: $(echo "$one $rate" | awk '{printf "%.2f", $1 / $2}')"
    else
        echo "skipped: $engine is not installed"
    fi
done
