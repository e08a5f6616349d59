/* SPDX-License-Identifier: MIT
 *
 * code_cells.h: codes that a spreadsheet has turned into numbers.
 */
#pragma once

#include "rows/pass.h"

/* Prepares the worker to look for them; does nothing if the table is not a file. RK_NO_MEMORY or
 * RK_OK. */
rk_status rk__codes_worker(rk__pass_worker *w);
/* Counts the rows of the current batch with such a code. */
void rk__codes_batch(rk__pass_worker *w);
/* Adds what all workers found to the files' findings. RK_NO_MEMORY or RK_OK. */
rk_status rk__codes_report(const rk__pass *pass, rk__arena *arena, rk__pass_files *files);
