/* SPDX-License-Identifier: MIT
 *
 * sweep.h: measures over a grid of values.
 */
#pragma once

#include "questions/trial.h"

struct rk_sweep {
    struct rk_sweep_view;
    rk__arena arena;
    rk__nums nums;
    const char **vary, **measures, **series;
    rk_num *values;   /* [row x varied] */
    rk_num *measured; /* [row x series x measure] */
};
