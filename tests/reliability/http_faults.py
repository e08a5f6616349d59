#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a server of tariffs can do wrong: each fault is an error, or a good copy that is said to be one.

    http_faults.py RECKON SOURCE_DIR SCRATCH_DIR [--all]

Each fault is tried twice against a server on this machine: with an empty cache, and where a good copy is in the
cache and the server is asked for a newer one. Either the total is that of the good tariff, which only a reply that
holds it may give, or the exit code is 5 (3 for a tariff that is wrong), a message names the URL, and nothing is
printed. Whatever happened, afterwards the cache has the good copy or nothing: offline, the total is right, or
there is none.
"""
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote_from_bytes

from common import PERIODS, Checks, fresh, run, tariff

# Without --all, every third kind, and all that are no fault.
STEP = 1 if "--all" in sys.argv else 3
RECKON, SOURCE, SCRATCH = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve(), fresh(Path(sys.argv[3]).resolve())
check = Checks()
GOOD = json.dumps(tariff()).encode()
CRLF = b"\r\n"
TOTAL = b"300.30"


def body(data):
    return "body=" + quote_from_bytes(data, safe="")


def raw(data):
    """A reply that is these bytes."""
    return f"0 {body(data)}"


def reply(status_line, *headers, content=b""):
    return raw(CRLF.join([status_line, *headers, b"", content]))


def well(*words, content=GOOD, status=200):
    return " ".join([str(status), body(content), *words])


def headers(*lines):
    return "headers=" + quote_from_bytes(b"".join(line + CRLF for line in lines), safe="")


OK = b"HTTP/1.1 200 OK"
LENGTH = b"Content-Length: %d" % len(GOOD)
# Name, reply, and whether it may give the total of the good tariff.
FAULTS = [
    *((f"status {code}", well(status=code), False) for code in
      (201, 202, 203, 204, 205, 206, 207, 226, 300, 305, 306, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410,
       411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 425, 426, 429, 431, 451, 500, 501, 502, 503, 504, 505, 507,
       511, 599)),
    ("304 without a question", reply(b"HTTP/1.1 304 Not Modified", b'ETag: "x"'), None),
    ("redirect to itself", f"302 {headers(b'Location: /PATH')}", False),
    ("redirect to a file", f"302 {headers(b'Location: file:///etc/passwd')}", False),
    ("redirect to ftp", f"301 {headers(b'Location: ftp://127.0.0.1/t.json')}", False),
    ("redirect to data", f"307 {headers(b'Location: data:application/json,{}')}", False),
    ("redirect to a closed port", f"308 {headers(b'Location: http://127.0.0.1:1/t.json')}", False),
    ("redirect without a place", well(status=302), False),
    ("redirect to nothing", f"302 {headers(b'Location: ')}", False),
    ("redirect to two places", f"302 {headers(b'Location: /a', b'Location: /b')}", False),
    ("redirect to a bad host", f"302 {headers(b'Location: http://[::1')}", False),
    ("redirect to a page that is missing", f"302 {headers(b'Location: /missing')}", False),
    ("an empty body", well(content=b""), False),
    ("a page", well(content=b"<!DOCTYPE html><html><body>Please log in</body></html>"), False),
    ("half of the body", well(content=GOOD[:len(GOOD) // 2]), False),
    ("a body without its last byte", well(content=GOOD[:-1]), False),
    ("half of the body, without a length", well("no-length", content=GOOD[:len(GOOD) // 2]), False),
    ("nothing, without a length", well("no-length", content=b""), False),
    ("another document", well(content=json.dumps({"reckoner": "contract/1", "id": "x"}).encode()), False),
    ("a list", well(content=b"[]"), False),
    ("a text", well(content=b'"tariff/1"'), False),
    ("a tariff with a wrong key", well(content=GOOD.replace(b'"tables"', b'"tabels"')), False),
    ("a key that occurs twice", well(content=GOOD.replace(b'"id"', b'"id":"y","id"', 1)), False),
    ("bytes that are no UTF-8", well(content=GOOD.replace(b"made-up", b"made\xffup")), False),
    ("UTF-16", well(content=GOOD.decode().encode("utf-16")), False),
    ("a NUL", well(content=GOOD.replace(b"made-up", b"made\\u0000up")), False),
    ("two documents", well(content=GOOD + GOOD), False),
    ("too deep", well(content=b"[" * 1000), False),
    ("a tariff that names a file", well(content=json.dumps({"reckoner": "tariff/1", "id": "x", "tables": {
        "prices": {"key": ["hrg"], "file": "/etc/passwd"}}}).encode()), False),
    ("a length that is too long", reply(OK, b"Content-Length: %d" % (len(GOOD) + 10), content=GOOD), False),
    ("a length that is too short", reply(OK, b"Content-Length: 10", content=GOOD), False),
    ("two lengths", reply(OK, LENGTH, b"Content-Length: 5", content=GOOD), False),
    ("a length below zero", reply(OK, b"Content-Length: -5", content=GOOD), False),
    ("a length that is a word", reply(OK, b"Content-Length: many", content=GOOD), False),
    ("a length beyond 64 bits", reply(OK, b"Content-Length: 99999999999999999999", content=GOOD), False),
    ("a length of 300 GB", reply(OK, b"Content-Length: 300000000000", content=GOOD), False),
    ("a length and chunks", reply(OK, LENGTH, b"Transfer-Encoding: chunked", content=GOOD), False),
    ("chunks without an end", reply(OK, b"Transfer-Encoding: chunked", content=b"%x\r\n%s\r\n" % (len(GOOD), GOOD)), False),
    ("a chunk without its line end", reply(OK, b"Transfer-Encoding: chunked", content=b"%x\r\n%s0\r\n\r\n" % (len(GOOD), GOOD)), False),
    ("a chunk of a bad length", reply(OK, b"Transfer-Encoding: chunked", content=b"xyz\r\n" + GOOD), False),
    ("a chunk beyond 64 bits", reply(OK, b"Transfer-Encoding: chunked", content=b"fffffffffffffffff\r\n" + GOOD), False),
    ("an unknown transfer encoding", reply(OK, b"Transfer-Encoding: rot13", content=GOOD), False),
    ("an unknown content encoding", reply(OK, b"Content-Encoding: rot13", LENGTH, content=GOOD), False),
    ("gzip that is none", reply(OK, b"Content-Encoding: gzip", LENGTH, content=GOOD), False),
    ("a gzip bomb", "200 file=BOMB gzip", False),
    ("not HTTP", raw(b"hello\r\n\r\n" + GOOD), False),
    ("HTTP 0.9", raw(GOOD), False),
    ("HTTP 9.9", reply(b"HTTP/9.9 200 OK", LENGTH, content=GOOD), None),
    ("a status of four digits", reply(b"HTTP/1.1 2000 OK", LENGTH, content=GOOD), False),
    ("a head without an end", raw(OK + CRLF + b"X: y"), False),
    ("a head of 1 MB", reply(OK, b"X: " + b"y" * 1000000, LENGTH, content=GOOD), None),
    ("nothing at all", raw(b""), False),
    ("a reset in the middle", well("cut=80", "reset"), False),
    ("the connection ends in the body", well("cut=120"), False),
    ("the connection ends in the head", well("cut=20"), False),
    # What is not wrong, if unusual, gives the tariff.
    ("another content type", well(headers(b"Content-Type: text/html")), True),
    ("gzip", well("gzip"), True),
    ("chunks", well("chunked"), True),
    ("no length", well("no-length"), True),
    ("a byte order mark", well(content=b"\xef\xbb\xbf" + GOOD), True),
    ("small pieces", well("piece=50", "pause=1"), True),
    ("an interim reply", raw(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + OK + CRLF + LENGTH + CRLF * 2 + GOOD), True),
    ("an etag of another kind", well('etag=W/"a%20b"'), True),
    ("cache headers", well(headers(b"Cache-Control: no-store", b"Expires: 0", b"Pragma: no-cache", b"Age: 99999999")), True),
]


def contract(url, **pin):
    return {"reckoner": "contract/1", "id": "c", "periods": PERIODS, "tariff": {"url": url, **pin},
            "facts": {"activity": [{"hrg": "H1", "provider": "P1", "pod": "EL", "count": 3, "los": 1}]},
            "arrangements": {"pbr": [{"id": "a", "rule": "pbr", "params": {"mff": False}}]}}


def server(script, *words):
    process = subprocess.Popen([sys.executable, SOURCE / "tests/support/http_server.py", *words, "--script", script],
                               stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip().rstrip("/")


def evaluate(url, cache, *words, **pin):
    path = SCRATCH / f"{url.rpartition('/')[2]}.json"
    path.write_text(json.dumps(contract(url, **pin)))
    return run(RECKON, "evaluate", path, *(() if "--timeout" in words else ("--timeout", "60")), *words, env={"XDG_CACHE_HOME": str(cache)})


def outcome(name, done, url, may):
    """Whether a run ended as it may: with the right total, or with an error that names the URL."""
    if done.code == 0:
        return check(may is not False and TOTAL in done.stdout, f"{name}: exit 0: {done.stdout[-200:]}")
    said = done.stderr.decode(errors="replace")
    check(may is not True, f"{name}: {said[:200]}")
    return check(done.code in (3, 5) and not done.stdout and url.rpartition("/")[2] in said, f"{name}: {done.code}, {said[:300]}")


# Servers that do not come to an end: the reply, and what it does to a good tariff.
HANGS = {"silent": well("delay=60000"), "after the head": well("hang", "cut=45"),
         "in the body": well("hang", "cut=120"), "a byte a second": well("piece=1", "pause=1000"),
         "a body without an end": well("no-length", "piece=400", "pause=50", content=GOOD[:-1] + b" " * 200000)}


def hanging():
    """Within --timeout, the error says that the server took too long, and the good copy is kept."""
    script = SCRATCH / "hanging"
    script.write_text("".join(f"/cold{n} {reply}\n/warm{n} {well('etag=v1')}\n/warm{n} {reply}\n"
                              for n, reply in enumerate(HANGS.values())))
    process, base = server(script)

    def attempt(numbered):
        number, name = numbered
        for kind in ("cold", "warm"):
            url, cache = f"{base}/{kind}{number}", SCRATCH / f"hanging-{kind}{number}.cache"
            if kind == "warm":
                first = evaluate(url, cache)
                check(first.code == 0, f"{name}: the good reply: {first}")
            begun = time.monotonic()
            done = evaluate(url, cache, "--timeout", "2")
            check(time.monotonic() - begun < 4, f"{name}: took {time.monotonic() - begun:.1f} s")
            said = done.stderr.decode(errors="replace")
            check(done.code == 5 and url in said and "it took too long" in said, f"{name}: {done.code}, {said[:300]}")
            again = evaluate(url, cache, "--offline")
            check((again.code == 0 and TOTAL in again.stdout) == (kind == "warm"), f"{name}: afterwards: {again}")

    try:
        with ThreadPoolExecutor(len(HANGS)) as pool:
            list(pool.map(attempt, enumerate(HANGS)))
    finally:
        process.terminate()
    return len(HANGS)


def reads_and(*steps):
    """A server whose connections read something and then do one step: bytes to send, or None to wait."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for step in steps:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                connection.recv(4096)
                if step is None:
                    connection.settimeout(10)
                    connection.recv(4096)
                else:
                    connection.sendall(step)
                connection.close()
    threading.Thread(target=serve, daemon=True).start()
    return listener


def secure():
    """Certificates that nobody signed, and handshakes that fail: nothing is fetched."""
    if shutil.which("openssl") is None:
        print("skipped: certificates need openssl")
        return 0
    folder = SCRATCH / "tls"
    folder.mkdir()
    sys.path.insert(0, str(SOURCE / "tests/support"))
    from http_server import make_certificates  # pylint: disable=import-outside-toplevel,import-error
    make_certificates(str(folder), "127.0.0.1")
    script = SCRATCH / "secure"
    script.write_text(f"/t {well()}\n")
    tried = 0
    for name in ("self.pem", "expired.pem", "server.pem"):
        process, base = server(script, "--tls", folder / name, folder / "server.key")
        try:
            done = evaluate(f"{base}/t", SCRATCH / f"{name}.cache", "--timeout", "10")
            outcome(f"{name}: https", done, f"{base}/t", False)
            check(b"certificate is not trusted" in done.stderr, f"{name}: {done.stderr[:300]}")
        finally:
            process.terminate()
        tried += 1
    hello = bytes.fromhex("160303007a0200007603030000")
    for name, step in (("cut", b""), ("half a hello", hello), ("an alert", b"\x15\x03\x03\x00\x02\x02\x28"),
                       ("plain HTTP", OK + CRLF + LENGTH + CRLF * 2 + GOOD), ("garbage", os.urandom(300)), ("silence", None)):
        listener = reads_and(*[step] * 5)
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/t"
        begun = time.monotonic()
        done = evaluate(url, SCRATCH / f"handshake {name}.cache", "--timeout", "2")
        check(time.monotonic() - begun < 4, f"handshake, {name}: took {time.monotonic() - begun:.1f} s")
        outcome(f"handshake, {name}", done, url, False)
        listener.close()
        tried += 1
    return tried


def attempt(base, number):
    """One fault, with an empty cache and with a good copy in it."""
    name, _, may = FAULTS[number]
    cold = SCRATCH / f"cold{number}.cache"
    url = f"{base}/cold{number}"
    done = evaluate(url, cold)
    outcome(f"{name}, nothing kept", done, url, may)
    again = evaluate(url, cold, "--offline")
    check((again.code == 0) == (done.code == 0), f"{name}: kept what it refused: {again}")

    warm = SCRATCH / f"warm{number}.cache"
    url = f"{base}/warm{number}"
    first = evaluate(url, warm)
    check(first.code == 0 and TOTAL in first.stdout, f"{name}: the good reply: {first}")
    outcome(f"{name}, a good copy kept", evaluate(url, warm), url, None if may is False and "304" in name else may)
    again = evaluate(url, warm, "--offline")
    check(again.code == 0 and TOTAL in again.stdout, f"{name}: the good copy is lost: {again}")


def main():
    script, bomb = SCRATCH / "script", SCRATCH / "bomb"
    bomb.write_bytes(b" " * 90000000)
    lines = []
    for number, (_, words, _) in enumerate(FAULTS):
        lines.append(f"/cold{number} {words.replace('PATH', f'cold{number}').replace('BOMB', str(bomb))}")
        lines += [f"/warm{number} {well('etag=v1')}", f"/warm{number} {words.replace('PATH', f'warm{number}').replace('BOMB', str(bomb))}"]
    lines += [f"/pin {well()}", f"/changing {well('etag=v1')}",
              f"/changing {well('etag=v2', content=GOOD.replace(b'100.10', b'200.20'))}", f"/kept {well('etag=v1')}"]
    script.write_text("\n".join(lines) + "\n")
    process, base = server(script)
    try:
        chosen = [n for n, (_, _, may) in enumerate(FAULTS) if n % STEP == 0 or may is True]
        with ThreadPoolExecutor(6) as pool:  # most of the time is spent waiting before another attempt
            list(pool.map(lambda number: attempt(base, number), chosen))

        # A digest that the document pins, and tariffs that change.
        done = evaluate(f"{base}/pin", SCRATCH / "pin.cache", sha256="0" * 64)
        check(done.code == 5 and not done.stdout, f"another digest: {done}")
        cache = SCRATCH / "changing.cache"
        totals = [evaluate(f"{base}/changing", cache).stdout for _ in range(2)]
        check(TOTAL in totals[0] and b"600.60" in totals[1], f"a tariff that changes: {totals}")

        # A damaged entry cannot put lines into a request, and is fetched again.
        cache = SCRATCH / "kept.cache"
        evaluate(f"{base}/kept", cache)
        for meta in (cache / "reckoner/tariffs").glob("*.json"):
            meta.write_text(meta.read_text().replace('"v1"', '"v1\\r\\nX-Injected: yes"'))
        done = evaluate(f"{base}/kept", cache)
        check(done.code == 0 and TOTAL in done.stdout, f"a damaged entry: {done}")
    finally:
        process.terminate()
    more = hanging() + secure()
    print(f"{len(chosen) + more} of {len(FAULTS) + more} kinds of replies")
    check.end("HTTP faults")


main()
