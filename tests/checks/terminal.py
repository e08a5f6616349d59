#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reports on a terminal of 80 columns.

    terminal.py RECKON SOURCE_DIR

Nothing is wider, whatever is asked; deficits are coloured on a terminal alone, and not with
NO_COLOR; a reader that has enough, such as head, ends a report without a word; `help VERB` shows
the manual page where man is.
"""
import fcntl
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
import unicodedata

WIDTH = 80
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
problems = []


def check(condition, text):
    if not condition:
        problems.append(text)


def on_terminal(command, environment):
    """What a command prints on a terminal of WIDTH columns."""
    child, master = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
        os.execvpe(command[0], command, {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", **environment})
    text = b""
    while True:
        try:
            piece = os.read(master, 1 << 16)
        except OSError:
            break
        if not piece:
            break
        text += piece
    os.waitpid(child, 0)
    os.close(master)
    return text.decode("utf-8", "replace").replace("\r\n", "\n")


def columns(line):
    return sum(0 if unicodedata.combining(c) else 1 for c in line)


def main(reckon, source):
    configs = pathlib.Path(source) / "configs"
    spells, risk = configs / "contracts" / "spells-2016-17.json", configs / "contracts" / "risk-mix.json"
    care = configs / "systems" / "accountable-care-system.json"
    commands = [["evaluate", spells, "--group-by", "provider,pod"], ["evaluate", spells, "--group-by", "provider,hrg,pod"],
                ["incentives", risk, "--fixed", "40%"], ["system", care, "--detail"],
                ["sensitivity", care, "--vary", "delivery=60%,100%"]]
    commands += [["compare", path] for path in sorted((configs / "contracts").glob("*.json"))]
    commands += [["system", path] for path in sorted((configs / "systems").glob("*.json"))]
    for verb, *rest in commands:
        words = [str(word) for word in (verb, *rest)]
        shown = on_terminal([reckon, *words, "--quiet"], {"NO_COLOR": "1"})
        check("\x1b" not in shown, f"{words[:2]}: NO_COLOR has colours")
        wide = [line for line in shown.split("\n") if columns(line) > WIDTH]
        check(not wide, f"{words[:2]}: {len(wide)} lines are wider than {WIDTH}: {wide[:1]}")
    colored = on_terminal([reckon, "compare", str(risk)], {"NO_COLOR": ""})
    check(re.search(r"\x1b\[[0-9;]*31m\(1,100,000\)", colored), "a deficit has no colour")
    check("(1,100,000)" in ESCAPES.sub("", colored), "a deficit has no brackets")
    groups = on_terminal([reckon, "evaluate", str(spells), "--group-by", "provider,pod", "--quiet"], {"NO_COLOR": "1"})
    check(re.search(r"^  RHW +NEL +90 +174,330 +0 +6,765 +986 +27,268 +209,349$", groups, re.MULTILINE),
          "the groups do not stand in a line each")
    for words in (["schema", "contract"], ["compare", str(risk)], ["rules", "show", "pbr"]):
        done = subprocess.run(["bash", "-c", '"$0" "$@" | head -1', reckon, *words], capture_output=True, check=False)
        check(done.stderr == b"" and done.stdout.count(b"\n") == 1, f"{words} | head: {done.stderr}")
    helped = on_terminal([reckon, "help", "compare"], {"MANPAGER": "cat", "PAGER": "cat"})
    if shutil.which("man") is None:
        print("skipped: man is not installed")
        check(helped.startswith("Usage: reckon compare"), f"help: {helped[:60]!r}")
    else:
        check("RECKON-COMPARE" in helped, f"help compare: {helped[:200]!r}")
    check(subprocess.run([reckon, "help", "compare"], capture_output=True, check=False).stdout.startswith(b"Usage: reckon"),
          "help without a terminal is not the help text")
    print("\n".join([*problems, f"{len(commands)} reports, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
