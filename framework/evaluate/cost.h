/* SPDX-License-Identifier: MIT
 *
 * cost.h: what the activity of a contract cost.
 */
#ifndef RK_EVALUATE_COST_H
#define RK_EVALUATE_COST_H

#include "evaluate/evaluation.h"

/* The host's own row rule: quantity x actual unit cost. */
const rk__rule *rk__cost_rule(void);
/* Makes an instance of it for each period, unless the contract has a `costs` table. */
rk_status rk__cost_instances(rk__evaluation *evaluation);
/* Sets result->cost once the rows were priced; it stays NULL if costs are missing. */
rk_status rk__cost_total(rk__evaluation *evaluation, rk_result *result, rk_problems *problems);

#endif
