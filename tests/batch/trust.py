#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--allow-rules: rules that a list names by id and SHA-256 run as those that came with reckon.

    trust.py RECKON SCRATCH_DIR

The rule of fixtures/rules/hostile.c writes a file where nothing keeps it from doing so.
"""
import hashlib
import os
import pathlib
import shutil
import subprocess

import sets


class Trust(sets.Case):
    """One contract, whose rule leaves a file if it can."""

    def setUp(self):
        super().setUp()
        self.rules = pathlib.Path(self.reckon).parent / "tests" / "fixtures" / "hostile"
        self.rule = self.rules / "hostile.so"
        self.digest = hashlib.sha256(self.rule.read_bytes()).hexdigest()
        contract = sets.block(1)
        contract["arrangements"]["main"][0] = {"id": "a", "rule": "hostile", "params": {"attack": "files"}}
        self.write("one.json", [contract])

    def list_of(self, *lines):
        """Writes the list."""
        (self.folder / "list").write_text("".join(line + "\n" for line in lines), encoding="ascii")

    def reckon_says(self, *arguments):
        """Exit code, what was said, and whether the rule could write a file."""
        done = subprocess.run([self.reckon, *arguments, "--allow-rules", "list"], cwd=self.folder,
                              env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False, timeout=60)
        left = self.folder / "left-behind.txt"
        wrote = left.exists()
        left.unlink(missing_ok=True)
        for name in ("left-behind", "left-behind.link"):
            path = self.folder / name
            if path.is_symlink():
                path.unlink()
            elif path.exists():
                path.rmdir()
        return done.returncode, done.stdout + done.stderr, wrote

    def run_all(self, *isolation):
        """The commands that evaluate, with the rule's folder."""
        rules = ("--rules", str(self.rules), *isolation)
        for command in (("evaluate", "one.json"), ("compare", "one.json"), ("batch", "one.json")):
            yield command, self.reckon_says(*command, *rules)

    def test_allow_rules__a_listed_rule_is_not_confined(self):
        self.list_of("# reviewed", "", f"hostile\t{self.digest.upper()}\r", f"other {'0' * 64}")
        for command, (code, said, wrote) in self.run_all("--isolation", "none"):
            self.assertEqual((code, wrote), (0, True), (command, said))
        for command, (code, said, wrote) in self.run_all():
            self.assertEqual((code, wrote), (0, command[0] == "batch"), (command, said))

    def test_allow_rules__whose_target_others_may_change_vouches_for_nothing(self):
        if os.geteuid() != 0:
            print("skipped: only root can give files away")
            return
        outside = self.folder / "outside"
        outside.mkdir()
        for mode, owner in ((0o777, 0), (0o755, 65533)):
            self.list_of(f"hostile {self.digest}")
            (self.folder / "list").rename(outside / "list")
            os.chown(outside / "list", owner, 0)
            outside.chmod(mode)
            (self.folder / "list").symlink_to("outside/list")
            for _, (code, said, wrote) in self.run_all():
                self.assertEqual((code, wrote), (3, False), said)
                self.assertIn("the list of rules is refused", said)
            (self.folder / "list").unlink()
        os.mkfifo(self.folder / "list")
        for _, (code, said, wrote) in self.run_all():
            self.assertEqual((code, wrote), (3, False), said)
            self.assertIn("not a regular file", said)

    def test_allow_rules__one_of_several_builds_is_enough(self):
        self.list_of(f"hostile {'0' * 64}", f"hostile {self.digest}", f"hostile {'1' * 64}")
        for command, (code, said, wrote) in self.run_all("--isolation", "none"):
            self.assertEqual((code, wrote), (0, True), (command, said))

    def test_allow_rules__another_build_is_refused_by_name(self):
        self.list_of(f"hostile {'0' * 64}")
        for command, (code, said, wrote) in self.run_all():
            self.assertEqual((code, wrote), (1 if command[0] == "batch" else 3, False), (command, said))
            self.assertIn(f"the SHA-256 of 'hostile' is {self.digest}; list:1 has {'0' * 64}", said)
        code, said, wrote = self.reckon_says("rules", "check", str(self.rule))
        self.assertEqual((code, wrote), (3, False), said)
        self.assertIn("the SHA-256 of 'hostile' is", said)

    def test_allow_rules__a_shipped_rule_of_another_build_is_refused(self):
        self.list_of(f"block {'0' * 64}")
        self.write("two.json", [sets.block(2)])
        code, said, _ = self.reckon_says("evaluate", "two.json")
        self.assertEqual(code, 3, said)
        self.assertIn("the SHA-256 of 'block' is", said)

    def test_allow_rules__others_are_confined(self):
        self.list_of(f"other {self.digest}")
        for command, (code, said, wrote) in self.run_all():
            self.assertEqual((code, wrote), (0, False), (command, said))
        code, said, wrote = self.reckon_says("rules", "check", str(self.rule), "--cases", "1")
        self.assertIn("a confined process builds nothing", said)
        self.assertFalse(wrote, said)

    def test_allow_rules__others_are_refused_where_nothing_confines_them(self):
        self.list_of()
        rules = ("--rules", str(self.rules))
        for command in (("batch", "one.json", "--in-process"), ("batch", "one.json", "--isolation", "worker"),
                        ("evaluate", "one.json", "--isolation", "none"), ("explain", "one.json"),
                        ("evaluate", "one.json", "--rows", "rows.csv"), ("evaluate", "one.json", "one.json")):
            code, said, wrote = self.reckon_says(*command, *rules)
            self.assertEqual((code, wrote), (1 if command[0] == "batch" else 3, False), (command, said))
            self.assertIn("it is not on the list of --allow-rules", said)
        code, said, _ = self.reckon_says("rules", *rules)
        self.assertIn("it is not on the list", said)
        code, said, _ = self.reckon_says("rules")
        self.assertNotIn("it is not on the list", said)  # those that came with reckon

    def test_allow_rules__a_malformed_list_is_an_error_with_its_line(self):
        digest = self.digest
        for line, message in (("hostile", "the rule 'hostile' has no digest"),
                              (f"Hostile {digest}", "'Hostile' is not the id of a rule"),
                              (f"hostile {digest[:-1]}", "is not a SHA-256"),
                              (f"hostile {digest[:-1]}g", "is not a SHA-256"),
                              (f"hostile {digest} yes", "'yes' follows the digest"),
                              (f"{digest}  hostile.so", "is not the id of a rule")):
            self.list_of("", line)
            for _, (code, said, wrote) in self.run_all():
                self.assertEqual((code, wrote), (3, False), said)
                self.assertIn("list:2: ", said)
                self.assertIn(message, said)

    def test_rules__without_sealed_memory_a_warning_says_so(self):
        if shutil.which("strace") is None or subprocess.run(["strace", "true"], capture_output=True, check=False).returncode:
            print("skipped: strace is not here, or may not trace")
            return
        self.write("two.json", [sets.block(2)])
        for error, code, text in (("ENOSYS", 0, "warning: this system has no sealed memory"),
                                  ("EMFILE:when=2+", 3, "cannot be copied into sealed memory")):
            done = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", f"inject=memfd_create:error={error}",
                                   self.reckon, "evaluate", "two.json"], cwd=self.folder,
                                  env=self.environment() | {"ASAN_OPTIONS": "detect_leaks=0"},  # it cannot be traced
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(text, done.stderr)

    def test_rules__that_a_group_may_write_to_are_warned_about(self):
        folder = self.folder / "shared"
        folder.mkdir()
        folder.chmod(0o775)
        shutil.copy(self.rule, folder)
        self.list_of(f"hostile {self.digest}")
        code, said, _ = self.reckon_says("evaluate", "one.json", "--rules", str(folder))
        self.assertEqual(code, 0)
        self.assertIn(f"warning: rules folder '{folder}' is writable by its group", said)
        code, said, _ = self.reckon_says("evaluate", "one.json", "--rules", str(folder), "-q")
        self.assertNotIn("warning", said)

    def test_allow_rules__who_may_write_to_the_list_vouches_for_nothing(self):
        self.list_of(f"hostile {self.digest}")
        (self.folder / "list").chmod(0o666)
        for command, (code, said, wrote) in self.run_all():
            self.assertEqual((code, wrote), (3, False), (command, said))
            self.assertIn("is writable by everybody", said)
        (self.folder / "list").chmod(0o644)
        code, said, _ = self.reckon_says("evaluate", "one.json", "-o", "list")
        self.assertNotEqual(code, 0)
        self.assertIn(self.digest, (self.folder / "list").read_text(encoding="ascii"), said)
        (self.folder / "list").unlink()
        code, said, _ = self.reckon_says("evaluate", "one.json")
        self.assertEqual(code, 3)
        self.assertIn("list", said)


if __name__ == "__main__":
    sets.main(1)
