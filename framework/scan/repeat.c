/* SPDX-License-Identifier: MIT
 *
 * repeat.c: the scan of rows in place over other rows of the same keys, which a form
 * found in a text. One worker is kept, with its dictionaries: most texts were seen before.
 */
#include "scan/repeat.h"

#include <string.h>

#include "scan/inside.h"
#include "scan/worker.h"

/* Texts in a dictionary that are worth keeping. */
#define FULL 1024

static const rk__scan_options repeat_options = {.threads = 1, .batch_rows = RK__REPEAT_ROWS};

static rk_status make_worker(rk__scan *scan, const rk__scan_consumer *consumer)
{
    rk__scan_free_workers(scan);
    scan->workers = rk__calloc(1, sizeof *scan->workers);
    if (scan->workers == NULL) {
        return RK_NO_MEMORY;
    }
    scan->n_workers = 1;
    const rk_status status =
        rk__scan_worker_init(scan->workers, scan, NULL, &repeat_options, consumer, 0);
    return status == RK_OK ? consumer->begin(consumer->ctx, 0) : status;
}

/* Rows from..from + n into the worker's arrays, column by column. */
static rk_status set_rows(rk__scan_worker *worker, const rk__filling *rows, size_t from, size_t n)
{
    const rk__scan *scan = worker->scan;
    rk_status status = RK_OK;
    for (size_t i = 0; i < scan->n_wants && status == RK_OK; i++) {
        rk__cells *cells = &worker->cells[i];
        const int column = scan->wants[i].table_column;
        const int source = column >= 0 ? rk__table_source(scan->table, column) : -1;
        if (source < 0) {
            rk__cells_fill_absent(cells, 0, n);
        } else {
            const rk__span *first = &rows->spans[from * rows->n_cells + (size_t) source];
            status = rk__cells_fill(cells, first, rows->n_cells, n, rows->text_end);
        }
    }
    return status;
}

rk_status rk__scan_repeat(rk__scan *scan, const rk__scan_consumer *consumer,
                          const rk__filling *rows)
{
    if (scan->table == NULL || rows->n_cells != rk__table_n_sources(scan->table)) {
        return RK_CONFLICT;
    }
    rk_status status = RK_OK;
    if (scan->n_workers != 1 || scan->workers->columns == NULL) {
        status = make_worker(scan, consumer);
    }
    rk__scan_worker *worker = scan->workers;
    if (status == RK_OK) {
        worker->consumer = consumer;
        worker->first = 0;
    }
    for (size_t from = 0; from < rows->n_rows && status == RK_OK; from += RK__REPEAT_ROWS) {
        const size_t left = rows->n_rows - from;
        worker->from = 0;
        worker->to = left < RK__REPEAT_ROWS ? left : RK__REPEAT_ROWS;
        status = set_rows(worker, rows, from, worker->to);
        if (status == RK_OK) {
            status = rk__scan_hand_on(worker, 0, scan->table);
        }
    }
    scan->n_rows = rows->n_rows;
    return status;
}

rk_status rk__scan_set_default(rk__scan *scan, const char *column, const char *text)
{
    for (size_t i = 0; i < scan->n_wants; i++) {
        rk__scan_wanted *want = &scan->wants[i];
        if (want->fallback == NULL || strcmp(want->name, column) != 0) {
            continue;
        }
        want->fallback = text;
        const rk_status status = scan->n_workers == 1 && scan->workers->columns != NULL
                                     ? rk__cells_default(&scan->workers->cells[i], text)
                                     : RK_OK;
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

bool rk__scan_is_full(const rk__scan *scan)
{
    for (size_t i = 0; scan->n_workers == 1 && i < scan->n_wants; i++) {
        const rk__dict *dict = scan->workers->cells[i].dict;
        if (dict != NULL && rk__dict_count(dict) > FULL) {
            return true;
        }
    }
    return false;
}

void rk__scan_renew(rk__scan *scan)
{
    rk__scan_free_workers(scan);
}
