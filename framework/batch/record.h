/* SPDX-License-Identifier: MIT
 *
 * record.h: what a batch keeps of one contract.
 *
 * The text is written in the format of the batch's output: lines of NDJSON or CSV, or packed
 * rows of the database (result_cells.h). The rest is for the summary and --resume, and does
 * not reach the output. A record is packed (base/frame.h), so it is sent to the parent and
 * journalled as it is.
 */
#pragma once

#include "batch/dependencies.h"
#include "batch/wire.h"

/* --------------------------------------------------------------------- writing */

/* Appends the record of a contract's results. RK_OK or RK_NO_MEMORY. */
rk_status rk__record_results(rk__batch_form form, const rk__evaluation *evaluation, rk__buf *out);

/* Appends the record of a contract that failed with `status`, as `problems` describe it.
 * `contract` is NULL if it was not read here, and `id` is then its id; NULL if unknown. With
 * `cache`, the record lists the files that the failure depends on. RK_OK or RK_NO_MEMORY. */
rk_status rk__record_failure(rk__batch_form form, const rk__batch_job *job,
                             const rk_contract *contract, const char *id, rk_status status,
                             const rk_problems *problems, rk__source_cache *cache, rk__buf *out);

/* --------------------------------------------------------------------- reading */

/* One arrangement's result. */
typedef struct rk__record_result {
    const char *arrangement, *currency, *total;
    uint64_t unpriced;
    size_t n_warnings, n_findings;
    rk__unpack codes; /* of the findings: texts, one after the other */
} rk__record_result;

/* A file or URL that a result depends on, with its digest. */
typedef struct rk__record_source {
    const char *place, *digest;
    bool fetched;
} rk__record_source;

/* Borrows from the bytes that it was read from. */
typedef struct rk__record {
    rk_status status;
    const char *contract, *provider, *commissioner; /* NULL if unknown */
    size_t n_results, n_sources;
    rk__unpack results, sources; /* see rk__record_next_result, _next_source */
    const char *text;
    size_t length;
} rk__record;

/* False if the bytes are not a record. */
bool rk__record_parse(const char *bytes, size_t length, rk__record *out);
/* Each takes the next one; false after the last. */
bool rk__record_next_result(rk__record *record, rk__record_result *out);
bool rk__record_next_source(rk__record *record, rk__record_source *out);
