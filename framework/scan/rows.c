/* SPDX-License-Identifier: MIT
 *
 * rows.c: a scan of rows in place: the cells of a document's table, in the
 * same batches that files give, on the calling thread.
 */
#include "scan/rows.h"

#include "scan/fault.h"
#include "scan/inside.h"
#include "scan/worker.h"

/* Where a bad cell of the row stands, and what is wrong with it. */
static rk_status set_row(rk__scan_worker *worker, size_t row, rk__scan_fault *fault)
{
    const rk__table *table = worker->scan->table;
    fault->status = RK_OK;
    for (size_t i = 0; i < worker->scan->n_wants; i++) {
        const int column = worker->scan->wants[i].table_column;
        const char *why = NULL;
        size_t length = 0;
        const char *text = column < 0 ? NULL : rk__table_cell(table, column, row, &length);
        const rk_status status = rk__cells_set(&worker->cells[i], text, length, worker->to, &why);
        if (status == RK_NO_MEMORY) {
            return status;
        }
        if (status != RK_OK && (fault->status == RK_OK || (uint32_t) column < fault->column)) {
            *fault = (rk__scan_fault){.row = (uint32_t) row,
                                      .column = (uint32_t) column,
                                      .want = (uint32_t) i,
                                      .status = status,
                                      .why = why};
        }
    }
    return RK_OK;
}

static rk_status flush(rk__scan_worker *worker, size_t next)
{
    const rk_status status = rk__scan_hand_on(worker, 0, worker->scan->table);
    worker->from = worker->to = 0;
    worker->first = (uint32_t) next;
    return status;
}

static bool wants_more(const rk__scan_worker *worker, size_t rows)
{
    const rk__scan_options *options = worker->options;
    return options->progress == NULL || options->progress(options->progress_ctx, rows, 0, 0);
}

static rk_status scan_rows(rk__scan_worker *worker)
{
    const size_t n = rk__table_n_rows(worker->scan->table);
    const uint64_t max_errors = worker->options->max_errors;
    rk_status status = RK_OK;
    for (size_t row = 0; row < n && status == RK_OK; row++) {
        rk__scan_fault fault;
        status = set_row(worker, row, &fault);
        if (status == RK_OK && fault.status != RK_OK) {
            status = flush(worker, row + 1);
            if (status == RK_OK && !rk__scan_add_fault(&worker->faults, max_errors, &fault)) {
                status = RK_NO_MEMORY;
            }
            if (worker->faults.count > max_errors) {
                return status;
            }
        } else if (status == RK_OK && ++worker->to == worker->batch_rows) {
            status = flush(worker, row + 1);
            if (!wants_more(worker, row + 1)) {
                return status;
            }
        }
    }
    if (status == RK_OK) {
        status = flush(worker, n);
    }
    return status == RK_OK && worker->consumer->block != NULL
               ? worker->consumer->block(worker->consumer->ctx, worker->index, 0, n)
               : status;
}

rk_status rk__scan_run_rows(rk__scan *scan, rk__scan_worker *worker, rk_problems *problems)
{
    const rk_status status = scan_rows(worker);
    scan->n_rows = worker->text.good;
    return status != RK_OK ? status
                           : rk__scan_report(scan, &worker->faults, 1, worker->options->max_errors,
                                             NULL, problems);
}
