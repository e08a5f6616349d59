/* SPDX-License-Identifier: MIT
 *
 * differences.c: the lines in which two arrangements differ.
 *
 * Lines are matched by period, component and label; those of components that are not paid are left
 * out. Lines as shown (with their `rounding`) add up to each component's total exactly, so their
 * differences add up to the difference of the totals; anything still missing from a total is a line
 * of its own.
 */
#include "report/report.h"

#include <stdlib.h>

typedef struct side_line {
    const char *period, *component, *label;
    rk_num amount;
    bool hidden;
    bool other;   /* of the other arrangement, not the baseline */
    size_t order; /* where it stands, for ties */
} side_line;

typedef struct side_lines {
    side_line *lines;
    size_t n, capacity;
} side_lines;

static void collect(rk__page *out, const rk_result *result, bool other, side_lines *all)
{
    for (size_t p = 0; p < rk_result_read(result)->n_periods; p++) {
        const rk_period_result *period = rk_result_period(result, p);
        for (size_t c = 0; c < period->n_components; c++) {
            const rk_component_result *component = rk_period_component(period, c);
            const bool *hidden = rk__hidden_lines(out, rk_result_read(result), component);
            if (component->shadow || hidden == NULL) {
                continue;
            }
            for (size_t i = 0; i < component->n_lines; i++) {
                const rk_ledger_line *line = rk_component_line(component, i);
                if (line->memo) {
                    continue;
                }
                if (rk__grow((void **) &all->lines, &all->capacity, all->n + 1,
                             sizeof *all->lines) != 0) {
                    out->failed = true;
                    return;
                }
                all->lines[all->n] =
                    (side_line){.period = period->id,
                                .component = component->id,
                                .label = line->label,
                                .amount = rk__num_round(&out->nums, line->amount, RK__LINE_PLACES),
                                .hidden = hidden[i],
                                .other = other,
                                .order = all->n};
                all->n++;
            }
        }
    }
}

static int compare_keys(const side_line *a, const side_line *b)
{
    int order = strcmp(a->period, b->period);
    order = order != 0 ? order : strcmp(a->component, b->component);
    return order != 0 ? order : strcmp(a->label, b->label);
}

static int by_key(const void *a, const void *b)
{
    const side_line *x = a;
    const side_line *y = b;
    const int order = compare_keys(x, y);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

static int by_size(const void *a, const void *b)
{
    const rk__difference *x = a;
    const rk__difference *y = b;
    int order = rk__num_compare(y->size, x->size);
    order = order != 0 ? order : strcmp(x->period, y->period);
    order = order != 0 ? order : strcmp(x->component, y->component);
    return order != 0 ? order : strcmp(x->label, y->label);
}

static rk_num sum_of(rk__nums *nums, rk_num so_far, rk_num amount)
{
    return so_far == NULL ? amount : rk__num_add(nums, so_far, amount);
}

/* Sets the difference of two amounts; false if they are equal. */
static bool settle_difference(rk__page *out, rk__difference *line)
{
    rk__nums *nums = &out->nums;
    const rk_num zero = rk__num_from_int(nums, 0);
    line->difference = rk__num_sub(nums, line->amount == NULL ? zero : line->amount,
                                   line->baseline == NULL ? zero : line->baseline);
    if (line->difference == NULL) {
        out->failed = true;
        return false;
    }
    const int sign = rk__num_sign(line->difference);
    line->size = sign < 0 ? rk__num_neg(nums, line->difference) : line->difference;
    out->failed = out->failed || line->size == NULL;
    return sign != 0 && !out->failed;
}

/* Adds a line for what the lines lack of the difference of the totals. */
static bool last_line(rk__page *out, const rk_result_view *baseline, const rk_result_view *other,
                      const rk__difference *lines, size_t n, rk__difference *line)
{
    rk_num sum = rk__num_sub(&out->nums, other->total, baseline->total);
    for (size_t i = 0; i < n; i++) {
        sum = rk__num_sub(&out->nums, sum, lines[i].difference);
    }
    *line = (rk__difference){.period = "", .component = "", .label = "rounding", .amount = sum};
    return settle_difference(out, line);
}

bool rk__differences(rk__page *out, const rk_comparison *comparison, size_t index,
                     rk__difference **out_lines, size_t *n)
{
    const rk_result *baseline =
        rk_comparison_result(comparison, rk_comparison_baseline(comparison));
    const rk_result *other = rk_comparison_result(comparison, index);
    side_lines all = {0};
    *n = 0;
    collect(out, baseline, false, &all);
    collect(out, other, true, &all);
    rk__difference *lines = rk__arena_alloc(&out->arena, (all.n + 1) * sizeof *lines);
    if (lines == NULL || out->failed) {
        out->failed = true;
        rk__free(all.lines);
        return false;
    }
    if (all.n > 0) {
        qsort(all.lines, all.n, sizeof *all.lines, by_key);
    }
    for (size_t i = 0; i < all.n;) {
        const side_line *first = &all.lines[i];
        rk__difference line = {
            .period = first->period, .component = first->component, .label = first->label};
        for (; i < all.n && compare_keys(first, &all.lines[i]) == 0; i++) {
            rk_num *side = all.lines[i].other ? &line.amount : &line.baseline;
            *side = sum_of(&out->nums, *side, all.lines[i].amount);
            line.hidden = line.hidden || all.lines[i].hidden;
        }
        if (settle_difference(out, &line)) {
            lines[(*n)++] = line;
        }
    }
    rk__free(all.lines);
    if (*n > 0) {
        qsort(lines, *n, sizeof *lines, by_size);
    }
    rk__difference last;
    if (last_line(out, rk_result_read(baseline), rk_result_read(other), lines, *n, &last)) {
        lines[(*n)++] = last;
    }
    *out_lines = lines;
    return !out->failed;
}

rk_num rk__difference_percent(rk__page *out, rk_num baseline, rk_num other)
{
    if (rk__num_sign(baseline) == 0) {
        return NULL;
    }
    rk__nums *nums = &out->nums;
    const rk_num size = rk__num_sign(baseline) < 0 ? rk__num_neg(nums, baseline) : baseline;
    const rk_num share = rk__num_div(nums, rk__num_sub(nums, other, baseline), size);
    return rk__num_mul(nums, share, rk__num_from_int(nums, 100));
}
