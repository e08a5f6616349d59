# SPDX-License-Identifier: MIT
"""HTTP replies that other projects collected to break clients, each with its body.

    hostile_answers.py llhttp|curl FOLDER

FOLDER is the data/hostile folder of the shared test data. For each reply, prints a line
"NAME LENGTH BODY_LENGTH" and the bytes of both: the reply as a server sends it, and the
only body that a client may find in it.
"""
import base64
import pathlib
import re
import sys


def lenient_body(reply):
    """What a lenient client reads: all after the head, as far as it is announced, or
    its chunks, whatever follows their lengths."""
    found = re.search(rb"\n\r?\n", reply)
    if found is None:
        return b""
    head, rest = reply[:found.start() + 1], reply[found.end():]
    if not re.search(rb"\nTransfer-Encoding: chunked", head, re.I):
        announced = re.search(rb"\nContent-Length:\s*(\d*)", head, re.I)
        return rest[:int(announced[1] or b"0")] if announced else rest
    body = b""
    while rest:
        line, newline, rest = rest.partition(b"\n")
        length = int(re.match(rb"\s*([0-9a-f]*)", line, re.I)[1] or b"0", 16)
        if not newline or length == 0 or length > len(rest):
            break
        body, rest = body + rest[:length], rest[length:].lstrip(b"\r\n")
    return body


# -------------------------------------------------------------------- llhttp

ESCAPED = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"f": b"\f", b"\n": b""}


def unfold(block):
    """The bytes of a block of a test page: a line ends in CR LF, unless in a backslash."""
    def replace(found):
        text = found[0]
        if text == b"\n":
            return b"\r\n"
        return bytes([int(text[2:], 16)]) if len(text) == 4 else ESCAPED[text[1:]]
    return re.sub(rb"\\x[0-9a-fA-F]{2}|\\[rntf\n]|\n", replace, block.removesuffix(b"\n"))


def body_in_log(log, reply):
    """The body of the first message, from the log of the reference parser."""
    body = b""
    for line in log.split(b"\n"):
        span = re.match(rb"off=(\d+) len=(\d+) span\[body\]=", line)
        if span:
            body += reply[int(span[1]):int(span[1]) + int(span[2])]
        elif b" message complete" in line:
            break
    return body


def llhttp(folder):
    for page in sorted((folder / "http-llhttp/test/response").glob("*")):
        for block, log in re.findall(rb"```http\n(.*?)```.*?```log\n(.*?)```", page.read_bytes(), re.S):
            reply = unfold(block)
            # libcurl may accept what llhttp is too strict for, but as one can read it.
            strict = b"error code=" in log
            yield page.name, reply, lenient_body(reply) if strict else body_in_log(log, reply)


# ---------------------------------------------------------------------- curl

def curl(folder):
    for case in sorted((folder / "http-curl/cases").glob("test*")):
        data = re.search(rb"<data([^>]*)>\n(.*?)</data", case.read_bytes(), re.S)
        reply = data[2] if data else b""
        if data and b"base64" in data[1]:
            reply = base64.b64decode(reply)
        reply = re.sub(rb"%repeat\[(\d+) x ([^]]*)\]%", lambda found: found[2] * int(found[1]), reply)
        yield case.name, reply, lenient_body(reply)


for name, answer, body in {"llhttp": llhttp, "curl": curl}[sys.argv[1]](pathlib.Path(sys.argv[2])):
    sys.stdout.buffer.write(b"%s %d %d\n" % (name.encode(), len(answer), len(body)) + answer + body)
