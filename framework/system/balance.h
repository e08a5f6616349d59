/* SPDX-License-Identifier: MIT
 *
 * balance.h: whether and when a system balances.
 */
#pragma once

#include "system/run.h"

/* Fills the balance of the scenario from its positions. */
rk_status rk__system_balance(rk__system_run *run);
