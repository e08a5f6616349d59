/* SPDX-License-Identifier: MIT
 *
 * system_balance.c: whether and when a system's finances balance: by period, over a
 * window of periods, and as an investment that pays back.
 */
#include "engine/system.h"

/* A rate of a year discounts periods of a year. */
static bool periods_are_years(const rk__system *s)
{
    for (size_t p = 0; p < s->n_periods; p++) {
        int64_t numerator = 0;
        int64_t denominator = 1;
        rk__date_year_fraction(s->periods[p].start, s->periods[p].end, &numerator, &denominator);
        if (numerator != denominator) {
            return false;
        }
    }
    return true;
}

/* Each period's position at its end: divided by (1 + rate) once for the first. */
static rk_num present_value(rk__system_run *run)
{
    rk__num_pool *pool = &run->s.pool;
    const rk_num growth = rk__num_add(pool, rk__num_from_int(pool, 1), run->s.discount_rate);
    rk_num factor = rk__num_from_int(pool, 1);
    rk_num sum = rk__num_from_int(pool, 0);
    for (size_t p = 0; p < run->s.n_periods; p++) {
        factor = rk__num_mul(pool, factor, growth);
        sum = rk__num_add(pool, sum, rk__num_div(pool, run->out->periods[p].system, factor));
    }
    return sum;
}

/* The sum over `window` periods that end with this one; NULL where there are fewer. */
static rk_num window_sum(rk__system_run *run, size_t last)
{
    rk__num_pool *pool = &run->s.pool;
    if (last + 1 < run->s.window) {
        return NULL;
    }
    rk_num sum = rk__num_from_int(pool, 0);
    for (size_t p = last + 1 - run->s.window; p <= last; p++) {
        sum = rk__num_add(pool, sum, run->out->periods[p].system);
    }
    return sum;
}

rk_status rk__system_balance(rk__system_run *run)
{
    rk__num_pool *pool = &run->s.pool;
    rk__balance *b = &run->out->balance;
    *b = (rk__balance){.first = RK__NEVER, .window_first = RK__NEVER, .payback = RK__NEVER};
    b->total = rk__num_from_int(pool, 0);
    int below = RK__NEVER; /* the last period that ends below zero */
    for (size_t p = 0; p < run->s.n_periods; p++) {
        rk__period_outcome *out = &run->out->periods[p];
        b->total = rk__num_add(pool, b->total, out->system);
        out->cumulative = b->total;
        out->window = window_sum(run, p);
        if (b->first == RK__NEVER && rk__num_sign(out->system) >= 0) {
            b->first = (int) p;
        }
        if (b->window_first == RK__NEVER && out->window != NULL && rk__num_sign(out->window) >= 0) {
            b->window_first = (int) p;
        }
        if (b->trough == NULL || rk__num_compare(out->cumulative, b->trough) < 0) {
            b->trough = out->cumulative;
            b->trough_at = (int) p;
        }
        below = rk__num_sign(out->cumulative) < 0 ? (int) p : below;
    }
    b->has_payback = below != RK__NEVER;
    if (b->has_payback && (size_t) below + 1 < run->s.n_periods) {
        b->payback = below + 1;
    }
    rk_status status = RK_OK;
    if (run->s.discount_rate != NULL) {
        if (periods_are_years(&run->s)) {
            b->npv = present_value(run);
        } else {
            status = rk__system_finding(
                run, "a net present value needs periods of whole years, so none is shown");
        }
    }
    return pool->no_memory ? RK_NO_MEMORY : status;
}
