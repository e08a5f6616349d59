#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds Reckoner and compares four ways of paying for the same care.
#
#     ./demo.sh
#
# Installs missing packages where it can (Debian, Ubuntu).
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=scripts/packages.sh
. scripts/packages.sh
# shellcheck source=scripts/build.sh
. scripts/build.sh

rk_packages || exit 1
rk_build release || exit 1

contract=configs/contracts/acute-berkshire-west.json
show() { # COMMAND...: prints it, then what it prints
    printf '\n$ %s\n\n' "$*"
    PATH=$PWD/build:$PATH "$@"
}

cat <<'END'

The contract states what a hospital did in a year, and four arrangements for paying
for it: by the case at a tariff, by the head of population, by outcomes, and at cost.
Each arrangement is a rule, a small program of its own; all are evaluated on the
same facts.
END
show reckon compare "$contract" || exit

cat <<END

The same comparison for a spreadsheet or a program:

    build/reckon compare $contract --format csv

How a figure came about, and what a rule takes:

    build/reckon explain $contract --arrangement pbr
    build/reckon rules show pbr
END
