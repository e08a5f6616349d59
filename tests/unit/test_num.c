/* SPDX-License-Identifier: MIT
 *
 * test_num.c: exact arithmetic. Random chains of operations run side by side
 * with GMP rationals, over numbers small enough to stay in 64 bits, numbers
 * that leave them, and numbers that come back. Text is in test_num_text.c.
 */

#include "num_fixture.h"

/* -------------------------------------------------------------------- values */

START_TEST(test_num_from__is_in_lowest_terms)
{
    ck_assert(is_ratio(rk__num_from_int(&nums, 42), 42, 1));
    ck_assert(is_ratio(rk__num_from_int(&nums, INT64_MIN), INT64_MIN, 1));
    ck_assert(is_ratio(rk__num_from_int(&nums, INT64_MAX), INT64_MAX, 1));
    ck_assert(is_ratio(rk__num_from_decimal(&nums, 1500000), 3, 2));
    ck_assert(is_ratio(rk__num_from_decimal(&nums, -1), -1, 1000000));
    ck_assert(is_ratio(rk__num_from_decimal(&nums, RK_DECIMAL_MIN), -INT64_MAX, 1000000));
    ck_assert(is_ratio(rk__num_from_ratio(&nums, 6, 4), 3, 2));
    ck_assert(is_ratio(rk__num_from_ratio(&nums, 6, -4), -3, 2));
    ck_assert(is_ratio(rk__num_from_ratio(&nums, INT64_MIN, INT64_MIN), 1, 1));
    ck_assert(is_ratio(rk__num_from_ratio(&nums, INT64_MIN, -1), INT64_MIN, -1));
    ck_assert(is_ratio(rk__num_from_ratio(&nums, 1, INT64_MIN), 1, INT64_MIN));
    ck_assert(is_ratio(rk__num_from_ratio(&nums, 0, -7), 0, 1));
    ck_assert(is_ratio(rk__num_from_exact(&nums, (rk_int128) 1500000 * 1000000), 3, 2));
    ck_assert(is_ratio(rk__num_from_exact(&nums, -1), -1, INT64_C(1000000000000)));
}
END_TEST

START_TEST(test_num_from_exact__holds_128_bits)
{
    const rk_int128 max = (rk_int128) (((rk_uint128) 1 << 127) - 1);
    mpq_t q;
    mpq_init(q);
    mpz_setbit(mpq_numref(q), 127);
    mpz_set_ui(mpq_denref(q), 1000000000000);
    mpz_neg(mpq_numref(q), mpq_numref(q));
    mpq_canonicalize(q);
    ck_assert(is_value(rk__num_from_exact(&nums, -max - 1), q));
    mpq_set_ui(q, 0, 1);
    mpz_setbit(mpq_numref(q), 127);
    mpz_sub_ui(mpq_numref(q), mpq_numref(q), 1);
    mpz_set_ui(mpq_denref(q), 1000000000000);
    mpq_canonicalize(q);
    ck_assert(is_value(rk__num_from_exact(&nums, max), q));
    mpq_clear(q);
}
END_TEST

/* ---------------------------------------------------------------- arithmetic */

typedef struct pair {
    rk_num num;
    mpq_t q;
} pair;

static void expect_nearest(mpq_t out, mpq_srcptr a, mpq_srcptr unit)
{
    /* floor(|a| / unit + 1/2) with the sign of a. */
    mpq_t half;
    mpq_init(half);
    mpq_set_ui(half, 1, 2);
    mpq_div(out, a, unit);
    const int sign = mpq_sgn(out);
    mpq_abs(out, out);
    mpq_add(out, out, half);
    mpz_fdiv_q(mpq_numref(out), mpq_numref(out), mpq_denref(out));
    mpz_set_ui(mpq_denref(out), 1);
    if (sign < 0) {
        mpq_neg(out, out);
    }
    mpq_mul(out, out, unit);
    mpq_clear(half);
}

/* One operation on both sides; the result goes to `out`. */
static void step(rk__num_op op, const pair *a, const pair *b, int places, pair *out)
{
    mpq_t q;
    mpq_init(q);
    switch (op) {
    case RK__NUM_ADD:
        out->num = rk__num_add(&nums, a->num, b->num);
        mpq_add(q, a->q, b->q);
        break;
    case RK__NUM_SUB:
        out->num = rk__num_sub(&nums, a->num, b->num);
        mpq_sub(q, a->q, b->q);
        break;
    case RK__NUM_MUL:
        out->num = rk__num_mul(&nums, a->num, b->num);
        mpq_mul(q, a->q, b->q);
        break;
    case RK__NUM_DIV:
        if (mpq_sgn(b->q) == 0) {
            out->num = a->num;
            mpq_set(q, a->q);
            break;
        }
        out->num = rk__num_div(&nums, a->num, b->num);
        mpq_div(q, a->q, b->q);
        break;
    case RK__NUM_NEG:
        out->num = rk__num_neg(&nums, a->num);
        mpq_neg(q, a->q);
        break;
    case RK__NUM_MIN:
        out->num = rk__num_min(&nums, a->num, b->num);
        mpq_set(q, mpq_cmp(a->q, b->q) <= 0 ? a->q : b->q);
        break;
    case RK__NUM_MAX:
        out->num = rk__num_max(&nums, a->num, b->num);
        mpq_set(q, mpq_cmp(a->q, b->q) >= 0 ? a->q : b->q);
        break;
    default: {
        mpq_t unit;
        mpq_init(unit);
        mpz_ui_pow_ui(mpq_numref(unit), 10, (unsigned long) abs(places));
        if (places > 0) {
            mpq_inv(unit, unit);
        }
        if (mpq_sgn(b->q) > 0 && places % 2 == 0) {
            mpq_set(unit, b->q);
            out->num = rk__num_round_to(&nums, a->num, b->num);
        } else {
            out->num = rk__num_round(&nums, a->num, places);
            ck_assert(out->num == NULL || nums.untraced || out->num->places == places);
        }
        expect_nearest(q, a->q, unit);
        mpq_clear(unit);
    }
    }
    mpq_set(out->q, q);
    mpq_clear(q);
}

START_TEST(test_num_arithmetic__equals_gmp)
{
    enum { WIDTH = 8, STEPS = 25 };
    pair at[WIDTH];
    long small = 0, big = 0, back = 0;
    for (int i = 0; i < WIDTH; i++) {
        mpq_init(at[i].q);
    }
    for (int round = 0; round < 8000; round++) {
        nums.untraced = round % 2 != 0;
        for (int i = 0; i < WIDTH; i++) {
            const int64_t num = draw_int(), any = draw_int();
            const int64_t den = any == 0 || draw() % 2 == 0 ? 1 : any;
            at[i].num = rk__num_from_ratio(&nums, num, den);
            set_ratio(at[i].q, num, den);
        }
        for (int i = 0; i < STEPS; i++) {
            pair *a = &at[draw() % WIDTH], *b = &at[draw() % WIDTH], *out = &at[draw() % WIDTH];
            const rk__num_op op = RK__NUM_ADD + (rk__num_op) (draw() % 9);
            const bool was_big = a->num->big != 0;
            step(op, a, b, (int) (draw() % 31) - 6, out);
            if (!is_value(out->num, out->q)) {
                ck_abort_msg("round %d, step %d, operation %d differs", round, i, op);
            }
            const int order = mpq_cmp(a->q, b->q);
            if (rk__num_compare(a->num, b->num) != (order > 0) - (order < 0) ||
                rk__num_sign(a->num) != mpq_sgn(a->q) ||
                rk__num_is_integer(a->num) != (mpz_cmp_ui(mpq_denref(a->q), 1) == 0)) {
                ck_abort_msg("round %d, step %d: comparison differs", round, i);
            }
            small += !out->num->big;
            big += out->num->big;
            back += was_big && !out->num->big;
            /* Numbers grow with each step; begin anew before they are huge. */
            if (mpz_sizeinbase(mpq_numref(out->q), 2) > 2000) {
                break;
            }
        }
        ck_assert(nums.poisoned == NULL);
        rk__nums_reset(&nums);
    }
    ck_assert_msg(small > 20000 && big > 20000 && back > 1000, "%ld small, %ld big, %ld back",
                  small, big, back);
    for (int i = 0; i < WIDTH; i++) {
        mpq_clear(at[i].q);
    }
}
END_TEST

START_TEST(test_num_round__half_goes_away_from_zero)
{
    static const struct {
        int64_t num, den;
        int places;
        int64_t rounded_num, rounded_den;
    } rows[] = {
        {1, 2, 0, 1, 1},
        {-1, 2, 0, -1, 1},
        {3, 2, 0, 2, 1},
        {5, 2, 0, 3, 1},
        {-5, 2, 0, -3, 1},
        {49, 100, 0, 0, 1},
        {-49, 100, 0, 0, 1},
        {1005, 1000, 2, 101, 100},
        {-1005, 1000, 2, -101, 100},
        {1, 3, 2, 33, 100},
        {2, 3, 2, 67, 100},
        {1250, 1, -2, 1300, 1},
        {-1250, 1, -2, -1300, 1},
        {1249, 1, -2, 1200, 1},
        {7, 1, 18, 7, 1},
        {1, 3, 18, INT64_C(333333333333333333), INT64_C(1000000000000000000)},
        {7, 1, 300, 7, 1},
        {7, 1, -300, 0, 1},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        const rk_num a = rk__num_from_ratio(&nums, rows[i].num, rows[i].den);
        const rk_num rounded = rk__num_round(&nums, a, rows[i].places);
        ck_assert_msg(is_ratio(rounded, rows[i].rounded_num, rows[i].rounded_den), "row %zu", i);
        ck_assert_int_eq(rounded->op, RK__NUM_ROUND);
        ck_assert_int_eq(rounded->places, rows[i].places);
        ck_assert_ptr_eq(rounded->a, a);
        ck_assert_ptr_null(rounded->b);
    }
}
END_TEST

START_TEST(test_num_round_to__records_its_unit)
{
    const rk_num a = rk__num_from_ratio(&nums, 1025, 2);
    const rk_num unit = rk__num_from_int(&nums, 25);
    const rk_num rounded = rk__num_round_to(&nums, a, unit);
    ck_assert(is_ratio(rounded, 525, 1));
    ck_assert_int_eq(rounded->op, RK__NUM_ROUND);
    ck_assert_ptr_eq(rounded->b, unit);
    ck_assert(is_ratio(rk__num_round_to(&nums, rk__num_neg(&nums, a), unit), -525, 1));
    ck_assert(is_ratio(rk__num_round_to(&nums, a, rk__num_from_ratio(&nums, 1, 3)), 1538, 3));
}
END_TEST

START_TEST(test_num_to_decimal__is_exact_or_refuses)
{
    static const struct {
        int64_t num, den;
        bool fits;
        rk_decimal expected;
    } rows[] = {
        {3, 2, true, 1500000},
        {-3, 2, true, -1500000},
        {1, 1000000, true, 1},
        {1, 64, true, 15625},
        {1, 3, false, 0},
        {1, 128, false, 0},
        {1, 10000000, false, 0},
        {INT64_C(9223372036854), 1, true, INT64_C(9223372036854000000)},
        {INT64_C(9223372036855), 1, false, 0},
        {INT64_MAX, 1000000, true, RK_DECIMAL_MAX},
        {-INT64_MAX, 1000000, true, RK_DECIMAL_MIN},
        {INT64_MIN, 1000000, false, 0},
        {INT64_MIN, 1, false, 0},
        {1, INT64_MIN, false, 0},
    };
    for (size_t i = 0; i < N_OF(rows); i++) {
        rk_decimal got = 77;
        const bool fits =
            rk__num_to_decimal(rk__num_from_ratio(&nums, rows[i].num, rows[i].den), &got);
        ck_assert_msg(fits == rows[i].fits && got == (fits ? rows[i].expected : 77),
                      "row %zu gives %ld", i, got);
    }
    ck_assert(!rk__num_to_decimal(NULL, &(rk_decimal){0}));
}
END_TEST

UNIT_TESTS("num")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_num_from__is_in_lowest_terms);
    tcase_add_test(tc, test_num_from_exact__holds_128_bits);
    tcase_add_test(tc, test_num_arithmetic__equals_gmp);
    tcase_add_test(tc, test_num_round__half_goes_away_from_zero);
    tcase_add_test(tc, test_num_round_to__records_its_unit);
    tcase_add_test(tc, test_num_to_decimal__is_exact_or_refuses);
}
