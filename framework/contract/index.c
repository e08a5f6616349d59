/* SPDX-License-Identifier: MIT
 *
 * index.c: amounts that grow from year to year.
 */
#include "contract/index.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define YEARS_MOST 200

static const char *const index_keys[] = {"rate",      "efficiency", "growth", "base",
                                         "by_period", "title",      "notes",  NULL};
static const char *const rate_keys[] = {"rate", "efficiency", "growth", NULL};

/* -------------------------------------------------------------------- reading */

static size_t period_named(const rk__calendar *c, const char *id)
{
    size_t p = 0;
    while (p < c->n && (c->periods[p].id == NULL || strcmp(c->periods[p].id, id) != 0)) {
        p++;
    }
    return p;
}

static rk_status check_rates(const rk__value *v, rk_problems *problems)
{
    rk_status first = RK_OK;
    rk__nums nums = {0};
    for (size_t i = 0; rate_keys[i] != NULL; i++) {
        const rk__value *rate = rk__json_get(v, rate_keys[i]);
        const char *why = "is not a number";
        if (!rk__json_given(rate)) {
            continue;
        }
        const bool text = rate->type == RK__JSON_STRING || rate->type == RK__JSON_NUMBER;
        const rk_num number = text ? rk__num_parse(&nums, rate->text, true, -1, &why) : NULL;
        const rk_num least = rk__num_from_int(&nums, -1);
        if (nums.no_memory) {
            first = RK_NO_MEMORY;
        } else if (number == NULL) {
            rk__keep_first(&first, rk__json_problem(problems, rate, RK_WRONG_TYPE,
                                                    "write \"2.1%\" or \"0.021\"", "'%s' %s",
                                                    rate_keys[i], why));
        } else if (rk__num_compare(number, least) <= 0 ||
                   (i == 1 && rk__num_compare(number, rk__num_neg(&nums, least)) >= 0)) {
            rk__keep_first(&first,
                           rk__json_problem(problems, rate, RK_OUT_OF_RANGE,
                                            "write \"2.1%\" or \"0.021\"",
                                            "'%s' of an index leaves nothing", rate_keys[i]));
        }
    }
    rk__nums_dispose(&nums);
    return first;
}

/* A year has one entry: that of a period which begins in it. */
static rk_status check_by_period(const rk__calendar *c, const rk__value *by_period,
                                 rk_problems *problems)
{
    rk_status first = RK_OK;
    if (by_period->type != RK__JSON_OBJECT) {
        return rk__json_problem(
            problems, by_period, RK_WRONG_TYPE, "write {\"2017-18\": {\"rate\": \"1%\"}}",
            "'by_period' must be an object, not %s", rk__json_type_name(by_period));
    }
    for (const rk__value *m = by_period->first; m != NULL; m = m->next) {
        const size_t p = period_named(c, m->key);
        if (p == c->n) {
            rk__keep_first(&first, rk__json_key_problem(problems, m, RK_OUT_OF_RANGE,
                                                        "use the ids of the document's periods",
                                                        "there is no period '%s'", m->key));
            continue;
        }
        if (m->type != RK__JSON_OBJECT) {
            rk__keep_first(&first,
                           rk__json_problem(problems, m, RK_WRONG_TYPE, "write {\"rate\": \"1%\"}",
                                            "a period's rates must be an object, not %s",
                                            rk__json_type_name(m)));
            continue;
        }
        rk__keep_first(&first, rk__json_only_keys(m, rate_keys, problems));
        rk__keep_first(&first, check_rates(m, problems));
        for (const rk__value *o = by_period->first; o != m; o = o->next) {
            const size_t q = period_named(c, o->key);
            if (q < c->n && rk__calendar_year(c, c->periods[q].start) ==
                                rk__calendar_year(c, c->periods[p].start)) {
                rk__keep_first(&first, rk__json_key_problem(
                                           problems, m, RK_CONFLICT, "keep one of them",
                                           "'%s' and '%s' are of the same year", o->key, m->key));
            }
        }
    }
    return first;
}

/* A period's id, or a day. */
static rk_status read_base(const rk__calendar *c, const rk__value *v, rk__index *out,
                           rk_problems *problems)
{
    const rk__value *base = rk__json_get(v, "base");
    rk_date date;
    if (!rk__json_given(base)) {
        out->base = c->n > 0 ? rk__calendar_year(c, c->periods[c->order[0]].start) : 0;
        return RK_OK;
    }
    const bool text = base->type == RK__JSON_STRING || base->type == RK__JSON_NUMBER;
    const size_t p = text ? period_named(c, base->text) : c->n;
    if (p < c->n) {
        out->base = rk__calendar_year(c, c->periods[p].start);
        return RK_OK;
    }
    if (text && rk__date_parse(base->text, base->length, &date)) {
        out->base = rk__calendar_year(c, date);
        return RK_OK;
    }
    return rk__json_problem(problems, base, RK_OUT_OF_RANGE,
                            "name a period by its id, or write a day: \"2015-04-01\"",
                            "'base' is neither a period nor a day");
}

static rk_status read_index(const rk__calendar *c, const rk__value *v, rk__index *out,
                            rk_problems *problems)
{
    *out = (rk__index){.at = v};
    if (v->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, "write {\"rate\": \"2.1%\"}",
                                "an index must be an object, not %s", rk__json_type_name(v));
    }
    rk_status first = rk__json_only_keys(v, index_keys, problems);
    const char *title = NULL;
    rk__keep_first(&first, rk__json_text_of(v, "title", false, &title, problems));
    rk__keep_first(&first, check_rates(v, problems));
    rk__keep_first(&first, read_base(c, v, out, problems));
    for (size_t p = 0; p < c->n && first == RK_OK; p++) {
        const int32_t years = rk__calendar_year(c, c->periods[p].start) - out->base;
        if (years > YEARS_MOST || years < -YEARS_MOST) {
            first = rk__json_problem(problems, v, RK_LIMIT, "name a base that is nearer",
                                     "the base of an index is more than %d years from period '%s'",
                                     YEARS_MOST, c->periods[p].id);
        }
    }
    const rk__value *by_period = rk__json_get(v, "by_period");
    if (rk__json_given(by_period)) {
        rk__keep_first(&first, check_by_period(c, by_period, problems));
    }
    return first;
}

rk_status rk__indices_read(const rk__value *root, const rk__calendar *calendar, rk__indices *out,
                           rk_problems *problems)
{
    const rk__value *all = rk__json_get(root, "indices");
    rk_status first = RK_OK;
    *out = (rk__indices){.calendar = calendar};
    if (!rk__json_given(all)) {
        return RK_OK;
    }
    if (all->type != RK__JSON_OBJECT) {
        return rk__json_problem(
            problems, all, RK_WRONG_TYPE, "write {\"name\": {\"rate\": \"2.1%\"}}",
            "'indices' must be an object of indices, not %s", rk__json_type_name(all));
    }
    out->all = all;
    for (const rk__value *v = all->first; v != NULL; v = v->next) {
        rk__index index;
        rk__keep_first(&first, read_index(calendar, v, &index, problems));
    }
    return first;
}

static rk_status no_index(const rk__indices *indices, const rk__value *reference,
                          rk_problems *problems)
{
    const size_t n = indices->all != NULL ? indices->all->count : 0;
    const char **names = rk__calloc(n + 1, sizeof *names);
    if (names == NULL) {
        return RK_NO_MEMORY;
    }
    size_t i = 0;
    for (const rk__value *v = n > 0 ? indices->all->first : NULL; v != NULL; v = v->next) {
        names[i++] = v->key;
    }
    char hint[256] = "add it to \"indices\"";
    const char *near = rk__nearest(reference->text, names);
    if (near != NULL) {
        (void) snprintf(hint, sizeof hint, "did you mean '%s'?", near);
    }
    const rk_status status = rk__json_problem(problems, reference, RK_OUT_OF_RANGE, hint,
                                              "there is no index '%s'", reference->text);
    rk__free(names);
    return status;
}

rk_status rk__index_read(const rk__indices *indices, const rk__value *reference, rk__index *out,
                         rk_problems *problems)
{
    if (reference->type != RK__JSON_STRING) {
        return read_index(indices->calendar, reference, out, problems);
    }
    const rk__value *v = rk__json_get(indices->all, reference->text);
    /* What is wrong with it was reported where all indices were read. */
    return v != NULL ? read_index(indices->calendar, v, out, NULL)
                     : no_index(indices, reference, problems);
}

/* --------------------------------------------------------------------- factors */

/* The rates of a year: those of its period, else the index's own. */
static const rk__value *rate_of(const rk__calendar *c, const rk__index *index, int32_t year,
                                const char *key)
{
    const rk__value *by_period = rk__json_get(index->at, "by_period");
    const bool some = rk__json_given(by_period);
    for (const rk__value *m = some ? by_period->first : NULL; m != NULL; m = m->next) {
        const size_t p = period_named(c, m->key);
        if (p < c->n && rk__calendar_year(c, c->periods[p].start) == year &&
            rk__json_given(rk__json_get(m, key))) {
            return rk__json_get(m, key);
        }
    }
    return rk__json_get(index->at, key);
}

static rk_num step_into(rk__nums *nums, const rk__calendar *c, const rk__index *index, int32_t year)
{
    rk_num step = rk__num_from_int(nums, 1);
    const char *why = NULL;
    for (size_t i = 0; rate_keys[i] != NULL; i++) {
        const rk__value *v = rate_of(c, index, year, rate_keys[i]);
        if (!rk__json_given(v)) {
            continue;
        }
        const rk_num rate = rk__num_parse(nums, v->text, true, -1, &why);
        const rk_num one = rk__num_from_int(nums, 1);
        const bool less = strcmp(rate_keys[i], "efficiency") == 0;
        step = rk__num_mul(nums, step,
                           less ? rk__num_sub(nums, one, rate) : rk__num_add(nums, one, rate));
    }
    return step;
}

rk_num rk__index_factor(rk__nums *nums, const rk__indices *indices, const rk__index *index,
                        size_t period)
{
    const rk__calendar *c = indices->calendar;
    const int32_t year = rk__calendar_year(c, c->periods[period].start);
    const rk_num one = rk__num_from_int(nums, 1);
    rk_num factor = one;
    for (int32_t y = index->base + 1; y <= year && factor != NULL; y++) {
        factor = rk__num_mul(nums, factor, step_into(nums, c, index, y));
    }
    for (int32_t y = year + 1; y <= index->base && factor != NULL; y++) {
        factor = rk__num_div(nums, factor, step_into(nums, c, index, y));
    }
    return factor;
}
