/* SPDX-License-Identifier: MIT
 *
 * challenge.h: a document of challenges, read.
 */
#pragma once

#include "diff/diff.h"

/* Columns of a table's key. */
#define RK__MAX_CHALLENGE_KEYS 8

typedef enum rk__challenge_kind {
    RK__CHALLENGE_WHERE = 0, /* rows that meet the conditions */
    RK__CHALLENGE_DUPLICATE, /* rows with the same texts in some columns, except the first */
    RK__CHALLENGE_OVERLAP,   /* stays of one patient that begin before an earlier one ends */
    RK__CHALLENGE_UNPRICED   /* rows without a price */
} rk__challenge_kind;

/* A condition on a column; all members that are given must hold. */
typedef struct rk__condition {
    const char *column;
    const char *const *patterns; /* any of them; NULL: no condition */
    size_t n_patterns;
    rk_num above, below; /* NULL: not asked */
    int blank;           /* 1 or 0; -1: not asked */
    /* The number must differ from that of a table by the table's key. */
    const rk__table *table;
    int table_column; /* -1: not asked */
} rk__condition;

typedef struct rk__challenge_rule {
    const char *id, *title;
    rk__challenge_kind kind;
    rk__condition *where;
    size_t n_where;
    const char *const *columns; /* DUPLICATE: all of them; OVERLAP: by, start, end */
    size_t n_columns;
    const char *value; /* column of the value; "amount" */
} rk__challenge_rule;

typedef struct rk__challenge_set {
    rk__json *document;
    rk__challenge_rule *rules;
    size_t n_rules;
    rk__table **tables;
    size_t n_tables;
} rk__challenge_set;

/* challenge_read.c: reads a document "challenges/1". Dispose in any case. */
rk_status rk__challenge_set_open(const char *path, const rk__access *access, rk__arena *arena,
                                 rk__nums *nums, rk__challenge_set *out, rk_problems *problems);
void rk__challenge_set_dispose(rk__challenge_set *set);
