#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares rk_decimal_power, rk_factor_power and rk_wide_round_places with mpmath and exact
fractions, in 10,000 random cases and those that are known to be hard, as gcc and clang build
them at -O0 and -O3. Skips where mpmath is absent.

    power.py SOURCE_DIR SCRATCH_DIR
"""
import os
import random
import shutil
import subprocess
import sys
from fractions import Fraction

try:
    import mpmath
except ImportError:
    print("skipped: python3-mpmath is not here")
    sys.exit(77)

LIMIT = (1 << 127) - 1


def round_away(value):
    """A fraction to the nearest whole number, halves away from zero."""
    size = abs(value)
    whole = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return whole if value >= 0 else -whole


def root(a, q):
    r = int(round(a ** (1.0 / q))) if a < 1 << 52 else int(mpmath.nint(mpmath.root(a, q)))
    return next((x for x in (r - 1, r, r + 1) if x > 0 and x ** q == a), None)


def power(base, one, p, q, places):
    """The expected line: exact where the power is rational, else by mpmath."""
    e = Fraction(p, q)
    if max(abs(e.numerator), e.denominator) > 10 ** 6:
        return "none"
    if base <= 0 and (e.denominator != 1 or base == 0):
        if base == 0 and e >= 0:
            return str(10 ** 12 if e == 0 else 0)
        return "none"
    x = Fraction(abs(base), one)
    scale = 10 ** places
    above, below = root(x.numerator, e.denominator), root(x.denominator, e.denominator)
    if above and below and abs(e.numerator) * max(above.bit_length(), below.bit_length()) < 40000:
        whole = round_away(Fraction(above, below) ** e.numerator * scale)
    else:
        with mpmath.workprec(700):
            value = mpmath.power(mpmath.mpf(x.numerator) / x.denominator,
                                 mpmath.mpf(e.numerator) / e.denominator)
            if value > mpmath.mpf(10) ** 30:
                return "none"
            whole = int(mpmath.floor(value * scale + mpmath.mpf(1) / 2))
    out = whole * 10 ** (12 - places)
    if out > LIMIT:
        return "none"
    return str(-out if base < 0 and e.numerator % 2 else out)


def power_cases(rng):
    for base, p, q, places in [
            (1050000, 81, 200, 9), (966700, 6848, 10000, 12), (4000000, 1, 2, 12),
            (250000, 1, 2, 0), (2250000, 1, 2, 0), (6250000, 1, 2, 0), (6250000, -1, 2, 0),
            (1000000, 5, 7, 12), (0, 1, 2, 3), (0, 0, 1, 3), (0, -1, 1, 3), (-1500000, 3, 1, 2),
            (-1500000, 1, 2, 2), (-500000, 1, 1, 0), (-500000, 2, 1, 1), (125000, 1, 3, 0),
            (2 ** 63 - 1, 1, 1, 12), (2 ** 63 - 1, 3, 1, 0), (1, 1, 1, 5), (1, -3, 1, 12),
            (500000, 41, 1, 12), (500000, 13, 1, 12), (1000001, 1000000, 1, 12),
            (1000001, -1000000, 1, 12), (2, 1000001, 1, 0), (1500000, 2000000, 2, 6),
            (999999, 1, 1000000, 12), (500000, 1, 1, 0), (15000000, -1, 1, 12)]:
        yield "d", base, p, q, places
        yield "f", base * (10 ** 6 if abs(base) < 10 ** 12 else 1), p, q, places
    for _ in range(10000):
        kind = rng.choice("df")
        digits = rng.randint(1, 18)
        base = rng.randint(1, 10 ** digits)
        if rng.random() < 0.5: # about one, as indices and rates are
            one = 10 ** 6 if kind == "d" else 10 ** 12
            base = one + rng.randint(-one // 2, one)
        q = rng.choice([1, 2, 3, 12, 200, 365, 625, 10000, rng.randint(1, 1000000)])
        p = rng.randint(-3 * q, 3 * q) if q > 3 else rng.randint(-9, 9)
        if max(abs(p), q) > 10 ** 6:
            p = rng.randint(-10 ** 6, 10 ** 6)
        yield kind, base, p, q, rng.randint(0, 12)


def wide_cases(rng):
    for _ in range(3000):
        n = rng.randint(1, 6)
        yield rng.randint(0, 12), [rng.randint(-10 ** rng.randint(1, 13), 10 ** rng.randint(1, 13))
                                   for _ in range(n)]
    for places in range(13):
        for half in (5, 15, -5, 4999999, -25):
            yield places, [half * 10 ** k if k < 14 else half for k in range(2)]


def expected(rng):
    lines, answers = [], []
    for kind, base, p, q, places in power_cases(rng):
        lines.append(f"{kind} {base} {p} {q} {places}")
        answers.append(power(base, 10 ** 6 if kind == "d" else 10 ** 12, p, q, places))
    for places, factors in wide_cases(rng):
        lines.append(f"w {places} {len(factors)} " + " ".join(map(str, factors)))
        product = 1
        for f in factors:
            product *= f
        out = round_away(Fraction(product, 10 ** (6 * len(factors))) * 10 ** places)
        out *= 10 ** (12 - places)
        answers.append(str(out) if abs(out) <= LIMIT else "none")
    return lines, answers


def main(source, scratch):
    os.makedirs(scratch, exist_ok=True)
    lines, answers = expected(random.Random(20161130))
    failed = 0
    for compiler in ("gcc", "clang"):
        if not shutil.which(compiler):
            print(f"skipped: {compiler} is not here")
            continue
        for level in ("-O0", "-O3"):
            program = os.path.join(scratch, f"power{level}-{compiler}")
            subprocess.run([compiler, "-std=c11", level, "-I", os.path.join(source, "include"),
                            os.path.join(source, "tests/checks/power.c"), "-o", program], check=True)
            got = subprocess.run([program], input="\n".join(lines), text=True, check=True,
                                 stdout=subprocess.PIPE).stdout.split()
            wrong = [(a, b, c) for a, b, c in zip(lines, got, answers) if b != c]
            for line, result, answer in wrong[:5]:
                print(f"{compiler} {level}: {line}: {result}, not {answer}")
            failed += len(wrong) + (len(got) != len(lines))
            print(f"{compiler} {level}: {len(got)} cases, {len(wrong)} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
