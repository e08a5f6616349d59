/* SPDX-License-Identifier: MIT
 *
 * incentives_cost.c: what one more unit of a row costs, and how much of that stays.
 */
#include "questions/incentives_inside.h"

#include "system/document.h"

/* *out does not change if the cell is missing. */
static rk_status cell_number(rk__subject *s, const rk__table *table, const char *column, size_t row,
                             bool ratio, rk_num *out)
{
    const int at = rk__table_find(table, column);
    size_t length = 0;
    const char *why = NULL;
    const char *text = at >= 0 ? rk__table_cell(table, at, row, &length) : NULL;
    if (text == NULL) {
        return RK_OK;
    }
    *out = rk__num_parse(&s->out->nums, text, ratio, -1, &why);
    if (*out != NULL || s->out->nums.no_memory) {
        return *out != NULL ? RK_OK : RK_NO_MEMORY;
    }
    rk__arena scratch = {0};
    rk__place place = {0};
    rk__table_place(table, at, row, &place, &scratch);
    const rk_status status = rk__problem(
        s->problems, RK_WRONG_TYPE, &place, rk__cell_hint(why, false),
        "table '%s', column '%s': the value %s", rk__table_spec_of(table)->name, column, why);
    rk__arena_dispose(&scratch);
    return status;
}

/* The row of `unit_costs` for a row of activity, counted from 1; *row 0 if none. */
static rk_status find_cost_row(rk__subject *s, size_t activity_row, size_t period,
                               rk__table **table, uint32_t *row)
{
    rk__tariff *tariff = NULL;
    rk__lookup *lookup = NULL;
    const rk_period *p = &s->plain->periods[period];
    *row = 0;
    rk_status status = rk__sources_tariff_for(s->sources, p, &tariff, s->problems);
    if (status == RK_OK) {
        status = rk__sources_lookup(s->sources, "unit_costs", tariff, p, &lookup, s->problems);
    }
    if (status != RK_OK || lookup == NULL) {
        return status;
    }
    *table = rk__lookup_table(lookup);
    return rk__lookup_find_row(lookup, s->activity.table, activity_row, row);
}

/* From the contract's own unit costs. */
static rk_status unit_cost(rk__subject *s, size_t row, size_t period, rk_num *cost, rk_num *fixed)
{
    const char *why = NULL;
    rk__table *table = NULL;
    uint32_t found = 0;
    *fixed = NULL;
    rk_status status = find_cost_row(s, row, period, &table, &found);
    if (status == RK_OK) {
        status = cell_number(s, s->activity.table, "actual_unit_cost", row, false, cost);
    }
    for (size_t i = 0; i < 2 && status == RK_OK && found > 0 && *cost == NULL; i++) {
        static const char *const columns[] = {"actual_unit_cost", "efficient_unit_cost"};
        status = cell_number(s, table, columns[i], found - 1, false, cost);
    }
    if (status == RK_OK && found > 0) {
        status = cell_number(s, table, "fixed", found - 1, true, fixed);
    }
    if (s->fixed != NULL) {
        *fixed = rk__num_parse(&s->out->nums, s->fixed, true, -1, &why);
    }
    *fixed = *fixed != NULL ? *fixed : rk__num_from_int(&s->out->nums, 0);
    return s->out->nums.no_memory ? RK_NO_MEMORY : status;
}

rk_status rk__incentive_cost(void *ctx, const rk__activity_row *row, rk_decimal by)
{
    rk__subject *s = ctx;
    rk__nums *nums = &s->out->nums;
    rk_num cost = NULL;
    rk_num fixed = NULL;
    const size_t period = row->period < 0 ? 0 : (size_t) row->period;
    size_t behaviour = SIZE_MAX;
    if (s->system != NULL) {
        const rk_status found = rk__behaviour_of_row(&s->system->base, s->payee, s->activity.table,
                                                     row->row, true, &behaviour, s->problems);
        if (found != RK_OK || behaviour != SIZE_MAX) {
            return found; /* the system's evaluation knows the cost of this row */
        }
    }
    const rk_status status = unit_cost(s, row->row, period, &cost, &fixed);
    if (status != RK_OK || cost == NULL) {
        s->cost_known = false;
        return status;
    }
    const rk_num moves = rk__num_sub(nums, rk__num_from_int(nums, 1), fixed);
    const rk_num more =
        rk__num_mul(nums, rk__num_mul(nums, rk__num_from_decimal(nums, by), cost), moves);
    s->cost[period] = rk__num_add(nums, s->cost[period], more);
    return nums->no_memory ? RK_NO_MEMORY : RK_OK;
}
