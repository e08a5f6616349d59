/* SPDX-License-Identifier: MIT
 *
 * vectors.h: what the cases of contracts and of systems share.
 */
#pragma once

#include "contract/session.h"

/* A vector document, read. */
typedef struct rk__vector {
    const char *id;
    bool system;
    const rk__value *subject; /* the contract or system: an object, or the text of a path */
    const rk__value *cases;
} rk__vector;

/* read.c: reports all that is wrong with a vector before any case runs. */
rk_status rk__vector_read(const rk__value *root, rk__vector *out, rk_problems *problems);
/* vector.c: the same, and what keeps a case from running, or lets it fail with an error that it
 * does not expect. Amounts are not compared. */
rk_status rk__vector_check(rk_session *session, const char *path, rk_problems *problems);

/* differ.c: notes a difference: "WHAT: expected X, found Y". */
__attribute__((format(printf, 4, 5))) void
rk__differ(rk__buf *out, const char *what, const char *expected, const char *format, ...);
/* vector.c: a case that failed to evaluate passes if that error is expected. Otherwise its problems
 * are added to `unexpected`, unless that is NULL. */
void rk__compare_failure(rk__buf *out, const rk_problems *found, rk_status status,
                         const rk__value *expect, rk_problems *unexpected);

/* An arrangement or scenario that does not exist is an error in the vector, at its name there, and
 * not one of the command line. */
void rk__case_usage(rk_problems **problems, rk_status *status, const rk__value *at);

/* row_steps.c: explains each of `rows` and compares its steps. Differences go to `out`; as
 * rk_explain does. */
rk_status rk__expect_rows(rk__buf *out, rk_contract *contract, const char *arrangement,
                          const rk__value *rows, rk_problems *problems);
/* read_rows.c: reports what is wrong with "rows" as it is written. */
rk_status rk__expect_rows_read(const rk__value *rows, rk_problems *problems);

/* system_case.c: evaluates a system's case (the scenario, or all) with its changes, and compares
 * values of its result. Differences go to `difference`, problems that the case does not expect to
 * `unexpected`, if that is not NULL; fails if memory runs out. */
rk_status rk__system_case(rk_session *session, const rk__value *system, const char *base_dir,
                          const rk__value *v, rk__buf *difference, rk_problems *unexpected);
