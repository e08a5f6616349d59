# SPDX-License-Identifier: MIT
"""Reckoner for Python: evaluate, compare and explain health-care contracts.

    >>> import reckoner
    >>> reckoner.evaluate("configs/contracts/gp-capitation.json").total      # doctest: +SKIP
    Decimal('...')

Only the standard library is needed. Results are plain objects with exact numbers; with pandas
installed they are frames too, and any library that knows the Arrow C data interface takes their
rows (`lines_arrow`) and gives rows of facts.
"""
from __future__ import annotations

import ctypes
import json
import os
import queue
import threading
from typing import Any, Iterable, Iterator, Mapping, Union, cast

from . import _native
from ._native import lib
from ._results import (Comparison, Component, Element, Explanation, Finding, Line, Period, Result, Step, Unpriced,
                       report, text)

__version__ = lib.rk_version().decode()
__all__ = ["Comparison", "Component", "Element", "Error", "Explanation", "Finding", "Line", "Period", "Problem",
           "Result", "Session", "Step", "Unpriced", "batch", "compare", "evaluate", "explain", "system"]

Contract = Union[str, "os.PathLike[str]", bytes, Mapping[str, Any]]


class Problem:
    """One thing that is wrong: where, what, and what to do."""

    def __init__(self, view: _native.ProblemView) -> None:
        self.code: str = lib.rk_status_word(view.status).decode()
        self.message: str = view.message.decode()
        self.file, self.line, self.column = text(view.file), view.line or None, view.column or None
        self.pointer, self.hint, self.rule = text(view.pointer), text(view.hint), text(view.rule)

    def __str__(self) -> str:
        at = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return (f"{at}: " if at else "") + self.message + (f"\nhint: {self.hint}" if self.hint else "")


class Error(ValueError):
    """A contract that cannot be evaluated. `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[Problem], code: str) -> None:
        self.problems, self.code = problems, code
        super().__init__("\n".join(map(str, problems)) or code)


class Session:
    """Options, rules and tariffs for any number of contracts. Belongs to one thread at a time.

    rules: folders searched for rules before the usual ones. params: "COMPONENT.NAME=VALUE".
    sets: "POINTER=VALUE". group_by: columns that totals of rows are grouped by. The others are
    those of the command.
    """

    def __init__(self, *, rules: Iterable[str] = (), params: Iterable[str] = (), sets: Iterable[str] = (),
                 group_by: Iterable[str] = (), periods: str | None = None, through: str | None = None,
                 year_to_date: bool = False, untrusted: bool = False, root: str | None = None,
                 allow_hosts: Iterable[str] = (), offline: bool = False, max_errors: int = 0,
                 suppress_below: int = 0, jobs: int = 0, rows_file: str | None = None,
                 provenance_full: bool = False, allow_rules: str | None = None) -> None:
        def one(value: str | None) -> bytes | None:
            return os.fsencode(value) if value is not None else None

        folders = [*rules, *_native.default_rules()]
        self._options = _native.Options(
            size=ctypes.sizeof(_native.Options), rules=_native.texts(folders), untrusted=untrusted, offline=offline,
            root=one(root), allow_hosts=_native.texts(allow_hosts), params=_native.texts(params),
            sets=_native.texts(sets), group_by=_native.texts(group_by), suppress_below=suppress_below,
            max_errors=max_errors, jobs=jobs, provenance_full=provenance_full, rows_file=one(rows_file),
            periods=one(periods), through=one(through), year_to_date=year_to_date, allow_rules=one(allow_rules))
        self._problems = lib.rk_problems_new()
        self._session = ctypes.c_void_p()
        self._check(lib.rk_session_open(ctypes.byref(self._options), ctypes.byref(self._session), self._problems))

    def __del__(self) -> None:
        if getattr(self, "_session", None):
            lib.rk_session_close(self._session)
        if getattr(self, "_problems", None):
            lib.rk_problems_free(self._problems)

    def _check(self, status: int) -> None:
        if status != 0:
            count = lib.rk_problems_count(self._problems)
            problems = [Problem(lib.rk_problems_at(self._problems, i).contents) for i in range(count)]
            lib.rk_problems_clear(self._problems)
            raise Error(problems, lib.rk_status_word(status).decode())

    def _load(self, contract: Contract, facts: Mapping[str, Any] | None) -> ctypes.c_void_p:
        """A contract: a path, the text of a document, or the document as a dict."""
        loaded = ctypes.c_void_p()
        lib.rk_problems_clear(self._problems)
        if facts:
            from ._arrow import rows_of
            if not isinstance(contract, Mapping):
                contract, base = _read(contract)
            else:
                base = "."
            rows = {name: rows_of(table) for name, table in facts.items()}
            contract = {**contract, "facts": {**contract.get("facts", {}), **rows}}
        else:
            base = "."
        if isinstance(contract, Mapping):
            contract = json.dumps(contract).encode()
        if isinstance(contract, bytes):
            status = lib.rk_contract_parse(self._session, contract, len(contract), b"contract", os.fsencode(base),
                                           ctypes.byref(loaded), self._problems)
        else:
            status = lib.rk_contract_load(self._session, os.fsencode(contract), ctypes.byref(loaded), self._problems)
        self._check(status)
        return loaded

    def evaluate(self, contract: Contract, arrangement: str | None = None, *,
                 facts: Mapping[str, Any] | None = None) -> Result:
        """What a contract pays under one arrangement; None is the contract's own choice. `facts` replaces
        tables by rows: a list of dicts, or anything that exports the Arrow C data interface."""
        loaded = self._load(contract, facts)
        result = ctypes.c_void_p()
        status = lib.rk_evaluate(loaded, arrangement.encode() if arrangement else None, ctypes.byref(result),
                                 self._problems)
        lib.rk_contract_free(loaded)
        self._check(status)
        return Result(result.value, None)

    def compare(self, contract: Contract, arrangements: Iterable[str] = (), baseline: str | None = None, *,
                facts: Mapping[str, Any] | None = None) -> Comparison:
        """Arrangements side by side on the same facts: all of them unless some are named."""
        loaded = self._load(contract, facts)
        comparison = ctypes.c_void_p()
        status = lib.rk_compare(loaded, _native.texts(arrangements), baseline.encode() if baseline else None,
                                ctypes.byref(comparison), self._problems)
        lib.rk_contract_free(loaded)
        self._check(status)
        return Comparison(comparison.value)

    def explain(self, contract: Contract, arrangement: str | None = None, *, component: str | None = None,
                line: str | None = None, row: int = 0, where: Mapping[str, Any] | None = None,
                facts: Mapping[str, Any] | None = None) -> Explanation:
        """How the amounts come about, step by step; with `row` (from 1), how one row is priced, and
        with `where`, the rows that have these values, such as {"spell_id": "S3"}."""
        def one(value: str | None) -> bytes | None:
            return value.encode() if value else None

        loaded = self._load(contract, facts)
        explanation = ctypes.c_void_p()
        options = _native.ExplainOptions(ctypes.sizeof(_native.ExplainOptions), one(arrangement), one(component),
                                         one(line), row,
                                         _native.texts(f"{k}={'' if v is None else v}" for k, v in where.items())
                                         if where else None)
        status = lib.rk_explain(loaded, ctypes.byref(options), ctypes.byref(explanation), self._problems)
        lib.rk_contract_free(loaded)
        self._check(status)
        return Explanation(explanation.value)

    def system(self, path: str | os.PathLike[str], scenarios: Iterable[str] = ()) -> dict[str, Any]:
        """The positions of a system in its scenarios, as `reckon system --format json` writes them."""
        loaded, result = ctypes.c_void_p(), ctypes.c_void_p()
        lib.rk_problems_clear(self._problems)
        self._check(lib.rk_system_load(self._session, os.fsencode(path), ctypes.byref(loaded), self._problems))
        status = lib.rk_system_evaluate(loaded, _native.texts(scenarios), ctypes.byref(result), self._problems)
        lib.rk_system_free(loaded)
        self._check(status)
        try:
            return cast("dict[str, Any]", json.loads(report(lib.rk_report_system, result, 1)))
        finally:
            lib.rk_system_result_free(result)

    def batch(self, paths: Iterable[str | os.PathLike[str]], *, jobs: int = 0, trusted: bool = False,
              all_arrangements: bool = False, timeout: float = 60) -> Iterator[dict[str, Any]]:
        """Evaluates many contracts in worker processes: an iterator of result documents, in the order of
        the contracts. Paths are those of `reckon batch`. A contract that fails is a document with an
        `error`. Leaving the loop stops the batch."""
        worker = _native.command()
        if worker is None:
            raise FileNotFoundError("the command 'reckon' is not installed: its workers run the batch")
        lines: queue.Queue[bytes | None] = queue.Queue(maxsize=1000)
        stopped = threading.Event()
        partial = bytearray()

        def take(_ctx: int | None, start: int, length: int) -> int:
            nonlocal partial
            partial += ctypes.string_at(start, length)
            *whole, rest = partial.split(b"\n")
            partial = rest
            for line in whole:
                while not stopped.is_set():
                    try:
                        lines.put(line, timeout=0.2)
                        break
                    except queue.Full:
                        continue
            return 1 if stopped.is_set() else 0

        sink = _native.Sink(_native.WRITE(take), None, 0, False)
        options = _native.BatchOptions(
            size=ctypes.sizeof(_native.BatchOptions), options=ctypes.pointer(self._options),
            paths=_native.texts([os.fspath(path) for path in paths]), trusted=trusted,
            all_arrangements=all_arrangements, jobs=jobs, timeout_ms=int(timeout * 1000),
            memory_bytes=4096 << 20, sink=ctypes.pointer(sink), worker=_native.texts([worker, "worker"]))
        problems = lib.rk_problems_new()
        summary = ctypes.c_void_p()
        outcome: list[int] = []

        def run() -> None:
            outcome.append(lib.rk_batch_run(ctypes.byref(options), ctypes.byref(summary), problems))
            while not stopped.is_set():
                try:
                    lines.put(None, timeout=0.2)
                    break
                except queue.Full:
                    continue

        thread = threading.Thread(target=run, name="reckon batch")
        thread.start()
        try:
            while (line := lines.get()) is not None:
                yield json.loads(line)
            thread.join()
            if outcome[0] != 0:
                found = [Problem(lib.rk_problems_at(problems, i).contents)
                         for i in range(lib.rk_problems_count(problems))]
                raise Error(found, lib.rk_status_word(outcome[0]).decode())
        finally:
            stopped.set()
            thread.join()
            lib.rk_batch_summary_free(summary)
            lib.rk_problems_free(problems)


def _read(contract: str | os.PathLike[str] | bytes) -> tuple[dict[str, Any], str]:
    """A document given by its text or path, and the folder that its own paths are relative to."""
    if isinstance(contract, bytes):
        return json.loads(contract), "."
    with open(contract, encoding="utf-8") as stream:
        return json.load(stream), os.path.dirname(os.fspath(contract)) or "."


def evaluate(contract: Contract, arrangement: str | None = None, *, facts: Mapping[str, Any] | None = None,
             **options: Any) -> Result:
    """What a contract pays. Options are those of Session; make one to evaluate many contracts."""
    return Session(**options).evaluate(contract, arrangement, facts=facts)


def compare(contract: Contract, arrangements: Iterable[str] = (), baseline: str | None = None, *,
            facts: Mapping[str, Any] | None = None, **options: Any) -> Comparison:
    """Arrangements side by side on the same facts."""
    return Session(**options).compare(contract, arrangements, baseline, facts=facts)


def explain(contract: Contract, arrangement: str | None = None, *, component: str | None = None,
            line: str | None = None, row: int = 0, where: Mapping[str, Any] | None = None,
            facts: Mapping[str, Any] | None = None, **options: Any) -> Explanation:
    """How the amounts come about."""
    return Session(**options).explain(contract, arrangement, component=component, line=line, row=row, where=where,
                                      facts=facts)


def system(path: str | os.PathLike[str], scenarios: Iterable[str] = (), **options: Any) -> dict[str, Any]:
    """The positions of a system in its scenarios."""
    return Session(**options).system(path, scenarios)


def batch(paths: Iterable[str | os.PathLike[str]], *, jobs: int = 0, trusted: bool = False,
          all_arrangements: bool = False, timeout: float = 60, **options: Any) -> Iterator[dict[str, Any]]:
    """Evaluates many contracts: an iterator of result documents."""
    return Session(**options).batch(paths, jobs=jobs, trusted=trusted, all_arrangements=all_arrangements,
                                    timeout=timeout)
