/* SPDX-License-Identifier: MIT
 *
 * batch.h: the state of a batch, from its options to its output.
 */
#ifndef RK_BATCH_BATCH_H
#define RK_BATCH_BATCH_H

#include "batch/journal.h"
#include "batch/result_out.h"
#include "batch/summary.h"

typedef struct batch {
    rk_batch_options options;
    rk_options own; /* those of `options`, whole: a caller may give fewer members */
    rk_problems *problems;
    rk__arena arena;
    const char *const *outputs; /* of the options, and `out` */
    rk_session *session;        /* looks at rules, loads none */
    rk__evaluator *evaluator;
    rk__batch_source *source;
    rk_batch_summary *summary;
    rk__batch_kind kind;
    rk__journal *journal;
    char *journal_path, *cache_dir; /* cache_dir: of this run alone; or NULL */
    bool resumed;
    rk__buf text; /* for the sink */
    uint64_t begun_us, told_us;
    /* Sources that were found to be as they were: place -> digest. */
    rk__dict *sources;
    char **digests;
    size_t n_digests, digests_capacity;
} batch;

/* batch_resume.c: what a run depends on, packed for the journal. */
rk_status rk__resume_depends(batch *b, rk__buf *out);
/* Goes through the contracts that the journal has, which must be the same still, and
 * adds their records to the summary. */
rk_status rk__resume_replay(batch *b);
/* A record of this run must rest on the same copies of fetched tariffs. */
rk_status rk__resume_check(batch *b, rk__record *record);
void rk__resume_dispose(batch *b);

/* batch_cache.c: gives the workers a cache where the user has none. */
rk_status rk__batch_cache_open(batch *b);
void rk__batch_cache_close(batch *b);

#endif
