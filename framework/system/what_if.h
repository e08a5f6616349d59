/* SPDX-License-Identifier: MIT
 *
 * what_if.h: a system evaluated under other scenarios than its own.
 */
#pragma once

#include "system/system.h"

/* Evaluates a system with these scenarios, an object as in its document, in place of its own.
 * *out is freed with rk_system_result_free. */
rk_status rk__system_what_if(const rk_system *system, const rk__json *scenarios,
                             rk_system_result **out, rk_problems *problems);
