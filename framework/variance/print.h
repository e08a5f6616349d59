/* SPDX-License-Identifier: MIT
 *
 * print.h: exact effects as amounts to the penny that add up.
 */
#pragma once

#include "variance/effects.h"

/* Sets what is printed: the groups' plans and variances, which add up to those of the whole, each
 * group's effects, which add up to its variance, and the sums. */
rk_status rk__effects_print(rk__sides *sides, rk__grouping *grouping, int places);
