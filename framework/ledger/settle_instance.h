/* SPDX-License-Identifier: MIT
 *
 * settle_instance.h: settling an instance that is bound and priced.
 */
#pragma once

#include "ledger/instance.h"

/* Writes the instance's lines and its amount, exact and rounded. `siblings` are the instances
 * of the same arrangement and period, by component. */
rk_status rk__instance_settle(rk__instance *instance, const rk__instance *siblings,
                              rk_problems *problems);
