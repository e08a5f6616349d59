# SPDX-License-Identifier: MIT
"""Exact fractions, several times as quick as `fractions.Fraction`: they are brought to lowest terms
only when somebody looks, or when they become long. The same arithmetic, and nothing rounded."""
import fractions
import functools
import math

LONG = 1 << 62  # denominators above are brought to lowest terms at once


@functools.lru_cache(maxsize=1 << 14)
def read(text):
    value = fractions.Fraction(text)
    return value.numerator, value.denominator


def made(n, d):
    out = NEW(Fraction)
    if d > LONG:
        common = math.gcd(n, d)
        n, d = n // common, d // common
    out.n, out.d = n, d
    return out


def terms(value):
    """(numerator, denominator) of any exact number."""
    if value.__class__ is int:
        return value, 1
    if isinstance(value, Fraction):
        return value.n, value.d
    if isinstance(value, str):
        return read(str(value))
    value = fractions.Fraction(value)
    return value.numerator, value.denominator


class Fraction:
    __slots__ = ("n", "d")

    def __init__(self, n=0, d=1):
        n, m = terms(n)
        d, k = terms(d)
        n, d = n * k, d * m
        if d == 0:
            raise ZeroDivisionError(f"Fraction({n}, 0)")
        self.n, self.d = (-n, -d) if d < 0 else (n, d)

    def __reduce__(self):
        return type(self), (self.n, self.d)

    def lowest(self):
        common = math.gcd(self.n, self.d)
        self.n, self.d = self.n // common, self.d // common
        return self

    @property
    def numerator(self):
        return self.lowest().n

    @property
    def denominator(self):
        return self.lowest().d

    def __repr__(self):
        self.lowest()
        return f"Fraction({self.n}, {self.d})"

    def __hash__(self):
        self.lowest()
        return hash(self.n) if self.d == 1 else hash((self.n, self.d))

    def __bool__(self):
        return self.n != 0

    def __int__(self):
        return self.n // self.d if self.n >= 0 else -(-self.n // self.d)

    def __abs__(self):
        return made(abs(self.n), self.d)

    def __neg__(self):
        return made(-self.n, self.d)

    def __add__(self, other):
        m, e = (other.n, other.d) if other.__class__ is Fraction else terms(other)
        d = self.d
        return made(self.n + m, d) if d == e else made(self.n * e + m * d, d * e)

    def __sub__(self, other):
        m, e = (other.n, other.d) if other.__class__ is Fraction else terms(other)
        d = self.d
        return made(self.n - m, d) if d == e else made(self.n * e - m * d, d * e)

    def __mul__(self, other):
        m, e = (other.n, other.d) if other.__class__ is Fraction else terms(other)
        return made(self.n * m, self.d * e)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        m, e = (other.n, other.d) if other.__class__ is Fraction else terms(other)
        if m == 0:
            raise ZeroDivisionError(f"{self!r} / 0")
        return made(self.n * e, self.d * m) if m > 0 else made(-self.n * e, -self.d * m)

    def __rtruediv__(self, other):
        return Fraction(other) / self

    def __floordiv__(self, other):
        m, e = (other.n, other.d) if other.__class__ is Fraction else terms(other)
        return self.n * e // (self.d * m)

    def __rfloordiv__(self, other):
        return Fraction(other) // self

    def __mod__(self, other):
        return self - self // other * Fraction(other)

    def __pow__(self, power):
        if power < 0:
            return Fraction(1) / self ** -power
        return made(self.n ** power, self.d ** power)

    def __eq__(self, other):
        if other.__class__ is not Fraction and not isinstance(other, (Fraction, int, fractions.Fraction)):
            return NotImplemented
        m, e = (other.n, other.d) if other.__class__ is Fraction else terms(other)
        return self.n * e == m * self.d

    def __lt__(self, other):
        m, e = (other.n, other.d) if other.__class__ is Fraction else terms(other)
        return self.n * e < m * self.d

    def __le__(self, other):
        m, e = (other.n, other.d) if other.__class__ is Fraction else terms(other)
        return self.n * e <= m * self.d

    def __gt__(self, other):
        m, e = (other.n, other.d) if other.__class__ is Fraction else terms(other)
        return self.n * e > m * self.d

    def __ge__(self, other):
        m, e = (other.n, other.d) if other.__class__ is Fraction else terms(other)
        return self.n * e >= m * self.d


NEW = Fraction.__new__
