/* SPDX-License-Identifier: MIT
 *
 * called.h: rows that are called totals and that some component counts.
 */
#pragma once

#include "rows/pass.h"

/* So many are kept, the first of the table; the others are only counted. */
#define RK__MOST_CALLED 1000

/* Makes room for those of the batch; none of them is counted yet. */
rk_status rk__called_batch(rk__pass_worker *w);
/* Notes which of them are among an instance's rows: those of its scope and its period. */
void rk__called_selected(rk__pass_worker *w, size_t u, const uint8_t *keep);
/* The same of the cost of the rows, which all have: those whose cost is known. The n rows of the
 * instance have just been priced. */
void rk__called_cost(rk__pass_worker *w, size_t u, size_t n);
/* Keeps those that an instance counts; with `all`, every one. */
rk_status rk__called_end(rk__pass_worker *w, bool all);
/* Adds a row, in order of place. */
rk_status rk__called_add(rk__pass_worker *w, const rk__scan_named *row);
/* The first ones that workers have kept, by place, in the arena, and how many there are in all.
 * `*list` is NULL if out of memory. */
void rk__called_gather(rk__pass_worker *const *workers, unsigned n_workers, rk__arena *arena,
                       rk__scan_named **list, size_t *n, uint64_t *count);
/* Orders the row of a list and a place. */
int rk__called_order(const rk__scan_named *a, const rk__row_mark *b);
void rk__called_free(rk__pass_worker *w);
