/* SPDX-License-Identifier: MIT
 *
 * system_cost.c: a cost that is stated once: where a parameter says
 *     "actual": {"system_cost": {"organisation": "trust", "scope": {"kind": "cost"}}}
 * it is what the organisation (else the payee) bears in this scenario, in each period.
 */
#include <string.h>

#include "system/document_values.h"
#include "system/run.h"
#include "system/system.h"

static const char *const cost_keys[] = {"organisation", "scope", "cumulative", NULL};
static const char *const only_key[] = {"system_cost", NULL};

static const rk__value *cost_in(const rk__value *param)
{
    return param->type == RK__JSON_OBJECT ? rk__json_get(param, "system_cost") : NULL;
}

static const rk__value *first_of(const rk__value *object)
{
    return object != NULL && object->type == RK__JSON_OBJECT ? object->first : NULL;
}

/* The n-th of some parameters that states a system cost; NULL if there are fewer, which *n is then
 * less. */
static const rk__value *among(const rk__value *params, size_t *n)
{
    for (const rk__value *p = first_of(params); p != NULL; p = p->next) {
        if (cost_in(p) != NULL && (*n)-- == 0) {
            return p;
        }
    }
    return NULL;
}

/* The n-th parameter of the chosen components that states a system cost, for all periods or for
 * one; NULL if there are fewer. */
static const rk__value *stated(const rk__system_run *run, size_t contract, size_t n)
{
    const rk__value *list = rk__chosen_components(run, contract);
    for (const rk__value *c = list != NULL ? list->first : NULL; c != NULL; c = c->next) {
        const rk__value *found = among(rk__json_get(c, "params"), &n);
        const rk__value *by_period = first_of(rk__json_get(c, "params_by_period"));
        for (; found == NULL && by_period != NULL; by_period = by_period->next) {
            found = among(by_period, &n);
        }
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

/* The period that a parameter is for; NULL: all that have none of their own. */
static const char *period_of(const rk__value *at)
{
    const rk__value *params = at->parent->parent;
    const bool own = params->key != NULL && strcmp(params->key, "params_by_period") == 0;
    return own ? at->parent->key : NULL;
}

/* Whether a parameter gives the value of a period. */
static bool gives(const rk__value *at, const rk__value *component, const char *period)
{
    const rk__value *by_period = rk__json_get(component, "params_by_period");
    const char *only = period_of(at);
    return only != NULL ? strcmp(only, period) == 0
                        : !rk__json_given(rk__json_get(rk__json_get(by_period, period), at->key));
}

bool rk__states_system_cost(const rk__system_run *run, size_t contract)
{
    return stated(run, contract, 0) != NULL;
}

rk_status rk__system_cost_of(rk__system_run *run, size_t contract, size_t n, size_t *organisation,
                             const rk__value **at)
{
    *at = stated(run, contract, n);
    *organisation = run->s.contracts[contract].payee;
    if (*at == NULL) {
        return RK_OK;
    }
    const rk__value *cost = cost_in(*at);
    rk_status status = rk__json_only_keys(*at, only_key, run->problems);
    rk__keep_first(&status, rk__system_item(cost, "'system_cost'", run->problems));
    if (status == RK_OK) {
        status = rk__json_only_keys(cost, cost_keys, run->problems);
    }
    return status == RK_OK ? rk__system_organisation(&run->s, cost, "organisation", false,
                                                     organisation, run->problems)
                           : status;
}

/* ------------------------------------------------------------------------- cost */

/* Whether an entry is in a scope of the columns kind, label and with. */
static rk_status in_scope(rk__system_run *run, const rk__scope *scope, const rk_entry *e, bool *in)
{
    *in = true;
    for (size_t i = 0; scope != NULL && i < scope->n_columns; i++) {
        const rk__scope_column *c = &scope->columns[i];
        const char *text = strcmp(c->column, "kind") == 0    ? rk_entry_word(e->kind)
                           : strcmp(c->column, "label") == 0 ? e->label
                           : strcmp(c->column, "with") == 0  ? e->with
                                                             : "";
        if (text != NULL && text[0] == '\0') {
            return rk__json_problem(run->problems, c->at, RK_OUT_OF_RANGE,
                                    "scope costs by \"kind\", \"label\" or \"with\"",
                                    "a cost of the system has no column '%s'", c->column);
        }
        *in &= rk__scope_matches(c, text, text != NULL ? strlen(text) : 0);
    }
    bool out = false;
    if (scope != NULL && scope->except != NULL && *in) {
        const rk_status status = in_scope(run, scope->except, e, &out);
        *in &= !out;
        return status;
    }
    return RK_OK;
}

rk_status rk__system_cost_includes(rk__system_run *run, const rk__value *at, size_t contract,
                                   bool *out)
{
    const rk__system_contract *c = &run->s.contracts[contract];
    const rk__value *in = rk__json_get(cost_in(at), "scope");
    const rk_entry payment = {
        .kind = RK_ENTRY_PAYMENT, .label = c->id, .with = run->s.organisations[c->payee].id};
    const rk_entry vat = {.kind = RK_ENTRY_VAT, .label = c->id};
    rk__scope *scope = NULL;
    *out = true;
    if (!rk__json_given(in)) {
        return RK_OK;
    }
    bool of_vat = c->vat_rate != NULL;
    rk_status status = rk__scope_read(&run->s.arena, in, &scope, run->problems);
    if (status == RK_OK) {
        status = in_scope(run, scope, &payment, out);
    }
    if (status == RK_OK && of_vat) {
        status = in_scope(run, scope, &vat, &of_vat);
    }
    *out |= of_vat;
    return status;
}

static rk_status cost_in_period(rk__system_run *run, size_t organisation, const rk__scope *scope,
                                size_t period, rk_num *out)
{
    rk__position position = {0};
    rk_status status = rk__position_make(run, organisation, period, false, &position);
    *out = rk__num_from_int(&run->s.nums, 0);
    for (size_t i = 0; i < position.n_entries && status == RK_OK; i++) {
        const rk_entry *e = &position.entries[i];
        bool in = !rk__entry_comes_in(e->kind);
        if (in) {
            status = in_scope(run, scope, e, &in);
        }
        *out = in ? rk__num_add(&run->s.nums, *out, e->amount) : *out;
    }
    rk__position_dispose(&position);
    return status;
}

/* ---------------------------------------------------------------------- writing */

/* "/a~1b": a key as a part of a pointer. */
static void put_key(rk__buf *out, const char *key)
{
    rk__buf_putc(out, '/');
    for (; *key != '\0'; key++) {
        if (*key == '~' || *key == '/') {
            rk__buf_puts(out, *key == '~' ? "~0" : "~1");
        } else {
            rk__buf_putc(out, *key);
        }
    }
}

static rk_status replace(rk__system_run *run, const char *pointer, const char *text, size_t length)
{
    rk__json *made = NULL;
    const rk_status status = rk__json_parse(text, length, NULL, &made, NULL);
    return status == RK_OK ? rk__system_replace(run, pointer, made) : status;
}

/* An object at the pointer, if there is none yet. */
static rk_status ensure(rk__system_run *run, const rk__buf *pointer)
{
    if (pointer->failed) {
        return RK_NO_MEMORY;
    }
    const rk__value *v = rk__json_at(rk__json_root(run->document), pointer->text);
    return v != NULL && v->type == RK__JSON_OBJECT ? RK_OK : replace(run, pointer->text, "{}", 2);
}

rk_status rk__system_year_part(rk__system_run *run, size_t contract, const rk__value *component,
                               size_t period, rk_num *out)
{
    const rk__value *root = run->s.contracts[contract].contract;
    const rk__value *per = rk__json_get(component, "per");
    rk__calendar calendar;
    rk_period *periods = NULL;
    size_t n = 0;
    *out = rk__num_from_int(&run->s.nums, 1);
    if (per == NULL || per->type != RK__JSON_STRING || strcmp(per->text, "year") != 0) {
        return RK_OK;
    }
    rk_status status = rk__periods_read(&run->s.arena, root, &periods, &n, run->problems);
    if (status == RK_OK) {
        status = rk__calendar_read(&run->s.arena, root, periods, n, &calendar, run->problems);
    }
    const rk__year_part *parts =
        status == RK_OK ? rk__calendar_parts(&calendar, NULL, NULL, &run->s.arena) : NULL;
    if (parts == NULL) {
        return status == RK_OK ? RK_NO_MEMORY : status;
    }
    for (size_t p = 0; p < n; p++) {
        if (strcmp(periods[p].id, run->s.periods[period].id) == 0) {
            *out = rk__num_from_ratio(&run->s.nums, parts[p].num, parts[p].den);
        }
    }
    return RK_OK;
}

static rk_status state_in_period(rk__system_run *run, const char *component, const char *name,
                                 size_t period, rk_num cost)
{
    rk__buf pointer = {0};
    rk__buf text = {0};
    rk__buf_printf(&pointer, "%s/params_by_period", component);
    rk_status status = ensure(run, &pointer);
    put_key(&pointer, run->s.periods[period].id);
    if (status == RK_OK) {
        status = ensure(run, &pointer);
    }
    put_key(&pointer, name);
    rk__buf_putc(&text, '"');
    rk__num_print_exact(&text, rk__num_round(&run->s.nums, cost, RK_DECIMAL_PLACES));
    rk__buf_putc(&text, '"');
    if (status == RK_OK) {
        status = pointer.failed || text.failed || run->s.nums.no_memory
                     ? RK_NO_MEMORY
                     : replace(run, pointer.text, text.text, text.length);
    }
    rk__buf_dispose(&pointer);
    rk__buf_dispose(&text);
    return status;
}

/* The same for the year to date: the periods of the same financial year up to this one. */
static rk_status cost_so_far(rk__system_run *run, size_t organisation, const rk__scope *scope,
                             size_t period, rk_num *out)
{
    const rk__calendar *c = &run->s.calendar;
    const rk_period *last = &run->s.periods[period];
    const int32_t year = rk__calendar_year(c, last->start);
    rk_status status = RK_OK;
    *out = rk__num_from_int(&run->s.nums, 0);
    for (size_t p = 0; p < run->s.n_periods && status == RK_OK; p++) {
        rk_num cost = NULL;
        if (rk__calendar_year(c, run->s.periods[p].start) == year &&
            rk__date_compare(run->s.periods[p].start, last->start) <= 0) {
            status = cost_in_period(run, organisation, scope, p, &cost);
            *out = status == RK_OK ? rk__num_add(&run->s.nums, *out, cost) : *out;
        }
    }
    return status;
}

static rk_status state(rk__system_run *run, size_t contract, const rk__value *at,
                       size_t organisation)
{
    const rk__value *component =
        period_of(at) != NULL ? at->parent->parent->parent : at->parent->parent;
    const rk__value *in = rk__json_get(cost_in(at), "scope");
    const rk__value *periods = rk__json_get(run->s.contracts[contract].contract, "periods");
    const char *pointer = rk__json_pointer(component, &run->s.arena);
    const char *place = rk__json_pointer(at, &run->s.arena);
    const char *name = rk__arena_strdup(&run->s.arena, at->key);
    rk__scope *scope = NULL;
    bool *mine = rk__arena_alloc(&run->s.arena, (run->s.n_periods + 1) * sizeof *mine);
    if (pointer == NULL || place == NULL || name == NULL || mine == NULL) {
        return RK_NO_MEMORY;
    }
    if (rk__json_given(rk__json_get(component, "index"))) {
        return rk__json_problem(run->problems, at, RK_CONFLICT,
                                "put the index on the amounts that it is for",
                                "a cost of the system is not indexed");
    }
    bool cumulative = false;
    rk_status status =
        rk__json_given(in) ? rk__scope_read(&run->s.arena, in, &scope, run->problems) : RK_OK;
    rk__keep_first(&status,
                   rk__json_bool_of(cost_in(at), "cumulative", false, &cumulative, run->problems));
    for (size_t p = 0; p < run->s.n_periods; p++) {
        const char *period = run->s.periods[p].id;
        mine[p] = rk__periods_have(periods, period) && gives(at, component, period);
    }
    if (status == RK_OK) {
        /* Of the contract's periods that the system does not have, nothing is paid here. */
        status = replace(run, place, "\"0\"", 3);
    }
    for (size_t p = 0; p < run->s.n_periods && status == RK_OK; p++) {
        rk_num cost = NULL;
        if (mine[p]) {
            status = cumulative ? cost_so_far(run, organisation, scope, p, &cost)
                                : cost_in_period(run, organisation, scope, p, &cost);
            /* Binding scales what is per year, and a cost of the system is for its period. */
            rk_num part = NULL;
            status =
                status == RK_OK ? rk__system_year_part(run, contract, component, p, &part) : status;
            status = status == RK_OK ? state_in_period(run, pointer, name, p,
                                                       rk__num_div(&run->s.nums, cost, part))
                                     : status;
        }
    }
    return status;
}

rk_status rk__system_state_costs(rk__system_run *run, size_t contract)
{
    rk_status status = RK_OK;
    while (status == RK_OK) {
        size_t organisation = 0;
        const rk__value *at = NULL;
        status = rk__system_cost_of(run, contract, 0, &organisation, &at);
        if (status != RK_OK || at == NULL) {
            break;
        }
        status = state(run, contract, at, organisation);
    }
    return status;
}
