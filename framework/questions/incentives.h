/* SPDX-License-Identifier: MIT
 *
 * incentives.h: what one more and one fewer unit of activity pays and costs.
 */
#pragma once

#include "finding/finding.h"
#include "number/num.h"
#include "reckoner/reckoner.h"

typedef struct rk__incentive_line {
    struct rk_incentive_line;
    rk_incentive_side more, fewer;
} rk__incentive_line;

struct rk_incentives {
    struct rk_incentives_view;
    rk__arena arena;
    rk__nums nums;
    rk__incentive_line *lines;
    size_t capacity;
    rk__findings found;
};
