/* SPDX-License-Identifier: MIT
 *
 * test_num.c: exact arithmetic. Random chains of operations run side by side
 * with GMP rationals, over numbers small enough to stay in 64 bits, numbers
 * that leave them, and numbers that come back. Text is in test_num_text.c.
 */

#include "draw.h"
#include "number/num_inside.h"
#include "unit.h"

#define N_OF(table) (sizeof(table) / sizeof *(table))

static rk__nums nums;

static void setup(void)
{
    nums = (rk__nums){0};
}

static void teardown(void)
{
    rk__nums_dispose(&nums);
}

/* Of any length in bits; now and then a limit. */
static int64_t draw_int(void)
{
    static const int64_t special[] = {0, 1, -1, INT64_MAX, -INT64_MAX, INT64_MIN, INT64_MIN + 2};
    const uint64_t kind = draw();
    if (kind % 16 == 0) {
        return special[(kind >> 8) % N_OF(special)];
    }
    const int64_t magnitude = (int64_t) (draw() >> (1 + (kind >> 8) % 63));
    return kind & 128 ? -magnitude : magnitude;
}

static void set_ratio(mpq_t q, int64_t num, int64_t den)
{
    mpz_set_si(mpq_numref(q), num);
    mpz_set_si(mpq_denref(q), den);
    mpq_canonicalize(q);
}

/* The node has this value, in the one form that the value calls for. */
static bool is_value(rk_num a, mpq_srcptr q)
{
    if (a == NULL) {
        return false;
    }
    const bool small = mpz_fits_slong_p(mpq_numref(q)) && mpz_fits_slong_p(mpq_denref(q)) &&
                       mpz_get_si(mpq_numref(q)) != INT64_MIN;
    if (small) {
        return !a->big && a->num == mpz_get_si(mpq_numref(q)) &&
               a->den == mpz_get_si(mpq_denref(q));
    }
    return a->big && mpq_equal(a->wide, q);
}

static bool is_ratio(rk_num a, int64_t num, int64_t den)
{
    mpq_t q;
    mpq_init(q);
    set_ratio(q, num, den);
    const bool same = is_value(a, q);
    mpq_clear(q);
    return same;
}

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

/* ------------------------------------------------------------- what is recorded */

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
    ck_assert_ptr_null(rk__num_round(&nums, rk__num_from_int(&nums, 1), 401));
    ck_assert_str_eq(nums.poisoned, "rounding to an impossible number of decimal places");
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
    tcase_add_test(tc, test_num_copy__is_exact_and_has_no_operands);
    tcase_add_test(tc, test_num_node__remembers_how_it_was_made);
    tcase_add_test(tc, test_num_missing__poisons_each_operation);
    tcase_add_test(tc, test_num_poison__keeps_the_first_misuse);
    tcase_add_test(tc, test_num_growth__is_bounded);
    tcase_add_loop_test(tc, test_num_inverse_root__is_right_in_the_last_place, 0,
                        (int) N_OF(roots));
    tcase_add_test(tc, test_num_reset__keeps_memory);
    tcase_add_test(tc, test_num_memory__each_failure_is_reported);
}
