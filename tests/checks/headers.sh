#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each public header compiles alone, as C11 and as C++17, with every compiler that
# is here; and a rule may be written in C++.
#
#     headers.sh SOURCE_DIR SCRATCH_DIR
set -eu
source=$1
scratch=$2
rm -rf "$scratch"
mkdir -p "$scratch"
failed=0
strict=(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -I "$source/include")

attempt() { # WHAT COMMAND...: runs the command, and says what did not compile
    local what=$1
    shift
    if ! "$@"; then
        echo "failed: $what"
        failed=1
    fi
}

for pair in "gcc g++" "clang clang++"; do
    read -r cc cxx <<<"$pair"
    if ! command -v "$cc" >/dev/null || ! command -v "$cxx" >/dev/null; then
        echo "skipped: $cc and $cxx are not both here"
        continue
    fi
    for header in "$source"/include/reckoner/*.h; do
        name=reckoner/$(basename "$header")
        echo "#include <$name>" >"$scratch/alone.c"
        cp "$scratch/alone.c" "$scratch/alone.cc"
        attempt "$name as C11 with $cc" \
            "$cc" -std=c11 "${strict[@]}" -fsyntax-only "$scratch/alone.c"
        attempt "$name as C++17 with $cxx" \
            "$cxx" -std=c++17 "${strict[@]}" -fsyntax-only "$scratch/alone.cc"
        # Twice in one file: the guard holds.
        echo "#include <$name>" >>"$scratch/alone.c"
        attempt "$name twice with $cc" \
            "$cc" -std=c11 "${strict[@]}" -fsyntax-only "$scratch/alone.c"
    done
    # The optimizers of both look for values that are used before they are set.
    unset=-Wmaybe-uninitialized
    [ "$cc" = gcc ] || unset=-Wconditional-uninitialized
    cp "$source/tests/checks/decimals.c" "$scratch/decimals.cc"
    for way in "-O2 c11" "-O3 c2x"; do
        read -r level standard <<<"$way"
        attempt "decimal.h as $standard at $level with $cc" \
            "$cc" -std="$standard" "$level" "${strict[@]}" $unset -c -o /dev/null "$source/tests/checks/decimals.c"
        attempt "decimal.h as C++17 at $level with $cxx" \
            "$cxx" -std=c++17 "$level" "${strict[@]}" $unset -c -o /dev/null "$scratch/decimals.cc"
    done
    # RK_RULE_EXPORT names members, which C++ has had since C++20.
    attempt "a rule in C++20 with $cxx" \
        "$cxx" -std=c++20 "${strict[@]}" -fPIC -shared -fvisibility=hidden \
        -Wl,-z,defs -o "$scratch/rule-in-cxx.so" "$source/tests/checks/rule.cc"
    exported=$(nm -D --defined-only "$scratch/rule-in-cxx.so" 2>/dev/null | awk '$2 != "w" {print $3}')
    if [ "$exported" != reckoner_rule_1 ]; then
        echo "failed: a rule in C++ with $cxx exports '$exported', not reckoner_rule_1"
        failed=1
    fi
done
exit "$failed"
