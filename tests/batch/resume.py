#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--resume where contracts stand in another folder, and where they failed: it goes on
if nothing has changed, and names what has.

    resume.py RECKON SCRATCH_DIR
"""
import json
import subprocess
import time

import sets

TARIFF = {"reckoner": "tariff/1", "id": "t", "tables": {
    "prices": {"key": ["hrg", "pod"], "file": "prices.csv"}}}
FILES = {
    "deep/t.json": json.dumps(TARIFF),
    "deep/prices.csv": "hrg,pod,price\nA,EL,100\n",
    "deep/own.csv": "hrg,pod\nA,EL\n",
    "above.csv": "hrg,pod\nA,EL\nA,EL\n",
    "deep/month-1.csv": "hrg,pod\nA,EL\n",
    "deep/faulty.json": '{"reckoner": "tariff/1", "id": "t", "tabels": {}}',
    "deep/bad/t.json": json.dumps(TARIFF),
    "deep/bad/prices.csv": "hrg,pod,price\nA,EL,1OO\n",
    "deep/bad.csv": "hrg,pod,count\nA,EL,one\n",
}


def contracts():
    """Good ones and bad ones, by all kinds of files."""
    def with_facts(number, file, tariff="t.json"):
        contract = sets.priced(number, tariff)
        contract["facts"] = {"activity": {"file": file}}
        return contract
    return [with_facts(0, "own.csv"), with_facts(1, "../above.csv"),
            with_facts(2, "month-*.csv"), sets.priced(3, "faulty.json"),
            sets.priced(4, "bad/t.json"), with_facts(5, "bad.csv"),
            sets.priced(6, "missing.json"), with_facts(7, "gone.csv"),
            with_facts(8, "year-*.csv"), sets.priced(9, "t.json")]


class Resume(sets.Case):
    """A run that is killed while it waits for more."""

    def setUp(self):
        super().setUp()
        (self.folder / "deep/bad").mkdir(parents=True)
        for name, text in FILES.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        self.write("deep/set.ndjson", contracts())

    def interrupted(self):
        """Leaves a journal of all contracts."""
        journal = self.folder / "out.ndjson.journal"
        with self.begin("-q", "--trusted", "-j", "1", "deep/set.ndjson", "-", "--out",
                        "out.ndjson", stdin=subprocess.PIPE) as process:
            while not (journal.exists() and b'"contract":"p9"' in journal.read_bytes()):
                self.assertIsNone(process.poll(), "the batch ended early")
                time.sleep(0.02)
            process.kill()
        return journal.read_bytes()

    def resumed(self, code):
        """What a run that goes on says."""
        return self.batch("-q", "--trusted", "-j", "1", "deep/set.ndjson", "-", "--out",
                          "out.ndjson", "--resume", code=code)[1]

    def test_resume_unchanged__goes_on(self):
        self.interrupted()
        self.assertEqual(self.resumed(1), "")
        found = (self.folder / "out.ndjson").read_text(encoding="utf-8")
        self.assertEqual(found, self.batch("-q", "--trusted", "deep/set.ndjson", code=1)[0])
        self.assertEqual([json.loads(text).get("total") for text in found.splitlines()],
                         ["100.00", "200.00", "100.00"] + [None] * 6 + ["1000.00"])

    def test_resume_changed__is_named(self):
        journal = self.interrupted()
        sound = FILES["deep/own.csv"]
        for name, text, named in (
                ("deep/own.csv", sound + "A,EL\n", "deep/own.csv"),
                ("above.csv", sound, "above.csv"),
                ("deep/prices.csv", "hrg,pod,price\nA,EL,101\n", "deep/prices.csv"),
                ("deep/t.json", json.dumps(TARIFF) + "\n", "deep/t.json"),
                ("deep/month-2.csv", sound, "deep/month-*.csv"),
                ("deep/faulty.json", json.dumps(TARIFF), "deep/faulty.json"),
                ("deep/bad/prices.csv", FILES["deep/prices.csv"], "deep/bad/prices.csv"),
                ("deep/bad.csv", sound, "deep/bad.csv"),
                ("deep/missing.json", json.dumps(TARIFF), "deep/missing.json"),
                ("deep/gone.csv", sound, "deep/gone.csv"),
                ("deep/year-1.csv", sound, "deep/year-*.csv")):
            with self.subTest(name):
                (self.folder / name).write_text(text, encoding="utf-8")
                (self.folder / "out.ndjson.journal").write_bytes(journal)
                self.assertIn(f"{named}' has changed\n", self.resumed(3))
                self.assertFalse((self.folder / "out.ndjson").exists())
                if name in FILES:
                    (self.folder / name).write_text(FILES[name], encoding="utf-8")
                else:
                    (self.folder / name).unlink()


if __name__ == "__main__":
    sets.main(0)
