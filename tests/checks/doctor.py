#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""reckon doctor names what is wrong with an installation, and how to mend it.

    doctor.py RECKON FOLDER_OF_FIXTURES
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

RECKON, FIXTURES = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
failed = 0


def examine(*arguments, **changes):
    """The exit code, what is not as it should be, and everything; None removes a variable."""
    environment = {k: v for k, v in {**os.environ, **changes}.items() if v is not None}
    done = subprocess.run([RECKON, "doctor", "-f", "json", *arguments], capture_output=True, text=True,
                          env=environment, check=False)
    found = json.loads(done.stdout)
    wrong = [item for item in found["examined"] if item["state"] == "wrong"]
    assert found["wrong"] == len(wrong) and done.returncode == (1 if wrong else 0), done.stdout
    assert all(item["hint"] for item in wrong), wrong
    return found["examined"], wrong


def expect(what, items, subject, text, path=None):
    global failed
    if not any(item["subject"] == subject and text in item["message"] and
               (path is None or item["path"] == str(path)) for item in items):
        failed += 1
        print(f"failed: {what}: {items}")


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        scratch.chmod(0o755)
        cache = scratch / "cache"
        os.environ.update(XDG_CACHE_HOME=str(cache))
        for name in ("RECKONER_RULES", "RECKONER_PROFILES"):
            os.environ.pop(name, None)
        all_items, wrong = examine()
        expect("a build", all_items, "rules", "rules", pathlib.Path(RECKON).parent / "rules")
        expect("a build", all_items, "program", "Reckoner ")
        expect("a build", all_items, "cache", "it is made when one is fetched", cache / "reckoner/tariffs")
        if wrong:
            expect("nothing is wrong with a build", [], "nothing", str(wrong))

        # Every folder that is wrong is named, not only the first, and the rest is examined too.
        all_items, wrong = examine(RECKONER_RULES=f"rules:{scratch}/none:also")
        expect("a relative path", wrong, "rules", "a relative path", "rules")
        expect("the second relative path", wrong, "rules", "a relative path", "also")
        expect("a folder that is not there", wrong, "rules", "cannot be read", scratch / "none")
        expect("the rules of the build too", all_items, "rules", "rules", pathlib.Path(RECKON).parent / "rules")
        _, wrong = examine("--rules", str(scratch / "given"))
        expect("--rules of nothing", wrong, "rules", "--rules: cannot be read")

        # A second copy of a rule, a rule of another interface, one that is none.
        own = scratch / "own"
        own.mkdir(mode=0o755)
        shutil.copy(pathlib.Path(RECKON).parent / "rules" / "block.so", own)
        shutil.copy(FIXTURES / "abi2" / "abi2.so", own)
        (own / "none.so").write_text("not a rule\n")
        _, wrong = examine(RECKONER_RULES=str(own))
        expect("two copies", wrong, "rules", "hidden: ", pathlib.Path(RECKON).parent / "rules" / "block.so")
        expect("another interface", wrong, "rules", "refused: ", own / "abi2.so")
        expect("no rule at all", wrong, "rules", "refused: ", own / "none.so")
        own.chmod(0o777)
        _, wrong = examine(RECKONER_RULES=str(own))
        expect("a folder that everybody may write", wrong, "rules", "everybody may write here", own)
        own.chmod(0o775)
        all_items, _ = examine(RECKONER_RULES=str(own))
        expect("a folder that its group may write", all_items, "rules", "its group may change", own)

        # The cache: open to everybody, no folder, in a folder that cannot be written.
        tariffs = cache / "reckoner/tariffs"
        tariffs.mkdir(parents=True)
        tariffs.chmod(0o777)
        _, wrong = examine()
        expect("a cache that everybody may write", wrong, "cache", "everybody may write", tariffs)
        shutil.rmtree(cache)
        cache.write_text("a file\n")
        _, wrong = examine()
        expect("a file in place of the cache", wrong, "cache", "", tariffs)
        _, wrong = examine(XDG_CACHE_HOME="/proc")
        expect("a cache that cannot be written", wrong, "cache", "cannot be written", "/proc/reckoner/tariffs")
        all_items, _ = examine(XDG_CACHE_HOME=None, HOME=None)
        expect("no cache", all_items, "cache", "there is no folder")

        # Without a compiler: a note, not a fault.
        all_items, wrong = examine(PATH=str(scratch))
        expect("no compiler", all_items, "tools", "there is no cc")
        done = subprocess.run([RECKON, "doctor", "-f", "csv"], capture_output=True, text=True, check=False)
        if done.returncode != 2 or "text or JSON" not in done.stderr:
            expect("another format", [], "usage", done.stderr)
    print(f"{failed} failed")
    sys.exit(failed != 0)


main()
