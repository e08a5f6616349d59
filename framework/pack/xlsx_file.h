/* SPDX-License-Identifier: MIT
 *
 * xlsx_file.h: the temporary file that a workbook is written to, and its charts.
 */
#pragma once

#include <xlsxwriter.h>

#include "pack/pack.h"

/* The folder of temporary files; its text lives as long as the process. */
char *rk__xlsx_folder(void);
/* A file without a name in that folder; -1 with errno set. */
int rk__xlsx_file_new(void);
/* RK_OK if every part of the workbook is whole. A full disk may have cut one off, which the
 * library that writes them does not notice. */
rk_status rk__xlsx_file_check(int fd);
/* Sends the file to the sink of a page. */
rk_status rk__xlsx_file_send(int fd, rk__page *out);

/* Adds a native chart of rows of a table below `row`; returns the row that it ends at. `first` is
 * the sheet's row of the table's first one. */
size_t rk__xlsx_chart(lxw_workbook *file, lxw_worksheet *sheet, const rk__pack_table *table,
                      const rk__pack_figure *figure, size_t first, size_t row);
