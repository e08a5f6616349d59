/* SPDX-License-Identifier: MIT
 *
 * periods.c: the periods of contracts and systems: a list, or the months from one to another.
 */
#include "contract/contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const period_keys[] = {"id", "start", "end", NULL};
static const char *const months_keys[] = {"months", NULL};
static const char *const from_keys[] = {"from", "to", NULL};

static rk_status read_date(const rk__value *period, const char *key, rk_date *out,
                           rk_problems *problems)
{
    const char *text = NULL;
    const rk_status status = rk__json_text_of(period, key, true, &text, problems);
    if (status == RK_OK && !rk__date_parse(text, strlen(text), out)) {
        return rk__json_problem(problems, rk__json_get(period, key), RK_OUT_OF_RANGE,
                                "write dates as 2016-04-01", "'%s' is not a date", text);
    }
    return status;
}

static rk_status read_period(const rk__value *v, rk_period *out, rk_problems *problems)
{
    rk_status first = RK_OK;
    if (v->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE,
                                "write {\"id\": ..., \"start\": ..., \"end\": ...}",
                                "a period must be an object, not %s", rk__json_type_name(v));
    }
    rk__keep_first(&first, rk__json_only_keys(v, period_keys, problems));
    rk_status status = rk__json_text_of(v, "id", true, &out->id, problems);
    if (status == RK_OK) {
        status = rk__name_check(rk__json_get(v, "id"), "the period's id", problems);
    }
    rk__keep_first(&first, status);
    const rk_status start = read_date(v, "start", &out->start, problems);
    const rk_status end = read_date(v, "end", &out->end, problems);
    rk__keep_first(&first, start);
    rk__keep_first(&first, end);
    if (start == RK_OK && end == RK_OK && rk__date_compare(out->end, out->start) < 0) {
        rk__keep_first(&first, rk__json_problem(problems, rk__json_get(v, "end"), RK_OUT_OF_RANGE,
                                                "a period includes its first and last day",
                                                "the period ends before it starts"));
    }
    return first;
}

/* A period and its place in the document. */
typedef struct dated {
    const rk_period *period;
    const rk__value *at;
    size_t number;
} dated;

static int by_start(const void *a, const void *b)
{
    const dated *one = a, *two = b;
    const int order = rk__date_compare(one->period->start, two->period->start);
    return order != 0 ? order : (one->number > two->number) - (one->number < two->number);
}

/* No two periods share a day. In order of start, each is compared with the earlier one that ends
 * last; of two that overlap, the later in the document is reported. */
static rk_status check_overlaps(const rk_period *periods, size_t n, const rk__value *list,
                                rk__arena *arena, rk_problems *problems)
{
    rk_status first = RK_OK;
    dated *all = rk__arena_alloc(arena, n * sizeof *all);
    if (all == NULL) {
        return RK_NO_MEMORY;
    }
    size_t number = 0;
    for (const rk__value *v = list->first; v != NULL; v = v->next, number++) {
        all[number] = (dated){.period = &periods[number], .at = v, .number = number};
    }
    qsort(all, n, sizeof *all, by_start);
    const dated *last = &all[0];
    for (size_t i = 1; i < n; i++) {
        const dated *one = &all[i];
        if (rk__date_compare(one->period->start, last->period->end) <= 0 &&
            strcmp(one->period->id, last->period->id) != 0) {
            const dated *later = one->number > last->number ? one : last;
            const dated *other = later == one ? last : one;
            rk__keep_first(&first, rk__json_problem(problems, later->at, RK_CONFLICT,
                                                    "periods include their first and last day",
                                                    "period '%s' overlaps '%s'", later->period->id,
                                                    other->period->id));
        }
        if (rk__date_compare(one->period->end, last->period->end) > 0) {
            last = one;
        }
    }
    return first;
}

/* --------------------------------------------------------------------- months */

#define MONTHS_HINT "write {\"months\": {\"from\": \"2016-04\", \"to\": \"2017-03\"}}"
#define MONTHS_MOST 1200 /* a hundred years */

/* The number of a month written as 2016-04, from the year 0; false if the text is not a month. */
static bool month_number(const char *text, int32_t *out)
{
    char day[16];
    rk_date date;
    (void) snprintf(day, sizeof day, "%.8s-01", text);
    if (strlen(text) != 7 || !rk__date_parse(day, strlen(day), &date)) {
        return false;
    }
    *out = date.year * 12 + date.month - 1;
    return true;
}

static rk_date month_start(int32_t number)
{
    return (rk_date){.year = number / 12, .month = (uint8_t) (number % 12 + 1), .day = (uint8_t) 1};
}

static rk_status read_month(const rk__value *range, const char *key, int32_t *out,
                            rk_problems *problems)
{
    const char *text = NULL;
    const rk_status status = rk__json_text_of(range, key, true, &text, problems);
    if (status == RK_OK && !month_number(text, out)) {
        return rk__json_problem(problems, rk__json_get(range, key), RK_OUT_OF_RANGE,
                                "write months as 2016-04", "'%s' is not a month", text);
    }
    return status;
}

/* One period for each month, whose id is the month. */
static rk_status read_months(rk__arena *arena, const rk__value *v, rk_period **out, size_t *n,
                             rk_problems *problems)
{
    const rk__value *range = rk__json_get(v, "months");
    int32_t from = 0;
    int32_t to = 0;
    rk_status first = rk__json_only_keys(v, months_keys, problems);
    if (first == RK_OK && (range == NULL || range->type != RK__JSON_OBJECT)) {
        return rk__json_problem(problems, range != NULL ? range : v,
                                range != NULL ? RK_WRONG_TYPE : RK_MISSING_KEY, MONTHS_HINT,
                                "'periods' that are not a list must have 'months', an object");
    }
    rk__keep_first(&first, range != NULL ? rk__json_only_keys(range, from_keys, problems) : RK_OK);
    rk__keep_first(&first, range != NULL ? read_month(range, "from", &from, problems) : RK_OK);
    rk__keep_first(&first, range != NULL ? read_month(range, "to", &to, problems) : RK_OK);
    if (first != RK_OK) {
        return first;
    }
    if (to < from || to - from >= MONTHS_MOST) {
        return rk__json_problem(
            problems, rk__json_get(range, "to"), RK_OUT_OF_RANGE, "both months are included",
            to < from ? "the months end before they begin" : "these are more than %d months",
            MONTHS_MOST);
    }
    const size_t count = (size_t) (to - from) + 1;
    rk_period *periods = rk__arena_alloc(arena, count * sizeof *periods);
    if (periods == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        const int32_t number = from + (int32_t) i;
        const rk_date start = month_start(number);
        periods[i] = (rk_period){
            .id = rk__arena_printf(arena, "%04d-%02d", (int) start.year, (int) start.month),
            .start = start,
            .end = rk__date_from_days(rk__date_days(month_start(number + 1)) - 1)};
        if (periods[i].id == NULL) {
            return RK_NO_MEMORY;
        }
    }
    *out = periods;
    *n = count;
    return RK_OK;
}

bool rk__periods_have(const rk__value *periods, const char *id)
{
    const rk__value *range = rk__json_get(periods, "months");
    const rk__value *from = rk__json_get(range, "from");
    const rk__value *to = rk__json_get(range, "to");
    int32_t month = 0;
    int32_t first = 0;
    int32_t last = 0;
    if (from != NULL && to != NULL) {
        return month_number(id, &month) && from->text != NULL && to->text != NULL &&
               month_number(from->text, &first) && month_number(to->text, &last) &&
               first <= month && month <= last;
    }
    for (const rk__value *p = periods != NULL ? periods->first : NULL; p != NULL; p = p->next) {
        const rk__value *own = rk__json_get(p, "id");
        if (own != NULL && own->text != NULL && strcmp(own->text, id) == 0) {
            return true;
        }
    }
    return false;
}

rk_status rk__periods_read(rk__arena *arena, const rk__value *root, rk_period **out, size_t *n,
                           rk_problems *problems)
{
    const rk__value *list = rk__json_get(root, "periods");
    *n = 0;
    if (!rk__json_given(list)) {
        return rk__json_problem(problems, root, RK_MISSING_KEY,
                                "add \"periods\": [{\"id\", \"start\", \"end\"}]",
                                "the document has no 'periods'");
    }
    if (list->type == RK__JSON_OBJECT) {
        return read_months(arena, list, out, n, problems);
    }
    if (list->type != RK__JSON_ARRAY) {
        return rk__json_problem(problems, list, RK_WRONG_TYPE,
                                "write [{\"id\": ..., \"start\": ..., \"end\": ...}]",
                                "'periods' must be a list, not %s", rk__json_type_name(list));
    }
    if (list->count == 0) {
        return rk__json_problem(problems, list, RK_OUT_OF_RANGE, NULL,
                                "there must be at least one period");
    }
    *out = rk__arena_alloc(arena, list->count * sizeof **out);
    if (*out == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status first = RK_OK;
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        rk__keep_first(&first, read_period(v, &(*out)[(*n)++], problems));
    }
    if (first == RK_OK) {
        first =
            rk__json_unique(list, "id", "period id", "give each period an id of its own", problems);
        rk__keep_first(&first, check_overlaps(*out, *n, list, arena, problems));
    }
    return first;
}
