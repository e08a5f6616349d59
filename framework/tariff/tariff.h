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

typedef struct rk__tariff rk__tariff;

/* One place that a contract (or the command line) names. */
typedef struct rk__tariff_ref {
    const char *path;      /* file or folder; or NULL */
    const char *url;       /* or NULL */
    const rk__value *body; /* a tariff object in place; or NULL */
    const char *sha256;
    int64_t max_age_days; /* -1: not given */
    const rk__value *at;
} rk__tariff_ref;

typedef struct rk__tariff_options {
    const rk__access *access;
    const char *base_dir;
    const char *cache_dir, *ca_file;
    int64_t current_since; /* as of rk__fetch_options */
} rk__tariff_options;

/* Loads all (fetching at once what is to be fetched) and checks the documents'
 * own keys. out: n tariffs, each to be freed; all NULL on failure, of which every
 * one is listed. A tariff in place borrows its document; `options` are borrowed for
 * the call, what they point to (root, hosts) for the tariffs' lives.
 * RK_TARIFF_UNAVAILABLE where a file cannot be read, RK_TARIFF_MISMATCH where a
 * digest is not the pinned one, RK_FORBIDDEN where a fetched tariff names a file. */
rk_status rk__tariff_load(const rk__tariff_ref *refs, size_t n, const rk__tariff_options *options,
                          rk__tariff **out, rk_problems *problems);
void rk__tariff_free(rk__tariff *tariff);
/* Whether what a URL gave is a tariff: RK_OK, or the first of its problems. */
rk_status rk__tariff_try(const char *url, const char *text, size_t length, const rk__access *access,
                         rk_problems *problems);

const char *rk__tariff_id(const rk__tariff *tariff);
const char *rk__tariff_title(const rk__tariff *tariff); /* or NULL, as the next four */
const char *rk__tariff_source(const rk__tariff *tariff);
const char *rk__tariff_publisher(const rk__tariff *tariff);
const char *rk__tariff_currency(const rk__tariff *tariff);
const char *rk__tariff_licence(const rk__tariff *tariff);
/* SHA-256 of the document: of the file, of the body fetched, of the object's text; of a folder: of
 * a line "NAME.csv DIGEST" for each of its files, in name order. What a pin is compared with. */
const char *rk__tariff_sha256(const rk__tariff *tariff);
const char *rk__tariff_place(const rk__tariff *tariff);          /* path or URL for people */
const rk__fetched *rk__tariff_fetched(const rk__tariff *tariff); /* NULL unless by URL */
const rk__value *rk__tariff_at(const rk__tariff *tariff);        /* where it was named; or NULL */
/* Whether it is in force on a day: an open end has no bound. */
bool rk__tariff_in_force(const rk__tariff *tariff, rk_date day);
/* The dates as written, or NULL. */
const char *rk__tariff_from(const rk__tariff *tariff);
const char *rk__tariff_to(const rk__tariff *tariff);

size_t rk__tariff_n_tables(const rk__tariff *tariff);
const char *rk__tariff_table_name(const rk__tariff *tariff, size_t i);
bool rk__tariff_has_table(const rk__tariff *tariff, const char *name);
/* What the tariff says of table i: where its rows are, and its key columns. */
const rk__table_spec *rk__tariff_table_spec(const rk__tariff *tariff, size_t i);
/* Table i where it has been loaded, else NULL. */
const rk__table *rk__tariff_loaded(const rk__tariff *tariff, size_t i);
/* Forgets where the tariff was named, so that it may outlive the document that did. */
void rk__tariff_keep(rk__tariff *tariff);
/* Loads the table; *out NULL with RK_OK where the tariff has none of that name. A file of it that
 * cannot be read is RK_TARIFF_UNAVAILABLE. The table is the tariff's. */
rk_status rk__tariff_table(rk__tariff *tariff, const char *name, rk__table **out,
                           rk_problems *problems);
