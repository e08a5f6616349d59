/* SPDX-License-Identifier: MIT
 *
 * code_cells.h: codes that a spreadsheet made numbers of.
 */
#pragma once

#include "rows/pass.h"

/* Makes the worker ready to look for them; nothing if the table is no file. RK_NO_MEMORY or
 * RK_OK. */
rk_status rk__codes_worker(rk__pass_worker *w);
/* Counts the rows of the current batch with such a code. */
void rk__codes_batch(rk__pass_worker *w);
/* Adds what all workers found to the files' findings. RK_NO_MEMORY or RK_OK. */
rk_status rk__codes_report(const rk__pass *pass, rk__arena *arena, rk__pass_files *files);
