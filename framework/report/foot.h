/* SPDX-License-Identifier: MIT
 *
 * foot.h: amounts rounded for show so that they add up as shown.
 *
 * A grain is the smallest amount that is shown: 10,000 if amounts are shown in millions with two
 * decimals.
 */
#pragma once

#include "report/report.h"

/* An amount in whole grains, rounded half away from zero; NULL is 0. */
int64_t rk__grains(rk__page *out, rk_num amount, rk_num grain);
/* Rounds parts to whole grains by the largest remainder, so that they add up to their rounded
 * sum; ties go in order. NULL counts as zero. */
void rk__foot(rk__page *out, const rk_num *amounts, size_t n, rk_num grain, int64_t *shown);
/* The same so that they add up to a given total. */
void rk__foot_to(rk__page *out, const rk_num *amounts, size_t n, rk_num grain, int64_t total,
                 int64_t *shown);
/* Rounds the cells of a table [rows x columns] so that each row adds up to its total, and the cells
 * of each column add up as nearly as possible to its sum. */
void rk__foot_table(rk__page *out, const rk_num *cells, size_t rows, size_t columns, rk_num grain,
                    const int64_t *totals, int64_t *shown);
