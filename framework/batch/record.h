/* SPDX-License-Identifier: MIT
 *
 * record.h: what the parent of a batch keeps of one contract.
 *
 * The text is what stands in NDJSON: a line for each result, or one for the failure.
 * The rest serves the summary and --resume, and is written nowhere else. A record is
 * packed by frame.h, so it can be sent and journalled as it is.
 */
#ifndef RK_BATCH_RECORD_H
#define RK_BATCH_RECORD_H

#include "batch/workers.h"
#include "report/report.h"

/* One arrangement's result. */
typedef struct rk__record_result {
    const char *arrangement, *currency, *total;
    uint64_t unpriced;
} rk__record_result;

/* A file or URL that a result depends on, with its digest. */
typedef struct rk__record_source {
    const char *place, *digest;
    bool fetched;
} rk__record_source;

typedef struct rk__record {
    rk_status status;
    const char *contract, *provider, *commissioner; /* NULL where unknown */
    size_t n_results, n_sources;
    rk__unpack results, sources; /* to be read by the functions below */
    const char *text;
    size_t length;
} rk__record;

/* False where the bytes are no record. */
bool rk__record_parse(const char *bytes, size_t length, rk__record *out);
bool rk__record_next_result(rk__record *record, rk__record_result *out);
bool rk__record_next_source(rk__record *record, rk__record_source *out);

/* What evaluates: a session for contracts that are trusted and one for those that are
 * not, opened when they are needed. */
typedef struct rk__evaluator rk__evaluator;
rk_status rk__evaluator_new(const rk__batch_setup *setup, rk__mark *mark, int lock,
                            rk__evaluator **out, rk_problems *problems);
void rk__evaluator_free(rk__evaluator *evaluator);
/* As of rk__batch_calls. */
rk_status rk__evaluator_run(void *evaluator, const rk__batch_job *job, rk__buf *record,
                            bool *starved);
rk_status rk__record_failure(const rk__batch_job *job, const char *contract, rk_status status,
                             const char *rule, const char *hint, const char *message,
                             rk__buf *record);

#endif
