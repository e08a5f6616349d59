/* SPDX-License-Identifier: MIT
 *
 * bridge.h: what moves positions from the first scenario to another.
 */
#pragma once

#include "system/run.h"

/* Finds the steps from the first scenario to each other one. All must have been evaluated. */
rk_status rk__system_bridge(rk_system_result *result);
