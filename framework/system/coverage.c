/* SPDX-License-Identifier: MIT
 *
 * coverage.c: activity that no component of any contract pays for, and activity
 * that more than one does.
 *
 * A component claims the rows of activity that it prices, within its scope, or what it says it
 * `covers`. A shadow claims nothing by itself: the component that depends on it does.
 */
#include "system/coverage.h"

#include <string.h>

#include "base/dict.h"
#include "base/frame.h"
#include "contract/session.h"
#include "contract/sources.h"
#include "ledger/instance.h"
#include "system/activity.h"
#include "system/document.h"
#include "table/spec.h"

/* A component that pays for rows of a table. */
typedef struct claim {
    size_t contract;
    const rk__component *component;
    const char *table;
    const rk__value *at; /* the table in its document */
    const rk__scope *scope;
    const rk__covers *covers; /* NULL: it prices the rows itself */
    rk_num part;              /* of each unit; NULL: all of it */
} claim;

typedef struct covering {
    const rk__coverage_input *in;
    rk__coverage *out;
    rk_problems *problems;
    rk__arena arena;
    claim *claims;
    size_t n_claims, capacity;
    rk__sources **sources; /* by contract, made when a value is looked up */
    rk__buf payers, rows, key;
    rk__dict *lines; /* what makes a line another one -> its place in `out` */
    /* Numbers of rows and the sums of lines so far. When there are many, the sums move to the other
     * one, so that memory does not grow with the rows. */
    rk__nums work[2];
    size_t now, n_rows; /* which of them; rows since then */
} covering;

static rk__nums *work_of(covering *c)
{
    return &c->work[c->now];
}

/* ---------------------------------------------------------------------- claims */

/* A shadow pays if a component that is paid depends on it, directly or not, unless that one
 * declares what it covers (a carve-out that subtracts the shadow's value). */
static bool pays(const rk__arrangement *a, size_t component)
{
    if (!a->components[component].shadow) {
        return true;
    }
    for (size_t k = component + 1; k < a->n_components; k++) {
        for (size_t i = 0; i < a->components[k].n_of; i++) {
            if (a->components[k].of[i] == component && a->components[k].covers == NULL &&
                pays(a, k)) {
                return true;
            }
        }
    }
    return false;
}

static const rk__value *table_of(const covering *c, size_t contract, const char *name, bool *own)
{
    return rk__activity_value(c->in->contracts[contract].root, c->in->shared, name, own);
}

static rk_status add_claim(covering *c, size_t contract, const rk__component *component,
                           const char *table, const rk__covers *covers)
{
    bool own = false;
    const char *why = NULL;
    const rk__value *at = table_of(c, contract, table, &own);
    const bool in_part = covers != NULL && covers->part != NULL;
    if (at == NULL) {
        return RK_OK;
    }
    if (rk__grow((void **) &c->claims, &c->capacity, c->n_claims + 1, sizeof *c->claims) != 0) {
        return RK_NO_MEMORY;
    }
    c->claims[c->n_claims++] =
        (claim){.contract = contract,
                .component = component,
                .table = table,
                .at = at,
                .covers = covers,
                .scope = covers != NULL ? covers->scope : component->scope,
                .part = in_part ? rk__num_parse(c->in->nums, covers->part, true, -1, &why) : NULL};
    return c->in->nums->no_memory ? RK_NO_MEMORY : RK_OK;
}

static rk_status claims_of(covering *c, size_t contract)
{
    const rk__arrangement *a = c->in->contracts[contract].arrangement;
    rk_status status = RK_OK;
    for (size_t k = 0; k < a->n_components && status == RK_OK; k++) {
        const rk__component *component = &a->components[k];
        const rk__rule *rule = rk__session_rule(c->in->session, component, &status, c->problems);
        if (rule == NULL || !pays(a, k)) {
            continue;
        }
        for (const rk__covers *v = component->covers; v != NULL && status == RK_OK; v = v->next) {
            status = v->nothing ? RK_OK : add_claim(c, contract, component, "activity", v);
        }
        if (component->covers == NULL && rk__rule_streams(rule)) { /* it prices rows one by one */
            status = add_claim(c, contract, component,
                               rk__component_table(component, rule->rule->rows), NULL);
        }
    }
    return status;
}

/* The days between which a claim holds: those of `covers`, and those of the contract unless it is
 * looked at alone; NULL: no limit. */
static void claimed_days(const covering *c, const claim *k, const rk_date **from,
                         const rk_date **to)
{
    const rk__covered *contract = &c->in->contracts[k->contract];
    const rk_date *starts = contract->id != NULL ? contract->contract->from : NULL;
    const rk_date *ends = contract->id != NULL ? contract->contract->to : NULL;
    *from = k->covers != NULL ? &k->covers->from : NULL;
    *to = k->covers != NULL ? &k->covers->to : NULL;
    if (*from == NULL || (starts != NULL && rk__date_compare(*starts, **from) > 0)) {
        *from = starts;
    }
    if (*to == NULL || (ends != NULL && rk__date_compare(*ends, **to) < 0)) {
        *to = ends;
    }
}

/* A contract of a system may lack some of its periods, and then pays nothing in them. */
static bool has_period(const covering *c, const claim *k, size_t period)
{
    const rk_contract *contract = c->in->contracts[k->contract].contract;
    bool found = false;
    for (size_t p = 0; p < contract->n_periods && !found; p++) {
        found = strcmp(contract->periods[p].id, c->in->periods[period].id) == 0;
    }
    return found;
}

/* The part of a row that a claim pays for, of its units and of the period's days (of a row with a
 * date, all or nothing); zero: nothing. */
static rk_status claimed_part(covering *c, const claim *k, const rk__table *table, size_t row,
                              size_t period, rk_num *out)
{
    rk__nums *nums = work_of(c);
    rk_period days = c->in->periods[period];
    const rk_date *from = NULL;
    const rk_date *to = NULL;
    size_t length = 0;
    const int column = rk__table_find(table, "date");
    const char *date = column >= 0 ? rk__table_cell(table, column, row, &length) : NULL;
    rk_date day;
    if (date != NULL && rk__date_parse(date, length, &day)) {
        days.start = days.end = day;
    }
    claimed_days(c, k, &from, &to);
    const rk__year_part share = rk__period_part(&days, from, to);
    bool in = share.num > 0 && has_period(c, k, period);
    rk_num part = rk__num_from_ratio(nums, share.num, share.den);
    part = k->part != NULL ? rk__num_mul(nums, part, k->part) : part;
    const rk_status status =
        in && k->scope != NULL ? rk__scope_has_row(k->scope, table, row, &in, c->problems) : RK_OK;
    *out = in ? part : rk__num_from_int(nums, 0);
    return status == RK_OK && nums->no_memory ? RK_NO_MEMORY : status;
}

/* ----------------------------------------------------------------------- value */

static rk_status looked_up(covering *c, size_t contract, const rk__table *table, size_t row,
                           size_t period, const char *in, const char *column, rk_num *out)
{
    rk__tariff *tariff = NULL;
    rk__lookup *lookup = NULL;
    rk_status status = RK_OK;
    const char *why = NULL;
    size_t length = 0;
    const int own = rk__table_find(table, column);
    const char *cell = own >= 0 ? rk__table_cell(table, own, row, &length) : NULL;
    if (cell != NULL) {
        *out = rk__num_parse(work_of(c), cell, false, -1, &why);
        return work_of(c)->no_memory ? RK_NO_MEMORY
                                     : RK_OK; /* as for rules: the row's own value first */
    }
    if (c->sources[contract] == NULL) {
        status = rk__sources_new(c->in->contracts[contract].contract, &c->sources[contract],
                                 c->problems);
    }
    rk__sources *sources = c->sources[contract];
    if (status == RK_OK) {
        status = rk__sources_tariff_for(sources, &c->in->periods[period], &tariff, c->problems);
    }
    if (status == RK_OK) {
        status =
            rk__sources_lookup(sources, in, tariff, &c->in->periods[period], &lookup, c->problems);
    }
    if (status != RK_OK || lookup == NULL) {
        return status;
    }
    uint32_t found = 0;
    status = rk__lookup_find_row(lookup, table, row, &found);
    if (status != RK_OK) {
        return status;
    }
    rk__table *values = rk__lookup_table(lookup);
    const int at = rk__table_find(values, column);
    const char *text = found > 0 && at >= 0 ? rk__table_cell(values, at, found - 1, &length) : NULL;
    *out = text != NULL ? rk__num_parse(work_of(c), text, false, -1, &why) : NULL;
    return work_of(c)->no_memory ? RK_NO_MEMORY : RK_OK;
}

/* A unit's price in the tariff, or else its cost; NULL if neither is known. */
static rk_status unit_value(covering *c, size_t contract, const rk__table *table, size_t row,
                            size_t period, rk_num *out)
{
    static const char *const places[][2] = {{"prices", "price"},
                                            {"unit_costs", "actual_unit_cost"},
                                            {"unit_costs", "efficient_unit_cost"}};
    *out = NULL;
    rk_status status = RK_OK;
    for (size_t i = 0; i < 3 && *out == NULL && status == RK_OK; i++) {
        status = looked_up(c, contract, table, row, period, places[i][0], places[i][1], out);
    }
    size_t behaviour = SIZE_MAX;
    if (*out == NULL && status == RK_OK && c->in->system != NULL) {
        status = rk__behaviour_of_row(c->in->system, c->in->contracts[contract].payee, table, row,
                                      true, &behaviour, c->problems);
    }
    if (behaviour != SIZE_MAX) {
        *out = c->in->system->behaviours[behaviour].unit_cost[period];
    }
    return status;
}

/* ------------------------------------------------------------------------ rows */

/* Columns that identify rows in a table without `pod`. */
#define MOST_COLUMNS 4
typedef struct named_columns {
    const char *names[MOST_COLUMNS];
    size_t n;
} named_columns;

static void name_columns(named_columns *columns, const rk__scope *scope)
{
    for (size_t i = 0; scope != NULL && i < scope->n_columns; i++) {
        bool known = false;
        for (size_t k = 0; k < columns->n; k++) {
            known |= strcmp(columns->names[k], scope->columns[i].column) == 0;
        }
        if (!known && columns->n < MOST_COLUMNS) {
            columns->names[columns->n++] = scope->columns[i].column;
        }
    }
    if (scope != NULL) {
        name_columns(columns, scope->except);
        name_columns(columns, scope->also);
    }
}

/* "service cancer, commissioner out": by the columns of the scopes on this table,
 * since claims differ by these alone. */
static const char *rows_named(covering *c, const rk__value *at, const rk__table *table, size_t row)
{
    named_columns columns = {.n = 0};
    size_t n = 0;
    for (size_t i = 0; i < c->n_claims; i++) {
        if (c->claims[i].at == at) {
            name_columns(&columns, c->claims[i].scope);
        }
    }
    rk__buf_reset(&c->rows);
    for (size_t k = 0; k < columns.n; k++) {
        size_t length = 0;
        const int column = rk__table_find(table, columns.names[k]);
        const char *cell = column >= 0 ? rk__table_cell(table, column, row, &length) : NULL;
        if (cell != NULL) {
            rk__buf_printf(&c->rows, "%s%s ", n++ == 0 ? "" : ", ", columns.names[k]);
            rk__buf_add(&c->rows, cell, length);
        }
    }
    rk__buf_puts(&c->rows, "");
    return n > 0 ? c->rows.text : NULL;
}

/* ----------------------------------------------------------------------- lines */

/* What makes a line another one, as one text. */
static void key_of_line(const rk_coverage_line *line, rk__buf *out)
{
    rk__buf_reset(out);
    rk__pack_text(out, line->table);
    rk__pack_text(out, line->period);
    rk__pack_text(out, line->pod);
    rk__pack_text(out, line->rows);
    rk__pack_text(out, line->payers);
}

static rk_status add_line(covering *c, const rk_coverage_line *line)
{
    rk__coverage *out = c->out;
    rk__nums *nums = work_of(c);
    rk__arena *arena = c->in->arena;
    key_of_line(line, &c->key);
    const int32_t at = c->key.failed ? -1 : rk__dict_intern(c->lines, c->key.text, c->key.length);
    if (at < 0) {
        return RK_NO_MEMORY;
    }
    if ((size_t) at < out->n_coverage) {
        rk_coverage_line *o = &out->coverage[at];
        o->quantity = rk__num_add(nums, o->quantity, line->quantity);
        o->value = o->value == NULL || line->value == NULL
                       ? NULL
                       : rk__num_add(nums, o->value, line->value);
        return RK_OK;
    }
    if (rk__grow((void **) &out->coverage, &out->capacity, out->n_coverage + 1,
                 sizeof *out->coverage) != 0) {
        return RK_NO_MEMORY;
    }
    rk_coverage_line *o = &out->coverage[out->n_coverage++];
    *o = *line;
    o->table = rk__arena_strdup(arena, line->table);
    o->period = rk__arena_strdup(arena, line->period);
    o->pod = rk__arena_strdup(arena, line->pod);
    o->rows = rk__arena_strdup(arena, line->rows);
    o->payers = rk__arena_strdup(arena, line->payers);
    return arena->failed ? RK_NO_MEMORY : RK_OK;
}

/* Moves the numbers of all lines to another set. */
static rk_status move_sums(covering *c, rk__nums *to)
{
    for (size_t i = 0; i < c->out->n_coverage; i++) {
        rk_coverage_line *o = &c->out->coverage[i];
        o->quantity = rk__num_copy(to, o->quantity);
        o->value = rk__num_copy(to, o->value);
    }
    return to->no_memory ? RK_NO_MEMORY : RK_OK;
}

#define ROWS_KEPT 4096

static rk_status drop_numbers(covering *c)
{
    if (work_of(c)->no_memory) {
        return RK_NO_MEMORY;
    }
    if (c->n_rows++ < ROWS_KEPT + c->out->n_coverage) {
        return RK_OK;
    }
    rk__nums *to = &c->work[1 - c->now];
    const rk_status status = move_sums(c, to);
    rk__nums_reset(work_of(c));
    c->now = 1 - c->now;
    c->n_rows = 0;
    return status;
}

/* Each unit must have one cost. */
static rk_status check_behaviours(covering *c, const rk__value *at, const rk__table *table,
                                  size_t row)
{
    const rk__coverage_input *in = c->in;
    rk_status status = RK_OK;
    for (size_t i = 0; in->system != NULL && in->system->n_behaviours > 1 && i < in->n_contracts &&
                       status == RK_OK;
         i++) {
        bool own = false;
        size_t found = SIZE_MAX;
        if (table_of(c, i, at->key, &own) == at) {
            status = rk__behaviour_of_row(in->system, in->contracts[i].payee, table, row, true,
                                          &found, c->problems);
        }
    }
    return status;
}

static rk_status cover_row(covering *c, const rk__value *at, size_t contract,
                           const rk__activity *activity, const rk__activity_row *row)
{
    rk__nums *nums = work_of(c);
    const rk_num one = rk__num_from_int(nums, 1);
    size_t n = 0;
    size_t by = contract;
    const rk__component *last = NULL;
    rk_num paid = rk__num_from_int(nums, 0);
    rk_status status = check_behaviours(c, at, activity->table, row->row);
    rk__buf_reset(&c->payers);
    for (size_t i = 0; i < c->n_claims && status == RK_OK; i++) {
        const claim *k = &c->claims[i];
        rk_num part = NULL;
        if (k->at == at) {
            status = claimed_part(c, k, activity->table, row->row, (size_t) row->period, &part);
            paid = part != NULL ? rk__num_add(nums, paid, part) : paid;
        }
        if (part != NULL && rk__num_sign(part) > 0 && status == RK_OK) {
            const char *of = c->in->contracts[k->contract].id;
            by = n == 0 ? k->contract : by;
            if (last != k->component) { /* not of two parts of what it covers */
                rk__buf_printf(&c->payers, "%s%s%s%s", n++ == 0 ? "" : ", ", of != NULL ? of : "",
                               of != NULL ? "/" : "", k->component->id);
            }
            last = k->component;
        }
    }
    if (status != RK_OK || rk__num_compare(paid, one) == 0) {
        return status;
    }
    /* The part that nobody pays for, or that is paid for more than once. */
    const bool lacks = rk__num_compare(paid, one) < 0;
    const rk_num rest =
        lacks ? rk__num_sub(nums, one, paid) : rk__num_min(nums, rk__num_sub(nums, paid, one), one);
    rk_num value = NULL;
    size_t length = 0;
    const int pod = rk__table_find(activity->table, "pod");
    status = unit_value(c, by, activity->table, row->row, (size_t) row->period, &value);
    const rk_num quantity = rk__num_mul(nums, rk__num_from_decimal(nums, row->count), rest);
    const rk_coverage_line line = {
        .table = rk__table_spec_of(activity->table)->name,
        .period = c->in->periods[row->period].id,
        .pod = pod >= 0 ? rk__table_cell(activity->table, pod, row->row, &length) : NULL,
        .rows = pod < 0 ? rows_named(c, at, activity->table, row->row) : NULL,
        .payers = lacks || c->payers.text == NULL ? "" : c->payers.text,
        .n_payers = lacks ? 0 : n,
        .quantity = quantity,
        .value = value != NULL ? rk__num_mul(nums, quantity, value) : NULL};
    if (status == RK_OK && (c->payers.failed || c->rows.failed)) {
        status = RK_NO_MEMORY;
    }
    return status == RK_OK ? add_line(c, &line) : status;
}

static rk_status cover_table(covering *c, size_t contract, const rk__table_spec *spec,
                             const rk__value *at)
{
    rk__activity activity;
    const rk__coverage_input *in = c->in;
    rk_status status = rk__activity_open(spec, &in->session->access, in->periods, in->n_periods,
                                         true, &activity, c->problems);
    /* By period, so that lines are in the order of time. */
    for (size_t p = 0; p < in->n_periods; p++) {
        for (size_t i = 0; status == RK_OK && i < activity.n_rows; i++) {
            rk__activity_row row = activity.rows[i];
            row.period = row.period == RK__PERIOD_ALL ? 0 : row.period;
            if (row.period == (int) p) {
                status = cover_row(c, at, contract, &activity, &row);
                rk__keep_first(&status, drop_numbers(c));
            }
        }
    }
    rk__activity_dispose(&activity);
    return status;
}

/* Every table that some component prices, and each `activity`, once. */
static rk_status cover_all(covering *c)
{
    const rk__coverage_input *in = c->in;
    const size_t most = c->n_claims + in->n_contracts;
    const rk__value **seen = rk__arena_alloc(&c->arena, (most + 1) * sizeof *seen);
    size_t n_seen = 0;
    rk_status status = seen == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < most && status == RK_OK; i++) {
        const bool claimed = i < c->n_claims;
        const size_t contract = claimed ? c->claims[i].contract : i - c->n_claims;
        bool own = false;
        const rk__value *at =
            table_of(c, contract, claimed ? c->claims[i].table : "activity", &own);
        bool known = at == NULL;
        for (size_t k = 0; k < n_seen && !known; k++) {
            known = seen[k] == at;
        }
        if (known) {
            continue;
        }
        rk__table_spec spec;
        seen[n_seen++] = at;
        status = rk__table_spec_read(at, at->key,
                                     own ? in->contracts[contract].base_dir : in->shared_dir,
                                     &c->arena, &spec, c->problems);
        if (status == RK_OK) {
            status = cover_table(c, contract, &spec, at);
        }
    }
    return status;
}

rk_status rk__coverage_find(const rk__coverage_input *input, rk__coverage *out,
                            rk_problems *problems)
{
    covering c = {.in = input, .out = out, .problems = problems};
    c.sources = rk__arena_alloc(&c.arena, (input->n_contracts + 1) * sizeof(rk__sources *));
    c.lines = rk__dict_new();
    rk_status status = c.sources == NULL || c.lines == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < input->n_contracts && status == RK_OK; i++) {
        status = claims_of(&c, i);
    }
    if (status == RK_OK) {
        status = cover_all(&c);
    }
    if (c.out->n_coverage > 0) {
        rk__keep_first(&status, move_sums(&c, input->nums));
    }
    rk__nums_dispose(&c.work[0]);
    rk__nums_dispose(&c.work[1]);
    if (status == RK_OK && (input->arena->failed || input->nums->no_memory)) {
        status = RK_NO_MEMORY;
    }
    for (size_t i = 0; i < input->n_contracts && c.sources != NULL; i++) {
        rk__sources_free(c.sources[i]);
    }
    rk__free(c.claims);
    rk__buf_dispose(&c.payers);
    rk__buf_dispose(&c.rows);
    rk__buf_dispose(&c.key);
    rk__dict_free(c.lines);
    rk__arena_dispose(&c.arena);
    return status;
}
