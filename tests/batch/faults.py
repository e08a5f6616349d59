#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bad contracts among good ones, and tariffs that cannot be had or are slow to come.

    faults.py RECKON SCRATCH_DIR [CONTRACTS]
"""
import http.server
import json
import socket
import threading
import time

import sets


def dead_url(path):
    """A URL at a port of this machine where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}/{path}"


class Server:
    """Serves the tariff, late where so asked; knows when it was asked for what."""

    def __init__(self, late=0.0):
        served = self
        served.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self):  # pylint: disable=invalid-name
                """Answers after a while."""
                served.asked.append((self.path, time.monotonic()))
                time.sleep(late)
                body = json.dumps(sets.TARIFF).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                """Says nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/t.json"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        """Frees the port."""
        self.server.shutdown()
        self.server.server_close()


class Faults(sets.Case):
    """What each bad contract costs, and whom."""

    def timed(self, *arguments, code):
        """The results of a batch, and how long it took."""
        begun = time.monotonic()
        out, _ = self.batch("-q", "--trusted", *arguments, code=code)
        return out.splitlines(), time.monotonic() - begun

    def seconds_of_dead(self):
        """What it takes to find that nobody listens."""
        self.write("dead.ndjson", [sets.priced(0, dead_url("alone.json"))])
        _, seconds = self.timed("dead.ndjson", code=1)
        return seconds

    def test_faults_all__are_results_and_change_no_other(self):
        good = [sets.line(sets.block(i)) for i in range(self.contracts)]
        facts = sets.block(0)
        facts["facts"] = {"costs": {"file": "missing.csv"}}
        wrong = sets.line(sets.block(1)).replace('"periods"', '"perods"')
        at = [self.contracts * k // 10 for k in (1, 4, 6, 8)]
        bad = dict(zip(at, [sets.line(sets.block(2))[:150] + "\n", wrong, sets.line(facts),
                            sets.line(sets.priced(3, dead_url("t.json")))]))
        self.write("all.ndjson", [bad.get(i, text) for i, text in enumerate(good)])
        self.write("good.ndjson", [text for i, text in enumerate(good) if i not in bad])
        expected, _ = self.timed("good.ndjson", code=0)
        dead = self.seconds_of_dead()
        found, seconds = self.timed("-j", "2", "all.ndjson", code=1)
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
        # The one that nobody answers costs its own time, and no other's.
        self.assertLess(seconds, dead + 2)

    def test_faults_cost__of_activity_is_no_fault(self):
        # The host adds it up by a rule of its own, in the worker as anywhere.
        contract = sets.priced(4, sets.TARIFF)
        contract["facts"]["activity"][0]["actual_unit_cost"] = "30.5"
        self.write("cost.ndjson", [sets.line(contract)] * 3)
        found, _ = self.timed("cost.ndjson", code=0)
        self.assertEqual([json.loads(text)["cost"] for text in found], ["152.50"] * 3)
        self.assertEqual(self.timed("--in-process", "cost.ndjson", code=0)[0], found)

    def test_faults_tariff__that_cannot_be_read_is_told_of_each(self):
        tariff = json.loads(json.dumps(sets.TARIFF).replace('"100"', '"1OO"'))
        (self.folder / "t.json").write_text(json.dumps(tariff), encoding="utf-8")
        self.write("set.ndjson", (sets.priced(i, "t.json") for i in range(20)))
        for how in (["-j", "2"], ["--in-process"]):
            found, _ = self.timed(*how, "set.ndjson", code=1)
            errors = [json.loads(text)["error"] for text in found]
            self.assertEqual([(e["code"], e["file"]) for e in errors],
                             [("wrong-type", "t.json")] * 20)

    def test_faults_dead__are_tried_once_for_all(self):
        url = dead_url("t.json")
        dead = self.seconds_of_dead()
        self.write("set.ndjson", (sets.priced(i, url) for i in range(1000)))
        found, seconds = self.timed("-j", "8", "set.ndjson", code=1)
        errors = [json.loads(text)["error"] for text in found]
        self.assertEqual({e["code"] for e in errors}, {"tariff-unavailable"})
        self.assertEqual(len({e["message"] for e in errors}), 1)
        self.assertEqual([e["line"] for e in errors], list(range(1, 1001)))
        self.assertLess(seconds, dead + 2)

    def test_faults_dead__hold_up_no_other_tariff(self):
        server = Server()
        # Workers take one each; which of them the dead one gets does not matter.
        self.write("set.ndjson", [sets.priced(0, dead_url("t.json")), sets.priced(1, server.url)])
        begun = time.monotonic()
        found, seconds = self.timed("-j", "2", "set.ndjson", code=1)
        server.stop()
        self.assertIn('"code":"tariff-unavailable"', found[0])
        self.assertIn('"total":"200.00"', found[1])
        self.assertEqual(len(server.asked), 1)
        self.assertLess(server.asked[0][1] - begun, seconds / 2)

    def test_faults_late__are_not_the_time_of_contracts(self):
        server = Server(late=3)
        self.write("set.ndjson", (sets.priced(i, server.url) for i in range(20)))
        found, _ = self.timed("-j", "4", "--timeout", "1", "set.ndjson", code=0)
        server.stop()
        self.assertEqual([json.loads(text)["total"] for text in found],
                         [f"{100 * (i + 1)}.00" for i in range(20)])
        self.assertEqual(len(server.asked), 1)


if __name__ == "__main__":
    sets.main(10000)
