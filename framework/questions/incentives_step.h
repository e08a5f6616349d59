/* SPDX-License-Identifier: MIT
 *
 * incentives_step.h: one step of activity, and what a contract pays then.
 */
#pragma once

#include "questions/incentives_inside.h"

/* The contract with `made` as its activity; NULL: unchanged. */
rk_status rk__incentive_contract(rk__subject *s, const rk__json *made, rk_contract **out);
/* Payments of every arrangement and period into `out`, [arrangement][period]. */
rk_status rk__incentive_pay(rk__subject *s, rk_contract *c, rk_num **out);
/* Whether any of n periods is set. */
bool rk__any_period(const bool *changed, size_t n);
/* Changes the activity of `where` by `by` in each period: what each arrangement then pays, and
 * the costs in s->cost. `changed` is set for periods that had enough units; the activity is
 * restored. */
rk_status rk__incentive_step(rk__subject *s, const rk__scope *where, rk_decimal by,
                             rk_num **payments, bool *changed);
