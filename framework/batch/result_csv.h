/* SPDX-License-Identifier: MIT
 *
 * result_csv.h: results of a batch as CSV, a row for each result or for each ledger line.
 */
#ifndef RK_BATCH_RESULT_CSV_H
#define RK_BATCH_RESULT_CSV_H

#include "batch/result_cells.h"

/* The names of the columns, with the end of the line. */
const char *rk__batch_csv_head(bool lines);
void rk__batch_csv_result(rk__cells *c, bool lines, const rk_result *result);
void rk__batch_csv_failure(rk__cells *c, bool lines, const rk__failure *failure);

#endif
