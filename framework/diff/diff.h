/* SPDX-License-Identifier: MIT
 *
 * diff.h: a comparison inside the library.
 */
#pragma once

#include "diff/rows.h"

typedef struct rk__diff_entry {
    struct rk_diff_entry;
    size_t row_a, row_b; /* SIZE_MAX: none */
    rk_diff_change *changes;
} rk__diff_entry;

/* The key of a row, as one text. */
typedef struct rk__keyed {
    const char *text;
    size_t row;
} rk__keyed;

struct rk_diff {
    struct rk_diff_view;
    rk__arena arena;
    rk__nums nums;
    rk__rowset rows[2];
    int *key_at[2];      /* columns of the key in either */
    rk__keyed *keyed[2]; /* sorted by text and row */
    rk__diff_entry *entries;
    size_t entries_capacity;
    rk_diff_reason *reasons;
    rk_challenge_rule *rules;
    rk_challenge *challenges;
    size_t challenges_capacity;
};

/* challenge.c: applies the rules of a document to the rows of B, and to those of A to find which
 * challenges are new. */
rk_status rk__challenges_find(rk_diff *diff, const char *path, const rk__access *access,
                              rk_problems *problems);
/* Reads a document of challenges and its tables, to check it. */
rk_status rk__challenges_check(const char *path, const rk__access *access, rk_problems *problems);
/* The texts of a row's key, in the arena; NULL if out of memory. */
const char *const *rk__diff_key(rk_diff *diff, int side, size_t row);
