/* SPDX-License-Identifier: MIT
 *
 * result_cells.h: rows of cells, as lines of CSV or packed for the database.
 *
 * Packed, a row begins with a letter for its table, and each cell is a text that ends with a
 * NUL: empty for NULL, else '=' and the value. SQLite converts values to the type of their
 * column.
 */
#pragma once

#include "batch/wire.h"
#include "report/report.h"

typedef struct rk__cells {
    rk__buf *out;
    rk__page *page; /* for what report/ allocates */
    rk__batch_kind kind;
    bool safe;   /* of CSV: rk_options.csv_safe */
    size_t last; /* where the value of the last cell begins */
} rk__cells;

/* The value is made valid UTF-8, as in JSON. NULL: an empty cell. */
void rk__cell_text(rk__cells *c, const char *text);
void rk__cell_count(rk__cells *c, uint64_t count);
/* A line or column of a file; 0: an empty cell. */
void rk__cell_place(rk__cells *c, uint32_t place);
/* At most RK__LINE_PLACES decimals, or '*' if hidden. NULL: an empty cell. */
void rk__cell_number(rk__cells *c, rk_num number, bool hidden);
/* Exactly `places` decimals. NULL: an empty cell. */
void rk__cell_money(rk__cells *c, rk_num amount, int places);
/* The last cell's value in millionths; empty if it is not a number, or too large. */
void rk__cell_micros(rk__cells *c);
void rk__cell_blanks(rk__cells *c, int n);
/* Ends a line of CSV. */
void rk__cell_end(const rk__cells *c);
