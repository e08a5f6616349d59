/* SPDX-License-Identifier: MIT
 *
 * grants.h: contracts on conditions that the system meets.
 */
#pragma once

#include "system/run.h"

/* Marks in run->grants the contracts whose conditions look at positions. */
rk_status rk__system_find_grants(rk__system_run *run);
/* Pays them, each after those that move the positions it looks at; RK_CYCLE where there is
 * no such order. */
rk_status rk__system_pay_grants(rk__system_run *run);
