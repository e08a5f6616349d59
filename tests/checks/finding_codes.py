#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that every code of a finding is in codes.c, in docs/findings.md, and given somewhere.

    finding_codes.py SOURCE_DIR
"""
import pathlib
import re
import sys


def main(source):
    top = pathlib.Path(source)
    listed = set(re.findall(r'^    "([a-z-]+)",$', (top / "framework/finding/codes.c").read_text(), re.M))
    described = set(re.findall(r"^\| `([a-z-]+)` \|", (top / "docs/findings.md").read_text(), re.M))
    described -= {"code", "severity", "message", "at", "amount"}
    texts = {f: f.read_text() for f in sorted((top / "framework").rglob("*.[ch]")) if f.name != "codes.c"}
    given = {code for text in texts.values() for code in re.findall(r'\.code = "([a-z-]+)"', text)}
    # Incentives and tables give their codes as an argument.
    rules = "".join(f.read_text() for f in sorted((top / "plugins").rglob("*.c")))
    given |= set(re.findall(r'"\[([a-z-]+)\] ', rules))
    given |= {code for code in listed if any(f'"{code}"' in text for text in texts.values())}
    wrong = [f"{code}: {what}" for what, codes in (
        ("given, and not in codes.c", given - listed), ("in codes.c, and never given", listed - given),
        ("in codes.c, and not in docs/findings.md", listed - described),
        ("in docs/findings.md, and not in codes.c", described - listed)) for code in sorted(codes)]
    print("\n".join(wrong + [f"{len(listed)} codes, {len(wrong)} problems"]))
    return 1 if wrong or not listed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
