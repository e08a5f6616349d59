/* SPDX-License-Identifier: MIT
 *
 * workbook.h: the sheets of an .xlsx workbook, and their rows in order.
 *
 * Sheets are streamed: memory depends neither on their rows nor on the strings that they share.
 * Nothing outside the file is ever opened, and formulas are not computed: their stored values
 * are read.
 *
 * Threads: a workbook and its sheets belong to one thread at a time.
 */
#pragma once

#include "base/alloc.h"
#include "base/problems.h"

#define RK__SHEET_MAX_ROWS    1048576
#define RK__SHEET_MAX_COLUMNS 16384

typedef struct rk__workbook rk__workbook;
typedef struct rk__sheet rk__sheet;

/* Whether bytes begin an archive, or a workbook of an older format. */
bool rk__workbook_begins(const char *bytes, size_t length);

/* Opens the workbook in a regular file. `fd` stays the caller's; `name` is what messages call
 * it, and is borrowed. */
rk_status rk__workbook_open(int fd, const char *name, rk__workbook **out, rk_problems *problems);
/* Close its sheets first. */
void rk__workbook_close(rk__workbook *workbook);
size_t rk__workbook_n_sheets(const rk__workbook *workbook);
/* Sheet i in the order of the tabs, hidden ones too. */
const char *rk__workbook_sheet_name(const rk__workbook *workbook, size_t i);

/* Opens a sheet by name; NULL: the only visible one. RK_UNKNOWN_TABLE with the nearest name if
 * there is none, or several to choose from. */
rk_status rk__sheet_open(rk__workbook *workbook, const char *name, rk__sheet **out,
                         rk_problems *problems);
void rk__sheet_close(rk__sheet *sheet);
const char *rk__sheet_name(const rk__sheet *sheet);

typedef enum rk__sheet_kind {
    RK__SHEET_TEXT,
    RK__SHEET_NUMBER, /* the shortest text of at most 15 digits, without an exponent */
    RK__SHEET_DATE,   /* "2016-04-05", "2016-04-05 13:30:00" or "13:30:00" */
    RK__SHEET_BOOL,   /* "TRUE" or "FALSE" */
    RK__SHEET_ERROR,  /* "#N/A"; "#UNCALCULATED!" for a formula without a stored value */
} rk__sheet_kind;

typedef struct rk__sheet_cell {
    uint32_t column; /* from 0 */
    rk__sheet_kind kind;
    const char *text; /* UTF-8, NUL after it */
    size_t length;
} rk__sheet_cell;

typedef struct rk__sheet_row {
    uint32_t number; /* from 1, as the spreadsheet shows it */
    size_t n;
    const rk__sheet_cell *cells; /* those that hold something, by column */
} rk__sheet_row;

/* The next row that has a cell; NULL at the end. Valid until the next call. A merged cell's value
 * is at its first place only. Fails with a problem that names the cell. */
rk_status rk__sheet_next(rk__sheet *sheet, const rk__sheet_row **out, rk_problems *problems);

/* A problem of a cell: "sheet 'Prices', cell D7: ...". `column` from 0; UINT32_MAX for a whole row,
 * `row` 0 for the whole sheet. */
rk_status rk__sheet_problem(const rk__sheet *sheet, uint32_t column, uint32_t row,
                            rk_problems *problems, rk_status status, const char *hint,
                            const char *format, ...) __attribute__((format(printf, 7, 8)));
