/* SPDX-License-Identifier: MIT
 *
 * power.h: powers with fractional exponents, correctly rounded. Part of decimal.h, which
 * includes it; include that.
 *
 * (1 + r) ^ (81/200) and a wage index ^ (6848/10000) are irrational, so they are calculated
 * in fixed point with 256 binary places, as exp(p/q x ln x), by integer arithmetic alone:
 * every machine and compiler gives the same bits. About 2^-235 of the result can be wrong,
 * so the rounding is certain unless the result lies that close to the middle between two
 * steps. Then it is such a middle exactly, which is decided by comparing whole fractions,
 * or else the function refuses to answer, which no input is known to cause.
 *
 * A power takes about ten microseconds: make one for each provider in `prepare`, not one for
 * each row.
 *
 * Tested against mpmath by tests/checks/power.py.
 */
#ifndef RECKONER_POWER_H
#define RECKONER_POWER_H

#include "decimal.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The largest p and q of an exponent p / q in lowest terms. */
#define RK_POWER_MAX 1000000

/* A magnitude in units of 2^-256: four limbs of fraction, least significant first, and two
 * above the point. */
#define RK_FIX_LIMBS 6
typedef struct rk_fix {
    uint64_t limb[RK_FIX_LIMBS];
} rk_fix;

/* Returns -1, 0 or 1. */
static inline int rk_fix_compare(const rk_fix *a, const rk_fix *b)
{
    for (int i = RK_FIX_LIMBS - 1; i >= 0; i--) {
        if (a->limb[i] != b->limb[i]) {
            return a->limb[i] < b->limb[i] ? -1 : 1;
        }
    }
    return 0;
}

/* a + b. */
static inline rk_fix rk_fix_add(rk_fix a, const rk_fix *b)
{
    uint64_t carry = 0;
    for (int i = 0; i < RK_FIX_LIMBS; i++) {
        const rk_uint128 sum = (rk_uint128) a.limb[i] + b->limb[i] + carry;
        a.limb[i] = (uint64_t) sum;
        carry = (uint64_t) (sum >> 64);
    }
    return a;
}

/* a - b; a >= b. */
static inline rk_fix rk_fix_sub(rk_fix a, const rk_fix *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < RK_FIX_LIMBS; i++) {
        const rk_uint128 difference = (rk_uint128) a.limb[i] - b->limb[i] - borrow;
        a.limb[i] = (uint64_t) difference;
        borrow = (uint64_t) (difference >> 64) != 0;
    }
    return a;
}

/* a x factor. */
static inline rk_fix rk_fix_times(rk_fix a, uint64_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < RK_FIX_LIMBS; i++) {
        const rk_uint128 product = (rk_uint128) a.limb[i] * factor + carry;
        a.limb[i] = (uint64_t) product;
        carry = (uint64_t) (product >> 64);
    }
    return a;
}

/* a / divisor, rounded down. */
static inline rk_fix rk_fix_over(rk_fix a, uint64_t divisor)
{
    rk_uint128 rest = 0;
    for (int i = RK_FIX_LIMBS - 1; i >= 0; i--) {
        rest = (rest << 64) | a.limb[i];
        a.limb[i] = (uint64_t) (rest / divisor);
        rest %= divisor;
    }
    return a;
}

/* a x b, both below 2^64. */
static inline rk_fix rk_fix_mul(const rk_fix *a, const rk_fix *b)
{
    uint64_t product[2 * RK_FIX_LIMBS] = {0};
    rk_fix out = *a;
    for (int i = 0; i < RK_FIX_LIMBS - 1; i++) {
        uint64_t carry = 0;
        for (int k = 0; k < RK_FIX_LIMBS - 1; k++) {
            const rk_uint128 sum = (rk_uint128) a->limb[i] * b->limb[k] + product[i + k] + carry;
            product[i + k] = (uint64_t) sum;
            carry = (uint64_t) (sum >> 64);
        }
        product[i + RK_FIX_LIMBS - 1] = carry;
    }
    for (int i = 0; i < RK_FIX_LIMBS; i++) {
        out.limb[i] = product[i + 4];
    }
    return out;
}

/* The natural logarithm of a whole number, 1 to 2^63 - 1: with m = a / 2^k between 2/3 and
 * 4/3, k ln 2 + 2 artanh((m - 1) / (m + 1)). */
static inline rk_fix rk_fix_log(uint64_t a)
{
    static const rk_fix ln2 = {{UINT64_C(0x8a0d175b8baafa2c), UINT64_C(0x40f343267298b62d),
                                UINT64_C(0xc9e3b39803f2f6af), UINT64_C(0xb17217f7d1cf79ab), 0, 0}};
    int k = 63 - __builtin_clzll(a);
    k += k < 62 && a > (UINT64_C(1) << k) + (UINT64_C(1) << k) / 3;
    const uint64_t two = UINT64_C(1) << k;
    const bool negative = a < two;
    rk_fix z = {{0, 0, 0, 0, 0, 0}}, sum;
    z.limb[4] = negative ? two - a : a - two;
    z = rk_fix_over(z, two + a);
    const rk_fix square = rk_fix_mul(&z, &z);
    sum = z;
    for (uint64_t n = 3; n < 400; n += 2) {
        z = rk_fix_mul(&z, &square);
        const rk_fix term = rk_fix_over(z, n);
        if ((term.limb[0] | term.limb[1] | term.limb[2] | term.limb[3]) == 0) {
            break;
        }
        sum = rk_fix_add(sum, &term);
    }
    sum = rk_fix_times(sum, 2);
    const rk_fix whole = rk_fix_times(ln2, (uint64_t) k);
    return negative ? rk_fix_sub(whole, &sum) : rk_fix_add(whole, &sum);
}

/* e^x as m x 2^k with m from 1 to 2; x is below 2^20 in magnitude. */
static inline rk_fix rk_fix_exp(rk_fix x, bool negative, int *out_k)
{
    static const rk_fix ln2 = {{UINT64_C(0x8a0d175b8baafa2c), UINT64_C(0x40f343267298b62d),
                                UINT64_C(0xc9e3b39803f2f6af), UINT64_C(0xb17217f7d1cf79ab), 0, 0}};
    /* 1 / ln 2 is a little less than 3/2; the estimate is corrected below. */
    uint64_t k = (uint64_t) (((rk_uint128) x.limb[4] << 64 | x.limb[3]) / ln2.limb[3]);
    rk_fix whole = rk_fix_times(ln2, k);
    while (rk_fix_compare(&whole, &x) > 0) {
        k--;
        whole = rk_fix_sub(whole, &ln2);
    }
    rk_fix rest = rk_fix_sub(x, &whole);
    while (rk_fix_compare(&rest, &ln2) >= 0) {
        k++;
        rest = rk_fix_sub(rest, &ln2);
    }
    *out_k = negative ? -(int) k : (int) k;
    if (negative && (rest.limb[0] | rest.limb[1] | rest.limb[2] | rest.limb[3]) != 0) {
        (*out_k)--;
        rest = rk_fix_sub(ln2, &rest);
    }
    const rk_fix r = rk_fix_over(rest, 256);
    rk_fix sum = {{0, 0, 0, 0, 1, 0}}, term = sum;
    for (uint64_t n = 1; n < 64; n++) {
        const rk_fix next = rk_fix_mul(&term, &r);
        term = rk_fix_over(next, n);
        sum = rk_fix_add(sum, &term);
    }
    for (int i = 0; i < 8; i++) {
        sum = rk_fix_mul(&sum, &sum);
    }
    return sum;
}

/* The greatest common divisor. */
static inline uint64_t rk_power_gcd(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* base^n; false if it does not fit 128 bits. */
static inline bool rk_power_whole(uint64_t base, uint64_t n, rk_uint128 *out)
{
    *out = 1;
    for (uint64_t i = 0; i < n && base > 1; i++) {
        if (__builtin_mul_overflow(*out, (rk_uint128) base, out)) {
            return false;
        }
    }
    *out = base == 0 && n > 0 ? 0 : *out;
    return true;
}

/* The whole q-th root of a > 0; 0 if there is none. */
static inline uint64_t rk_power_root(uint64_t a, uint64_t q)
{
    uint64_t low = 1, high = q == 1 ? a : UINT64_C(1) << (q > 63 ? 1 : 63 / q + 1);
    while (low < high) {
        const uint64_t middle = high - (high - low) / 2;
        rk_uint128 power;
        const bool fits = rk_power_whole(middle, q, &power);
        if (fits && power <= a) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    rk_uint128 power;
    return rk_power_whole(low, q, &power) && power == a ? low : 0;
}

/* Whether (n / d)^(p / q), all in lowest terms, is (2 x floor + 1) / (2 x scale) exactly. */
static inline bool rk_power_is_middle(uint64_t n, uint64_t d, int64_t p, uint64_t q,
                                      rk_uint128 floor, uint64_t scale)
{
    const uint64_t above = rk_power_root(n, q);
    const uint64_t below = rk_power_root(d, q);
    const uint64_t times = p < 0 ? (uint64_t) -p : (uint64_t) p;
    rk_uint128 middle = 2 * floor + 1;
    uint64_t unit = 2 * scale;
    rk_uint128 a, b;
    if (above == 0 || below == 0 || !rk_power_whole(p < 0 ? below : above, times, &a) ||
        !rk_power_whole(p < 0 ? above : below, times, &b)) {
        return false;
    }
    while (middle % 5 == 0 && unit % 5 == 0) { /* it is odd, so only fives can be shared */
        middle /= 5;
        unit /= 5;
    }
    return a == middle && b == unit;
}

/* (a / one)^(p / q) for a > 0; see rk_decimal_power. */
static inline bool rk_power_positive(uint64_t a, uint64_t one, int64_t p, uint64_t q, int places,
                                     rk_uint128 *out)
{
    const uint64_t scale = (uint64_t) rk_power_of_ten(places);
    const uint64_t common = rk_power_gcd(a, one);
    const rk_fix log_a = rk_fix_log(a / common), log_one = rk_fix_log(one / common);
    const bool below_one = a < one;
    rk_fix x = below_one ? rk_fix_sub(log_one, &log_a) : rk_fix_sub(log_a, &log_one);
    x = rk_fix_over(rk_fix_times(x, p < 0 ? (uint64_t) -p : (uint64_t) p), q);
    const bool negative = below_one != (p < 0);
    *out = 0;
    if (x.limb[5] != 0 || x.limb[4] > 128) {
        return negative; /* so close to zero that it is zero, or too large */
    }
    int k;
    rk_fix y = rk_fix_exp(x, negative, &k);
    if (k < -60 || k > 88) {
        return k < 0;
    }
    /* y x scale x 2^k, split at the point into a whole number and the part below it. */
    y = rk_fix_times(y, scale);
    const int point = 256 - k;
    rk_uint128 whole = 0;
    for (int bit = RK_FIX_LIMBS * 64 - 1; bit >= point; bit--) {
        if (whole >> 125 != 0) {
            return false;
        }
        whole = whole << 1 | (y.limb[bit / 64] >> (bit % 64) & 1);
    }
    /* The part below, less a half: its first 64 bits tell on which side it lies, unless they
     * are those of the half to within the last few. */
    uint64_t first = 0;
    for (int i = 1; i <= 64; i++) {
        const int bit = point - i;
        first = first << 1 | (y.limb[bit / 64] >> (bit % 64) & 1);
    }
    const uint64_t half = UINT64_C(1) << 63;
    if (first != half && first != half - 1) {
        whole += first > half;
    } else if (rk_power_is_middle(a / common, one / common, p, q, whole, scale)) {
        whole++;
    } else { /* the next bits, of which at least 40 are right, decide */
        uint64_t next = 0;
        for (int i = 65; i <= 104; i++) {
            const int bit = point - i;
            next = next << 1 | (y.limb[bit / 64] >> (bit % 64) & 1);
        }
        const uint64_t all = (UINT64_C(1) << 40) - 1;
        if (first == half ? next <= 1 : next >= all - 1) {
            return false;
        }
        whole += first == half;
    }
    const rk_uint128 step = (rk_uint128) rk_factor_step(places);
    if (whole > (((rk_uint128) 1 << 127) - 1) / step) {
        return false;
    }
    *out = whole * step;
    return true;
}

/* Either of the two functions below. */
static inline bool rk_power_any(int64_t base, int64_t one, int64_t p, int64_t q, int places,
                                rk_int128 *out)
{
    *out = 0;
    if (q <= 0 || places < 0 || places > 12 || base == RK_DECIMAL_NONE) {
        return false;
    }
    const uint64_t size = p < 0 ? 0 - (uint64_t) p : (uint64_t) p;
    const uint64_t common = rk_power_gcd(size, (uint64_t) q);
    const uint64_t times = size / common;
    q /= (int64_t) common;
    if (times > RK_POWER_MAX || q > RK_POWER_MAX || (base < 0 && q != 1)) {
        return false;
    }
    if (times == 0 || base == 0) {
        *out = times == 0 ? (rk_int128) RK_DECIMAL_ONE * RK_DECIMAL_ONE : 0;
        return times == 0 || p > 0;
    }
    rk_uint128 magnitude;
    if (!rk_power_positive((uint64_t) (base < 0 ? -base : base), (uint64_t) one,
                           p < 0 ? -(int64_t) times : (int64_t) times, (uint64_t) q, places,
                           &magnitude)) {
        return false;
    }
    *out = base < 0 && times % 2 == 1 ? -(rk_int128) magnitude : (rk_int128) magnitude;
    return true;
}

/* base to the power of p / q, rounded once to `places` decimal places (0 to 12), half away from
 * zero; *out is in units of 1e-12. False, with *out zero, if the result does not fit 128 bits,
 * if q <= 0, if p or q in lowest terms exceeds RK_POWER_MAX, for a fractional power of a
 * negative number and for a negative power of zero. base^0 is one. */
static inline bool rk_decimal_power(rk_decimal base, int64_t p, int64_t q, int places,
                                    rk_int128 *out)
{
    return rk_power_any(base, RK_DECIMAL_ONE, p, q, places, out);
}

/* The same for a factor, which has twelve decimals. */
static inline bool rk_factor_power(rk_factor base, int64_t p, int64_t q, int places, rk_int128 *out)
{
    return rk_power_any(base, RK_FACTOR_ONE, p, q, places, out);
}

#ifdef __cplusplus
}
#endif
#endif
