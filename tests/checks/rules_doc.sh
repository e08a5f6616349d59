#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Whether docs/rules.md is what the rules say of themselves.
#
#     rules_doc.sh RECKON SOURCE_DIR
set -u
"$2/scripts/rules_doc.sh" "$1" | diff -u "$2/docs/rules.md" - && exit 0
echo "docs/rules.md is not current: scripts/rules_doc.sh RECKON > docs/rules.md"
exit 1
