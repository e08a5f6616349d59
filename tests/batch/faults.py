#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bad contracts among good ones, and tariffs that are unavailable or slow.

    faults.py RECKON SCRATCH_DIR [CONTRACTS]
"""
import json
import pathlib
import sys
import threading

import sets

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import http_server  # pylint: disable=wrong-import-position

DEAD = {"status": 0, "body": b""}  # ends the connection without a reply


class Server(http_server.Server):
    """Serves a tariff at /t.json, and ends connections for /dead.json and others."""

    def __init__(self, late_ms=0, dead_waits=False):
        super().__init__()
        self.late_ms, self.dead_waits = late_ms, dead_waits
        self.good_was_asked = threading.Event()
        self.waited = []  # what the waits of /dead.json came to

    def reply_to(self, head):
        """The reply; that for /dead.json waits, if so wanted, for a request for /t.json."""
        super().reply_to(head)
        if b"/t.json " in head:
            self.good_was_asked.set()
            return {"status": 200, "body": json.dumps(sets.TARIFF).encode(), "delay": self.late_ms}
        if self.dead_waits:
            self.waited.append(self.good_was_asked.wait(60))
        return DEAD


class Faults(sets.Case):
    """What each bad contract costs, and whom."""

    def setUp(self):
        super().setUp()
        self.server = Server()

    def tearDown(self):
        self.server.stop()
        super().tearDown()

    def results(self, *arguments, code):
        """The results of a batch."""
        return self.batch("-q", "--trusted", *arguments, code=code)[0].splitlines()

    def attempts(self):
        """How often one contract alone asks for a tariff that fails."""
        self.write("dead.ndjson", [sets.priced(0, self.server.url + "/alone.json")])
        self.results("dead.ndjson", code=1)
        self.assertGreater(self.server.hits["/alone.json"], 0)
        return self.server.hits["/alone.json"]

    def test_faults_all__are_results_and_change_no_other(self):
        good = [sets.line(sets.block(i)) for i in range(self.contracts)]
        facts = sets.block(0)
        facts["facts"] = {"costs": {"file": "missing.csv"}}
        wrong = sets.line(sets.block(1)).replace('"periods"', '"perods"')
        at = [self.contracts * k // 10 for k in (1, 4, 6, 8)]
        bad = dict(zip(at, [sets.line(sets.block(2))[:150] + "\n", wrong, sets.line(facts),
                            sets.line(sets.priced(3, self.server.url + "/dead.json"))]))
        self.write("all.ndjson", [bad.get(i, text) for i, text in enumerate(good)])
        self.write("good.ndjson", [text for i, text in enumerate(good) if i not in bad])
        expected = self.results("good.ndjson", code=0)
        found = self.results("-j", "2", "all.ndjson", code=1)
        self.assertEqual(len(found), self.contracts)
        self.assertEqual([text for i, text in enumerate(found) if i not in bad], expected)
        errors = [json.loads(found[i])["error"] for i in at]
        self.assertEqual([e["code"] for e in errors],
                         ["syntax", "unknown-key", "io", "tariff-unavailable"])
        for i, error in zip(at, errors):
            self.assertEqual((error["file"], error["line"]), ("all.ndjson", i + 1))
        self.assertIn("pointer", errors[2])
        self.assertIn("pointer", errors[3])
        self.assertGreater(errors[1]["column"], 1)
        self.assertEqual(errors[1]["hint"], "did you mean 'periods'?")

    def test_faults_cost__of_activity_is_no_fault(self):
        # The host adds it up by a rule of its own, in the worker as anywhere.
        contract = sets.priced(4, sets.TARIFF)
        contract["facts"]["activity"][0]["actual_unit_cost"] = "30.5"
        self.write("cost.ndjson", [sets.line(contract)] * 3)
        found = self.results("cost.ndjson", code=0)
        self.assertEqual([json.loads(text)["cost"] for text in found], ["152.50"] * 3)
        self.assertEqual(self.results("--in-process", "cost.ndjson", code=0), found)

    def test_faults_tariff__that_cannot_be_read_is_told_of_each(self):
        tariff = json.loads(json.dumps(sets.TARIFF).replace('"100"', '"1OO"'))
        (self.folder / "t.json").write_text(json.dumps(tariff), encoding="utf-8")
        self.write("set.ndjson", (sets.priced(i, "t.json") for i in range(20)))
        for how in (["-j", "2"], ["--in-process"]):
            found = self.results(*how, "set.ndjson", code=1)
            errors = [json.loads(text)["error"] for text in found]
            self.assertEqual([(e["code"], e["file"]) for e in errors],
                             [("wrong-type", "t.json")] * 20)

    def test_faults_dead__are_tried_once_for_all(self):
        attempts = self.attempts()
        self.write("set.ndjson", (sets.priced(i, self.server.url + "/dead.json") for i in range(1000)))
        errors = [json.loads(text)["error"] for text in self.results("-j", "8", "set.ndjson", code=1)]
        self.assertEqual({e["code"] for e in errors}, {"tariff-unavailable"})
        self.assertEqual(len({e["message"] for e in errors}), 1)
        self.assertEqual([e["line"] for e in errors], list(range(1, 1001)))
        self.assertEqual(self.server.hits["/dead.json"], attempts)

    def test_faults_dead__hold_up_no_other_tariff(self):
        server = Server(dead_waits=True)
        # Workers take one each; which of them gets the dead one does not matter.
        self.write("set.ndjson", [sets.priced(0, server.url + "/dead.json"),
                                  sets.priced(1, server.url + "/t.json")])
        found = self.results("-j", "2", "set.ndjson", code=1)
        server.stop()
        self.assertIn('"code":"tariff-unavailable"', found[0])
        self.assertIn('"total":"200.00"', found[1])
        self.assertEqual(server.hits["/t.json"], 1)
        self.assertEqual(set(server.waited), {True})

    def test_faults_late__are_not_the_time_of_contracts(self):
        server = Server(late_ms=6000)
        self.write("set.ndjson", (sets.priced(i, server.url + "/t.json") for i in range(20)))
        found = self.results("-j", "4", "--timeout", "3", "set.ndjson", code=0)
        server.stop()
        self.assertEqual([json.loads(text)["total"] for text in found],
                         [f"{100 * (i + 1)}.00" for i in range(20)])
        self.assertEqual(server.hits["/t.json"], 1)


if __name__ == "__main__":
    sets.main(10000)
