#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `cmake --install` leaves is whole: programs build against it with pkg-config,
# and the installed command finds its rules and starts new ones.
#
#     install.sh SOURCE_DIR SCRATCH_DIR C_COMPILER
#
# Builds in SCRATCH_DIR/build, without optimisation, and again only what changed.
set -eu
source=$1
scratch=$2
cc=$3
prefix=$scratch/prefix
mkdir -p "$scratch"

quietly() { # COMMAND...: shows what it printed only where it failed
    local log=$scratch/log
    if ! "$@" >"$log" 2>&1; then
        cat "$log"
        echo "failed: $*"
        exit 1
    fi
}
fail() {
    echo "failed: $*"
    exit 1
}

quietly cmake -S "$source" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG=-O0 \
    -DCMAKE_C_COMPILER="$cc" -DCMAKE_INSTALL_PREFIX="$prefix" -DRK_TESTS=OFF
quietly cmake --build "$scratch/build" --parallel 2
rm -rf "$prefix"
quietly cmake --install "$scratch/build"

# Nothing of the checkout or the build may help from here on.
unset RECKONER_RULES
work=$scratch/work
rm -rf "$work"
mkdir -p "$work"
cd "$work"
cp "$source/tests/checks/embed.c" "$source/tests/checks/walk_ledger.c" .

pc=$(find "$prefix" -name reckoner.pc)
[ -n "$pc" ] || fail "reckoner.pc is not installed"
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
libraries=$(pkg-config --variable=libdir reckoner)
rules=$(pkg-config --variable=rulesdir reckoner)
[ "$(find "$rules" -name '*.so' | wc -l)" = "$(find "$source/plugins" -name rule.c | wc -l)" ] ||
    fail "not every rule is in $rules"
for header in "$source"/include/reckoner/*.h; do
    [ -f "$prefix/include/reckoner/$(basename "$header")" ] || fail "$(basename "$header") is not installed"
done
for manual in "$source"/docs/man/*.1; do
    [ ! -f "$manual" ] || [ -f "$prefix/share/man/man1/$(basename "$manual")" ] ||
        fail "$(basename "$manual") is not installed"
done
for file in bash-completion/completions/reckon zsh/site-functions/_reckon fish/vendor_completions.d/reckon.fish; do
    [ -f "$prefix/share/$file" ] || fail "$file is not installed"
done

cat >contract.json <<'END'
{
  "reckoner": "contract/1", "id": "installed", "currency": "GBP",
  "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
  "facts": {},
  "arrangements": {"fixed": [{"id": "all", "rule": "block", "params": {"amount": "1234.56"}}]}
}
END

# Words are to be split: they are the compiler's options.
# shellcheck disable=SC2046
quietly "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror embed.c \
    $(pkg-config --cflags --libs reckoner) -o embed-shared
found=$(LD_LIBRARY_PATH=$libraries ./embed-shared contract.json)
[ "$found" = "GBP 1234.56" ] || fail "the shared library evaluates to '$found'"
# shellcheck disable=SC2046
quietly "$cc" -std=c11 embed.c $(pkg-config --cflags reckoner) "$libraries/libreckoner.a" \
    $(pkg-config --libs libcjson libcurl gmp sqlite3 libcrypto libxxhash zlib libzip expat xlsxwriter) -pthread -ldl -o embed-static
found=$(./embed-static contract.json)
[ "$found" = "GBP 1234.56" ] || fail "the static library evaluates to '$found'"

# The example that reads a ledger line by line.
# shellcheck disable=SC2046
quietly "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror walk_ledger.c \
    $(pkg-config --cflags --libs reckoner) -o walk_ledger
LD_LIBRARY_PATH=$libraries ./walk_ledger contract.json | grep -q ': 1234.56 x 1 = 1234.56$' ||
    fail "the ledger of the installed library has no line of 1234.56"

reckon=$prefix/bin/reckon
if [ ! -x "$reckon" ]; then
    echo "skipped: reckon is not installed"
    exit 0
fi
PATH=$prefix/bin:$PATH
quietly reckon evaluate contract.json
reckon rules | grep -q "pbr" || fail "the installed reckon does not list pbr"

# A rule of one's own, outside every tree, against the installed header.
quietly reckon rules new own-rule
quietly make -C own-rule CC="$cc"
quietly make -C own-rule CC="$cc" test
reckon rules --rules own-rule | grep -q own-rule || fail "own-rule is not listed"
quietly cmake -S own-rule -B own-rule/build -G Ninja -DCMAKE_C_COMPILER="$cc"
quietly cmake --build own-rule/build
[ -f own-rule/build/own-rule.so ] || fail "own-rule does not build with CMake"
echo "installed, embedded and extended"
