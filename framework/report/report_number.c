/* SPDX-License-Identifier: MIT
 *
 * report_number.c: numbers as people read them, and as CSV wants them by the
 * million.
 */
#include "report/report.h"

/* ------------------------------------------------------------- for people */

static bool is_decimal(const char *text)
{
    const char *digits = text + (*text == '-');
    const size_t whole = strspn(digits, "0123456789");
    const char *rest = digits + whole;
    if (*rest == '.') {
        rest++;
        rest += strspn(rest, "0123456789");
    }
    return whole > 0 && *rest == '\0';
}

void rk__print_grouped(rk__buf *out, const char *decimal)
{
    if (!is_decimal(decimal)) {
        rk__buf_puts(out, decimal);
        return;
    }
    const bool negative = *decimal == '-' && strpbrk(decimal, "123456789") != NULL;
    const char *digits = decimal + (*decimal == '-');
    const size_t whole = strspn(digits, "0123456789");
    if (negative) {
        rk__buf_putc(out, '(');
    }
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0) {
            rk__buf_putc(out, ',');
        }
        rk__buf_putc(out, digits[i]);
    }
    rk__buf_puts(out, digits + whole);
    if (negative) {
        rk__buf_putc(out, ')');
    }
}

/* Takes what stands in `text` after `start`, and groups it in place. */
static void group_tail(rk__buf *out, rk__buf *plain)
{
    if (plain->failed || plain->text == NULL) {
        out->failed = 1;
    } else {
        rk__print_grouped(out, plain->text);
    }
    rk__buf_dispose(plain);
}

void rk__print_money(rk__buf *out, rk_num amount, int places)
{
    rk__buf plain = {0};
    if (places >= 0) {
        rk__num_print_fixed(&plain, amount, places);
    } else {
        rk__num_pool pool = {0};
        const rk_num thousands =
            rk__num_div(&pool, amount, rk__num_from_int(&pool, places == -3 ? 1000 : 1));
        if (thousands != NULL) {
            rk__num_print_fixed(&plain, thousands, 0);
        }
        rk__num_pool_dispose(&pool);
    }
    group_tail(out, &plain);
}

void rk__print_quantity(rk__buf *out, rk_num number)
{
    rk__buf plain = {0};
    rk__num_print_trimmed(&plain, number, RK__LINE_PLACES);
    group_tail(out, &plain);
}

bool rk__num_reaches(rk_num amount, int64_t limit)
{
    const struct rk_num_node above = {.num = limit, .den = 1};
    const struct rk_num_node below = {.num = -limit, .den = 1};
    return rk__num_compare(amount, &above) >= 0 || rk__num_compare(amount, &below) <= 0;
}

int rk__compared_places(rk_num largest, int places)
{
    if (largest == NULL || !rk__num_reaches(largest, 1000)) {
        return places;
    }
    return rk__num_reaches(largest, INT64_C(1000000000)) ? -3 : 0;
}

const char *rk__basis_sentence(const char *basis)
{
    if (basis == NULL || strcmp(basis, "illustrative") == 0) {
        return "Illustrative figures: they show how the arithmetic goes and are nobody's accounts.";
    }
    if (strcmp(basis, "plan") == 0) {
        return "Planned figures: what was expected, not what happened.";
    }
    return NULL;
}

/* ------------------------------------------------------------- by the million */

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
