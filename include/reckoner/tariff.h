/* SPDX-License-Identifier: MIT
 *
 * tariff.h: reading tariffs, and what the cache of fetched documents holds. Included by
 * reckoner.h.
 *
 * Ownership: what rk_tariff_open and rk_copies_fetch hand out is the caller's; everything
 * that is read from it belongs to it. An index beyond the end returns NULL.
 *
 * Threads: as of the session. Structs only grow at the end.
 */
#ifndef RECKONER_TARIFF_H
#define RECKONER_TARIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "num.h"
#include "problem.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rk_session rk_session;
typedef struct rk_result rk_result;

/* A tariff with all its tables. */
typedef struct rk_tariff rk_tariff;

typedef struct rk_tariff_view {
    const char *id;
    const char *title, *publisher, *source, *licence, *currency; /* or NULL */
    const char *from, *to; /* days on which it is in force, as written; NULL: no bound */
    const char *place;     /* path or URL */
    const char *sha256;    /* of the document */
    bool fetched;          /* from a URL, */
    bool from_cache;       /* without a transfer, */
    int64_t fetched_at;    /* and when, in Unix time; 0 unless fetched */
    size_t n_tables;
} rk_tariff_view;

typedef struct rk_tariff_table {
    const char *name;
    const char *const *keys; /* n_keys columns that a row is looked up by */
    size_t n_keys;
    const char *const *columns; /* n_columns names, in order; none unless loaded */
    const bool *is_key;         /* whether a column is one of the keys */
    size_t n_columns;
    const char *const *files; /* n_files paths as written; none: the rows are in the document */
    size_t n_files;
    bool loaded;
    rk_status status; /* RK_OK if nothing is wrong with it */
    size_t n_rows;
    size_t n_numeric;  /* columns of numbers; counted by verifying only */
    size_t n_problems; /* that were found in it */
    bool unused;       /* it has no column that a rule looks up in a table of its name; found by
                        * verifying only, and one of its problems */
} rk_tariff_table;

/* Opens a tariff by path, folder or URL and loads every table. With `verify` it reads every cell
 * too, and reports cells that are not numbers in columns of numbers, and tables without a column
 * that a rule looks up in them. `sha256` (64 hex digits) is the digest that its document must have;
 * NULL: any.
 *
 * Returns RK_OK, or the first fault. If the document can be read, *out_tariff is made even
 * then; else it is NULL. */
RK_API rk_status rk_tariff_open(rk_session *session, const char *source, const char *sha256,
                                bool verify, rk_tariff **out_tariff, rk_problems *problems);

/* Frees a tariff; NULL does nothing. */
RK_API void rk_tariff_free(rk_tariff *tariff);

/* Returns what a tariff says of itself; never NULL. */
RK_API const rk_tariff_view *rk_tariff_read(const rk_tariff *tariff);

/* Returns a table, in the order of the document. */
RK_API const rk_tariff_table *rk_tariff_table_at(const rk_tariff *tariff, size_t index);

/* Returns the problems that were found in its tables. */
RK_API const rk_problems *rk_tariff_problems(const rk_tariff *tariff);

/* What an import of a workbook wrote. */
typedef struct rk_import rk_import;

typedef struct rk_imported {
    const char *tariff, *table; /* ids */
    const char *path;           /* of the table's file */
    size_t n_rows;
} rk_imported;

/* Makes tariffs from a published workbook (.xlsx) by a profile: an import/1 document by path, or
 * the name of one of those that are installed ("ntps-2016-17"). Writes `folder`, whole or not at
 * all: a tariff.json with a CSV file for each table, in folders below it if the profile makes
 * several tariffs. A folder that an earlier import wrote is replaced; RK_CONFLICT for another that
 * is not empty. A sheet or header that is not in the workbook is reported with the nearest. */
RK_API rk_status rk_tariff_import(const char *file, const char *profile, const char *folder,
                                  rk_import **out_import, rk_problems *problems);

/* Frees it; NULL does nothing. */
RK_API void rk_import_free(rk_import *import);

/* Returns the number of tables that were written. */
RK_API size_t rk_import_count(const rk_import *import);

/* Returns a table that was written. */
RK_API const rk_imported *rk_import_at(const rk_import *import, size_t index);

/* ------------------------------------------------------------------ differences
 *
 * Two tariffs, `from` and `to`, cell by cell; and what they make of a contract's money. In arrays
 * of two, [0] is of `from` and [1] of `to`. */

typedef struct rk_tariff_diff rk_tariff_diff;

/* How a cell differs. */
typedef enum rk_price_move {
    RK_PRICE_ROSE = 0, /* a number, now larger */
    RK_PRICE_FELL,
    RK_PRICE_APPEARED, /* it had no value, or its row or column was not there */
    RK_PRICE_WENT,     /* it has none now */
    RK_PRICE_ALTERED,  /* a text, now another */
    RK_PRICE_MOVES     /* how many there are */
} rk_price_move;

typedef struct rk_tariff_diff_view {
    const rk_tariff_view *tariff[2];
    size_t n_columns; /* of prices, in the order of the tariffs' tables */
    size_t moved[RK_PRICE_MOVES];
    size_t same;
    /* The rest is zero unless a contract is given. */
    const char *contract; /* its id */
    const char *title;    /* or NULL */
    const char *basis;    /* or NULL */
    const char *arrangement;
    const char *currency;
    int places; /* decimals of money */
    rk_num total[2];
    rk_num difference;
    rk_num of_prices; /* the part of it that is of rows which both price; the rest is of rows that
                       * one does not, and of what no rows make */
    size_t n_groupings;
    size_t n_settled;
    size_t n_unpriced;
    uint64_t
        unpriced_rows[2]; /* in all; keys beyond the first 1,000 of a component are not listed */
} rk_tariff_diff_view;

/* A column of a table of prices. */
typedef struct rk_price_column {
    const char *table;
    const char *column;      /* NULL: the table has nothing but its key */
    const char *const *keys; /* n_keys names */
    size_t n_keys;
    const char *skipped; /* why it was not compared; NULL if it was */
    size_t same;
    size_t moved[RK_PRICE_MOVES];
    size_t n_changes;
} rk_price_column;

typedef struct rk_price_change {
    const char *const *key; /* a value for each key of the column */
    rk_price_move move;
    const char *value[2]; /* as written; NULL: none */
    rk_num difference;    /* of numbers that rose or fell; else NULL */
    rk_num percent;       /* the same in hundredths of the first; NULL if that is zero */
} rk_price_change;

/* A grouping of the rows that were priced. The amounts of its groups and those of the settled
 * components add up to the totals. */
typedef struct rk_effect_grouping {
    const char *const *columns; /* n_columns names */
    size_t n_columns;
    size_t n_groups;
} rk_effect_grouping;

typedef struct rk_effect_group {
    const char *const *key; /* a value for each column; NULL: blank */
    rk_num quantity[2];     /* that was priced */
    rk_num amount[2];
    rk_num difference;
} rk_effect_group;

/* A component, or the part of one, that is not the sum of its rows. */
typedef struct rk_effect_settled {
    const char *component;
    rk_num amount[2];
    rk_num difference;
} rk_effect_settled;

/* A key that one of the tariffs does not price, or neither. */
typedef struct rk_effect_unpriced {
    const char *const *columns; /* n_columns names */
    const char *const *values;  /* n_columns values; NULL: blank */
    size_t n_columns;
    const char *reason;
    rk_num quantity[2]; /* without a price; NULL: it has one */
    rk_num amount[2];   /* that the key is paid; NULL: nothing, or not known */
} rk_effect_unpriced;

/* Compares two tariffs (paths, folders or URLs). With `contract`, the path of one, evaluates its
 * arrangement (NULL: its own choice) with each of them in place of its own tariffs, on whatever
 * days they are in force, and groups rows by the session's `group_by`; if that is NULL by HRG
 * chapter, by provider and by pod, as far as its tables have them. In `group_by`, "hrg_chapter"
 * stands for the first letter of `hrg`, and "hrg_subchapter" for the first two.
 *
 * Returns RK_OK, or the first fault; then *out_diff is NULL. */
RK_API rk_status rk_tariff_diff_open(rk_session *session, const char *from, const char *to,
                                     const char *contract, const char *arrangement,
                                     rk_tariff_diff **out_diff, rk_problems *problems);

/* Frees it; NULL does nothing. */
RK_API void rk_tariff_diff_free(rk_tariff_diff *diff);

/* Returns what a comparison says of itself; never NULL. */
RK_API const rk_tariff_diff_view *rk_tariff_diff_read(const rk_tariff_diff *diff);

/* Returns a column, in the order of the tables of `from`; then those that only `to` has. */
RK_API const rk_price_column *rk_tariff_diff_column(const rk_tariff_diff *diff, size_t index);

/* Returns a change of a column: those that rose or fell, the largest part of the price first; then
 * those that appeared, went and were altered. */
RK_API const rk_price_change *rk_price_column_change(const rk_price_column *column, size_t index);

/* Returns the word of a move: "rose", "fell", "appeared", "went" or "altered". */
RK_API const char *rk_price_move_word(rk_price_move move);

/* Returns a grouping. */
RK_API const rk_effect_grouping *rk_tariff_diff_grouping(const rk_tariff_diff *diff, size_t index);

/* Returns a group, the largest difference first. */
RK_API const rk_effect_group *rk_effect_grouping_group(const rk_effect_grouping *grouping,
                                                       size_t index);

/* Returns the settled part of a component, which is not the sum of its rows. */
RK_API const rk_effect_settled *rk_tariff_diff_settled(const rk_tariff_diff *diff, size_t index);

/* Returns a key without a price in one tariff or both, the largest quantity first. */
RK_API const rk_effect_unpriced *rk_tariff_diff_unpriced(const rk_tariff_diff *diff, size_t index);

/* Returns the contract's result with the first (0) or the second (1) tariff; NULL without a
 * contract. It belongs to the comparison. */
RK_API const rk_result *rk_tariff_diff_result(const rk_tariff_diff *diff, size_t index);

/* A list of copies of documents. */
typedef struct rk_copies rk_copies;

typedef struct rk_copy {
    const char *state; /* "fetched", "unchanged", "cached", "failed"; "intact", "damaged" */
    const char *url;   /* or NULL, as the next two */
    const char *path;
    const char *sha256;
    int64_t fetched_at; /* Unix time that it was last known to be current; 0: unknown */
    size_t size_bytes;  /* 0 without a sha256 */
} rk_copy;

/* Fetches URLs (NULL at the end) into the cache, and checks that each is a tariff. `sha256`
 * pins the digest of a single URL; NULL: any.
 *
 * Returns RK_OK, or the first fault. *out_copies has an entry for each URL, those that failed
 * among them; it is NULL if there are no URLs, if the arguments exclude each other, or if
 * memory runs out. */
RK_API rk_status rk_copies_fetch(rk_session *session, const char *const *urls, const char *sha256,
                                 rk_copies **out_copies, rk_problems *problems);

/* Lists what the cache holds. With `verify` it compares each copy with its digest, and
 * reports those that are damaged; *out_copies is made even then. */
RK_API rk_status rk_copies_cached(rk_session *session, bool verify, rk_copies **out_copies,
                                  rk_problems *problems);

/* Frees a list; NULL does nothing. */
RK_API void rk_copies_free(rk_copies *copies);

/* Returns the number of copies. */
RK_API size_t rk_copies_count(const rk_copies *copies);

/* Returns a copy. */
RK_API const rk_copy *rk_copies_at(const rk_copies *copies, size_t index);

#ifdef __cplusplus
}
#endif
#endif
