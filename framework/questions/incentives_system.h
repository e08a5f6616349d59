/* SPDX-License-Identifier: MIT
 *
 * incentives_system.h: one step of activity in a system.
 */
#pragma once

#include "questions/incentives_inside.h"

/* The effects of each arrangement of a contract, [arrangement][period], if the activity of
 * `where` (which names one column) changes by `by` in the periods that `changed` sets, from the
 * first of them on; NULL: unchanged. Evaluates the whole system. */
rk_status rk__incentive_system(rk__subject *s, const rk__scope *where, rk_decimal by,
                               const bool *changed, rk__effect **out);
