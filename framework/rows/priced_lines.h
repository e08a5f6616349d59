/* SPDX-License-Identifier: MIT
 *
 * priced_lines.h: the lines of priced rows, rendered while a batch is priced.
 */
#pragma once

#include "rows/pass.h"

/* A worker's part; nothing if rows are not written. */
rk_status rk__pass_rows_worker(rk__pass_worker *w);
void rk__pass_rows_free(rk__pass_worker *w);

/* While a batch is priced; each does nothing if rows are not written. */
void rk__pass_rows_begin(rk__pass_worker *w); /* an instance's rows */
void rk__pass_rows_reason(rk__pass_worker *w, size_t row, rk__pass_listing listing, size_t column);
/* After `price`: the n rows handed to it that it priced. */
rk_status rk__pass_rows_priced(rk__pass_worker *w, size_t u, size_t n);
/* After the instance: the rows that were given a reason. */
rk_status rk__pass_rows_unpriced(rk__pass_worker *w, size_t u);
rk_status rk__pass_rows_batch(rk__pass_worker *w); /* all instances' lines, row by row */
rk_status rk__pass_rows_block(rk__pass_worker *w, uint64_t block, uint64_t rows);
