/* SPDX-License-Identifier: MIT
 *
 * duplicates.h: rows of a scan that are the same as an earlier one.
 */
#pragma once

#include "scan/scan.h"
#include "table/duplicates.h"

/* Lets the next run look at rows for those called totals, which batches then name. */
void rk__scan_look_for_totals(rk__scan *scan);
/* Lets the next run look at rows: for those called totals, and for repeated ones: among all rows of
 * files up to 16 MiB, and above that among a sample of about 40,000 rows chosen by their contents.
 * With `unique`, in all rows of files up to 1 GiB. RK_MISSING_COLUMN if the table lacks a column of
 * `unique`. */
rk_status rk__scan_look_for_repeats(rk__scan *scan, rk_problems *problems);
/* After that run: the rows that repeat an earlier one, by place; owned by the scan. *sampled is 1,
 * or n if one row in n was examined. RK_NO_MEMORY or RK_OK. */
rk_status rk__scan_repeats(rk__scan *scan, const rk__row_mark **out, size_t *n, uint64_t *sampled);
