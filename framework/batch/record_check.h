/* SPDX-License-Identifier: MIT
 *
 * record_check.h: whether bytes are the record of one contract and nothing more.
 */
#pragma once

#include "batch/record.h"

/* What checking keeps from one record to the next; begins as {0}. */
typedef struct rk__record_checker {
    struct rk__batch_sqlite *database; /* that records are tried in */
} rk__record_checker;

/* For bytes from a process that may write anything. RK_OK if they are a whole record whose every
 * row or line is of this contract and of its arrangements (all, or the chosen one) in their order,
 * or of its failure; RK_SYNTAX if not; RK_NO_MEMORY. Amounts are not checked. */
rk_status rk__record_check(rk__record_checker *checker, rk__batch_form form,
                           const rk_contract *contract, bool all, const char *bytes, size_t length);
/* The same for a system, which `stand_in` stands for. */
rk_status rk__record_check_system(rk__record_checker *checker, rk__batch_form form,
                                  const rk_contract *stand_in, const char *bytes, size_t length);
void rk__record_checker_dispose(rk__record_checker *checker);
