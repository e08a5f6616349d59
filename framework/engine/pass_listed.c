/* SPDX-License-Identifier: MIT
 *
 * pass_listed.c: keys of rows that were not priced, or that took a default, in words: what
 * a result lists and warns of.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/pass.h"

const char *rk__pass_reason(rk__arena *arena, const rk__pass *pass, const pass_unit *unit,
                            pass_listing listing, size_t column)
{
    const rk_column *c = &unit->unit->rule->columns[column];
    const size_t at =
        column < unit->unit->rule->n_columns ? unit->column[column] : (size_t) RK__NONE;
    const char *table = at != RK__NONE && pass->columns[at].join != RK__NONE
                            ? rk__lookup_name(pass->joins[pass->columns[at].join].lookup)
                            : NULL;
    switch (listing) {
    case PASS_UNPRICED_LOOKUP:
    case PASS_DEFAULTED:
        return rk__arena_printf(arena, "no row of '%s' has this key", table != NULL ? table : "");
    case PASS_UNPRICED_BLANK:
        return table != NULL
                   ? rk__arena_printf(arena, "'%s' is blank in '%s'", c->name, table)
                   : rk__arena_printf(arena, "'%s' is blank", c->name != NULL ? c->name : "");
    case PASS_UNPRICED_RULE:
        return "the rule cannot price it";
    case PASS_UNPRICED_DATE:
        break;
    }
    return "its date is in none of the periods";
}

static rk_status key_count(rk__unit *unit, const rk__pass *p, const pass_worker *base, size_t u,
                           int32_t index, rk__key_count *out, pass_listed_key *key)
{
    const pass_unit *pu = &p->units[u];
    const pass_unit_work *work = &base->units[u];
    rk__arena *arena = &unit->result->arena;
    size_t length = 0;
    memcpy(key, rk__dict_text(work->listed_keys, index, &length), sizeof *key);
    const size_t n =
        key->combination != (uint32_t) RK__NONE ? p->combinations[key->combination].n : 0;
    const char **columns = rk__arena_alloc(arena, (n + 1) * sizeof *columns);
    const char **values = rk__arena_alloc(arena, (n + 1) * sizeof *values);
    if (columns == NULL || values == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < n; k++) {
        const char *text = rk__pass_text(base, key->combination, key->number, k, &length);
        columns[k] =
            rk__arena_strdup(arena, p->wants[p->combinations[key->combination].want[k]].column);
        values[k] = text != NULL ? rk__arena_copy(arena, text, length) : NULL;
    }
    *out = (rk__key_count){
        .columns = columns,
        .values = values,
        .n_columns = n,
        .rows = work->listed[index].rows,
        .quantity = rk__pass_scaled(&unit->result->pool, work->listed[index].quantity, 6),
        .reason = rk__pass_reason(arena, p, pu, (pass_listing) key->listing, key->column)};
    return RK_OK;
}

static int compare_keys(const void *a, const void *b)
{
    const rk__key_count *x = a;
    const rk__key_count *y = b;
    for (size_t k = 0; k < x->n_columns && k < y->n_columns; k++) {
        if (x->values[k] == NULL || y->values[k] == NULL) {
            if (x->values[k] != y->values[k]) {
                return x->values[k] == NULL ? -1 : 1;
            }
            continue;
        }
        const int order = strcmp(x->values[k], y->values[k]);
        if (order != 0) {
            return order;
        }
    }
    const int reasons = strcmp(x->reason, y->reason);
    return reasons != 0 ? reasons : (x->n_columns > y->n_columns) - (x->n_columns < y->n_columns);
}

/* "2 rows"; small counts are not told where a run asks for that. */
static void rows_text(rk__buf *buf, const rk__unit *unit, uint64_t rows)
{
    if (rows < unit->result->suppress_below) {
        rk__buf_puts(buf, "* rows");
    } else {
        rk__buf_printf(buf, "%llu row%s", (unsigned long long) rows, rows == 1 ? "" : "s");
    }
}

/* "provider 'RXX' (2 rows), no provider (1 row)", at most ten. */
static void keys_text(rk__buf *buf, const rk__unit *unit, const rk__key_count *keys, size_t n)
{
    for (size_t i = 0; i < n && i < 10; i++) {
        rk__buf_puts(buf, i == 0 ? "" : ", ");
        for (size_t k = 0; k < keys[i].n_columns; k++) {
            rk__buf_puts(buf, k == 0 ? "" : " ");
            if (keys[i].values[k] != NULL) {
                rk__buf_printf(buf, "%s '%s'", keys[i].columns[k], keys[i].values[k]);
            } else {
                rk__buf_printf(buf, "no %s", keys[i].columns[k]);
            }
        }
        rk__buf_puts(buf, keys[i].n_columns > 0 ? " (" : "(");
        rows_text(buf, unit, keys[i].rows);
        rk__buf_putc(buf, ')');
    }
    if (n > 10) {
        rk__buf_printf(buf, " and %zu more", n - 10);
    }
}

static void warn_defaulted(rk__unit *unit, const rk__pass *p, const pass_unit *pu, size_t column,
                           rk__key_count *keys, size_t n)
{
    const rk_column *c = &unit->rule->columns[column];
    const pass_join *join = &p->joins[p->columns[pu->column[column]].join];
    uint64_t rows = 0;
    rk__buf count = {0};
    rk__buf keys_buf = {0};
    qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 0; i < n; i++) {
        rows += keys[i].rows;
    }
    rows_text(&count, unit, rows);
    if (join->lacks != NULL) {
        rk__buf_printf(&keys_buf, "the rows have no column '%s'", join->lacks);
    } else {
        keys_text(&keys_buf, unit, keys, n);
    }
    if (!count.failed && !keys_buf.failed) {
        rk__unit_warn(unit, "%s found no '%s' in table '%s' of %s, and took the default %s: %s",
                      count.text, c->name, rk__lookup_name(join->lookup),
                      rk__lookup_origin(join->lookup), c->default_value, keys_buf.text);
    }
    rk__buf_dispose(&count);
    rk__buf_dispose(&keys_buf);
}

/* Sorts what was listed into unpriced keys and warnings. */
static rk_status sort_listed(const rk__pass *p, const pass_worker *base, size_t u)
{
    const pass_unit *pu = &p->units[u];
    rk__unit *unit = pu->unit;
    const pass_unit_work *work = &base->units[u];
    const size_t n = (size_t) rk__dict_count(work->listed_keys);
    rk__key_count *keys = rk__calloc(n + 1, sizeof *keys);
    rk__key_count *defaulted = rk__calloc(n + 1, sizeof *defaulted);
    pass_listed_key *of = rk__calloc(n + 1, sizeof *of);
    rk_status status = keys == NULL || defaulted == NULL || of == NULL ? RK_NO_MEMORY : RK_OK;
    size_t n_keys = 0;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        rk__key_count key;
        status = key_count(unit, p, base, u, (int32_t) i, &key, &of[i]);
        if (status == RK_OK && of[i].listing != PASS_DEFAULTED) {
            keys[n_keys++] = key;
            unit->rows.unpriced_rows += key.rows;
        } else if (status == RK_OK) {
            defaulted[i] = key;
        }
    }
    for (size_t c = 0; c < unit->rule->n_columns && status == RK_OK; c++) {
        rk__key_count *own = keys + n_keys; /* free room behind the unpriced keys */
        size_t n_own = 0;
        for (size_t i = 0; i < n; i++) {
            if (of[i].listing == PASS_DEFAULTED && of[i].column == c) {
                own[n_own++] = defaulted[i];
            }
        }
        if (n_own > 0) {
            warn_defaulted(unit, p, pu, c, own, n_own);
        }
    }
    if (status == RK_OK) {
        qsort(keys, n_keys, sizeof *keys, compare_keys);
        unit->rows.unpriced_keys = n_keys;
        unit->rows.unpriced_rows += work->beyond_limit;
        unit->rows.n_unpriced = n_keys < RK__UNPRICED_MAX ? n_keys : RK__UNPRICED_MAX;
        unit->rows.unpriced = rk__arena_alloc(
            &unit->result->arena, (unit->rows.n_unpriced + 1) * sizeof *unit->rows.unpriced);
        status = unit->rows.unpriced == NULL ? RK_NO_MEMORY : RK_OK;
    }
    if (status == RK_OK) {
        memcpy(unit->rows.unpriced, keys, unit->rows.n_unpriced * sizeof *keys);
    }
    rk__free(keys);
    rk__free(defaulted);
    rk__free(of);
    return status;
}

static void warn_notes(rk__unit *unit, const uint64_t *notes)
{
    memcpy(unit->rows.notes, notes, sizeof unit->rows.notes);
    for (size_t bit = 0; bit < unit->rule->n_notes && bit < 32; bit++) {
        if (notes[bit] > 0) {
            rk__buf count = {0};
            rows_text(&count, unit, notes[bit]);
            rk__unit_warn(unit, "%s: %s", count.failed ? "rows" : count.text,
                          unit->rule->notes[bit].message);
            rk__buf_dispose(&count);
        }
    }
}

rk_status rk__pass_fold_listed(const rk__pass *pass, const pass_worker *worker, size_t unit)
{
    const rk_status status =
        rk__dict_count(worker->units[unit].listed_keys) > 0 || worker->units[unit].beyond_limit > 0
            ? sort_listed(pass, worker, unit)
            : RK_OK;
    if (status == RK_OK) {
        warn_notes(pass->units[unit].unit, worker->units[unit].notes);
    }
    return status;
}
