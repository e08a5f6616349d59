/* SPDX-License-Identifier: MIT
 *
 * rows.c: a scan of rows in place: the cells of a document's table, in the
 * same batches that files give, on the calling thread.
 */
#include "scan/inside.h"

/* Sets a row cell by cell; notes the place and fault of a bad cell. */
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

/* Sets n rows from `row` on, column by column. RK_OK, RK_NO_MEMORY, or the status of a bad cell:
 * the caller then sets them row by row. */
static rk_status set_columns(rk__scan_worker *worker, size_t row, size_t n)
{
    const rk__scan *scan = worker->scan;
    rk_status status = RK_OK;
    for (size_t i = 0; i < scan->n_wants && status == RK_OK; i++) {
        const int column = scan->wants[i].table_column;
        size_t stride = 0;
        const rk__value *const *cells =
            column >= 0 ? rk__table_cells(scan->table, column, row, &stride) : NULL;
        if (cells == NULL) {
            rk__cells_fill_absent(&worker->cells[i], worker->to, n);
        } else {
            status = rk__cells_fill(&worker->cells[i], cells, stride, n, worker->to);
        }
    }
    return status;
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

/* Takes a row by itself: a bad one ends the batch. */
static rk_status take_row(rk__scan_worker *worker, size_t row)
{
    rk__scan_fault fault;
    rk_status status = set_row(worker, row, &fault);
    if (status == RK_OK && fault.status == RK_OK) {
        status = rk__scan_name_held(worker, 1);
        worker->to++;
    } else if (status == RK_OK) {
        status = flush(worker, row + 1);
        if (status == RK_OK &&
            !rk__scan_add_fault(&worker->faults, worker->options->max_errors, &fault)) {
            status = RK_NO_MEMORY;
        }
    }
    return status;
}

static bool too_many_faults(const rk__scan_worker *worker)
{
    return worker->faults.count > worker->options->max_errors;
}

/* Takes the next n rows, which there is room for. */
static rk_status take_rows(rk__scan_worker *worker, size_t row, size_t n)
{
    rk_status status = set_columns(worker, row, n);
    if (status == RK_OK) {
        status = rk__scan_name_held(worker, n);
        worker->to += n;
    } else if (status != RK_NO_MEMORY) {
        status = RK_OK;
        for (size_t i = 0; i < n && status == RK_OK && !too_many_faults(worker); i++) {
            status = take_row(worker, row + i);
        }
    }
    return status;
}

static rk_status scan_rows(rk__scan_worker *worker)
{
    const size_t n = rk__table_n_rows(worker->scan->table);
    rk_status status = RK_OK;
    for (size_t row = 0; row < n && status == RK_OK;) {
        const size_t room = worker->batch_rows - worker->to;
        const size_t some = n - row < room ? n - row : room;
        status = take_rows(worker, row, some);
        row += some;
        if (too_many_faults(worker)) {
            return status;
        }
        if (status == RK_OK && worker->to == worker->batch_rows) {
            status = flush(worker, row);
            if (!wants_more(worker, row)) {
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
