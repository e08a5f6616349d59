/* SPDX-License-Identifier: MIT
 *
 * sources.c: loads each table of an evaluation once.
 */
#include "contract/sources.h"

#include "contract/later_period.h"
#include "table/table.h"
#include "tariff/shelf.h"

#include <stdio.h>
#include <string.h>

typedef struct held_fact {
    const rk__table_spec *spec;
    rk__table *table;
} held_fact;

typedef struct held_lookup {
    rk__table *table;
    const char *period; /* NULL if the table has no `period` column */
    rk__lookup *lookup;
} held_lookup;

/* The tables of one name of all tariffs of a period. */
typedef struct held_stack {
    const char *name;
    const rk_period *period;
    rk__lookup *lookup; /* NULL: none of them has the table */
} held_stack;

struct rk__sources {
    const rk_contract *contract;
    rk__tariff **tariffs;
    held_fact *facts;
    size_t n_facts, facts_capacity;
    held_lookup *lookups;
    size_t n_lookups, lookups_capacity;
    held_stack *stacks;
    size_t n_stacks, stacks_capacity;
};

rk_status rk__sources_new(const rk_contract *contract, rk__sources **out, rk_problems *problems)
{
    rk__sources *s = rk__calloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL) {
        return RK_NO_MEMORY;
    }
    s->contract = contract;
    s->tariffs = rk__calloc(contract->n_tariffs + 1, sizeof(rk__tariff *));
    const rk__tariff_options options = {.access = &contract->session->access,
                                        .base_dir =
                                            contract->tariff_taken ? NULL : contract->base_dir,
                                        .cache_dir = contract->session->options.cache_dir,
                                        .ca_file = contract->session->options.ca_file};
    rk_status status = RK_NO_MEMORY;
    if (s->tariffs != NULL) {
        status = rk__shelf_load(contract->session->shelf, contract->tariffs, contract->n_tariffs,
                                &options, s->tariffs, problems);
    }
    if (status != RK_OK) {
        rk__sources_free(s);
        return status;
    }
    *out = s;
    return RK_OK;
}

void rk__sources_free(rk__sources *sources)
{
    if (sources == NULL) {
        return;
    }
    for (size_t i = 0; i < sources->n_stacks; i++) {
        rk__lookup_free(sources->stacks[i].lookup);
    }
    for (size_t i = 0; i < sources->n_lookups; i++) {
        rk__lookup_free(sources->lookups[i].lookup);
    }
    for (size_t i = 0; i < sources->n_facts; i++) {
        rk__table_free(sources->facts[i].table);
    }
    for (size_t i = 0; sources->tariffs != NULL && i < sources->contract->n_tariffs; i++) {
        rk__shelf_release(sources->contract->session->shelf, sources->tariffs[i]);
    }
    rk__free(sources->tariffs);
    rk__free(sources->facts);
    rk__free(sources->lookups);
    rk__free(sources->stacks);
    rk__free(sources);
}

size_t rk__sources_n_tariffs(const rk__sources *sources)
{
    return sources->contract->n_tariffs;
}

rk__tariff *rk__sources_tariff(const rk__sources *sources, size_t i)
{
    return sources->tariffs[i];
}

/* A tariff that was put in the place of the contract's own is in force on all days. */
static bool in_force(const rk__sources *s, const rk__tariff *tariff, rk_date day)
{
    return s->contract->tariff_taken || rk__tariff_in_force(tariff, day);
}

static rk_status check_currency(const rk_contract *c, const rk__tariff *tariff,
                                rk_problems *problems)
{
    const char *currency = tariff->currency;
    return currency == NULL || strcmp(currency, c->currency) == 0
               ? RK_OK
               : rk__json_problem(problems, c->tariff_at, RK_TARIFF_MISMATCH,
                                  "use a tariff in the contract's currency",
                                  "tariff '%s' is in %s, the contract in %s", tariff->id, currency,
                                  c->currency);
}

rk_status rk__sources_tariff_for(rk__sources *sources, const rk_period *period, rk__tariff **out,
                                 rk_problems *problems)
{
    const rk_contract *c = sources->contract;
    *out = NULL;
    for (size_t i = 0; i < c->n_tariffs; i++) {
        if (!in_force(sources, sources->tariffs[i], period->start)) {
            continue;
        }
        if (*out != NULL) {
            return rk__json_problem(problems, c->tariff_at, RK_CONFLICT,
                                    "give the tariffs effective dates that do not overlap",
                                    "tariffs '%s' and '%s' are both in force at the start of "
                                    "period '%s'",
                                    (*out)->id, sources->tariffs[i]->id, period->id);
        }
        *out = sources->tariffs[i];
    }
    if (*out == NULL && c->n_tariffs > 0) {
        const rk__tariff *t = sources->tariffs[0];
        return rk__json_problem(
            problems, c->tariff_at, RK_TARIFF_MISMATCH,
            "name a tariff that is in force on that day, or correct the period's dates",
            "no tariff is in force on %04d-%02d-%02d, where period '%s' starts ('%s' is effective "
            "from %s to %s)",
            (int) period->start.year, (int) period->start.month, (int) period->start.day,
            period->id, t->id, t->from != NULL ? t->from : "ever", t->to != NULL ? t->to : "open");
    }
    return *out != NULL ? check_currency(c, *out, problems) : RK_OK;
}

rk_status rk__sources_fact(rk__sources *sources, const char *name, rk__table **out,
                           rk_problems *problems)
{
    *out = NULL;
    const rk__table_spec *spec = rk__contract_fact(sources->contract, name);
    if (spec == NULL) {
        return RK_OK;
    }
    for (size_t i = 0; i < sources->n_facts; i++) {
        if (sources->facts[i].spec == spec) {
            *out = sources->facts[i].table;
            return RK_OK;
        }
    }
    if (rk__grow((void **) &sources->facts, &sources->facts_capacity, sources->n_facts + 1,
                 sizeof *sources->facts) != 0) {
        return RK_NO_MEMORY;
    }
    const rk_status status =
        rk__table_load(spec, &sources->contract->session->access, false, out, problems);
    if (status == RK_OK) {
        sources->facts[sources->n_facts++] = (held_fact){spec, *out};
    }
    return status;
}

size_t rk__sources_n_facts(const rk__sources *sources)
{
    return sources->n_facts;
}

rk__table *rk__sources_fact_at(const rk__sources *sources, size_t i)
{
    return sources->facts[i].table;
}

rk_status rk__sources_lookup(rk__sources *sources, const char *name, rk__tariff *tariff,
                             const rk_period *period, rk__lookup **out, rk_problems *problems)
{
    rk__table *table = NULL;
    *out = NULL;
    rk_status status = rk__sources_fact(sources, name, &table, problems);
    const bool of_tariff = table == NULL && tariff != NULL;
    if (status == RK_OK && of_tariff) {
        status = rk__tariff_table(tariff, name, &table, problems);
    }
    if (status != RK_OK || table == NULL) {
        return status;
    }
    if (of_tariff && rk__shelf_lookup(sources->contract->session->shelf, tariff, table, out,
                                      &status, problems)) {
        return status;
    }
    const char *of = rk__table_find(table, "period") >= 0 ? period->id : NULL;
    for (size_t i = 0; i < sources->n_lookups; i++) {
        if (sources->lookups[i].table == table && sources->lookups[i].period == of) {
            *out = sources->lookups[i].lookup;
            return RK_OK;
        }
    }
    if (rk__grow((void **) &sources->lookups, &sources->lookups_capacity, sources->n_lookups + 1,
                 sizeof *sources->lookups) != 0) {
        return RK_NO_MEMORY;
    }
    status = rk__lookup_new(table, of_tariff ? tariff->id : NULL, of, out, problems);
    if (status == RK_OK) {
        sources->lookups[sources->n_lookups++] = (held_lookup){table, of, *out};
    }
    return status;
}

/* ------------------------------------------------------- rows with dates */

/* In force on some day of the period. */
static bool overlaps(const rk__sources *s, const rk__tariff *tariff, const rk_period *period)
{
    return in_force(s, tariff, period->start) ||
           (tariff->from != NULL && rk__date_compare(period->start, tariff->from_day) <= 0 &&
            rk__date_compare(tariff->from_day, period->end) <= 0);
}

bool rk__sources_varies(const rk__sources *sources, const rk_period *period)
{
    size_t n = 0;
    bool whole = false;
    for (size_t i = 0; i < sources->contract->n_tariffs; i++) {
        const rk__tariff *t = sources->tariffs[i];
        n += overlaps(sources, t, period);
        whole |= in_force(sources, t, period->start) && in_force(sources, t, period->end);
    }
    return n > 1 || (n == 1 && !whole);
}

const rk__tariff *rk__sources_tariff_after(const rk__sources *sources, const rk_period *period)
{
    const rk__tariff *first = NULL;
    for (size_t i = 0; i < sources->contract->n_tariffs; i++) {
        const rk__tariff *t = sources->tariffs[i];
        const bool later = overlaps(sources, t, period) && !in_force(sources, t, period->start);
        if (later && (first == NULL || strcmp(t->from, first->from) < 0)) {
            first = t;
        }
    }
    return first;
}

bool rk__sources_gap(const rk__sources *sources, const rk_period *period, rk_date *day)
{
    const size_t n = sources->contract->n_tariffs;
    int32_t at = rk__date_days(period->start);
    bool covered = true;
    *day = period->start;
    while (covered && rk__date_compare(*day, period->end) <= 0) {
        covered = false;
        for (size_t i = 0; i < n && !covered; i++) {
            const rk__tariff *t = sources->tariffs[i];
            if (!in_force(sources, t, *day)) {
                continue;
            }
            at = rk__date_days(t->to != NULL && !sources->contract->tariff_taken ? t->to_day
                                                                                 : period->end) +
                 1;
            covered = true;
        }
        *day = covered ? rk__date_from_days(at) : *day;
    }
    return n > 0 && !covered;
}

/* No two tariffs may be in force on a day of the period. */
static rk_status check_overlap(const rk__sources *s, const rk_period *period, size_t at,
                               rk_problems *problems)
{
    for (size_t i = 0; i < at; i++) {
        const rk__tariff *a = s->tariffs[i];
        const rk__tariff *b = s->tariffs[at];
        const rk_date from[] = {a->from != NULL ? a->from_day : period->start,
                                b->from != NULL ? b->from_day : period->start};
        const rk_date later = rk__date_compare(from[0], from[1]) > 0 ? from[0] : from[1];
        if (overlaps(s, a, period) && in_force(s, a, later) && in_force(s, b, later)) {
            return rk__json_problem(problems, s->contract->tariff_at, RK_CONFLICT,
                                    "give the tariffs effective dates that do not overlap",
                                    "tariffs '%s' and '%s' are both in force in period '%s'", a->id,
                                    b->id, period->id);
        }
    }
    return RK_OK;
}

static rk_status make_stack(rk__sources *s, const char *name, const rk_period *period,
                            rk__lookup **out, rk_problems *problems)
{
    const size_t n = s->contract->n_tariffs;
    rk__lookup **parts = rk__calloc(n + 1, sizeof(rk__lookup *));
    const char **ids = rk__calloc(n + 1, sizeof *ids);
    rk_status status = parts == NULL || ids == NULL ? RK_NO_MEMORY : RK_OK;
    size_t used = 0;
    bool any = false;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        if (!overlaps(s, s->tariffs[i], period)) {
            continue;
        }
        status = check_overlap(s, period, i, problems);
        if (status == RK_OK) {
            status = check_currency(s->contract, s->tariffs[i], problems);
        }
        if (status == RK_OK) {
            status = rk__sources_lookup(s, name, s->tariffs[i], period, &parts[used], problems);
        }
        any |= parts[used] != NULL;
        ids[used++] = s->tariffs[i]->id;
    }
    if (status == RK_OK && any) {
        status = rk__lookup_stack(parts, ids, used, out, problems);
    }
    rk__free(parts);
    rk__free(ids);
    return status;
}

rk_status rk__sources_lookup_dated(rk__sources *sources, const char *name, const rk_period *period,
                                   rk__lookup **out, bool *stacked, rk_problems *problems)
{
    *out = NULL;
    *stacked = rk__contract_fact(sources->contract, name) == NULL;
    if (!*stacked) {
        return rk__sources_lookup(sources, name, NULL, period, out, problems);
    }
    for (size_t i = 0; i < sources->n_stacks; i++) {
        if (sources->stacks[i].period == period && strcmp(sources->stacks[i].name, name) == 0) {
            *out = sources->stacks[i].lookup;
            return RK_OK;
        }
    }
    if (rk__grow((void **) &sources->stacks, &sources->stacks_capacity, sources->n_stacks + 1,
                 sizeof *sources->stacks) != 0) {
        return RK_NO_MEMORY;
    }
    const rk_status status = make_stack(sources, name, period, out, problems);
    if (status == RK_OK) {
        sources->stacks[sources->n_stacks++] = (held_stack){name, period, *out};
    }
    return status;
}

/* ------------------------------------------------------- periods and scopes */

static int by_id(const rk_period *periods, size_t n, const char *text, size_t length)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(periods[i].id) == length && memcmp(periods[i].id, text, length) == 0) {
            return (int) i;
        }
    }
    return -1;
}

int rk__period_by_id(const rk_contract *c, const char *text, size_t length)
{
    const int found = by_id(c->periods, c->n_periods, text, length);
    if (found >= 0) {
        return found;
    }
    if (by_id(c->shared_periods, c->n_shared_periods, text, length) >= 0) {
        return RK__PERIOD_NOT_SELECTED; /* of the system alone */
    }
    if (c->selection.shown != NULL &&
        rk__period_is_counted(c->periods, c->n_periods, text, length)) {
        return RK__PERIOD_NOT_SELECTED; /* months 0 and 13 beside 1 to 12 */
    }
    if (!rk__period_is_later(c->periods, c->n_periods, text, length)) {
        return -1;
    }
    /* A plan may go on after the periods of the contract. */
    return c->selection.shown != NULL ? RK__PERIOD_NOT_SELECTED : RK__PERIOD_OUTSIDE;
}

static int by_date(const rk_period *periods, size_t n, rk_date date)
{
    for (size_t i = 0; i < n; i++) {
        if (rk__date_compare(periods[i].start, date) <= 0 &&
            rk__date_compare(date, periods[i].end) <= 0) {
            return (int) i;
        }
    }
    return -1;
}

int rk__period_by_date(const rk_contract *c, rk_date date)
{
    const int found = by_date(c->periods, c->n_periods, date);
    const bool elsewhere =
        found < 0 &&
        (c->selection.shown != NULL || by_date(c->shared_periods, c->n_shared_periods, date) >= 0);
    return found >= 0 ? found : elsewhere ? RK__PERIOD_NOT_SELECTED : RK__PERIOD_OUTSIDE;
}

static rk_status cell_problem(const rk__table *table, int column, size_t row, rk_problems *problems,
                              const char *hint, const char *what)
{
    rk__arena scratch = {0};
    rk__place place = {0};
    rk__table_place(table, column, row, &place, &scratch);
    const rk_status status = rk__problem(
        problems, RK_OUT_OF_RANGE, &place, hint, "table '%s', column '%s': %s",
        rk__table_spec_of(table)->name, rk__table_column_name(table, (size_t) column), what);
    rk__arena_dispose(&scratch);
    return status;
}

rk_status rk__sources_row_period(const rk_contract *contract, rk__table *table, size_t row,
                                 int *out, rk_problems *problems)
{
    size_t length = 0;
    *out = RK__PERIOD_ALL;
    const int id_column = rk__table_find(table, "period");
    if (id_column >= 0) {
        const char *text = rk__table_cell(table, id_column, row, &length);
        *out = text != NULL ? rk__period_by_id(contract, text, length) : -1;
        return *out >= 0 || *out == RK__PERIOD_NOT_SELECTED || *out == RK__PERIOD_OUTSIDE
                   ? RK_OK
                   : cell_problem(
                         table, id_column, row, problems, "use the ids of the contract's periods",
                         text != NULL ? "the value is no period's id" : "the period is blank");
    }
    const int date_column = rk__table_find(table, "date");
    if (date_column >= 0) {
        const char *text = rk__table_cell(table, date_column, row, &length);
        rk_date date;
        if (text != NULL && !rk__date_parse(text, length, &date)) {
            return cell_problem(table, date_column, row, problems, "write dates as 2016-04-01",
                                "the value is not a date");
        }
        *out = text != NULL ? rk__period_by_date(contract, date) : RK__PERIOD_OUTSIDE;
    }
    return RK_OK;
}

bool rk__scope_matches(const rk__scope_column *column, const char *text, size_t length)
{
    for (size_t i = 0; text != NULL && i < column->n_patterns; i++) {
        if (rk__pattern_match(column->patterns[i], text, length)) {
            return true;
        }
    }
    return false;
}

rk_status rk__scope_has_row(const rk__scope *scope, const rk__table *table, size_t row, bool *in,
                            rk_problems *problems)
{
    *in = true;
    for (size_t i = 0; i < scope->n_columns; i++) {
        const rk__scope_column *c = &scope->columns[i];
        const int column = rk__table_find(table, c->column);
        if (column < 0) {
            char hint[200] = "scope by a column that the table has";
            const char *near = rk__table_near(table, c->column);
            if (near != NULL) {
                (void) snprintf(hint, sizeof hint, "did you mean '%s'?", near);
            }
            return rk__json_key_problem(problems, c->at, RK_MISSING_COLUMN, hint,
                                        "table '%s' has no column '%s'",
                                        rk__table_spec_of(table)->name, c->column);
        }
        size_t length = 0;
        const char *text = rk__table_cell(table, column, row, &length);
        *in = *in && rk__scope_matches(c, text, length);
    }
    if (scope->except != NULL) {
        bool left_out = false;
        const rk_status status = rk__scope_has_row(scope->except, table, row, &left_out, problems);
        if (status != RK_OK) {
            return status;
        }
        *in = *in && !left_out;
    }
    if (scope->also != NULL) {
        bool also = false;
        const rk_status status = rk__scope_has_row(scope->also, table, row, &also, problems);
        if (status != RK_OK) {
            return status;
        }
        *in = *in && also;
    }
    return RK_OK;
}
