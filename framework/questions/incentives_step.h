/* SPDX-License-Identifier: MIT
 *
 * incentives_step.h: one step of activity, and what a contract pays then.
 */
#pragma once

#include "questions/incentives_inside.h"

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
