/* SPDX-License-Identifier: MIT
 *
 * decimal.h: exact decimal numbers for pricing rows.
 *
 * An rk_decimal is a whole number of millionths in 64 bits, so it holds -9,223,372,036,854.775807
 * to 9,223,372,036,854.775807 exactly. Money, prices, counts, days and factors of a row are
 * rk_decimals; nothing here touches floating point. Products run through 128 bits (or, if those do
 * not suffice, through rk_wide) and are rounded once, half away from zero, which is what a
 * spreadsheet's ROUND does. A result that does not fit is reported, and is never a wrapped number.
 *
 * Everything here is `static inline`, so a plugin needs no library of ours, and
 * compiles as C11 and as C++17 with gcc and clang on 64-bit machines.
 *
 * Factors of more than six decimals are rk_factors, in units of 1e-12. A formula of several
 * steps that must round only once: see "exact calculations" below. Powers: see power.h.
 *
 * Tested by tests/unit/test_decimal.c and tests/unit/test_exact.c.
 */
#ifndef RECKONER_DECIMAL_H
#define RECKONER_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A number in millionths: 1.5 is 1500000. */
typedef int64_t rk_decimal;

/* 128 bits, for the product of two decimals (in units of 1e-12). */
__extension__ typedef __int128 rk_int128;
__extension__ typedef unsigned __int128 rk_uint128;

/* How many units make one, and a hundredth of one. */
#define RK_DECIMAL_ONE    INT64_C(1000000)
#define RK_DECIMAL_PENNY  INT64_C(10000)
#define RK_DECIMAL_PLACES 6
#define RK_DECIMAL_MAX    INT64_MAX
#define RK_DECIMAL_MIN    (-INT64_MAX)
/* Not a number: a parameter that was not given. Never appears in a column, is
 * never a result, and must not be an operand: compare with it before. */
#define RK_DECIMAL_NONE INT64_MIN

/* A factor in units of 1e-12: 1.5 is 1500000000000. It holds -9,223,372.036854775807 to
 * 9,223,372.036854775807. */
typedef int64_t rk_factor;
#define RK_FACTOR_ONE    INT64_C(1000000000000)
#define RK_FACTOR_PLACES 12

/* A whole number as a decimal; the caller knows that |n| <= 9,223,372,036,854. */
static inline rk_decimal rk_decimal_from_int(int64_t n)
{
    return n * RK_DECIMAL_ONE;
}

/* numerator / denominator to the nearest whole number, halves away from zero.
 * denominator > 0. */
static inline rk_int128 rk_div_round(rk_int128 numerator, rk_int128 denominator)
{
    const rk_int128 half = denominator / 2;
    const rk_int128 quotient = numerator / denominator;
    const rk_int128 rest = numerator % denominator;
    /* Compared against what is missing to a half, so nothing can overflow. */
    if (rest >= 0) {
        return rest >= denominator - half ? quotient + 1 : quotient;
    }
    return -rest >= denominator - half ? quotient - 1 : quotient;
}

/* The same in 64 bits, which is several times faster. denominator > 0. */
static inline int64_t rk_div_round64(int64_t numerator, int64_t denominator)
{
    const int64_t half = denominator / 2;
    const int64_t quotient = numerator / denominator;
    const int64_t rest = numerator % denominator;
    if (rest >= 0) {
        return rest >= denominator - half ? quotient + 1 : quotient;
    }
    return -rest >= denominator - half ? quotient - 1 : quotient;
}

/* Sum; false where it does not fit, and *out is then unchanged. */
static inline bool rk_decimal_add(rk_decimal a, rk_decimal b, rk_decimal *out)
{
    rk_decimal sum;
    if (__builtin_add_overflow(a, b, &sum) || sum == RK_DECIMAL_NONE) {
        return false;
    }
    *out = sum;
    return true;
}

/* 10^n, n from 0 to 18. */
static inline int64_t rk_power_of_ten(int n)
{
    int64_t power = 1;
    for (; n > 0; n--) {
        power *= 10;
    }
    return power;
}

/* A step of so many decimal places, 0 to 12, in units of 1e-12. */
static inline int64_t rk_factor_step(int places)
{
    return rk_power_of_ten(RK_FACTOR_PLACES - places);
}

/* a x b, both factors, rounded once to 0 to 12 decimal places, half away from zero; false if
 * the result does not fit, and *out is then unchanged. For formulas that are defined with
 * rounding at each stage. */
static inline bool rk_factor_mul(rk_factor a, rk_factor b, int places, rk_factor *out)
{
    const int64_t step = rk_factor_step(places);
    const rk_int128 rounded = rk_div_round((rk_int128) a * b, (rk_int128) RK_FACTOR_ONE * step);
    if (rounded > INT64_MAX / step || rounded < -INT64_MAX / step) {
        return false;
    }
    *out = (rk_factor) rounded * step;
    return true;
}

/* amount x factor, rounded once to a multiple of `unit` > 0, half away from zero; false if the
 * result does not fit, and *out is then unchanged. */
static inline bool rk_decimal_mul_factor(rk_decimal amount, rk_factor factor, rk_decimal unit,
                                         rk_decimal *out)
{
    const rk_int128 rounded =
        rk_div_round((rk_int128) amount * factor, (rk_int128) RK_FACTOR_ONE * unit);
    if (rounded > RK_DECIMAL_MAX / unit || rounded < RK_DECIMAL_MIN / unit) {
        return false;
    }
    *out = (rk_decimal) rounded * unit;
    return true;
}

/* a rounded once to a multiple of `unit` > 0, half away from zero; false if the result does
 * not fit, and *out is then undefined. Pennies have a branch of their own because compilers
 * turn a division by a constant into a multiplication, which takes a fraction of the time. */
static inline bool rk_decimal_round(rk_decimal a, rk_decimal unit, rk_decimal *out)
{
    if (unit == RK_DECIMAL_PENNY) {
        return !__builtin_mul_overflow(rk_div_round64(a, RK_DECIMAL_PENNY), RK_DECIMAL_PENNY, out);
    }
    return !__builtin_mul_overflow(rk_div_round64(a, unit), unit, out) && *out != RK_DECIMAL_NONE;
}

/* a x b rounded once to a multiple of `unit` > 0 (RK_DECIMAL_PENNY, RK_DECIMAL_ONE, or 1
 * for the last place); false if the result does not fit, and *out is then unchanged. The
 * product is made in 64 bits if it fits there, and else in 128. */
static inline bool rk_decimal_mul(rk_decimal a, rk_decimal b, rk_decimal unit, rk_decimal *out)
{
    int64_t small;
    if (unit <= RK_DECIMAL_ONE && !__builtin_mul_overflow(a, b, &small)) {
        *out = unit == RK_DECIMAL_PENNY
                   ? rk_div_round64(small, RK_DECIMAL_ONE * RK_DECIMAL_PENNY) * RK_DECIMAL_PENNY
                   : rk_div_round64(small, RK_DECIMAL_ONE * unit) * unit;
        return true;
    }
    const rk_int128 rounded =
        rk_div_round((rk_int128) a * b, (rk_int128) RK_DECIMAL_ONE * unit) * unit;
    if (rounded > RK_DECIMAL_MAX || rounded < RK_DECIMAL_MIN) {
        return false;
    }
    *out = (rk_decimal) rounded;
    return true;
}

/* A signed number of up to 512 bits: sums of products of up to eight decimals without any
 * intermediate rounding. A result past 512 bits (which takes nine factors of the largest size) is
 * marked, and rk_wide_round refuses it. Slow beside 128-bit arithmetic: use it only if that
 * overflows.
 *
 *     rk_wide w = rk_wide_from(count);
 *     w = rk_wide_mul(w, price);          // in units of 1e-12
 *     w = rk_wide_mul(w, mff);            // in units of 1e-18
 *     ok = rk_wide_round(w, 3, penny, &amount);
 */
#define RK_WIDE_LIMBS 8
typedef struct rk_wide {
    uint64_t limb[RK_WIDE_LIMBS]; /* magnitude, least significant first */
    int negative;
    int overflow; /* a step had no room; stays set */
} rk_wide;

/* Begins a product with a decimal. */
static inline rk_wide rk_wide_from(rk_decimal a)
{
    rk_wide w = {{0, 0, 0, 0, 0, 0, 0, 0}, 0, 0};
    w.negative = a < 0;
    w.limb[0] = a < 0 ? 0 - (uint64_t) a : (uint64_t) a;
    return w;
}

/* w x factor. */
static inline rk_wide rk_wide_mul(rk_wide w, int64_t factor)
{
    const uint64_t magnitude = factor < 0 ? 0 - (uint64_t) factor : (uint64_t) factor;
    uint64_t carry = 0;
    for (int i = 0; i < RK_WIDE_LIMBS; i++) {
        const rk_uint128 product = (rk_uint128) w.limb[i] * magnitude + carry;
        w.limb[i] = (uint64_t) product;
        carry = (uint64_t) (product >> 64);
    }
    w.negative ^= factor < 0;
    w.overflow |= carry != 0;
    return w;
}

/* Returns -1, 0 or 1 as the magnitude of a is less than, equal to or greater than that of b. */
static inline int rk_wide_compare_magnitude(const rk_wide *a, const rk_wide *b)
{
    for (int i = RK_WIDE_LIMBS - 1; i >= 0; i--) {
        if (a->limb[i] != b->limb[i]) {
            return a->limb[i] < b->limb[i] ? -1 : 1;
        }
    }
    return 0;
}

/* a + b, both in the same units. */
static inline rk_wide rk_wide_add(rk_wide a, rk_wide b)
{
    uint64_t carry = 0;
    a.overflow |= b.overflow;
    b.overflow = a.overflow;
    if (a.negative == b.negative) {
        for (int i = 0; i < RK_WIDE_LIMBS; i++) {
            const rk_uint128 sum = (rk_uint128) a.limb[i] + b.limb[i] + carry;
            a.limb[i] = (uint64_t) sum;
            carry = (uint64_t) (sum >> 64);
        }
        a.overflow |= carry != 0;
        return a;
    }
    if (rk_wide_compare_magnitude(&a, &b) < 0) {
        const rk_wide swap = a;
        a = b;
        b = swap;
    }
    for (int i = 0; i < RK_WIDE_LIMBS; i++) {
        const rk_uint128 difference = (rk_uint128) a.limb[i] - b.limb[i] - carry;
        a.limb[i] = (uint64_t) difference;
        carry = (uint64_t) (difference >> 64) != 0;
    }
    return a;
}

/* Divides the magnitude in place by d > 0 and returns the remainder. */
static inline uint64_t rk_wide_divide(rk_wide *w, uint64_t d)
{
    rk_uint128 rest = 0;
    int top = RK_WIDE_LIMBS - 1;
    while (top > 0 && w->limb[top] == 0) {
        top--;
    }
    for (int i = top; i >= 0; i--) {
        rest = (rest << 64) | w->limb[i];
        w->limb[i] = (uint64_t) (rest / d);
        rest %= d;
    }
    return (uint64_t) rest;
}

/* As rk_wide_round, if everything fits 128 bits and the divisor 64, as it nearly always does. 1; -1
 * if the result does not fit; 0 if rk_wide_round has to do it. */
static inline int rk_wide_round_short(const rk_wide *w, int factors, rk_decimal unit,
                                      rk_decimal *out)
{
    uint64_t divisor = (uint64_t) unit;
    uint64_t high = 0;
    for (int i = 1; i < factors; i++) {
        if (__builtin_mul_overflow(divisor, (uint64_t) RK_DECIMAL_ONE, &divisor)) {
            return 0;
        }
    }
    for (int i = 2; i < RK_WIDE_LIMBS; i++) {
        high |= w->limb[i];
    }
    if (high != 0 || w->overflow) {
        return 0;
    }
    const rk_uint128 magnitude = (rk_uint128) w->limb[1] << 64 | w->limb[0];
    rk_uint128 steps = magnitude / divisor;
    const uint64_t rest = (uint64_t) (magnitude - steps * divisor);
    steps += rest >= divisor - rest;
    if (steps > (rk_uint128) (RK_DECIMAL_MAX / unit)) {
        return -1;
    }
    const rk_decimal result = (rk_decimal) steps * unit;
    *out = w->negative ? -result : result;
    return 1;
}

/* Rounds a product of `factors` > 0 decimals (so, in units of 10 to the power of
 * -6 x factors) once, half away from zero, to a multiple of `unit` > 0. False
 * where the result does not fit an rk_decimal; *out is then unchanged. */
static inline bool rk_wide_round(rk_wide w, int factors, rk_decimal unit, rk_decimal *out)
{
    /* The divisor is unit x 10^(6(factors-1)). Half of it is added to the magnitude, then its parts
     * are divided out with the remainders dropped; if the divisor is odd there is no exact half,
     * and the half rounded down gives the same result. */
    const int done = rk_wide_round_short(&w, factors, unit, out);
    if (done != 0) {
        return done > 0;
    }
    rk_wide half = rk_wide_from(factors > 1 ? unit : unit / 2);
    for (int i = 1; i < factors; i++) {
        half = rk_wide_mul(half, i == 1 ? RK_DECIMAL_ONE / 2 : RK_DECIMAL_ONE);
    }
    half.negative = w.negative;
    w = rk_wide_add(w, half);
    for (int i = 1; i < factors; i++) {
        (void) rk_wide_divide(&w, (uint64_t) RK_DECIMAL_ONE);
    }
    (void) rk_wide_divide(&w, (uint64_t) unit);
    w = rk_wide_mul(w, unit);
    if (w.overflow) {
        return false;
    }
    for (int i = 1; i < RK_WIDE_LIMBS; i++) {
        if (w.limb[i] != 0) {
            return false;
        }
    }
    if (w.limb[0] > (uint64_t) RK_DECIMAL_MAX) {
        return false;
    }
    *out = w.negative ? -(rk_decimal) w.limb[0] : (rk_decimal) w.limb[0];
    return true;
}

/* Rounds a product of `factors` > 0 decimals, of which each rk_factor counts as two, once to
 * 0 to 12 decimal places, half away from zero; *out is in units of 1e-12. False where the
 * result does not fit; *out is then unchanged. */
static inline bool rk_wide_round_places(rk_wide w, int factors, int places, rk_int128 *out)
{
    int below = 6 * factors - places; /* decimal places that are rounded away */
    for (; below < 0; below++) {
        w = rk_wide_mul(w, 10);
    }
    if (below > 0) {
        rk_wide half = rk_wide_from(5);
        for (int i = 1; i < below; i++) {
            half = rk_wide_mul(half, 10);
        }
        half.negative = w.negative;
        w = rk_wide_add(w, half);
    }
    for (; below > 0; below -= 18) {
        (void) rk_wide_divide(&w, (uint64_t) rk_power_of_ten(below < 18 ? below : 18));
    }
    w = rk_wide_mul(w, rk_factor_step(places));
    uint64_t high = w.limb[1] >> 63;
    for (int i = 2; i < RK_WIDE_LIMBS; i++) {
        high |= w.limb[i];
    }
    if (high != 0 || w.overflow) {
        return false;
    }
    const rk_int128 magnitude = (rk_int128) ((rk_uint128) w.limb[1] << 64 | w.limb[0]);
    *out = w.negative ? -magnitude : magnitude;
    return true;
}

/* a x b x c rounded once to a multiple of `unit` > 0; false if the result does not fit, and
 * *out is then unchanged. As fast as rk_decimal_mul if c is one; else the product is made
 * in 128 bits, or in an rk_wide if it does not fit there. */
static inline bool rk_decimal_mul3(rk_decimal a, rk_decimal b, rk_decimal c, rk_decimal unit,
                                   rk_decimal *out)
{
    rk_int128 product;
    if (c == RK_DECIMAL_ONE) {
        return rk_decimal_mul(a, b, unit, out);
    }
    if (__builtin_mul_overflow((rk_int128) a * b, (rk_int128) c, &product)) {
        return rk_wide_round(rk_wide_mul(rk_wide_mul(rk_wide_from(a), b), c), 3, unit, out);
    }
    const rk_int128 steps =
        rk_div_round(product, (rk_int128) RK_DECIMAL_ONE * RK_DECIMAL_ONE * unit);
    if (steps > RK_DECIMAL_MAX / unit || steps < RK_DECIMAL_MIN / unit) {
        return false;
    }
    *out = (rk_decimal) steps * unit;
    return true;
}

/* ------------------------------------------------------------ exact calculations
 *
 * A formula of several steps that rounds only its results. It is written once, with the
 * functions below, and calculated in one of two ways:
 *
 *   narrow   each number is a whole number of millionths in 64 bits. Prices in pence times
 *            whole spells and days are such numbers, so a row takes a few instructions.
 *            `exact` becomes false, and stays so, when a number is not or does not fit;
 *            the numbers from there on mean nothing.
 *   wide     each number is an rk_wide and no step can fail, at a hundred times the cost.
 *            `exact` becomes false, and stays so, when a result does not fit an rk_decimal.
 *
 * A rule prices a row narrowly, and again widely if that was not exact. Both give the same
 * results wherever the narrow way is exact.
 *
 *     RK_INLINE bool price_row(rk_calc *calc, ..., rk_decimal *amount)
 *     {
 *         const rk_exact cost = rk_exact_mul(calc, rk_exact_from(calc, price), count);
 *         *amount = rk_exact_round(calc, cost, RK_DECIMAL_PENNY);
 *         return calc->exact;
 *     }
 *     ...
 *     rk_calc narrow = RK_CALC_NARROW, wide = RK_CALC_WIDE;
 *     fits = price_row(&narrow, ..., &amount) || price_row(&wide, ..., &amount);
 *
 * RK_INLINE makes the compiler expand the formula once for each way, so that the narrow
 * expansion contains nothing of the wide one. plugins/pbr/rule.c is an example. */

/* A function that is expanded in place at each call, so that its constant arguments decide
 * what is compiled. */
#define RK_INLINE static inline __attribute__((always_inline))

typedef struct rk_calc {
    bool wide;
    bool exact;
} rk_calc;

#define RK_CALC_NARROW \
    {                  \
        false, true    \
    }
#define RK_CALC_WIDE \
    {                \
        true, true   \
    }

/* A number in a calculation. Only that calculation may use it: the narrow way leaves `wide`
 * unset, and the wide way ignores `narrow`. */
typedef struct rk_exact {
    rk_decimal narrow;
    int factors; /* `wide` is in units of 10 to the power of -6 x factors */
    rk_wide wide;
} rk_exact;

/* The number `a`, which is always exact. */
RK_INLINE rk_exact rk_exact_from(const rk_calc *calc, rk_decimal a)
{
    rk_exact number;
    number.narrow = a;
    number.factors = 1;
    number.wide = rk_wide_from(calc->wide ? a : 0); /* unused, and left out, in the narrow way */
    return number;
}

/* a x b. Narrow: exact if the product of the millionths fits 64 bits and is a whole number
 * of millionths again; always if b is one. */
RK_INLINE rk_exact rk_exact_mul(rk_calc *calc, rk_exact a, rk_decimal b)
{
    int64_t product;
    if (calc->wide) {
        a.wide = rk_wide_mul(a.wide, b);
        a.factors++;
    } else if (b != RK_DECIMAL_ONE) {
        if (__builtin_mul_overflow(a.narrow, b, &product) || product % RK_DECIMAL_ONE != 0) {
            calc->exact = false;
        }
        a.narrow = product / RK_DECIMAL_ONE;
    }
    return a;
}

/* a x b for a factor. Narrow: exact if the product is a whole number of millionths again and
 * fits 64 bits. */
RK_INLINE rk_exact rk_exact_mul_factor(rk_calc *calc, rk_exact a, rk_factor b)
{
    if (calc->wide) {
        a.wide = rk_wide_mul(a.wide, b);
        a.factors += 2;
    } else if (b != RK_FACTOR_ONE) {
        const rk_int128 product = (rk_int128) a.narrow * b;
        const rk_int128 result = product / RK_FACTOR_ONE;
        if (product != result * RK_FACTOR_ONE || result > RK_DECIMAL_MAX ||
            result < RK_DECIMAL_MIN) {
            calc->exact = false;
        }
        a.narrow = (rk_decimal) result;
    }
    return a;
}

/* a + b, or a - b if `negative`, in an rk_wide: the one with fewer factors is multiplied by
 * one until both are in the same units. */
static inline rk_exact rk_exact_add_wide(rk_exact a, rk_exact b, bool negative)
{
    for (; a.factors < b.factors; a.factors++) {
        a.wide = rk_wide_mul(a.wide, RK_DECIMAL_ONE);
    }
    for (; b.factors < a.factors; b.factors++) {
        b.wide = rk_wide_mul(b.wide, RK_DECIMAL_ONE);
    }
    b.wide.negative ^= negative;
    a.wide = rk_wide_add(a.wide, b.wide);
    return a;
}

/* a + b. Narrow: exact if the sum fits 64 bits. */
RK_INLINE rk_exact rk_exact_add(rk_calc *calc, rk_exact a, rk_exact b)
{
    if (calc->wide) {
        return rk_exact_add_wide(a, b, false);
    }
    if (__builtin_add_overflow(a.narrow, b.narrow, &a.narrow)) {
        calc->exact = false;
    }
    return a;
}

/* a - b. Narrow: exact if the difference fits 64 bits. */
RK_INLINE rk_exact rk_exact_sub(rk_calc *calc, rk_exact a, rk_exact b)
{
    if (calc->wide) {
        return rk_exact_add_wide(a, b, true);
    }
    if (__builtin_sub_overflow(a.narrow, b.narrow, &a.narrow)) {
        calc->exact = false;
    }
    return a;
}

/* a rounded once to a multiple of `unit` > 0, half away from zero; not exact if it does not
 * fit an rk_decimal. Narrow, zero takes no time. */
RK_INLINE rk_decimal rk_exact_round(rk_calc *calc, rk_exact a, rk_decimal unit)
{
    rk_decimal rounded = 0;
    if (calc->wide) {
        if (!rk_wide_round(a.wide, a.factors, unit, &rounded)) {
            calc->exact = false;
        }
    } else if (a.narrow != 0 && !rk_decimal_round(a.narrow, unit, &rounded)) {
        calc->exact = false;
    }
    return rounded;
}

/* a x b x c rounded once to a multiple of `unit` > 0, half away from zero; not exact if it
 * does not fit an rk_decimal. Narrow, the product may have any number of decimal places:
 * the last step of a formula is best done here. */
RK_INLINE rk_decimal rk_exact_mul_round(rk_calc *calc, rk_exact a, rk_decimal b, rk_decimal c,
                                        rk_decimal unit)
{
    rk_decimal rounded = 0;
    if (calc->wide) {
        const rk_wide product = rk_wide_mul(rk_wide_mul(a.wide, b), c);
        if (!rk_wide_round(product, a.factors + 2, unit, &rounded)) {
            calc->exact = false;
        }
    } else if (!rk_decimal_mul3(a.narrow, b, c, unit, &rounded)) {
        calc->exact = false;
    }
    return rounded;
}

/* The same where b is a factor. Narrow: only if b has at most six decimals. */
RK_INLINE rk_decimal rk_exact_mul_factor_round(rk_calc *calc, rk_exact a, rk_factor b, rk_decimal c,
                                               rk_decimal unit)
{
    const rk_decimal narrow = b / (RK_FACTOR_ONE / RK_DECIMAL_ONE);
    if (calc->wide) {
        return rk_exact_round(calc, rk_exact_mul(calc, rk_exact_mul_factor(calc, a, b), c), unit);
    }
    if (narrow * (RK_FACTOR_ONE / RK_DECIMAL_ONE) != b) {
        calc->exact = false;
    }
    return rk_exact_mul_round(calc, a, narrow, c, unit);
}

#ifdef __cplusplus
}
#endif

#include "power.h"
#endif
