/* SPDX-License-Identifier: MIT
 *
 * cost.c: how an organisation's cost follows its activity. For one behaviour, with D(t) the net
 * change of its activity in period t against the documents, and step(t) = D(t) - D(t-1):
 *
 *     left(t) = - sum over s <= t of step(s) x unit cost x fixed x decay(age of s in t)
 *     cost(t) = base + D(t) x unit cost + left(t)
 *
 * A decay by calendar has decay(t) in place of the age, for every step. If what is left is above
 * zero, it is stranded cost; if below, fixed cost that growth has not required yet.
 */
#include "system/run.h"

/* The periods by time; listed order may differ. */
static size_t *by_time(rk__system *s)
{
    size_t *order = rk__arena_alloc(&s->arena, s->n_periods * sizeof *order);
    for (size_t p = 0; order != NULL && p < s->n_periods; p++) {
        size_t at = p;
        for (; at > 0 && rk__date_compare(s->periods[p].start, s->periods[order[at - 1]].start) < 0;
             at--) {
            order[at] = order[at - 1];
        }
        order[at] = p;
    }
    return order;
}

/* The age, in a later period (or the same), of a change that happened in one. */
static size_t age_of(const rk__system *s, const rk__cost_behaviour *b, const size_t *order,
                     size_t from, size_t to)
{
    const rk_date then = s->periods[order[from]].start;
    const rk_date now = s->periods[order[to]].start;
    return b->ages_in_periods ? to - from : (size_t) rk__date_whole_years(then, now);
}

static rk_num decay_of(const rk__system *s, const rk__cost_behaviour *b, const size_t *order,
                       size_t from, size_t to)
{
    if (b->by_age == NULL) {
        return b->decay[order[to]];
    }
    const size_t age = age_of(s, b, order, from, to);
    return b->by_age[age < b->n_ages ? age : b->n_ages - 1];
}

/* Warns if a change begins or grows after the first period: a decay by calendar treats it as old.
 */
static rk_status tell_calendar(rk__system_run *run, size_t behaviour, const size_t *order)
{
    const rk__cost_behaviour *b = &run->s.behaviours[behaviour];
    rk__nums *nums = &run->s.nums;
    for (size_t t = 1; t < run->s.n_periods && b->decays; t++) {
        const rk_num before = rk__activity_cost(run, behaviour, order[t - 1])->by;
        const rk_num now = rk__activity_cost(run, behaviour, order[t])->by;
        const int side = rk__num_sign(now);
        const bool grows = side != 0 && (rk__num_sign(before) != side ||
                                         rk__num_sign(rk__num_sub(nums, now, before)) == side);
        if (grows) {
            return rk__system_finding(
                run, (rk_finding){.code = "decay-by-calendar"},
                "the decay of '%s' follows the calendar, but its activity changes in period '%s' "
                "too, when that cost is new: use \"decay_by_age\"",
                b->title != NULL ? b->title : run->s.organisations[b->organisation].id,
                run->s.periods[order[t]].id);
        }
    }
    return RK_OK;
}

/* What the steps up to a period have left behind in it. */
static rk_num left_behind(rk__system_run *run, size_t behaviour, const size_t *order, size_t to)
{
    rk__nums *nums = &run->s.nums;
    const rk__cost_behaviour *b = &run->s.behaviours[behaviour];
    rk_num left = rk__num_from_int(nums, 0);
    for (size_t from = 0; from <= to; from++) {
        rk_num step = rk__activity_cost(run, behaviour, order[from])->by;
        if (from > 0) {
            step = rk__num_sub(nums, step, rk__activity_cost(run, behaviour, order[from - 1])->by);
        }
        if (rk__num_sign(step) != 0) {
            left = rk__num_sub(nums, left,
                               rk__num_mul(nums, step, decay_of(&run->s, b, order, from, to)));
        }
    }
    left = rk__num_mul(nums, rk__num_mul(nums, left, b->unit_cost[order[to]]), b->fixed);
    return b->indexed ? rk__num_round(nums, left, run->s.places) : left;
}

rk_status rk__system_cost(rk__system_run *run)
{
    rk__nums *nums = &run->s.nums;
    const size_t n = run->s.n_behaviours * run->s.n_periods;
    const size_t *order = by_time(&run->s);
    run->costs = rk__arena_alloc(&run->s.arena, (n + 1) * sizeof *run->costs);
    if (order == NULL || run->costs == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_num zero = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < n; i++) {
        run->costs[i] = (rk__activity_cost_entry){.by = zero, .left = zero};
    }
    for (size_t i = 0; i < run->n_moved; i++) {
        const rk__moved *m = &run->moved[i];
        if (m->behaviour != SIZE_MAX) {
            rk__activity_cost_entry *c = rk__activity_cost(run, m->behaviour, m->period);
            c->by = rk__num_add(nums, c->by, m->by);
            c->contract = run->scenario->changes[m->change].contract;
        }
    }
    rk_status status = RK_OK;
    for (size_t b = 0; b < run->s.n_behaviours && status == RK_OK; b++) {
        for (size_t t = 0; t < run->s.n_periods; t++) {
            rk__activity_cost(run, b, order[t])->left = left_behind(run, b, order, t);
        }
        status = tell_calendar(run, b, order);
    }
    return nums->no_memory ? RK_NO_MEMORY : status;
}
