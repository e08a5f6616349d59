#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The same bytes from gcc and clang, at -O0 and -O3.
#
#     tests/reliability/compilers.sh SOURCE_DIR SCRATCH_DIR
#
# Builds the command and the rules four times, and runs the golden cases with each: what
# they print must be what is kept, to the byte. Takes some minutes. A compiler that is not
# installed is left out, and named.
set -u
source=$(realpath "$1")
mkdir -p "$2"
scratch=$(realpath "$2")
failed=0
for compiler in gcc clang; do
    if ! command -v "$compiler" >/dev/null; then
        echo "skipped: $compiler is not installed"
        continue
    fi
    for level in 0 3; do
        build=$scratch/$compiler-O$level
        # The golden cases use two programs and some rules of the tests, so these are built too.
        if ! cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_C_COMPILER="$compiler" \
            -DCMAKE_C_FLAGS="-O$level" >"$build.log" 2>&1 || ! cmake --build "$build" >>"$build.log" 2>&1; then
            tail -n 20 "$build.log"
            echo "$compiler -O$level: cannot be built"
            failed=1
            continue
        fi
        if CC=$compiler "${PYTHON:-python3}" "$source/tests/golden/run.py" --build "$build" >"$build.golden" 2>&1; then
            echo "$compiler -O$level: $(tail -n 1 "$build.golden")"
        else
            tail -n 40 "$build.golden"
            echo "$compiler -O$level: other bytes"
            failed=1
        fi
    done
done
exit "$failed"
