/* SPDX-License-Identifier: MIT
 *
 * tariff.h: reference tariffs, from a file, a folder of CSV files, a contract, or
 * a URL.
 *
 * A folder holds `tariff.json`, or only NAME.csv files, each of which is the
 * table NAME: its key columns are those whose header ends in `*` (which is not part
 * of the name; the column's name is in lower case, with `_` for spaces),
 * or else those of hrg, pod, provider, service and bpt that it has.
 *
 * Tables are loaded when first used. A fetched tariff never names
 * local files. Threads: one at a time; loaded tables may be read from many.
 */
#pragma once

#include "fetch/fetch.h"
#include "table/table.h"

/* One place that a contract (or the command line) names. */
typedef struct rk__tariff_ref {
    const char *path;      /* file or folder; or NULL */
    const char *url;       /* or NULL */
    const rk__value *body; /* a tariff object in place; or NULL */
    const char *sha256;
    int64_t max_age_days; /* -1: not given */
    const rk__value *at;
} rk__tariff_ref;

typedef struct rk__tariff_held {
    rk__table_spec spec; /* where its rows are, and its key columns */
    rk__table *table;    /* NULL until first used */
} rk__tariff_held;

/* Read only outside of this room. */
typedef struct rk__tariff {
    rk__arena arena;
    rk__json *document;  /* NULL in place and for a folder of CSV files */
    const rk__value *at; /* where it was named; or NULL */
    rk__access access;
    const char *id;
    const char *title, *publisher, *source, *licence, *currency; /* or NULL */
    const char *from, *to;                                       /* as written, or NULL */
    rk_date from_day, to_day;                                    /* only if those are not NULL */
    const char *place;                                           /* path or URL for people */
    /* Of the document: of the file, of the body fetched, of the object's text; of a folder: of a
     * line "NAME.csv DIGEST" for each of its files, in name order. What a pin is compared with. */
    char sha256[RK__SHA256_TEXT];
    bool is_fetched;
    rk__fetched fetched; /* its text is freed once parsed */
    rk__tariff_held *tables;
    size_t n_tables;
} rk__tariff;

typedef struct rk__tariff_options {
    const rk__access *access;
    const char *base_dir;
    const char *cache_dir, *ca_file;
    int64_t current_since; /* as of rk__fetch_options */
} rk__tariff_options;

/* Loads all tariffs (URLs in parallel) and checks the documents' own keys. Sets `out` to n tariffs,
 * each to be freed; on failure all are NULL and every failure is listed. A tariff inside a document
 * borrows it; `options` are borrowed for the call, and what they point to (root, hosts) for the
 * tariffs' lives. RK_TARIFF_UNAVAILABLE if a file cannot be read, RK_TARIFF_MISMATCH if a digest is
 * not the pinned one, RK_FORBIDDEN if a fetched tariff names a file. */
rk_status rk__tariff_load(const rk__tariff_ref *refs, size_t n, const rk__tariff_options *options,
                          rk__tariff **out, rk_problems *problems);
void rk__tariff_free(rk__tariff *tariff);
/* Whether the body of a URL is a tariff: RK_OK, or the status of its first problem. */
rk_status rk__tariff_try(const char *url, const char *text, size_t length, const rk__access *access,
                         rk_problems *problems);

/* What was fetched; NULL unless the tariff came from a URL. */
static inline const rk__fetched *rk__tariff_fetched(const rk__tariff *tariff)
{
    return tariff->is_fetched ? &tariff->fetched : NULL;
}
/* Whether the tariff is in force on a day; a missing date is no bound. */
bool rk__tariff_in_force(const rk__tariff *tariff, rk_date day);
bool rk__tariff_has_table(const rk__tariff *tariff, const char *name);
/* Loads a table, which belongs to the tariff. RK_OK with *out NULL if the tariff has none of that
 * name; RK_TARIFF_UNAVAILABLE if a file of it cannot be read. */
rk_status rk__tariff_table(rk__tariff *tariff, const char *name, rk__table **out,
                           rk_problems *problems);
