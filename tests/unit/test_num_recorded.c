/* SPDX-License-Identifier: MIT
 *
 * test_num_recorded.c: what numbers remember of how they were made, misuse, growth and memory.
 */
#include "num_fixture.h"

START_TEST(test_num_copy__is_exact_and_has_no_operands)
{
    rk__nums from = {0};
    const rk_num third = rk__num_from_ratio(&from, -1, 3);
    const rk_num tiny = rk__num_div(&from, third, rk__num_from_exact(&from, (rk_int128) 1 << 100));
    const rk_num huge = rk__num_mul(&from, tiny, tiny);
    const rk_num of[] = {rk__num_neg(&from, third), huge, rk__num_mul(&from, huge, huge)};
    ck_assert(huge->big);
    rk_num copies[N_OF(of)];
    mpq_t values[N_OF(of)];
    for (size_t i = 0; i < N_OF(of); i++) {
        rk__num_view view;
        rk__num_look(&view, of[i]);
        mpq_init(values[i]);
        mpq_set(values[i], view.q);
        copies[i] = rk__num_copy(&nums, of[i]);
    }
    rk__nums_dispose(&from); /* copies share nothing with what they were made of */
    for (size_t i = 0; i < N_OF(of); i++) {
        ck_assert(is_value(copies[i], values[i]));
        ck_assert_int_eq(copies[i]->op, RK__NUM_VALUE);
        ck_assert_ptr_null(copies[i]->a);
        mpq_clear(values[i]);
    }
    ck_assert_ptr_null(rk__num_copy(&nums, NULL));
    ck_assert_ptr_null(nums.poisoned);
}
END_TEST

START_TEST(test_num_node__remembers_how_it_was_made)
{
    char label[] = "rate", source[] = "/params/rate";
    const rk_num value = rk__num_from_int(&nums, 740);
    const rk_num rate = rk__num_label(&nums, value, label, source);
    memset(label, 'x', 4); /* the node keeps copies */
    memset(source, 'x', 4);
    const rk_num heads = rk__num_from_int(&nums, 61000);
    const rk_num total = rk__num_mul(&nums, heads, rate);
    ck_assert_int_eq(value->op, RK__NUM_VALUE);
    ck_assert_ptr_null(value->a);
    ck_assert_int_eq(rate->op, RK__NUM_LABEL);
    ck_assert_ptr_eq(rate->a, value);
    ck_assert_str_eq(rate->label, "rate");
    ck_assert_str_eq(rate->source, "/params/rate");
    ck_assert_int_eq(total->op, RK__NUM_MUL);
    ck_assert_ptr_eq(total->a, heads);
    ck_assert_ptr_eq(total->b, rate);
    ck_assert_ptr_null(total->label);
    const rk_num least = rk__num_min(&nums, total, rate);
    ck_assert_int_eq(least->op, RK__NUM_MIN);
    ck_assert(is_ratio(least, 740, 1));
    ck_assert_ptr_null(rk__num_label(&nums, value, NULL, NULL)->label);
}
END_TEST

static rk_num add_to(rk_num a)
{
    return rk__num_add(&nums, rk__num_from_int(&nums, 1), a);
}
static rk_num subtract(rk_num a)
{
    return rk__num_sub(&nums, a, rk__num_from_int(&nums, 1));
}
static rk_num multiply(rk_num a)
{
    return rk__num_mul(&nums, rk__num_from_int(&nums, 1), a);
}
static rk_num divide(rk_num a)
{
    return rk__num_div(&nums, a, rk__num_from_int(&nums, 1));
}
static rk_num divide_by(rk_num a)
{
    return rk__num_div(&nums, rk__num_from_int(&nums, 1), a);
}
static rk_num negate(rk_num a)
{
    return rk__num_neg(&nums, a);
}
static rk_num least(rk_num a)
{
    return rk__num_min(&nums, rk__num_from_int(&nums, 1), a);
}
static rk_num most(rk_num a)
{
    return rk__num_max(&nums, a, rk__num_from_int(&nums, 1));
}
static rk_num to_places(rk_num a)
{
    return rk__num_round(&nums, a, 2);
}
static rk_num to_unit(rk_num a)
{
    return rk__num_round_to(&nums, rk__num_from_int(&nums, 1), a);
}
static rk_num from_none(rk_num a)
{
    (void) a;
    return rk__num_from_decimal(&nums, RK_DECIMAL_NONE);
}

START_TEST(test_num_missing__poisons_each_operation)
{
    static rk_num (*const operations[])(rk_num) = {add_to,    subtract, multiply, divide,
                                                   divide_by, negate,   least,    most,
                                                   to_places, to_unit,  from_none};
    for (size_t i = 0; i < N_OF(operations); i++) {
        rk__nums_reset(&nums);
        ck_assert_ptr_null(nums.poisoned);
        ck_assert_ptr_null(operations[i](NULL));
        ck_assert_msg(nums.poisoned != NULL && strstr(nums.poisoned, "missing") != NULL,
                      "operation %zu", i);
        ck_assert(!nums.no_memory);
    }
    rk__nums_reset(&nums);
    ck_assert_ptr_null(rk__num_label(&nums, NULL, "optional", NULL));
    ck_assert_ptr_null(nums.poisoned);
    const rk_num one = rk__num_from_int(&nums, 1);
    ck_assert_int_eq(rk__num_compare(NULL, one), -1);
    ck_assert_int_eq(rk__num_compare(one, NULL), 1);
    ck_assert_int_eq(rk__num_compare(NULL, NULL), 0);
    ck_assert_int_eq(rk__num_sign(NULL), 0);
    ck_assert(!rk__num_is_integer(NULL));
}
END_TEST

START_TEST(test_num_poison__keeps_the_first_misuse)
{
    const rk_num zero = rk__num_from_int(&nums, 0), one = rk__num_from_int(&nums, 1);
    const rk_num nothing = rk__num_div(&nums, one, zero);
    ck_assert_ptr_null(nothing);
    ck_assert_ptr_null(rk__num_add(&nums, one, nothing));
    ck_assert_str_eq(nums.poisoned, "division by zero");
    rk__nums_reset(&nums);
    ck_assert_ptr_null(rk__num_from_ratio(&nums, 1, 0));
    ck_assert_str_eq(nums.poisoned, "division by zero");
    rk__nums_reset(&nums);
    const rk_num again = rk__num_from_int(&nums, 1);
    ck_assert_ptr_null(rk__num_round_to(&nums, again, rk__num_neg(&nums, again)));
    ck_assert_str_eq(nums.poisoned, "rounding to a unit that is zero or negative");
    rk__nums_reset(&nums);
    for (int places = -401; places <= 401; places += 802) {
        rk__nums_reset(&nums);
        ck_assert_ptr_null(rk__num_round(&nums, rk__num_from_int(&nums, 1), places));
        ck_assert_str_eq(nums.poisoned, "rounding to an impossible number of decimal places");
    }
    rk__nums_reset(&nums);
    ck_assert_ptr_nonnull(rk__num_round(&nums, rk__num_from_int(&nums, 1), 400));
    ck_assert_ptr_nonnull(rk__num_round(&nums, rk__num_from_int(&nums, 1), -400));
}
END_TEST

/* Rounding multiplies the number by the unit, so both together have the limit of one. */
START_TEST(test_num_growth__of_rounding_is_bounded)
{
    rk_num a = rk__num_from_ratio(&nums, 10, 3);
    for (int i = 0; i < 19; i++) {
        a = rk__num_mul(&nums, a, a);
    }
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_null(rk__num_round_to(&nums, a, a));
    ck_assert_ptr_nonnull(nums.poisoned);
}
END_TEST

/* A number of so many limbs: the power of two that needs them, over one. */
static rk_num of_limbs(mp_size_t limbs)
{
    mpq_t q;
    mpq_init(q);
    mpz_setbit(mpq_numref(q), (mp_bitcnt_t) (limbs - 2) * GMP_NUMB_BITS);
    return rk__num_take(&nums, RK__NUM_VALUE, NULL, NULL, q);
}

START_TEST(test_num_growth__of_rounding_is_bounded_at_the_limb)
{
    const rk_num unit = rk__num_from_int(&nums, 7); /* of two */
    ck_assert_ptr_nonnull(rk__num_round_to(&nums, of_limbs(RK__NUM_MAX_LIMBS - 2), unit));
    ck_assert_ptr_null(nums.poisoned);
    ck_assert_ptr_null(rk__num_round_to(&nums, of_limbs(RK__NUM_MAX_LIMBS - 1), unit));
    ck_assert_str_eq(nums.poisoned, rk__num_too_long);
}
END_TEST

/* Squaring without end must end in a message, not in the end of the process. */
START_TEST(test_num_growth__is_bounded)
{
    rk_num a = rk__num_from_ratio(&nums, 10, 3);
    for (int i = 0; i < 64 && a != NULL; i++) {
        a = rk__num_mul(&nums, a, a);
    }
    ck_assert_ptr_null(a);
    ck_assert_str_eq(nums.poisoned, "a number grew beyond a million digits");
    ck_assert(!nums.no_memory);
}
END_TEST

/* 1 / base^(n/d), worked out with sixty digits by another program. */
static const struct {
    const char *base;
    int64_t n, d;
    int places;
    const char *expected;
} roots[] = {
    {"1.035", 1, 4, 12, "0.991436520593"},
    {"1.035", 7, 12, 12, "0.980132513189"},
    {"1.21", 1, 2, 12, "0.909090909091"},
    {"1", 5, 12, 12, "1"},
    {"1.035", 183, 365, 12, "0.982900053872"},
    {"2", 1, 366, 12, "0.998107947437"},
    {"4", 1, 2, 12, "0.5"},
    {"4", 1, 2, 0, "1"}, /* a half goes up */
    {"16", 1, 2, 0, "0"},
    {"1/4", 1, 2, 12, "2"},
    {"1.5", 0, 12, 12, "1"},
    {"0", 1, 2, 12, NULL},
    {"2", -1, 2, 12, NULL},
    {"2", 1, 0, 12, NULL},
    {"2", 1, 2, 19, NULL},
    {"2", 1001, 2, 12, NULL},
};

START_TEST(test_num_inverse_root__is_right_in_the_last_place)
{
    const char *why = NULL;
    rk__buf text = {0};
    const rk_num base = rk__num_parse(&nums, roots[_i].base, true, -1, &why);
    const rk_num found =
        rk__num_inverse_root(&nums, base, roots[_i].n, roots[_i].d, roots[_i].places);
    ck_assert((found == NULL) == (roots[_i].expected == NULL));
    ck_assert((nums.poisoned != NULL) == (found == NULL));
    if (found != NULL) {
        rk__num_print_exact(&text, found);
        ck_assert_str_eq(text.text, roots[_i].expected);
    }
    rk__buf_dispose(&text);
}
END_TEST

START_TEST(test_num_reset__keeps_memory)
{
    size_t used = 0;
    for (int round = 0; round < 3; round++) {
        rk_num total = rk__num_from_int(&nums, 1);
        for (int i = 0; i < 100; i++) {
            total = rk__num_mul(&nums, total, rk__num_from_int(&nums, INT64_C(1000003)));
        }
        ck_assert(total->big);
        /* The second round finds a block large enough and takes no other. */
        ck_assert(round < 2 || rk__arena_used(&nums.arena) <= used);
        used = rk__arena_used(&nums.arena);
        rk__nums_reset(&nums);
        ck_assert_ptr_null(nums.bigs);
    }
    rk__nums_dispose(&nums);
    rk__nums_dispose(NULL);
}
END_TEST

/* Everything that allocates, once. */
static rk_num everything(const char **why)
{
    const rk_num third = rk__num_from_ratio(&nums, 1, 3);
    const rk_num big = rk__num_parse(&nums, "1e50", 0, -1, why);
    const rk_num sum = big == NULL ? NULL : rk__num_add(&nums, big, third);
    return rk__num_label(&nums, rk__num_round(&nums, sum, 2), "a label", "a source");
}

/* The arena takes memory in blocks: the first is allowed, and filled to leave a
 * different rest each time, so that each step in turn is the one that wants a
 * second. */
START_TEST(test_num_memory__each_failure_is_reported)
{
    long failures = 0, successes = 0;
    for (size_t filler = 0; filler <= 4096; filler += 16) {
        const char *why = NULL;
        rk__alloc_fail_after(1);
        (void) rk__arena_alloc(&nums.arena, filler);
        const rk_num result = everything(&why);
        rk__alloc_fail_after(-1);
        ck_assert_msg(nums.no_memory == (result == NULL) &&
                          (nums.poisoned == NULL) == (result != NULL),
                      "filler %zu", filler);
        failures += result == NULL;
        successes += result != NULL;
        rk__nums_dispose(&nums);
    }
    ck_assert_int_gt(failures, 10);
    ck_assert_int_gt(successes, 10);
    rk__alloc_fail_after(0);
    ck_assert_ptr_null(rk__num_from_int(&nums, 1));
    rk__alloc_fail_after(-1);
    ck_assert(nums.no_memory);
}
END_TEST

UNIT_TESTS("num_recorded")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_num_copy__is_exact_and_has_no_operands);
    tcase_add_test(tc, test_num_node__remembers_how_it_was_made);
    tcase_add_test(tc, test_num_missing__poisons_each_operation);
    tcase_add_test(tc, test_num_poison__keeps_the_first_misuse);
    tcase_add_test(tc, test_num_growth__is_bounded);
    tcase_add_test(tc, test_num_growth__of_rounding_is_bounded);
    tcase_add_test(tc, test_num_growth__of_rounding_is_bounded_at_the_limb);
    tcase_add_loop_test(tc, test_num_inverse_root__is_right_in_the_last_place, 0,
                        (int) N_OF(roots));
    tcase_add_test(tc, test_num_reset__keeps_memory);
    tcase_add_test(tc, test_num_memory__each_failure_is_reported);
}
