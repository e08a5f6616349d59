/* SPDX-License-Identifier: MIT
 *
 * sheet_text.h: a sheet of a workbook as the CSV text of a table.
 *
 * All readers of tables read CSV, so a sheet is converted to CSV: each row is on the line of its
 * number, and fields are separated by the table's delimiter. Dates and numbers are written as the
 * table declares that its texts write them, so that one declaration reads both. Line breaks inside
 * a cell become spaces. Rows below the header have its width.
 *
 * Threads: one at a time.
 */
#pragma once

#include "base/text.h"
#include "table/spec.h"

typedef struct rk__sheet_text rk__sheet_text;

/* Whether a regular file holds a workbook, including formats that are not supported. */
bool rk__sheet_in_file(int fd);
/* Opens the sheet that the table declares; `fd` stays the caller's, `name` is borrowed, and reading
 * reports to `problems` too. RK_CONFLICT if the table declares a sheet and the file is not a
 * workbook. */
rk_status rk__sheet_text_open(const rk__table_spec *spec, int fd, const char *name,
                              rk__sheet_text **out, rk_problems *problems);
void rk__sheet_text_close(rk__sheet_text *text);
/* Fills `to` with the next n bytes; fewer only at the end. */
rk_status rk__sheet_text_read(rk__sheet_text *text, char *to, size_t n, size_t *got);
/* Name of the sheet; it lives as long as the text. */
const char *rk__sheet_text_name(const rk__sheet_text *text);
/* The number of rows below the header in which a field is a number: codes may have become numbers
 * unnoticed. */
uint64_t rk__sheet_text_numbers(const rk__sheet_text *text, size_t field);
/* Digest of a file's bytes, as stored, and their number. */
rk_status rk__sheet_digest(int fd, rk__xxh3 *digest, uint64_t *size);

/* Reports a row with cells past the last column that the header names. */
rk_status rk__sheet_wide_row(const char *sheet, const rk__place *place, rk_problems *problems);
/* The place of a cell in words, "cell D7 of sheet 'Prices' (column 'los')"; without a sheet "a
 * cell of column 'los'". Of the arena; NULL if out of memory. */
const char *rk__sheet_cell_phrase(const char *sheet, uint32_t field, uint32_t row,
                                  const char *column, rk__arena *arena);
