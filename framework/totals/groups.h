/* SPDX-License-Identifier: MIT
 *
 * groups.h: the totals of groups after a pass, independent of the workers that folded
 * them. They are read by the functions of include/reckoner/ledger.h.
 */
#pragma once

#include "reckoner/ledger.h"
#include "totals/combiner.h"

/* What to fold: slots of `totals`, numbered by `combiner`, by the columns at
 * `positions` of the combination. dicts[k] and names[k] are of the k-th of these. */
typedef struct rk__groups_input {
    const rk__combiner *combiner;
    rk__totals *totals; /* ownership moves if `take` and the key is the whole combination */
    bool take;
    const size_t *positions;
    size_t n;
    rk__dict *const *dicts;
    const char *const *names;
    size_t n_elements;
    int places; /* 6, 12, or 0 if rows are not priced */
    bool dealt; /* amounts only: the table has no rows or quantities of its own */
} rk__groups_input;

rk_status rk__groups_fold(const rk__groups_input *input, rk_groups **out);
void rk__groups_free(rk_groups *table);

/* groups_join.c: tables with the same key columns as one. */

typedef struct rk__groups_part {
    const rk_groups *table;
    bool amounts, quantities; /* what is taken of it */
} rk__groups_part;

/* Adds up the parts by key, without elements, amounts to twelve places. RK_CONFLICT if their key
 * columns differ, RK_OVERFLOW if a sum does not fit. */
rk_status rk__groups_join(const rk__groups_part *parts, size_t n, rk_groups **out);
/* A dealt table with the keys of `table` and these amounts, by group, to twelve places; `blank` is
 * added to the group without a key, unless zero. */
rk_status rk__groups_dealt(const rk_groups *table, const rk_int128 *amounts, rk_int128 blank,
                           rk_groups **out);
