/* SPDX-License-Identifier: MIT
 *
 * bind_instance.h: binding the parameters of an instance; in the order they are called.
 */
#ifndef RK_LEDGER_BIND_INSTANCE_H
#define RK_LEDGER_BIND_INSTANCE_H

#include "ledger/instance.h"

rk_status rk__instance_bind(rk__instance *instance, rk_problems *problems);
/* From now on binds by a plan that lives in `terms`, where there can be one. The instance is
 * bound, and gave no warning. */
rk_status rk__instance_plan(rk__instance *instance, rk__terms *terms);
rk_status rk__instance_prepare(rk__instance *instance, rk_problems *problems);
void rk__instance_dispose(rk__instance *instance);
/* As it was before it was bound, but for what its pass planned. */
void rk__instance_again(rk__instance *instance);

#endif
