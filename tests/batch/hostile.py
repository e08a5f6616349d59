#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rules that mean harm in one contract of a batch, and what the other contracts notice: nothing.

    [EVERYWHERE=1] hostile.py RECKON SCRATCH_DIR [CONTRACTS]

Each attack of fixtures/rules/hostile.c is made from the first, the middle and the last of the
contracts (from one of them without EVERYWHERE), into each format, and all of them in one batch. The results of the others must be the bytes that they are without it,
and no process, descriptor or file may be left.
"""
import json
import os
import pathlib
import re
import socket
import sqlite3
import subprocess
import time

import sets

SOURCE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "rules" / "hostile.c"
EVERYWHERE = "EVERYWHERE" in os.environ
ATTACKS = re.findall(r'^    \{"([a-z-]+)", \w+\},$', SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
# Those of other functions than settle.
ATTACKS += [f"{stage}-{end}" for stage in ("check", "prepare", "release") for end in ("ends", "crashes")]
# Those that come to no end before their time is up.
ENDLESS = {"locks", "loop", "outlive", "stop-itself", "ignore-alarms", "sleep-for-ever", "fault-for-ever",
           "block-signals"}
# Of constructors: fixtures/at_load.c, by number.
AT_LOAD = ["writes-files", "opens-sockets", "kills-its-parent", "changes-limits", "ends", "closes-all", "forks"]
# What must not be said of the contract that attacks: that it was paid.
MUST_FAIL = {"forge", "half-a-frame", "endless", "announce-much", "garbage", "shared-pages",
             "children", "locks", "close-all", "loop", "overflow-stack", "outlive", "stop-itself",
             "ignore-alarms", "unmap-all", "rewrite-code", "free-twice", "end-quietly", "open-much", "old-interface",
             "daemonise", "sleep-for-ever", "scribble", "fault-for-ever", "block-signals", "forge-empty",
             "forge-short", "leave-loudly", "four-gigabytes",
             *(a for a in ATTACKS if a.startswith(("check-", "prepare-", "release-")))}


def hostile(number, attack):
    """A contract whose rule attacks."""
    contract = sets.block(number)
    contract["arrangements"]["main"][0] = {"id": "a", "rule": "hostile",
                                           "params": {"attack": attack}}
    return contract


class Hostile(sets.Case):
    """One attacker among honest contracts."""

    def setUp(self):
        super().setUp()
        self.fixtures = pathlib.Path(self.reckon).parent / "tests" / "fixtures"
        self.rules = self.fixtures / "hostile"
        (self.folder / "costs.csv").write_text("a,b\n1,2\n", encoding="ascii")
        self.honest = [sets.block(i) for i in range(self.contracts)]

    def run_batch(self, name, *arguments):
        """A batch into a file; its exit code and what it said."""
        done = subprocess.run(
            [self.reckon, "batch", "-j", "2", "--rules", str(self.rules), "--timeout", "1",
             "--require-isolation", "contract", *arguments, "set.ndjson", "--out", name],
            cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, done.stderr

    def results(self, name):
        """The results of a file by contract, as comparable texts."""
        path = self.folder / name
        if name.endswith(".sqlite"):
            db = sqlite3.connect(path)
            found = {}
            for row in db.execute(
                    "SELECT contract, r.total, error, message, component, c.total, label, amount"
                    " FROM results r LEFT JOIN components c USING (result_id)"
                    " LEFT JOIN lines USING (component_id) ORDER BY result_id, component_id, line_id"):
                found.setdefault(row[0], []).append(repr(row[1:]))
            db.close()
            return found
        found = {}
        for text in path.read_text(encoding="utf-8").splitlines()[name.endswith(".csv"):]:
            contract = json.loads(text)["contract"] if name.endswith("json") else text.split(",")[0]
            found.setdefault(contract, []).append(text)
        return found

    def there(self):
        """Processes in the folder."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    found += [entry.name] if os.readlink(entry / "cwd") == str(self.folder) else []
                except OSError:
                    pass
        return found

    def left_over(self):
        """Processes of the command that have outlived it; one that was killed needs a moment to end."""
        until = time.monotonic() + 5
        left = self.there()
        while left and time.monotonic() < until:
            time.sleep(0.05)
            left = self.there()
        return left

    def attack(self, attack, at, name, *arguments):
        """One attack from one place."""
        contracts = list(self.honest)
        contracts[at] = hostile(at, attack)
        self.write("set.ndjson", contracts)
        before = sorted(p.name for p in self.folder.iterdir())
        code, said = self.run_batch(name, *arguments)
        self.assertEqual(code, 1 if attack in MUST_FAIL else code, said)
        self.assertIn(code, (0, 1), said)
        found = self.results(name)
        mine = found.pop(f"c{at}")
        expected = dict(self.expected[name])
        expected.pop(f"c{at}")
        self.assertEqual(found, expected, attack)
        if attack in MUST_FAIL:
            self.assertIn("rule-", mine[0])
            self.assertIn("hostile", said + mine[0])
            self.assertEqual("rule-timeout" in mine[0], attack in ENDLESS, mine)
        (self.folder / name).unlink()
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), before)
        self.assertEqual(self.left_over(), [])

    def test_hostile_rules__change_no_other_contract(self):
        self.write("set.ndjson", self.honest)
        names = ["out.ndjson", "out.csv", "out.sqlite"]
        self.expected = {}
        for name in names:
            code, said = self.run_batch(name)
            if code == 3 and "kept apart less" in said:
                print("skipped: this kernel lacks Landlock or seccomp")
                return
            self.assertEqual(code, 0, said)
            self.expected[name] = self.results(name)
            (self.folder / name).unlink()
        self.assertGreaterEqual(len(ATTACKS), 50)
        for k, attack in enumerate(ATTACKS):
            for i, at in enumerate((0, self.contracts // 2, self.contracts - 1)):
                if i != k % 3 and not EVERYWHERE:
                    continue
                if attack == "fault-for-ever" and b"__asan_init" in pathlib.Path(self.reckon).read_bytes():
                    continue  # a sanitizer takes the fault for its own and ends the process
                with self.subTest(attack=attack, at=at):
                    self.attack(attack, at, names[(i + k) % 3])
        with self.subTest(attack="all of them"):
            quick = [a for a in ATTACKS if a not in ENDLESS]
            contracts = [sets.block(i) for i in range(2 * len(quick))]
            self.write("set.ndjson", contracts)
            code, said = self.run_batch("out.ndjson", "--isolation", "contract")
            self.assertEqual(code, 0, said)
            expected = self.results("out.ndjson")
            (self.folder / "out.ndjson").unlink()
            for i, attack in enumerate(quick):
                contracts[2 * i] = hostile(2 * i, attack)
            self.write("set.ndjson", contracts)
            code, said = self.run_batch("out.ndjson", "--isolation", "contract")
            self.assertEqual(code, 1, said)
            found = self.results("out.ndjson")
            for i in range(1, 2 * len(quick), 2):
                self.assertEqual(found[f"c{i}"], expected[f"c{i}"])
        self.assertEqual(self.left_over(), [])

    def test_a_rule_that_attacks_when_it_is_loaded__changes_no_other_contract(self):
        """What a constructor does is done in the process of one contract, confined before the rule is mapped."""
        self.write("set.ndjson", self.honest)
        code, said = self.run_batch("out.ndjson")
        if code == 3 and "kept apart less" in said:
            print("skipped: this kernel lacks Landlock or seccomp")
            return
        self.assertEqual(code, 0, said)
        expected = self.results("out.ndjson")
        (self.folder / "out.ndjson").unlink()
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.setblocking(False)
            (self.folder / "port").write_text(str(server.getsockname()[1]), encoding="ascii")
            for number, attack in enumerate(AT_LOAD, 1):
                with self.subTest(attack=attack):
                    self.rules = self.fixtures / f"at-load-{number}"
                    self.load_in_one(attack, number, expected)
            with self.assertRaises(BlockingIOError):
                server.accept()
        self.assertFalse(pathlib.Path("/tmp/reckoner-stolen").exists())

    def load_in_one(self, attack, number, expected):
        """A batch of which one contract has a rule that attacks when it is loaded."""
        at = number * self.contracts // 9
        contracts = list(self.honest)
        contracts[at] = sets.block(at)
        contracts[at]["arrangements"]["main"][0] = {"id": "a", "rule": "at-load"}
        self.write("set.ndjson", contracts)
        before = {p.name: p.read_bytes() for p in self.folder.iterdir()}
        code, said = self.run_batch("out.ndjson")
        found = self.results("out.ndjson")
        (self.folder / "out.ndjson").unlink()
        mine = found.pop(f"c{at}")[0]
        self.assertEqual(found, {k: v for k, v in expected.items() if k != f"c{at}"})
        if attack in ("ends", "closes-all") or "error" in json.loads(mine):
            self.assertEqual(code, 1, said)
            self.assertIn("rule-", mine)
            self.assertIn("at-load", mine)
        else:
            self.assertEqual(json.loads(mine)["total"], "1.00")
        self.assertEqual({p.name: p.read_bytes() for p in self.folder.iterdir()}, before)
        self.assertEqual(self.left_over(), [])

    def test_hostile_rule__alone_in_a_confined_process(self):
        """evaluate --isolation contract: nothing is left, whatever the rule does."""
        self.write("one.json", [hostile(0, "none")])
        command = [self.reckon, "evaluate", "one.json", "-q", "--rules", str(self.rules), "--timeout", "1",
                   "--isolation", "contract", "--require-isolation", "contract", "-f", "json"]
        run = lambda: subprocess.run(command, cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
                                     capture_output=True, text=True, check=False, timeout=60)
        plain = run()
        if plain.returncode == 3 and "less than is required" in plain.stderr:
            print("skipped: this kernel lacks Landlock or seccomp")
            return
        self.assertEqual(plain.returncode, 0, plain.stderr)
        before = sorted(p.name for p in self.folder.iterdir())
        for attack in ATTACKS:
            with self.subTest(attack=attack):
                self.write("one.json", [hostile(0, attack)])
                done = run()
                self.assertIn(done.returncode, (0, 1, 3, 4), done.stderr)
                if attack in ENDLESS | {"overflow-stack", "rewrite-code", "free-twice", "end-quietly"}:
                    self.assertNotEqual(done.returncode, 3, done.stderr)
                self.assertEqual(sorted(p.name for p in self.folder.iterdir()), before)
                self.assertEqual(self.left_over(), [])


if __name__ == "__main__":
    sets.main(50)
