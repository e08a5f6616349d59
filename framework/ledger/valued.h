/* SPDX-License-Identifier: MIT
 *
 * valued.h: parameters valued by earlier components.
 */
#pragma once

#include "ledger/instance.h"

/* The instance of an earlier component in the same period: a period's instances are one array. */
static inline const rk__instance *rk__instance_sibling(const rk__instance *instance,
                                                       size_t component)
{
    return instance - (instance->component_index - component);
}

/* Records a parameter that names an earlier component, while the instance `ctx` is being bound;
 * see rk__bind_input. */
rk_status rk__instance_value_of(void *ctx, const rk__valued *valued, rk_problems *problems);
/* Gives each such parameter its value, before the instance settles. */
rk_status rk__values_settle(rk__instance *instance, const rk__instance *siblings,
                            rk_problems *problems);
