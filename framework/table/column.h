/* SPDX-License-Identifier: MIT
 *
 * column.h: typed values and columns of a table's cells.
 */
#pragma once

#include "base/text.h"
#include "table/table.h"

typedef enum rk__cell_type {
    RK__CELL_TEXT = 1,    /* v: code in `dict` */
    RK__CELL_DECIMAL = 2, /* v: millionths */
    RK__CELL_INTEGER = 3, /* v: whole number; "18.0" is 18 */
    RK__CELL_BOOL = 4,    /* v: 0 or 1 */
    RK__CELL_RATIO = 5,   /* v: millionths of a ratio that may be written "4.75%" */
    RK__CELL_DATE = 6,    /* v: days since 1970-01-01, of a date such as "2016-04-01" */
    RK__CELL_FACTOR = 7,  /* v: units of 1e-12 */
} rk__cell_type;

typedef struct rk__column {
    rk__cell_type type;
    size_t n;
    int64_t *v; /* 0 where missing */
    uint8_t *has;
    rk__dict *dict; /* RK__CELL_TEXT */
} rk__column;

/* A typed column, made on first use and cached. `column` is from rk__table_find. Fails as
 * rk__cell_convert does, with a problem for each cell. Thread-safe only if called before the
 * table is shared. */
rk_status rk__table_column(rk__table *table, int column, rk__cell_type type, const rk__column **out,
                           rk_problems *problems);
/* Converts the text of one cell to a typed value. Returns RK_OK; or RK_WRONG_TYPE, RK_OUT_OF_RANGE
 * or, for a number past what a decimal holds, RK_OVERFLOW, with *why a static phrase ("is not a
 * number", "has more than six decimal places"). Not for TEXT. */
rk_status rk__cell_convert(rk__cell_type type, const char *text, size_t length, int64_t *out,
                           const char **why);
/* The same for a date, as 2016-04-01. */
rk_status rk__table_date(const rk__table *table, int column, size_t row, rk__buf *scratch,
                         const char **text, size_t *length, const char **why);
/* What to do about a `why`, or NULL. For a file, that its table can declare how it is written. */
const char *rk__cell_hint(const char *why, bool of_file);
/* The text of a number in a cell: as rk__table_cell, read as its table declares numbers. It may be
 * in `scratch`, and ends with a NUL; *text is NULL if the cell is missing. RK_OK, RK_NO_MEMORY, or
 * the status of a cell that is not written as declared, with *why. */
rk_status rk__table_number(const rk__table *table, int column, size_t row, rk__buf *scratch,
                           const char **text, size_t *length, const char **why);
void rk__table_free_columns(rk__table *table);
