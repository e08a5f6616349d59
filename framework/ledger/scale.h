/* SPDX-License-Identifier: MIT
 *
 * scale.h: amounts a thousand times larger or smaller than what they are compared with.
 */
#pragma once

#include "ledger/instance.h"

/* Adds a finding for each parameter of a component, such as its plan, that is far from the total of
 * the components in its `of`. */
void rk__scale_find(rk__instance *instance, rk_num of_total);
/* Adds a finding if the total of a result is far from an amount: "the cost of the contract". */
void rk__scale_find_total(rk_result *result, rk_num amount, const char *what);
