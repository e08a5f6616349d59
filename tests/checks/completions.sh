#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What shells offer while a command line is typed: the completions of bash, and those of
# zsh and fish if they are installed.
#
#     completions.sh RECKON SOURCE_DIR SCRATCH_DIR
set -u
PATH=$(dirname "$1"):$PATH
completions=$2/completions
rm -rf "$3"
mkdir -p "$3" && cd "$3" || exit 1
touch contract.json
run=0
failures=0

same() { # WHAT EXPECTED FOUND
    run=$((run + 1))
    if [ "$2" != "$3" ]; then
        failures=$((failures + 1))
        printf 'failed: %s:\n--- expected\n%s\n--- found\n%s\n' "$1" "$2" "$3"
    fi
}

# shellcheck source=/dev/null
. "$completions/reckon.bash"

# in_bash EXPECTED WORD...: what bash offers for the last word. It makes three words of
# --name=value, and so do the calls below.
in_bash() {
    local expected=$1
    shift
    COMP_WORDS=(reckon "$@") COMP_CWORD=$# COMPREPLY=()
    _reckon reckon "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
    same "bash: reckon $*" "$expected" "${COMPREPLY[*]-}"
}

in_bash 'evaluate explain' e
in_bash 'compare check' c
in_bash 'incentives' help inc
in_bash '' help evaluate ''
in_bash '' nonsense ''
in_bash '--format' evaluate --fo
in_bash '--arrangement' evaluate --arr
in_bash '--arrangements' compare --arr
in_bash '--all-arrangements --allow-rules --allow-host' batch --al
in_bash '--allow-rules --allow-host' --al
in_bash 'json' evaluate contract.json --format j
in_bash 'json' evaluate contract.json -f j
in_bash 'json' evaluate --format = j
in_bash 'text json csv markdown xlsx html sqlite acm' evaluate --format =
in_bash 'auto always' check --color a
in_bash '' evaluate --output ''
in_bash '' evaluate ''
in_bash '--output' evaluate -o x.csv --ou
in_bash 'fetch show verify import diff' tariff ''
in_bash 'test tariff' --quiet t
in_bash 'contract tariff system vector import rule challenges result comparison explanation check test system-result incentives-result solution sensitivity sweep variance diff replay doctor trial rules rule-manual tariff-report tariff-copies tariff-import tariff-diff' -o x.json schema ''
in_bash 'show' rules s
in_bash '' rules show ''

# Every option that help lists is offered, and nothing else.
for verb in $(reckon complete '' | cut -f1); do
    listed=$({ reckon --help && reckon "$verb" --help; } |
        sed -n 's/^  \(-.,\|   \) --\([a-z0-9-]*\).*/--\2/p' | sort -u)
    same "options of $verb" "$listed" "$(reckon complete "$verb" -- | cut -f1 | sort)"
done

if command -v zsh >/dev/null; then
    # Stand-ins for what zsh's completion system offers to functions.
    cat >zsh.sh <<'END'
_describe() { print -rl -- "${(@P)2}"; }
_files() { print files; }
words=(reckon "${@:2}") CURRENT=$#
completions=$1
complete_it() { source $completions/_reckon; }
complete_it
END
    in_zsh() {
        local expected=$1
        shift
        same "zsh: reckon $*" "$expected" "$(zsh -f zsh.sh "$completions" "$@")"
    }
    in_zsh $'show\nnew' rules ''
    in_zsh $'--format=text\n--format=json\n--format=csv\n--format=markdown' evaluate --format=
    in_zsh files evaluate ''
    in_zsh "$(reckon complete '' | tr '\t' :)" ''
else
    echo "skipped: zsh is not installed"
fi
if command -v fish >/dev/null; then
    in_fish() {
        same "fish: $2" "$1" \
            "$(HOME=$PWD fish --no-config -c "source $completions/reckon.fish; complete -C '$2'")"
    }
    in_fish "$(reckon complete '' | head -n 1)" 'reckon eva'
    in_fish '--format=json' 'reckon evaluate --format=j'
    in_fish 'json' 'reckon evaluate -f j'
    in_fish 'contract.json' 'reckon evaluate con'
else
    echo "skipped: fish is not installed"
fi
echo "$run checks, $failures failed"
[ "$failures" = 0 ]
