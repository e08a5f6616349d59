/* SPDX-License-Identifier: MIT
 *
 * settled_cell.h: finding a cell of a table that is settled.
 */
#pragma once

#include <string.h>

#include "ledger/instance.h"

/* A cell, its own or looked up. */
typedef struct rk__settled_at {
    const char *text; /* NULL: missing */
    size_t length;
    rk__table *table; /* the table that it is in, with its column and row there */
    int column;
    size_t row;
} rk__settled_at;

/* A rule mostly names a table with the same literal. */
static inline bool rk__same_name(const char *a, const char *b)
{
    return a == b || strcmp(a, b) == 0;
}

/* A chain of lookups: a column, and the one that waits for it as its key. */
typedef struct rk__lookup_chain {
    const rk_column *column;
    const struct rk__lookup_chain *before;
} rk__lookup_chain;

/* Fails with RK_CYCLE if the last column of the chain waits for itself. The message shows the
 * circle: "area needs provider needs area". */
rk_status rk__lookup_chain_check(const rk__instance *instance, const rk__lookup_chain *last,
                                 rk_problems *problems);
/* The lookup of a column that its table lacks; NULL if none. */
rk_status rk__settled_lookup(rk__instance *instance, const rk_column *column, rk__lookup **out,
                             rk_problems *problems);
/* The cell of a rule's column in a row of its table. */
rk_status rk__settled_cell(rk__instance *instance, const rk__settle_table *t,
                           const rk_column *column, size_t row, rk__settled_at *out,
                           rk_problems *problems);
