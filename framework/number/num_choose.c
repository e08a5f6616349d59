/* SPDX-License-Identifier: MIT
 *
 * num_choose.c: whole parts, choices and powers of exact numbers, for rules.
 */
#include <stdio.h>

#include "number/num_inside.h"

static rk_num whole(rk__nums *nums, rk__num_op op, rk_num a)
{
    rk__num_view view;
    if (a == NULL) {
        return rk__num_poison(nums, rk__num_missing);
    }
    if (rk__num_is_integer(a)) {
        return rk__num_like(nums, op, a, NULL, a);
    }
    rk__num_look(&view, a);
    mpq_t value;
    mpq_init(value);
    if (op == RK__NUM_FLOOR) {
        mpz_fdiv_q(mpq_numref(value), mpq_numref(view.q), mpq_denref(view.q));
    } else {
        mpz_cdiv_q(mpq_numref(value), mpq_numref(view.q), mpq_denref(view.q));
    }
    return rk__num_take(nums, op, a, NULL, value);
}

rk_num rk__num_floor(rk__nums *nums, rk_num a)
{
    return whole(nums, RK__NUM_FLOOR, a);
}

rk_num rk__num_ceil(rk__nums *nums, rk_num a)
{
    return whole(nums, RK__NUM_CEIL, a);
}

rk_num rk__num_select(rk__nums *nums, bool condition, const char *words, rk_num a, rk_num b)
{
    const rk_num taken = condition ? a : b;
    if (taken == NULL) {
        return rk__num_poison(nums, rk__num_missing);
    }
    const rk_num like = rk__num_like(nums, RK__NUM_SELECT, taken, condition ? b : a, taken);
    if (like == NULL || nums->untraced) {
        return like;
    }
    struct rk_num_node *node = (struct rk_num_node *) (uintptr_t) like;
    node->places = condition;
    node->label = rk__arena_strdup(&nums->arena, words != NULL ? words : "condition");
    if (node->label == NULL) {
        nums->no_memory = true;
        return rk__num_poison(nums, "out of memory");
    }
    return node;
}

bool rk__num_to_factor(rk_num a, rk_factor *out, bool *exact)
{
    rk__num_view view;
    *exact = false;
    if (a == NULL) {
        return false;
    }
    rk__num_look(&view, a);
    mpq_t value;
    mpz_t nearest;
    mpq_init(value);
    mpz_init(nearest);
    mpz_mul_ui(mpq_numref(value), mpq_numref(view.q), (unsigned long) RK_FACTOR_ONE);
    mpz_set(mpq_denref(value), mpq_denref(view.q));
    *exact = mpz_divisible_p(mpq_numref(value), mpq_denref(value)) != 0;
    rk__num_nearest(nearest, value);
    const bool fits = mpz_fits_slong_p(nearest) && mpz_get_si(nearest) != INT64_MIN;
    if (fits) {
        *out = mpz_get_si(nearest);
    }
    mpz_clear(nearest);
    mpq_clear(value);
    return fits;
}

rk__decimal_fault rk__factor_parse(const char *text, size_t length, rk_factor *out)
{
    rk__lexeme lexeme;
    if (!rk__lexeme_scan(text, length, &lexeme) || lexeme.end != text + length) {
        return RK__DECIMAL_SYNTAX;
    }
    rk__lexeme_trim(&lexeme);
    const int64_t n = lexeme.n_whole + lexeme.n_fraction;
    const int64_t places = lexeme.n_fraction - lexeme.exponent;
    uint64_t value = 0;
    if (n == 0) {
        *out = 0;
        return RK__DECIMAL_OK;
    }
    if (places > RK_FACTOR_PLACES) {
        return RK__DECIMAL_PLACES;
    }
    for (int64_t i = 0; i < n; i++) {
        const char digit =
            i < lexeme.n_whole ? lexeme.whole[i] : lexeme.fraction[i - lexeme.n_whole];
        if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, (uint64_t) (digit - '0'), &value)) {
            return RK__DECIMAL_RANGE;
        }
    }
    for (int64_t i = places; i < RK_FACTOR_PLACES; i++) {
        if (__builtin_mul_overflow(value, UINT64_C(10), &value)) {
            return RK__DECIMAL_RANGE;
        }
    }
    if (value > INT64_MAX) {
        return RK__DECIMAL_RANGE;
    }
    *out = lexeme.negative ? -(rk_factor) value : (rk_factor) value;
    return RK__DECIMAL_OK;
}

size_t rk__factor_print(char out[RK__NUM_SMALL_TEXT], rk_factor f)
{
    const uint64_t size = rk__magnitude(f);
    int n = snprintf(out, RK__NUM_SMALL_TEXT, "%s%llu.%012llu", f < 0 ? "-" : "",
                     (unsigned long long) (size / (uint64_t) RK_FACTOR_ONE),
                     (unsigned long long) (size % (uint64_t) RK_FACTOR_ONE));
    while (out[n - 1] == '0') {
        n--;
    }
    n -= out[n - 1] == '.';
    out[n] = '\0';
    return (size_t) n;
}

/* ------------------------------------------------------------------- powers */

static const char text_range[] = "the power of a number is out of range";

/* floor(2 x 10^places x q^(n/d)) + 1, halved: the nearest step. q > 0. */
static void root_power(mpz_ptr out, mpq_srcptr q, unsigned long n, unsigned long d, int places)
{
    mpz_t scale, below;
    mpz_init(scale);
    mpz_init(below);
    mpz_ui_pow_ui(scale, 10, (unsigned long) places);
    mpz_mul_ui(scale, scale, 2);
    mpz_pow_ui(scale, scale, d);
    mpz_pow_ui(out, mpq_numref(q), n);
    mpz_mul(out, out, scale);
    mpz_pow_ui(below, mpq_denref(q), n);
    mpz_fdiv_q(out, out, below);
    mpz_root(out, out, d);
    mpz_add_ui(out, out, 1);
    mpz_fdiv_q_2exp(out, out, 1);
    mpz_clear(scale);
    mpz_clear(below);
}

/* A power of any size, by whole roots of long numbers. */
static bool power_big(mpq_ptr out, rk_num a, int64_t p, int64_t q, int places)
{
    rk__num_view view;
    rk__num_look(&view, a);
    const int64_t n = p < 0 ? -p : p;
    const bool negative = rk__num_sign(a) < 0;
    if (n > RK__NUM_MAX_POWER || q > RK__NUM_MAX_POWER ||
        rk__num_limbs(&view) * (size_t) (n + 1) > RK__NUM_MAX_LIMBS) {
        return false;
    }
    mpq_t base;
    mpq_init(base);
    mpq_set(base, view.q);
    mpz_abs(mpq_numref(base), mpq_numref(base));
    if (p < 0) {
        mpq_inv(base, base);
    }
    root_power(mpq_numref(out), base, (unsigned long) n, (unsigned long) q, places);
    mpz_ui_pow_ui(mpq_denref(out), 10, (unsigned long) places);
    mpq_canonicalize(out);
    if (negative && n % 2 != 0) {
        mpq_neg(out, out);
    }
    mpq_clear(base);
    return true;
}

static bool power_value(mpq_ptr out, rk_num a, int64_t p, int64_t q, int places)
{
    rk_factor factor;
    rk_int128 result;
    bool exact;
    if (rk__num_to_factor(a, &factor, &exact) && exact &&
        rk_factor_power(factor, p, q, places, &result)) {
        const rk_uint128 size = result < 0 ? 0 - (rk_uint128) result : (rk_uint128) result;
        const uint64_t limbs[2] = {(uint64_t) size, (uint64_t) (size >> 64)};
        mpz_import(mpq_numref(out), 2, -1, sizeof *limbs, 0, 0, limbs);
        mpz_set_ui(mpq_denref(out), (unsigned long) RK_FACTOR_ONE);
        mpq_canonicalize(out);
        if (result < 0) {
            mpq_neg(out, out);
        }
        return true;
    }
    return power_big(out, a, p, q, places);
}

rk_num rk__num_power(rk__nums *nums, rk_num a, int64_t p, int64_t q, int places)
{
    if (a == NULL) {
        return rk__num_poison(nums, rk__num_missing);
    }
    if (q <= 0 || places < 0 || places > RK_FACTOR_PLACES || p == INT64_MIN) {
        return rk__num_poison(nums, text_range);
    }
    const rk_num exponent = rk__num_from_ratio(nums, p, q);
    if (exponent == NULL) {
        return NULL;
    }
    p = exponent->num; /* in lowest terms */
    q = exponent->den;
    const int sign = rk__num_sign(a);
    if ((sign == 0 && p < 0) || (sign < 0 && q != 1)) {
        return rk__num_poison(nums, sign == 0 ? "a negative power of zero"
                                              : "a fractional power of a negative number");
    }
    mpq_t value;
    mpq_init(value);
    if (sign == 0 || p == 0) {
        mpq_set_ui(value, p == 0, 1);
    } else if (!power_value(value, a, p, q, places)) {
        mpq_clear(value);
        return rk__num_poison(nums, text_range);
    }
    struct rk_num_node *node = rk__num_take(nums, RK__NUM_POWER, a, exponent, value);
    if (node != NULL) {
        node->places = (int16_t) places;
    }
    return node;
}
