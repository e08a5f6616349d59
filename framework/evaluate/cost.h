/* SPDX-License-Identifier: MIT
 *
 * cost.h: the cost of a contract's activity.
 */
#pragma once

#include "evaluate/evaluation.h"

/* Makes an instance of the host's rule, quantity x unit cost, for each period, unless the contract
 * has a `costs` table. */
rk_status rk__cost_instances(rk__evaluation *evaluation);
/* Sets result->cost after the rows were priced; it stays NULL if costs are missing. */
rk_status rk__cost_total(rk__evaluation *evaluation, rk_result *result, rk_problems *problems);
