/* SPDX-License-Identifier: MIT
 *
 * suspect.c: rows whose values are probably mistakes: counts below zero, values outside the usual
 * bounds of their column, prices of nothing. They are counted while a batch is priced, and
 * change no amount.
 */
#include "rows/suspect.h"

#include <stdio.h>
#include <string.h>

#include "rows/written.h"
#include "scan/looks.h"

/* ------------------------------------------------------------------------ plan */

/* A bound as the column's values are held; `none` if there is none. */
static int64_t bound_of(const rk_column *c, const char *text, int64_t none)
{
    int64_t v = none;
    const char *why = NULL;
    const bool given = text != NULL && rk__cell_convert(rk__cell_type_of(c->type), text,
                                                        strlen(text), &v, &why) == RK_OK;
    return given ? v : none;
}

/* Whether a looked-up column has a zero in it. */
static bool has_zero(const rk__pass *p, const rk__planned_column *column)
{
    const size_t n = rk__lookup_n_rows(p->joins[column->join].lookup);
    bool zero = false;
    for (size_t i = 1; i <= n && !zero; i++) {
        zero = column->data->has[i] != 0 && column->data->v[i] == 0;
    }
    return zero;
}

rk_status rk__suspect_plan(rk__pass *p, rk__pass_instance *u)
{
    const rk__rule *rule = u->instance->rule;
    u->usual = rk__arena_alloc(&p->arena, (rule->n_columns + 1) * sizeof *u->usual);
    u->zero.at = rk__arena_alloc(&p->arena, (rule->n_columns + 1) * sizeof(size_t));
    if (u->usual == NULL || u->zero.at == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < rule->n_columns; k++) {
        const rk_column *c = &rule->columns[k];
        const rk__planned_column *column =
            u->column[k] != RK__NONE ? &p->columns[u->column[k]] : NULL;
        if (column == NULL || column->constant) {
            continue;
        }
        const bool decides = (c->flags & (RK_REQUIRED | RK_PRICE_DECIDES)) != 0;
        if (column->want != RK__NONE && (c->usual_min != NULL || c->usual_max != NULL)) {
            u->usual[u->n_usual++] = (rk__usual){k, bound_of(c, c->usual_min, INT64_MIN),
                                                 bound_of(c, c->usual_max, INT64_MAX)};
        } else if (column->join != RK__NONE && c->type == RK_COLUMN_DECIMAL && decides &&
                   has_zero(p, column)) {
            u->zero.at[u->zero.n++] = k;
        }
    }
    return RK_OK;
}

/* ----------------------------------------------------------------------- rows */

static void suspect(rk__pass_worker *w, rk__suspect *s, size_t row, int64_t quantity)
{
    const rk__scan_batch *b = w->batch;
    const uint32_t in_block = b->first_in_block + (uint32_t) row;
    if (s->rows == 0 || b->block < s->block || (b->block == s->block && in_block < s->row)) {
        s->block = b->block;
        s->row = in_block;
        s->line = b->line != NULL ? b->line[row] : 0;
    }
    s->rows++;
    s->quantity += quantity;
}

void rk__suspect_row(rk__pass_worker *w, size_t u, size_t kind, size_t row, int64_t quantity)
{
    suspect(w, &w->instances[u].suspects[kind], row, quantity);
}

/* The rows whose value is outside of two bounds. */
static void outside(rk__pass_worker *w, rk__suspect *s, const rk_column_data *data, int64_t low,
                    int64_t high, const int64_t *quantity, size_t n)
{
    const int64_t *v = data->v;
    uint64_t found = 0;
    /* A difference below zero has its first bit set: no comparison, so the loops take several rows
     * at once. What they find is looked at one by one; a difference that wraps is found too. Most
     * bounds begin at 0: a value below it has that bit itself, and no other difference wraps. */
    if (low == 0) {
        for (size_t i = 0; i < n; i++) {
            found |= (uint64_t) v[i] | ((uint64_t) high - (uint64_t) v[i]);
        }
    } else {
        for (size_t i = 0; i < n && low != INT64_MIN; i++) {
            found |= (uint64_t) v[i] - (uint64_t) low;
            found |= (uint64_t) v[i] & (uint64_t) ~low;
        }
        for (size_t i = 0; i < n && high != INT64_MAX; i++) {
            found |= (uint64_t) high - (uint64_t) v[i];
            found |= (uint64_t) ~v[i] & (uint64_t) high;
        }
    }
    for (size_t i = 0; i < n && (int64_t) found < 0; i++) {
        if (data->has[i] != 0 && (v[i] < low || v[i] > high)) {
            suspect(w, s, rk__batch_row(w, n, i), quantity[i]);
        }
    }
}

static const int64_t *quantities(const rk__pass_worker *w, size_t u)
{
    const size_t k = w->pass->instances[u].quantity;
    return k != RK__NONE ? w->instances[u].handed[k].v : w->scratch.single_quantity;
}

void rk__suspect_rows(rk__pass_worker *w, size_t u, size_t n)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const rk_column_data *handed = w->instances[u].handed;
    rk__suspect *suspects = w->instances[u].suspects;
    const int64_t *quantity = quantities(w, u);
    if (!RK__ROWS_LOOKED_AT) {
        return;
    }
    if (pu->quantity != RK__NONE) {
        outside(w, &suspects[pu->instance->rule->n_columns], &handed[pu->quantity], 0, INT64_MAX,
                quantity, n);
    }
    for (size_t i = 0; i < pu->n_usual; i++) {
        const rk__usual *usual = &pu->usual[i];
        outside(w, &suspects[usual->column], &handed[usual->column], usual->low, usual->high,
                quantity, n);
    }
}

rk_status rk__suspect_prices(rk__pass_worker *w, size_t u, size_t n)
{
    const rk__pass_instance *pu = &w->pass->instances[u];
    const bool exact = pu->instance->rule->rule->row_kind == RK_ROWS_EXACT;
    const int64_t *quantity = quantities(w, u);
    for (size_t z = 0; z < pu->zero.n && RK__ROWS_LOOKED_AT; z++) {
        const size_t k = pu->zero.at[z];
        const rk_column_data *price = &w->instances[u].handed[k];
        const size_t keys = w->pass->joins[w->pass->columns[pu->column[k]].join].combination;
        for (size_t i = 0; i < n; i++) {
            const bool nothing =
                price->v[i] == 0 && price->has[i] != 0 && quantity[i] != 0 &&
                w->priced.status[i] == RK_ROW_PRICED &&
                (exact ? w->priced.exact_amount[i] == 0 : w->priced.amount[i] == 0);
            const rk_status status = nothing
                                         ? rk__pass_list_row(w, u, RK__PRICED_ZERO, k, keys,
                                                             rk__batch_row(w, n, i), quantity[i])
                                         : RK_OK;
            if (status != RK_OK) {
                return status;
            }
        }
    }
    return RK_OK;
}

void rk__suspect_merge(rk__suspect *to, const rk__suspect *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const bool first =
            from[i].rows > 0 && (to[i].rows == 0 || from[i].block < to[i].block ||
                                 (from[i].block == to[i].block && from[i].row < to[i].row));
        const rk__suspect both = {.rows = to[i].rows + from[i].rows,
                                  .quantity = to[i].quantity + from[i].quantity};
        to[i] = first ? from[i] : to[i];
        to[i].rows = both.rows;
        to[i].quantity = both.quantity;
    }
}

/* --------------------------------------------------------------------- findings */

static const char *place_of(const rk__pass *p, const rk__suspect *s, rk__arena *arena)
{
    rk__place place = {0};
    rk__scan_place(p->scan, s->block, s->row, s->line, &place, arena);
    if (place.file == NULL || place.line == 0 || p->input->spec->rows != NULL) {
        return place.pointer;
    }
    return rk__arena_printf(arena, "%s:%u", rk__path_below(p->input->spec->base_dir, place.file),
                            place.line);
}

static void report(const rk__pass *p, size_t u, const rk__suspect *s, const char *code,
                   const rk_column *c)
{
    rk__instance *instance = p->instances[u].instance;
    rk__arena *arena = &instance->result->arena;
    const rk_finding finding = {.code = code,
                                .at = place_of(p, s, arena),
                                .rows = s->rows,
                                .quantity =
                                    rk__num_scaled(&instance->result->nums, s->quantity, 6)};
    char rows[32] = "* rows";
    if (s->rows >= instance->result->suppress_below) {
        (void) snprintf(rows, sizeof rows, "%llu row%s", (unsigned long long) s->rows,
                        s->rows == 1 ? "" : "s");
    }
    if (c == NULL) {
        rk__instance_find(instance, finding,
                          "%s: in or out of the scope by letter case or blanks alone", rows);
        return;
    }
    const bool low = c->usual_min != NULL;
    const bool high = c->usual_max != NULL;
    if (strcmp(code, "negative-quantity") == 0) {
        rk__instance_find(instance, finding, "%s: '%s' is below zero", rows, c->name);
    } else {
        rk__instance_find(instance, finding, "%s: '%s' is %s%s%s%s, which is unusual", rows,
                          c->name, low ? "below " : "", low ? c->usual_min : "",
                          high ? (low ? " or above " : "above ") : "", high ? c->usual_max : "");
    }
}

void rk__suspect_report(const rk__pass *pass, const rk__pass_worker *worker, size_t instance)
{
    const rk__pass_instance *pu = &pass->instances[instance];
    const rk__rule *rule = pu->instance->rule;
    const rk__suspect *suspects = worker->instances[instance].suspects;
    if (suspects[rule->n_columns].rows > 0) {
        report(pass, instance, &suspects[rule->n_columns], "negative-quantity",
               &rule->columns[pu->quantity]);
    }
    const rk__suspect *scope = &suspects[rule->n_columns + RK__SUSPECT_SCOPE];
    if (scope->rows > 0) {
        report(pass, instance, scope, "scope-nearly-met", NULL);
    }
    for (size_t k = 0; k < rule->n_columns; k++) {
        if (suspects[k].rows > 0 && k != pu->quantity) {
            report(pass, instance, &suspects[k], "implausible", &rule->columns[k]);
        }
    }
}
