/* SPDX-License-Identifier: MIT
 *
 * run.c: running a scan on several threads.
 *
 * Workers take blocks in file order and finish every block that they take, so a scan that stops
 * early has seen all rows up to some place. The problems before that place do not depend on
 * threads: they are sorted, and later ones are dropped.
 */
#include "scan/scan.h"

#include "base/parallel.h"
#include "scan/inside.h"
#include "scan/part.h"

#define MOST_THREADS 256

unsigned rk__scan_threads(const rk__scan *scan, const rk__scan_options *options)
{
    if (scan->table != NULL) {
        return 1;
    }
    const unsigned n = options->threads == 0 ? rk__cores() : options->threads;
    return n > MOST_THREADS ? MOST_THREADS : n;
}

static void work(void *workers, unsigned i)
{
    rk__scan_work((rk__scan_worker *) workers + i);
}

/* The first failure in file order. */
static rk_status first_failure(const rk__scan_worker *workers, unsigned n, uint64_t *block)
{
    const rk__scan_worker *first = NULL;
    for (unsigned i = 0; i < n; i++) {
        if (workers[i].status != RK_OK &&
            (first == NULL || workers[i].status_block < first->status_block)) {
            first = &workers[i];
        }
    }
    *block = first != NULL ? first->status_block : 0;
    return first != NULL ? first->status : RK_OK;
}

/* Whether there are too many errors up to a block in which the consumer failed; within a block,
 * whichever comes first counts. */
static bool errors_end_before(const rk__scan_faults *faults, unsigned n, uint64_t max_errors,
                              uint64_t block)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < n; i++) {
        for (size_t k = 0; k < faults[i].n; k++) {
            count += faults[i].list[k].block <= block;
        }
    }
    return count > max_errors;
}

static rk_status finish(rk__scan *scan, rk__scan_reader *reader, rk__scan_worker *workers,
                        unsigned n, uint64_t max_errors, rk_problems *problems)
{
    rk__scan_faults faults[MOST_THREADS];
    scan->n_rows = 0;
    for (size_t i = 0; i < scan->n_files; i++) {
        scan->n_rows += scan->files[i].rows;
    }
    rk__scan_place_blocks(scan);
    uint64_t bad = 0;
    for (unsigned i = 0; i < n; i++) {
        faults[i] = workers[i].faults;
        bad += faults[i].count;
    }
    if ((bad > 0 || reader->fatal.block < SIZE_MAX) && rk__scan_locate(scan) == RK_NO_MEMORY) {
        return RK_NO_MEMORY;
    }
    uint64_t failed_block;
    const rk_status failed = first_failure(workers, n, &failed_block);
    if (failed != RK_OK && !errors_end_before(faults, n, max_errors, failed_block)) {
        return failed;
    }
    const rk_status status = rk__scan_report(scan, faults, n, max_errors, &reader->fatal, problems);
    rk__problems_append(problems, reader->problems);
    return status;
}

static rk_status prepare(rk__scan *scan, rk_problems *problems)
{
    for (size_t i = 0; scan->used && i < scan->n_files; i++) {
        if (!scan->files[i].regular) {
            return rk__problem(problems, RK_IO, &(rk__place){.file = scan->files[i].path}, NULL,
                               "the file can be read only once");
        }
    }
    scan->used = true;
    rk__scan_free_workers(scan);
    scan->n_blocks = 0;
    scan->bad_rows = 0;
    for (size_t i = 0; i < scan->n_files; i++) {
        scan->files[i].rows = 0;
        scan->files[i].total = (rk__scan_total){0};
        scan->files[i].opened = scan->files[i].complete = false;
        scan->files[i].feeds = 0;
        scan->files[i].records = 0;
    }
    return RK_OK;
}

/* Makes a worker for each thread and calls the consumer's `begin` for it. */
static rk_status make_workers(rk__scan *scan, rk__scan_reader *reader,
                              const rk__scan_options *options, const rk__scan_consumer *consumer)
{
    const unsigned n = rk__scan_threads(scan, options);
    rk_status status = RK_OK;
    scan->workers = rk__calloc(n, sizeof *scan->workers);
    if (scan->workers == NULL) {
        return RK_NO_MEMORY;
    }
    while (scan->n_workers < n && status == RK_OK) {
        const unsigned i = scan->n_workers++;
        status = rk__scan_worker_init(&scan->workers[i], scan, reader, options, consumer, i);
    }
    for (unsigned i = 0; i < n && status == RK_OK; i++) {
        status = consumer->begin != NULL ? consumer->begin(consumer->ctx, i) : RK_OK;
    }
    return status;
}

rk_status rk__scan_run(rk__scan *scan, const rk__scan_options *options,
                       const rk__scan_consumer *consumer, rk_problems *problems)
{
    rk__scan_reader reader = {0};
    rk_status status = prepare(scan, problems);
    if (status == RK_OK) {
        status = rk__scan_reader_init(&reader, scan, options);
        scan->start = options->from != NULL ? *options->from : (rk__scan_mark){0};
    }
    if (status == RK_OK) {
        status = make_workers(scan, &reader, options, consumer);
    }
    if (status == RK_OK && scan->table != NULL) {
        status = rk__scan_run_rows(scan, scan->workers, problems);
    } else if (status == RK_OK) {
        rk__parallel(scan->n_workers, work, scan->workers);
        status =
            finish(scan, &reader, scan->workers, scan->n_workers, options->max_errors, problems);
        if (status == RK_OK && scan->marks.wanted) {
            status = rk__scan_gather_marks(scan);
        }
    }
    for (unsigned i = 0; i < scan->n_workers; i++) {
        rk__scan_worker_trim(&scan->workers[i]);
    }
    rk__scan_reader_dispose(&reader);
    return status;
}
