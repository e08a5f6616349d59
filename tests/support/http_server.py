#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An HTTP server on 127.0.0.1 for tests, whose replies are scripted, well or badly.

    http_server.py [--port N] [--tls CERTIFICATE KEY] [--script FILE] [FOLDER]
        prints its URL, then serves the replies of the script, and the files of the
        folder for all other paths, until its parent ends
    http_server.py --control
        starts servers as standard input asks, until its end; support/http_server.c
        is the other side

A script has a line a reply; it skips empty lines and those that begin with #:

    PATH STATUS [WORD...]

The n-th request for a path (with its query, exactly) gets the n-th reply, and later
ones the last. The path * answers for all that have none; without it they get 404. A
reply with the status 0 is its body and nothing else. The words, whose values may have
%XX for a byte:

    etag=X modified=X    these headers; a request that has the value gets a 304
    headers=X            more header lines, each with its CR LF
    body=X  file=PATH    the body (a file's bytes: relative to the working directory)
    bytes=N              the body is the N bytes after this line (--control only)
    gzip chunked         compresses the body; sends it in chunks
    no-length            only the end of the connection ends the body
    cut=N                sends the first N bytes of the reply, head included
    piece=N pause=MS     sends N bytes at a time, with a pause between them
    delay=MS             waits before the reply
    reset                ends the connection with a TCP reset (TLS: without its goodbye)
    hang                 keeps the connection open, silent, until the client ends it
"""
import collections
import contextlib
import os
import socket
import struct
import sys
import threading
import time
from urllib.parse import unquote_to_bytes

HEAD_MAX = 16384


# ------------------------------------------------------------------- replies

def parse_reply(words, body_source=None):
    """A reply as a dictionary, from its status and the words after it."""
    reply = {"status": int(words[0]), "body": b""}
    for word in words[1:]:
        name, _, value = word.partition("=")
        if name in ("etag", "modified", "headers", "body"):
            reply[name] = unquote_to_bytes(value)
        elif name in ("cut", "piece", "pause", "delay"):
            reply[name] = int(value)
        elif name == "file":
            with open(value, "rb") as file:
                reply["body"] = file.read()
        elif name == "bytes" and body_source is not None:
            reply["body"] = body_source.read(int(value))
        elif name in ("gzip", "chunked", "no-length", "reset", "hang") and not value:
            reply[name] = True
        else:
            sys.exit(f"http_server.py: unknown word '{word}'")
    return reply


def file_reply(folder, path):
    """The reply that is a file below the folder, or a 404."""
    path = path.partition("?")[0]
    file = f"{folder}{path}"
    if folder is None or not path.startswith("/") or ".." in path or not os.path.isfile(file):
        return {"status": 404, "body": b"no such page\n"}
    with open(file, "rb") as opened:
        modified = time.gmtime(os.fstat(opened.fileno()).st_mtime)
        return {"status": 200, "body": opened.read(),
                "modified": time.strftime("%a, %d %b %Y %H:%M:%S GMT", modified).encode()}


def header_of(head, name):
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.lower() == name:
            return value.strip()
    return None


def not_modified(reply, head):
    etag = header_of(head, b"if-none-match")
    if "etag" in reply and etag is not None:
        return reply["etag"] in etag
    return "modified" in reply and header_of(head, b"if-modified-since") == reply["modified"]


def compressed(body):
    import zlib  # pylint: disable=import-outside-toplevel
    zipper = zlib.compressobj(9, zlib.DEFLATED, 15 + 16)
    return zipper.compress(body) + zipper.flush()


def reply_bytes(reply, head):
    """The whole reply to a request with this head."""
    body = reply["body"]
    if reply["status"] == 0:
        return body
    unchanged = not_modified(reply, head)
    out = [b"HTTP/1.1 %d Scripted\r\n" % (304 if unchanged else reply["status"]),
           b"Connection: close\r\n"]
    if "etag" in reply:
        out.append(b"ETag: %s\r\n" % reply["etag"])
    if "modified" in reply:
        out.append(b"Last-Modified: %s\r\n" % reply["modified"])
    out.append(reply.get("headers", b""))
    if unchanged:
        return b"".join([*out, b"\r\n"])
    if "gzip" in reply:
        body = compressed(body)
        out.append(b"Content-Encoding: gzip\r\n")
    if "chunked" in reply:
        out.append(b"Transfer-Encoding: chunked\r\n")
        pieces = [body[at:at + 1000] for at in range(0, len(body), 1000)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])
    elif "no-length" not in reply:
        out.append(b"Content-Length: %d\r\n" % len(body))
    return b"".join([*out, b"\r\n", body])


# --------------------------------------------------------------- connections

def read_head(connection):
    """The head of a request, or None if the client leaves before its end."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(HEAD_MAX)
        if not more or len(head) > HEAD_MAX:
            return None
        head += more
    return head


def end_connection(connection, reply):
    """Ends a connection as the reply wants it."""
    if "hang" in reply:
        connection.settimeout(None)
    elif "reset" in reply and not hasattr(connection, "unwrap"):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return
    else:
        connection.settimeout(0.5)
        if hasattr(connection, "unwrap") and "reset" not in reply:
            with contextlib.suppress(OSError):
                connection = connection.unwrap()
        connection.shutdown(socket.SHUT_WR)
    # Closing a connection with unread bytes would reset it.
    while connection.recv(512):
        pass


class Server:
    """Listens on a port; a thread a connection, one request a connection."""

    def __init__(self, port=0, tls=None, folder=None):
        self.folder = folder
        self.context = None
        if tls:
            import ssl  # pylint: disable=import-outside-toplevel
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*tls)
        self.replies = collections.defaultdict(list)
        self.hits = collections.Counter()
        self.heads = {}
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        threading.Thread(target=self.listen, daemon=True).start()

    def stop(self):
        self.stopping.set()
        with contextlib.suppress(OSError):  # the listening thread may have closed it
            self.listener.shutdown(socket.SHUT_RDWR)

    def listen(self):
        while not self.stopping.is_set():
            with contextlib.suppress(OSError):
                connection, _ = self.listener.accept()
                threading.Thread(target=self.visit, args=(connection,), daemon=True).start()
        self.listener.close()

    def visit(self, connection):
        with contextlib.suppress(OSError):  # a client may leave at any point
            connection.settimeout(60)
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            head = read_head(connection)
            if head is not None and len(head.split()) > 1:
                reply = self.reply_to(head)
                if self.send(connection, reply, reply_bytes(reply, head)):
                    end_connection(connection, reply)
        connection.close()

    def reply_to(self, head):
        path = head.split()[1].decode("latin-1")
        with self.lock:
            turn = self.hits[path]
            self.hits[path] += 1
            self.heads[path] = head
            replies = self.replies.get(path) or self.replies.get("*")
        return replies[min(turn, len(replies) - 1)] if replies else file_reply(self.folder, path)

    def send(self, connection, reply, data):
        """Sends what the reply wants sent, at its pace; False if the server stops."""
        data = data[:reply.get("cut", len(data))]
        piece = reply.get("piece", 0) or max(len(data), 1)
        pause = reply.get("delay", 0)
        for at in range(0, len(data), piece):
            if pause and self.stopping.wait(pause / 1000):
                return False
            connection.sendall(data[at:at + piece])
            pause = reply.get("pause", 0)
        return True


# ------------------------------------------------------------------- control

def make_certificates(folder, host):
    """Writes into the folder, as PEM: ca.pem; server.pem and server.key, signed by it
    for `host` (a name, or an IPv4 address); self.pem, self-signed by the same key; expired.pem, which
    was valid until yesterday."""
    import subprocess  # pylint: disable=import-outside-toplevel
    kind = "IP" if host.replace(".", "").isdigit() else "DNS"

    def request(subject, *options):
        subprocess.run(["openssl", "req", "-x509", "-days", "1", "-subj", f"/CN={subject}",
                        *options], cwd=folder, check=True, stderr=subprocess.DEVNULL)
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout"]
    name = ["-addext", f"subjectAltName={kind}:{host}"]
    request("Test authority", *new_key, "ca.key", "-out", "ca.pem")
    request("Test server", *new_key, "server.key", "-out", "server.pem", *name,
            "-CA", "ca.pem", "-CAkey", "ca.key")
    request("Self-signed", "-key", "server.key", "-out", "self.pem", *name)
    subprocess.run(["openssl", "req", "-new", "-subj", "/CN=Expired", "-key", "server.key", "-out", "old.csr", *name],
                   cwd=folder, check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["openssl", "x509", "-req", "-in", "old.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                    "-days", "-1", "-copy_extensions", "copy", "-out", "expired.pem"],
                   cwd=folder, check=True, stderr=subprocess.DEVNULL)


def control(requests, answers):
    """Obeys a line at a time, and answers each by a number: the port or count asked
    for, or the length of the text that follows it."""
    servers = {}
    for line in requests:
        verb, *words = line.decode().split()
        text, server = b"", servers.get(words[0])
        if verb == "start":  # start PLAIN-OR-TLS [CERTIFICATE KEY]
            server = Server(tls=words[1:])
            servers[str(server.port)] = server
            answer = server.port
        elif verb == "certificates":  # certificates FOLDER HOST
            make_certificates(*words)
            answer = 0
        elif verb == "stop":  # stop PORT
            servers.pop(words[0]).stop()
            answer = 0
        elif verb == "on":  # on PORT PATH STATUS [WORD...]
            server.replies[words[1]].append(parse_reply(words[2:], requests))
            answer = 0
        elif verb == "hits":  # hits PORT [PATH]
            answer = server.hits[words[1]] if words[1:] else sum(server.hits.values())
        elif verb == "head":  # head PORT PATH: of the last request
            text = server.heads.get(words[1], b"")
            answer = len(text)
        else:
            sys.exit(f"http_server.py: unknown request '{verb}'")
        answers.write(b"%d\n%s" % (answer, text))
        answers.flush()


def main(words):
    if words == ["--control"]:
        control(sys.stdin.buffer, sys.stdout.buffer)
        os._exit(0)  # whatever its connections wait for
    port, tls, script, folder = 0, None, None, None
    while words:
        word = words.pop(0)
        if word == "--port":
            port = int(words.pop(0))
        elif word == "--tls":
            tls, words = words[:2], words[2:]
        elif word == "--script":
            script = words.pop(0)
        else:
            folder = word
    parent = os.getppid()
    server = Server(port, tls, folder)
    if script is not None:
        with open(script, encoding="utf-8") as lines:
            for line in lines:
                path, *rest = line.split() or ["#"]
                if not path.startswith("#"):
                    server.replies[path].append(parse_reply(rest))
    print(server.url, flush=True)
    while os.getppid() == parent:
        time.sleep(0.5)


if __name__ == "__main__":
    main(sys.argv[1:])
