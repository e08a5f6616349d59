/* SPDX-License-Identifier: MIT
 *
 * unit.c: planning, binding and settling one component in one period.
 */
#include "engine/unit.h"

#include <stdio.h>
#include <string.h>

#include "engine/evaluation.h"
#include "engine/host.h"

bool rk__rule_streams(const rk__rule *rule)
{
    bool quantity = false;
    for (size_t i = 0; i < rule->n_columns; i++) {
        quantity |= (rule->columns[i].flags & RK_QUANTITY) != 0;
    }
    return rule->rule->rows != NULL && (rule->rule->price != NULL || quantity);
}

void rk__result_warn(rk_result *result, const char *text)
{
    for (size_t i = 0; i < result->n_warnings; i++) {
        if (strcmp(result->warnings[i], text) == 0) {
            return;
        }
    }
    const char **grown = rk__arena_alloc(&result->arena, (result->n_warnings + 1) * sizeof *grown);
    const char *copy = rk__arena_strdup(&result->arena, text);
    if (grown == NULL || copy == NULL) {
        result->pool.no_memory = true; /* no result lacks a warning */
        return;
    }
    if (result->n_warnings > 0) {
        memcpy(grown, result->warnings, result->n_warnings * sizeof *grown);
    }
    grown[result->n_warnings++] = copy;
    result->warnings = grown;
}

void rk__unit_warn(rk__unit *unit, const char *format, ...)
{
    rk__buf text = {0};
    char message[2048];
    va_list args;
    if (unit->implied) {
        return; /* the component that it is a part of warns */
    }
    va_start(args, format);
    (void) vsnprintf(message, sizeof message, format, args);
    va_end(args);
    rk__buf_printf(&text, "component '%s'", unit->component->id);
    if (unit->contract->n_periods > 1) {
        rk__buf_printf(&text, ", %s", unit->period->id);
    }
    rk__buf_printf(&text, ": %s", message);
    if (!text.failed) {
        rk__result_warn(unit->result, text.text);
    } else {
        unit->result->pool.no_memory = true;
    }
    rk__buf_dispose(&text);
}

rk_status rk__unit_problem(const rk__unit *unit, rk_status status, const char *hint,
                           rk_problems *problems, const char *format, ...)
{
    rk__arena scratch = {0};
    rk__place place = {0};
    if (unit->component->at != NULL) {
        rk__json_place(unit->component->at, &place, &scratch);
    }
    if (rk_status_exit_code(status) == 4) {
        place.rule = unit->rule != NULL ? unit->rule->id : unit->component->rule;
    }
    va_list args;
    va_start(args, format);
    const rk_status result = rk__problem_v(problems, status, &place, hint, format, args);
    va_end(args);
    rk__arena_dispose(&scratch);
    return result;
}

/* ------------------------------------------------------------------- binding */

static bool gives_per_time(const rk_param *params, const rk__value *given)
{
    for (const rk_param *p = params; p != NULL && p->name != NULL; p++) {
        const rk__value *v = rk__json_get(given, p->name);
        if (v == NULL || v->type == RK__JSON_NULL) {
            continue;
        }
        if ((p->flags & RK_PER_TIME) != 0) {
            return true;
        }
        for (const rk__value *item = p->type == RK_PARAM_LIST ? v->first : NULL; item != NULL;
             item = item->next) {
            if (gives_per_time(p->items, item)) {
                return true;
            }
        }
    }
    return false;
}

/* The part of a year that the period is, for amounts per time. */
static void scale_of(rk__unit *unit)
{
    int64_t num = 1;
    int64_t den = 1;
    rk__date_year_fraction(unit->period->start, unit->period->end, &num, &den);
    unit->input.scale_num = 1;
    unit->input.scale_den = 1;
    if (unit->component->per_year) {
        unit->input.scale_num = num;
        unit->input.scale_den = den;
    } else if (num != den && (gives_per_time(unit->rule->params, unit->input.params) ||
                              gives_per_time(unit->rule->params, unit->input.overrides))) {
        rk__unit_warn(unit,
                      "period '%s' is not a year, and its amounts are taken as written; "
                      "\"per\": \"year\" would scale them",
                      unit->period->id);
    }
}

static rk_status check_of(rk__unit *unit, rk_problems *problems)
{
    const rk_rule *rule = unit->rule->rule;
    const rk__value *at = rk__json_get(unit->component->at, "of");
    if (rule->of_use == RK_OF_NONE && unit->component->n_of > 0) {
        return rk__json_problem(problems, at, RK_CONFLICT, "take `of` out",
                                "rule '%s' pays an amount of its own and stands on no component",
                                unit->rule->id);
    }
    if (rule->of_use == RK_OF_REQUIRED && unit->component->n_of == 0) {
        return rk__json_problem(problems, unit->component->at, RK_MISSING_KEY,
                                "name earlier components: \"of\": [\"...\"]",
                                "rule '%s' stands on other components and needs 'of'",
                                unit->rule->id);
    }
    for (size_t i = 0; i < unit->component->n_of; i++) {
        const rk__component *other = &unit->arrangement->components[unit->component->of[i]];
        if ((rule->flags & RK_RULE_OF_SHADOW) != 0 && !other->shadow) {
            return rk__json_problem(
                problems, at, RK_CONFLICT,
                "mark that component \"shadow\": true, so that it is not paid twice",
                "rule '%s' pays a whole amount, and '%s' is paid too", unit->rule->id, other->id);
        }
    }
    return RK_OK;
}

/* A scope that no row could be in or out of must not be passed over. */
static rk_status check_scope(const rk__unit *unit, rk_problems *problems)
{
    if (unit->component->scope == NULL || unit->rule->rule->rows != NULL) {
        return RK_OK;
    }
    return rk__json_problem(problems, rk__json_get(unit->component->at, "scope"), RK_CONFLICT,
                            "take `scope` out", "rule '%s' reads no rows that a scope could keep",
                            unit->rule->id);
}

/* What the component stands on, whose totals are not known yet. */
static rk_status make_of(rk__unit *unit, rk__arena *arena)
{
    const size_t n = unit->component->n_of;
    unit->of = unit->of != NULL ? unit->of : rk__arena_alloc(arena, (n + 1) * sizeof *unit->of);
    if (unit->of == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        const rk__component *other = &unit->arrangement->components[unit->component->of[i]];
        unit->of[i] = (rk_of){.id = other->id, .rule = other->rule, .shadow = other->shadow};
    }
    return RK_OK;
}

static rk_status bind_params(rk__unit *unit, rk__arena *arena, rk_problems *problems)
{
    rk_session *session = unit->contract->session;
    rk_status status = RK_OK;
    unit->rule = rk__session_rule(session, unit->component, &status, problems);
    if (unit->rule == NULL) {
        return status;
    }
    unit->streams = rk__rule_streams(unit->rule);
    unit->settles_tables = rk__settles_tables(unit);
    rk__param_override *cli = NULL;
    unit->input.rule = unit->rule;
    unit->input.value_of = rk__unit_value_of;
    unit->input.ctx = unit;
    unit->input.held = &unit->held;
    unit->input.params = unit->component->params;
    unit->input.component = unit->component->at;
    unit->input.overrides = rk__json_get(unit->component->params_by_period, unit->period->id);
    scale_of(unit);
    rk__num_pool *const pool = unit->terms != NULL ? &unit->terms->pool : &unit->result->pool;
    status = rk__session_overrides(session, unit->component->id, arena, &cli, &unit->input.n_cli);
    unit->input.cli = cli;
    if (status == RK_OK) {
        status = rk__bind(&unit->input, pool, arena, &unit->params, problems);
    }
    const rk_status of_status = check_of(unit, problems);
    const rk_status scope_status = check_scope(unit, problems);
    return status != RK_OK ? status : of_status != RK_OK ? of_status : scope_status;
}

static rk_status check_params(rk__unit *unit, rk_problems *problems)
{
    const rk_rule *rule = unit->rule->rule;
    if (rule->check == NULL) {
        return RK_OK;
    }
    rk__host host;
    rk__host_init(&host, unit, problems);
    rk__session_enter(unit->contract->session, unit->rule->id);
    const int returned = rule->check(&host.table, unit->params, unit->of, unit->component->n_of);
    rk__session_leave(unit->contract->session);
    const rk_status status = rk__host_outcome(&host, returned, "check");
    rk__host_dispose(&host);
    return status;
}

rk_status rk__unit_bind(rk__unit *unit, rk_problems *problems)
{
    rk__arena *const arena = unit->terms != NULL ? &unit->terms->arena : &unit->result->arena;
    unit->params = unit->plan != NULL ? rk__bind_again(unit->plan) : NULL;
    rk_status status = unit->params != NULL ? RK_OK : bind_params(unit, arena, problems);
    if (status == RK_OK) {
        status = make_of(unit, arena);
    }
    return status == RK_OK ? check_params(unit, problems) : status;
}

rk_status rk__unit_plan(rk__unit *unit, rk__terms *terms)
{
    const rk_status status =
        rk__bind_plan_new(&unit->input, &terms->pool, &terms->arena, &unit->plan);
    unit->of = NULL;
    return status == RK_OK ? make_of(unit, &terms->arena) : status;
}

rk_status rk__unit_prepare(rk__unit *unit, rk_problems *problems)
{
    if (unit->rule->rule->prepare == NULL) {
        return RK_OK;
    }
    rk__host host;
    rk__host_init(&host, unit, problems);
    rk__session_enter(unit->contract->session, unit->rule->id);
    const int returned =
        unit->rule->rule->prepare(&host.table, unit->params, unit->period, &unit->state);
    rk__session_leave(unit->contract->session);
    const rk_status status = rk__host_outcome(&host, returned, "prepare");
    unit->prepared = true;
    rk__host_dispose(&host);
    return status;
}

void rk__unit_dispose(rk__unit *unit)
{
    if (unit->prepared && unit->rule->rule->release != NULL) {
        rk__session_enter(unit->contract->session, unit->rule->id);
        unit->rule->rule->release(unit->state);
        rk__session_leave(unit->contract->session);
    }
    unit->prepared = false;
    rk__settle_tables_dispose(unit);
    rk__groups_free(unit->rows.shown);
    unit->rows.shown = NULL;
    rk__held_dispose(&unit->held);
}

void rk__unit_again(rk__unit *unit)
{
    rk__unit_dispose(unit);
    unit->state = NULL;
    unit->values = NULL;
    unit->rows = (rk__row_outcome){0};
    unit->tables = NULL;
    unit->n_tables = 0;
    unit->lines = NULL;
    unit->n_lines = unit->lines_capacity = 0;
    unit->unpriced = NULL;
    unit->n_unpriced = 0;
    unit->exact = unit->rounded = NULL;
    if (unit->terms == NULL || !unit->bound) {
        unit->bound = false; /* what it was bound to lived in the result */
        unit->params = NULL;
        unit->of = unit->plan != NULL ? unit->of : NULL;
    }
}

/* ------------------------------------------------------------------ settling */

/* "provider / pod", the table's name where there are no columns. */
static const char *group_label(rk__unit *unit, const rk__row_group *group, size_t n_columns)
{
    rk__buf text = {0};
    if (n_columns == 1 && group->key[0] != NULL) {
        return group->key[0];
    }
    for (size_t k = 0; k < n_columns; k++) {
        rk__buf_puts(&text, k == 0 ? "" : " / ");
        rk__buf_puts(&text, group->key[k] != NULL ? group->key[k] : "(blank)");
    }
    if (n_columns == 0) {
        rk__buf_puts(&text, unit->rule->rule->rows);
    }
    const char *label =
        text.failed ? NULL : rk__arena_copy(&unit->result->arena, text.text, text.length);
    rk__buf_dispose(&text);
    return label;
}

static rk_status make_groups(rk__unit *unit, rk_settlement *s)
{
    const rk__row_groups *lines = &unit->rows.lines;
    rk_group *groups = rk__arena_room(&unit->result->arena, (lines->n + 1) * sizeof *groups);
    if (groups == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < lines->n; i++) {
        const rk__row_group *g = &lines->groups[i];
        groups[i] = (rk_group){.label = group_label(unit, g, lines->n_columns),
                               .quantity = g->quantity,
                               .amount = g->amount,
                               .element = g->element};
        if (groups[i].label == NULL) {
            return RK_NO_MEMORY;
        }
    }
    s->group = groups;
    s->n_group = lines->n;
    s->quantity = unit->rows.total.quantity;
    s->amount = unit->rows.total.amount;
    s->element = unit->rows.total.element;
    return RK_OK;
}

static rk_num of_total(rk__unit *unit, const rk__unit *siblings)
{
    rk__num_pool *pool = &unit->result->pool;
    rk_num total = NULL;
    for (size_t i = 0; i < unit->component->n_of; i++) {
        const rk__unit *other = &siblings[unit->component->of[i]];
        rk_num value = other->exact;
        if (!pool->untraced) {
            char label[RK__ID_MAX + 32];
            (void) snprintf(label, sizeof label, "component '%s'", other->component->id);
            value = rk__num_label(pool, value, label, NULL);
        }
        unit->of[i].total = value;
        total = total == NULL ? value : rk__num_add(pool, total, value);
    }
    return total;
}

static const char *quantity_unit(const rk__rule *rule)
{
    for (size_t i = 0; i < rule->n_columns; i++) {
        if ((rule->columns[i].flags & RK_QUANTITY) != 0) {
            return rule->columns[i].unit;
        }
    }
    return NULL;
}

static rk_status write_lines(rk__host *host, const rk_settlement *s)
{
    rk__unit *unit = host->unit;
    if (unit->rule->rule->settle != NULL) {
        rk__session_enter(unit->contract->session, unit->rule->id);
        const int returned = unit->rule->rule->settle(&host->table, unit->params, unit->state, s);
        rk__session_leave(unit->contract->session);
        return rk__host_outcome(host, returned, "settle");
    }
    rk_status status = RK_OK;
    for (size_t i = 0; i < s->n_group && status == RK_OK; i++) {
        status =
            (rk_status) rk__ledger_own_group_add(host, &s->group[i], quantity_unit(unit->rule));
    }
    return status;
}

static rk_num to_money(rk__unit *unit)
{
    rk__num_pool *pool = &unit->result->pool;
    rk_decimal exact;
    if (pool->untraced && unit->exact != NULL && rk__num_to_decimal(unit->exact, &exact) &&
        exact % unit->contract->rounding_unit == 0) {
        return unit->exact;
    }
    const rk_num money = rk__num_from_decimal(pool, unit->contract->rounding_unit);
    return rk__num_round_to(pool, unit->exact, money);
}

rk_status rk__unit_settle(rk__unit *unit, const rk__unit *siblings, rk_problems *problems)
{
    rk__num_pool *pool = &unit->result->pool;
    rk_settlement s = {.size = sizeof s, .period = unit->period};
    rk_status status = rk__values_settle(unit, siblings, problems);
    if (status == RK_OK) {
        status = rk__settle_tables_load(unit, problems);
    }
    if (status == RK_OK && unit->streams) {
        status = make_groups(unit, &s);
    }
    if (status != RK_OK) {
        return status;
    }
    s.of_total = of_total(unit, siblings);
    s.of = unit->of;
    s.n_of = unit->component->n_of;
    rk__host host;
    rk__host_init(&host, unit, problems);
    host.settling = true;
    status = write_lines(&host, &s);
    rk__host_dispose(&host);
    unit->exact = rk__num_from_int(pool, 0);
    for (size_t i = 0; i < unit->n_lines; i++) {
        if (!unit->lines[i].memo) {
            const rk_num amount =
                rk__num_label(pool, unit->lines[i].amount, unit->lines[i].label, NULL);
            unit->exact = rk__num_add(pool, unit->exact, amount);
        }
    }
    unit->rounded = to_money(unit);
    return status == RK_OK && unit->rounded == NULL ? RK_NO_MEMORY : status;
}
