/* SPDX-License-Identifier: MIT
 *
 * instance.c: planning, binding and settling one component in one period.
 */
#include "ledger/instance.h"

#include <stdio.h>
#include <string.h>

#include "evaluate/evaluation.h"
#include "ledger/host.h"

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
        result->nums.no_memory = true; /* no result lacks a warning */
        return;
    }
    if (result->n_warnings > 0) {
        memcpy(grown, result->warnings, result->n_warnings * sizeof *grown);
    }
    grown[result->n_warnings++] = copy;
    result->warnings = grown;
}

void rk__instance_warn(rk__instance *instance, const char *format, ...)
{
    rk__buf text = {0};
    char message[2048];
    va_list args;
    if (instance->implied) {
        return; /* the component that it is a part of warns */
    }
    va_start(args, format);
    (void) vsnprintf(message, sizeof message, format, args);
    va_end(args);
    rk__buf_printf(&text, "component '%s'", instance->component->id);
    if (instance->contract->n_periods > 1) {
        rk__buf_printf(&text, ", %s", instance->period->id);
    }
    rk__buf_printf(&text, ": %s", message);
    if (!text.failed) {
        rk__result_warn(instance->result, text.text);
    } else {
        instance->result->nums.no_memory = true;
    }
    rk__buf_dispose(&text);
}

rk_status rk__instance_problem(const rk__instance *instance, rk_status status, const char *hint,
                               rk_problems *problems, const char *format, ...)
{
    rk__arena scratch = {0};
    rk__place place = {0};
    if (instance->component->at != NULL) {
        rk__json_place(instance->component->at, &place, &scratch);
    }
    if (rk_status_exit_code(status) == 4) {
        place.rule = instance->rule != NULL ? instance->rule->id : instance->component->rule;
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
static void scale_of(rk__instance *instance)
{
    int64_t num = 1;
    int64_t den = 1;
    rk__date_year_fraction(instance->period->start, instance->period->end, &num, &den);
    instance->input.scale_num = 1;
    instance->input.scale_den = 1;
    if (instance->component->per_year) {
        instance->input.scale_num = num;
        instance->input.scale_den = den;
    } else if (num != den && (gives_per_time(instance->rule->params, instance->input.params) ||
                              gives_per_time(instance->rule->params, instance->input.overrides))) {
        rk__instance_warn(instance,
                          "period '%s' is not a year, and its amounts are taken as written; "
                          "\"per\": \"year\" would scale them",
                          instance->period->id);
    }
}

static rk_status check_of(rk__instance *instance, rk_problems *problems)
{
    const rk_rule *rule = instance->rule->rule;
    const rk__value *at = rk__json_get(instance->component->at, "of");
    if (rule->of_use == RK_OF_NONE && instance->component->n_of > 0) {
        return rk__json_problem(problems, at, RK_CONFLICT, "take `of` out",
                                "rule '%s' pays an amount of its own and stands on no component",
                                instance->rule->id);
    }
    if (rule->of_use == RK_OF_REQUIRED && instance->component->n_of == 0) {
        return rk__json_problem(problems, instance->component->at, RK_MISSING_KEY,
                                "name earlier components: \"of\": [\"...\"]",
                                "rule '%s' stands on other components and needs 'of'",
                                instance->rule->id);
    }
    for (size_t i = 0; i < instance->component->n_of; i++) {
        const rk__component *other = &instance->arrangement->components[instance->component->of[i]];
        if ((rule->flags & RK_RULE_OF_SHADOW) != 0 && !other->shadow) {
            return rk__json_problem(
                problems, at, RK_CONFLICT,
                "mark that component \"shadow\": true, so that it is not paid twice",
                "rule '%s' pays a whole amount, and '%s' is paid too", instance->rule->id,
                other->id);
        }
    }
    return RK_OK;
}

/* A scope that no row could be in or out of must not be passed over. */
static rk_status check_scope(const rk__instance *instance, rk_problems *problems)
{
    if (instance->component->scope == NULL || instance->rule->rule->rows != NULL) {
        return RK_OK;
    }
    return rk__json_problem(problems, rk__json_get(instance->component->at, "scope"), RK_CONFLICT,
                            "take `scope` out", "rule '%s' reads no rows that a scope could keep",
                            instance->rule->id);
}

/* What the component stands on, whose totals are not known yet. */
static rk_status make_of(rk__instance *instance, rk__arena *arena)
{
    const size_t n = instance->component->n_of;
    instance->of = instance->of != NULL ? instance->of
                                        : rk__arena_alloc(arena, (n + 1) * sizeof *instance->of);
    if (instance->of == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        const rk__component *other = &instance->arrangement->components[instance->component->of[i]];
        instance->of[i] = (rk_of){.id = other->id, .rule = other->rule, .shadow = other->shadow};
    }
    return RK_OK;
}

static rk_status bind_params(rk__instance *instance, rk__arena *arena, rk_problems *problems)
{
    rk_session *session = instance->contract->session;
    rk_status status = RK_OK;
    instance->rule = rk__session_rule(session, instance->component, &status, problems);
    if (instance->rule == NULL) {
        return status;
    }
    instance->streams = rk__rule_streams(instance->rule);
    instance->settles_tables = rk__settles_tables(instance);
    rk__param_override *cli = NULL;
    instance->input.rule = instance->rule;
    instance->input.value_of = rk__instance_value_of;
    instance->input.ctx = instance;
    instance->input.held = &instance->held;
    instance->input.params = instance->component->params;
    instance->input.component = instance->component->at;
    instance->input.overrides =
        rk__json_get(instance->component->params_by_period, instance->period->id);
    scale_of(instance);
    rk__nums *const nums =
        instance->terms != NULL ? &instance->terms->nums : &instance->result->nums;
    status = rk__session_overrides(session, instance->component->id, arena, &cli,
                                   &instance->input.n_cli);
    instance->input.cli = cli;
    if (status == RK_OK) {
        status = rk__bind(&instance->input, nums, arena, &instance->params, problems);
    }
    const rk_status of_status = check_of(instance, problems);
    const rk_status scope_status = check_scope(instance, problems);
    return status != RK_OK ? status : of_status != RK_OK ? of_status : scope_status;
}

static rk_status check_params(rk__instance *instance, rk_problems *problems)
{
    const rk_rule *rule = instance->rule->rule;
    if (rule->check == NULL) {
        return RK_OK;
    }
    rk__host host;
    rk__host_init(&host, instance, problems);
    rk__session_enter(instance->contract->session, instance->rule->id);
    const int returned =
        rule->check(&host.table, instance->params, instance->of, instance->component->n_of);
    rk__session_leave(instance->contract->session);
    const rk_status status = rk__host_outcome(&host, returned, "check");
    rk__host_dispose(&host);
    return status;
}

rk_status rk__instance_bind(rk__instance *instance, rk_problems *problems)
{
    rk__arena *const arena =
        instance->terms != NULL ? &instance->terms->arena : &instance->result->arena;
    instance->params = instance->plan != NULL ? rk__bind_again(instance->plan) : NULL;
    rk_status status = instance->params != NULL ? RK_OK : bind_params(instance, arena, problems);
    if (status == RK_OK) {
        status = make_of(instance, arena);
    }
    return status == RK_OK ? check_params(instance, problems) : status;
}

rk_status rk__instance_plan(rk__instance *instance, rk__terms *terms)
{
    const rk_status status =
        rk__bind_plan_new(&instance->input, &terms->nums, &terms->arena, &instance->plan);
    instance->of = NULL;
    return status == RK_OK ? make_of(instance, &terms->arena) : status;
}

rk_status rk__instance_prepare(rk__instance *instance, rk_problems *problems)
{
    if (instance->rule->rule->prepare == NULL) {
        return RK_OK;
    }
    rk__host host;
    rk__host_init(&host, instance, problems);
    rk__session_enter(instance->contract->session, instance->rule->id);
    const int returned = instance->rule->rule->prepare(&host.table, instance->params,
                                                       instance->period, &instance->state);
    rk__session_leave(instance->contract->session);
    const rk_status status = rk__host_outcome(&host, returned, "prepare");
    instance->prepared = true;
    rk__host_dispose(&host);
    return status;
}

void rk__instance_dispose(rk__instance *instance)
{
    if (instance->prepared && instance->rule->rule->release != NULL) {
        rk__session_enter(instance->contract->session, instance->rule->id);
        instance->rule->rule->release(instance->state);
        rk__session_leave(instance->contract->session);
    }
    instance->prepared = false;
    rk__settle_tables_dispose(instance);
    rk__groups_free(instance->rows.shown);
    instance->rows.shown = NULL;
    rk__held_dispose(&instance->held);
}

void rk__instance_again(rk__instance *instance)
{
    rk__instance_dispose(instance);
    instance->state = NULL;
    instance->values = NULL;
    instance->rows = (rk__row_outcome){0};
    instance->tables = NULL;
    instance->n_tables = 0;
    instance->lines = NULL;
    instance->n_lines = instance->lines_capacity = 0;
    instance->unpriced = NULL;
    instance->n_unpriced = 0;
    instance->exact = instance->rounded = NULL;
    if (instance->terms == NULL || !instance->bound) {
        instance->bound = false; /* what it was bound to lived in the result */
        instance->params = NULL;
        instance->of = instance->plan != NULL ? instance->of : NULL;
    }
}

/* ------------------------------------------------------------------ settling */

/* "provider / pod", the table's name where there are no columns. */
static const char *group_label(rk__instance *instance, const rk__row_group *group, size_t n_columns)
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
        rk__buf_puts(&text, instance->rule->rule->rows);
    }
    const char *label =
        text.failed ? NULL : rk__arena_copy(&instance->result->arena, text.text, text.length);
    rk__buf_dispose(&text);
    return label;
}

static rk_status make_groups(rk__instance *instance, rk_settlement *s)
{
    const rk__row_groups *lines = &instance->rows.lines;
    rk_group *groups =
        rk__arena_alloc_uninit(&instance->result->arena, (lines->n + 1) * sizeof *groups);
    if (groups == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < lines->n; i++) {
        const rk__row_group *g = &lines->groups[i];
        groups[i] = (rk_group){.label = group_label(instance, g, lines->n_columns),
                               .quantity = g->quantity,
                               .amount = g->amount,
                               .element = g->element};
        if (groups[i].label == NULL) {
            return RK_NO_MEMORY;
        }
    }
    s->group = groups;
    s->n_group = lines->n;
    s->quantity = instance->rows.total.quantity;
    s->amount = instance->rows.total.amount;
    s->element = instance->rows.total.element;
    return RK_OK;
}

static rk_num of_total(rk__instance *instance, const rk__instance *siblings)
{
    rk__nums *nums = &instance->result->nums;
    rk_num total = NULL;
    for (size_t i = 0; i < instance->component->n_of; i++) {
        const rk__instance *other = &siblings[instance->component->of[i]];
        rk_num value = other->exact;
        if (!nums->untraced) {
            char label[RK__ID_MAX + 32];
            (void) snprintf(label, sizeof label, "component '%s'", other->component->id);
            value = rk__num_label(nums, value, label, NULL);
        }
        instance->of[i].total = value;
        total = total == NULL ? value : rk__num_add(nums, total, value);
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
    rk__instance *instance = host->instance;
    if (instance->rule->rule->settle != NULL) {
        rk__session_enter(instance->contract->session, instance->rule->id);
        const int returned =
            instance->rule->rule->settle(&host->table, instance->params, instance->state, s);
        rk__session_leave(instance->contract->session);
        return rk__host_outcome(host, returned, "settle");
    }
    rk_status status = RK_OK;
    for (size_t i = 0; i < s->n_group && status == RK_OK; i++) {
        status =
            (rk_status) rk__ledger_own_group_add(host, &s->group[i], quantity_unit(instance->rule));
    }
    return status;
}

static rk_num to_money(rk__instance *instance)
{
    rk__nums *nums = &instance->result->nums;
    rk_decimal exact;
    if (nums->untraced && instance->exact != NULL && rk__num_to_decimal(instance->exact, &exact) &&
        exact % instance->contract->rounding_unit == 0) {
        return instance->exact;
    }
    const rk_num money = rk__num_from_decimal(nums, instance->contract->rounding_unit);
    return rk__num_round_to(nums, instance->exact, money);
}

rk_status rk__instance_settle(rk__instance *instance, const rk__instance *siblings,
                              rk_problems *problems)
{
    rk__nums *nums = &instance->result->nums;
    rk_settlement s = {.size = sizeof s, .period = instance->period};
    rk_status status = rk__values_settle(instance, siblings, problems);
    if (status == RK_OK) {
        status = rk__settle_tables_load(instance, problems);
    }
    if (status == RK_OK && instance->streams) {
        status = make_groups(instance, &s);
    }
    if (status != RK_OK) {
        return status;
    }
    s.of_total = of_total(instance, siblings);
    s.of = instance->of;
    s.n_of = instance->component->n_of;
    rk__host host;
    rk__host_init(&host, instance, problems);
    host.settling = true;
    status = write_lines(&host, &s);
    rk__host_dispose(&host);
    instance->exact = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < instance->n_lines; i++) {
        if (!instance->lines[i].memo) {
            const rk_num amount =
                rk__num_label(nums, instance->lines[i].amount, instance->lines[i].label, NULL);
            instance->exact = rk__num_add(nums, instance->exact, amount);
        }
    }
    instance->rounded = to_money(instance);
    return status == RK_OK && instance->rounded == NULL ? RK_NO_MEMORY : status;
}
