/* SPDX-License-Identifier: MIT
 *
 * priced.h: rendering the rows of a pass for --rows: a line for each row of each
 * instance that prices it, with the columns that rules and groups read, the elements,
 * the amount, or the reason why there is none.
 */
#pragma once

#include "rows/pass.h"
#include "rows/rows_file.h"

/* Decides the columns and writes the header; nothing where the pass prices no rows.
 * After the plan, before workers are made. */
rk_status rk__pass_rows_plan(rk__pass *pass, rk_problems *problems);
