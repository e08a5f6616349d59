/* SPDX-License-Identifier: MIT
 *
 * calls.c: the functions of the language.
 */
#include <stdio.h>

#include "formula/eval.h"

static rk__result_value arg(rk__eval *ev, const rk__expr *e, int i)
{
    return rk__eval_expr(ev, ev->source, e->arg[i]);
}

static rk__result_value number(rk__eval *ev, const rk__expr *e, rk_num n)
{
    return rk__eval_number(ev, e, n);
}

/* 10^n, n from 0 to 12 */
static rk_num ten_to(const rk_host *h, int n)
{
    int64_t power = 1;
    for (int i = 0; i < n; i++) {
        power *= 10;
    }
    return h->integer(h, power);
}

/* ------------------------------------------------------------------- rounding */

static rk_num round_to(const rk_host *h, rk_num x, int places)
{
    if (places >= 0) {
        return h->round(h, x, places);
    }
    const rk_num unit = ten_to(h, -places);
    return h->mul(h, h->round(h, h->div(h, x, unit), 0), unit);
}

/* Towards zero. */
static rk_num truncate(const rk_host *h, rk_num x, int places)
{
    const bool negative = h->sign(h, x) < 0;
    const rk_num size = negative ? h->neg(h, x) : x;
    const rk_num unit = ten_to(h, places < 0 ? -places : places);
    const rk_num cut = places >= 0 ? h->div(h, h->floor(h, h->mul(h, size, unit)), unit)
                                   : h->mul(h, h->floor(h, h->div(h, size, unit)), unit);
    return negative ? h->neg(h, cut) : cut;
}

/* x^(p/q), correctly rounded. */
static rk__result_value root(rk__eval *ev, const rk__expr *e)
{
    const rk_host *const h = ev->h;
    const int64_t p = e->arg[1]->index, q = e->arg[1]->source;
    const rk__result_value x = arg(ev, e, 0);
    if (x.missing) {
        return x;
    }
    const int sign = h->sign(h, x.number);
    if (sign < 0 || (sign == 0 && p < 0)) {
        return rk__eval_fail(ev, e->at, RK_OUT_OF_RANGE, "guard it with IF",
                             "POW takes numbers above zero");
    }
    return number(ev, e, h->power(h, x.number, p, q, e->index));
}

/* ---------------------------------------------------------------------- totals */

/* Whether a value is another one in each row that SUM and its like are at. */
static bool differs_by_row(const rk__expr *e)
{
    bool differs = e->op == RK__OP_CELL && e->total;
    for (int i = 0; i < e->n && !differs; i++) {
        differs = differs_by_row(e->arg[i]);
    }
    return differs;
}

/* Rows without a value are left out, as blanks in a spreadsheet are. What is missing in every row,
 * a parameter that is not given, is missing in the total too. */
static rk__result_value total(rk__eval *ev, const rk__expr *e)
{
    const rk_host *const h = ev->h;
    const size_t n = rk__eval_n_rows(ev, e->source);
    const size_t outer = ev->total_row;
    const rk__expr *const was_missing = ev->missing;
    const rk__source *const source = ev->source, *const was_missing_in = ev->missing_in;
    rk__result_value v = {.number = h->integer(h, e->function == RK__PRODUCT)};
    int64_t count = 0;
    for (size_t i = 0; i < n && ev->fault.status == RK_OK; i++) {
        ev->total_row = i;
        ev->missing = NULL;
        const rk__result_value one = rk__eval_expr(ev, source, e->arg[0]);
        if (one.missing && ev->missing != NULL && !differs_by_row(ev->missing)) {
            ev->total_row = outer;
            ev->missing = was_missing != NULL ? was_missing : ev->missing;
            ev->missing_in = was_missing != NULL ? was_missing_in : ev->missing_in;
            return one;
        }
        if (one.missing) {
            continue;
        }
        if (e->function == RK__COUNT) {
            count += e->arg[0]->type != RK__EXPR_TRUTH || one.truth;
            continue;
        }
        count++;
        v = number(ev, e,
                   e->function == RK__PRODUCT ? h->mul(h, v.number, one.number)
                                              : h->add(h, v.number, one.number));
    }
    ev->total_row = outer;
    ev->missing = was_missing;
    ev->missing_in = was_missing_in;
    if (ev->fault.status != RK_OK) {
        return (rk__result_value){.missing = true};
    }
    if (e->function == RK__COUNT) {
        return number(ev, e, h->integer(h, count));
    }
    if (e->function == RK__AVG) {
        return count == 0 ? rk__eval_fail(ev, e->at, RK_OUT_OF_RANGE,
                                          "guard it with IF(COUNT(...) > 0, ...)",
                                          "there is no value to take the average of")
                          : number(ev, e, h->div(h, v.number, h->integer(h, count)));
    }
    return v;
}

/* --------------------------------------------------------------------- tables */

static rk__result_value lookup(rk__eval *ev, const rk__expr *e)
{
    rk__result_value keys[4];
    size_t row = 0;
    for (int i = 1; i < e->n; i++) {
        keys[i - 1] = arg(ev, e, i);
        if (keys[i - 1].missing) {
            return keys[i - 1];
        }
    }
    const bool found = rk__eval_find(ev, e->source, keys, &row);
    rk__result_value v = {.missing = true};
    if (found) {
        v = rk__eval_cell(ev, e->source, e->index, row);
    }
    if (v.missing && ev->missing == NULL) {
        ev->missing = e;
        ev->missing_in = ev->source;
    }
    return v;
}

static int to_column(const rk__formula *f, int source)
{
    const rk__rows_source *const s = &f->sources[source];
    int i = 0;
    while (strcmp(s->list != NULL ? s->list->items[i].name : f->columns[s->first + i].name, "to") !=
           0) {
        i++;
    }
    return s->list != NULL ? i : s->first + i;
}

/* The column of the first row whose `to` the number does not exceed. */
static rk__result_value band_of(rk__eval *ev, const rk__expr *e, rk_num x)
{
    const size_t n = rk__eval_n_rows(ev, e->source);
    const int to_at = to_column(ev->formula, e->source);
    for (size_t i = 0; i < n; i++) {
        const rk__result_value to = rk__eval_cell(ev, e->source, to_at, i);
        if (to.missing || ev->h->compare(ev->h, x, to.number) <= 0) {
            rk__result_value v = rk__eval_cell(ev, e->source, e->index, i);
            if (v.missing && ev->missing == NULL) {
                ev->missing = e;
                ev->missing_in = ev->source;
            }
            return v;
        }
    }
    return rk__eval_fail(ev, e->at, RK_OUT_OF_RANGE, "leave out the last row's `to`",
                         "the number is beyond the last band of '%s'",
                         ev->formula->sources[e->source].name);
}

static rk__result_value band(rk__eval *ev, const rk__expr *e)
{
    const rk_host *const h = ev->h;
    const rk__result_value x = arg(ev, e, 0);
    if (x.missing || !e->total) {
        return x.missing ? x : band_of(ev, e, x.number);
    }
    const size_t n = rk__eval_n_rows(ev, e->source);
    const int to_at = to_column(ev->formula, e->source);
    rk_num start = h->integer(h, 0);
    rk__result_value v = {.number = start};
    for (size_t i = 0; i < n && h->compare(h, x.number, start) > 0; i++) {
        const rk__result_value to = rk__eval_cell(ev, e->source, to_at, i);
        const rk__result_value rate = rk__eval_cell(ev, e->source, e->index, i);
        if (!to.missing && h->compare(h, to.number, start) < 0) {
            return rk__eval_fail(ev, e->arg[1]->at, RK_OUT_OF_RANGE, "sort the rows by `to`",
                                 "row %zu of '%s' ends before the one above it", i + 1,
                                 ev->formula->sources[e->source].name);
        }
        if (rate.missing) {
            return rk__eval_fail(ev, e->arg[1]->at, RK_OUT_OF_RANGE, "give each row a `rate`",
                                 "row %zu of '%s' has no rate", i + 1,
                                 ev->formula->sources[e->source].name);
        }
        const rk_num end = to.missing ? x.number : h->min(h, x.number, to.number);
        v = number(ev, e, h->add(h, v.number, h->mul(h, h->sub(h, end, start), rate.number)));
        start = end;
    }
    return v;
}

/* ----------------------------------------------------------------------- dates */

/* DAYS(), MONTHS(): of the period, both ends included. DAYS(a, b): from a to b. MONTHS(a, b):
 * whole months from a to b. */
static rk__result_value between(rk__eval *ev, const rk__expr *e)
{
    int32_t year[2], month[2], day[2];
    int64_t days[2];
    for (int i = 0; i < 2; i++) {
        if (e->n == 0) {
            if (ev->period == NULL) {
                return (rk__result_value){.missing = true};
            }
            const rk_date d = i == 0 ? ev->period->start : ev->period->end;
            year[i] = d.year;
            month[i] = d.month;
            day[i] = d.day;
            days[i] = rk__days_of(d.year, d.month, d.day);
            continue;
        }
        const rk__result_value v = arg(ev, e, i);
        if (v.missing) {
            return v;
        }
        if (!rk__eval_date(v.text, &year[i], &month[i], &day[i], &days[i])) {
            return rk__eval_fail(ev, e->arg[i]->at, RK_OUT_OF_RANGE, "write 2016-04-01",
                                 "'%.40s' is not a date", v.text);
        }
    }
    const int included = e->n == 0 ? 1 : 0;
    if (e->function == RK__DAYS) {
        return number(ev, e, ev->h->integer(ev->h, days[1] - days[0] + included));
    }
    int64_t months = (int64_t) (year[1] - year[0]) * 12 + month[1] - month[0];
    if (e->n == 0) {
        months += 1; /* calendar months that the period touches */
    } else if (days[1] >= days[0]) {
        months -= day[1] < day[0];
    } else {
        months += day[1] > day[0];
    }
    return number(ev, e, ev->h->integer(ev->h, months));
}

/* ------------------------------------------------------------------------ all */

static rk__result_value extreme(rk__eval *ev, const rk__expr *e)
{
    rk__result_value v = arg(ev, e, 0);
    for (int i = 1; i < e->n && !v.missing; i++) {
        const rk__result_value other = arg(ev, e, i);
        if (other.missing) {
            return other;
        }
        v = number(ev, e,
                   e->function == RK__MIN ? ev->h->min(ev->h, v.number, other.number)
                                          : ev->h->max(ev->h, v.number, other.number));
    }
    return v;
}

static rk__result_value safe_div(rk__eval *ev, const rk__expr *e)
{
    const rk__result_value a = arg(ev, e, 0);
    const rk__result_value b = a.missing ? a : arg(ev, e, 1);
    if (b.missing) {
        return b;
    }
    return number(ev, e,
                  ev->h->sign(ev->h, b.number) == 0 ? ev->h->integer(ev->h, 0)
                                                    : ev->h->div(ev->h, a.number, b.number));
}

static rk__result_value given(rk__eval *ev, const rk__expr *e)
{
    const rk__expr *const was_missing = ev->missing;
    const rk__result_value v = arg(ev, e, 0);
    ev->missing = was_missing;
    return (rk__result_value){.truth = !v.missing};
}

/* IF: only the branch that is taken has a value; `explain` shows the condition's words. */
static rk__result_value choose(rk__eval *ev, const rk__expr *e)
{
    const rk__result_value condition = arg(ev, e, 0);
    if (condition.missing) {
        return condition;
    }
    const rk__source *const source = ev->source;
    rk__result_value v = arg(ev, e, condition.truth ? 1 : 2);
    if (!v.missing && v.number != NULL && !ev->quiet) {
        char words[96];
        const uint32_t length = e->arg[0]->end - e->arg[0]->begin;
        (void) snprintf(words, sizeof words, "%.*s", (int) (length < 90 ? length : 90),
                        source->text + e->arg[0]->begin);
        v.number = ev->h->select(ev->h, condition.truth, words, v.number, v.number);
    }
    return v;
}

/* Decimal places that are an expression. */
static bool places_of(rk__eval *ev, const rk__expr *e, int *out)
{
    const rk__result_value v = arg(ev, e, 1);
    if (v.missing) {
        return false;
    }
    if (v.number->big || v.number->den != 1 || v.number->num < -12 || v.number->num > 12) {
        (void) rk__eval_fail(ev, e->arg[1]->at, RK_OUT_OF_RANGE, "use a whole number",
                             "the decimal places must be a whole number from -12 to 12");
        return false;
    }
    *out = (int) v.number->num;
    return true;
}

rk__result_value rk__eval_call(rk__eval *ev, const rk__expr *e)
{
    const rk_host *const h = ev->h;
    rk__result_value v;
    switch (e->function) {
    case RK__IF:
        return choose(ev, e);
    case RK__MIN:
    case RK__MAX:
        return extreme(ev, e);
    case RK__SUM:
    case RK__AVG:
    case RK__COUNT:
    case RK__PRODUCT:
        return total(ev, e);
    case RK__SAFE_DIV:
        return safe_div(ev, e);
    case RK__POW:
        return root(ev, e);
    case RK__LOOKUP:
        return lookup(ev, e);
    case RK__BAND:
        return band(ev, e);
    case RK__DAYS:
    case RK__MONTHS:
        return between(ev, e);
    case RK__GIVEN:
        return given(ev, e);
    default:
        break;
    }
    v = arg(ev, e, 0);
    if (v.missing) {
        return v;
    }
    int places = e->index;
    if (e->total && !places_of(ev, e, &places)) {
        return (rk__result_value){.missing = true};
    }
    switch (e->function) {
    case RK__ABS:
        return h->sign(h, v.number) < 0 ? number(ev, e, h->neg(h, v.number)) : v;
    case RK__ROUND:
        return number(ev, e, round_to(h, v.number, places));
    case RK__FLOOR:
        return number(ev, e, h->floor(h, v.number));
    case RK__CEILING:
        return number(ev, e, h->ceil(h, v.number));
    default:
        return number(ev, e, truncate(h, v.number, places));
    }
}
