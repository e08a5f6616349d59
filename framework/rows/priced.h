/* SPDX-License-Identifier: MIT
 *
 * priced.h: rendering the rows of a pass for --rows: a line for each row of each
 * instance that prices it, with the columns that rules and groups read, the elements,
 * the amount, or the reason why there is none.
 */
#ifndef RK_ROWS_PRICED_H
#define RK_ROWS_PRICED_H

#include "rows/pass.h"
#include "rows/rows_file.h"

/* Decides the columns and writes the header; nothing where the pass prices no rows.
 * After the plan, before workers are made. */
rk_status rk__pass_rows_plan(rk__pass *pass, rk_problems *problems);
rk_status rk__pass_rows_worker(pass_worker *w);
void rk__pass_rows_free(pass_worker *w);

/* While a batch is priced; each does nothing where rows are not written. */
void rk__pass_rows_begin(pass_worker *w); /* an instance's rows */
void rk__pass_rows_reason(pass_worker *w, size_t row, pass_listing listing, size_t column);
/* After `price`: the n rows handed to it that it priced. */
rk_status rk__pass_rows_priced(pass_worker *w, size_t u, size_t n);
/* After the instance: the rows that were given a reason. */
rk_status rk__pass_rows_unpriced(pass_worker *w, size_t u);
rk_status rk__pass_rows_batch(pass_worker *w); /* all instances' lines, row by row */
rk_status rk__pass_rows_block(pass_worker *w, uint64_t block, uint64_t rows);

#endif
