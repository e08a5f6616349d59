/* SPDX-License-Identifier: MIT
 *
 * allocate.c: deals the amount of a component back to the lines of the components in its `of`, to
 * the penny, and to their groups of rows if a report shows groups.
 *
 * A component in `of` that allocates itself stands for the lines that it dealt to, so a chain of
 * caps and rates always ends at the lines of the components that price activity.
 */
#include <stdlib.h>

#include "ledger/host.h"

/* A line that is dealt to. */
typedef struct target {
    const char *of;
    const rk_ledger_line *line;
    rk_num value;
    size_t order; /* of its first appearance */
} target;

typedef struct targets {
    target *items;
    size_t n, capacity;
} targets;

static bool allocates(const rk__instance *instance)
{
    return instance->component->allocate != RK__ALLOCATE_NOT;
}

static bool has_dealt(const rk__instance *instance)
{
    return instance->n_lines > 0 && instance->lines[instance->n_lines - 1].of != NULL;
}

static rk_status add_target(targets *t, const char *of, const rk_ledger_line *line, rk_num value)
{
    if (rk__grow((void **) &t->items, &t->capacity, t->n + 1, sizeof *t->items) != 0) {
        return RK_NO_MEMORY;
    }
    t->items[t->n] = (target){of, line, value, t->n};
    t->n++;
    return RK_OK;
}

/* The lines of one component, or those that it dealt to. */
static rk_status add_targets(targets *t, const rk__instance *of)
{
    const bool dealt = has_dealt(of);
    rk_status status = RK_OK;
    for (size_t i = 0; i < of->n_lines && status == RK_OK; i++) {
        const rk_ledger_line *line = &of->lines[i];
        if (dealt && line->of != NULL) {
            status = add_target(t, line->of, line->of_line, line->amount);
        } else if (!dealt && !line->memo) {
            status = add_target(t, of->component->id, line, line->amount);
        }
    }
    return status;
}

static int by_line(const void *a, const void *b)
{
    const target *x = a;
    const target *y = b;
    const int order = (x->line > y->line) - (x->line < y->line);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

static int by_order(const void *a, const void *b)
{
    const target *x = a;
    const target *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

/* Each line once, with the sum of its values, in order of first appearance. */
static void merge(targets *t, rk__nums *nums)
{
    size_t n = 0;
    if (t->n == 0) {
        return;
    }
    qsort(t->items, t->n, sizeof *t->items, by_line);
    for (size_t i = 0; i < t->n; i++) {
        if (n > 0 && t->items[n - 1].line == t->items[i].line) {
            t->items[n - 1].value = rk__num_add(nums, t->items[n - 1].value, t->items[i].value);
        } else {
            t->items[n++] = t->items[i];
        }
    }
    t->n = n;
    qsort(t->items, t->n, sizeof *t->items, by_order);
}

/* The weight of each target, and their sum. */
static rk_num weigh(const targets *t, rk__allocate by, rk__nums *nums, rk_num *weights)
{
    const rk_num zero = rk__num_from_int(nums, 0);
    rk_num sum = zero;
    for (size_t i = 0; i < t->n; i++) {
        const rk_num quantity = t->items[i].line->quantity;
        weights[i] = by == RK__ALLOCATE_BY_VALUE ? t->items[i].value
                     : quantity != NULL          ? quantity
                                                 : zero;
        sum = rk__num_add(nums, sum, weights[i]);
    }
    return sum;
}

static rk_num units_of(const rk__instance *instance, rk_num unit, rk__nums *nums)
{
    return rk__num_div(nums, instance->rounded, unit);
}

static rk_num share_of(rk__nums *nums, const target *t, rk_num weight, rk_num total, rk_num sum)
{
    const rk_num one = nums->untraced ? weight : rk__num_label(nums, weight, t->line->label, NULL);
    return rk__num_sign(total) == 0 ? total : rk__num_mul(nums, total, rk__num_div(nums, one, sum));
}

static rk_status add_line(rk__instance *instance, const target *t, rk_num amount, rk_num share)
{
    rk_ledger_line *line = rk__ledger_line_new(instance);
    const char *source = rk__arena_printf(&instance->result->arena, "allocated to '%s'", t->of);
    if (line == NULL || source == NULL) {
        return RK_NO_MEMORY;
    }
    *line = (rk_ledger_line){.label = t->line->label,
                             .source = source,
                             .amount = amount,
                             .memo = true,
                             .of = t->of,
                             .of_line = t->line,
                             .share = share};
    return RK_OK;
}

/* The names that `explain` shows. */
static void name_operands(const rk__instance *instance, rk_num *total, rk_num *sum)
{
    rk__nums *nums = &instance->result->nums;
    const bool by_value = instance->component->allocate == RK__ALLOCATE_BY_VALUE;
    *total = instance->rounded;
    if (!nums->untraced) {
        *total = rk__num_label(nums, *total, "total", NULL);
        *sum = rk__num_label(nums, *sum, by_value ? "all lines" : "quantity of all lines", NULL);
    }
}

static rk_status deal_to(rk__instance *instance, const targets *t)
{
    rk__nums *nums = &instance->result->nums;
    rk_num total = NULL;
    const rk_num unit = rk__num_from_decimal(nums, instance->contract->rounding_unit);
    rk_num *weights = rk__calloc(2 * t->n + 1, sizeof *weights);
    if (weights == NULL) {
        return RK_NO_MEMORY;
    }
    rk_num *out = weights + t->n;
    rk_num sum = weigh(t, instance->component->allocate, nums, weights);
    name_operands(instance, &total, &sum);
    rk_status status = nums->no_memory ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < t->n && rk__num_sign(total) == 0; i++) {
        out[i] = total;
    }
    if (status == RK_OK && rk__num_sign(total) != 0) {
        status = rk__num_deal(nums, units_of(instance, unit, nums), weights, t->n, out);
    }
    if (status == RK_OUT_OF_RANGE) {
        rk__instance_find(
            instance, (rk_finding){.code = "nothing-to-allocate-by", .amount = instance->rounded},
            "the amount is dealt out to no line: the %s of the components in 'of' "
            "come to zero",
            instance->component->allocate == RK__ALLOCATE_BY_VALUE ? "values" : "quantities");
        status = RK_OK;
    } else {
        for (size_t i = 0; i < t->n && status == RK_OK; i++) {
            status = add_line(instance, &t->items[i], rk__num_mul(nums, out[i], unit),
                              share_of(nums, &t->items[i], weights[i], total, sum));
        }
    }
    rk__free(weights);
    return status == RK_OK && nums->no_memory ? RK_NO_MEMORY : status;
}

/* -------------------------------------------------------------------- groups */

/* Marks the components whose quantities count: those at the ends of chains. Those already visited
 * are in `seen`, so that each is followed once. */
static void mark_ends(const rk__instance *instance, const rk__instance *siblings, bool *ends,
                      bool *seen)
{
    for (size_t i = 0; i < instance->component->n_of; i++) {
        const size_t k = instance->component->of[i];
        if (!allocates(&siblings[k])) {
            ends[k] = true;
        } else if (!seen[k]) {
            seen[k] = true;
            mark_ends(&siblings[k], siblings, ends, seen);
        }
    }
}

/* The groups that are dealt to, as one table (NULL: none), and the value of components in `of` that
 * have no groups. */
static rk_status join_groups(const rk__instance *instance, const rk__instance *siblings,
                             rk__nums *nums, rk_groups **out, rk_num *rest)
{
    const size_t n_before = instance->component_index;
    rk__groups_part *parts = rk__calloc(n_before + 1, sizeof *parts);
    bool *marks = rk__calloc(3 * n_before + 1, sizeof *marks);
    bool *ends = marks != NULL ? marks + n_before : NULL;
    rk_status status = parts != NULL && marks != NULL ? RK_OK : RK_NO_MEMORY;
    size_t n = 0;
    *out = NULL;
    *rest = rk__num_from_int(nums, 0);
    if (status == RK_OK) {
        mark_ends(instance, siblings, ends, ends + n_before);
    }
    for (size_t i = 0; i < instance->component->n_of && status == RK_OK; i++) {
        const rk__instance *of = &siblings[instance->component->of[i]];
        marks[of->component_index] = true;
        if (of->rows.shown == NULL) {
            *rest = rk__num_add(nums, *rest, rk__num_copy(nums, of->exact));
        }
    }
    for (size_t k = 0; k < n_before && status == RK_OK; k++) {
        if ((marks[k] || ends[k]) && siblings[k].rows.shown != NULL) {
            parts[n++] = (rk__groups_part){siblings[k].rows.shown, marks[k], ends[k]};
        }
    }
    status = status == RK_OK && n > 0 ? rk__groups_join(parts, n, out) : status;
    rk__free(parts);
    rk__free(marks);
    return status;
}

/* The amount of each group, to twelve places; last, that of what has no group. */
static rk_status deal_groups(rk__instance *instance, const rk_groups *groups, rk_num rest,
                             rk__nums *nums, rk_int128 *amounts)
{
    const size_t n = rk_groups_count(groups);
    const bool by_value = instance->component->allocate == RK__ALLOCATE_BY_VALUE;
    const rk_decimal unit = instance->contract->rounding_unit;
    rk_num *weights = rk__calloc(2 * n + 2, sizeof *weights);
    if (weights == NULL) {
        return RK_NO_MEMORY;
    }
    rk_num *out = weights + n + 1;
    for (size_t i = 0; i < n; i++) {
        weights[i] = by_value
                         ? rk__num_scaled(nums, rk_groups_value(groups, i, RK_LANE_AMOUNT), 12)
                         : rk__num_scaled(nums, rk_groups_value(groups, i, RK_LANE_QUANTITY), 6);
    }
    weights[n] = by_value ? rest : rk__num_from_int(nums, 0);
    const rk_num units = units_of(instance, rk__num_from_decimal(nums, unit), nums);
    rk_status status =
        nums->no_memory ? RK_NO_MEMORY : rk__num_deal(nums, units, weights, n + 1, out);
    for (size_t i = 0; i <= n && status == RK_OK; i++) {
        if (out[i]->big) {
            status = RK_OVERFLOW;
        } else {
            amounts[i] = (rk_int128) out[i]->num * unit * RK_DECIMAL_ONE;
        }
    }
    rk__free(weights);
    return status;
}

static rk_status make_groups(rk__instance *instance, const rk__instance *siblings)
{
    rk__nums nums = {.untraced = true};
    rk_groups *groups = NULL;
    rk_num rest = NULL;
    rk_status status = join_groups(instance, siblings, &nums, &groups, &rest);
    if (status == RK_OK && groups != NULL) {
        const size_t n = rk_groups_count(groups);
        rk_int128 *amounts = rk__calloc(n + 1, sizeof *amounts);
        status =
            amounts == NULL ? RK_NO_MEMORY : deal_groups(instance, groups, rest, &nums, amounts);
        if (status == RK_OK) {
            status = rk__groups_dealt(groups, amounts, amounts[n], &instance->rows.shown);
        } else if (status == RK_OUT_OF_RANGE) {
            status = RK_OK; /* found already: the lines have no value either */
        }
        rk__free(amounts);
    }
    rk__groups_free(groups);
    rk__nums_dispose(&nums);
    return status;
}

rk_status rk__instance_allocate(rk__instance *instance, const rk__instance *siblings)
{
    if (!allocates(instance)) {
        return RK_OK;
    }
    rk__nums *nums = &instance->result->nums;
    targets t = {0};
    rk_status status = RK_OK;
    for (size_t i = 0; i < instance->component->n_of && status == RK_OK; i++) {
        status = add_targets(&t, &siblings[instance->component->of[i]]);
    }
    if (status == RK_OK) {
        merge(&t, nums);
        status = nums->no_memory ? RK_NO_MEMORY : deal_to(instance, &t);
    }
    rk__free(t.items);
    const bool grouped = instance->contract->session->options.group_by != NULL;
    return status == RK_OK && grouped && instance->rows.shown == NULL
               ? make_groups(instance, siblings)
               : status;
}
