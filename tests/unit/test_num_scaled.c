/* SPDX-License-Identifier: MIT
 *
 * test_num_scaled.c: fractions of powers of ten are reduced as GMP reduces them, and numbers
 * that nobody asks about are their operands.
 */
#include <inttypes.h>
#include <stdio.h>

#include "draw.h"
#include "number/num_inside.h"
#include "unit.h"

static rk__nums nums;

static void setup(void)
{
    nums = (rk__nums){0};
}

static void teardown(void)
{
    rk__nums_dispose(&nums);
}

/* Of any length, with any number of twos and fives. */
static int64_t draw_decimal(void)
{
    int64_t n = (int64_t) (draw() >> (1 + draw() % 63));
    for (uint64_t i = draw() % 14; i > 0 && n <= INT64_MAX / 5; i--) {
        n *= draw() % 2 == 0 ? 2 : 5;
    }
    return draw() % 2 == 0 ? n : -n;
}

static void expect_ratio(rk_num a, int64_t num, unsigned long power)
{
    mpq_t q;
    mpq_init(q);
    mpz_set_si(mpq_numref(q), num);
    mpz_set_ui(mpq_denref(q), power);
    mpq_canonicalize(q);
    ck_assert_ptr_nonnull(a);
    ck_assert_msg(!a->big && a->num == mpz_get_si(mpq_numref(q)) &&
                      a->den == mpz_get_si(mpq_denref(q)),
                  "%ld / %lu", num, power);
    mpq_clear(q);
}

START_TEST(test_num_scaled__is_reduced_as_gmp_does)
{
    static const int64_t special[] = {
        0,         1,       -1,       2,      5,         10,         999999,
        1000000,   1000001, -1000000, 500000, 15625,     64,         1000000000,
        1953125,   4096,    78125,    128,    INT64_MAX, -INT64_MAX, 1000000000000,
        244140625, 8192,    -2500};
    const size_t n_special = sizeof special / sizeof *special;
    for (size_t i = 0; i < 50000; i++) {
        const int64_t n = i < n_special ? special[i] : draw_decimal();
        struct rk_num_node placed, parts;
        char text[32];
        expect_ratio(rk__num_from_decimal(&nums, n), n, 1000000);
        expect_ratio(rk__num_from_exact(&nums, n), n, 1000000000000);
        const int length =
            snprintf(text, sizeof text, "%s%" PRIu64 ".%06" PRIu64 "%%", n < 0 ? "-" : "",
                     rk__magnitude(n) / 1000000, rk__magnitude(n) % 1000000);
        ck_assert(rk__num_place_text(&placed, text, (size_t) length - 1, false));
        ck_assert(rk__num_place_text(&parts, text, (size_t) length, true));
        ck_assert(!rk__num_place_text(&parts, text, (size_t) length, false));
        expect_ratio(&placed, n, 1000000);
        expect_ratio(&parts, n, 100000000);
        ck_assert(placed.op == RK__NUM_VALUE && placed.a == NULL && placed.label == NULL);
    }
}
END_TEST

START_TEST(test_num_untraced__is_the_operand_of_its_value)
{
    const rk_num zero = rk__num_from_int(&nums, 0);
    const rk_num third = rk__num_from_ratio(&nums, 1, 3);
    const rk_num penny = rk__num_from_ratio(&nums, 1, 100);
    const rk_num pounds = rk__num_from_decimal(&nums, 1230000);
    ck_assert_ptr_ne(rk__num_add(&nums, zero, third), third);
    ck_assert_ptr_ne(rk__num_round(&nums, pounds, 2), pounds);
    ck_assert_ptr_ne(rk__num_round_to(&nums, pounds, penny), pounds);
    ck_assert_ptr_ne(rk__num_min(&nums, third, pounds), third);
    nums.untraced = true;
    ck_assert_ptr_eq(rk__num_add(&nums, zero, third), third);
    ck_assert_ptr_eq(rk__num_round(&nums, pounds, 2), pounds);
    ck_assert_ptr_eq(rk__num_round_to(&nums, pounds, penny), pounds);
    ck_assert_ptr_eq(rk__num_min(&nums, third, pounds), third);
    ck_assert_ptr_eq(rk__num_max(&nums, third, pounds), pounds);
    ck_assert_ptr_eq(rk__num_label(&nums, third, "a third", NULL), third);
    ck_assert_int_ne(rk__num_compare(rk__num_round(&nums, third, 2), third), 0);
    ck_assert_ptr_null(rk__num_add(&nums, zero, NULL));
    ck_assert_ptr_nonnull(nums.poisoned);
}
END_TEST

UNIT_TESTS("num_scaled")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_num_scaled__is_reduced_as_gmp_does);
    tcase_add_test(tc, test_num_untraced__is_the_operand_of_its_value);
}
