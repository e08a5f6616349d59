# SPDX-License-Identifier: MIT
"""Rows by the Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html), in
both directions and without a library of Arrow's: pyarrow, polars, DuckDB and pandas 2.2 take and
give such rows.

Out: texts are utf8, counts int64, yes and no bool, and numbers decimal128(38, 12), rounded half
away from zero only past the twelfth decimal. In: integers, floats, decimals, booleans, texts, days
and dictionaries of texts.
"""
from __future__ import annotations

import ctypes
import datetime
import itertools
from ctypes import CFUNCTYPE, POINTER, PYFUNCTYPE, Structure, c_char_p, c_int, c_int64, c_void_p, pythonapi
from decimal import Decimal
from fractions import Fraction
from typing import Any, Callable, Iterable, Mapping, Union

PLACES = 12
Number = Union[int, Decimal, Fraction]


class Schema(Structure):
    """struct ArrowSchema."""


class Array(Structure):
    """struct ArrowArray."""


class Stream(Structure):
    """struct ArrowArrayStream."""


RELEASE_SCHEMA = CFUNCTYPE(None, POINTER(Schema))
RELEASE_ARRAY = CFUNCTYPE(None, POINTER(Array))
RELEASE_STREAM = CFUNCTYPE(None, POINTER(Stream))
Schema._fields_ = [("format", c_char_p), ("name", c_char_p), ("metadata", c_void_p), ("flags", c_int64),
                   ("n_children", c_int64), ("children", POINTER(POINTER(Schema))), ("dictionary", POINTER(Schema)),
                   ("release", c_void_p), ("private_data", c_void_p)]
Array._fields_ = [("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64),
                  ("n_children", c_int64), ("buffers", POINTER(c_void_p)), ("children", POINTER(POINTER(Array))),
                  ("dictionary", POINTER(Array)), ("release", c_void_p), ("private_data", c_void_p)]
Stream._fields_ = [("get_schema", CFUNCTYPE(c_int, POINTER(Stream), POINTER(Schema))),
                   ("get_next", CFUNCTYPE(c_int, POINTER(Stream), POINTER(Array))),
                   ("get_last_error", CFUNCTYPE(c_char_p, POINTER(Stream))),
                   ("release", c_void_p), ("private_data", c_void_p)]

pythonapi.PyCapsule_New.restype = ctypes.py_object
pythonapi.PyCapsule_New.argtypes = [c_void_p, c_char_p, c_void_p]
pythonapi.PyCapsule_GetPointer.restype = c_void_p
pythonapi.PyCapsule_GetPointer.argtypes = [ctypes.py_object, c_char_p]
# While a capsule is destroyed, Python must not count references to it: it goes by its address.
_pointer_of = ctypes.PYFUNCTYPE(c_void_p, c_void_p, c_char_p)(("PyCapsule_GetPointer", pythonapi))

# What exported structs stand on, by their private data, until they are released.
_held: dict[int, Any] = {}
_keys = itertools.count(1)


def _release(release_kind: Any) -> Any:
    def release(at: Any) -> None:
        struct = at.contents
        for i in range(struct.n_children):
            child = struct.children[i].contents
            if child.release:
                ctypes.cast(child.release, release_kind)(struct.children[i])
        struct.release = None
        _held.pop(struct.private_data, None)
    return release_kind(release)


_release_schema = _release(RELEASE_SCHEMA)
_release_array = _release(RELEASE_ARRAY)


def _destroy(name: bytes, kind: Any, release_kind: Any) -> Any:
    def destroy(capsule: int) -> None:
        at = _pointer_of(capsule, name)
        struct = kind.from_address(at)
        if struct.release:
            ctypes.cast(struct.release, release_kind)(ctypes.cast(at, POINTER(kind)))
        _held.pop(-at, None)
    return PYFUNCTYPE(None, c_void_p)(destroy)


_destroy_schema = _destroy(b"arrow_schema", Schema, RELEASE_SCHEMA)
_destroy_array = _destroy(b"arrow_array", Array, RELEASE_ARRAY)


def _capsule(struct: Structure, name: bytes, destroy: Any) -> Any:
    at = ctypes.addressof(struct)
    _held[-at] = struct
    return pythonapi.PyCapsule_New(at, name, ctypes.cast(destroy, c_void_p))


# ---------------------------------------------------------------------------- out

def _units(value: Number) -> int:
    """A number in units of 10^-12, rounded half away from zero."""
    scaled = Fraction(value) * 10 ** PLACES
    size, rest = divmod(abs(scaled.numerator), scaled.denominator)
    whole: int = size + (2 * rest >= scaled.denominator)
    return whole if scaled >= 0 else -whole


def _bits(flags: list[bool]) -> bytes:
    room = bytearray((len(flags) + 7) // 8)
    for i, flag in enumerate(flags):
        room[i // 8] |= flag << i % 8
    return bytes(room)


def _column(values: list[Any]) -> tuple[bytes, list[bytes]]:
    """The format of a column, and its buffers behind the one that says where values are."""
    some = [v for v in values if v is not None]
    if some and all(isinstance(v, bool) for v in some):
        return b"b", [_bits([bool(v) for v in values])]
    if some and all(isinstance(v, int) for v in some):
        return b"l", [b"".join((v or 0).to_bytes(8, "little", signed=True) for v in values)]
    if some and all(isinstance(v, (int, Decimal, Fraction)) for v in some):
        return (b"d:38,%d" % PLACES,
                [b"".join(_units(v or 0).to_bytes(16, "little", signed=True) for v in values)])
    texts = [b"" if v is None else str(v).encode() for v in values]
    ends = itertools.accumulate((len(t) for t in texts), initial=0)
    return b"u", [b"".join(end.to_bytes(4, "little") for end in ends), b"".join(texts)]


def _hold(struct: Schema | Array, kept: Any, release: Any) -> None:
    key = next(_keys)
    _held[key] = kept
    struct.private_data = key
    struct.release = ctypes.cast(release, c_void_p)


class Rows:
    """Rows (dicts with the same keys) that any library takes which knows the interface."""

    def __init__(self, rows: list[dict[str, Any]]):
        self.rows = rows
        names = list(dict.fromkeys(name for row in rows for name in row))
        self.columns = {name: [row.get(name) for row in rows] for name in names}

    def __len__(self) -> int:
        return len(self.rows)

    def __arrow_c_schema__(self) -> Any:
        return self.__arrow_c_array__()[0]

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        """A struct array with a child for each column, as two capsules. The schema asked for is not heeded."""
        schemas, arrays = [], []
        for name, values in self.columns.items():
            kind, buffers = _column(values)
            missing = sum(v is None for v in values)
            schema = Schema(format=kind, name=name.encode(), flags=2)
            _hold(schema, (kind, name), _release_schema)
            present = _bits([v is not None for v in values]) if missing else None
            kept = [ctypes.create_string_buffer(b, len(b) + 8) if b is not None else None
                    for b in (present, *buffers)]
            pointers = (c_void_p * len(kept))(*(ctypes.addressof(b) if b is not None else None for b in kept))
            array = Array(length=len(values), null_count=missing, n_buffers=len(kept), buffers=pointers)
            _hold(array, (kept, pointers), _release_array)
            schemas.append(schema)
            arrays.append(array)
        n = len(schemas)
        children = (POINTER(Schema) * n)(*(ctypes.pointer(s) for s in schemas))
        schema = Schema(format=b"+s", name=b"", n_children=n, children=children)
        _hold(schema, (schemas, children), _release_schema)
        parts = (POINTER(Array) * n)(*(ctypes.pointer(a) for a in arrays))
        none = (c_void_p * 1)(None)
        array = Array(length=len(self.rows), n_buffers=1, buffers=none, n_children=n, children=parts)
        _hold(array, (arrays, parts, none), _release_array)
        return (_capsule(schema, b"arrow_schema", _destroy_schema),
                _capsule(array, b"arrow_array", _destroy_array))


# ----------------------------------------------------------------------------- in

_INTEGERS: dict[bytes, Any] = {b"c": ctypes.c_int8, b"C": ctypes.c_uint8, b"s": ctypes.c_int16, b"S": ctypes.c_uint16,
             b"i": ctypes.c_int32, b"I": ctypes.c_uint32, b"l": ctypes.c_int64, b"L": ctypes.c_uint64,
             b"f": ctypes.c_float, b"g": ctypes.c_double}


def _spell(value: float, single: bool) -> str | None:
    """The shortest decimal that is the float; a float of 32 bits by its own shortest spelling."""
    if value != value:
        return None
    return format(Decimal(f"{value:.9g}" if single else repr(value)), "f")


def _values(schema: Any, array: Any) -> list[Any]:
    """The values of a column as JSON has them, None where missing."""
    kind, n, first = schema.format, array.length, array.offset
    if schema.dictionary:
        words = _values(schema.dictionary.contents, array.dictionary.contents)
        plain = Schema(format=kind)
        return [words[int(i)] if i is not None else None for i in _values(plain, array)]
    at = [array.buffers[i] for i in range(array.n_buffers)]
    bits = ctypes.cast(at[0], POINTER(ctypes.c_uint8)) if at and at[0] and array.null_count != 0 else None

    def present(i: int) -> bool:
        return bits is None or bool(bits[i // 8] >> i % 8 & 1)

    if kind == b"n":
        return [None] * n
    if kind in _INTEGERS:
        data = ctypes.cast(at[1], POINTER(_INTEGERS[kind]))
        floats = kind in (b"f", b"g")
        return [(_spell(data[i], kind == b"f") if floats else data[i]) if present(i) else None
                for i in range(first, first + n)]
    if kind == b"b":
        data = ctypes.cast(at[1], POINTER(ctypes.c_uint8))
        return [bool(data[i // 8] >> i % 8 & 1) if present(i) else None for i in range(first, first + n)]
    if kind in (b"u", b"U"):
        ends = ctypes.cast(at[1], POINTER(c_int64 if kind == b"U" else ctypes.c_int32))
        return [ctypes.string_at(at[2] + ends[i], ends[i + 1] - ends[i]).decode() if present(i) else None
                for i in range(first, first + n)]
    if kind == b"tdD":
        data = ctypes.cast(at[1], POINTER(ctypes.c_int32))
        zero = datetime.date(1970, 1, 1)
        return [str(zero + datetime.timedelta(days=data[i])) if present(i) else None for i in range(first, first + n)]
    if kind.startswith(b"d:"):
        scale = int(kind[2:].split(b",")[1])
        return [format(Decimal(int.from_bytes(ctypes.string_at(at[1] + 16 * i, 16), "little", signed=True))
                       .scaleb(-scale), "f") if present(i) else None for i in range(first, first + n)]
    raise TypeError(f"column {schema.name!r} has the Arrow type {kind.decode()!r}; "
                    "cast it to text, a number, a boolean or a day")


def _table(schema: Any, array: Any) -> list[dict[str, Any]]:
    if schema.format != b"+s":
        raise TypeError("rows are an Arrow struct with a child for each column")
    columns = {schema.children[i].contents.name.decode(): _values(schema.children[i].contents, array.children[i].contents)
               for i in range(schema.n_children)}
    first, n = array.offset, array.length
    return [{name: values[i] for name, values in columns.items() if values[i] is not None}
            for i in range(first, first + n)]


def _from_array(capsules: tuple[Any, Any]) -> list[dict[str, Any]]:
    schema, array = (kind.from_address(pythonapi.PyCapsule_GetPointer(capsule, name)) for kind, capsule, name in
                     zip((Schema, Array), capsules, (b"arrow_schema", b"arrow_array")))
    return _table(schema, array)  # the capsules release what they hold


def _from_stream(capsule: Any) -> list[dict[str, Any]]:
    stream = ctypes.cast(pythonapi.PyCapsule_GetPointer(capsule, b"arrow_array_stream"), POINTER(Stream))
    schema = Schema()
    rows: list[dict[str, Any]] = []

    def check(code: int) -> None:
        if code != 0:
            said = stream.contents.get_last_error(stream)
            raise OSError(code, said.decode() if said else "the stream of rows failed")

    try:
        check(stream.contents.get_schema(stream, ctypes.byref(schema)))
        while True:
            array = Array()
            check(stream.contents.get_next(stream, ctypes.byref(array)))
            if not array.release:
                return rows
            try:
                rows += _table(schema, array)
            finally:
                ctypes.cast(array.release, RELEASE_ARRAY)(ctypes.byref(array))
    finally:
        if schema.release:
            ctypes.cast(schema.release, RELEASE_SCHEMA)(ctypes.byref(schema))
        if stream.contents.release:
            ctypes.cast(stream.contents.release, RELEASE_STREAM)(stream)


def _plain(value: Any) -> Any:
    """A value as JSON has it, exact; None if missing."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return _spell(value, False)
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else None
    if hasattr(value, "item"):
        return _plain(value.item())  # of numpy
    return None if value != value else str(value)


def rows_of(table: Any) -> Any:
    """The rows of a table as a contract has them: dicts without missing values. A dict such as
    {"file": "spells.csv"} stays what it is."""
    if isinstance(table, Mapping):
        return table
    if hasattr(table, "__arrow_c_stream__"):
        return _from_stream(table.__arrow_c_stream__())
    if hasattr(table, "__arrow_c_array__"):
        return _from_array(table.__arrow_c_array__())
    records: Iterable[Mapping[str, Any]] = table.to_dict("records") if hasattr(table, "to_dict") else table
    plain = [{name: _plain(value) for name, value in row.items()} for row in records]
    return [{name: value for name, value in row.items() if value is not None} for row in plain]
