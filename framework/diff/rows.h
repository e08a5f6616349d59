/* SPDX-License-Identifier: MIT
 *
 * rows.h: rows of either input of a comparison, as texts.
 */
#pragma once

#include "number/num.h"
#include "reckoner/reckoner.h"
#include "table/table.h"

typedef struct rk__rowset {
    const char *path;
    rk__table *table;   /* of a file of rows; or NULL */
    rk__json *document; /* of a result; or NULL */
    bool workbook;      /* numbers have lost the zeros at their end */
    const char **columns;
    size_t n_columns;
    const char **cells; /* by row and column */
    size_t n_rows, capacity;
    rk_int128 *amount; /* by row, in millionths; 0 if it has none */
    rk_int128 total;
} rk__rowset;

/* Reads a file of priced rows, or a result document. Dispose in any case. */
rk_status rk__rowset_open(const char *path, const rk__access *access, rk__arena *arena,
                          rk__rowset *out, rk_problems *problems);
void rk__rowset_dispose(rk__rowset *rows);

/* The index of a column, or -1. */
int rk__rowset_find(const rk__rowset *rows, const char *column);
/* The text of a cell; NULL if blank, or if the column is -1. */
static inline const char *rk__rowset_cell(const rk__rowset *rows, size_t row, int column)
{
    return column < 0 ? NULL : rows->cells[row * rows->n_columns + (size_t) column];
}
