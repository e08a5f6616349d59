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
