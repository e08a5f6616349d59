/* SPDX-License-Identifier: MIT
 *
 * xlsx_chart.h: the native charts of a workbook.
 */
#pragma once

#include <xlsxwriter.h>

#include "pack/pack.h"

/* Adds a native chart of rows of a table below `row`; returns the row that it ends at. `first` is
 * the sheet's row of the table's first one. */
size_t rk__xlsx_chart(lxw_workbook *file, lxw_worksheet *sheet, const rk__pack_table *table,
                      const rk__pack_figure *figure, size_t first, size_t row);
