/* SPDX-License-Identifier: MIT
 *
 * dependencies.h: the files that a result depends on besides its contract: those that were
 * read, or for a failure those that should have been. --resume checks that they are unchanged.
 *
 * A source has a place, which the parent process can open, and a digest: for a file its SHA-256
 * (tariffs) or XXH3 (all others); "absent"; or for a pattern "names:" and the XXH3 of the names
 * that it matches.
 */
#pragma once

#include "evaluate/evaluation.h"
#include "report/report.h"

/* Digests of the files read last, since many contracts may fail because of one file. */
typedef struct rk__source_cache {
    struct {
        char *place;
        int64_t size, seconds, nanoseconds;
        char digest[RK__SHA256_TEXT];
    } entries[8];
    size_t next;
} rk__source_cache;
void rk__source_cache_dispose(rk__source_cache *cache);

/* Packs the number of sources, and the sources. */
void rk__pack_sources(rk__buf *out, const rk_result *result, const rk_contract *contract);
/* The same for a contract that failed; the file of its problem is a source too. `name` is the
 * name of the contract in problems. */
void rk__pack_failed_sources(rk__buf *out, const rk_contract *contract, const char *name,
                             const rk_problems *problems, rk__source_cache *cache);
/* The current digest of a place, of the same kind as `like`; false if it cannot be read. */
bool rk__digest_now(const char *place, const char *like, char out[RK__SHA256_TEXT]);
