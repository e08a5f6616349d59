/* SPDX-License-Identifier: MIT
 *
 * positions.h: positions of organisations.
 */
#pragma once

#include "system/run.h"

/* The entries of an organisation in a period and their sums, with or without the payments
 * of contracts on conditions. Disposed by the caller. */
rk_status rk__position_make(rk__system_run *run, size_t organisation, size_t period,
                            bool without_grants, rk__position *out);
void rk__position_dispose(rk__position *position);
/* All positions of a scenario, shared out as its pool says. */
rk_status rk__system_positions(rk__system_run *run);
