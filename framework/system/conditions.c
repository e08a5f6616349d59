/* SPDX-License-Identifier: MIT
 *
 * conditions.c: conditions that the system itself meets or misses. A row of a contract's table
 * may say
 *     "met": {"position_excluding_grants": "control_total"}
 * or "position", which counts grants too, with "organisation" (else the payee), "cumulative"
 * (the year to date) and "after_pool".
 */
#include <string.h>

#include "system/document_values.h"
#include "system/run.h"
#include "system/system.h"

static const char *const met_keys[] = {
    "position_excluding_grants", "position", "organisation", "cumulative", "after_pool", NULL};

const rk__value *rk__condition_rows(const rk__value *table)
{
    const rk__value *rows = table->type == RK__JSON_OBJECT ? rk__json_get(table, "rows") : table;
    return rows != NULL && rows->type == RK__JSON_ARRAY ? rows : NULL;
}

const rk__value *rk__condition_in(const rk__value *row)
{
    const rk__value *met = rk__json_get(row, "met");
    return met != NULL && met->type == RK__JSON_OBJECT ? met : NULL;
}

rk_status rk__condition_read(rk__system_run *run, size_t contract, const rk__value *met,
                             rk__condition *out)
{
    rk_status status = rk__json_only_keys(met, met_keys, run->problems);
    const rk__value *without = rk__json_get(met, "position_excluding_grants");
    const rk__value *with = rk__json_get(met, "position");
    const rk__value *target = with != NULL ? with : without;
    if (status == RK_OK && (with == NULL) == (without == NULL)) {
        return rk__json_problem(run->problems, met, with == NULL ? RK_MISSING_KEY : RK_CONFLICT,
                                "write {\"position_excluding_grants\": \"control_total\"}",
                                "a condition looks at one position");
    }
    if (status == RK_OK &&
        (target->type != RK__JSON_STRING || strcmp(target->text, "control_total") != 0)) {
        return rk__json_problem(run->problems, target, RK_OUT_OF_RANGE, "write \"control_total\"",
                                "a position is compared with the control total");
    }
    *out = (rk__condition){.organisation = run->s.contracts[contract].payee,
                           .with_grants = with != NULL};
    rk__keep_first(&status,
                   rk__json_bool_of(met, "cumulative", false, &out->cumulative, run->problems));
    rk__keep_first(&status,
                   rk__json_bool_of(met, "after_pool", false, &out->after_pool, run->problems));
    return status != RK_OK ? status
                           : rk__system_organisation(&run->s, met, "organisation", false,
                                                     &out->organisation, run->problems);
}

/* -------------------------------------------------------------------- positions */

/* The position of an organisation after the pool. */
static rk_status pooled(rk__system_run *run, const rk__condition *c, size_t period, rk_num *reserve,
                        rk_num *out)
{
    const size_t n = run->s.n_organisations;
    rk__period_outcome aside = {0};
    rk_status status = RK_OK;
    aside.positions = rk__calloc(n + 1, sizeof *aside.positions);
    if (aside.positions == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t o = 0; o < n && status == RK_OK; o++) {
        status = rk__position_make(run, o, period, !c->with_grants, &aside.positions[o]);
    }
    if (status == RK_OK) {
        status = rk__system_share(run, period, &aside, reserve, true);
    }
    *out = aside.positions[c->organisation].after;
    for (size_t o = 0; o < n; o++) {
        rk__position_dispose(&aside.positions[o]);
    }
    rk__free(aside.positions);
    return status;
}

static rk_status position_in(rk__system_run *run, const rk__condition *c, size_t period,
                             rk_num *reserve, rk_num *out)
{
    if (c->after_pool) {
        return pooled(run, c, period, reserve, out);
    }
    rk__position position = {0};
    const rk_status status =
        rk__position_make(run, c->organisation, period, !c->with_grants, &position);
    *out = position.before;
    rk__position_dispose(&position);
    return status;
}

/* What is tested in a period, and against what: the period's own, or the year to date. A reserve
 * of the pool may have been drawn in any earlier period. */
static rk_status figures(rk__system_run *run, const rk__condition *c, size_t period, rk_num *tested,
                         rk_num *against)
{
    rk__nums *nums = &run->s.nums;
    const rk__calendar *calendar = &run->s.calendar;
    const rk_num *totals = run->s.organisations[c->organisation].control_total;
    const int32_t year = rk__calendar_year(calendar, run->s.periods[period].start);
    rk_num reserve = run->s.risk_pool != NULL ? run->s.risk_pool->reserve : NULL;
    rk_status status = RK_OK;
    *tested = *against = rk__num_from_int(nums, 0);
    for (size_t at = 0; at < run->s.n_periods && status == RK_OK; at++) {
        const size_t p = calendar->order[at];
        const bool counts =
            p == period ||
            (c->cumulative && rk__calendar_year(calendar, run->s.periods[p].start) == year);
        rk_num position = NULL;
        if (counts || (c->after_pool && reserve != NULL)) {
            status = position_in(run, c, p, &reserve, &position);
        }
        if (counts && status == RK_OK) {
            *tested = rk__num_add(nums, *tested, position);
            *against = totals[p] != NULL ? rk__num_add(nums, *against, totals[p]) : *against;
        }
        if (p == period) {
            break;
        }
    }
    return nums->no_memory ? RK_NO_MEMORY : status;
}

static rk_status keep_test(rk__system_run *run, const rk_condition_test *test)
{
    rk__scenario_result *out = run->out;
    rk__arena *arena = &run->result->arena;
    for (size_t i = 0; i < out->n_conditions; i++) {
        const rk_condition_test *t = &out->conditions[i];
        if (strcmp(t->contract, test->contract) == 0 && strcmp(t->period, test->period) == 0 &&
            strcmp(t->organisation, test->organisation) == 0 && t->cumulative == test->cumulative &&
            t->after_pool == test->after_pool && t->with_grants == test->with_grants) {
            return RK_OK;
        }
    }
    if (rk__grow((void **) &out->conditions, &out->conditions_capacity, out->n_conditions + 1,
                 sizeof *out->conditions) != 0) {
        return RK_NO_MEMORY;
    }
    rk_condition_test *t = &out->conditions[out->n_conditions++];
    *t = *test;
    t->contract = rk__arena_strdup(arena, test->contract);
    t->period = rk__arena_strdup(arena, test->period);
    t->organisation = rk__arena_strdup(arena, test->organisation);
    return arena->failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status is_met(rk__system_run *run, size_t contract, const rk__value *met, size_t period,
                        bool *out)
{
    rk__condition c = {0};
    rk_status status = rk__condition_read(run, contract, met, &c);
    if (status != RK_OK) {
        return status;
    }
    const rk__organisation *o = &run->s.organisations[c.organisation];
    if (o->control_total[period] == NULL) {
        return rk__json_problem(
            run->problems, met, RK_MISSING_KEY, "give the organisation a control_total",
            "'%s' has no control total in period '%s' to be met", o->id, run->s.periods[period].id);
    }
    rk_condition_test test = {.contract = run->s.contracts[contract].id,
                              .period = run->s.periods[period].id,
                              .organisation = o->id,
                              .cumulative = c.cumulative,
                              .after_pool = c.after_pool,
                              .with_grants = c.with_grants};
    status = figures(run, &c, period, &test.tested, &test.against);
    test.met = status == RK_OK && rk__num_compare(test.tested, test.against) >= 0;
    *out = test.met;
    return status == RK_OK ? keep_test(run, &test) : status;
}

/* ------------------------------------------------------------------------- rows */

static void write_member(rk__buf *out, const rk__value *m)
{
    rk__json_write_text(out, m->key, strlen(m->key));
    rk__buf_putc(out, ':');
    if (m->type == RK__JSON_STRING || m->type == RK__JSON_NUMBER) {
        rk__json_write_text(out, m->text, m->length); /* a cell is text either way */
    } else {
        rk__buf_puts(out, m->type == RK__JSON_BOOL ? m->truth ? "true" : "false" : "null");
    }
}

/* Writes a row for one period, its condition replaced by true or false (false if `missed`). */
static rk_status write_row(rk__system_run *run, size_t contract, const rk__value *row,
                           size_t period, bool add_period, bool missed, rk__buf *out)
{
    bool first = true;
    rk__buf_putc(out, '{');
    for (const rk__value *m = row->first; m != NULL; m = m->next) {
        rk__buf_puts(out, first ? "" : ",");
        first = false;
        if (m != rk__condition_in(row)) {
            if (m->type == RK__JSON_OBJECT || m->type == RK__JSON_ARRAY) {
                return rk__json_problem(run->problems, m, RK_WRONG_TYPE, NULL,
                                        "a cell of column '%s' must be a string, number or bool, "
                                        "not %s",
                                        m->key, rk__json_type_name(m));
            }
            write_member(out, m);
            continue;
        }
        bool met = false;
        const rk_status status = missed ? RK_OK : is_met(run, contract, m, period, &met);
        if (status != RK_OK) {
            return status;
        }
        rk__buf_puts(out, met ? "\"met\":true" : "\"met\":false");
    }
    if (add_period) {
        rk__buf_puts(out, first ? "\"period\":" : ",\"period\":");
        rk__json_write_text(out, run->s.periods[period].id, strlen(run->s.periods[period].id));
    }
    rk__buf_puts(out, "}");
    return RK_OK;
}

static size_t period_named(const rk__system_run *run, const rk__value *period)
{
    size_t p = 0;
    while (p < run->s.n_periods &&
           (period->text == NULL || strcmp(run->s.periods[p].id, period->text) != 0)) {
        p++;
    }
    return p;
}

/* A row for every period becomes one for each period: a condition may be met in one year and missed
 * in another. */
static rk_status write_rows(rk__system_run *run, size_t contract, const rk__value *rows,
                            bool missed, rk__buf *out)
{
    rk_status status = RK_OK;
    bool first = true;
    rk__buf_puts(out, "[");
    for (const rk__value *row = rows->first; row != NULL && status == RK_OK; row = row->next) {
        if (row->type != RK__JSON_OBJECT) {
            return rk__json_problem(run->problems, row, RK_WRONG_TYPE, NULL,
                                    "a row must be an object, not %s", rk__json_type_name(row));
        }
        const rk__value *period = rk__json_get(row, "period");
        const bool named = rk__json_given(period);
        const size_t only = named ? period_named(run, period) : 0;
        if (named && only == run->s.n_periods) {
            return rk__json_problem(
                run->problems, period, RK_OUT_OF_RANGE, "use the ids of the system's periods",
                "there is no period '%s'", period->text != NULL ? period->text : "");
        }
        for (size_t p = named ? only : 0;
             p < (named ? only + 1 : run->s.n_periods) && status == RK_OK; p++) {
            rk__buf_puts(out, first ? "" : ",");
            first = false;
            status = write_row(run, contract, row, p, !named, missed, out);
        }
    }
    rk__buf_puts(out, "]");
    return status;
}

rk_status rk__condition_settle(rk__system_run *run, size_t contract, const rk__value *table,
                               bool missed)
{
    const rk__value *rows = rk__condition_rows(table);
    rk__buf text = {0};
    rk__json *made = NULL;
    rk_status status = write_rows(run, contract, rows, missed, &text);
    if (status == RK_OK) {
        status = text.failed ? RK_NO_MEMORY
                             : rk__json_parse(text.text, text.length, table->key, &made, NULL);
    }
    rk__buf_dispose(&text);
    if (status != RK_OK) {
        return status;
    }
    const char *pointer = rk__json_pointer(rows, &run->s.arena);
    if (pointer == NULL) {
        rk__json_free(made);
        return RK_NO_MEMORY;
    }
    return rk__system_replace(run, pointer, made);
}
