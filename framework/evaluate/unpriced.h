/* SPDX-License-Identifier: MIT
 *
 * unpriced.h: finds results in which many rows have no price, and components that got no rows.
 */
#pragma once

#include "ledger/instance.h"

/* Adds a finding to the result of the n instances if more than 2% (to one decimal) of the quantity
 * of those that price rows has no price. */
void rk__find_mostly_unpriced(rk_result *result, const rk__instance *instances, size_t n);

/* Adds a finding for each component that reads rows and had none in any period. */
void rk__find_no_rows(rk_result *result, rk__instance *instances, size_t n);
