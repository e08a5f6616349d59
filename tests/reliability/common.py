# SPDX-License-Identifier: MIT
"""common.py: what the tests of reliability share: running `reckon`, counting, a contract to run it on."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

PERIODS = [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}]
PRICES = [{"hrg": "H1", "price": "100.10"}, {"hrg": "H2", "price": "2000"}]


class Checks:
    """Counts checks, prints those that fail, and ends the test."""

    def __init__(self):
        self.run, self.failed = 0, 0

    def __call__(self, holds, what):
        self.run += 1
        if not holds:
            self.failed += 1
            print(f"failed: {what}")
        return holds

    def end(self, what):
        print(f"{what}: {self.run} checks, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def fresh(folder):
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def block(name="c", amount="100.00", **more):
    return {"reckoner": "contract/1", "id": name, "periods": PERIODS,
            "arrangements": {"a": [{"id": "b", "rule": "block", "params": {"amount": amount}}]}, **more}


def priced(name="c", **more):
    """A contract that prices rows of spells.csv by the tariff in prices.json."""
    return {"reckoner": "contract/1", "id": name, "periods": PERIODS, "tariff": "prices.json",
            "facts": {"activity": {"file": "spells.csv"}},
            "arrangements": {"pbr": [{"id": "spells", "rule": "pbr", "params": {"mff": False}}]}, **more}


def tariff(rows=None):
    return {"reckoner": "tariff/1", "id": "made-up",
            "tables": {"prices": {"key": ["hrg"], "rows": rows or PRICES}}}


def write(path, document):
    Path(path).write_text(document if isinstance(document, str) else json.dumps(document))


def spells(path, n=6):
    Path(path).write_text("hrg,provider,pod,count\n" + "H1,P1,EL,1\nH2,P2,NEL,2\n" * (n // 2))


def run(*arguments, cwd=None, env=None, **more):
    """Runs a program; its exit code is that of a shell, so 128 and more for a signal."""
    more.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run(list(map(str, arguments)), cwd=cwd, capture_output="stdout" not in more,
                          env={**os.environ, **(env or {})}, timeout=600, **more)
    done.code = done.returncode if done.returncode >= 0 else 128 - done.returncode
    return done
