/* SPDX-License-Identifier: MIT
 *
 * groups.h: the totals of groups after a pass, independent of the workers that
 * folded them.
 */
#ifndef RK_TOTALS_GROUPS_H
#define RK_TOTALS_GROUPS_H

#include "totals/combiner.h"

/* Totals of groups of rows, sorted by key (byte order, blank first). May hold
 * millions of groups, so values are scaled integers rather than rk_nums. */
typedef struct rk__group_table rk__group_table;
size_t rk__groups_count(const rk__group_table *table);
size_t rk__groups_n_columns(const rk__group_table *table);
const char *rk__groups_column(const rk__group_table *table, size_t column);
/* The text of a group's key column; NULL where blank. */
const char *rk__groups_key(const rk__group_table *table, size_t group, size_t column,
                           size_t *length);
/* For writers of millions of groups. Texts of a key column have ranks from 1 to n in
 * their order, blank is 0. */
uint32_t rk__groups_rank(const rk__group_table *table, size_t group, size_t column);
size_t rk__groups_n_texts(const rk__group_table *table, size_t column);
const char *rk__groups_text(const rk__group_table *table, size_t column, uint32_t rank,
                            size_t *length);
/* All lanes of a group where each fits 64 bits; else NULL. rk__groups_fetch asks for a
 * group that is soon to be read. */
const int64_t *rk__groups_lanes(const rk__group_table *table, size_t group);
void rk__groups_fetch(const rk__group_table *table, size_t group);
#define RK__LANE_ROWS     0 /* whole */
#define RK__LANE_QUANTITY 1 /* millionths */
#define RK__LANE_AMOUNT   2 /* in units of 10^-places, as each element */
#define RK__LANE_ELEMENT  3 /* and on, by element */
rk_int128 rk__groups_value(const rk__group_table *table, size_t group, size_t lane);
/* 6 for rows that are rounded, 12 for exact ones; 0 where the rule prices no rows (and
 * there are no amount and element lanes). */
int rk__groups_places(const rk__group_table *table);
void rk__groups_free(rk__group_table *table);

/* What to fold: slots of `totals`, numbered by `combiner`, by the columns at
 * `positions` of the combination. dicts[k] and names[k] are of the k-th of these. */
typedef struct rk__groups_input {
    const rk__combiner *combiner;
    rk__totals *totals; /* taken over where `take` and the key is the whole combination */
    bool take;
    const size_t *positions;
    size_t n;
    rk__dict *const *dicts;
    const char *const *names;
    size_t n_elements;
    int places; /* 6, 12, or 0 where rows are not priced */
} rk__groups_input;

rk_status rk__groups_fold(const rk__groups_input *input, rk__group_table **out);

#endif
