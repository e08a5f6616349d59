/* SPDX-License-Identifier: MIT
 *
 * evaluator.h: evaluates the contracts of a batch one after the other.
 *
 * It has a session for trusted contracts and one for untrusted contracts, each opened when
 * it is first needed.
 */
#pragma once

#include "batch/wire.h"
#include "contract/session.h"

typedef struct rk__evaluator rk__evaluator;

/* `mark` and `lock` are a worker's; NULL and -1 in process. */
rk_status rk__evaluator_new(const rk__batch_setup *setup, rk__mark *mark, int lock,
                            rk__evaluator **out, rk_problems *problems);
void rk__evaluator_free(rk__evaluator *evaluator);

/* Appends the record of a contract (record.h), which may be that of its failure. *starved if
 * memory was short on the way. Fails with RK_NO_MEMORY only, if memory does not suffice for a
 * record. */
rk_status rk__evaluator_run(rk__evaluator *evaluator, const rk__batch_job *job, rk__buf *record,
                            bool *starved);
