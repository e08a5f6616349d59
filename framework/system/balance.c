/* SPDX-License-Identifier: MIT
 *
 * balance.c: whether and when a system's finances balance: by period, over a
 * window of periods, and as an investment that pays back.
 */
#include "system/balance.h"

#include "system/system.h"

/* Decimals of the factor that discounts a part of a year; whole years are exact. */
#define FACTOR_PLACES 12

static rk_date earliest_start(const rk__system *s)
{
    rk_date first = s->periods[0].start;
    for (size_t p = 1; p < s->n_periods; p++) {
        first = rk__date_compare(s->periods[p].start, first) < 0 ? s->periods[p].start : first;
    }
    return first;
}

/* What one is worth that comes so many years later. */
static rk_num factor_of(rk__nums *nums, rk_num growth, rk_date start, rk_date end)
{
    int64_t years = 0;
    int64_t part = 0;
    int64_t of = 1;
    rk__date_years(start, end, &years, &part, &of);
    rk_num factor = part == 0 ? rk__num_from_int(nums, 1)
                              : rk__num_inverse_root(nums, growth, part, of, FACTOR_PLACES);
    rk_num whole = rk__num_from_int(nums, 1);
    for (int64_t y = 0; y < years && !nums->no_memory; y++) {
        whole = rk__num_mul(nums, whole, growth);
    }
    return rk__num_div(nums, factor, whole);
}

/* Each period's position at its end, in years from the start of the first period. */
static rk_num present_value(rk__system_run *run)
{
    rk__nums *nums = &run->s.nums;
    const rk_num growth = rk__num_add(nums, rk__num_from_int(nums, 1), run->s.discount_rate);
    const rk_date start = earliest_start(&run->s);
    rk_num sum = rk__num_from_int(nums, 0);
    for (size_t p = 0; p < run->s.n_periods; p++) {
        const rk_num factor = factor_of(nums, growth, start, run->s.periods[p].end);
        sum = rk__num_add(nums, sum, rk__num_mul(nums, run->out->periods[p].system, factor));
    }
    return sum;
}

/* The sum over `window` periods that end with this one; NULL where there are fewer. */
static rk_num window_sum(rk__system_run *run, size_t last)
{
    rk__nums *nums = &run->s.nums;
    if (last + 1 < run->s.window) {
        return NULL;
    }
    rk_num sum = rk__num_from_int(nums, 0);
    for (size_t p = last + 1 - run->s.window; p <= last; p++) {
        sum = rk__num_add(nums, sum, run->out->periods[p].system);
    }
    return sum;
}

rk_status rk__system_balance(rk__system_run *run)
{
    rk__nums *nums = &run->s.nums;
    rk_balance *b = &run->out->balance;
    *b = (rk_balance){.first = RK_NEVER, .window_first = RK_NEVER, .payback = RK_NEVER};
    b->total = rk__num_from_int(nums, 0);
    int below = RK_NEVER; /* the last period that ends below zero */
    for (size_t p = 0; p < run->s.n_periods; p++) {
        rk__period_outcome *out = &run->out->periods[p];
        b->total = rk__num_add(nums, b->total, out->system);
        out->cumulative = b->total;
        out->window = window_sum(run, p);
        if (b->first == RK_NEVER && rk__num_sign(out->system) >= 0) {
            b->first = (int) p;
        }
        if (b->window_first == RK_NEVER && out->window != NULL && rk__num_sign(out->window) >= 0) {
            b->window_first = (int) p;
        }
        if (b->trough == NULL || rk__num_compare(out->cumulative, b->trough) < 0) {
            b->trough = out->cumulative;
            b->trough_at = (int) p;
        }
        below = rk__num_sign(out->cumulative) < 0 ? (int) p : below;
    }
    b->has_payback = below != RK_NEVER;
    if (b->has_payback && (size_t) below + 1 < run->s.n_periods) {
        b->payback = below + 1;
    }
    if (run->s.discount_rate != NULL) {
        b->npv = present_value(run);
    }
    return nums->no_memory ? RK_NO_MEMORY : RK_OK;
}
