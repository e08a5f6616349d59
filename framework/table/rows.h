/* SPDX-License-Identifier: MIT
 *
 * rows.h: loading the rows of a document.
 */
#ifndef RK_TABLE_ROWS_H
#define RK_TABLE_ROWS_H

#include "table/load.h"
#include "table/store.h"

/* Fills an empty table from the rows of its document. On failure it is fit for
 * rk__table_free. */
rk_status rk__table_load_rows(rk__table *table, rk_problems *problems);

#endif
