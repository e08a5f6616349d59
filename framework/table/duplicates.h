/* SPDX-License-Identifier: MIT
 *
 * duplicates.h: rows that are the same as an earlier one.
 *
 * Rows are the same if their hashes are: 64 bits of XXH3, so the chance that any two different rows
 * among 300,000 are taken for the same is one in 400 million.
 */
#pragma once

#include "table/columns.h"
#include "table/table.h"

/* The place of a row, and the hash of the cells that are compared. */
typedef struct rk__row_mark {
    uint64_t hash;
    uint32_t block, row; /* as of rk__scan_batch; block 0 and the row's index in a loaded table */
} rk__row_mark;

/* Whether a column of this name identifies rows: `id`, `spell_id`, `SpellID`, `NHS number`. Rows
 * that are equal in all cells are the same row only if there is such a column; otherwise they may
 * be two similar patients. */
bool rk__names_a_row(const char *name, size_t length);

/* Keeps, of *n marks in order of place, those of rows that repeat an earlier one, and sets *n.
 * RK_NO_MEMORY or RK_OK. */
rk_status rk__marks_repeats(rk__row_mark *marks, size_t *n);

/* Whether the table is one in which repeated rows are looked for. */
bool rk__table_tells_rows(const rk__table *table);

/* The rows of a loaded table that repeat an earlier one: in all cells, or in those of `unique`.
 * Free it with rk__free. RK_NO_MEMORY or RK_OK. */
rk_status rk__table_repeats(const rk__table *table, rk__row_mark **out, size_t *n);

/* Checks that a table has the columns of its `unique`. */
rk_status rk__unique_check(const rk__table_spec *spec, const rk__named_column *columns, size_t n,
                           rk_problems *problems);
