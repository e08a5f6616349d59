/* SPDX-License-Identifier: MIT
 *
 * compare_findings.h: the warnings of several arrangements, each once.
 */
#pragma once

#include "report/report.h"

typedef struct rk__compared_warnings {
    const char **texts; /* lines, in the arena of the page; the list is freed by the caller */
    size_t n, capacity;
} rk__compared_warnings;

/* Adds a line for each warning and for rows without a price: after the name of its arrangement, or
 * with how many have it. */
void rk__compare_warnings(rk__page *out, const rk_comparison *comparison,
                          rk__compared_warnings *to);
