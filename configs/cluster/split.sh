#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# split.sh: cuts a set of contracts, one a line, into parts for array.sbatch.
#
#     split.sh CONTRACTS.ndjson PARTS FOLDER
#
# FOLDER then has part.000.ndjson, part.001.ndjson, ... The name matters: `reckon batch` reads a
# file that ends in .ndjson as one contract a line, and any other file as one contract.
set -eu
contracts=$(realpath "$1")
parts=$2
folder=$3
mkdir -p "$folder"
cd "$folder"
split -n "l/$parts" -d -a 3 --additional-suffix=.ndjson "$contracts" part.
echo "$(wc -l <"$contracts") contracts in $(find . -name 'part.*.ndjson' | wc -l) parts in $folder"
