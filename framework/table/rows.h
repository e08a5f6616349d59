/* SPDX-License-Identifier: MIT
 *
 * rows.h: loading the rows of a document.
 */
#pragma once

#include "table/load.h"

/* Fills an empty table from the rows of its document. On failure it is fit for
 * rk__table_free. */
rk_status rk__table_load_rows(rk__table *table, rk_problems *problems);
/* Gives a table in place other rows, each with the keys that the table's have, in their order. */
rk_status rk__table_set_rows(rk__table *table, const rk__value *rows);
