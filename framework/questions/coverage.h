/* SPDX-License-Identifier: MIT
 *
 * coverage.h: activity that an arrangement of a contract does not pay for, or pays for twice.
 */
#pragma once

#include "system/coverage.h"

struct rk_coverage {
    struct rk_coverage_view;
    rk__arena arena;
    rk__nums nums;
    const char **names;  /* of arrangements */
    rk__coverage *found; /* by arrangement */
};

/* *out is NULL if rows come from standard input, which can be read only once. */
rk_status rk__contract_coverage(const char *file, rk_contract *contract, rk_coverage **out,
                                rk_problems *problems);
