/* SPDX-License-Identifier: MIT
 *
 * tariffs.h: a contract priced with another tariff than its own.
 */
#pragma once

#include "contract/contract.h"

/* Lets one tariff (a path from the working directory, or a URL; borrowed) take the place of all
 * that the contract names, on whatever days it is in force: later evaluations use it. RK_NO_MEMORY
 * or RK_OK. */
rk_status rk__contract_take_tariff(rk_contract *contract, const char *source);
