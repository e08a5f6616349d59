/* SPDX-License-Identifier: MIT
 *
 * tariffs.h: pricing a contract with a tariff other than its own.
 */
#pragma once

#include "contract/contract.h"

/* Replaces all tariffs that the contract names, in later evaluations, by one (a path from the
 * working directory, or a URL; borrowed), on whatever days that is in force. RK_NO_MEMORY or RK_OK.
 */
rk_status rk__contract_take_tariff(rk_contract *contract, const char *source);
