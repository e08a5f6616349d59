/* SPDX-License-Identifier: MIT
 *
 * take.h: the rows of a table, taken from the sheets of a workbook.
 */
#pragma once

#include "import/profile.h"
#include "workbook/workbook.h"

typedef struct rk__import_row {
    const char **cells; /* by column of the table; NULL: blank */
    const char *sheet;  /* and the row that it is of */
    uint32_t number;
} rk__import_row;

typedef struct rk__import_rows {
    rk__arena arena;
    rk__import_row *list;
    size_t n, capacity;
} rk__import_rows;

/* Takes the rows of a table, in the order of its blocks. Problems name the sheet and the cell: a
 * missing header with the nearest text, a cell that is not a number, a key that is blank or occurs
 * twice. `file` is the workbook's name in problems. */
rk_status rk__import_take_table(rk__workbook *workbook, const char *file,
                                const rk__import_table *table, rk__import_rows *out,
                                rk_problems *problems);
void rk__import_rows_dispose(rk__import_rows *rows);
