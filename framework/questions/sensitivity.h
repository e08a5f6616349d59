/* SPDX-License-Identifier: MIT
 *
 * sensitivity.h: how far a measure moves with what is varied, and by chance.
 */
#pragma once

#include "questions/trial.h"

typedef struct rk__sensitive {
    struct rk_sensitive;
    rk_tornado_bar *bars;
    rk_chances chances;
} rk__sensitive;

struct rk_sensitivity {
    struct rk_sensitivity_view;
    rk__arena arena;
    rk__nums nums;
    rk__sensitive *series;
};

/* chances.c: finds the expected value and the distribution of each series. */
rk_status rk__chances_find(rk_sensitivity *out, rk_session *session, const char *path,
                           const rk_sensitivity_options *o, rk_problems *problems);
/* draw.c: 64 bits that depend on nothing but the seed, the draw and the item (Philox4x32-10). */
uint64_t rk__draw(uint64_t seed, uint64_t draw, uint32_t item);
