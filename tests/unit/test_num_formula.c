/* SPDX-License-Identifier: MIT
 *
 * test_num_formula.c: the operation that made an exact number, in words.
 */
#include "number/num_formula.h"
#include "unit.h"

static rk__nums nums;
static rk__buf text;
static rk_num a, b, c, rate;

static rk_num named(const char *name, int64_t value)
{
    return rk__num_label(&nums, rk__num_from_int(&nums, value), name, NULL);
}

static void setup(void)
{
    nums = (rk__nums){0};
    text = (rk__buf){0};
    a = named("a", 12);
    b = named("b", 5);
    c = named("c", 2);
    rate = rk__num_label(&nums, rk__num_from_ratio(&nums, 1, 4), "rate", NULL);
}

static void teardown(void)
{
    rk__buf_dispose(&text);
    rk__nums_dispose(&nums);
}

static rk_num made_by(rk_num n)
{
    const char *label = NULL;
    const char *source = NULL;
    return rk__num_made_by(n, &label, &source);
}

static void is_text(rk_num n, const char *expected)
{
    ck_assert_ptr_nonnull(n);
    rk__buf_reset(&text);
    rk__num_print_formula(&text, made_by(n));
    ck_assert_str_eq(text.text, expected);
}

static rk_num whole(int64_t n)
{
    return rk__num_from_int(&nums, n);
}

#define OP(name, ...) rk__num_##name(&nums, __VA_ARGS__)

START_TEST(test_num_formula__each_operation_has_its_text)
{
    is_text(OP(add, a, b), "a + b");
    is_text(OP(sub, a, b), "a - b");
    is_text(OP(mul, a, b), "a x b");
    is_text(OP(div, a, b), "a / b");
    is_text(OP(neg, a), "-a");
    is_text(OP(min, a, b), "min(a, b)");
    is_text(OP(max, a, b), "max(a, b)");
    is_text(OP(round, rate, 1), "round(rate, 1 place)");
    is_text(OP(round, rate, 0), "round(rate, 0 places)");
    is_text(OP(round_to, a, named("step", 5)), "round(a, step)");
    is_text(OP(power, a, 2, 5, 9), "power(a, 2/5, 9 places)");
    is_text(OP(power, a, -3, 1, 1), "power(a, -3, 1 place)");
    is_text(OP(power, a, 4, 10, 2), "power(a, 2/5, 2 places)");
    is_text(OP(floor, rate), "floor(rate)");
    is_text(OP(ceil, rate), "ceil(rate)");
    is_text(OP(floor, a), "floor(a)");
}
END_TEST

START_TEST(test_num_formula__a_choice_shows_its_condition_and_what_was_taken)
{
    is_text(OP(select, true, "a > b", a, b), "select(a > b: yes, a)");
    is_text(OP(select, false, "a < b", a, b), "select(a < b: no, b)");
    is_text(OP(select, true, NULL, a, b), "select(condition: yes, a)");
    is_text(OP(select, true, "a > b", a, NULL), "select(a > b: yes, a)");
    is_text(OP(mul, OP(select, true, "a > b", a, b), rate), "select(a > b: yes, a) x rate");
    const char *label = NULL;
    const char *source = NULL;
    (void) rk__num_made_by(OP(select, true, "a > b", a, b), &label, &source);
    ck_assert_ptr_null(label); /* a condition is no name */
    (void) rk__num_made_by(OP(label, OP(select, true, "a > b", a, b), "paid", "/x"), &label,
                           &source);
    ck_assert_str_eq(label, "paid");
    ck_assert_str_eq(source, "/x");
}
END_TEST

START_TEST(test_num_formula__brackets_keep_the_order_of_operations)
{
    const rk_num one_less = OP(sub, whole(1), rate);
    is_text(OP(neg, one_less), "-(1 - rate)");
    is_text(OP(neg, OP(neg, a)), "-(-a)");
    is_text(OP(neg, OP(mul, a, b)), "-(a x b)");
    is_text(OP(sub, a, OP(sub, b, c)), "a - (b - c)");
    is_text(OP(sub, a, OP(add, b, c)), "a - (b + c)");
    is_text(OP(sub, OP(sub, a, b), c), "a - b - c");
    is_text(OP(sub, a, OP(mul, b, c)), "a - b x c");
    is_text(OP(div, a, OP(mul, b, c)), "a / (b x c)");
    is_text(OP(div, a, OP(div, b, c)), "a / (b / c)");
    is_text(OP(div, OP(div, a, b), c), "a / b / c");
    is_text(OP(div, OP(add, a, b), c), "(a + b) / c");
    is_text(OP(mul, one_less, a), "(1 - rate) x a");
    is_text(OP(add, a, OP(neg, b)), "a + (-b)");
    is_text(OP(mul, a, OP(neg, b)), "a x (-b)");
    is_text(OP(floor, OP(div, a, OP(add, b, c))), "floor(a / (b + c))");
    is_text(OP(min, OP(neg, a), OP(sub, b, c)), "min(-a, b - c)");
    /* A sum that is added and a product that is multiplied are one chain. */
    is_text(OP(add, a, OP(add, b, c)), "a + b + c");
    is_text(OP(mul, a, OP(mul, b, c)), "a x b x c");
}
END_TEST

START_TEST(test_num_formula__brackets_surround_names_and_values_alike)
{
    is_text(OP(mul, a, named("1 + cap", 3)), "a x (1 + cap)");
    is_text(OP(div, a, named("heads x rate", 3)), "a / (heads x rate)");
    is_text(OP(mul, a, named("plan (2016 - 17)", 3)), "a x plan (2016 - 17)");
    is_text(OP(mul, a, named("2016/17 rate", 3)), "a x 2016/17 rate");
    is_text(OP(sub, a, whole(-3)), "a - (-3)");
    is_text(OP(add, whole(-3), a), "-3 + a");
    is_text(OP(div, a, rk__num_from_ratio(&nums, 2, 3)), "a / (2/3)");
    is_text(OP(mul, a, rk__num_from_ratio(&nums, 2, 3)), "a x 2/3");
    rk__buf_reset(&text);
    rk__num_print_factor(&text, OP(add, a, b));
    rk__num_print_factor(&text, rate);
    rk__num_print_factor(&text, whole(-1));
    ck_assert_str_eq(text.text, "(a + b) x rate x (-1)");
}
END_TEST

START_TEST(test_num_formula__the_zero_that_began_a_sum_is_left_out)
{
    is_text(OP(add, OP(add, whole(0), a), b), "a + b");
    is_text(OP(add, named("nothing", 0), b), "nothing + b");
    is_text(OP(mul, whole(0), b), "0 x b");
    rk_num terms[RK__NUM_TERMS];
    ck_assert_uint_eq(rk__num_terms(OP(add, whole(0), whole(0)), terms), 0);
    ck_assert_uint_eq(rk__num_terms(whole(7), terms), 0);
}
END_TEST

/* An operand without a name is a formula while it is short. */
START_TEST(test_num_formula__a_long_operand_is_its_value)
{
    const rk_num long_name = named("the whole of the activity expected in a long year", 4);
    is_text(OP(sub, a, OP(sub, long_name, b)), "a - (-1)");
    rk_num deep = a;
    for (int i = 0; i < 9; i++) {
        deep = OP(neg, deep);
    }
    is_text(deep, "-(-(-(-(-12))))");
}
END_TEST

/* Every term is in the formula, or in that of its first term. */
START_TEST(test_num_formula__a_long_sum_loses_no_term)
{
    enum { N = 200000 };
    rk_num left = whole(0);
    rk_num right = whole(0);
    for (int i = 0; i < N; i++) {
        left = OP(add, left, b);
        right = OP(add, b, right);
    }
    rk_num terms[RK__NUM_TERMS];
    for (int side = 0; side < 2; side++) {
        const size_t n = rk__num_terms(side == 0 ? left : right, terms);
        ck_assert_uint_eq(n, RK__NUM_TERMS);
        rk_num total = whole(0);
        for (size_t i = 0; i < n; i++) {
            total = OP(add, total, terms[i]);
        }
        ck_assert_int_eq(rk__num_compare(total, whole(5 * N)), 0);
    }
}
END_TEST

UNIT_TESTS("num formula")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_num_formula__each_operation_has_its_text);
    tcase_add_test(tc, test_num_formula__a_choice_shows_its_condition_and_what_was_taken);
    tcase_add_test(tc, test_num_formula__brackets_keep_the_order_of_operations);
    tcase_add_test(tc, test_num_formula__brackets_surround_names_and_values_alike);
    tcase_add_test(tc, test_num_formula__the_zero_that_began_a_sum_is_left_out);
    tcase_add_test(tc, test_num_formula__a_long_operand_is_its_value);
    tcase_add_test(tc, test_num_formula__a_long_sum_loses_no_term);
}
