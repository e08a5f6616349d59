/* SPDX-License-Identifier: MIT
 *
 * batch.h: the state of a batch, from its options to its output.
 */
#pragma once

#include "batch/journal.h"
#include "batch/result_out.h"
#include "batch/source.h"
#include "batch/summary.h"

typedef struct rk__batch {
    rk_batch_options options;
    rk_options own; /* a complete copy of `options.options`, which may be of an older size */
    rk_problems *problems;
    rk__arena arena;
    const char *const *outputs; /* those of the options, and `out` */
    rk_session *session;        /* checks the options; loads no rule */
    rk__batch_source *source;
    rk_batch_summary *summary;
    rk__batch_kind kind;
    rk__journal *journal; /* NULL: results go to the sink */
    char *journal_path;
    char *cache_dir; /* of this run only; or NULL */
    bool resumed;
    rk__buf text; /* for the sink */
    uint64_t begun_us, progress_us;
    /* Sources seen by a resumed run: place -> digest. */
    rk__dict *sources;
    char **digests;
    size_t n_digests, digests_capacity;
} rk__batch;

/* cache.c: a cache of fetched tariffs that all workers share. */

/* Sets `cache_dir` to a new temporary folder if the user has no cache that can be used. */
rk_status rk__batch_cache_open(rk__batch *b);
void rk__batch_cache_close(rk__batch *b);

/* deliver.c: where records go, in the order of the contracts. */

/* Adds a record to the summary, and to the journal or the sink's buffer. Anything but RK_OK
 * ends the run. */
rk_status rk__batch_deliver(rk__batch *b, const rk__batch_item *item, const char *record,
                            size_t length, uint64_t micros);
/* Passes on what is buffered. */
rk_status rk__batch_flush(rk__batch *b);
/* Calls the progress function now and then; false if it stops the run. */
bool rk__batch_progress(rk__batch *b);

/* resume.c: continuing the run of a journal, if nothing that it depends on has changed. */

/* Packs what a run depends on, for the journal. */
rk_status rk__resume_depends(rk__batch *b, rk__buf *out);
/* Reads the contracts that the journal has, which must not have changed, and adds their
 * records to the summary. RK_CONFLICT if anything has changed. */
rk_status rk__resume_replay(rk__batch *b);
/* RK_CONFLICT if a record of this run used another copy of a fetched tariff than an earlier
 * record did. */
rk_status rk__resume_check(rk__batch *b, rk__record *record);
void rk__resume_dispose(rk__batch *b);
