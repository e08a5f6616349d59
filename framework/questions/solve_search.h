/* SPDX-License-Identifier: MIT
 *
 * solve_search.h: from the points of a scan to the values for which a measure has a value.
 */
#pragma once

#include "questions/solve.h"

#define RK__SOLVE_SCAN 32 /* parts of the interval */
#define RK__SOLVE_FINE 12 /* places of values that take fractions; others have six decimals */

typedef struct rk__solve_point {
    rk_num at, f; /* f: the measure less the value */
} rk__solve_point;

/* The measure less the value at a point, for all series. */
rk_status rk__solve_evaluate(rk_solution *out, rk__trial *trial, rk_num at, rk_num *f,
                             rk_problems *problems);

/* The roots of a series, from its SCAN + 1 points. */
rk_status rk__solve_series(rk_solution *out, rk__trial *trial, size_t series,
                           const rk__solve_point *points, rk_problems *problems);
