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
    rk__totals *totals; /* taken over where `take` and the key is the whole combination */
    bool take;
    const size_t *positions;
    size_t n;
    rk__dict *const *dicts;
    const char *const *names;
    size_t n_elements;
    int places; /* 6, 12, or 0 where rows are not priced */
} rk__groups_input;

rk_status rk__groups_fold(const rk__groups_input *input, rk_groups **out);
void rk__groups_free(rk_groups *table);
