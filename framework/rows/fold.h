/* SPDX-License-Identifier: MIT
 *
 * fold.h: the results of a pass.
 */
#pragma once

#include "rows/pass.h"

/* After the scan: merges the workers into the first, and fills the instances' outcomes and
 * warnings. RK_OVERFLOW, reported, if a sum does not fit. */
rk_status rk__pass_fold(rk__pass *pass, rk_problems *problems);
