#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Answers a question: a year of 100,000 spells was busier than planned. Who pays, under
# four ways to pay for the same care?
#
#     ./demo.sh
#
# Installs missing packages where it can (Debian, Ubuntu). Builds the command and the rules
# that it needs; what draws the charts of the report is built after the first figures.
# Everything that it writes is in build/.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=scripts/packages.sh
. scripts/packages.sh
# shellcheck source=scripts/build.sh
. scripts/build.sh

rk_packages || exit 1
folder=build/demo
rules=(pbr block marginal-rate capitation)
mkdir -p "$folder"
# The spells are made while the compiler works.
python3 configs/activity/make_spells.py --spells 100000 --seed 7 --clean >"$folder/spells.csv" &
maker=$!
cp scripts/demo/contract.json "$folder/contract.json"
rk_build release reckon "${rules[@]/#/rule_}" || exit 1
wait "$maker" || exit 1
reckon=$RK_BUILD/reckon

cat <<'END_OF_TEXT'

A year of 100,000 made-up spells at the published prices of 2016/17 was 5.6% busier than
its plan. Who pays for that? Four ways to pay for the same care:
END_OF_TEXT

printf '\n$ reckon compare %s\n\n' "$folder/contract.json"
"$reckon" compare "$folder/contract.json" --quiet | sed '/^What makes/,$d' || exit

block='#'
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
*UTF-8* | *utf-8* | *UTF8* | *utf8*) block='█' ;;
esac
# What is left of each payment when the care is paid for: to the right of the line a
# surplus, to the left a deficit.
"$reckon" compare "$folder/contract.json" --quiet --format csv |
    LC_ALL=C awk -F, -v block="$block" '
        function bar(n,   text) { for (; n > 0; n--) text = text block; return text }
        function size(x) { return x < 0 ? -x : x }
        NR > 1 { name[++n] = $2; paid[n] = $3; left[n] = $5
                 if (size($5) > most) most = size($5)
                 if (!worst || $5 < left[worst]) worst = n }
        END {
            print "What is left after cost, in millions of pounds:\n"
            for (i = 1; i <= n; i++) {
                width = int(size(left[i]) / most * 28 + 0.5)
                amount = sprintf(left[i] < 0 ? "(%.1f)" : "%.1f", size(left[i]) / 1e6)
                if (left[i] < 0)
                    printf "  %-16s%*s%s|\n", name[i], 36 - width, amount " ", bar(width)
                else
                    printf "  %-16s%36s|%s %s\n", name[i], "", bar(width), amount
            }
            printf "\nFor the board: the same care costs 214.5m; national prices cover it, but under \"%s\" the\n", name[worst]
            printf "hospitals are %.1fm short, because nobody pays for the spells above the plan.\n", size(left[worst]) / 1e6
        }' || exit

# The other rules, and what draws charts.
rk_packages_for_charts 2>"$folder/charts.log"
rk_build release rules report_charts >>"$folder/charts.log" 2>&1
"$reckon" report "$folder/contract.json" --quiet --group-by provider,pod -o "$folder/report.html" &&
    "$reckon" report "$folder/contract.json" --quiet --group-by provider,pod -o "$folder/report.xlsx" || exit
printf '\nOpen the report and the workbook: %s, %s\n' "$folder/report.html" "$folder/report.xlsx"
