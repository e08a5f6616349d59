/* SPDX-License-Identifier: MIT
 *
 * kept.c: what is paid for single rows that may turn out to be counted twice. Whether a row repeats
 * an earlier one is known when all rows have been read; what it was paid is kept until then, so
 * that it need not be priced again.
 */
#include "rows/kept.h"

#include <string.h>

#include "rows/called.h"
#include "rows/written.h"

/* Bytes that all workers together may keep. */
#define MOST_BYTES ((size_t) 16 << 20)

/* Room for so many more rows. */
static rk_status reserve(rk__pass_worker *w, size_t more)
{
    const size_t n = w->kept.n + more;
    const size_t n_instances = w->pass->n_instances;
    if (n * (sizeof *w->kept.rows + n_instances * sizeof *w->kept.values) >
        MOST_BYTES / w->pass->n_workers) {
        w->kept.full = true;
        return RK_OK;
    }
    if (rk__grow((void **) &w->kept.rows, &w->kept.rows_capacity, n, sizeof *w->kept.rows) != 0 ||
        rk__grow((void **) &w->kept.values, &w->kept.values_capacity, n * n_instances,
                 sizeof *w->kept.values) != 0) {
        return RK_NO_MEMORY;
    }
    memset(w->kept.values + w->kept.n * n_instances, 0,
           more * n_instances * sizeof *w->kept.values);
    return RK_OK;
}

rk_status rk__kept_batch(rk__pass_worker *w)
{
    const rk__scan_batch *b = w->batch;
    size_t mark = 0;
    size_t named = 0;
    w->kept.some = false;
    if ((b->n_marks == 0 && b->n_named == 0) || w->kept.full) {
        return RK_OK;
    }
    const rk_status status = reserve(w, b->n_marks + b->n_named);
    if (status != RK_OK || w->kept.full) {
        return status;
    }
    w->kept.some = true;
    memset(w->kept.at, 0, b->n * sizeof *w->kept.at);
    while (mark < b->n_marks || named < b->n_named) {
        const uint32_t m = mark < b->n_marks ? b->marks[mark].row : UINT32_MAX;
        const uint32_t t = named < b->n_named ? b->named[named].row : UINT32_MAX;
        const uint32_t row = m < t ? m : t;
        const uint32_t in_batch = row - b->first_in_block;
        mark += m == row;
        named += t == row;
        w->kept.rows[w->kept.n] = (rk__scan_named){.block = (uint32_t) b->block,
                                                   .row = row,
                                                   .line = b->line != NULL ? b->line[in_batch] : 0};
        w->kept.at[in_batch] = (uint32_t) ++w->kept.n;
    }
    return RK_OK;
}

void rk__kept_priced(rk__pass_worker *w, size_t u, size_t n, const int64_t *quantity)
{
    const size_t n_instances = w->pass->n_instances;
    const bool exact = w->pass->instances[u].instance->rule->rule->row_kind == RK_ROWS_EXACT;
    for (size_t i = 0; w->kept.some && i < n; i++) {
        const uint32_t at = w->kept.at[rk__batch_row(w, n, i)];
        if (at > 0 && w->priced.status[i] == RK_ROW_PRICED) {
            rk__kept_value *value = &w->kept.values[(at - 1) * n_instances + u];
            value->amount = exact ? w->priced.exact_amount[i] : (rk_int128) w->priced.amount[i];
            value->quantity = quantity[i];
        }
    }
}

const rk__row_money *rk__kept_money(const rk__pass *p, const rk__row_mark *marks, size_t n,
                                    uint32_t *line, rk__arena *arena)
{
    if (p->look.scan != NULL) {
        return NULL; /* what parts have priced is not by row */
    }
    rk__row_money *money = rk__arena_alloc(arena, (p->n_instances + 1) * sizeof *money);
    for (size_t u = 0; u < p->n_instances && money != NULL; u++) {
        money[u] = (rk__row_money){.of = p->instances[u].instance,
                                   .places = rk__pass_places(p->instances[u].instance->rule)};
    }
    for (unsigned i = 0; i < p->n_workers && money != NULL; i++) {
        const rk__pass_worker *w = p->workers[i];
        size_t k = 0;
        if (w != NULL && w->kept.full) {
            return NULL;
        }
        for (size_t m = 0; w != NULL && m < n; m++) {
            while (k < w->kept.n && rk__called_order(&w->kept.rows[k], &marks[m]) < 0) {
                k++;
            }
            const bool is = k < w->kept.n && rk__called_order(&w->kept.rows[k], &marks[m]) == 0;
            if (is && m == 0) {
                *line = w->kept.rows[k].line;
            }
            for (size_t u = 0; is && u < p->n_instances; u++) {
                const rk__kept_value *value = &w->kept.values[k * p->n_instances + u];
                money[u].amount += value->amount;
                money[u].quantity += value->quantity;
                money[u].selected += value->selected;
            }
        }
    }
    return money;
}

void rk__kept_free(rk__pass_worker *w)
{
    rk__free(w->kept.rows);
    rk__free(w->kept.values);
}
