/* SPDX-License-Identifier: MIT
 *
 * sheet.h: the rows of a sheet, for its two layouts: sheet_text.c and sheet.c (Markdown).
 */
#pragma once

#include "report/report.h"

typedef struct rk__sheet_row {
    rk__row_kind kind;
    const char **cells; /* of the arena of the page */
    size_t n, capacity;
} sheet_row;

/* "" if the row has none. */
static inline const char *rk__sheet_cell_of(const sheet_row *row, size_t column)
{
    return column < row->n && row->cells[column] != NULL ? row->cells[column] : "";
}

/* Whether the first cell of a row takes the whole line. */
static inline bool rk__sheet_spans(const sheet_row *row)
{
    return row->kind == RK__ROW_NOTE || (row->kind == RK__ROW_HEAD && row->n <= 1);
}
