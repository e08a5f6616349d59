/* SPDX-License-Identifier: MIT
 *
 * plan.h: what a pass reads, looks up and groups, decided before it begins.
 */
#pragma once

#include "rows/pass.h"

/* Plans a pass for the instances of `input`; fails if a column, a lookup or a scope is
 * wrong. Dispose of the pass in either case. */
rk_status rk__pass_plan(const rk__pass_input *input, rk__pass *pass, rk_problems *problems);
void rk__pass_dispose(rk__pass *pass);
