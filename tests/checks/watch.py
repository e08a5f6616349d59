#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--watch evaluates again when a file that it read is another, and ends well with Ctrl-C.

    watch.py RECKON
"""
import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

RECKON = str(pathlib.Path(sys.argv[1]).resolve())
CONTRACT = {"reckoner": "contract/1", "id": "w", "periods": [{"id": "y", "start": "2016-04-01", "end": "2017-03-31"}],
            "facts": {"activity": {"file": "activity.csv"},
                      "unit_costs": {"key": ["pod"], "file": "costs.csv"}},
            "arrangements": {"main": [{"id": "a", "rule": "price-equals-cost"}]}}
failed = 0


class Watch:
    """A command that watches; its lines on standard error, as they come, and its output file."""

    def __init__(self, folder, *words):
        self.out = folder / "out.json"
        self.process = subprocess.Popen([RECKON, *words, "--watch", "-f", "json", "-o", self.out.name], cwd=folder,
                                        stderr=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=lambda: [self.lines.put(line) for line in self.process.stderr], daemon=True).start()
        self.ready()

    def ready(self):
        """The lines up to the one that says that it watches."""
        lines = []
        while not lines or "watching" not in lines[-1]:
            lines.append(self.lines.get(timeout=30))
        return "".join(lines)

    def total(self):
        return json.loads(self.out.read_text()).get("total")

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


def expect(what, found, wanted):
    global failed
    if found != wanted:
        failed += 1
        print(f"failed: {what}: {found!r}, not {wanted!r}")


def replace(path, text):
    """As editors save: a new file renamed over the old one."""
    new = path.with_name("." + path.name + ".new")
    new.write_text(text)
    new.rename(path)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        shutil.copytree(pathlib.Path(RECKON).parent / "rules", folder / "rules", ignore=lambda _, names: [
            name for name in names if not name.startswith("price")])
        (folder / "rules").chmod(0o755)
        contract, activity, costs = folder / "contract.json", folder / "activity.csv", folder / "costs.csv"
        contract.write_text(json.dumps(CONTRACT))
        activity.write_text("pod,count\nEL,2\n")
        costs.write_text("pod,efficient_unit_cost\nEL,10\n")
        watch = Watch(folder, "evaluate", "contract.json", "--rules", "rules")
        expect("the first result", watch.total(), "20.00")

        activity.write_text("pod,count\nEL,3\n")
        expect("a file that was written", "'activity.csv' has changed" in watch.ready(), True)
        expect("the second result", watch.total(), "30.00")
        replace(costs, "pod,efficient_unit_cost\nEL,100\n")
        expect("a file that was replaced", "'costs.csv' has changed" in watch.ready(), True)
        expect("the third result", watch.total(), "300.00")
        activity.unlink()
        lines = watch.ready()
        expect("a file that is gone", "'activity.csv' is gone" in lines and "cannot be opened" in lines, True)
        activity.write_text("pod,count\nEL,4\n")
        watch.ready()
        expect("a file that is back", watch.total(), "400.00")
        replace(contract, json.dumps({**CONTRACT, "id": "again"}))
        watch.ready()
        expect("the contract", json.loads(watch.out.read_text())["contract"]["id"]
               if isinstance(json.loads(watch.out.read_text()).get("contract"), dict) else
               json.loads(watch.out.read_text()).get("contract", "again"), "again")
        rule = folder / "rules/price-equals-cost.so"
        new = folder / "rules/.new"
        shutil.copy(rule, new)
        new.rename(rule)
        expect("a rule", "rules" in watch.ready(), True)
        contract.write_text("{")
        lines = watch.ready()
        expect("a document with a fault", "contract.json:1" in lines, True)
        expect("the exit code of the last run", watch.end(), 3)
        contract.write_text(json.dumps(CONTRACT))
        expect("nothing is left", [p.name for p in folder.iterdir() if p.name.startswith((".", "out.json."))], [])

        # The other verbs, by their arguments; and a signal that is not Ctrl-C.
        for verb in ("compare", "check"):
            watch = Watch(folder, verb, "contract.json", "--rules", "rules")
            activity.write_text("pod,count\nEL,5\nEL,6\n")
            os.utime(activity, (1, 1))
            watch.ready()
            expect(verb, watch.end(signal.SIGTERM), 0)
            activity.write_text("pod,count\nEL,4\n")
        done = subprocess.run([RECKON, "evaluate", "-", "--watch"], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)
        expect("standard input", done.returncode, 2)
        done = subprocess.run([RECKON, "batch", "x", "--watch"], capture_output=True, text=True, check=False)
        expect("another verb", done.returncode, 2)
    print(f"{failed} failed")
    sys.exit(failed != 0)


main()
