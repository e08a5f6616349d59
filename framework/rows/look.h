/* SPDX-License-Identifier: MIT
 *
 * look.h: rows that parts have priced, read once more for findings that need all of them.
 */
#pragma once

#include "rows/pass.h"

/* Reads the files of joined parts for repeated rows, codes that became numbers, sums in last rows
 * and digests, and prices nothing. If they cannot be read, pass->look says why; RK_IO or
 * RK_CONFLICT if a digest needs them. */
rk_status rk__pass_look(rk__pass *pass, rk_problems *problems);
/* Adds the finding that the rows were not read. RK_NO_MEMORY or RK_OK. */
rk_status rk__pass_not_looked(const rk__pass *pass, rk__arena *arena, rk__pass_files *files);
void rk__pass_look_dispose(rk__pass *pass);
