/* SPDX-License-Identifier: MIT
 *
 * result_rows.h: results of a batch as packed rows of its database.
 */
#ifndef RK_BATCH_RESULT_ROWS_H
#define RK_BATCH_RESULT_ROWS_H

#include "batch/result_cells.h"

/* A row belongs to the last row before it of the table that it refers to. The cells are the
 * columns of the schema without the ids, which follow from the order of the rows. */
void rk__batch_rows_result(rk__cells *c, const rk_result *result);
void rk__batch_rows_failure(rk__cells *c, const rk__failure *failure);

#endif
