# SPDX-License-Identifier: MIT
"""Results as plain objects. Amounts are exact: a Decimal, or a Fraction where no decimal is."""
from __future__ import annotations

import ctypes
import importlib
import json
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Callable, Iterator, Union, cast

from . import _native
from ._native import lib

if TYPE_CHECKING:
    from ._arrow import Rows

Number = Union[Decimal, Fraction]


def text(value: bytes | None) -> str | None:
    return value.decode() if value is not None else None


def number(value: int | None) -> Number | None:
    """An exact number of the library."""
    if not value:
        return None
    room = ctypes.create_string_buffer(64)
    need = lib.rk_num_exact(value, room, 64)
    if need >= 64:
        room = ctypes.create_string_buffer(need + 1)
        lib.rk_num_exact(value, room, need + 1)
    spelled = room.value.decode()
    return Fraction(spelled) if "/" in spelled else Decimal(spelled)


def money(value: int | None, places: int) -> Decimal | None:
    """A rounded amount, with the places of the contract's money."""
    if not value:
        return None
    room = ctypes.create_string_buffer(128)
    need = lib.rk_num_fixed(value, places, room, 128)
    if need >= 128:
        room = ctypes.create_string_buffer(need + 1)
        lib.rk_num_fixed(value, places, room, need + 1)
    return Decimal(room.value.decode())


def report(write: Callable[..., int], *arguments: Any) -> str:
    """What a report function of the library writes."""
    pieces: list[bytes] = []

    def take(_ctx: int | None, start: int, length: int) -> int:
        pieces.append(ctypes.string_at(start, length))
        return 0

    sink = _native.Sink(_native.WRITE(take), None, 0, False)
    if write(*arguments, ctypes.byref(sink)) != 0:
        raise MemoryError("a report could not be written")
    return b"".join(pieces).decode()


@dataclass(frozen=True)
class Line:
    """A ledger line: amount = quantity x rate x factor, or a sum of rows."""
    label: str
    quantity: Number | None
    rate: Number | None
    factor: Number | None
    unit: str | None
    amount: Number | None
    source: str | None
    memo: bool
    sum: bool


@dataclass(frozen=True)
class Element:
    """The total of an element that a rule splits its rows' amounts into."""
    name: str
    amount: Number | None
    memo: bool


@dataclass(frozen=True)
class Unpriced:
    """A key without a price, and the rows that have it."""
    key: dict[str, str | None]
    rows: int
    quantity: Number | None
    reason: str


@dataclass(frozen=True)
class Component:
    """A component of an arrangement in a period."""
    id: str
    rule: str
    title: str | None
    shadow: bool
    exact: Number | None
    total: Decimal | None
    rows: int
    unpriced_rows: int
    lines: list[Line] = field(repr=False)
    elements: list[Element] = field(repr=False)
    unpriced: list[Unpriced] = field(repr=False)


@dataclass(frozen=True)
class Period:
    """A period of the contract, with the sum of what is paid in it."""
    id: str
    total: Decimal | None
    components: list[Component]


@dataclass(frozen=True)
class Finding:
    """What looks like a mistake in the input."""
    code: str
    severity: str
    message: str
    at: str | None
    rows: int
    quantity: Number | None
    amount: Number | None


@dataclass(frozen=True)
class Step:
    """A step of an explanation, with a step below it for each operand."""
    label: str | None
    formula: str | None
    value: str | None
    source: str | None
    steps: list["Step"] = field(repr=False)

    def __str__(self) -> str:
        return "\n".join(self._text(0))

    def _text(self, depth: int) -> Iterator[str]:
        parts = [part for part in (self.label, self.formula, self.value) if part]
        yield "  " * depth + " = ".join(parts) + (f"  [{self.source}]" if self.source else "")
        for step in self.steps:
            yield from step._text(depth + 1)


def _line(view: Any) -> Line:
    return Line(view.label.decode(), number(view.quantity), number(view.rate), number(view.factor),
                text(view.unit), number(view.amount), text(view.source), view.memo, view.sum)


def _unpriced(view: Any) -> Unpriced:
    key = {view.columns[i].decode(): text(view.values[i]) for i in range(view.n_columns)}
    return Unpriced(key, view.rows, number(view.quantity), view.reason.decode())


def _component(at: Any, places: int) -> Component:
    view = at.contents
    return Component(
        view.id.decode(), view.rule.decode(), text(view.title), view.shadow, number(view.exact),
        money(view.total, places), view.rows, view.unpriced_rows,
        [_line(lib.rk_component_line(at, i).contents) for i in range(view.n_lines)],
        [Element(e.name.decode(), number(e.amount), e.memo)
         for e in (lib.rk_component_element(at, i).contents for i in range(view.n_elements))],
        [_unpriced(lib.rk_component_unpriced(at, i).contents) for i in range(view.n_unpriced)])


def _finding(view: Any) -> Finding:
    return Finding(view.code.decode(), lib.rk_severity_word(view.severity).decode(), view.message.decode(),
                   text(view.at), view.rows, number(view.quantity), number(view.amount))


class Result:
    """What a contract pays under an arrangement. Parts are read from the library when they are asked
    for; `owner` keeps what they belong to."""

    def __init__(self, pointer: int | None, owner: Comparison | None) -> None:
        self._pointer, self._owner = pointer, owner

    def __del__(self) -> None:
        if self._owner is None and self._pointer:
            lib.rk_result_free(self._pointer)

    def __repr__(self) -> str:
        return f"<Result {self.contract} {self.arrangement}: {self.total} {self.currency}>"

    @cached_property
    def _view(self) -> Any:
        return lib.rk_result_read(self._pointer).contents

    @property
    def total(self) -> Decimal:
        return Decimal(lib.rk_result_total(self._pointer).decode())

    @property
    def contract(self) -> str:
        return str(self._view.contract.decode())

    @property
    def title(self) -> str | None:
        return text(self._view.title)

    @property
    def arrangement(self) -> str:
        return str(self._view.arrangement.decode())

    @property
    def basis(self) -> str | None:
        return text(self._view.basis)

    @property
    def currency(self) -> str:
        return str(self._view.currency.decode())

    @property
    def cost(self) -> Decimal | None:
        return money(self._view.cost, self._view.places)

    @property
    def margin(self) -> Decimal | None:
        return money(self._view.margin, self._view.places)

    @property
    def unpriced(self) -> int:
        """Rows without a price, over all periods and components."""
        return int(self._view.unpriced)

    @property
    def bad_rows(self) -> int:
        return int(self._view.bad_rows)

    @cached_property
    def periods(self) -> list[Period]:
        places = self._view.places
        found = []
        for i in range(self._view.n_periods):
            at = lib.rk_result_period(self._pointer, i)
            view = at.contents
            found.append(Period(view.id.decode(), money(view.total, places),
                                [_component(lib.rk_period_component(at, k), places)
                                 for k in range(view.n_components)]))
        return found

    @cached_property
    def findings(self) -> list[Finding]:
        return [_finding(lib.rk_result_finding(self._pointer, i).contents)
                for i in range(lib.rk_result_n_findings(self._pointer))]

    @cached_property
    def _document(self) -> dict[str, Any]:
        pointers = (ctypes.c_void_p * 1)(self._pointer)
        return cast("dict[str, Any]", json.loads(report(lib.rk_report_results, pointers, 1, 1)))

    def to_dict(self) -> dict[str, Any]:
        """The result document, as `reckon evaluate --format json` writes it; amounts are strings."""
        return self._document

    @property
    def provenance(self) -> dict[str, Any]:
        """Digests of the contract, tariffs, files and rules that made the result."""
        return cast("dict[str, Any]", self._document["provenance"])

    def line_rows(self) -> list[dict[str, Any]]:
        """The ledger lines of all periods and components, a dict each."""
        names = [f.name for f in fields(Line)]
        return [{"period": p.id, "component": c.id, "rule": c.rule, **{n: getattr(line, n) for n in names}}
                for p in self.periods for c in p.components for line in c.lines]

    def group_rows(self) -> list[dict[str, Any]]:
        """The totals of groups of rows (`group_by`), a dict each."""
        found = []
        for period in self._document["periods"]:
            for component in period["components"]:
                for group in component.get("groups", ()):
                    found.append({"period": period["period"], "component": component["id"], **group.get("key", {}),
                                  **{k: v for k, v in group.items() if k != "key"}})
        return found

    def lines_frame(self) -> Any:
        """The ledger lines as a pandas frame; needs pandas."""
        return frame(self.line_rows())

    def groups_frame(self) -> Any:
        """The groups as a pandas frame; needs pandas."""
        return frame(self.group_rows())

    def lines_arrow(self) -> Rows:
        """The ledger lines for a library that takes the Arrow C data interface (`__arrow_c_array__`)."""
        from ._arrow import Rows
        return Rows(self.line_rows())

    def groups_arrow(self) -> Rows:
        """The groups for a library that takes the Arrow C data interface."""
        from ._arrow import Rows
        return Rows(self.group_rows())


def frame(rows: list[dict[str, Any]]) -> Any:
    """Rows as a pandas frame, exact numbers as float64."""
    pandas: Any = importlib.import_module("pandas")  # where it is installed
    table = pandas.DataFrame(rows)
    for name in table.columns:
        some = table[name].dropna()
        if len(some) and some.map(lambda v: isinstance(v, (Decimal, Fraction))).all():
            table[name] = table[name].map(lambda v: float(v) if v is not None else None).astype("float64")
    return table


class Comparison:
    """Arrangements of a contract on the same facts."""

    def __init__(self, pointer: int | None) -> None:
        self._pointer = pointer
        self.results = [Result(lib.rk_comparison_result(pointer, i), self)
                        for i in range(lib.rk_comparison_count(pointer))]
        self.baseline = self.results[lib.rk_comparison_baseline(pointer)]

    def __del__(self) -> None:
        lib.rk_comparison_free(self._pointer)

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, arrangement: str) -> Result:
        for result in self.results:
            if result.arrangement == arrangement:
                return result
        raise KeyError(arrangement)

    def rows(self) -> list[dict[str, Any]]:
        """A dict for each arrangement: payment, cost, margin, and the difference from the baseline."""
        base = self.baseline.total
        return [{"arrangement": r.arrangement, "total": r.total, "cost": r.cost, "margin": r.margin,
                 "difference": r.total - base} for r in self.results]

    def frame(self) -> Any:
        """The same as a pandas frame; needs pandas."""
        return frame(self.rows())


class Explanation:
    """How the amounts of an arrangement came about."""

    def __init__(self, pointer: int | None) -> None:
        view = lib.rk_explanation_read(pointer).contents
        self.contract, self.arrangement = view.contract.decode(), text(view.arrangement)
        self.total = Decimal(view.total.decode()) if view.total else None
        self.steps = [_step(lib.rk_explanation_step(pointer, i)) for i in range(view.n_steps)]
        lib.rk_explanation_free(pointer)

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps))


def _step(at: Any) -> Step:
    view = at.contents
    return Step(text(view.label), text(view.formula), text(view.value), text(view.source),
                [_step(lib.rk_step_child(at, i)) for i in range(view.n_children)])


__all__ = ["Comparison", "Component", "Element", "Explanation", "Finding", "Line", "Period", "Result", "Step",
           "Unpriced", "asdict"]
