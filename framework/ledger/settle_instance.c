/* SPDX-License-Identifier: MIT
 *
 * settle_instance.c: settles a component in a period: its ledger lines and its amount.
 */
#include "ledger/instance.h"

#include <stdio.h>

#include "ledger/host.h"
#include "ledger/scale.h"
#include "ledger/sealed.h"

/* "provider / pod", or the table's name if there are no columns. */
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
    instance->groups_written = rk__arena_alloc(&instance->result->arena, lines->n + 1);
    if (instance->groups_written == NULL) {
        return RK_NO_MEMORY;
    }
    s->group = groups;
    s->n_group = lines->n;
    s->quantity = instance->rows.total.quantity;
    s->amount = instance->rows.total.amount;
    s->element = instance->rows.total.element;
    return RK_OK;
}

/* The numbers of the elements of a group, or of all of them, as the rule sees them. */
static const rk_num *seal_elements(rk__instance *instance, const rk_num *element)
{
    const size_t n = element != NULL ? instance->rule->n_elements : 0;
    rk_num *sealed = rk__arena_alloc_uninit(&instance->result->arena, (n + 1) * sizeof *sealed);
    for (size_t k = 0; sealed != NULL && k < n; k++) {
        sealed[k] = rk__seal(element[k]);
    }
    return sealed;
}

/* Copies what the rule gets by pointer, with its numbers sealed: only the rule sees the copies. */
static rk_status seal_settlement(rk__instance *instance, rk_settlement *s)
{
    rk__arena *arena = &instance->result->arena;
    s->period = rk__instance_period(instance);
    s->of_total = rk__seal(s->of_total);
    s->quantity = rk__seal(s->quantity);
    s->amount = rk__seal(s->amount);
    for (size_t i = 0; i < s->n_of; i++) {
        instance->of[i].total = rk__seal(instance->of[i].total);
    }
    if (s->period == NULL || s->group == NULL) {
        return s->period == NULL ? RK_NO_MEMORY : RK_OK;
    }
    rk_group *groups = rk__arena_alloc_uninit(arena, (s->n_group + 1) * sizeof *groups);
    s->element = s->element != NULL ? seal_elements(instance, s->element) : NULL;
    if (groups == NULL || (instance->rows.total.element != NULL && s->element == NULL)) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < s->n_group; i++) {
        const rk_group *g = &s->group[i];
        groups[i] =
            (rk_group){.label = rk__arena_strdup(arena, g->label),
                       .quantity = rk__seal(g->quantity),
                       .amount = rk__seal(g->amount),
                       .element = g->element != NULL ? seal_elements(instance, g->element) : NULL};
        if (groups[i].label == NULL || (g->element != NULL && groups[i].element == NULL)) {
            return RK_NO_MEMORY;
        }
    }
    s->group = groups;
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
        rk_settlement handed = *s;
        if (host->seals && seal_settlement(instance, &handed) != RK_OK) {
            return RK_NO_MEMORY;
        }
        host->handed = handed.group;
        rk__session_enter(instance->contract->session, instance->rule->id);
        const int returned =
            instance->rule->rule->settle(&host->table, instance->params, instance->state, &handed);
        rk__session_leave(instance->contract->session);
        const rk_status outcome = rk__host_outcome(host, returned, "settle");
        return outcome == RK_OK ? rk__ledger_groups_check(host) : outcome;
    }
    rk_status status = RK_OK;
    for (size_t i = 0; i < s->n_group && status == RK_OK; i++) {
        status =
            (rk_status) rk__ledger_own_group_add(host, &s->group[i], quantity_unit(instance->rule));
    }
    return status;
}

/* What is paid is cumulative within a year, so that its parts add up to the year's amount. */
static rk_num to_money(rk__instance *instance)
{
    rk__nums *nums = &instance->result->nums;
    rk_decimal exact;
    if (instance->earlier != NULL) {
        const rk_num unit = rk__num_from_decimal(nums, instance->contract->rounding_unit);
        const rk_num so_far = rk__num_add(nums, instance->earlier, instance->exact);
        return rk__num_sub(nums, rk__num_round_to(nums, so_far, unit),
                           rk__num_round_to(nums, instance->earlier, unit));
    }
    if (nums->untraced && instance->exact != NULL && rk__num_to_decimal(instance->exact, &exact) &&
        exact % instance->contract->rounding_unit == 0) {
        return instance->exact;
    }
    const rk_num money = rk__num_from_decimal(nums, instance->contract->rounding_unit);
    return rk__num_round_to(nums, instance->exact, money);
}

const rk__year_part *rk__instance_in_force(const rk__instance *instance)
{
    const rk_contract *c = instance->contract;
    const rk__year_part *part = c->in_force != NULL ? &c->in_force[instance->period_index] : NULL;
    const bool dealt = instance->dated || instance->component->n_of > 0;
    return part != NULL && part->num != part->den && !dealt ? part : NULL;
}

/* A contract that is in force for a part of the period pays its amounts in proportion. */
static rk_status take_part(rk__instance *instance)
{
    const rk__year_part *part = rk__instance_in_force(instance);
    rk__nums *nums = &instance->result->nums;
    if (part == NULL) {
        return RK_OK;
    }
    rk_ledger_line *line = rk__ledger_line_new(instance);
    const char *label =
        rk__arena_printf(&instance->result->arena, "not in force on %lld of %lld days",
                         (long long) (part->den - part->num), (long long) part->den);
    if (line == NULL || label == NULL) {
        return RK_NO_MEMORY;
    }
    *line = (rk_ledger_line){
        .label = label,
        .amount = rk__num_mul(nums, instance->exact,
                              rk__num_from_ratio(nums, part->num - part->den, part->den)),
        .sum = true};
    instance->exact =
        rk__num_add(nums, instance->exact, rk__num_label(nums, line->amount, label, NULL));
    return RK_OK;
}

rk_status rk__instance_settle(rk__instance *instance, const rk__instance *siblings,
                              rk_problems *problems)
{
    rk__nums *nums = &instance->result->nums;
    rk_settlement s = {.size = sizeof s,
                       .period = instance->period,
                       .of_size = (uint32_t) sizeof(rk_of),
                       .group_size = (uint32_t) sizeof(rk_group)};
    rk_status status = rk__values_settle(instance, siblings, problems);
    if (status == RK_OK) {
        status = rk__settle_tables_load(instance, problems);
    }
    if (status == RK_OK && instance->streams) {
        status = make_groups(instance, &s);
    }
    if (status == RK_OK && nums->no_memory) {
        status = RK_NO_MEMORY; /* a rule would read a number lost to lack of memory as missing */
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
    host.groups = s.group;
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
    status = status == RK_OK ? take_part(instance) : status;
    rk__scale_find(instance, s.of_total);
    instance->rounded = to_money(instance);
    if (status == RK_OK && instance->rounded == NULL) {
        status = RK_NO_MEMORY;
    }
    return status == RK_OK ? rk__instance_allocate(instance, siblings) : status;
}
