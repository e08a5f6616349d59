/* SPDX-License-Identifier: MIT
 *
 * scaled.c: scaled integers as decimal text, by the million.
 */
#include "number/scaled.h"

#include <string.h>

#include "reckoner/decimal.h"

/* Writes the digits of `value` so that they end before `end`; returns where they start. Eighteen
 * at a time, because 128-bit division is slow. */
static char *digits_before(char *end, rk_uint128 value)
{
    const uint64_t chunk = UINT64_C(1000000000000000000);
    while (value > UINT64_MAX) {
        uint64_t low = (uint64_t) (value % chunk);
        value /= chunk;
        for (int i = 0; i < 18; i++) {
            *--end = (char) ('0' + low % 10);
            low /= 10;
        }
    }
    uint64_t rest = (uint64_t) value;
    do {
        *--end = (char) ('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    return end;
}

size_t rk__print_scaled(char out[RK__SCALED_TEXT], rk_int128 value, int scale, int least, int most)
{
    rk_uint128 magnitude = value < 0 ? -(rk_uint128) value : (rk_uint128) value;
    if (scale > most) {
        uint64_t unit = 1;
        for (int i = most; i < scale; i++) {
            unit *= 10;
        }
        /* Half away from zero; added to a quotient, so it cannot overflow. */
        const uint64_t rest = (uint64_t) (magnitude % unit);
        magnitude = magnitude / unit + (rest >= unit - rest);
        scale = most;
    }
    char digits[RK__SCALED_TEXT];
    char *end = digits + sizeof digits;
    char *from = digits_before(end, magnitude);
    while (end - from <= scale) {
        *--from = '0';
    }
    int places = scale;
    while (places > least && end[-1] == '0') {
        end--;
        places--;
    }
    size_t length = 0;
    if (value < 0 && magnitude != 0) {
        out[length++] = '-';
    }
    const size_t whole = (size_t) (end - from) - (size_t) places;
    memcpy(out + length, from, whole);
    length += whole;
    if (places > 0 || scale < least) {
        out[length++] = '.';
        memcpy(out + length, from + whole, (size_t) places);
        length += (size_t) places;
    }
    for (; places < least; places++) {
        out[length++] = '0';
    }
    return length;
}

/* Numbers of many digits: the upper digits first, then all of the lower ones. */
char *rk__put_many_digits(char *to, uint64_t value)
{
    const uint64_t upper = value / RK__EIGHT_DIGITS;
    to = upper < RK__EIGHT_DIGITS ? rk__put_whole(to, upper) : rk__put_many_digits(to, upper);
    const uint64_t lower =
        rk__digits_of((uint32_t) (value % RK__EIGHT_DIGITS)) | RK__DIGITS_TO_TEXT;
    memcpy(to, &lower, sizeof lower);
    return to + sizeof lower;
}

char *rk__put_any_millionths(char *to, int64_t value, int least)
{
    return to + rk__print_scaled(to, value, RK_DECIMAL_PLACES, least, RK_DECIMAL_PLACES);
}

char *rk__put_places(char *to, bool negative, uint64_t value, unsigned places, bool trim)
{
    const uint64_t unit = rk__power_of_ten(places);
    const uint64_t whole = value / unit;
    uint64_t rest = value % unit;
    *to = '-';
    to = rk__put_whole(to + negative, whole);
    if (places == 0 || (trim && rest == 0)) {
        return to;
    }
    *to++ = '.';
    if (places > 8) {
        char *end = to + places;
        for (char *at = end; at > to; rest /= 10) {
            *--at = (char) ('0' + rest % 10);
        }
        while (trim && end[-1] == '0') {
            end--;
        }
        return end;
    }
    /* Appends zeros to make eight digits, of which some are kept. */
    const uint64_t digits = rk__digits_of((uint32_t) (rest * rk__power_of_ten(8 - places)));
    const uint64_t text = digits | RK__DIGITS_TO_TEXT;
    memcpy(to, &text, sizeof text);
    return to + (trim ? 8 - (unsigned) __builtin_clzll(digits) / 8 : places);
}
