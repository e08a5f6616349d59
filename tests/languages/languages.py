#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The interface from other languages: the same rule in C++ and in Rust, built, dropped in,
compared with another rule and checked.

    languages.py RECKON SOURCE_DIR SCRATCH_DIR LANGUAGE

Skips where the language's compiler is absent.
"""
import json
import pathlib
import shutil
import subprocess
import sys

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]


def commands(language, source, out):
    include = source / "include"
    if language == "rust":
        return [["rustc", "--edition", "2021", "--crate-type", "cdylib", "-C", "panic=abort",
                 "-C", "opt-level=2", "-o", out, source / "tests/languages/rust/rule.rs"]]
    return [[compiler, f"-std=c++{standard}", *WARNINGS, "-O2", "-fno-exceptions", "-fno-rtti",
             "-fPIC", "-shared", "-fvisibility=hidden", "-I", include, "-o", out,
             source / "tests/languages/cxx/rule.cc"]
            for compiler in ("g++", "clang++") for standard in (17, 20)]


def main(reckon, source, scratch, language):
    source, scratch = pathlib.Path(source), pathlib.Path(scratch)
    vector = source / "tests/languages/vector.json"
    scratch.mkdir(parents=True, exist_ok=True)
    contract = scratch / "contract.json"
    contract.write_text(json.dumps(json.loads(vector.read_text())["contract"]))
    built = 0
    for command in commands(language, source, scratch / "above.so"):
        if not shutil.which(command[0]):
            print(f"skipped: {command[0]} is not here")
            continue
        subprocess.run(command, check=True)
        built += 1
        for arguments in (["test", vector, "--rules", scratch],
                          ["compare", contract, "--rules", scratch],
                          ["rules", "check", scratch / "above.so", "--source", vector.parent,
                           "--cases", "5"]):
            run = subprocess.run([reckon, *arguments], stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True)
            if run.returncode != 0:
                print(" ".join(map(str, command)), run.stdout, sep="\n")
                return 1
    return 0 if built else 77


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
