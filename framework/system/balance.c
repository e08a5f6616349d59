/* SPDX-License-Identifier: MIT
 *
 * balance.c: whether and when a system's finances balance: by period, over a
 * window of periods, and as an investment that pays back.
 */
#include "system/run.h"

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

/* The discount factor from one day to another. */
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

/* Whether a day is in the window of years that ends with a period. Windows are years by dates, so
 * that quarters and months are added up over as many years. */
static bool in_window(const rk__system *s, rk_date day, size_t last)
{
    int64_t years = 0;
    int64_t part = 0;
    int64_t of = 1;
    rk__date_years(day, s->periods[last].end, &years, &part, &of);
    const int64_t window = (int64_t) s->window;
    return years < window || (years == window && part == 0);
}

/* Whether the window that ends with a period begins with one, or between two. */
static bool fits(const rk__system *s, size_t last)
{
    int64_t years = 0;
    int64_t part = 0;
    int64_t of = 1;
    const rk_date first = earliest_start(s);
    rk__date_years(first, s->periods[last].end, &years, &part, &of);
    bool whole = years >= (int64_t) s->window;
    for (size_t p = 0; p < s->n_periods && whole; p++) {
        whole = in_window(s, s->periods[p].start, last) || !in_window(s, s->periods[p].end, last);
    }
    return whole;
}

typedef rk_num amount_at(const rk__system_run *run, size_t of, size_t period);

static rk_num system_at(const rk__system_run *run, size_t of, size_t period)
{
    (void) of;
    return run->out->periods[period].system;
}

static rk_num position_at(const rk__system_run *run, size_t of, size_t period)
{
    return run->out->periods[period].positions[of].after;
}

/* The sum over the window that ends with this period; NULL if the periods do not fit it. A window
 * of one is each period. */
static rk_num window_sum(rk__system_run *run, amount_at *amount, size_t of, size_t last)
{
    rk__nums *nums = &run->s.nums;
    if (run->s.window == 1) {
        return amount(run, of, last);
    }
    rk_num sum = rk__num_from_int(nums, 0);
    for (size_t p = 0; p < run->s.n_periods; p++) {
        if (rk__date_compare(run->s.periods[p].end, run->s.periods[last].end) <= 0 &&
            in_window(&run->s, run->s.periods[p].start, last)) {
            sum = rk__num_add(nums, sum, amount(run, of, p));
        }
    }
    return fits(&run->s, last) ? sum : NULL;
}

static rk_balance balance_of(rk__system_run *run, amount_at *amount, size_t of)
{
    rk__nums *nums = &run->s.nums;
    rk_balance b = {
        .first = RK_NEVER, .window_first = RK_NEVER, .payback = RK_NEVER, .cash_out = RK_NEVER};
    b.total = rk__num_from_int(nums, 0);
    size_t after = 0; /* the last period that ends below zero, in order of time: the next one */
    for (size_t at = 0; at < run->s.n_periods; at++) {
        const size_t p = run->s.calendar.order[at];
        const rk_num here = amount(run, of, p);
        const rk_num window = window_sum(run, amount, of, p);
        b.total = rk__num_add(nums, b.total, here);
        b.window_tested |= window != NULL;
        if (b.first == RK_NEVER && rk__num_sign(here) >= 0) {
            b.first = (int) p;
        }
        if (b.window_first == RK_NEVER && window != NULL && rk__num_sign(window) >= 0) {
            b.window_first = (int) p;
        }
        if (b.trough == NULL || rk__num_compare(b.total, b.trough) < 0) {
            b.trough = b.total;
            b.trough_at = (int) p;
        }
        after = rk__num_sign(b.total) < 0 ? at + 1 : after;
    }
    b.has_payback = after > 0;
    if (b.has_payback && after < run->s.n_periods) {
        b.payback = (int) run->s.calendar.order[after];
    }
    return b;
}

/* A joint venture pays its bills before its owners reimburse it. */
static void find_cash(rk__system_run *run, size_t of, rk_balance *b)
{
    rk__nums *nums = &run->s.nums;
    const rk__organisation *o = &run->s.organisations[of];
    rk_num cash = o->opening_cash;
    for (size_t at = 0; at < run->s.n_periods && cash != NULL; at++) {
        const size_t p = run->s.calendar.order[at];
        rk__position *position = &run->out->periods[p].positions[of];
        cash = rk__num_add(nums, cash, position->after);
        cash = o->n_owners > 0 ? rk__num_sub(nums, cash, position->owners) : cash;
        position->cash = cash;
        b->lowest_cash = b->lowest_cash == NULL ? cash : rk__num_min(nums, b->lowest_cash, cash);
        if (b->cash_out == RK_NEVER && rk__num_sign(cash) < 0) {
            b->cash_out = (int) p;
        }
    }
}

rk_status rk__system_balance(rk__system_run *run)
{
    rk__nums *nums = &run->s.nums;
    rk_num cumulative = rk__num_from_int(nums, 0);
    rk__scenario_result *out = run->out;
    out->balance = balance_of(run, system_at, 0);
    for (size_t at = 0; at < run->s.n_periods; at++) {
        const size_t p = run->s.calendar.order[at];
        cumulative = rk__num_add(nums, cumulative, out->periods[p].system);
        out->periods[p].cumulative = cumulative;
        out->periods[p].place = at;
        out->periods[p].window = window_sum(run, system_at, 0, p);
    }
    if (run->s.discount_rate != NULL) {
        out->balance.npv = present_value(run);
    }
    out->n_organisations = run->s.n_organisations;
    out->organisations =
        rk__arena_alloc(&run->result->arena, out->n_organisations * sizeof *out->organisations);
    for (size_t o = 0; out->organisations != NULL && o < out->n_organisations; o++) {
        out->organisations[o] = balance_of(run, position_at, o);
        find_cash(run, o, &out->organisations[o]);
    }
    return nums->no_memory || out->organisations == NULL ? RK_NO_MEMORY : RK_OK;
}
