/* SPDX-License-Identifier: MIT
 *
 * vectors.h: what the cases of contracts and of systems share.
 */
#pragma once

#include "contract/session.h"

/* Notes a difference: "WHAT: expected X, found Y". */
__attribute__((format(printf, 4, 5))) void
rk__differ(rk__buf *out, const char *what, const char *expected, const char *format, ...);
/* A case that failed to evaluate passes if that error is expected. */
void rk__compare_failure(rk__buf *out, const rk_problems *found, rk_status status,
                         const rk__value *expect);

/* system_case.c: evaluates a system's case (the scenario, or all) with its changes, and compares
 * values of its result. Differences go to `difference`; fails if memory runs out. */
rk_status rk__system_case(rk_session *session, const rk__value *system, const char *base_dir,
                          const rk__value *v, rk__buf *difference, rk_problems *problems);
