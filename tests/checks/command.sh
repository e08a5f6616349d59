#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs `reckon` as people and programs do: exit codes, what stands on standard output
# and what on standard error, files written whole or not at all.
#
#     command.sh RECKON SOURCE_DIR SCRATCH_DIR
set -u
reckon=$1
configs=$2/configs
scratch=$3
rm -rf "$scratch"
mkdir -p "$scratch" && cd "$scratch" || exit 1
contract=$configs/contracts/acute-berkshire-west.json
spells=$configs/contracts/spells-2016-17.json
out=$scratch/stdout err=$scratch/stderr
failures=0
run=0

# expect CODE WHAT-STANDS-ON-STDOUT WHAT-STANDS-ON-STDERR ARGUMENT...
# Each text is a part that must be there; '' wants nothing there; '?' does not matter.
holds() {
    case $2 in
    '?') true ;;
    '') [ ! -s "$1" ] ;;
    *) grep -qF -- "$2" "$1" ;;
    esac
}
fail() {
    failures=$((failures + 1))
    echo "failed: $*"
    sed 's/^/  stdout: /' "$out" | head -n 5
    sed 's/^/  stderr: /' "$err" | head -n 5
}
expect() {
    local code=$1 on_out=$2 on_err=$3
    shift 3
    run=$((run + 1))
    "$reckon" "$@" >"$out" 2>"$err" </dev/null
    local found=$?
    if [ "$found" != "$code" ]; then
        fail "reckon $*: exit code $found, not $code"
    elif ! holds "$out" "$on_out"; then
        fail "reckon $*: standard output has no '$on_out'"
    elif ! holds "$err" "$on_err"; then
        fail "reckon $*: standard error has no '$on_err'"
    fi
}
check() {
    run=$((run + 1))
    local what=$1
    shift
    "$@" || fail "$what"
}

cat >broken.json <<'END'
{
  "reckoner": "contract/1",
  "id": "broken",
  "perods": []
}
END
cat >slip.json <<'END'
{"reckoner": "contract/1", "id": "slip",
 "periods": [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}],
 "arrangements": {"x": [{"id": "a", "rule": "block", "params": {"amont": "5"}}]}}
END
cat >wrong.json <<'END'
{"reckoner": "vector/1", "id": "wrong", "contract": {
  "reckoner": "contract/1", "id": "w",
  "periods": [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}],
  "arrangements": {"x": [{"id": "a", "rule": "block", "params": {"amount": "5"}}]}},
 "cases": [{"expect": {"total": "5.00"}}, {"expect": {"total": "6.00"}}]}
END

# Usage.
expect 2 '' 'Usage: reckon COMMAND'
expect 0 'Usage: reckon COMMAND' '' --help
expect 0 'Usage: reckon COMMAND' '' help
expect 0 'Usage: reckon compare CONTRACT' '' compare --help
expect 0 'Usage: reckon compare CONTRACT' '' help compare
expect 2 '' "'compar' is not a command; did you mean 'compare'?" help compar
expect 0 'reckon 0.' '' --version
expect 2 '' "'evalute' is not a command; did you mean 'evaluate'?" evalute
expect 2 '' "'bach' is not a command" bach
expect 2 '' "did you mean '--format'?" evaluate --fromat json
expect 2 '' "'-z' is not an option" evaluate -z
expect 2 '' 'needs an argument' evaluate
expect 2 '' "does not take" compare "$contract" "$spells"
expect 2 '' "--component is an option of 'explain'" evaluate "$contract" --component x
expect 2 '' '--jobs must be 1 to 1024' evaluate --jobs 0 "$contract"
expect 2 '' 'takes a whole number' evaluate --max-errors many "$contract"
expect 2 '' "did you mean 'json'?" evaluate --format jsn "$contract"
expect 2 '' '--quiet takes no value' evaluate --quiet=yes "$contract"
expect 2 '' '-o needs a value' evaluate "$contract" -o
expect 2 '' 'empty name' evaluate --group-by a,,b "$contract"
expect 2 '' "there is no arrangement 'nope'" evaluate -a nope "$contract"
expect 2 '' "'nope' is not a kind of document" schema nope
expect 2 '' 'name a URL' tariff fetch
expect 2 '' "did you mean 'show'?" rules shw
expect 3 '' '--x.json' evaluate -- --x.json

# Options stand anywhere, and take their value either way.
expect 0 '37,740,000.00' '' evaluate "$contract" --arrangement capitation
expect 0 '37,740,000.00' '' --arrangement=capitation evaluate "$contract"
expect 0 '"total": "37740000.00"' '' -a capitation -fjson evaluate "$contract"
expect 0 '37,995,000.00' '?' evaluate "$contract" -a capitation --param acute.rate=745
expect 0 'contract,arrangement,period' 'Illustrative figures' evaluate "$contract" -f csv
expect 0 'contract,arrangement,period' '' evaluate "$contract" -f csv -q
expect 0 '# acute-berkshire-west' '' evaluate "$contract" -f markdown
expect 0 '(1,540,000)' '' compare "$contract"
expect 0 '"reckoner": "comparison/1"' '' compare "$contract" -f json
expect 0 'capitation' '' compare "$contract" --arrangements pbr,capitation --baseline capitation
expect 0 'rate' '' explain "$contract" -a capitation --component acute
expect 0 'pod,hrg,quantity,base' '?' evaluate "$spells" --group-by pod,hrg -f csv
expect 1 '808,760.95' '?' evaluate "$spells" --strict
expect 0 'DC,*,*' '?' evaluate "$spells" --group-by pod -f csv --suppress-below 200
expect 0 'loaded' '' rules
expect 0 'proportion' '' rules show capitation
expect 3 '' "there is no rule 'capitaton'" rules show capitaton
expect 0 'json-schema.org' '' schema contract

# Faults have a place, and JSON has a document for them.
expect 3 '' "broken.json:4:3: unknown key 'perods'" evaluate broken.json
expect 3 '"code": "unknown-key"' 'broken.json:4:3:' evaluate broken.json -f json
expect 3 "hint: did you mean 'amount'?" '' check slip.json
expect 3 '2 files checked, 3 problems' '' check broken.json slip.json
expect 0 '0 problems' '' check "$configs/contracts"
expect 3 'gone.json: ' '' check gone.json

# A folder stands for the documents below it, in the order of their names; hidden ones are
# left out, links are followed, and a circle of links is entered once.
mkdir -p tree/b tree/.hidden tree/z.json
for file in tree/a.json tree/.a.json tree/b/c.json tree/.hidden/d.json tree/slip.txt tree/z.json/e.json; do
    cp slip.json "$file"
done
echo '{}' >tree/other.json
ln -s ../slip.json tree/link.json
ln -s .. tree/b/up
ln -s b tree/to-b
expect 3 '5 files checked, 5 problems' '' check tree
check 'in order' [ "$(grep -o '^tree[^:]*' "$out" | uniq | tr '\n' ' ')" = \
    'tree/a.json tree/b/c.json tree/link.json tree/to-b/c.json tree/z.json/e.json ' ]

# One contract's fault does not stop the others.
expect 3 '37,660,000.00' 'broken.json' evaluate broken.json "$contract"
expect 3 '"error"' '?' evaluate broken.json "$contract" -f json
check 'several documents are a list' \
    python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); sys.exit(len(d) != 2)' "$out"

# Worked examples.
expect 1 'total: expected 6.00, found 5.00' '' test wrong.json
check 'the last line counts' [ "$(tail -n 1 "$out")" = '1 passed, 1 failed' ]
expect 0 ' passed, 0 failed' '' test "$configs/vectors"
expect 3 '0 passed, 1 failed' 'gone.json' test gone.json

# Files are written whole or not at all.
expect 0 '' '' evaluate "$contract" -o kept.txt
check 'the file is there' grep -qF 37,660,000.00 kept.txt
cp kept.txt before.txt
expect 3 '' '?' evaluate broken.json -o kept.txt
check 'a failure leaves the file as it was' cmp -s kept.txt before.txt
expect 1 '' 'cannot be written' evaluate "$contract" -o "$scratch/none/kept.txt"
expect 1 '' 'cannot be written' evaluate "$contract" -o "$scratch"
check 'nothing else is left' [ "$(find . -name 'kept.txt?*' | wc -l)" = 0 ]
expect 0 '' '' evaluate "$contract" -o /dev/null

# Writing that fails is an error, and a closed pipe no crash.
if [ -w /dev/full ]; then
    "$reckon" evaluate "$contract" >/dev/full 2>"$err"
    check 'a full disk is exit code 1' [ $? = 1 ]
    check 'and is said' grep -qF 'standard output cannot be written' "$err"
fi
: >"$out"
"$reckon" compare "$contract" -f json 2>"$err" | true
check 'a closed pipe is no signal' [ "${PIPESTATUS[0]}" -le 1 ]
(cd "$configs/contracts" && "$reckon" evaluate - <"$contract" >"$out" 2>"$err")
check 'standard input is a contract of the working directory' [ $? = 0 ]

echo "$run checks, $failures failed"
[ "$failures" = 0 ]
