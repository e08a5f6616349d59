/* SPDX-License-Identifier: MIT
 *
 * test_exact.c: the rounding and the exact calculations of decimal.h against GMP, and the
 * narrow way of calculating against the wide one. Numbers are drawn by bit length from a
 * fixed seed, so that both ways, and results that do not fit, all come up.
 */
#include <gmp.h>

#include "draw.h"
#include "reckoner/decimal.h"
#include "unit.h"

enum { CASES = 50000 };

#define ONE   RK_DECIMAL_ONE
#define PENNY RK_DECIMAL_PENNY

static void seed(void)
{
    draw_state = 20160401;
}

/* Mostly whole numbers, pence and factors; now and then any number or a limit. */
static rk_decimal draw_decimal(void)
{
    static const rk_decimal special[] = {
        0, 1, -1, ONE, -ONE, RK_DECIMAL_MAX, RK_DECIMAL_MIN, ONE / 2, INT64_C(3037000500)};
    const uint64_t kind = draw();
    rk_decimal magnitude = (rk_decimal) ((draw() | 1) >> (1 + (kind >> 8) % 63));
    if (kind % 16 == 0) {
        return special[draw() % (sizeof special / sizeof special[0])];
    }
    if (kind % 16 < 8) {
        magnitude = magnitude % 100000 * (kind % 16 < 4 ? ONE : PENNY);
    }
    return kind & 128 ? -magnitude : magnitude;
}

static rk_decimal draw_unit(void)
{
    static const rk_decimal units[] = {1, PENNY, PENNY, ONE, 5 * ONE, 3, 2, 100, INT64_C(1) << 62};
    return units[draw() % (sizeof units / sizeof units[0])];
}

/* num / den to the nearest multiple of unit, halves away from zero; num is overwritten. */
static void round_to(mpz_t num, mpz_t den, rk_decimal unit)
{
    mpz_t rest;
    mpz_init(rest);
    mpz_mul_si(den, den, unit);
    mpz_tdiv_qr(num, rest, num, den);
    mpz_mul_2exp(rest, rest, 1);
    if (mpz_cmpabs(rest, den) >= 0) {
        mpz_sgn(rest) < 0 ? mpz_sub_ui(num, num, 1) : mpz_add_ui(num, num, 1);
    }
    mpz_mul_si(num, num, unit);
    mpz_clear(rest);
}

static bool fits(const mpz_t z)
{
    return mpz_fits_slong_p(z) && mpz_get_si(z) != RK_DECIMAL_NONE;
}

START_TEST(test_decimal_round__equals_gmp)
{
    mpz_t num, den;
    mpz_inits(num, den, NULL);
    seed();
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
        const rk_decimal unit = draw_unit();
        rk_decimal a = draw_decimal(), got = 0;
        if (i % 4 == 0) { /* a half, or its neighbour */
            a = a % 1000000 / 2 * 2;
            if (__builtin_mul_overflow(a, unit, &a)) {
                continue;
            }
            a = a / 2 + (rk_decimal) (draw() % 3) - 1;
        }
        mpz_set_si(num, a);
        mpz_set_ui(den, 1);
        round_to(num, den, unit);
        const bool fitted = rk_decimal_round(a, unit, &got);
        ck_assert_msg(fitted == fits(num) && (!fitted || got == mpz_get_si(num)),
                      "case %d: %ld to %ld gives %ld", i, a, unit, got);
        refused += !fitted;
    }
    ck_assert_int_gt(refused, 100);
    mpz_clears(num, den, NULL);
}
END_TEST

/* The last place before and after a half, on both sides of zero, and the limits. */
START_TEST(test_decimal_round__half_goes_away_from_zero)
{
    static const struct {
        rk_decimal a, unit, expected;
    } rows[] = {
        {5000, PENNY, PENNY},
        {4999, PENNY, 0},
        {-5000, PENNY, -PENNY},
        {-4999, PENNY, 0},
        {14999, PENNY, PENNY},
        {15000, PENNY, 2 * PENNY},
        {ONE / 2, ONE, ONE},
        {-ONE / 2, ONE, -ONE},
        {ONE / 2 - 1, ONE, 0},
        {3, 2, 4},
        {-3, 2, -4},
        {1, 3, 0},
        {2, 3, 3},
        {0, PENNY, 0},
        {RK_DECIMAL_MAX, 1, RK_DECIMAL_MAX},
        {RK_DECIMAL_MIN, 1, RK_DECIMAL_MIN},
    };
    rk_decimal got;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(rk_decimal_round(rows[i].a, rows[i].unit, &got) && got == rows[i].expected,
                      "row %zu gives %ld", i, got);
    }
    ck_assert(!rk_decimal_round(RK_DECIMAL_MAX, PENNY, &got));
    ck_assert(!rk_decimal_round(RK_DECIMAL_MIN, PENNY, &got));
    ck_assert(!rk_decimal_round(RK_DECIMAL_MIN, 2, &got)); /* would be RK_DECIMAL_NONE */
}
END_TEST

START_TEST(test_decimal_mul3__equals_gmp)
{
    mpz_t num, den;
    mpz_inits(num, den, NULL);
    seed();
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
        const rk_decimal a = draw_decimal(), b = draw_decimal(), unit = draw_unit();
        const rk_decimal c = i % 4 == 0 ? ONE : draw_decimal();
        mpz_set_si(num, a);
        mpz_mul_si(num, num, b);
        mpz_mul_si(num, num, c);
        mpz_set_si(den, ONE * ONE);
        round_to(num, den, unit);
        rk_decimal got = 77;
        const bool fitted = rk_decimal_mul3(a, b, c, unit, &got);
        ck_assert_msg(fitted == fits(num) && got == (fitted ? mpz_get_si(num) : 77),
                      "case %d: %ld x %ld x %ld to %ld gives %ld", i, a, b, c, unit, got);
        refused += !fitted;
    }
    ck_assert_int_gt(refused, CASES / 20);
    ck_assert_int_lt(refused, CASES * 3 / 4);
    mpz_clears(num, den, NULL);
}
END_TEST

typedef struct results {
    rk_decimal rounded, product;
} results;

/* ((a x b + c) x d - e x f), rounded, and times two factors and rounded. */
RK_INLINE results formula(rk_calc *calc, const rk_decimal v[8], rk_decimal unit)
{
    const rk_exact ab = rk_exact_mul(calc, rk_exact_from(calc, v[0]), v[1]);
    const rk_exact sum = rk_exact_add(calc, ab, rk_exact_from(calc, v[2]));
    const rk_exact ef = rk_exact_mul(calc, rk_exact_from(calc, v[4]), v[5]);
    const rk_exact all = rk_exact_sub(calc, rk_exact_mul(calc, sum, v[3]), ef);
    results r;
    r.rounded = rk_exact_round(calc, all, unit);
    r.product = rk_exact_mul_round(calc, all, v[6], v[7], unit);
    return r;
}

/* The same in units of 10^-18. */
static void expect_formula(mpz_t all, const rk_decimal v[8])
{
    mpz_t other;
    mpz_init(other);
    mpz_set_si(all, v[0]);
    mpz_mul_si(all, all, v[1]);
    mpz_set_si(other, v[2]);
    mpz_mul_si(other, other, ONE);
    mpz_add(all, all, other);
    mpz_mul_si(all, all, v[3]);
    mpz_set_si(other, v[4]);
    mpz_mul_si(other, other, v[5]);
    mpz_mul_si(other, other, ONE);
    mpz_sub(all, all, other);
    mpz_clear(other);
}

START_TEST(test_exact__narrow_equals_wide_equals_gmp)
{
    mpz_t rounded, product, den;
    mpz_inits(rounded, product, den, NULL);
    seed();
    int narrow_exact = 0, wide_exact = 0;
    for (int i = 0; i < CASES; i++) {
        rk_decimal v[8];
        for (int k = 0; k < 8; k++) {
            v[k] = draw_decimal();
            v[k] = k != 0 && draw() % 4 != 0 ? v[k] % (1000 * ONE) : v[k];
        }
        const rk_decimal unit = draw_unit();
        rk_calc narrow = RK_CALC_NARROW, wide = RK_CALC_WIDE;
        const results n = formula(&narrow, v, unit), w = formula(&wide, v, unit);
        expect_formula(rounded, v);
        mpz_mul_si(product, rounded, v[6]);
        mpz_mul_si(product, product, v[7]);
        mpz_set_si(den, ONE * ONE);
        round_to(rounded, den, unit);
        mpz_set_si(den, ONE * ONE);
        mpz_mul_si(den, den, ONE);
        mpz_mul_si(den, den, ONE);
        round_to(product, den, unit);
        ck_assert_msg(wide.exact == (fits(rounded) && fits(product)), "case %d: fits", i);
        if (wide.exact) {
            ck_assert_msg(w.rounded == mpz_get_si(rounded), "case %d: wide, rounded", i);
            ck_assert_msg(w.product == mpz_get_si(product), "case %d: wide, product", i);
        }
        if (narrow.exact) {
            ck_assert_msg(wide.exact && n.rounded == w.rounded && n.product == w.product,
                          "case %d: narrow", i);
        }
        narrow_exact += narrow.exact;
        wide_exact += wide.exact;
    }
    /* All three outcomes must come up, or the draw is of no use. */
    ck_assert_int_gt(narrow_exact, CASES / 50);
    ck_assert_int_gt(wide_exact, narrow_exact + CASES / 20);
    ck_assert_int_lt(wide_exact, CASES * 19 / 20);
    mpz_clears(rounded, product, den, NULL);
}
END_TEST

/* What the narrow way does by itself, and what it leaves to the wide one. */
START_TEST(test_exact__narrow_gives_up_where_it_must)
{
    static const struct {
        rk_decimal a, b;
        bool mul, add, sub;
    } rows[] = {
        {2 * ONE, 3 * ONE, true, true, true},
        {1, ONE / 2, false, true, true},  /* half a millionth */
        {12345, 1000, false, true, true}, /* 12.345 millionths */
        {12345, 100 * ONE, true, true, true},
        {RK_DECIMAL_MAX, ONE, true, false, true},
        {RK_DECIMAL_MIN, ONE, true, true, false},
        {RK_DECIMAL_MAX, 2 * ONE, false, false, true},
        {RK_DECIMAL_MIN, RK_DECIMAL_MAX, false, true, false},
        {RK_DECIMAL_MAX, 0, true, true, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rk_calc mul = RK_CALC_NARROW, add = RK_CALC_NARROW, sub = RK_CALC_NARROW;
        const rk_exact a = rk_exact_from(&mul, rows[i].a), b = rk_exact_from(&mul, rows[i].b);
        (void) rk_exact_mul(&mul, a, rows[i].b);
        (void) rk_exact_add(&add, a, b);
        (void) rk_exact_sub(&sub, a, b);
        ck_assert_msg(mul.exact == rows[i].mul, "row %zu: mul", i);
        ck_assert_msg(add.exact == rows[i].add, "row %zu: add", i);
        ck_assert_msg(sub.exact == rows[i].sub, "row %zu: sub", i);
    }
    /* Once inexact, always so. */
    rk_calc calc = RK_CALC_NARROW;
    (void) rk_exact_mul(&calc, rk_exact_from(&calc, 1), ONE / 2);
    (void) rk_exact_add(&calc, rk_exact_from(&calc, 1), rk_exact_from(&calc, 1));
    ck_assert(!calc.exact);
    /* A sum of -2^63 fits 64 bits and no rk_decimal. */
    calc = (rk_calc) RK_CALC_NARROW;
    const rk_exact lowest =
        rk_exact_sub(&calc, rk_exact_from(&calc, RK_DECIMAL_MIN), rk_exact_from(&calc, 1));
    ck_assert(calc.exact);
    (void) rk_exact_round(&calc, lowest, 1);
    ck_assert(!calc.exact);
}
END_TEST

START_TEST(test_exact__wide_gives_up_only_in_rounding)
{
    rk_calc calc = RK_CALC_WIDE;
    rk_exact a = rk_exact_from(&calc, RK_DECIMAL_MAX);
    for (int i = 0; i < 5; i++) {
        a = rk_exact_mul(&calc, a, RK_DECIMAL_MIN);
    }
    const rk_exact zero = rk_exact_sub(&calc, a, a);
    ck_assert_int_eq(rk_exact_round(&calc, zero, PENNY), 0);
    ck_assert_int_eq(rk_exact_round(&calc, rk_exact_add(&calc, zero, rk_exact_from(&calc, 7)), 1),
                     7);
    ck_assert(calc.exact);
    ck_assert_int_eq(rk_exact_round(&calc, a, PENNY), 0);
    ck_assert(!calc.exact);
    (void) rk_exact_round(&calc, zero, PENNY);
    ck_assert(!calc.exact);
}
END_TEST

UNIT_TESTS("exact")
{
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_decimal_round__equals_gmp);
    tcase_add_test(tc, test_decimal_round__half_goes_away_from_zero);
    tcase_add_test(tc, test_decimal_mul3__equals_gmp);
    tcase_add_test(tc, test_exact__narrow_equals_wide_equals_gmp);
    tcase_add_test(tc, test_exact__narrow_gives_up_where_it_must);
    tcase_add_test(tc, test_exact__wide_gives_up_only_in_rounding);
}
