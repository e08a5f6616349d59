# SPDX-License-Identifier: MIT
"""Sets of contracts, and runs of `reckon batch` that are watched.

Each test here is a program:  NAME.py RECKON SCRATCH_DIR [CONTRACTS]
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

PERIODS = [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}]


def block(number, amount=None):
    """A small contract: the budget of a block rule."""
    return {"reckoner": "contract/1", "id": f"c{number}", "commissioner": "icb",
            "provider": f"trust-{number % 200}", "periods": PERIODS,
            "arrangements": {"main": [{"id": "a", "rule": "block",
                                       "params": {"amount": amount or f"{1000 + number}.25"}}]}}


def priced(number, tariff):
    """A contract whose one spell is priced by a tariff at a URL or a path."""
    return {"reckoner": "contract/1", "id": f"p{number}", "periods": PERIODS, "tariff": tariff,
            "facts": {"activity": [{"hrg": "A", "pod": "EL", "count": number + 1}]},
            "arrangements": {"main": [{"id": "a", "rule": "pbr"}]}}


TARIFF = {"reckoner": "tariff/1", "id": "t", "tables": {"prices": {
    "key": ["hrg", "pod"], "rows": [{"hrg": "A", "pod": "EL", "price": "100"}]}}}


def line(contract):
    """A contract as a line of NDJSON."""
    return json.dumps(contract, separators=(",", ":")) + "\n"


def status_of(pid, key, kind=int):
    """A value of /proc/PID/status (sizes: in KiB); 0 or "" if the process is gone."""
    try:
        for text in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if text.startswith(key + ":"):
                return kind(text.split()[1])
    except OSError:
        pass
    return kind()


def workers_of(pid):
    """The processes that a batch has begun."""
    try:
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in text.split()]


def peak_of(pid):
    """The most memory that a process has had so far, in KiB."""
    return status_of(pid, "VmHWM")


def wait_until_asleep(process, workers):
    """Waits until a batch has this many workers and none of its processes runs or waits
    for a processor, for a while: all of them wait for something outside."""
    looks = 0
    while looks < 25:
        if process.poll() is not None:
            raise AssertionError("the batch ended early")
        pids = [process.pid, *workers_of(process.pid)]
        asleep = all(status_of(pid, "State", str) == "S" for pid in pids)
        looks = looks + 1 if asleep and len(pids) == 1 + workers else 0
        time.sleep(0.02)


class Case(unittest.TestCase):
    """Tests run in a folder of their own."""
    reckon = ""
    scratch = pathlib.Path()
    contracts = 0

    def setUp(self):
        self.folder = self.scratch / self.id().rsplit(".", maxsplit=1)[-1]
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name, contracts):
        """A set as a file of lines."""
        with open(self.folder / name, "w", encoding="utf-8") as out:
            out.writelines(c if isinstance(c, str) else line(c) for c in contracts)

    def environment(self):
        """As the caller's, with a cache of its own."""
        return dict(os.environ, XDG_CACHE_HOME=str(self.folder / "cache"))

    def begin(self, *arguments, **streams):
        """A batch that goes on by itself."""
        return subprocess.Popen([self.reckon, "batch", *arguments], cwd=self.folder,
                                env=self.environment(), **streams)

    def batch(self, *arguments, code=0):
        """A batch to its end: what it printed and said."""
        done = subprocess.run([self.reckon, "batch", *arguments], cwd=self.folder, check=False,
                              env=self.environment(), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout, done.stderr


def main(default_contracts):
    """Runs the tests of the program."""
    Case.reckon = str(pathlib.Path(sys.argv[1]).resolve())
    Case.scratch = pathlib.Path(sys.argv[2]).resolve()
    Case.contracts = int(sys.argv[3]) if len(sys.argv) > 3 else default_contracts
    unittest.main(argv=[sys.argv[0]], verbosity=2)
