/* SPDX-License-Identifier: MIT
 *
 * incentives_cost.h: what a step of activity costs.
 */
#pragma once

#include "questions/incentives_inside.h"

/* An rk__activity_each over a subject: adds what a row's change costs to `cost`, less the
 * fixed part, or clears `cost_known`. */
rk_status rk__incentive_cost(void *ctx, const rk__activity_row *row, rk_decimal by);
