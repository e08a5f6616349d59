/* SPDX-License-Identifier: MIT
 *
 * diff.h: two files of priced rows, or two results: what was added, removed and changed, and what
 * to challenge. Included by reckoner.h.
 *
 * Rows are matched by a key. Of several with the same key, equal ones are matched first, then the
 * rest in their order. Amounts of what was added and changed, less those of what was removed, are
 * the difference of the totals, exactly.
 *
 * Ownership, threads and stability are as in ledger.h.
 */
#ifndef RECKONER_DIFF_H
#define RECKONER_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "num.h"
#include "problem.h"
#include "sink.h"
#include "tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Begin as RK_DIFF_INIT. */
typedef struct rk_diff_options {
    size_t size;
    const char *const *key; /* columns; NULL: spell_id. Not for results */
    const char *challenges; /* path of a "challenges/1" document; NULL: none */
} rk_diff_options;
#define RK_DIFF_INIT                    \
    {                                   \
        .size = sizeof(rk_diff_options) \
    }

typedef struct rk_diff rk_diff;

typedef enum rk_diff_kind {
    RK_DIFF_ADDED = 0,
    RK_DIFF_REMOVED,
    RK_DIFF_CHANGED,
    RK_DIFF_SAME
} rk_diff_kind;

typedef struct rk_diff_view {
    const char *a, *b; /* paths */
    bool results;      /* they are results; else files of rows */
    const char *const *key;
    size_t n_key; /* names of the key columns */
    rk_num total_a, total_b, difference;
    uint64_t rows_a, rows_b;
    uint64_t count[4]; /* rows by rk_diff_kind */
    rk_num amount[4];  /* their part of the difference; 0 for RK_DIFF_SAME */
    size_t n_entries;  /* rows that were added, removed or changed, by key */
    size_t n_reasons;  /* combinations of columns that changed */
    size_t n_rules, n_challenges;
} rk_diff_view;

typedef struct rk_diff_change {
    const char *column, *a, *b; /* NULL: blank */
} rk_diff_change;

typedef struct rk_diff_entry {
    rk_diff_kind kind;
    const char *const *key; /* NULL: blank */
    rk_num a, b;            /* amounts; NULL: no such row, or no amount */
    rk_num difference;
    size_t n_changes;
} rk_diff_entry;

/* Rows that changed in the same columns. */
typedef struct rk_diff_reason {
    const char *columns; /* "hrg, los, amount" */
    uint64_t rows;
    rk_num amount;
} rk_diff_reason;

/* A rule of the challenges. */
typedef struct rk_challenge_rule {
    const char *id, *title;
    const char *skipped;  /* why it was not applied; or NULL */
    uint64_t rows, fresh; /* challenged in B; of these, not in A */
    rk_num value;
} rk_challenge_rule;

typedef struct rk_challenge {
    size_t rule;
    const char *const *key; /* as of an entry */
    uint64_t row;           /* of B, from 1 */
    const char *detail;
    rk_num value; /* NULL: none */
    bool fresh;   /* no row of A with this key is challenged by the rule */
} rk_challenge;

/* Compares two files of priced rows (rk_options.rows_file), or two results in JSON. */
RK_API rk_status rk_diff_find(rk_session *session, const char *a, const char *b,
                              const rk_diff_options *options, rk_diff **out_diff,
                              rk_problems *problems);

/* Frees a comparison; NULL does nothing. */
RK_API void rk_diff_free(rk_diff *diff);

/* Returns what a comparison says of itself; never NULL. */
RK_API const rk_diff_view *rk_diff_read(const rk_diff *diff);

/* Returns a row that was added, removed or changed, in the order of the keys. */
RK_API const rk_diff_entry *rk_diff_entry_at(const rk_diff *diff, size_t index);

/* Returns a column that changed, of an entry that did. */
RK_API const rk_diff_change *rk_diff_change_at(const rk_diff *diff, size_t entry, size_t index);

/* Returns the rows that changed in the same columns, the largest amount first. */
RK_API const rk_diff_reason *rk_diff_reason_at(const rk_diff *diff, size_t index);

/* Returns a rule of the challenges, in the order of their document. */
RK_API const rk_challenge_rule *rk_diff_rule_at(const rk_diff *diff, size_t index);

/* Returns a challenge, by rule and then by row. */
RK_API const rk_challenge *rk_diff_challenge_at(const rk_diff *diff, size_t index);

/* Writes what was added, removed and changed, and what is challenged. CSV has a row for each
 * challenge if challenges were asked for, else one for each column that changed. */
RK_API rk_status rk_report_diff(const rk_diff *diff, rk_format format, const rk_sink *sink);

#ifdef __cplusplus
}
#endif
#endif
