#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Comments, messages and docs say things in plain words: none of the phrases below.

    english.py SOURCE_DIR

Prints FILE:LINE for each. A phrase is found across the end of a line too.
"""
import pathlib
import re
import sys

import sources

PHRASES = (
    "where there is none", "as it stands", "is told", "are told", "to be told", "in vain",
    "may be had", "cannot be had", "what became of", "of its own accord", "goes wrong in", "memory ran out",
    "look-up", "look-ups",
)
# Between two words: blanks, or the end of a line and what begins the next comment line.
BETWEEN = r"(?:[ \t]|\n[ \t]*(?:/?\*+|//|#+|>|\"\"\")?)+"
PATTERN = re.compile(r"\b(?:" + "|".join(BETWEEN.join(phrase.split()) for phrase in PHRASES) + r")\b", re.I)
SUFFIXES = {".c", ".h", ".cc", ".py", ".sh", ".cmake", ".md", ".1", ".txt"}


def main(source):
    top = pathlib.Path(source)
    found = files = 0
    for path in sources.files_of(top):
        relative = path.relative_to(top)
        # What a contract's text is made to say is data, and so is what is printed of it.
        if path.suffix not in SUFFIXES or path.resolve() == pathlib.Path(__file__).resolve() or "systems" in relative.parts:
            continue
        files += 1
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in PATTERN.finditer(text):
            phrase = " ".join(re.findall(r"[A-Za-z]+", match[0]))
            print(f"{relative}:{text.count(chr(10), 0, match.start()) + 1}: '{phrase}'")
            found += 1
    print(f"{files} files, {found} phrases")
    return 1 if found or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
