/* SPDX-License-Identifier: MIT
 *
 * calendar.c: the financial years of periods, and the parts of years that periods cover.
 */
#include "contract/calendar.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* A part of a period within one financial year. */
typedef struct segment {
    int32_t first, last; /* days */
    int32_t year;
} segment;

/* Whether years could be cut differently in each period: the years that have parts in days. */
typedef struct year_kinds {
    int32_t first;
    size_t n;
    bool *in_days;
} year_kinds;

static int32_t year_start(const rk__calendar *c, int32_t year)
{
    return rk__date_days(
        (rk_date){.year = year, .month = (uint8_t) c->month, .day = (uint8_t) c->day});
}

int32_t rk__calendar_year(const rk__calendar *calendar, rk_date date)
{
    const bool before =
        date.month < calendar->month || (date.month == calendar->month && date.day < calendar->day);
    return date.year - before;
}

rk_status rk__calendar_read(rk__arena *arena, const rk__value *root, const rk_period *periods,
                            size_t n, rk__calendar *out, rk_problems *problems)
{
    const char *text = NULL;
    const rk_status status = rk__json_text_of(root, "year_starts", false, &text, problems);
    *out = (rk__calendar){.periods = periods, .n = n, .month = 1, .day = 1};
    out->order = rk__arena_alloc(arena, (n + 1) * sizeof *out->order);
    if (out->order == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t p = 0; p < n; p++) {
        size_t at = p;
        for (; at > 0 && rk__date_compare(periods[p].start, periods[out->order[at - 1]].start) < 0;
             at--) {
            out->order[at] = out->order[at - 1];
        }
        out->order[at] = p;
    }
    if (status != RK_OK || (text == NULL && n == 0)) {
        return status;
    }
    if (text == NULL) {
        const rk_date first = periods[out->order[0]].start;
        out->month = first.month;
        out->day = first.month == 2 && first.day == 29 ? 28 : first.day;
        return RK_OK;
    }
    char whole[16];
    rk_date date;
    (void) snprintf(whole, sizeof whole, "2001-%.10s", text);
    if (strlen(text) != 5 || !rk__date_parse(whole, strlen(whole), &date)) {
        return rk__json_problem(problems, rk__json_get(root, "year_starts"), RK_OUT_OF_RANGE,
                                "write the month and the day: \"04-01\"",
                                "'year_starts' is not a day of every year: '%s'", text);
    }
    out->month = date.month;
    out->day = date.day;
    return RK_OK;
}

/* ---------------------------------------------------------------------- parts */

static int32_t latest(int32_t a, const rk_date *b)
{
    const int32_t day = b != NULL ? rk__date_days(*b) : a;
    return day > a ? day : a;
}

static int32_t earliest(int32_t a, const rk_date *b)
{
    const int32_t day = b != NULL ? rk__date_days(*b) : a;
    return day < a ? day : a;
}

/* The days of a period between two days; false if there are none. */
static bool days_of(const rk_period *period, const rk_date *from, const rk_date *to, int32_t *first,
                    int32_t *last)
{
    *first = latest(rk__date_days(period->start), from);
    *last = earliest(rk__date_days(period->end), to);
    return *first <= *last;
}

rk__year_part rk__period_part(const rk_period *period, const rk_date *from, const rk_date *to)
{
    int32_t first = 0;
    int32_t last = 0;
    if (!days_of(period, from, to, &first, &last)) {
        return (rk__year_part){0, 1};
    }
    return (rk__year_part){(int64_t) last - first + 1,
                           (int64_t) rk__date_days(period->end) - rk__date_days(period->start) + 1};
}

/* The next part of [first, last] that is in one financial year. */
static bool next_segment(const rk__calendar *c, int32_t first, int32_t last, segment *s)
{
    if (first > last) {
        return false;
    }
    s->first = first;
    s->year = rk__calendar_year(c, rk__date_from_days(first));
    const int32_t end = year_start(c, s->year + 1) - 1;
    s->last = last < end ? last : end;
    return true;
}

static bool whole_months(const segment *s)
{
    return rk__date_from_days(s->first).day == 1 && rk__date_from_days(s->last + 1).day == 1;
}

static void find_kinds(const rk__calendar *c, const rk_date *from, const rk_date *to,
                       year_kinds *kinds)
{
    for (size_t p = 0; p < c->n; p++) {
        int32_t first = 0;
        int32_t last = 0;
        segment s;
        const bool any = days_of(&c->periods[p], from, to, &first, &last);
        const bool cut = any && (first != rk__date_days(c->periods[p].start) ||
                                 last != rk__date_days(c->periods[p].end));
        for (; any && next_segment(c, first, last, &s); first = s.last + 1) {
            kinds->in_days[s.year - kinds->first] |= cut || !whole_months(&s);
        }
    }
}

static int64_t divisor(int64_t a, int64_t b)
{
    return b == 0 ? a : divisor(b, a % b);
}

/* Denominators are 12, 365 and 366, so that a sum stays small. */
static void add_part(rk__year_part *sum, int64_t num, int64_t den)
{
    const int64_t common = sum->den / divisor(sum->den, den) * den;
    sum->num = sum->num * (common / sum->den) + num * (common / den);
    sum->den = common;
}

static int64_t months_of(const segment *s)
{
    const rk_date a = rk__date_from_days(s->first);
    const rk_date b = rk__date_from_days(s->last);
    return ((int64_t) b.year - a.year) * 12 + b.month - a.month + 1;
}

rk__year_part *rk__calendar_parts(const rk__calendar *calendar, const rk_date *from,
                                  const rk_date *to, rk__arena *arena)
{
    const rk__calendar *c = calendar;
    rk__year_part *parts = rk__arena_alloc(arena, (c->n + 1) * sizeof *parts);
    if (parts == NULL || c->n == 0) {
        return parts;
    }
    const int32_t first_year = rk__calendar_year(c, c->periods[c->order[0]].start);
    const int32_t last_year = rk__calendar_year(c, c->periods[c->order[c->n - 1]].end);
    year_kinds kinds = {.first = first_year, .n = (size_t) (last_year - first_year) + 1};
    kinds.in_days = rk__arena_alloc(arena, kinds.n);
    if (kinds.in_days == NULL) {
        return NULL;
    }
    find_kinds(c, from, to, &kinds);
    for (size_t p = 0; p < c->n; p++) {
        int32_t first = 0;
        int32_t last = 0;
        segment s;
        parts[p] = (rk__year_part){0, 1};
        const bool any = days_of(&c->periods[p], from, to, &first, &last);
        for (; any && next_segment(c, first, last, &s); first = s.last + 1) {
            if (kinds.in_days[s.year - kinds.first]) {
                add_part(&parts[p], (int64_t) s.last - s.first + 1,
                         (int64_t) year_start(c, s.year + 1) - year_start(c, s.year));
            } else {
                add_part(&parts[p], months_of(&s), 12);
            }
        }
    }
    return parts;
}
