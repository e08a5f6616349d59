/* SPDX-License-Identifier: MIT
 *
 * solve.h: the values for which a measure has a value.
 */
#pragma once

#include "questions/trial.h"

typedef struct rk__solved {
    struct rk_solved;
    rk_root *roots;
    size_t capacity;
} rk__solved;

struct rk_solution {
    struct rk_solution_view;
    rk__arena arena;
    rk__nums nums;
    rk__solved *series;
};
