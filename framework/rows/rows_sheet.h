/* SPDX-License-Identifier: MIT
 *
 * rows_sheet.h: the rows of a CSV file as a workbook: --rows NAME.xlsx, batch --out NAME.xlsx.
 *
 * It takes the text of the CSV file in pieces, so that both hold the same. Rows leave memory as
 * they are written; a sheet that is full is followed by another. Threads: one.
 */
#pragma once

#include <stdio.h>

#include "base/problems.h"

typedef struct rk__rows_sheet rk__rows_sheet;

/* A workbook with a title, whose sheets are called `name` (at most 20 letters; borrowed). RK_IO
 * with errno set if no temporary file can be made. */
rk_status rk__rows_sheet_open(const char *name, const char *title, rk__rows_sheet **out);
/* What the columns hold, before any text: a letter for each, t(ext), n(umber) or m(oney), which is
 * added up. */
void rk__rows_sheet_kinds(rk__rows_sheet *sheet, const char *kinds);
/* The next bytes of the CSV file, header first. An error is kept until the end. */
void rk__rows_sheet_feed(rk__rows_sheet *sheet, const char *bytes, size_t n);
/* Ends the workbook and writes it to a file: RK_OK, RK_NO_MEMORY, RK_IO if the temporary files do
 * not take it, or RK_IO_WRITE with errno set if `to` does not; or RK_LIMIT, reported, if a text is
 * longer than a cell holds. Frees the sheet. */
rk_status rk__rows_sheet_finish(rk__rows_sheet *sheet, FILE *to, const char *path,
                                rk_problems *problems);
void rk__rows_sheet_free(rk__rows_sheet *sheet); /* NULL is fine */
