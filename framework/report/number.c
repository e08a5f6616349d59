/* SPDX-License-Identifier: MIT
 *
 * number.c: numbers as people read them.
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

/* Groups the digits of `text` after `start` in place. */
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
        rk__nums nums = {0};
        const rk_num thousands =
            rk__num_div(&nums, amount, rk__num_from_int(&nums, places == -3 ? 1000 : 1));
        if (thousands != NULL) {
            rk__num_print_fixed(&plain, thousands, 0);
        }
        rk__nums_dispose(&nums);
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
        return "Illustrative figures: they show the arithmetic and belong to no real accounts.";
    }
    if (strcmp(basis, "plan") == 0) {
        return "Planned figures: what was expected, not what happened.";
    }
    return NULL;
}
