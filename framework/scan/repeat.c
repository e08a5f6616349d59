/* SPDX-License-Identifier: MIT
 *
 * repeat.c: the scan of rows in place over other rows of the same keys. One worker is kept,
 * with its dictionaries: most texts were seen before.
 */
#include "scan/scan.h"

#include <string.h>

#include "scan/inside.h"
#include "table/store.h"

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

rk_status rk__scan_rerun(rk__scan *scan, const rk__scan_consumer *consumer, const rk__value *rows)
{
    if (scan->table == NULL) {
        return RK_CONFLICT;
    }
    rk_status status = rk__table_set_rows(scan->table, rows);
    if (status == RK_OK && (scan->n_workers != 1 || scan->workers->columns == NULL)) {
        status = make_worker(scan, consumer);
    }
    if (status != RK_OK) {
        return status;
    }
    rk__scan_worker *worker = scan->workers;
    worker->consumer = consumer;
    worker->first = 0;
    worker->from = worker->to = 0;
    worker->text.good = 0;
    worker->faults.n = worker->faults.count = 0;
    return rk__scan_run_rows(scan, worker, NULL);
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
