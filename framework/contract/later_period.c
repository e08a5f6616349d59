/* SPDX-License-Identifier: MIT
 *
 * later_period.c: ids of periods after those of a contract.
 *
 * The numbers in an id are compared in some order: in "2016-04" the first counts most, in "04-2016"
 * the last. The orders that are possible are those that put the contract's own periods in the order
 * of their dates, with the number that is their year first. If these agree that a text comes after
 * all periods, it does.
 */
#include "contract/later_period.h"

#include <string.h>

#include "base/date.h"

#define MOST_NUMBERS 4

typedef struct numbers {
    uint64_t v[MOST_NUMBERS];
    int digits[MOST_NUMBERS];
    size_t n;
} numbers;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number of a few digits that is written as one: "3", "12", but not "03". */
static bool is_count(const char *text, size_t length)
{
    bool is = length > 0 && length <= 3 && (text[0] != '0' || length == 1);
    for (size_t i = 0; i < length && is; i++) {
        is = is_digit(text[i]);
    }
    return is;
}

/* Whether a text is written as an id is, but for its digits: "M03" as "M01". */
static bool same_form(const char *id, const char *text, size_t length)
{
    bool same = strlen(id) == length;
    for (size_t i = 0; i < length && same; i++) {
        same = is_digit(text[i]) ? is_digit(id[i]) : id[i] == text[i];
    }
    return same;
}

/* False if there are none, or too many, or too long ones. */
static bool numbers_of(const char *text, size_t length, numbers *out)
{
    *out = (numbers){0};
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i])) {
            continue;
        }
        if (i == 0 || !is_digit(text[i - 1])) {
            if (out->n == MOST_NUMBERS) {
                return false;
            }
            out->n++;
        }
        out->v[out->n - 1] = out->v[out->n - 1] * 10 + (uint64_t) (text[i] - '0');
        if (++out->digits[out->n - 1] > 18) {
            return false;
        }
    }
    return out->n > 0;
}

/* Whether number g is the year in which each period begins, or one beside it, as that of "2016-Q4"
 * is: of four digits, or its last two. */
static bool is_year(const rk_period *periods, size_t n, size_t g, int digits)
{
    bool is = true;
    for (size_t i = 0; i < n && is; i++) {
        numbers own;
        const int64_t year = periods[i].start.year;
        is = numbers_of(periods[i].id, strlen(periods[i].id), &own) && own.digits[g] == digits;
        const int64_t apart = is ? (int64_t) own.v[g] - (digits == 4 ? year : year % 100) : 0;
        is = is && apart >= -1 && apart <= 1;
    }
    return is;
}

static bool is_month(const rk_period *periods, size_t n, size_t g)
{
    bool is = true;
    for (size_t i = 0; i < n && is; i++) {
        numbers own;
        is = numbers_of(periods[i].id, strlen(periods[i].id), &own) &&
             own.v[g] == periods[i].start.month;
    }
    return is;
}

/* Of numbers that may be at a place: all of a set, or any if it is empty. */
typedef struct places {
    const rk_period *periods;
    size_t n_periods, n;
    bool year[MOST_NUMBERS], month[MOST_NUMBERS];
    bool has_year, has_month;
} places;

static places places_of(const rk_period *periods, size_t n, size_t n_numbers)
{
    places p = {.periods = periods, .n_periods = n, .n = n_numbers};
    for (int digits = 4; digits >= 2 && !p.has_year; digits -= 2) {
        for (size_t g = 0; g < n_numbers; g++) {
            p.year[g] = is_year(periods, n, g, digits);
            p.has_year |= p.year[g];
        }
    }
    for (size_t g = 0; g < n_numbers && p.has_year; g++) {
        p.month[g] = !p.year[g] && is_month(periods, n, g);
        p.has_month |= p.month[g];
    }
    return p;
}

static int compare(const numbers *a, const numbers *b, const size_t *order)
{
    for (size_t k = 0; k < a->n; k++) {
        if (a->v[order[k]] != b->v[order[k]]) {
            return a->v[order[k]] < b->v[order[k]] ? -1 : 1;
        }
    }
    return 0;
}

/* Whether an order puts the periods in that of their dates; *later: and a text after them all. */
static bool judge(const places *p, const size_t *order, const numbers *text, bool *later)
{
    if ((p->has_year && !p->year[order[0]]) ||
        (p->has_year && p->has_month && p->n > 1 && !p->month[order[1]])) {
        return false;
    }
    *later = true;
    numbers before = {0};
    for (size_t i = 0; i < p->n_periods; i++) {
        numbers own;
        (void) numbers_of(p->periods[i].id, strlen(p->periods[i].id), &own);
        *later = *later && compare(text, &own, order) > 0;
        const int dates =
            i > 0 ? rk__date_compare(p->periods[i - 1].start, p->periods[i].start) : 0;
        if (dates != 0 && (dates < 0) != (compare(&before, &own, order) < 0)) {
            return false;
        }
        before = own;
    }
    return true;
}

/* Judges all orders that begin with the first `fixed` of `order`. */
static void judge_all(const places *p, size_t *order, size_t fixed, const numbers *text,
                      size_t *yes, size_t *no)
{
    if (fixed == p->n || fixed >= MOST_NUMBERS) {
        bool later = false;
        if (judge(p, order, text, &later)) {
            *yes += later;
            *no += !later;
        }
        return;
    }
    for (size_t g = 0; g < p->n; g++) {
        bool used = false;
        for (size_t k = 0; k < fixed; k++) {
            used |= order[k] == g;
        }
        if (!used) {
            order[fixed] = g;
            judge_all(p, order, fixed + 1, text, yes, no);
        }
    }
}

bool rk__period_is_later(const rk_period *periods, size_t n, const char *text, size_t length)
{
    numbers own;
    size_t order[MOST_NUMBERS] = {0};
    size_t yes = 0;
    size_t no = 0;
    bool same = n > 0 && numbers_of(text, length, &own);
    for (size_t i = 0; i < n && same; i++) {
        same = same_form(periods[i].id, text, length);
    }
    if (same) {
        const places p = places_of(periods, n, own.n);
        judge_all(&p, order, 0, &own, &yes, &no);
    }
    return yes > 0 && no == 0;
}

bool rk__period_is_counted(const rk_period *periods, size_t n, const char *text, size_t length)
{
    bool is = n > 0 && is_count(text, length);
    for (size_t i = 0; i < n && is; i++) {
        is = is_count(periods[i].id, strlen(periods[i].id));
    }
    return is;
}
