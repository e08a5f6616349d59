/* SPDX-License-Identifier: MIT
 *
 * run.h: one scenario being evaluated, and its findings.
 */
#pragma once

#include "system/system.h"

/* Activity that a change moved, and the organisation whose cost it is. */
typedef struct rk__moved {
    size_t change, organisation, period;
    size_t behaviour; /* SIZE_MAX: none covers it */
    rk_num by;
} rk__moved;

/* What the activity of a behaviour changes by in a period, and the cost that it leaves behind
 * there (below zero: fixed cost that growth has not called for yet). */
typedef struct rk__activity_cost_entry {
    rk_num by, left;
    size_t contract; /* whose change it was last */
} rk__activity_cost_entry;

/* One scenario being evaluated. */
typedef struct rk__system_run {
    rk_system *system;
    rk_system_result *result;
    rk__scenario_result *out;
    rk__json *document;
    rk__json **made; /* tables that were changed */
    size_t n_made, made_capacity;
    rk__system s;
    const rk__scenario *scenario;
    rk_contract **contracts;
    rk_result **results;
    rk_num *payments; /* [contract x period]; NULL: not evaluated yet */
    bool *grants;     /* by contract: it depends on a position of the system */
    rk__moved *moved;
    size_t n_moved, moved_capacity;
    rk__activity_cost_entry *costs; /* [behaviour x period] */
    rk_problems *problems;
} rk__system_run;

static inline rk__activity_cost_entry *rk__activity_cost(const rk__system_run *run,
                                                         size_t behaviour, size_t period)
{
    return &run->costs[behaviour * run->s.n_periods + period];
}

static inline rk_num *rk__payment(const rk__system_run *run, size_t of, size_t period)
{
    return &run->payments[of * run->s.n_periods + period];
}

/* Adds a finding once. */
rk_status rk__system_finding(rk__system_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* An amount as findings say it, in pennies and grouped: "-29,000.00". */
void rk__system_amount(rk__buf *out, rk_num amount);
