/* SPDX-License-Identifier: MIT
 *
 * incentives_inside.h: internals shared by the files of incentives.
 */
#pragma once

#include "contract/sources.h"
#include "questions/incentives.h"
#include "system/activity.h"
#include "system/system.h"

/* What a contract pays in a period, and, in a system, what follows for its payee: the cost that
 * follows activity, what the pool lifts and shares out, and its position after the pool. */
typedef struct rk__effect {
    rk_num payment, cost, pooled, after; /* all but the payment NULL outside systems */
} rk__effect;

/* A contract whose incentives are computed. */
typedef struct rk__subject {
    rk_incentives *out;
    rk_session *session;
    rk_problems *problems;
    const char *id;
    const rk__value *contract;
    const char *base_dir;
    const rk_system *system; /* NULL: a contract by itself */
    size_t payee, index;     /* of the system's organisations and contracts */
    const char *fixed;       /* option, or NULL */
    rk_contract *plain;
    rk__sources *sources;
    rk__activity activity;
    rk_decimal step;
    rk__effect **base; /* by arrangement and period, unchanged */
    /* Of the current change, by period (index 0 if rows hold for all); in a system only of rows
     * that none of its cost behaviours covers. */
    rk_num *cost;
    bool cost_known;
} rk__subject;

/* incentives_cost.c: what a step of activity costs. */

/* An rk__activity_each over a subject: adds what a row's change costs to `cost`, less the
 * fixed part, or clears `cost_known`. */
rk_status rk__incentive_cost(void *ctx, const rk__activity_row *row, rk_decimal by);

/* incentives_step.c: one step of activity, and what a contract pays then. */

/* The contract with `made` as its activity; NULL: unchanged. */
rk_status rk__incentive_contract(rk__subject *s, const rk__json *made, rk_contract **out);
/* Effects of every arrangement and period, unchanged, into `out`, [arrangement][period]. */
rk_status rk__incentive_base(rk__subject *s, rk__effect **out);
/* Whether any of n periods is set. */
bool rk__any_period(const bool *changed, size_t n);
/* Changes the activity of `where` by `by` in each period that has enough units: the effects then,
 * and the costs in s->cost. `changed` is set for those periods; the activity is restored. */
rk_status rk__incentive_step(rk__subject *s, const rk__scope *where, rk_decimal by,
                             rk__effect **out, bool *changed);

/* incentives_system.c: one step of activity in a system. */

/* The effects of each arrangement of a contract, [arrangement][period], if the activity of
 * `where` (which names one column) changes by `by` in the periods that `changed` sets, from the
 * first of them on; NULL: unchanged. Evaluates the whole system. */
rk_status rk__incentive_system(rk__subject *s, const rk__scope *where, rk_decimal by,
                               const bool *changed, rk__effect **out);
