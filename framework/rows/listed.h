/* SPDX-License-Identifier: MIT
 *
 * listed.h: keys that were not priced or took a default.
 */
#pragma once

#include "rows/pass.h"

/* Fills an instance's unpriced keys, and warns of defaults and of the rule's notes. */
rk_status rk__pass_fold_listed(const rk__pass *pass, const rk__pass_worker *worker,
                               size_t instance);

/* Why a row is listed, in words. */
const char *rk__pass_reason(rk__arena *arena, const rk__pass *pass,
                            const rk__pass_instance *instance, rk__pass_listing listing,
                            size_t column);
