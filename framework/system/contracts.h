/* SPDX-License-Identifier: MIT
 *
 * contracts.h: what a contract of a system pays.
 */
#pragma once

#include "system/run.h"

/* Adds those tables of a system's document that the contract does not have. */
rk_status rk__contract_share(rk_contract *contract, const rk__value *system, const char *base_dir,
                             rk_problems *problems);
/* Reads and evaluates the i-th contract, whose conditions on positions are settled, and notes
 * what it pays in each period. */
rk_status rk__system_pay_one(rk__system_run *run, size_t i);
