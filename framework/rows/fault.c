/* SPDX-License-Identifier: MIT
 *
 * fault.c: errors in single rows, and sums that do not fit.
 */
#include "rows/fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "rows/pass.h"
#include "scan/part.h"
#include "scan/scan.h"

void rk__pass_fault(rk__pass_worker *worker, size_t row, rk_status status,
                    const rk__instance *instance, const char *hint, const char *format, ...)
{
    const rk__scan_batch *b = worker->batch;
    rk__row_fault *f = &worker->fault;
    const uint32_t in_block = b->first_in_block + (uint32_t) row;
    if (f->set && (f->block < b->block || (f->block == b->block && f->row <= in_block))) {
        return;
    }
    *f = (rk__row_fault){.set = true,
                         .block = b->block,
                         .row = in_block,
                         .line = b->line != NULL ? b->line[row] : 0,
                         .status = status,
                         .hint = hint,
                         .instance = instance};
    va_list args;
    va_start(args, format);
    (void) vsnprintf(f->message, sizeof f->message, format, args);
    va_end(args);
}

rk_status rk__pass_report_fault(const rk__pass *p, rk_problems *problems)
{
    const rk__row_fault *first = NULL;
    for (unsigned i = 0; i < p->n_workers; i++) {
        const rk__row_fault *f = p->workers[i] != NULL ? &p->workers[i]->fault : NULL;
        if (f != NULL && f->set &&
            (first == NULL || f->block < first->block ||
             (f->block == first->block && f->row < first->row))) {
            first = f;
        }
    }
    if (first == NULL) {
        return RK_OK;
    }
    rk__arena scratch = {0};
    rk__place place = {0};
    rk_status status = first->status;
    if (rk__scan_locate(p->scan) == RK_NO_MEMORY) {
        return RK_NO_MEMORY;
    }
    rk__scan_place(p->scan, first->block, first->row, first->line, &place, &scratch);
    if (status == RK_NO_MEMORY) { /* a rule said so, as in rk__host_outcome */
        first->instance->result->nums.no_memory = true;
        status = RK_RULE_FAILED;
    }
    if (first->instance != NULL && rk_status_exit_code(status) == 4) {
        place.rule = first->instance->rule->id;
    }
    status = rk__problem(problems, status, &place, first->hint, "%s", first->message);
    rk__arena_dispose(&scratch);
    return status;
}

rk_status rk__pass_sum_problem(const rk__pass *pass, rk_problems *problems)
{
    return rk__problem(problems, RK_OVERFLOW, NULL, "split the table, or the component's scope",
                       "the sum of the rows of table '%s' does not fit", pass->input->spec->name);
}
