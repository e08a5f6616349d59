/* SPDX-License-Identifier: MIT
 *
 * forecast.c: the year to date, and a forecast of the year by a stated method.
 *
 * Each period of the financial year has a weight; the forecast is the actual to date times the
 * weight of the year by that of the periods so far.
 */
#include <stdio.h>
#include <stdlib.h>

#include "contract/selection.h"
#include "contract/sources.h"
#include "variance/variance.h"

typedef struct forecaster {
    rk__load *load;
    rk_variance *v;
    const rk_contract *c;
    bool *in_year; /* by period */
    rk_num *weight;
    const char *assumption;
    rk_num so_far, all; /* weights */
} forecaster;

static const char *const methods[] = {"straight-line", "profile", "working-days", NULL};

/* The periods of the financial year in which all the selected ones are. */
static rk_status find_year(forecaster *f)
{
    const rk_contract *c = f->c;
    f->in_year = rk__arena_alloc(&f->v->sides.arena, c->n_periods + 1);
    f->weight = rk__arena_alloc(&f->v->sides.arena, (c->n_periods + 1) * sizeof *f->weight);
    if (f->in_year == NULL || f->weight == NULL) {
        return RK_NO_MEMORY;
    }
    const int32_t year = rk__calendar_year(&c->calendar, c->periods[f->load->last].start);
    for (size_t p = 0; p < c->n_periods; p++) {
        f->in_year[p] = rk__calendar_year(&c->calendar, c->periods[p].start) == year;
        if (rk__period_shown(c, p) && !f->in_year[p]) {
            return rk__problem(f->load->problems, RK_USAGE, NULL,
                               "select periods of one year, as --year-to-date does",
                               "--forecast is for one financial year, and '%s' and '%s' are of two",
                               c->periods[p].id, c->periods[f->load->last].id);
        }
    }
    return RK_OK;
}

/* --------------------------------------------------------------------- weights */

static void count_periods(const forecaster *f, size_t *so_far, size_t *all)
{
    *so_far = *all = 0;
    for (size_t p = 0; p < f->c->n_periods; p++) {
        *all += f->in_year[p];
        *so_far += f->in_year[p] && rk__period_shown(f->c, p);
    }
}

static rk_status straight_line(forecaster *f)
{
    rk__arena *arena = &f->v->sides.arena;
    const rk__year_part *part = rk__calendar_parts(&f->c->calendar, NULL, NULL, arena);
    size_t so_far = 0;
    size_t all = 0;
    if (part == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t p = 0; p < f->c->n_periods; p++) {
        f->weight[p] = rk__num_from_ratio(&f->v->sides.nums, part[p].num, part[p].den);
    }
    count_periods(f, &so_far, &all);
    f->assumption = rk__arena_printf(arena,
                                     "Straight line: the rest of the year goes on at the rate of "
                                     "%zu of its %zu periods",
                                     so_far, all);
    return RK_OK;
}

/* Whether a day is in the table of holidays. */
static rk_status read_holidays(const forecaster *f, rk__table **out)
{
    const rk__table_spec *spec = rk__contract_fact(f->c, "holidays");
    *out = NULL;
    if (spec == NULL) {
        return RK_OK;
    }
    const rk_status status =
        rk__table_load(spec, &f->load->session->access, false, out, f->load->problems);
    if (status == RK_OK && rk__table_find(*out, "date") < 0) {
        return rk__problem(f->load->problems, RK_MISSING_COLUMN, NULL, NULL,
                           "table 'holidays' has no column 'date'");
    }
    return status;
}

static int64_t weekdays(int32_t first, int32_t last)
{
    int64_t n = 0;
    for (int32_t day = first; day <= last; day++) {
        n += ((day % 7) + 7 + 3) % 7 < 5; /* day 0 was a Thursday; Monday is 0 */
    }
    return n;
}

static rk_status working_days(forecaster *f)
{
    rk__nums *nums = &f->v->sides.nums;
    rk__table *holidays = NULL;
    rk_status status = read_holidays(f, &holidays);
    int64_t so_far = 0;
    int64_t all = 0;
    for (size_t p = 0; p < f->c->n_periods && status == RK_OK; p++) {
        const int32_t first = rk__date_days(f->c->periods[p].start);
        const int32_t last = rk__date_days(f->c->periods[p].end);
        int64_t days = weekdays(first, last);
        for (size_t row = 0; holidays != NULL && row < rk__table_n_rows(holidays); row++) {
            size_t length = 0;
            const char *text =
                rk__table_cell(holidays, rk__table_find(holidays, "date"), row, &length);
            rk_date date;
            if (text == NULL || !rk__date_parse(text, length, &date)) {
                status = rk__problem(f->load->problems, RK_OUT_OF_RANGE, NULL,
                                     "write dates as 2016-05-02",
                                     "table 'holidays', row %zu: the value is not a date", row + 1);
                break;
            }
            const int32_t day = rk__date_days(date);
            days -= first <= day && day <= last ? weekdays(day, day) : 0;
        }
        f->weight[p] = rk__num_from_int(nums, days);
        all += f->in_year[p] ? days : 0;
        so_far += f->in_year[p] && rk__period_shown(f->c, p) ? days : 0;
    }
    rk__table_free(holidays);
    f->assumption = rk__arena_printf(
        &f->v->sides.arena, "By working days: %lld of %lld, Monday to Friday%s", (long long) so_far,
        (long long) all,
        holidays != NULL ? " without the days of table 'holidays'"
                         : ", bank holidays included as there is no table 'holidays'");
    return status;
}

/* The row of a period in the profile: by its id, or by the month that it begins in. */
static bool is_row_of(const rk_period *period, const rk__table *table, int by_id, int by_month,
                      size_t row)
{
    size_t length = 0;
    const char *text = rk__table_cell(table, by_id >= 0 ? by_id : by_month, row, &length);
    if (text == NULL) {
        return false;
    }
    if (by_id >= 0) {
        return strlen(period->id) == length && memcmp(period->id, text, length) == 0;
    }
    char month[8];
    char *end = NULL;
    (void) snprintf(month, sizeof month, "%.*s", (int) (length < 7 ? length : 7), text);
    return strtol(month, &end, 10) == period->start.month && end != month && *end == '\0';
}

static rk_status profile_of(forecaster *f, rk__table *table)
{
    const int by_id = rk__table_find(table, "period");
    const int by_month = rk__table_find(table, "month");
    const int share = rk__table_find(table, "share");
    const rk__column *shares = NULL;
    if (share < 0 || (by_id < 0 && by_month < 0)) {
        return rk__problem(f->load->problems, RK_MISSING_COLUMN, NULL,
                           "it has the columns period (or month, 1 to 12) and share",
                           "table 'profile' has no column '%s'", share < 0 ? "share" : "period");
    }
    rk_status status = rk__table_column(table, share, RK__CELL_DECIMAL, &shares, f->load->problems);
    for (size_t p = 0; p < f->c->n_periods && status == RK_OK; p++) {
        for (size_t row = 0; row < rk__table_n_rows(table); row++) {
            if (shares->has[row] != 0 &&
                is_row_of(&f->c->periods[p], table, by_id, by_month, row)) {
                f->weight[p] = rk__num_from_decimal(&f->v->sides.nums, shares->v[row]);
            }
        }
        if (f->in_year[p] && f->weight[p] == NULL) {
            return rk__problem(f->load->problems, RK_UNKNOWN_KEY, NULL,
                               "give each period of the year a share; they need not add up to 1",
                               "table 'profile' has no share of period '%s'", f->c->periods[p].id);
        }
    }
    return status;
}

static rk_status by_profile(forecaster *f)
{
    const rk__table_spec *spec = rk__contract_fact(f->c, "profile");
    rk__table *table = NULL;
    if (spec == NULL) {
        return rk__problem(f->load->problems, RK_UNKNOWN_TABLE, NULL,
                           "add it to \"facts\": rows of period (or month, 1 to 12) and share",
                           "--forecast profile needs a table 'profile'");
    }
    rk_status status =
        rk__table_load(spec, &f->load->session->access, false, &table, f->load->problems);
    status = status == RK_OK ? profile_of(f, table) : status;
    rk__table_free(table);
    f->assumption = "By profile: the year's amounts fall on its periods as table 'profile' says";
    return status;
}

/* ------------------------------------------------------------------ the forecast */

/* The plan of the whole year. */
static rk_status plan_of_year(forecaster *f, rk_num *out)
{
    rk_options *o = &f->load->session->options;
    const rk_options before = *o;
    rk__load load = *f->load;
    rk__loaded whole = {.name = NULL};
    load.closed = false;
    o->periods = o->through = NULL;
    o->year_to_date = false;
    rk_status status =
        rk__loaded_open(&load, f->load->options->plan, f->load->options->actual, &whole);
    *o = before;
    *out = rk__num_from_int(&f->v->sides.nums, 0);
    for (size_t i = 0; i < whole.side.n_parts && status == RK_OK; i++) {
        const char *id = whole.side.parts[i].period;
        const int p = rk__period_by_id(f->c, id, strlen(id));
        if (p >= 0 && f->in_year[p]) {
            *out = rk__num_add(&f->v->sides.nums, *out, whole.side.parts[i].total);
        }
    }
    rk__loaded_dispose(&whole);
    return status;
}

static rk_status add_weights(forecaster *f)
{
    rk__nums *nums = &f->v->sides.nums;
    f->so_far = f->all = rk__num_from_int(nums, 0);
    for (size_t p = 0; p < f->c->n_periods; p++) {
        if (f->in_year[p]) {
            f->all = rk__num_add(nums, f->all, f->weight[p]);
        }
        if (f->in_year[p] && rk__period_shown(f->c, p)) {
            f->so_far = rk__num_add(nums, f->so_far, f->weight[p]);
        }
    }
    return rk__num_sign(f->so_far) > 0
               ? RK_OK
               : rk__problem(f->load->problems, RK_OUT_OF_RANGE, NULL, NULL,
                             "--forecast: the periods so far have no part of the year");
}

rk_status rk__forecast_find(rk__load *load, rk_variance *v, const char *method)
{
    rk__nums *nums = &v->sides.nums;
    forecaster f = {.load = load, .v = v, .c = v->actual_side.contract};
    rk_status (*const weigh[])(forecaster *) = {straight_line, by_profile, working_days};
    size_t m = 0;
    while (methods[m] != NULL && strcmp(methods[m], method) != 0) {
        m++;
    }
    if (methods[m] == NULL) {
        return rk__problem(load->problems, RK_USAGE, NULL,
                           "use straight-line, profile or working-days",
                           "there is no forecast '%s'", method);
    }
    rk_num plan = NULL;
    rk_status status = find_year(&f);
    status = status == RK_OK ? weigh[m](&f) : status;
    status = status == RK_OK ? add_weights(&f) : status;
    status = status == RK_OK ? plan_of_year(&f, &plan) : status;
    v->year = rk__arena_alloc(&v->sides.arena, sizeof *v->year);
    if (status != RK_OK || v->year == NULL) {
        return status != RK_OK ? status : RK_NO_MEMORY;
    }
    const rk_num forecast = rk__num_round(
        nums, rk__num_div(nums, rk__num_mul(nums, v->actual, f.all), f.so_far), v->places);
    *v->year = (rk_variance_forecast){.method = methods[m],
                                      .assumption = f.assumption,
                                      .plan_to_date = v->plan,
                                      .actual_to_date = v->actual,
                                      .variance_to_date = v->variance,
                                      .plan = plan,
                                      .forecast = forecast,
                                      .variance = rk__num_sub(nums, forecast, plan)};
    return f.assumption == NULL || nums->no_memory ? RK_NO_MEMORY : RK_OK;
}
