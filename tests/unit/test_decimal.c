/* SPDX-License-Identifier: MIT
 *
 * test_decimal.c: the inline arithmetic of decimal.h against GMP, which shares
 * nothing with it. Numbers are drawn by bit length, so that small ones, large
 * ones and the limits all come up, and ties are made on purpose. The seed is
 * fixed: a failure prints the case that failed and comes back each time.
 */
#include <gmp.h>

#include "draw.h"
#include "reckoner/decimal.h"
#include "unit.h"

enum { CASES = 200000 };

static void seed(void)
{
    draw_state = 20160401;
}

/* Any decimal: often small, now and then a limit or its neighbour. */
static int64_t draw_decimal(void)
{
    static const int64_t special[] = {0,
                                      1,
                                      -1,
                                      RK_DECIMAL_MAX,
                                      RK_DECIMAL_MIN,
                                      RK_DECIMAL_MAX - 1,
                                      RK_DECIMAL_ONE,
                                      -RK_DECIMAL_ONE,
                                      RK_DECIMAL_ONE / 2,
                                      INT64_C(3037000499),
                                      INT64_C(3037000500)};
    const uint64_t kind = draw();
    if (kind % 16 == 0) {
        return special[draw() % (sizeof special / sizeof special[0])];
    }
    const int64_t magnitude = (int64_t) ((draw() | 1) >> (1 + (kind >> 8) % 63));
    return kind & 128 ? -magnitude : magnitude;
}

static int64_t draw_unit(void)
{
    static const int64_t usual[] = {1, 100, 10000, 500000, 1000000, 1000000000, 3, 7, 1000001};
    const uint64_t kind = draw();
    if (kind % 4 != 0) {
        return usual[(kind >> 8) % (sizeof usual / sizeof usual[0])];
    }
    const int64_t unit = llabs(draw_decimal());
    return unit == 0 ? 1 : unit;
}

static rk_int128 draw_128(void)
{
    const rk_uint128 bits = (rk_uint128) draw() << 64 | draw();
    const uint64_t kind = draw();
    const rk_int128 magnitude = (rk_int128) (bits >> (1 + kind % 127));
    return kind & (UINT64_C(1) << 40) ? -magnitude : magnitude;
}

static void set_128(mpz_t out, rk_int128 n)
{
    const rk_uint128 magnitude = n < 0 ? 0 - (rk_uint128) n : (rk_uint128) n;
    mpz_set_ui(out, (unsigned long) (magnitude >> 64));
    mpz_mul_2exp(out, out, 64);
    mpz_add_ui(out, out, (unsigned long) magnitude);
    if (n < 0) {
        mpz_neg(out, out);
    }
}

/* The nearest whole number to num / den by its definition: the distance to the
 * truncated quotient, doubled, against the denominator. */
static void expect_nearest(mpz_t out, const mpz_t num, const mpz_t den)
{
    mpz_t rest;
    mpz_init(rest);
    mpz_tdiv_qr(out, rest, num, den);
    mpz_mul_2exp(rest, rest, 1);
    if (mpz_cmpabs(rest, den) >= 0) {
        if (mpz_sgn(num) < 0) {
            mpz_sub_ui(out, out, 1);
        } else {
            mpz_add_ui(out, out, 1);
        }
    }
    mpz_clear(rest);
}

static bool fits_decimal(const mpz_t z)
{
    return mpz_fits_slong_p(z) && mpz_get_si(z) != INT64_MIN;
}

START_TEST(test_decimal_div_round__equals_gmp)
{
    mpz_t num, den, expected, got;
    mpz_inits(num, den, expected, got, NULL);
    seed();
    for (int i = 0; i < CASES; i++) {
        rk_int128 n = draw_128(), d = draw_128();
        d = d < 0 ? -d : d == 0 ? 1 : d;
        if (i % 4 == 0) {
            /* At a half, or one beside it. */
            const rk_int128 q = n % ((((rk_int128) 1 << 126) - 1) / d + 1);
            n = q * d + (q < 0 ? -(d / 2) : d / 2) + (rk_int128) (draw() % 3) - 1;
        }
        set_128(num, n);
        set_128(den, d);
        expect_nearest(expected, num, den);
        set_128(got, rk_div_round(n, d));
        if (mpz_cmp(expected, got) != 0) {
            ck_abort_msg("case %d: %s / %s gives %s", i, mpz_get_str(NULL, 10, num),
                         mpz_get_str(NULL, 10, den), mpz_get_str(NULL, 10, got));
        }
    }
    mpz_clears(num, den, expected, got, NULL);
}
END_TEST

START_TEST(test_decimal_div_round__survives_the_limits)
{
    const rk_int128 max = (rk_int128) (((rk_uint128) 1 << 127) - 1), min = -max - 1;
    ck_assert(rk_div_round(max, max) == 1);
    ck_assert(rk_div_round(min, max) == -1);
    ck_assert(rk_div_round(max / 2 + 1, max) == 1);
    ck_assert(rk_div_round(max / 2, max) == 0);
    ck_assert(rk_div_round(max, 1) == max);
    ck_assert(rk_div_round(min, 1) == min);
    ck_assert(rk_div_round(max, 2) == max / 2 + 1);
    ck_assert(rk_div_round(min, 2) == min / 2);
    ck_assert_int_eq(rk_div_round64(INT64_MAX, INT64_MAX), 1);
    ck_assert_int_eq(rk_div_round64(INT64_MIN, INT64_MAX), -1);
    ck_assert_int_eq(rk_div_round64(INT64_MIN, 1), INT64_MIN);
    ck_assert_int_eq(rk_div_round64(INT64_MAX, 2), INT64_MAX / 2 + 1);
}
END_TEST

START_TEST(test_decimal_div_round64__equals_the_wide_one)
{
    seed();
    for (int i = 0; i < CASES; i++) {
        int64_t n = draw_decimal();
        const int64_t d = draw_unit();
        if (i % 4 == 0) {
            const int64_t q = n % (INT64_MAX / d);
            n = q * d + (q < 0 ? -(d / 2) : d / 2);
        }
        if (rk_div_round64(n, d) != rk_div_round(n, d)) {
            ck_abort_msg("case %d: %ld / %ld gives %ld", i, n, d, rk_div_round64(n, d));
        }
    }
}
END_TEST

/* Each row: a half, one below and one above it, on both sides of zero. */
START_TEST(test_decimal_mul__half_goes_away_from_zero)
{
    static const struct {
        rk_decimal a, b, unit, expected;
    } rows[] = {
        {2345000, 1000000, 10000, 2350000},
        {-2345000, 1000000, 10000, -2350000},
        {2344999, 1000000, 10000, 2340000},
        {-2344999, 1000000, 10000, -2340000},
        {2345001, 1000000, 10000, 2350000},
        {2345000, -1000000, 10000, -2350000},
        {1, 500000, 1, 1},
        {-1, 500000, 1, -1},
        {1, 499999, 1, 0},
        {-1, 499999, 1, 0},
        {500000, 1000000, 1000000, 1000000},
        {499999, 1000000, 1000000, 0},
        {1500000, 1000000, 1000000, 2000000},
        {2500000, 1000000, 1000000, 3000000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rk_decimal got = 77;
        ck_assert_msg(rk_decimal_mul(rows[i].a, rows[i].b, rows[i].unit, &got) &&
                          got == rows[i].expected,
                      "row %zu gives %ld", i, got);
    }
}
END_TEST

START_TEST(test_decimal_mul__equals_gmp)
{
    mpz_t num, den, expected;
    mpz_inits(num, den, expected, NULL);
    seed();
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
        const rk_decimal a = draw_decimal();
        const int64_t unit = draw_unit();
        /* Every fourth is a tie: an odd half of the unit, times one. */
        const bool tie = i % 4 == 0 && unit % 2 == 0;
        const rk_decimal b = tie ? RK_DECIMAL_ONE : draw_decimal();
        const rk_decimal a_used = tie ? a / 2 / unit * unit + (a < 0 ? -(unit / 2) : unit / 2) : a;
        mpz_set_si(num, a_used);
        mpz_mul_si(num, num, b);
        mpz_set_si(den, unit);
        mpz_mul_si(den, den, RK_DECIMAL_ONE);
        expect_nearest(expected, num, den);
        mpz_mul_si(expected, expected, unit);
        rk_decimal got = 77;
        const bool fits = rk_decimal_mul(a_used, b, unit, &got);
        if (fits != fits_decimal(expected) || got != (fits ? mpz_get_si(expected) : 77)) {
            ck_abort_msg("case %d: %ld x %ld to %ld gives %ld", i, a_used, b, unit, got);
        }
        refused += !fits;
    }
    /* Both outcomes must have been seen, or the draw is of no use. */
    ck_assert_int_gt(refused, CASES / 20);
    ck_assert_int_lt(refused, CASES / 2);
    mpz_clears(num, den, expected, NULL);
}
END_TEST

START_TEST(test_decimal_add__equals_gmp)
{
    mpz_t sum;
    mpz_init(sum);
    seed();
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
        const rk_decimal a = draw_decimal(), b = draw_decimal();
        mpz_set_si(sum, a);
        b < 0 ? mpz_sub_ui(sum, sum, (unsigned long) -b) : mpz_add_ui(sum, sum, (unsigned long) b);
        rk_decimal got = 77;
        const bool fits = rk_decimal_add(a, b, &got);
        if (fits != fits_decimal(sum) || got != (fits ? mpz_get_si(sum) : 77)) {
            ck_abort_msg("case %d: %ld + %ld gives %ld", i, a, b, got);
        }
        refused += !fits;
    }
    ck_assert_int_gt(refused, 100);
    rk_decimal got = 77;
    ck_assert(!rk_decimal_add(RK_DECIMAL_MIN, -1, &got)); /* would be RK_DECIMAL_NONE */
    ck_assert_int_eq(got, 77);
    mpz_clear(sum);
}
END_TEST

/* A sum of up to three products of `factors` decimals each, rounded to a unit. */
START_TEST(test_decimal_wide__equals_gmp)
{
    mpz_t sum, product, den, expected;
    mpz_inits(sum, product, den, expected, NULL);
    seed();
    int refused = 0, ties = 0;
    for (int i = 0; i < CASES; i++) {
        const int factors = 1 + (int) (draw() % 7), terms = 1 + (int) (draw() % 3);
        const bool modest = draw() % 4 != 0; /* so that most results fit */
        int64_t unit = draw_unit();
        rk_wide total = rk_wide_from(0);
        mpz_set_ui(sum, 0);
        for (int t = 0; t < terms; t++) {
            rk_wide wide = rk_wide_from(0);
            for (int f = 0; f < factors; f++) {
                int64_t factor = draw_decimal();
                factor = modest && f > 0 ? factor % (2 * RK_DECIMAL_ONE) : factor;
                wide = f == 0 ? rk_wide_from(factor) : rk_wide_mul(wide, factor);
                f == 0 ? mpz_set_si(product, factor) : mpz_mul_si(product, product, factor);
            }
            total = rk_wide_add(total, wide);
            mpz_add(sum, sum, product);
        }
        mpz_set_ui(den, 1000000);
        mpz_pow_ui(den, den, (unsigned long) factors - 1);
        if (i % 4 == 0) {
            /* A tie: half a unit, and so many units more. */
            unit -= unit > 1 ? unit % 2 : -1;
            const int64_t units = draw_decimal() % 1000;
            total = rk_wide_mul(rk_wide_from(unit / 2), 2 * units + (units < 0 ? -1 : 1));
            mpz_set_si(sum, 2 * units + (units < 0 ? -1 : 1));
            mpz_mul_si(sum, sum, unit / 2);
            mpz_mul(sum, sum, den);
            for (int f = 1; f < factors; f++) {
                total = rk_wide_mul(total, RK_DECIMAL_ONE);
            }
            ties++;
        }
        mpz_mul_si(den, den, unit);
        expect_nearest(expected, sum, den);
        mpz_mul_si(expected, expected, unit);
        rk_decimal got = 77;
        const bool fits = rk_wide_round(total, factors, unit, &got);
        if (fits != fits_decimal(expected) || got != (fits ? mpz_get_si(expected) : 77)) {
            ck_abort_msg("case %d: %s x 10^-%d to %ld gives %ld", i, mpz_get_str(NULL, 10, sum),
                         6 * factors, unit, got);
        }
        refused += !fits;
    }
    ck_assert_int_gt(ties, CASES / 5);
    ck_assert_int_gt(refused, CASES / 20);
    ck_assert_int_lt(refused, CASES / 2);
    mpz_clears(sum, product, den, expected, NULL);
}
END_TEST

/* Differences that cancel must leave nothing behind, in either order. */
START_TEST(test_decimal_wide__a_difference_cancels)
{
    rk_wide a = rk_wide_from(RK_DECIMAL_MAX), b = rk_wide_from(RK_DECIMAL_MIN);
    for (int i = 1; i < 7; i++) {
        a = rk_wide_mul(a, RK_DECIMAL_MAX);
        b = rk_wide_mul(b, RK_DECIMAL_MAX);
    }
    rk_decimal got = 77;
    ck_assert(rk_wide_round(rk_wide_add(a, b), 7, 1, &got));
    ck_assert_int_eq(got, 0);
    got = 77;
    ck_assert(rk_wide_round(rk_wide_add(b, a), 7, 1, &got));
    ck_assert_int_eq(got, 0);
}
END_TEST

START_TEST(test_decimal_wide__what_does_not_fit_is_refused)
{
    rk_decimal got = 77;
    rk_wide w = rk_wide_from(RK_DECIMAL_MAX);
    ck_assert(rk_wide_round(w, 1, 1, &got));
    ck_assert_int_eq(got, RK_DECIMAL_MAX);
    got = 77;
    ck_assert(!rk_wide_round(rk_wide_add(w, rk_wide_from(1)), 1, 1, &got));
    /* 2^(63 x 8) still has room; the ninth factor of 2^63 has not, and no
     * factor after it makes the number good again. */
    w = rk_wide_from(INT64_MIN);
    for (int i = 1; i < 8; i++) {
        w = rk_wide_mul(w, INT64_MIN);
    }
    ck_assert_int_eq(w.overflow, 0);
    w = rk_wide_mul(w, INT64_MIN);
    ck_assert_int_ne(w.overflow, 0);
    w = rk_wide_mul(w, 0);
    ck_assert(!rk_wide_round(w, 1, 1, &got));
    ck_assert(!rk_wide_round(rk_wide_add(rk_wide_from(1), w), 1, 1, &got));
    ck_assert(!rk_wide_round(rk_wide_add(rk_wide_from(-1), w), 1, 1, &got));
    ck_assert(!rk_wide_round(rk_wide_add(w, rk_wide_from(1)), 1, 1, &got));
    ck_assert_int_eq(got, 77);
}
END_TEST

START_TEST(test_decimal_from_int__holds_to_its_limit)
{
    ck_assert_int_eq(rk_decimal_from_int(3), 3000000);
    ck_assert_int_eq(rk_decimal_from_int(INT64_C(9223372036854)), INT64_C(9223372036854000000));
    ck_assert_int_eq(rk_decimal_from_int(INT64_C(-9223372036854)), INT64_C(-9223372036854000000));
}
END_TEST

UNIT_TESTS("decimal")
{
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_decimal_div_round__equals_gmp);
    tcase_add_test(tc, test_decimal_div_round__survives_the_limits);
    tcase_add_test(tc, test_decimal_div_round64__equals_the_wide_one);
    tcase_add_test(tc, test_decimal_mul__half_goes_away_from_zero);
    tcase_add_test(tc, test_decimal_mul__equals_gmp);
    tcase_add_test(tc, test_decimal_add__equals_gmp);
    tcase_add_test(tc, test_decimal_wide__equals_gmp);
    tcase_add_test(tc, test_decimal_wide__a_difference_cancels);
    tcase_add_test(tc, test_decimal_wide__what_does_not_fit_is_refused);
    tcase_add_test(tc, test_decimal_from_int__holds_to_its_limit);
}
