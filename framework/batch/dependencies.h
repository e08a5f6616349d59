/* SPDX-License-Identifier: MIT
 *
 * dependencies.h: what a result depends on beside its contract: the files that it was
 * read from, and for a failure those that it should have been read from. --resume holds
 * them against what is there then.
 *
 * A source has a place, which the process that runs the batch can open, and a digest: of
 * a file its SHA-256 (tariffs) or XXH3 (all others); "absent"; or of a pattern "names:"
 * and the XXH3 of what it stands for.
 */
#ifndef RK_BATCH_DEPENDENCIES_H
#define RK_BATCH_DEPENDENCIES_H

#include "evaluate/evaluation.h"
#include "report/report.h"

/* Digests of files that did not change meanwhile: many contracts fail for one file. */
typedef struct rk__source_cache {
    struct {
        char *place;
        int64_t size, seconds, nanoseconds;
        char digest[RK__SHA256_TEXT];
    } entries[8];
    size_t next;
} rk__source_cache;
void rk__source_cache_dispose(rk__source_cache *cache);

/* Adds how many there are, and the sources. */
void rk__pack_sources(rk__buf *out, const rk_result *result, const rk_contract *contract);
/* The same of a contract that failed, and of the file that its problem is in; `name` is
 * what problems call the contract itself. */
void rk__pack_failed_sources(rk__buf *out, const rk_contract *contract, const char *name,
                             const rk_problems *problems, rk__source_cache *cache);
/* The digest of a place now, of the kind that `like` is; false where it cannot be had. */
bool rk__digest_now(const char *place, const char *like, char out[RK__SHA256_TEXT]);

#endif
