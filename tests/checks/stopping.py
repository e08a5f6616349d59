#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stops `reckon` in the middle of long work, as people do: Ctrl-C on a terminal, signals.

    stopping.py RECKON SCRATCH_DIR

The rows come through a pipe, or priced ones leave through one, so that the work lasts as
long as a check needs, on any machine.
"""
import errno
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

RECKON, SCRATCH = sys.argv[1], Path(sys.argv[2])
HEADER = b"hrg,provider,pod,count\n"
SOME = b"H1,P1,EL,1\nH2,P2,NEL,2\n" * 2000
PATIENCE = 60  # seconds: with a sanitizer, beside other tests
failures = []
checks = 0


def check(holds, what):
    global checks
    checks += 1
    if not holds:
        failures.append(what)
        print(f"failed: {what}")


def wait_for(condition, what):
    """Whether the condition came true in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    check(False, f"{what}: not in {PATIENCE} seconds")
    return False


def folder(name):
    """A folder with a contract over activity.csv, which is not there yet."""
    path = SCRATCH / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    prices = [{"hrg": "H1", "price": "100.10"}, {"hrg": "H2", "price": "2000"}]
    contract = {"reckoner": "contract/1", "id": "stopping",
                "periods": [{"id": "2016-17", "start": "2016-04-01", "end": "2017-03-31"}],
                "tariff": {"reckoner": "tariff/1", "id": "made-up",
                           "tables": {"prices": {"key": ["hrg"], "rows": prices}}},
                "facts": {"activity": {"file": "activity.csv"}},
                "arrangements": {"pbr": [{"id": "spells", "rule": "pbr", "params": {"mff": False}}]}}
    (path / "contract.json").write_text(json.dumps(contract))
    return path


def command(*more):
    return [RECKON, "evaluate", "contract.json", *more]


class Feed(threading.Thread):
    """Rows into a pipe until `stalled`, or whoever reads is gone."""

    def __init__(self, path):
        super().__init__(daemon=True)
        os.mkfifo(path)
        self.path, self.written, self.stalled, self.ended = path, 0, False, False
        self.start()

    def run(self):
        try:
            with open(self.path, "wb", buffering=0) as pipe:
                pipe.write(HEADER)
                while not self.ended:
                    if self.stalled:
                        time.sleep(0.01)
                        continue
                    self.written += pipe.write(SOME)
        except BrokenPipeError:
            pass


def pending(pid):
    """Whether a signal waits for a process that has had no processor since."""
    status = Path(f"/proc/{pid}/status").read_text()
    return any(int(line.split()[1], 16) for line in status.splitlines() if line.startswith(("SigPnd", "ShdPnd")))


def listing(path):
    return sorted(p.name for p in path.iterdir())


def stopped_by_signal(jobs, number, twice):
    """The second signal comes while nothing more can be read."""
    name = f"{signal.Signals(number).name}, {jobs} thread{'s' if jobs > 1 else ''}{', twice' if twice else ''}"
    path = folder("signal")
    (path / "rows.csv").write_text("before\n")
    feed = Feed(path / "activity.csv")
    before = listing(path)
    process = subprocess.Popen(command("--jobs", str(jobs), "--rows", "rows.csv", "-o", "out.txt"), cwd=path,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: feed.written > 4 << 20 or process.poll() is not None, f"{name}: rows are read")
    if twice:
        feed.stalled = True
        time.sleep(0.1)
        process.send_signal(number)
        wait_for(lambda: not pending(process.pid), f"{name}: the first signal arrives")
        time.sleep(0.1)
        check(process.poll() is None, f"{name}: the first only asks")
    process.send_signal(number)
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        check(False, f"{name}: goes on")
        return
    feed.ended = True
    check(process.returncode == -number, f"{name}: ends by {process.returncode}, not by the signal")
    check(out == b"", f"{name}: something is printed: {out[:80]}")
    check(err == (b"" if twice else b"reckon: stopped; nothing was written\n"), f"{name}: it says {err[:200]}")
    check((path / "rows.csv").read_text() == "before\n", f"{name}: the old rows are gone")
    left = [f for f in listing(path) if f not in before]
    nameless = hasattr(os, "O_TMPFILE")
    try:
        os.close(os.open(path, os.O_TMPFILE | os.O_WRONLY))
    except OSError:
        nameless = False  # this file system cannot: after the second signal a file may be left
    check(left == [] or (twice and not nameless), f"{name}: {left} is left")


def on_terminal(jobs, stop):
    """Progress on a terminal, and a real Ctrl-C there."""
    name = f"terminal, {jobs} thread{'s' if jobs > 1 else ''}{', stopped' if stop else ''}"
    path = folder("terminal")
    (path / "activity.csv").write_bytes(HEADER + SOME * 200)
    os.mkfifo(path / "rows.csv")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(path)
        os.dup2(os.open("out.txt", os.O_WRONLY | os.O_CREAT, 0o600), 1)
        os.execv(RECKON, command("--jobs", str(jobs), "--rows", "rows.csv"))
    shown = b""
    rows = os.open(path / "rows.csv", os.O_RDONLY)
    os.set_blocking(terminal, False)
    os.set_blocking(rows, False)
    sent = False
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            shown += os.read(terminal, 65536)
        except BlockingIOError:
            pass
        except OSError as e:
            if e.errno == errno.EIO:  # its other end is closed
                break
            raise
        drawn = b" left" in shown
        try:
            os.read(rows, 1 << 20 if drawn and not stop else 65536)
        except BlockingIOError:
            pass
        if drawn and stop and not sent:
            os.write(terminal, b"\x03")
            sent = True
        if not drawn:
            time.sleep(0.02)
    else:
        os.kill(pid, signal.SIGKILL)
        check(False, f"{name}: goes on")
    _, status = os.waitpid(pid, 0)
    os.close(rows)
    os.close(terminal)
    line = re.compile(rb"\r[\d,]+ rows, [\d,]+ a second, \d+%, \d+:\d\d left\x1b\[K")
    check(line.search(shown) is not None, f"{name}: shows {shown[:200]}")
    if stop:
        check(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT, f"{name}: status {status}")
        check(shown.rstrip().endswith(b"\r\x1b[Kreckon: stopped; nothing was written"), f"{name}: ends {shown[-120:]}")
        check((path / "out.txt").read_bytes() == b"", f"{name}: a report")
    else:
        check(status == 0, f"{name}: status {status}")
        check(b"\r\x1b[K" in shown[-40:], f"{name}: the line stays: {shown[-80:]}")
        check(b"1,640,040,000" in (path / "out.txt").read_bytes(), f"{name}: no total")


def main():
    for jobs in (1, 2):
        stopped_by_signal(jobs, signal.SIGINT, False)
        stopped_by_signal(jobs, signal.SIGTERM, False)
        stopped_by_signal(jobs, signal.SIGINT, True)
        on_terminal(jobs, True)
        on_terminal(jobs, False)
    print(f"{checks} checks, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
