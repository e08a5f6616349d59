#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Writes docs/rules.md to standard output, from the rules' own tables.
#
#     scripts/rules_doc.sh RECKON > docs/rules.md
set -euo pipefail
reckon=$1
plugins=$(cd "$(dirname "$0")/.." && pwd)/plugins
cat <<'HEAD'
<!-- SPDX-License-Identifier: MIT -->
<!-- Made by scripts/rules_doc.sh from the rules themselves; a test holds it against them. -->
# Payment rules

The rules that come with Reckoner, as `reckon rules show` prints them. Each has a README in its folder of
[plugins](../plugins), which says who uses it, its formula, and what it does not model; and worked examples that run.

HEAD
for folder in "$plugins"/*/; do
    rule=$(basename "$folder")
    echo "* [$rule](#$rule) ([README](../plugins/$rule/README.md))"
done
for folder in "$plugins"/*/; do
    rule=$(basename "$folder")
    echo
    # Headings one level down, and one that the list above can lead to.
    "$reckon" rules show "$rule" --format markdown |
        sed -e "1s/.*/## $rule/" -e '2,$s/^## /### /'
done
