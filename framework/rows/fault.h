/* SPDX-License-Identifier: MIT
 *
 * fault.h: errors in single rows. A scan goes on after an error, so that the one that is
 * reported, the first by place, is the same for any number of threads.
 */
#pragma once

#include "ledger/host.h"

struct rk__pass;
struct rk__pass_worker;

/* The first error that a worker has found. */
typedef struct rk__row_fault {
    bool set;
    uint64_t block;
    uint32_t row, line;
    rk_status status;
    const char *hint;
    const rk__instance *instance; /* or NULL */
    char message[240];
} rk__row_fault;

/* Records an error in a row of the current batch, unless the worker has an earlier one. */
void rk__pass_fault(struct rk__pass_worker *worker, size_t row, rk_status status,
                    const rk__instance *instance, const char *hint, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Records that a rule called in `price` a function of the host that is not for `price`. */
void rk__pass_misplaced(struct rk__pass_worker *worker, const rk__instance *instance);

/* Reports the first error of all workers, with its place, and returns its status; RK_OK if
 * there was none. */
rk_status rk__pass_report_fault(const struct rk__pass *pass, rk_problems *problems);

/* Reports that a sum does not fit. */
rk_status rk__pass_sum_problem(const struct rk__pass *pass, rk_problems *problems);
