/* SPDX-License-Identifier: MIT
 *
 * scaled.h: scaled integers as decimal text, fast, for files of millions of them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "reckoner/decimal.h"

/* Prints value x 10^-scale, rounded half away from zero to `most` decimals, with trailing zeros
 * trimmed down to `least`. Returns the length; no NUL. */
#define RK__SCALED_TEXT 64
size_t rk__print_scaled(char out[RK__SCALED_TEXT], rk_int128 value, int scale, int least, int most);
/* 10^n for n from 0 to 18, which also fits an int64_t. */
static inline uint64_t rk__power_of_ten(unsigned n)
{
    static const uint64_t powers[] = {UINT64_C(1),
                                      UINT64_C(10),
                                      UINT64_C(100),
                                      UINT64_C(1000),
                                      UINT64_C(10000),
                                      UINT64_C(100000),
                                      UINT64_C(1000000),
                                      UINT64_C(10000000),
                                      UINT64_C(100000000),
                                      UINT64_C(1000000000),
                                      UINT64_C(10000000000),
                                      UINT64_C(100000000000),
                                      UINT64_C(1000000000000),
                                      UINT64_C(10000000000000),
                                      UINT64_C(100000000000000),
                                      UINT64_C(1000000000000000),
                                      UINT64_C(10000000000000000),
                                      UINT64_C(100000000000000000),
                                      UINT64_C(1000000000000000000)};
    return powers[n];
}

/* Prints value x 10^-places (up to 18) at `to`, with all places or without trailing zeros;
 * `negative` is not for 0. At most RK__SCALED_TEXT bytes; returns the end. */
char *rk__put_places(char *to, bool negative, uint64_t value, unsigned places, bool trim);

/* -------------------------------------------------------------- by the million
 *
 * These write numbers at `to` and return where the text ends; up to eight bytes after it are
 * garbage. The number of digits differs from row to row, so there is no branch on it: the usual
 * number is eight digits made at once in one word, shifted by its leading zeros. */

#define RK__EIGHT_DIGITS   UINT64_C(100000000)
#define RK__DIGITS_TO_TEXT UINT64_C(0x3030303030303030)

/* The digits of a number below 10^8, one per byte, the first in the lowest byte: halves,
 * quarters and eighths are separated side by side. */
static inline uint64_t rk__digits_of(uint32_t value)
{
    const uint64_t upper = value / 10000;
    const uint64_t fours = upper | (value - 10000 * upper) << 32;
    const uint64_t hundreds = (fours * 10486 >> 20) & UINT64_C(0x7f0000007f);
    const uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
    const uint64_t tens = (twos * 103 >> 10) & UINT64_C(0xf000f000f000f);
    return tens | (twos - 10 * tens) << 8;
}

/* Divides without a division: `value` by 16 x 625 or 64 x 15625 if there is no remainder; any
 * other value gives more than any such quotient. */
static inline uint64_t rk__exact_part(uint64_t value, unsigned twos, uint64_t inverse)
{
    const uint64_t odd = value * inverse;
    return odd >> twos | odd << (64 - twos);
}
#define RK__INVERSE_625   UINT64_C(0xd288ce703afb7e91)
#define RK__INVERSE_15625 UINT64_C(0x790fb65668c26139)

/* The number of leading zeros among the first digits, at most `most`. */
static inline unsigned rk__leading_zeros(uint64_t digits, unsigned most)
{
    return (unsigned) __builtin_ctzll(digits | UINT64_C(1) << most * 8) / 8;
}

char *rk__put_many_digits(char *to, uint64_t value);
char *rk__put_any_millionths(char *to, int64_t value, int least);

static inline char *rk__put_whole(char *to, uint64_t value)
{
    if (__builtin_expect(value >= RK__EIGHT_DIGITS, 0)) {
        return rk__put_many_digits(to, value);
    }
    const uint64_t digits = rk__digits_of((uint32_t) value);
    const unsigned zeros = rk__leading_zeros(digits, 7);
    const uint64_t text = (digits | RK__DIGITS_TO_TEXT) >> zeros * 8;
    memcpy(to, &text, sizeof text);
    return to + 8 - zeros;
}

/* An integer with `places` decimals (up to 18), all zeros. Most amounts in a result are 0. */
static inline char *rk__put_whole_places(char *to, int64_t value, unsigned places)
{
    static const char zeros[] = ".000000000000000000";
    if (value == 0) {
        *to++ = '0';
    } else {
        *to = '-';
        to = rk__put_whole(to + (value < 0), value < 0 ? -(uint64_t) value : (uint64_t) value);
    }
    if (places == 0) {
        return to;
    }
    memcpy(to, zeros, sizeof zeros - 1);
    return to + 1 + places;
}

/* Millionths with at most six decimals and at least two. */
static inline char *rk__put_pennies(char *to, int64_t value)
{
    const uint64_t magnitude = value < 0 ? -(uint64_t) value : (uint64_t) value;
    const uint64_t pennies = rk__exact_part(magnitude, 4, RK__INVERSE_625);
    if (__builtin_expect(pennies >= RK__EIGHT_DIGITS, 0)) {
        return rk__put_any_millionths(to, value, 2);
    }
    const uint64_t digits = rk__digits_of((uint32_t) pennies);
    const unsigned zeros = rk__leading_zeros(digits, 5);
    const uint64_t all = digits | RK__DIGITS_TO_TEXT;
    const uint64_t text = all >> zeros * 8;
    const uint16_t fraction = (uint16_t) (all >> 48);
    *to = '-';
    to += value < 0;
    memcpy(to, &text, sizeof text);
    to += 6 - zeros;
    *to = '.';
    memcpy(to + 1, &fraction, sizeof fraction);
    return to + 3;
}

/* The same with at least `least` decimals, 0 to 6. */
static inline char *rk__put_millionths(char *to, int64_t value, int least)
{
    if (least == 2) {
        return rk__put_pennies(to, value);
    }
    const uint64_t magnitude = value < 0 ? -(uint64_t) value : (uint64_t) value;
    const uint64_t whole = rk__exact_part(magnitude, 6, RK__INVERSE_15625);
    if (least == 0 && whole <= UINT64_MAX / 1000000) {
        *to = '-';
        return rk__put_whole(to + (value < 0), whole);
    }
    return rk__put_any_millionths(to, value, least);
}
