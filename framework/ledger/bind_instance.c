/* SPDX-License-Identifier: MIT
 *
 * bind_instance.c: binds, checks, prepares and releases the parameters of a component in a
 * period.
 */
#include "ledger/instance.h"

#include "contract/currency.h"
#include "ledger/host.h"
#include "ledger/sealed.h"

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
    const rk_contract *c = instance->contract;
    /* The whole period: the part that is not in force is subtracted later. */
    const rk_period *periods = c->in_force != NULL ? c->calendar.periods : c->periods;
    const rk_period *period = &periods[instance->period_index];
    rk__date_year_fraction(period->start, period->end, &num, &den);
    instance->input.scale_num = 1;
    instance->input.scale_den = 1;
    if (instance->component->n_of > 0 && c->in_force != NULL) {
        instance->input.scale_num = c->in_force[instance->period_index].num;
        instance->input.scale_den = c->in_force[instance->period_index].den;
    }
    if (instance->component->per_year) {
        instance->input.scale_num *= c->year_parts[instance->period_index].num;
        instance->input.scale_den *= c->year_parts[instance->period_index].den;
    } else if (num != den && (gives_per_time(instance->rule->params, instance->input.params) ||
                              gives_per_time(instance->rule->params, instance->input.overrides))) {
        rk__instance_find(instance, (rk_finding){.code = "not-a-year"},
                          "period '%s' is not a year, and its amounts are used as written; "
                          "\"per\": \"year\" would scale them",
                          instance->period->id);
    }
}

/* The factor of an index in the instance's period. */
static rk_status factor_of(void *ctx, const rk__value *index, rk__nums *nums, rk_num *factor,
                           rk_problems *problems)
{
    const rk__instance *instance = ctx;
    rk__index read;
    const rk_status status = rk__index_read(&instance->contract->indices, index, &read, problems);
    *factor = status == RK_OK ? rk__index_factor(nums, &instance->contract->indices, &read,
                                                 instance->period_index)
                              : NULL;
    return status == RK_OK && *factor == NULL ? RK_NO_MEMORY : status;
}

/* A parameter's value as it is written for the period; NULL if it is not given. */
static const rk__value *given_value(const rk__instance *instance, const char *name)
{
    const rk__value *v = rk__json_get(instance->input.overrides, name);
    return rk__json_given(v) ? v : rk__json_get(instance->input.params, name);
}

/* Parameters outside of their usual bounds. */
static void find_unusual(rk__instance *instance)
{
    rk__nums *nums = &instance->result->nums;
    for (const rk_param *p = instance->rule->params; p->name != NULL; p++) {
        struct rk_num_node own, own_bound;
        if (p->usual_min == NULL && p->usual_max == NULL) {
            continue;
        }
        const rk__value *v = given_value(instance, p->name);
        const bool number = v != NULL && (v->type == RK__JSON_NUMBER || v->type == RK__JSON_STRING);
        const rk_num given = number ? rk__num_parse_into(nums, &own, v->text, true) : NULL;
        for (int i = 0; given != NULL && i < 2; i++) {
            const char *const text = i == 0 ? p->usual_min : p->usual_max;
            const rk_num bound =
                text != NULL ? rk__num_parse_into(nums, &own_bound, text, true) : NULL;
            const int order = bound != NULL ? rk__num_compare(given, bound) : 0;
            if (i == 0 ? order < 0 : order > 0) {
                rk__instance_find(instance, (rk_finding){.code = "implausible"},
                                  "'%s' is %s, which is %s the usual %s", p->name, v->text,
                                  i == 0 ? "below" : "above", text);
            }
        }
    }
}

static rk_status check_of(rk__instance *instance, rk_problems *problems)
{
    const rk_rule *rule = instance->rule->rule;
    const rk__value *at = rk__json_get(instance->component->at, "of");
    if (rule->of_use == RK_OF_NONE && instance->component->n_of > 0) {
        return rk__json_problem(problems, at, RK_CONFLICT, "take `of` out",
                                "rule '%s' pays an amount of its own and uses no component",
                                instance->rule->id);
    }
    if (rule->of_use == RK_OF_REQUIRED && instance->component->n_of == 0) {
        return rk__json_problem(problems, instance->component->at, RK_MISSING_KEY,
                                "name earlier components: \"of\": [\"...\"]",
                                "rule '%s' uses other components and needs 'of'",
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

/* A scope must not be ignored if the rule has no rows to select. */
static rk_status check_scope(const rk__instance *instance, rk_problems *problems)
{
    if (instance->component->scope == NULL || instance->rule->rule->rows != NULL) {
        return RK_OK;
    }
    return rk__json_problem(problems, rk__json_get(instance->component->at, "scope"), RK_CONFLICT,
                            "take `scope` out", "rule '%s' reads no rows that a scope could keep",
                            instance->rule->id);
}

/* What the component uses, whose totals are not known yet: copies, which only its rule sees. */
static rk_status make_of(rk__instance *instance, rk__arena *arena)
{
    const size_t n = instance->component->n_of;
    instance->of = rk__arena_alloc(arena, (n + 1) * sizeof *instance->of);
    if (instance->of == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        const rk__component *other = &instance->arrangement->components[instance->component->of[i]];
        instance->of[i] = (rk_of){.id = rk__arena_strdup(arena, other->id),
                                  .rule = rk__arena_strdup(arena, other->rule),
                                  .shadow = other->shadow};
        if (instance->of[i].id == NULL || instance->of[i].rule == NULL) {
            return RK_NO_MEMORY;
        }
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
    const char *currency = instance->contract->currency;
    instance->input.minor_known = currency != NULL;
    instance->input.minor_places = currency != NULL ? rk__currency_places(currency) : 0;
    instance->input.value_of = rk__instance_value_of;
    instance->input.ctx = instance;
    instance->input.held = &instance->held;
    instance->input.factor_of = instance->contract->calendar.n > 0 ? factor_of : NULL;
    instance->input.index = instance->component->index;
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
    if (status == RK_OK) {
        if (rk__instance_seals(instance)) {
            rk__params_seal(instance->rule->params, instance->params);
        }
        find_unusual(instance);
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
    rk_status status = bind_params(instance, arena, problems);
    if (status == RK_OK) {
        status = make_of(instance, arena);
    }
    if (status == RK_OK) {
        status = rk__params_keep(instance, arena);
    }
    return status == RK_OK ? check_params(instance, problems) : status;
}

rk_status rk__instance_prepare(rk__instance *instance, rk_problems *problems)
{
    if (instance->rule->rule->prepare == NULL) {
        return RK_OK;
    }
    if (instance->rule->abi_minor >= 2) {
        const rk_status loaded = rk__settle_tables_load(instance, problems);
        if (loaded != RK_OK) {
            return loaded;
        }
    }
    rk__host host;
    const rk_period *period = rk__instance_period(instance);
    if (period == NULL) {
        return RK_NO_MEMORY;
    }
    rk__host_init(&host, instance, problems);
    rk__session_enter(instance->contract->session, instance->rule->id);
    const int returned =
        instance->rule->rule->prepare(&host.table, instance->params, period, &instance->state);
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

void rk__instance_reset(rk__instance *instance)
{
    rk__instance_dispose(instance);
    instance->state = NULL;
    instance->values = NULL;
    instance->rows = (rk__row_outcome){0};
    instance->tables = NULL;
    instance->n_tables = 0;
    instance->groups_written = NULL;
    instance->lines = NULL;
    instance->n_lines = instance->lines_capacity = 0;
    instance->unpriced = NULL;
    instance->n_unpriced = 0;
    instance->exact = instance->rounded = NULL;
    if (instance->terms == NULL || !instance->bound) {
        instance->bound = false; /* its bound parameters lived in the result */
        instance->params = NULL;
        instance->params_parts = NULL;
        instance->of = NULL;
    }
}
