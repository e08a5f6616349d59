/* SPDX-License-Identifier: MIT
 *
 * test_num_deal.c: units dealt out in proportion, by largest remainder.
 */
#include "draw.h"
#include "number/num.h"
#include "unit.h"

#define N_OF(table) (sizeof(table) / sizeof *(table))
#define MOST        9

static rk__nums nums;

static void setup(void)
{
    nums = (rk__nums){0};
}

static void teardown(void)
{
    rk__nums_dispose(&nums);
}

static rk_num ratio(int64_t a, int64_t b)
{
    return rk__num_from_ratio(&nums, a, b);
}

/* Weights of some sort whose sum is not zero. */
static size_t draw_weights(rk_num *weights, rk_num *sum)
{
    const size_t n = 1 + draw() % MOST;
    const int64_t den = (int64_t) (1 + draw() % 7);
    do {
        *sum = ratio(0, 1);
        for (size_t i = 0; i < n; i++) {
            weights[i] = ratio((int64_t) (draw() % 41) - (draw() % 4 == 0 ? 20 : 0), den);
            *sum = rk__num_add(&nums, *sum, weights[i]);
        }
    } while (rk__num_sign(*sum) == 0);
    return n;
}

START_TEST(test_num_deal__deals_all_and_each_within_one_of_its_share)
{
    for (unsigned round = 0; round < 2000; round++) {
        rk_num weights[MOST], parts[MOST], mirror[MOST], sum = NULL;
        const size_t n = draw_weights(weights, &sum);
        const rk_num units = ratio((int64_t) (draw() % 2001) - 1000, 1);
        rk_num dealt = ratio(0, 1);
        ck_assert_int_eq(rk__num_deal(&nums, units, weights, n, parts), RK_OK);
        ck_assert_int_eq(rk__num_deal(&nums, rk__num_neg(&nums, units), weights, n, mirror), RK_OK);
        for (size_t i = 0; i < n; i++) {
            const rk_num share = rk__num_div(&nums, rk__num_mul(&nums, units, weights[i]), sum);
            const rk_num off = rk__num_sub(&nums, parts[i], share);
            ck_assert(rk__num_is_integer(parts[i]));
            ck_assert_int_lt(rk__num_compare(off, ratio(1, 1)), 0);
            ck_assert_int_gt(rk__num_compare(off, ratio(-1, 1)), 0);
            ck_assert_int_eq(rk__num_compare(parts[i], rk__num_neg(&nums, mirror[i])), 0);
            dealt = rk__num_add(&nums, dealt, parts[i]);
        }
        ck_assert_int_eq(rk__num_compare(dealt, units), 0);
        rk__nums_reset(&nums);
    }
}
END_TEST

static const struct deal {
    int64_t units, weights[3], parts[3];
} deals[] = {
    {10, {1, 1, 1}, {4, 3, 3}}, /* equal remainders: the first */
    {2, {1, 1, 1}, {1, 1, 0}},    {-10, {1, 1, 1}, {-4, -3, -3}},
    {5, {2, 2, 3}, {2, 1, 2}}, /* 1.43, 1.43, 2.14: the first of the largest */
    {1, {1, 2, 1}, {0, 1, 0}},    {0, {1, 2, 3}, {0, 0, 0}},
    {7, {0, 0, 1}, {0, 0, 7}},    {100, {1000, 1000, -700}, {77, 77, -54}},
    {3, {-1, -1, -1}, {1, 1, 1}},
};

START_TEST(test_num_deal__gives_the_rest_to_the_largest_remainders)
{
    rk_num weights[3], parts[3];
    for (size_t i = 0; i < 3; i++) {
        weights[i] = ratio(deals[_i].weights[i], 1);
    }
    ck_assert_int_eq(rk__num_deal(&nums, ratio(deals[_i].units, 1), weights, 3, parts), RK_OK);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(rk__num_compare(parts[i], ratio(deals[_i].parts[i], 1)), 0);
    }
}
END_TEST

START_TEST(test_num_deal__refuses_weights_that_come_to_zero)
{
    const rk_num weights[2] = {ratio(1, 3), ratio(-1, 3)};
    rk_num parts[2];
    ck_assert_int_eq(rk__num_deal(&nums, ratio(5, 1), weights, 2, parts), RK_OUT_OF_RANGE);
    ck_assert_int_eq(rk__num_deal(&nums, ratio(5, 1), weights, 0, parts), RK_OUT_OF_RANGE);
    ck_assert_ptr_null(nums.poisoned);
}
END_TEST

UNIT_TESTS("num_deal")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_num_deal__deals_all_and_each_within_one_of_its_share);
    tcase_add_loop_test(tc, test_num_deal__gives_the_rest_to_the_largest_remainders, 0,
                        (int) N_OF(deals));
    tcase_add_test(tc, test_num_deal__refuses_weights_that_come_to_zero);
}
