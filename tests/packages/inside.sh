#!/bin/sh
# SPDX-License-Identifier: MIT
# What debian.sh runs in a root of its own: the packages are beside this file.
set -eu
cd "$(dirname "$0")"

fail() {
    echo "failed: $*"
    exit 1
}
quietly() { # COMMAND...: shows what it printed only where it failed
    "$@" >log 2>&1 || { cat log; fail "$*"; }
}
! command -v reckon >/dev/null || fail "this root has reckon already"
quietly dpkg --install ./*.deb

# The command: its rules, profiles, schemas, manuals and completions.
reckon compare configs/contracts/risk-mix.json --quiet >found
cmp found wanted || fail "the installed command compares differently"
reckon compare build/demo/contract.json --quiet >found
cmp found demo || fail "the installed command prices the demo differently"
for file in report.html report.xlsx; do
    quietly reckon report build/demo/contract.json --quiet --group-by provider,pod -o "build/demo/$file"
    [ -s "build/demo/$file" ] || fail "the demo has no $file"
done
reckon schema contract | cmp - /usr/share/reckoner/schemas/contract.schema.json || fail "the schema of contracts differs"
for file in man/man1/reckon.1.gz man/man1/reckon-compare.1.gz bash-completion/completions/reckon \
    zsh/vendor-completions/_reckon fish/vendor_completions.d/reckon.fish reckoner/profiles/ntps-2017-19.json; do
    # Some roots leave manuals out.
    [ -e "/usr/share/$file" ] || { [ "${file%%/*}" = man ] && grep -rqs '^path-exclude=/usr/share/man' /etc/dpkg/dpkg.cfg.d; } ||
        fail "/usr/share/$file is not installed"
done

reckon doctor >log || { cat log; fail "something is wrong with the installation"; }

# A rule of one's own, and a program.
quietly reckon rules new own-rule
quietly make -C own-rule
quietly make -C own-rule test
reckon rules --rules own-rule | grep -q own-rule || fail "own-rule is not listed"
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
quietly cc -std=c11 -Wall -Wextra -Werror embed.c $(pkg-config --cflags --libs reckoner) -o shared
# shellcheck disable=SC2046
quietly cc -std=c11 embed.c $(pkg-config --cflags reckoner) -Wl,-Bstatic -lreckoner -Wl,-Bdynamic \
    $(pkg-config --static --libs reckoner | sed 's/-lreckoner//') -o static
for kind in shared static; do
    found=$("./$kind" contract.json)
    [ "$found" = "GBP 1234.56" ] || fail "the $kind library evaluates to '$found'"
done
found=$(python3 -c 'import reckoner; print(reckoner.evaluate("contract.json").total)')
[ "$found" = 1234.56 ] || fail "Python evaluates to '$found'"

quietly dpkg --purge python3-reckoner libreckoner-dev libreckoner0 reckoner
left=$(find /usr/bin/reckon /usr/include/reckoner /usr/lib/*/reckoner /usr/lib/*/libreckoner* /usr/share/reckoner \
    /usr/lib/python3/dist-packages/reckoner /usr/share/doc/*reckoner* 2>/dev/null || true)
[ -z "$left" ] || fail "left behind: $left"
