/* SPDX-License-Identifier: MIT
 *
 * kept.h: what is paid for single rows that may turn out to be counted twice.
 */
#pragma once

#include "rows/pass.h"

/* Makes room for the rows of the batch that are marked or called totals. */
rk_status rk__kept_batch(rk__pass_worker *w);
/* Notes what they are paid; the n rows of the instance have just been priced. */
void rk__kept_priced(rk__pass_worker *w, size_t u, size_t n, const int64_t *quantity);
/* What is paid by instance for rows at these places, which are in order: an array of the arena;
 * NULL if that was too much to keep, if parts have priced the rows, or out of memory
 * (`arena->failed`). `line`: of the first of
 * them, as of rk__scan_batch. */
const rk__row_money *rk__kept_money(const rk__pass *p, const rk__row_mark *marks, size_t n,
                                    uint32_t *line, rk__arena *arena);
void rk__kept_free(rk__pass_worker *w);
