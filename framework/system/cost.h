/* SPDX-License-Identifier: MIT
 *
 * cost.h: the cost that follows activity.
 */
#pragma once

#include "system/run.h"

/* Adds up what each behaviour's activity changes by and leaves behind in each period
 * (run->costs), from what the changes moved. Call after rk__system_change. */
rk_status rk__system_cost(rk__system_run *run);
