/* SPDX-License-Identifier: MIT
 *
 * duplicates.h: rows that are the same as an earlier one.
 *
 * Rows are the same if their hashes are: 64 bits of XXH3, so two different rows among 300,000 are
 * taken for one with a probability of one in 400 million.
 */
#pragma once

#include "table/columns.h"
#include "table/table.h"

/* Where a row stands, and the hash of what makes it the same as another. */
typedef struct rk__row_mark {
    uint64_t hash;
    uint32_t block, row; /* as of rk__scan_batch; block 0 and the row's index in a loaded table */
} rk__row_mark;

/* Whether a column of this name tells rows apart: `id`, `spell_id`, `SpellID`, `NHS number`. Rows
 * that are equal in all cells are the same row only where there is one; elsewhere they may be two
 * patients who are alike. */
bool rk__names_a_row(const char *name, size_t length);

/* Leaves of *n marks (in any order) those of rows that repeat an earlier one, by place. Sets *n.
 * RK_NO_MEMORY or RK_OK. */
rk_status rk__marks_repeats(rk__row_mark *marks, size_t *n);

/* Whether the table is one in which repeated rows are looked for. */
bool rk__table_tells_rows(const rk__table *table);

/* The rows of a loaded table that repeat an earlier one: in all cells, or in those of `unique`. To
 * be freed by rk__free. RK_NO_MEMORY or RK_OK. */
rk_status rk__table_repeats(const rk__table *table, rk__row_mark **out, size_t *n);

/* That a table has the columns of its `unique`. */
rk_status rk__unique_check(const rk__table_spec *spec, const rk__named_column *columns, size_t n,
                           rk_problems *problems);
