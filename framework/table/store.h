/* SPDX-License-Identifier: MIT
 *
 * store.h: the layout of a loaded table, only for the files of this room.
 *
 * Cells are stored row by row, n_sources to a row. Those of rows in place are the
 * document's values; those of files are spans of one block of text, eight bytes
 * each, so that a table of a million cells costs little beside its text.
 */
#pragma once

#include "table/column.h"
#include "table/columns.h"
#include "table/table.h"

#define RK__CELL_TYPES 7

/* Of rk__table.text; offset 0 is a missing cell. The text has a NUL after it. */
typedef struct rk__table_span {
    uint32_t offset, length;
} rk__table_span;

typedef struct rk__table_line {
    uint32_t file, line;
} rk__table_line;

typedef struct rk__table_file {
    const char *path;
    const char *sheet; /* of a workbook; or NULL */
    char digest[RK__XXH3_TEXT];
    const int32_t *fields; /* by source: its field in this file, or -1 */
} rk__table_file;

struct rk__table {
    rk__table_spec spec;
    rk__arena arena; /* names, columns, files */
    rk__named_column *columns;
    size_t n_columns, n_sources, n_rows;
    rk__column **typed; /* n_columns x RK__CELL_TYPES, made on demand */

    const rk__value **rows;  /* in place: the objects */
    const rk__value **cells; /* in place: n_rows x n_sources, NULL where absent */
    size_t rows_capacity, cells_capacity;

    rk__buf text; /* of files, from here on */
    rk__table_span *spans;
    rk__table_line *lines;
    rk__table_file *files;
    size_t n_files;
    struct rk__total_row *totals; /* left out, one for a file at most */
    size_t n_totals;
    size_t spans_capacity, lines_capacity;
};

/* files.c: loading CSV files. */

/* Fills an empty table from its files. On failure it is fit for rk__table_free. */
rk_status rk__table_load_files(rk__table *table, const rk__access *access, rk_problems *problems);

/* keys.c: the keys of a table that is looked up. */

/* Checks that key columns exist, that no key cell is blank and, with `unique`, that no key
 * occurs twice. */
rk_status rk__table_check_keys(const rk__table *table, bool unique, rk_problems *problems);

/* rows.c: loading the rows of a document. */

/* Fills an empty table from the rows of its document. On failure it is fit for
 * rk__table_free. */
rk_status rk__table_load_rows(rk__table *table, rk_problems *problems);
/* Gives a table in place other rows, each with the keys that the table's have, in their order. Rows
 * of which some have other keys must be those that the table has; else RK_CONFLICT. */
rk_status rk__table_set_rows(rk__table *table, const rk__value *rows);
