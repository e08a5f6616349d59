/* SPDX-License-Identifier: MIT
 *
 * codes.h: every code that a finding can have.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The code number `index`; NULL beyond the end. */
const char *rk__finding_code(size_t index);
bool rk__finding_is_code(const char *code);
/* The code whose spelling is closest; NULL if none is close. */
const char *rk__finding_nearest(const char *code);
