#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the binaries show to others: the library exactly the functions that the
# public headers declare, a rule its one constant; all of them hardened.
#
#     symbols.sh SOURCE_DIR BUILD_DIR
set -eu
source=$1
build=$2
failed=0
fail() {
    echo "failed: $*"
    failed=1
}

exported() { nm -D --defined-only "$1" | awk '{print $3}' | sort; }

# Names are those before the parenthesis of an RK_API declaration, whose first line
# may break before it.
declared=$(sed -e 's/^ \*.*//' "$source"/include/reckoner/*.h | tr '\n' ' ' | grep -oE 'RK_API [^;(]*\(' |
    grep -oE 'rk_[a-z0-9_]+ *\($' | tr -d ' (' | sort)
found=$(exported "$build/libreckoner.so")
[ -n "$declared" ] || fail "no declarations were found"
difference=$(diff <(printf '%s\n' "$declared") <(printf '%s\n' "$found") | grep '^[<>]' || true)
[ -z "$difference" ] || fail "declared (<) and exported (>) differ:"$'\n'"$difference"
if printf '%s\n' "$found" | grep -v '^rk_[a-z]' || printf '%s\n' "$found" | grep '^rk__'; then
    fail "libreckoner.so exports the names above"
fi

rules=0
for rule in "$build"/rules/*.so; do
    rules=$((rules + 1))
    names=$(exported "$rule" | tr '\n' ' ')
    [ "$names" = "reckoner_rule_1 " ] || fail "$(basename "$rule") exports $names"
    # A rule stands by itself: of libraries, it needs libc's at most.
    needs=$(readelf -dW "$rule" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vE '^(libc|libm)\.so' || true)
    [ -z "$needs" ] || fail "$(basename "$rule") needs $needs"
done
[ "$rules" -gt 0 ] || fail "there are no rules in $build/rules"

hardened() { # FILE
    local headers dynamic
    headers=$(readelf -lW "$1")
    dynamic=$(readelf -dW "$1")
    grep -q GNU_RELRO <<<"$headers" || fail "$1: no read-only relocations"
    grep -qE 'BIND_NOW|Flags:.* NOW' <<<"$dynamic" || fail "$1: resolves its symbols late"
    grep -qE 'GNU_STACK.* RW ' <<<"$headers" || fail "$1: an executable stack"
    ! grep -q TEXTREL <<<"$dynamic" || fail "$1: text is relocated"
    ! grep -qE '\((RPATH|RUNPATH)\)' <<<"$dynamic" || fail "$1: a search path of its own"
}
for file in "$build/libreckoner.so" "$build"/rules/*.so; do
    hardened "$file"
done
if [ -x "$build/reckon" ]; then
    hardened "$build/reckon"
    readelf -hW "$build/reckon" | grep -q 'Type: *DYN' || fail "reckon is loaded at a fixed address"
fi
echo "$(printf '%s\n' "$found" | wc -l) functions, $rules rules"
exit "$failed"
