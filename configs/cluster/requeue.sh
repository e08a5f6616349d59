#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# requeue.sh: submits the parts again that have no results, once no task of the array is left.
#
#     requeue.sh FOLDER [SBATCH_OPTION...]
#
# Prints the id of the new job; nothing if every part has its results.
set -eu
here=$(dirname "$(realpath "$0")")
folder=$1
shift
missing=
for part in "$folder"/part.*.ndjson; do
    number=${part##*/part.}
    number=${number%.ndjson}
    [ -e "$folder/results.$number.ndjson" ] || missing=$missing${missing:+,}$((10#$number))
done
[ -z "$missing" ] || sbatch --parsable --array="$missing" "$@" "$here/array.sbatch" "$folder"
