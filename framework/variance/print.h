/* SPDX-License-Identifier: MIT
 *
 * print.h: exact effects as amounts to the penny that add up.
 */
#pragma once

#include "variance/effects.h"

/* Rounds `n` numbers (NULL: 0) to a number of places so that they add up to `total`, which is
 * their sum rounded: down, and then the largest remainders up. `out` may be `exact`. */
bool rk__spread(rk__sides *sides, const rk_num *exact, size_t n, rk_num total, int places,
                rk_num *out);

/* Sets what is printed: the groups' plans and variances, which add up to those of the whole, each
 * group's effects, which add up to its variance, and the sums. */
rk_status rk__effects_print(rk__sides *sides, rk__grouping *grouping, int places);
