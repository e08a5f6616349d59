/* SPDX-License-Identifier: MIT
 *
 * bind_instance.h: binding the parameters of an instance; functions in calling order.
 */
#pragma once

#include "ledger/instance.h"

rk_status rk__instance_bind(rk__instance *instance, rk_problems *problems);
rk_status rk__instance_prepare(rk__instance *instance, rk_problems *problems);
void rk__instance_dispose(rk__instance *instance);
/* Resets it to its state before binding, except what its pass planned and parameters that were
 * bound in `terms`. */
void rk__instance_reset(rk__instance *instance);
