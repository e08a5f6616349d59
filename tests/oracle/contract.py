# SPDX-License-Identifier: MIT
"""Contracts as the oracle reads them: tables in place, periods, scopes, lookups.

A second, independent reading of the contract format for comparing results with;
written for plainness, not for speed. Everything is a Fraction, nothing a float.
Files, URLs and everything that is not about amounts are left out.
"""
import calendar
import datetime
import functools
import json
import re
from quick import Fraction


IN_FORCE = "in force of the oracle"  # of a row: the part of the period in which its contract is in force


class Failure(Exception):
    """An error of the result: `code` is its stable word."""

    def __init__(self, code, why=""):
        super().__init__(f"{code}: {why}")
        self.code = code


class Stated(Fraction):
    """An amount of the period, which no scale changes."""


class Lexeme(str):
    """A JSON number, kept as it is spelled."""


def load(text):
    return json.loads(text, parse_float=Lexeme, parse_int=Lexeme)


def blank(value):
    return value is None or (isinstance(value, str) and not value.strip())


def number(value, ratio=False, places=6):
    """A number or decimal string as a Fraction; ratios may be '4.75%' or '7/12'."""
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, str):
        raise Failure("wrong-type", repr(value))
    text = value.strip()
    try:
        if ratio and text.endswith("%"):
            return Fraction(text[:-1]) / 100
        if "/" in text and not ratio:
            raise ValueError
        result = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise Failure("wrong-type", text) from None
    if not ratio and (result * 10**places).denominator != 1:
        raise Failure("out-of-range", text)
    return result


def truth(value):
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("true", "yes", "y", "1"):
        return True
    if word in ("false", "no", "n", "0"):
        return False
    raise Failure("wrong-type", repr(value))


def round_to(value, unit):
    """To a multiple of unit, half away from zero."""
    steps = abs(value) / unit
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    return (whole if value >= 0 else -whole) * unit


# ------------------------------------------------------------------ parameters


class Param:
    def __init__(self, kind, default=None, per=False, lo=None, hi=None, words=None, items=None):
        self.kind, self.default, self.per = kind, default, per
        self.lo, self.hi, self.words, self.items = lo, hi, words, items


REQUIRED = object()


def convert(param, value, scale):
    if param.kind == "bool":
        if not isinstance(value, bool):
            raise Failure("wrong-type", repr(value))
        return value
    if param.kind == "text":
        return str(value)
    if param.kind == "enum":
        if value not in param.words:
            raise Failure("out-of-range", repr(value))
        return value
    if param.kind == "list":
        return [bind(param.items, item, scale) for item in value]
    if param.kind == "object":
        return bind(param.items, value, scale)
    if param.kind == "scope":
        return value
    if isinstance(value, bool):
        raise Failure("wrong-type", repr(value))
    result = number(value, ratio=param.kind == "ratio")
    if param.kind == "integer" and result.denominator != 1:
        raise Failure("wrong-type", repr(value))
    if (param.lo is not None and result < param.lo) or (param.hi is not None and result > param.hi):
        raise Failure("out-of-range", repr(value))
    return result * scale if param.per and not isinstance(value, Stated) else result


def bind(table, given, scale):
    """The parameters of a component, checked one by one, by a rule's table."""
    for name in given:
        if name not in table:
            raise Failure("unknown-key", name)
    values = {}
    for name, param in table.items():
        value = given.get(name)
        if value is not None:
            values[name] = convert(param, value, scale)
        elif param.default is REQUIRED:
            raise Failure("missing-key", name)
        elif param.default is None:
            values[name] = [] if param.kind == "list" else None
        elif isinstance(param.default, str) and param.kind not in ("enum", "text"):
            values[name] = convert(param, param.default, scale)
        else:
            values[name] = param.default
    return values


# --------------------------------------------------------------------- periods


def year_share(period):
    """The part of a year that a contract's only period is: whole months / 12, or else the days of
    each financial year, which begins on the period's first day."""
    start, end = (datetime.date.fromisoformat(period[k]) for k in ("start", "end"))
    last = calendar.monthrange(end.year, end.month)[1]
    if start.day == 1 and end.day == last:
        return Fraction((end.year - start.year) * 12 + end.month - start.month + 1, 12)
    share, day = Fraction(0), datetime.timedelta(days=1)
    month_day = (2, 28) if (start.month, start.day) == (2, 29) else (start.month, start.day)
    begins = datetime.date(start.year, *month_day)
    while begins <= end:
        ends = datetime.date(begins.year + 1, *month_day) - day
        days = (min(end, ends) - max(start, begins)).days + 1
        share += Fraction(days, (ends - begins).days + 1)
        begins = ends + day
    return share


# ---------------------------------------------------------------------- tables


def rows_of(table):
    return table if isinstance(table, list) else table.get("rows", [])


@functools.lru_cache(maxsize=1 << 12)
def pattern_matches(pattern, text):
    """Only `*` is special, any run; `\\*` is a star."""
    out = "".join(
        ".*" if part == "*" else re.escape(part.replace("\\*", "*"))
        for part in re.findall(r"\\\*|\*|[^*\\]+|\\", pattern)
    )
    return re.fullmatch(out, text, re.S) is not None


def in_scope(row, scope):
    for column, patterns in scope.items():
        if column == "not":
            if in_scope(row, patterns):
                return False
            continue
        text = row.get(column)
        text = "" if blank(text) else str(text)
        patterns = [patterns] if isinstance(patterns, str) else patterns
        if not any(pattern_matches(p, text) for p in patterns):
            return False
    return True


def columns_of(scope):
    """Every column that a scope names, at any depth."""
    own = [c for c in scope if c != "not"]
    return own + (columns_of(scope["not"]) if "not" in scope else [])


class Component:
    """What a rule sees of one component in one period."""

    def __init__(self, contract, spec, period, earlier):
        self.contract, self.spec, self.period = contract, spec, period
        self.earlier = earlier
        self.scale = spec.get("scale of the oracle", Fraction(1))
        if spec.get("per") == "year":
            self.scale = year_share(period)
        self.of = [earlier[name] for name in spec.get("of", [])]
        self.of_total = sum((c["exact"] for c in self.of), Fraction(0)) if self.of else None
        self.unpriced = 0

    def bind(self, table):
        given = dict(self.spec.get("params", {}))
        given.update(self.spec.get("params_by_period", {}).get(self.period["id"], {}))
        return bind(table, given, self.scale)

    def table(self, name):
        """A fact table, or else a tariff table; None where nobody gives it."""
        name = self.spec.get("tables", {}).get(name, name)
        facts = self.contract.get("facts", {})
        if name in facts:
            return facts[name]
        tariff = self.contract.get("tariff")
        for one in tariff if isinstance(tariff, list) else [tariff] if tariff else []:
            effective = one.get("effective", {})
            if effective.get("from", "") <= self.period["start"] <= effective.get("to", "9999"):
                return one.get("tables", {}).get(name)
        if tariff:
            raise Failure("tariff-mismatch", "none in force")
        return None

    def of_period(self, row):
        if not blank(row.get("period")):
            return str(row["period"]) == self.period["id"]
        if not blank(row.get("date")):
            return self.period["start"] <= str(row["date"]) <= self.period["end"]
        return True

    def rows(self, name, needed=True):
        table = self.table(name)
        if table is None:
            if needed:
                raise Failure("unknown-table", name)
            return []
        defaults = {} if isinstance(table, list) else table.get("defaults", {})
        return [{**defaults, **{k: v for k, v in row.items() if not blank(v)}}
                for row in rows_of(table) if self.of_period(row)]

    def settled(self, name, *required):
        """The rows of a table that is settled, in scope. A row that lacks what is required
        is unpriced; the rule sees it all the same."""
        rows = self.scoped(name)
        self.require_named(name, *required)
        self.unpriced += sum(any(blank(row.get(k)) for k in required) for row in rows)
        return rows

    def scoped(self, name):
        """The rule's row table, its scope applied."""
        scopes = [self.spec.get("scope", {}), self.spec.get("scope of the oracle", {})]
        for scope in scopes:
            self.require_named(name, *columns_of(scope))
        return [row for row in self.rows(name) if all(in_scope(row, s) for s in scopes)]

    def valued(self, name, scope, settle):
        """What an earlier component comes to, over its rows that are in a scope too."""
        if name not in self.earlier:
            there = [s["id"] for a in self.contract["arrangements"].values() for s in a]
            raise Failure("cycle" if name in there else "out-of-range", name)
        if scope is None:
            return self.earlier[name]["exact"]
        if self.earlier[name]["spec"].get("of") or self.earlier[name]["spec"]["rule"] == "block":
            raise Failure("conflict", name)
        spec = {**self.earlier[name]["spec"], "scope of the oracle": scope}
        return settle(self.contract, spec, self.period, {})[0]

    def require_named(self, name, *columns):
        """A column that no row names, not even as a blank, is missing."""
        table = self.table(name)
        rows = rows_of(table) if table is not None else []
        for column in columns:
            if rows and not any(column in row for row in rows):
                raise Failure("missing-column", column)

    def require_found(self, name, table_name, column):
        """The same of a column that is looked up where no row has it."""
        looked_up = self.table(table_name)
        rows = rows_of(self.table(name)) + (rows_of(looked_up) if looked_up else [])
        if not any(column in row for row in rows):
            raise Failure("missing-column", column)

    def lookup(self, row, table_name, column):
        """The row's own value, or what its key finds; None if nothing."""
        if not blank(row.get(column)):
            return row[column]
        table = self.table(table_name)
        if table is None or isinstance(table, list):
            return None
        for other in rows_of(table):
            if all(not blank(row.get(k)) and str(row[k]) == str(other.get(k)) for k in table["key"]):
                value = other.get(column)
                return None if blank(value) else value
        return None


def replace(document, pointer, value):
    """Sets what a JSON pointer names; the last member may be new."""
    at = document
    *path, last = [p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]]
    for part in path:
        at = at[int(part)] if isinstance(at, list) else at[part]
    if isinstance(at, list):
        at[int(last)] = value
    else:
        at[last] = value
