/* SPDX-License-Identifier: MIT
 *
 * grid.h: texts in rows and columns, aligned and wrapped for a terminal or as a Markdown table.
 */
#pragma once

#include "base/alloc.h"

#define RK__GRID_COLUMNS 5

/* Starts as {0} but for `columns`; the first row is the header. Cells are copied. */
typedef struct rk__grid {
    size_t columns, rows, capacity;
    const char *(*cell)[RK__GRID_COLUMNS];
    rk__arena arena;
    int failed;
} rk__grid;

/* Adds a row; a NULL cell is empty. */
void rk__grid_row(rk__grid *grid, const char *const *cells);
void rk__grid_text(rk__buf *out, const rk__grid *grid, int indent, int width);
void rk__grid_markdown(rk__buf *out, const rk__grid *grid);
void rk__grid_dispose(rk__grid *grid);

/* One paragraph, wrapped. */
void rk__paragraph(rk__buf *out, const char *text, int indent, int width);
