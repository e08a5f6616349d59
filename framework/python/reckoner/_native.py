# SPDX-License-Identifier: MIT
"""libreckoner as ctypes sees it: the structs and functions of the public headers that are used here.

Strings of the library are UTF-8. Structs are views into memory of the library, valid as long as the
object that they belong to; nothing outside of this package sees them.
"""
from __future__ import annotations

import ctypes
import os
import pathlib
from collections.abc import Iterable, Iterator
from ctypes import POINTER, Structure, c_bool, c_char_p, c_int, c_size_t, c_uint, c_uint64, c_void_p

_TEXTS = POINTER(c_char_p)


class Options(Structure):
    """rk_options."""
    _fields_ = [("size", c_size_t), ("rules", _TEXTS), ("no_default_rules", c_bool), ("untrusted", c_bool),
                ("offline", c_bool), ("root", c_char_p), ("allow_hosts", _TEXTS), ("params", _TEXTS),
                ("sets", _TEXTS), ("group_by", _TEXTS), ("suppress_below", c_uint64), ("max_errors", c_uint64),
                ("jobs", c_uint), ("provenance_full", c_bool), ("rows_file", c_char_p), ("progress", c_void_p),
                ("progress_ctx", c_void_p), ("cache_dir", c_char_p), ("ca_file", c_char_p), ("profile", c_bool),
                ("row_columns", _TEXTS), ("outputs", _TEXTS), ("periods", c_char_p), ("through", c_char_p),
                ("year_to_date", c_bool), ("csv_safe", c_bool), ("confine", c_bool), ("require_confined", c_bool),
                ("allow_rules", c_char_p), ("fetch_timeout_ms", c_uint)]


class ProblemView(Structure):
    """rk_problem."""
    _fields_ = [("status", c_int), ("message", c_char_p), ("file", c_char_p), ("line", ctypes.c_uint32),
                ("column", ctypes.c_uint32), ("pointer", c_char_p), ("excerpt", c_char_p), ("hint", c_char_p),
                ("rule", c_char_p)]


class FindingView(Structure):
    """rk_finding."""
    _fields_ = [("code", c_char_p), ("severity", c_int), ("message", c_char_p), ("at", c_char_p),
                ("rows", c_uint64), ("quantity", c_void_p), ("amount", c_void_p)]


class ResultView(Structure):
    """rk_result_view."""
    _fields_ = [("contract", c_char_p), ("title", c_char_p), ("arrangement", c_char_p), ("basis", c_char_p),
                ("currency", c_char_p), ("commissioner", c_char_p), ("provider", c_char_p), ("places", c_int),
                ("total", c_void_p), ("cost", c_void_p), ("margin", c_void_p), ("n_periods", c_size_t),
                ("n_warnings", c_size_t), ("contract_sha256", c_char_p), ("n_tariffs", c_size_t),
                ("n_facts", c_size_t), ("n_rules", c_size_t), ("unpriced", c_uint64), ("bad_rows", c_uint64)]


class PeriodView(Structure):
    """rk_period_result."""
    _fields_ = [("id", c_char_p), ("total", c_void_p), ("n_components", c_size_t)]


class ComponentView(Structure):
    """rk_component_result."""
    _fields_ = [("id", c_char_p), ("rule", c_char_p), ("title", c_char_p), ("shadow", c_bool),
                ("exact", c_void_p), ("total", c_void_p), ("n_lines", c_size_t), ("n_elements", c_size_t),
                ("rows", c_uint64), ("unpriced_rows", c_uint64), ("n_unpriced", c_size_t),
                ("unpriced_keys", c_uint64), ("groups", c_void_p)]


class LineView(Structure):
    """rk_ledger_line."""
    _fields_ = [("label", c_char_p), ("quantity", c_void_p), ("rate", c_void_p), ("factor", c_void_p),
                ("unit", c_char_p), ("amount", c_void_p), ("source", c_char_p), ("memo", c_bool),
                ("sum", c_bool), ("of", c_char_p)]


class ElementView(Structure):
    """rk_element_total."""
    _fields_ = [("name", c_char_p), ("amount", c_void_p), ("memo", c_bool)]


class UnpricedView(Structure):
    """rk_unpriced_key."""
    _fields_ = [("columns", _TEXTS), ("values", _TEXTS), ("n_columns", c_size_t), ("rows", c_uint64),
                ("quantity", c_void_p), ("reason", c_char_p)]


class StepView(Structure):
    """rk_step."""
    _fields_ = [("label", c_char_p), ("formula", c_char_p), ("value", c_char_p), ("source", c_char_p),
                ("n_children", c_size_t)]


class ExplanationView(Structure):
    """rk_explanation_view."""
    _fields_ = [("contract", c_char_p), ("title", c_char_p), ("arrangement", c_char_p), ("basis", c_char_p),
                ("currency", c_char_p), ("total", c_char_p), ("n_steps", c_size_t)]


class ExplainOptions(Structure):
    """rk_explain_options."""
    _fields_ = [("size", c_size_t), ("arrangement", c_char_p), ("component", c_char_p), ("line", c_char_p),
                ("row", ctypes.c_int64), ("where", _TEXTS)]


WRITE = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t)


class Sink(Structure):
    """rk_sink."""
    _fields_ = [("write", WRITE), ("ctx", c_void_p), ("width", c_int), ("color", c_bool)]


class BatchOptions(Structure):
    """rk_batch_options."""
    _fields_ = [("size", c_size_t), ("options", POINTER(Options)), ("paths", _TEXTS), ("trusted", c_bool),
                ("all_arrangements", c_bool), ("in_process", c_bool), ("jobs", c_uint),
                ("timeout_ms", ctypes.c_uint32), ("memory_bytes", c_uint64), ("out", c_char_p), ("lines", c_bool),
                ("resume", c_bool), ("sink", POINTER(Sink)), ("progress", c_void_p), ("progress_ctx", c_void_p),
                ("worker", _TEXTS), ("isolation", c_int), ("require", c_int)]


_P, _S, _N = c_void_p, c_char_p, c_size_t
_OUT = POINTER(c_void_p)
_FUNCTIONS = {
    "rk_version": (_S, []),
    "rk_status_word": (_S, [c_int]),
    "rk_problems_new": (_P, []), "rk_problems_free": (None, [_P]), "rk_problems_count": (_N, [_P]),
    "rk_problems_at": (POINTER(ProblemView), [_P, _N]), "rk_problems_clear": (None, [_P]),
    "rk_session_open": (c_int, [POINTER(Options), _OUT, _P]), "rk_session_close": (None, [_P]),
    "rk_contract_load": (c_int, [_P, _S, _OUT, _P]),
    "rk_contract_parse": (c_int, [_P, _S, _N, _S, _S, _OUT, _P]), "rk_contract_free": (None, [_P]),
    "rk_evaluate": (c_int, [_P, _S, _OUT, _P]), "rk_result_free": (None, [_P]),
    "rk_result_total": (_S, [_P]), "rk_result_read": (POINTER(ResultView), [_P]),
    "rk_result_period": (POINTER(PeriodView), [_P, _N]), "rk_result_n_findings": (_N, [_P]),
    "rk_result_finding": (POINTER(FindingView), [_P, _N]), "rk_severity_word": (_S, [c_int]),
    "rk_period_component": (POINTER(ComponentView), [POINTER(PeriodView), _N]),
    "rk_component_line": (POINTER(LineView), [POINTER(ComponentView), _N]),
    "rk_component_element": (POINTER(ElementView), [POINTER(ComponentView), _N]),
    "rk_component_unpriced": (POINTER(UnpricedView), [POINTER(ComponentView), _N]),
    "rk_num_exact": (_N, [_P, _S, _N]), "rk_num_fixed": (_N, [_P, c_int, _S, _N]),
    "rk_compare": (c_int, [_P, _TEXTS, _S, _OUT, _P]), "rk_comparison_free": (None, [_P]),
    "rk_comparison_count": (_N, [_P]), "rk_comparison_result": (_P, [_P, _N]),
    "rk_comparison_baseline": (_N, [_P]),
    "rk_explain": (c_int, [_P, POINTER(ExplainOptions), _OUT, _P]), "rk_explanation_free": (None, [_P]),
    "rk_explanation_read": (POINTER(ExplanationView), [_P]), "rk_explanation_step": (POINTER(StepView), [_P, _N]),
    "rk_step_child": (POINTER(StepView), [POINTER(StepView), _N]),
    "rk_report_results": (c_int, [POINTER(c_void_p), _N, c_int, POINTER(Sink)]),
    "rk_system_load": (c_int, [_P, _S, _OUT, _P]), "rk_system_free": (None, [_P]),
    "rk_system_evaluate": (c_int, [_P, _TEXTS, _OUT, _P]), "rk_system_result_free": (None, [_P]),
    "rk_report_system": (c_int, [_P, c_int, POINTER(Sink)]),
    "rk_batch_run": (c_int, [POINTER(BatchOptions), _OUT, _P]), "rk_batch_summary_free": (None, [_P]),
}


def texts(items: Iterable[str | bytes | os.PathLike[str]]) -> ctypes.Array[c_char_p] | None:
    """A NULL-terminated array of strings, or None."""
    if isinstance(items, (str, bytes)):
        raise TypeError(f"expected a list of strings, not the string {items!r}")
    items = list(items)
    if not items:
        return None
    return (c_char_p * (len(items) + 1))(*(os.fsencode(item) for item in items), None)


def _candidates() -> Iterator[pathlib.Path]:
    given = os.environ.get("RECKONER_LIBRARY")
    if given:
        yield pathlib.Path(given)
        return
    here = pathlib.Path(__file__).resolve()
    for folder in here.parents:  # in a prefix, or in the tree that it was built in
        yield from (folder / "libreckoner.so.0", folder / "build" / "libreckoner.so.0")
        yield from sorted(folder.glob("lib/*-linux-gnu/libreckoner.so.0"))
        yield folder / "lib" / "libreckoner.so.0"
        yield folder / "lib64" / "libreckoner.so.0"
    yield pathlib.Path("libreckoner.so.0")  # wherever the system has it


def _load() -> tuple[ctypes.CDLL, pathlib.Path]:
    failed = []
    for path in _candidates():
        if path.is_absolute() and not path.exists():
            continue
        try:
            return ctypes.CDLL(str(path)), path
        except OSError as error:
            failed.append(str(error))
    raise ImportError("libreckoner.so.0 is not installed; RECKONER_LIBRARY may name it"
                      + "".join(f"\n  {line}" for line in failed))


lib, path = _load()
for _name, (_result, _arguments) in _FUNCTIONS.items():
    _function = getattr(lib, _name)
    _function.restype, _function.argtypes = _result, _arguments


def folder_of_library() -> pathlib.Path | None:
    """Where the loaded library is; None if it cannot be told."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        for line in maps:
            if "/libreckoner.so" in line:
                return pathlib.Path(line.split(maxsplit=5)[5].strip()).parent
    return None


def default_rules() -> list[str]:
    """The folder of rules that belongs to the library: beside it in a build, below it if installed."""
    folder = folder_of_library()
    found = [folder / "rules", folder / "reckoner" / "rules"] if folder else []
    return [str(path) for path in found if path.is_dir()]


def command() -> str | None:
    """The command `reckon` that belongs to the library, whose worker processes a batch uses."""
    folder = folder_of_library()
    near = [folder / "reckon", *(parent / "bin" / "reckon" for parent in folder.parents)] if folder else []
    for path in near:
        if os.access(path, os.X_OK):
            return str(path)
    import shutil  # only here: it takes a while to import
    return shutil.which("reckon")
