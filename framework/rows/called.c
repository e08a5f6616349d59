/* SPDX-License-Identifier: MIT
 *
 * called.c: rows that are called totals and that some component counts. One that a scope, the
 * periods or the lack of a date leaves out changes no total, so nothing is said of it.
 */
#include "rows/called.h"

#include <stdlib.h>
#include <string.h>

#include "rows/written.h"

rk_status rk__called_batch(rk__pass_worker *w)
{
    const size_t n = w->batch->n_named;
    if (n == 0) {
        return RK_OK;
    }
    if (rk__grow((void **) &w->called.counted, &w->called.counted_capacity, n, 1) != 0) {
        return RK_NO_MEMORY;
    }
    memset(w->called.counted, 0, n);
    return RK_OK;
}

/* The i-th of the batch's is among an instance's rows. */
static void select_named(rk__pass_worker *w, size_t u, size_t i, uint32_t row)
{
    w->called.counted[i] = 1;
    if (w->kept.some) {
        w->kept.values[(w->kept.at[row] - 1) * w->pass->n_instances + u].selected = true;
    }
}

void rk__called_selected(rk__pass_worker *w, size_t u, const uint8_t *keep)
{
    const rk__scan_batch *b = w->batch;
    for (size_t i = 0; i < b->n_named && !w->pass->instances[u].instance->only_with; i++) {
        const uint32_t row = b->named[i].row - b->first_in_block;
        if (keep[row] != 0) {
            select_named(w, u, i, row);
        }
    }
    if (w->pass->input->only != NULL && !w->called.only) {
        w->called.only = memchr(keep, 1, b->n) != NULL;
    }
}

void rk__called_cost(rk__pass_worker *w, size_t u, size_t n)
{
    const rk__scan_batch *b = w->batch;
    size_t at = 0;
    for (size_t i = 0; i < b->n_named && w->pass->instances[u].instance->only_with; i++) {
        const uint32_t row = b->named[i].row - b->first_in_block;
        while (at < n && rk__batch_row(w, n, at) < row) {
            at++;
        }
        if (at < n && rk__batch_row(w, n, at) == row && w->priced.exact_amount[at] != 0) {
            select_named(w, u, i, row);
        }
    }
}

rk_status rk__called_add(rk__pass_worker *w, const rk__scan_named *row)
{
    w->called.count++;
    if (w->called.n == RK__MOST_CALLED) {
        return RK_OK;
    }
    if (rk__grow((void **) &w->called.rows, &w->called.capacity, w->called.n + 1,
                 sizeof *w->called.rows) != 0) {
        return RK_NO_MEMORY;
    }
    w->called.rows[w->called.n++] = *row;
    return RK_OK;
}

rk_status rk__called_end(rk__pass_worker *w, bool all)
{
    const rk__scan_batch *b = w->batch;
    rk_status status = RK_OK;
    for (size_t i = 0; i < b->n_named && status == RK_OK; i++) {
        if (all || w->called.counted[i] != 0) {
            status = rk__called_add(w, &b->named[i]);
        }
    }
    return status;
}

static int by_place(const void *a, const void *b)
{
    const rk__scan_named *x = a;
    const rk__scan_named *y = b;
    return rk__called_order(x, &(rk__row_mark){.block = y->block, .row = y->row});
}

int rk__called_order(const rk__scan_named *a, const rk__row_mark *b)
{
    return a->block != b->block ? (a->block < b->block ? -1 : 1)
                                : (a->row > b->row) - (a->row < b->row);
}

void rk__called_gather(rk__pass_worker *const *workers, unsigned n_workers, rk__arena *arena,
                       rk__scan_named **list, size_t *n, uint64_t *count)
{
    size_t all = 0;
    *n = 0;
    *count = 0;
    for (unsigned i = 0; i < n_workers; i++) {
        all += workers[i] != NULL ? workers[i]->called.n : 0;
        *count += workers[i] != NULL ? workers[i]->called.count : 0;
    }
    *list = rk__arena_alloc(arena, (all + 1) * sizeof **list);
    for (unsigned i = 0; i < n_workers && *list != NULL; i++) {
        const rk__pass_worker *w = workers[i];
        for (size_t k = 0; w != NULL && k < w->called.n; k++) {
            (*list)[(*n)++] = w->called.rows[k];
        }
    }
    if (*n > 1) {
        qsort(*list, *n, sizeof **list, by_place);
    }
    *n = *n < RK__MOST_CALLED ? *n : RK__MOST_CALLED;
}

void rk__called_free(rk__pass_worker *w)
{
    rk__free(w->called.rows);
    rk__free(w->called.counted);
}
