#!/bin/bash
# SPDX-License-Identifier: MIT
#
# run.sh: the command as a user meets it: what it prints and how it exits.
#
#     tests/golden/run.sh [--update] [--build DIR] [CASE or PATTERN...]
#
# A case is a folder of cases/: `cmd` is a bash script that is run in a copy of the
# folder (with the files of common/ beside it), and what it prints and how it exits are
# held against `stdout`, `stderr` and `code` (absent: nothing printed, exit code 0). --update
# writes those three from what happened; read the difference before you commit it. A cmd
# that ends with 77 is skipped, the last line of its standard output says why.
#
# Needs coreutils, diff and sed alone. What differs from machine to machine is replaced
# before it is compared: the folders of the build and the sources, ports of servers, and
# the digests and sizes of rules, which depend on the compiler.
set -u
export LC_ALL=C.UTF-8
umask 022

golden=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$golden/../.." && pwd)
build=$source/build
update=no
names=()
while [ $# -gt 0 ]; do
    case $1 in
    --update) update=yes ;;
    --build)
        build=$(cd "$2" && pwd) || exit 2
        shift
        ;;
    --help | -h)
        sed -n '3,/^set/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    -*)
        echo "run.sh: unknown option '$1'" >&2
        exit 2
        ;;
    *)
        for folder in "$golden"/cases/${1##*/}; do
            names+=("$(basename "$folder")")
        done
        ;;
    esac
    shift
done
if [ ! -x "$build/reckon" ]; then
    echo "run.sh: no '$build/reckon'; build first, or say --build DIR" >&2
    exit 2
fi
if [ ${#names[@]} -eq 0 ]; then
    for folder in "$golden"/cases/*/; do
        names+=("$(basename "$folder")")
    done
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/golden.XXXXXX") || exit 2
trap 'chmod -R u+rwX "$scratch"; rm -rf "$scratch"' EXIT

same_everywhere() {
    sed -E -e "s#$1#WORK#g" -e "s#$build#BUILD#g" -e "s#$source#SOURCE#g" \
        -e 's#(127\.0\.0\.1|localhost|\[::1\]):[0-9]{2,5}#\1:PORT#g' \
        -e 's#port [0-9]+ after [0-9]+ ms#port PORT after N ms#g' \
        -e 's#("file": "[^"]*\.so", "sha256": ")[0-9a-f]{64}#\1SHA256#g'
}

# run_case NAME: leaves out/{stdout,stderr,code} in $scratch/NAME.out
run_case() {
    local work=$scratch/$1 out=$scratch/$1.out code=0
    mkdir -p "$work" "$out" "$scratch/home"
    cp -R "$golden/common/." "$golden/cases/$1/." "$work"
    chmod -R go+rX "$work" # whatever the caller's umask is
    rm -f "$work"/{cmd,stdout,stderr,code}
    # Nothing of the caller's but what it takes to find programs and a compiler.
    (
        cd "$work" && exec env -i PATH="$build:$PATH" HOME="$scratch/home" \
            XDG_CACHE_HOME="$work/.cache" LC_ALL=C.UTF-8 TZ=UTC TMPDIR="$scratch" CC="${CC:-cc}" \
            ASAN_OPTIONS="${ASAN_OPTIONS:-}" UBSAN_OPTIONS="${UBSAN_OPTIONS:-}" \
            SOURCE="$source" BUILD="$build" PYTHON="${PYTHON:-python3}" \
            RK_SHARED="${RK_SHARED:-$source/../shared}" \
            BASH_ENV="$golden/prelude.sh" bash "$golden/cases/$1/cmd"
    ) >"$out/raw" 2>"$out/raw-errors" </dev/null || code=$?
    same_everywhere "$work" <"$out/raw" >"$out/stdout"
    same_everywhere "$work" <"$out/raw-errors" >"$out/stderr"
    echo "$code" >"$out/code"
    chmod -R u+rwX "$work"
    rm -rf "$work"
}

# The case's expectation, or what stands for an absent file.
expected() {
    if [ -e "$1/$2" ]; then
        cat "$1/$2"
    elif [ "$2" = code ]; then
        echo 0
    fi
}

# Several at a time: some wait for servers that do not answer.
running=0
for name in "${names[@]}"; do
    [ -f "$golden/cases/$name/cmd" ] || continue
    run_case "$name" &
    running=$((running + 1))
    if [ $running -ge "$(nproc)" ]; then
        wait -n
        running=$((running - 1))
    fi
done
wait

passed=0 failed=0 skipped=0
for name in "${names[@]}"; do
    case_folder=$golden/cases/$name
    out=$scratch/$name.out
    if [ ! -f "$case_folder/cmd" ]; then
        echo "FAILED $name: there is no '$case_folder/cmd'"
        failed=$((failed + 1))
        continue
    fi
    if [ "$(cat "$out/code")" = 77 ]; then
        echo "skipped: $name: $(tail -n 1 "$out/stdout")"
        skipped=$((skipped + 1))
        continue
    fi
    good=yes
    for part in stdout stderr code; do
        if expected "$case_folder" $part | cmp -s - "$out/$part"; then
            continue
        fi
        good=no
        if [ $update = yes ]; then
            cp "$out/$part" "$case_folder/$part"
            # Nothing printed and exit code 0 need no file.
            if [ $part = code ] && [ "$(cat "$out/code")" = 0 ] || [ ! -s "$out/$part" ]; then
                rm "$case_folder/$part"
            fi
            echo "updated $name/$part"
            continue
        fi
        echo "FAILED $name: $part (- expected, + found)"
        expected "$case_folder" $part |
            diff -u --label expected --label found - "$out/$part" | head -n 60
    done
    if [ $good = yes ]; then
        passed=$((passed + 1))
    elif [ $update = no ]; then
        failed=$((failed + 1))
    fi
done
echo "golden: $passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
