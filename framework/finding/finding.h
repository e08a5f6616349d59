/* SPDX-License-Identifier: MIT
 *
 * finding.h: a list of findings: the one way to add what looks like a mistake.
 *
 * A room that reads or prices something adds to the list that it is handed. The list is kept
 * sorted (errors, warnings, notes; the most money at stake first; then as they were added), has
 * no finding twice, and is bounded. Its order depends only on the order of the calls, so a room
 * with several threads collects first and adds when they are done.
 */
#pragma once

#include <stdarg.h>

#include "base/alloc.h"
#include "number/num.h"
#include "reckoner/finding.h"

/* The most findings that a list keeps; those that come last in its order are only counted. */
#define RK__FINDINGS_MAX 1000

typedef struct rk__findings {
    rk_finding *items;
    size_t n, capacity;
    size_t n_warnings;          /* warnings and errors, which come first */
    uint64_t left_out;          /* beyond the limit, not listed */
    const char *const *accepts; /* codes that the document knows: notes instead of warnings */
    size_t n_accepts;
} rk__findings;

/* Adds a finding with a message, unless the list has an equal one. Texts are copied into `arena`
 * and numbers are not copied: `quantity` and `amount` must live as long as the list. If memory
 * runs out, `arena->failed` is set. */
void rk__finding_add(rk__findings *list, rk__arena *arena, rk_finding finding, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));
void rk__finding_add_v(rk__findings *list, rk__arena *arena, rk_finding finding, const char *format,
                       va_list args);
/* The warning number `index`, errors included; NULL beyond the end. */
const rk_finding *rk__findings_warning(const rk__findings *list, size_t index);
