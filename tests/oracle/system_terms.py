# SPDX-License-Identifier: MIT
"""What systems are reckoned with: exact amounts, financial years and their parts, indices."""
import calendar
import datetime
import functools
import math
from quick import Fraction, made

ZERO, ONE = Fraction(0), Fraction(1)
DAY = datetime.timedelta(days=1)


@functools.lru_cache(maxsize=None)
def spelled(text):
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def exact(value):
    return value if isinstance(value, Fraction) else spelled(str(value))


def rounded(value, places=2):
    """Half away from zero."""
    if value.d == 1:
        return value
    scale = 10 ** places
    units = (2 * abs(value.n) * scale + value.d) // (2 * value.d)
    return made(units if value.n > 0 else -units, scale)


def show(value):
    """To the penny, as a result has it."""
    n, d = value.n, value.d
    pennies = (200 * abs(n) + d) // (2 * d)
    return f"{'-' if n < 0 and pennies else ''}{pennies // 100}.{pennies % 100:02d}"


def plain(value):
    """A quantity of at most six decimals, without zeros at its end."""
    millionths = abs(rounded(value, 6)) * 10 ** 6
    text = f"{'-' if value < 0 else ''}{int(millionths) // 10 ** 6}.{int(millionths) % 10 ** 6:06d}"
    return text.rstrip("0").rstrip(".")


def root(value, places=6):
    """The square root, rounded half away from zero."""
    twice = math.isqrt(int(value * (2 * 10 ** places) ** 2))
    return Fraction((twice + 1) // 2, 10 ** places)


@functools.lru_cache(maxsize=None)
def day(text):
    return datetime.date.fromisoformat(text)


def overlap(first, last, span):
    """The days of [first, last] within a span, or None."""
    a = max(first, day(span["from"])) if span.get("from") else first
    b = min(last, day(span["to"])) if span.get("to") else last
    return (a, b) if a <= b else None


def years_later(date, years):
    """The same day of another year; the last of February where it has no 29th."""
    last = calendar.monthrange(date.year + years, date.month)[1]
    return date.replace(year=date.year + years, day=min(date.day, last))


class Calendar:
    """Financial years, and the parts of them that periods are."""

    def __init__(self, document):
        self.periods = [(p["id"], day(p["start"]), day(p["end"])) for p in document["periods"]]
        self.order = sorted(range(len(self.periods)), key=lambda p: self.periods[p][1])
        first = self.periods[self.order[0]][1]
        self.starts = (first.month, first.day)
        if document.get("year_starts"):
            self.starts = tuple(int(x) for x in document["year_starts"].split("-"))
        self.indices = document.get("indices", {})
        self.known = {}

    def year(self, date):
        return date.year - ((date.month, date.day) < self.starts)

    def year_of(self, period):
        return self.year(self.periods[period][1])

    def begins(self, year):
        return datetime.date(year, *self.starts)

    def named(self, identity):
        return next(p for p, (name, _, _) in enumerate(self.periods) if name == identity)

    def within(self, period, named):
        """Whether a period is among those of `named`: an id, ids, or all if None."""
        named = [named] if isinstance(named, str) else named
        return named is None or self.periods[period][0] in named

    def segments(self, first, last):
        while first <= last:
            year = self.year(first)
            end = min(last, self.begins(year + 1) - DAY)
            yield year, first, end
            first = end + DAY

    def parts(self, span):
        """The share of a financial year that each period is, within a span."""
        key = (span.get("from"), span.get("to"))
        if key not in self.known:
            self.known[key] = self.work_out(span)
        return self.known[key]

    def work_out(self, span):
        by_days = set()
        cut = [overlap(a, b, span) for _, a, b in self.periods]
        for part, (_, a, b) in zip(cut, self.periods):
            for year, first, last in self.segments(*part) if part else ():
                after = last + DAY
                if part != (a, b) or first.day != 1 or after.day != 1:
                    by_days.add(year)
        out = []
        for part in cut:
            share = ZERO
            for year, first, last in self.segments(*part) if part else ():
                if year in by_days:
                    whole = (self.begins(year + 1) - self.begins(year)).days
                    share += Fraction((last - first).days + 1, whole)
                else:
                    share += Fraction((last.year - first.year) * 12 + last.month - first.month + 1, 12)
            out.append(share)
        return out

    def in_force(self, span, period):
        """The part of a period's days within a span."""
        _, a, b = self.periods[period]
        part = overlap(a, b, span)
        return Fraction((part[1] - part[0]).days + 1, (b - a).days + 1) if part else ZERO

    # -------------------------------------------------------------------- indices

    def factor(self, index, period):
        """What an index makes of an amount of its base in a period."""
        index = self.indices[index] if isinstance(index, str) else index
        base = index.get("base")
        if base is None:
            base = self.year_of(self.order[0])
        else:
            ids = [name for name, _, _ in self.periods]
            base = self.year_of(self.named(base)) if base in ids else self.year(day(base))
        year = self.year_of(period)
        factor = ONE
        for into in range(base + 1, year + 1):
            factor *= self.step(index, into)
        for into in range(year + 1, base + 1):
            factor /= self.step(index, into)
        return factor

    def step(self, index, into):
        rates = dict(index)
        for identity, own in index.get("by_period", {}).items():
            if self.year_of(self.named(identity)) == into:
                rates.update(own)
        return ((1 + exact(rates.get("growth", 0))) * (1 + exact(rates.get("rate", 0)))
                * (1 - exact(rates.get("efficiency", 0))))

    def amounts(self, value, index=None):
        """(an amount by period, whether it is indexed): written plainly, or as {amount, index}."""
        if isinstance(value, dict):
            value, index = value["amount"], value.get("index", index)
        if index is None:
            return [exact(value)] * len(self.periods), False
        return [exact(value) * self.factor(index, p) for p in range(len(self.periods))], True

    def cumulative(self, due, shares, yearly):
        """What is paid of exact amounts by period: rounded so far, less what was paid before, within a
        financial year if `yearly`; None where nothing runs."""
        out, so_far, paid, last = [None] * len(due), ZERO, ZERO, None
        for p in self.order:
            if not yearly or self.year_of(p) != last:
                so_far = paid = ZERO
            last = self.year_of(p)
            if shares[p] != 0:
                so_far += due[p]
                out[p], paid = rounded(so_far) - paid, rounded(so_far)
        return out

    # -------------------------------------------------------------------- balance

    def window_ends(self, period, years):
        """The first period of the window that ends with a period, in order of time; None if the periods do
        not reach back so far, or it begins inside one."""
        starts = years_later(self.periods[period][2] + DAY, -years)
        if starts < self.periods[self.order[0]][1]:
            return None
        if any(a < starts <= b for _, a, b in self.periods):
            return None
        return next(i for i, p in enumerate(self.order) if self.periods[p][1] >= starts)
