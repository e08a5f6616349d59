#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `cmake --install` leaves is whole: programs build against it with pkg-config,
# and the installed command finds its rules and starts new ones.
#
#     install.sh SOURCE_DIR BUILD_DIR SCRATCH_DIR C_COMPILER
set -eu
source=$1
build=$2
scratch=$3
cc=$4
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

rm -rf "$prefix"
quietly cmake --install "$build" --prefix "$prefix"

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
for kind in $("$build/reckon" complete schema '' | cut -f1); do
    cmp -s <("$build/reckon" schema "$kind") "$prefix/share/reckoner/schemas/$kind.schema.json" ||
        [ ! -d "$build/schemas" ] || fail "the schema of $kind is not installed"
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
# A program of its own elsewhere has no rules beside it.
found=$(RECKONER_RULES=$rules ./embed-static contract.json)
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

# A prefix that was copied elsewhere, while the first is gone: the command finds its rules, and programs build
# against it by pkg-config, statically too, and by CMake.
moved=$scratch/moved
rm -rf "$moved"
cp -a "$prefix" "$moved"
mv "$prefix" "$prefix.away"
PATH=$moved/bin:${PATH#"$prefix/bin:"}
PKG_CONFIG_PATH=$moved/${pc#"$prefix/"}
PKG_CONFIG_PATH=${PKG_CONFIG_PATH%/*}
libraries=$(pkg-config --variable=libdir reckoner)
reckon rules | grep -q "pbr" || fail "a copied prefix does not find its rules"
quietly reckon evaluate contract.json
# shellcheck disable=SC2046
quietly "$cc" -std=c11 embed.c $(pkg-config --cflags --libs reckoner) -o embed-moved
found=$(LD_LIBRARY_PATH=$libraries ./embed-moved contract.json)
[ "$found" = "GBP 1234.56" ] || fail "a program finds no rules beside the library of a copied prefix: '$found'"
mkdir -p only-static
cp "$libraries/libreckoner.a" only-static/
# shellcheck disable=SC2046
quietly "$cc" -std=c11 embed.c -L only-static $(pkg-config --cflags --static --libs reckoner | sed "s|-L$libraries||") \
    -o embed-all
mkdir -p by-cmake
cp embed.c by-cmake/
cat >by-cmake/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.22)
project(embed C)
find_package(reckoner 0.1 REQUIRED)
if(NOT EXISTS "${reckoner_RULES_DIR}/pbr.so")
  message(FATAL_ERROR "no rules in ${reckoner_RULES_DIR}")
endif()
add_executable(shared embed.c)
target_link_libraries(shared PRIVATE reckoner::reckoner)
add_executable(static embed.c)
target_link_libraries(static PRIVATE reckoner::static)
END
quietly cmake -S by-cmake -B by-cmake/build -G Ninja -DCMAKE_C_COMPILER="$cc" -DCMAKE_PREFIX_PATH="$moved"
quietly cmake --build by-cmake/build
for kind in shared static; do
    found=$(RECKONER_RULES=$libraries/reckoner/rules by-cmake/build/$kind contract.json)
    [ "$found" = "GBP 1234.56" ] || fail "the $kind library that CMake finds evaluates to '$found'"
done
if command -v python3 >/dev/null; then
    found=$(PYTHONPATH=$moved/lib/python3/dist-packages python3 -c \
        'import reckoner; print(reckoner.evaluate("contract.json").total)')
    [ "$found" = 1234.56 ] || fail "the Python package of a copied prefix evaluates to '$found'"
fi
mv "$prefix.away" "$prefix"
PATH=$prefix/bin:$PATH

# A rule of one's own, outside every tree, against the installed header.
quietly reckon rules new own-rule
quietly make -C own-rule CC="$cc"
quietly make -C own-rule CC="$cc" test
reckon rules --rules own-rule | grep -q own-rule || fail "own-rule is not listed"
quietly cmake -S own-rule -B own-rule/build -G Ninja -DCMAKE_C_COMPILER="$cc"
quietly cmake --build own-rule/build
[ -f own-rule/build/own-rule.so ] || fail "own-rule does not build with CMake"
echo "installed, copied, embedded and extended"
