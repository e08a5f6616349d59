/* SPDX-License-Identifier: MIT
 *
 * incentives.h: what one more and one fewer unit of activity pays and costs.
 */
#ifndef RK_QUESTIONS_INCENTIVES_H
#define RK_QUESTIONS_INCENTIVES_H

#include "number/num.h"
#include "reckoner/reckoner.h"

/* Per unit; NULL if unknown (no unit cost, fewer units than a step). */
typedef struct rk__incentive_side {
    rk_num payment, cost, contribution;
    bool too_few; /* the step down: there are fewer units than the step */
} rk__incentive_side;

typedef struct rk__incentive_line {
    const char *contract, *period, *arrangement, *key;
    rk_num count; /* of the period, unchanged */
    rk__incentive_side more, fewer;
} rk__incentive_line;

struct rk_incentives {
    rk__arena arena;
    rk__nums nums;
    const char *id, *title, *basis, *currency, *column;
    rk_num step;
    size_t n_periods;
    rk__incentive_line *lines; /* by contract, period, key, arrangement */
    size_t n_lines, capacity;
    const char **findings;
    size_t n_findings, findings_capacity;
};

#endif
