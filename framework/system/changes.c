/* SPDX-License-Identifier: MIT
 *
 * changes.c: changes of activity in a scenario. Tables are changed in the scenario's
 * document, so that every contract that reads them sees the same; and each change is
 * recorded with the organisation whose cost it moves.
 */
#include "system/run.h"

#include <string.h>

#include "contract/sources.h"
#include "system/activity.h"
#include "system/document.h"
#include "system/system.h"
#include "table/spec.h"

/* A table that changes, found at a pointer of the document. */
typedef struct changed_table {
    const rk__value *at;
    const char *pointer;
    rk__activity activity;
} changed_table;

typedef struct changes {
    rk__system_run *run;
    changed_table *tables;
    size_t n_tables;
    size_t change; /* index of the current one */
    const changed_table *table;
} changes;

rk_status rk__system_replace(rk__system_run *run, const char *pointer, rk__json *made)
{
    if (rk__grow((void **) &run->made, &run->made_capacity, run->n_made + 1, sizeof *run->made) !=
        0) {
        rk__json_free(made);
        return RK_NO_MEMORY;
    }
    run->made[run->n_made++] = made;
    return rk__json_set(run->document, pointer, rk__json_root(made), run->problems);
}

/* The table of a change, opened once however many changes it has. */
static rk_status table_of(changes *c, const rk__change *change, changed_table **out)
{
    rk__system_run *run = c->run;
    rk__table_spec *spec = rk__arena_alloc(&run->s.arena, sizeof *spec);
    changed_table *table = &c->tables[c->n_tables];
    bool own = false;
    const rk__value *v = rk__activity_value(run->s.contracts[change->contract].contract,
                                            run->s.root, change->table, &own);
    if (spec == NULL) {
        return RK_NO_MEMORY;
    }
    if (v == NULL) {
        return rk__json_problem(run->problems, change->at, RK_UNKNOWN_TABLE,
                                "name it with \"table\"",
                                "neither contract '%s' nor the system has a table '%s' to change",
                                run->s.contracts[change->contract].id, change->table);
    }
    for (size_t i = 0; i < c->n_tables; i++) {
        if (c->tables[i].at == v) {
            *out = &c->tables[i];
            return RK_OK;
        }
    }
    table->at = v;
    table->pointer = rk__json_pointer(v, &run->s.arena);
    rk_status status = table->pointer == NULL
                           ? RK_NO_MEMORY
                           : rk__table_spec_read(v, v->key,
                                                 own ? run->system->contract_dirs[change->contract]
                                                     : run->system->base_dir,
                                                 &run->s.arena, spec, run->problems);
    if (status == RK_OK) {
        status = rk__activity_open(spec, &run->system->session->access, run->s.periods,
                                   run->s.n_periods, true, &table->activity, run->problems);
    }
    if (status == RK_OK) {
        *out = table;
        c->n_tables++;
    }
    return status;
}

/* A row with a date outside the days in force is no activity of the contract. */
static bool in_force(const rk__span *span, const rk__table *table, size_t row)
{
    size_t length = 0;
    rk_date day;
    const int column = rk__table_find(table, "date");
    const char *text = column >= 0 ? rk__table_cell(table, column, row, &length) : NULL;
    return text == NULL || !rk__date_parse(text, length, &day) ||
           ((!span->has_from || rk__date_compare(day, span->from) >= 0) &&
            (!span->has_to || rk__date_compare(day, span->to) <= 0));
}

static rk_status row_changed(void *ctx, const rk__activity_row *row, rk_decimal by)
{
    const changes *c = ctx;
    rk__system_run *run = c->run;
    rk__nums *nums = &run->s.nums;
    const rk__system_contract *contract =
        &run->s.contracts[run->scenario->changes[c->change].contract];
    const size_t payee = contract->payee;
    size_t behaviour = SIZE_MAX;
    if (!in_force(&contract->span, c->table->activity.table, row->row)) {
        return RK_OK;
    }
    const rk_status status = rk__behaviour_of_row(&run->s, payee, c->table->activity.table,
                                                  row->row, false, &behaviour, run->problems);
    if (status != RK_OK) {
        return status;
    }
    const rk_num amount = rk__num_from_decimal(nums, by);
    for (size_t i = 0; i < run->n_moved; i++) {
        rk__moved *m = &run->moved[i];
        if (m->change == c->change && m->period == (size_t) row->period &&
            m->behaviour == behaviour) {
            m->by = rk__num_add(nums, m->by, amount);
            return RK_OK;
        }
    }
    if (rk__grow((void **) &run->moved, &run->moved_capacity, run->n_moved + 1,
                 sizeof *run->moved) != 0) {
        return RK_NO_MEMORY;
    }
    run->moved[run->n_moved++] = (rk__moved){.change = c->change,
                                             .organisation = payee,
                                             .period = (size_t) row->period,
                                             .behaviour = behaviour,
                                             .by = amount};
    return RK_OK;
}

/* The standard deviation of independent cases is the square root of their expected number. */
static rk_num by_chance(rk__nums *nums, rk_num deviations, rk_num expected)
{
    if (expected == NULL || rk__num_sign(expected) <= 0) {
        return rk__num_from_int(nums, 0);
    }
    const rk_num deviation = rk__num_power(nums, expected, 1, 2, RK_DECIMAL_PLACES);
    return rk__num_round(nums, rk__num_mul(nums, deviations, deviation), 0);
}

/* The part of a change that is delivered in a period, rounded to the six decimals of activity. */
static rk_status delivered(rk__system_run *run, const rk__change *change,
                           const rk__activity *activity, size_t period, rk_decimal *out)
{
    rk__nums *nums = &run->s.nums;
    rk_num count = change->count;
    rk_num whole = NULL;
    if (change->in_part || change->by_chance) {
        const rk_status status =
            rk__activity_stated(activity, change->where, (int) period, nums, &whole, run->problems);
        if (status != RK_OK) {
            return status;
        }
        count = change->by_chance ? by_chance(nums, count, whole) : rk__num_mul(nums, count, whole);
    }
    const rk_num delivery = change->delivery != NULL ? change->delivery : run->scenario->delivery;
    const rk_num part = rk__num_round(nums, rk__num_mul(nums, count, delivery), RK_DECIMAL_PLACES);
    if (part == NULL) {
        return RK_NO_MEMORY;
    }
    if (!rk__num_to_decimal(part, out)) {
        return rk__json_problem(run->problems, change->at, RK_OVERFLOW, NULL,
                                "the change of activity is too large a number");
    }
    return RK_OK;
}

/* If there is only one period, rows for all periods belong to it. */
static void deal_to_only(const rk__system_run *run, rk__activity *activity)
{
    const bool one =
        run->s.n_periods == 1 && activity->n_rows > 0 && activity->rows[0].period == RK__PERIOD_ALL;
    for (size_t i = 0; one && i < activity->n_rows; i++) {
        activity->rows[i].period = 0;
    }
}

static rk_status apply(changes *c, const rk__change *change)
{
    rk__system_run *run = c->run;
    changed_table *table = NULL;
    rk_status status = table_of(c, change, &table);
    c->table = table;
    if (status == RK_OK) {
        deal_to_only(run, &table->activity);
    }
    for (size_t p = 0; p < run->s.n_periods && status == RK_OK; p++) {
        rk_decimal by = 0;
        status = change->periods[p] ? delivered(run, change, &table->activity, p, &by) : RK_OK;
        if (status == RK_OK && by != 0) {
            status = rk__activity_change(&table->activity, change->where, (int) p, by, change->at,
                                         row_changed, c, run->problems);
        }
    }
    return status;
}

/* A change without a cost may be intended or an oversight. */
static rk_status tell_uncovered(rk__system_run *run)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < run->n_moved && status == RK_OK; i++) {
        const rk__moved *m = &run->moved[i];
        if (m->behaviour == SIZE_MAX) {
            status = rk__system_finding(
                run, (rk_finding){.code = "cost-unchanged"},
                "activity of contract '%s' changes, but no cost behaviour of '%s' covers it: its "
                "cost stays as it is",
                run->s.contracts[run->scenario->changes[m->change].contract].id,
                run->s.organisations[m->organisation].id);
        }
    }
    return status;
}

rk_status rk__system_change(rk__system_run *run)
{
    const size_t n = run->scenario->n_changes;
    changes c = {.run = run, .tables = rk__calloc(n + 1, sizeof(changed_table))};
    rk_status status = c.tables == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        c.change = i;
        status = apply(&c, &run->scenario->changes[i]);
    }
    for (size_t i = 0; i < c.n_tables && status == RK_OK; i++) {
        rk__json *made = NULL;
        status = rk__activity_json(&c.tables[i].activity, run->system->session->registry, &made);
        if (status == RK_OK) {
            status = rk__system_replace(run, c.tables[i].pointer, made);
        }
    }
    for (size_t i = 0; i < c.n_tables; i++) {
        rk__activity_dispose(&c.tables[i].activity);
    }
    rk__free(c.tables);
    return status == RK_OK ? tell_uncovered(run) : status;
}
