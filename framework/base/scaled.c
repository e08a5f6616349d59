/* SPDX-License-Identifier: MIT
 *
 * scaled.c: scaled integers as decimal text, by the million.
 */
#include "base/scaled.h"

#include <string.h>

#include "reckoner/decimal.h"

/* Writes the digits of `value` so that they end before `end`; returns where they begin.
 * Eighteen at a time, because division in 128 bits is slow. */
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
        /* Half away from zero; added to a quotient, so nothing can overflow. */
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

/* Two digits at a time: a division less for each second one. */
static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233"
                            "34353637383940414243444546474849505152535455565758596061626364656667"
                            "6869707172737475767778798081828384858687888990919293949596979899";

static inline unsigned count_digits(uint64_t value)
{
    unsigned n = 1;
    for (; value >= 10000; value /= 10000) {
        n += 4;
    }
    return n + (value >= 10) + (value >= 100) + (value >= 1000);
}

static inline char *whole_number(char *to, uint64_t value)
{
    char *end = to + count_digits(value);
    char *from = end;
    for (; value >= 100; value /= 100) {
        from -= 2;
        memcpy(from, pairs + value % 100 * 2, 2);
    }
    if (value >= 10) {
        memcpy(from - 2, pairs + value * 2, 2);
    } else {
        from[-1] = (char) ('0' + value);
    }
    return end;
}

char *rk__put_whole(char *to, uint64_t value)
{
    return whole_number(to, value);
}

char *rk__put_millionths(char *to, int64_t value, int least)
{
    const uint64_t magnitude = value < 0 ? -(uint64_t) value : (uint64_t) value;
    if (magnitude == 0 && least == 2) { /* most of a file */
        memcpy(to, "0.00", 4);
        return to + 4;
    }
    if (least == 2 && magnitude % 10000 == 0) {
        const uint64_t hundredths = magnitude / 10000;
        *to = '-';
        to = whole_number(to + (value < 0), hundredths / 100);
        *to++ = '.';
        memcpy(to, pairs + hundredths % 100 * 2, 2);
        return to + 2;
    }
    if (least == 0 && magnitude % 1000000 == 0) {
        *to = '-';
        return whole_number(to + (value < 0), magnitude / 1000000);
    }
    return to + rk__print_scaled(to, value, RK_DECIMAL_PLACES, least, RK_DECIMAL_PLACES);
}

char *rk__put_places(char *to, bool negative, uint64_t value, unsigned places, bool trim)
{
    uint64_t unit = 1;
    for (unsigned i = 0; i < places; i++) {
        unit *= 10;
    }
    *to = '-';
    to = whole_number(to + negative, places > 0 ? value / unit : value);
    uint64_t rest = places > 0 ? value % unit : 0;
    if (places == 0 || (trim && rest == 0)) {
        return to;
    }
    *to++ = '.';
    char *end = to + places;
    for (char *at = end; at > to; rest /= 10) {
        *--at = (char) ('0' + rest % 10);
    }
    while (trim && end[-1] == '0') {
        end--;
    }
    return end;
}
