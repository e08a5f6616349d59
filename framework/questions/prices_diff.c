/* SPDX-License-Identifier: MIT
 *
 * prices_diff.c: which cells of two tariffs differ, and how.
 */
#include <stdlib.h>
#include <string.h>

#include "base/dict.h"
#include "questions/tariff_diff.h"
#include "table/column.h"

#define BETWEEN '\x1f' /* the parts of a key */

/* Two tables of one name; NULL if a tariff has none. */
typedef struct pair {
    const rk__table *rows[2];
    const rk_tariff_table *view; /* of the first that there is */
    int *keys[2];                /* columns, in the order of the view's keys */
    const char *const *key_names;
    size_t n_keys;
    int32_t *match[2]; /* by row: the row of the other with the same key, or -1 */
} pair;

/* ----------------------------------------------------------------------- keys */

static rk_status index_rows(const pair *p, size_t side, rk__dict *dict, int32_t **rows_of,
                            size_t *capacity, int32_t *code_of)
{
    rk__buf key = {0};
    rk_status status = RK_OK;
    const size_t n = rk__table_n_rows(p->rows[side]);
    for (size_t row = 0; row < n && status == RK_OK; row++) {
        rk__buf_reset(&key);
        for (size_t k = 0; k < p->n_keys; k++) {
            size_t length = 0;
            const char *text = rk__table_cell(p->rows[side], p->keys[side][k], row, &length);
            rk__buf_add(&key, text != NULL ? text : "", text != NULL ? length : 0);
            rk__buf_putc(&key, BETWEEN);
        }
        const int32_t code = key.failed ? -1 : rk__dict_intern(dict, key.text, key.length);
        const size_t before = *capacity;
        if (code < 0 ||
            rk__grow((void **) rows_of, capacity, (size_t) code + 1, sizeof **rows_of) != 0) {
            status = RK_NO_MEMORY;
            break;
        }
        for (size_t i = before; i < *capacity; i++) {
            (*rows_of)[i] = -1;
        }
        /* If several rows have one key (which a lookup would refuse), takes the first. */
        if ((*rows_of)[code] < 0) {
            (*rows_of)[code] = (int32_t) row;
        }
        code_of[row] = code;
    }
    rk__buf_dispose(&key);
    return status;
}

static rk_status match_rows(rk_tariff_diff *d, pair *p)
{
    rk__dict *dict = rk__dict_new();
    int32_t *rows_of[2] = {NULL, NULL};
    size_t capacity[2] = {0, 0};
    rk_status status = dict != NULL ? RK_OK : RK_NO_MEMORY;
    for (size_t side = 0; side < 2 && status == RK_OK; side++) {
        const size_t n = p->rows[side] != NULL ? rk__table_n_rows(p->rows[side]) : 0;
        p->match[side] = rk__arena_alloc(&d->arena, (n + 1) * sizeof(int32_t));
        status = p->match[side] == NULL ? RK_NO_MEMORY
                 : p->rows[side] != NULL
                     ? index_rows(p, side, dict, &rows_of[side], &capacity[side], p->match[side])
                     : RK_OK;
    }
    for (size_t side = 0; side < 2 && status == RK_OK; side++) {
        const size_t n = p->rows[side] != NULL ? rk__table_n_rows(p->rows[side]) : 0;
        for (size_t row = 0; row < n; row++) {
            const size_t code = (size_t) p->match[side][row];
            p->match[side][row] = code < capacity[1 - side] ? rows_of[1 - side][code] : -1;
        }
    }
    rk__free(rows_of[0]);
    rk__free(rows_of[1]);
    rk__dict_free(dict);
    return status;
}

/* The columns that a row is found by; `period` is one wherever a table has it. False if the tables
 * have other keys. */
static bool find_keys(rk_tariff_diff *d, pair *p, const rk_tariff_table *const *views)
{
    const rk_tariff_table *v = p->view;
    const char **names = rk__arena_alloc(&d->arena, (v->n_keys + 2) * sizeof *names);
    bool same = names != NULL;
    bool has_period = false;
    for (size_t k = 0; k < v->n_keys && same; k++) {
        names[p->n_keys++] = v->keys[k];
        has_period |= strcmp(v->keys[k], "period") == 0;
    }
    for (size_t side = 0; side < 2 && same && !has_period; side++) {
        if (p->rows[side] != NULL && rk__table_find(p->rows[side], "period") >= 0) {
            names[p->n_keys++] = "period";
            has_period = true;
        }
    }
    p->key_names = names;
    for (size_t side = 0; side < 2 && same; side++) {
        p->keys[side] = rk__arena_alloc(&d->arena, (p->n_keys + 1) * sizeof(int));
        same = p->keys[side] != NULL && (views[side] == NULL || views[side]->n_keys == v->n_keys);
        for (size_t k = 0; k < p->n_keys && same && p->rows[side] != NULL; k++) {
            p->keys[side][k] = rk__table_find(p->rows[side], names[k]);
            bool is_key = k >= v->n_keys;
            for (size_t i = 0; i < views[side]->n_keys; i++) {
                is_key |= strcmp(views[side]->keys[i], names[k]) == 0;
            }
            same = p->keys[side][k] >= 0 && is_key;
        }
    }
    return same;
}

/* ---------------------------------------------------------------------- cells */

typedef struct cell {
    const char *text; /* of a number as its table declares numbers; NULL: no value */
    rk_num number;    /* NULL: it is none */
} cell;

static cell read_cell(rk_tariff_diff *d, const rk__table *table, int column, int64_t row)
{
    cell c = {0};
    size_t length = 0;
    if (row < 0) {
        return c;
    }
    c.text = rk__table_cell(table, column, (size_t) row, &length);
    if (c.text == NULL) {
        return c;
    }
    rk__buf scratch = {0};
    const char *why = NULL;
    const char *number = NULL;
    if (rk__table_number(table, column, (size_t) row, &scratch, &number, &length, &why) == RK_OK &&
        number != NULL) {
        c.number = rk__num_parse(&d->nums, number, true, -1, &why);
        if (c.number != NULL && number != c.text) {
            c.text = rk__arena_copy(&d->arena, number, length);
        }
    }
    rk__buf_dispose(&scratch);
    return c;
}

static rk_price_move move_of(const cell *from, const cell *to, int order)
{
    return from->text == NULL                           ? RK_PRICE_APPEARED
           : to->text == NULL                           ? RK_PRICE_WENT
           : from->number == NULL || to->number == NULL ? RK_PRICE_ALTERED
           : order < 0                                  ? RK_PRICE_ROSE
                                                        : RK_PRICE_FELL;
}

static const char *const *key_of(rk_tariff_diff *d, const pair *p, size_t side, size_t row)
{
    const char **key = rk__arena_alloc(&d->arena, (p->n_keys + 1) * sizeof *key);
    for (size_t k = 0; key != NULL && k < p->n_keys; k++) {
        size_t length = 0;
        key[k] = rk__table_cell(p->rows[side], p->keys[side][k], row, &length);
    }
    return key;
}

static rk_status add_change(rk_tariff_diff *d, rk__price_column *to, size_t *capacity,
                            const rk_price_change *change)
{
    if (change->key == NULL ||
        rk__grow((void **) &to->changes, capacity, to->n_changes + 1, sizeof *to->changes) != 0) {
        return RK_NO_MEMORY;
    }
    to->changes[to->n_changes++] = *change;
    to->moved[change->move]++;
    d->moved[change->move]++;
    return RK_OK;
}

/* Compares a cell of a row of `side` with that of the matching row. */
static rk_status compare_cells(rk_tariff_diff *d, const pair *p, size_t side, size_t row,
                               const int *columns, rk__price_column *to, size_t *capacity)
{
    const int64_t other = p->match[side][row];
    const int64_t at[2] = {side == 0 ? (int64_t) row : other, side == 0 ? other : (int64_t) row};
    const cell listed = {.text = "listed"};
    cell cells[2] = {0};
    for (size_t i = 0; i < 2; i++) {
        if (to->column == NULL) {
            cells[i] = at[i] >= 0 ? listed : (cell){0};
        } else if (columns[i] >= 0) {
            cells[i] = read_cell(d, p->rows[i], columns[i], at[i]);
        }
    }
    if (cells[0].text == NULL && cells[1].text == NULL) {
        return RK_OK;
    }
    const bool numbers = cells[0].number != NULL && cells[1].number != NULL;
    const int order = numbers ? rk__num_compare(cells[0].number, cells[1].number) : 0;
    const bool both = cells[0].text != NULL && cells[1].text != NULL;
    if (both && (numbers ? order == 0 : strcmp(cells[0].text, cells[1].text) == 0)) {
        to->same++;
        d->same++;
        return RK_OK;
    }
    rk_price_change change = {.key = key_of(d, p, side, row),
                              .move = move_of(&cells[0], &cells[1], order),
                              .value = {cells[0].text, cells[1].text}};
    if (numbers) {
        const rk_num hundred = rk__num_from_int(&d->nums, 100);
        change.difference = rk__num_sub(&d->nums, cells[1].number, cells[0].number);
        change.percent =
            rk__num_sign(cells[0].number) == 0
                ? NULL
                : rk__num_div(&d->nums, rk__num_mul(&d->nums, change.difference, hundred),
                              cells[0].number);
    }
    return add_change(d, to, capacity, &change);
}

/* --------------------------------------------------------------------- columns */

typedef struct sized {
    rk_price_change change;
    rk_num size; /* of `percent`, without its sign */
    size_t order;
} sized;

static int by_size(const void *a, const void *b)
{
    const sized *x = a;
    const sized *y = b;
    const bool moved[2] = {x->change.move <= RK_PRICE_FELL, y->change.move <= RK_PRICE_FELL};
    int order = moved[0] != moved[1] ? moved[1] - moved[0] : 0;
    if (order == 0 && !moved[0]) {
        order = (int) x->change.move - (int) y->change.move;
    } else if (order == 0) {
        /* A price that was zero comes first: its rise in percent has no limit. */
        order = (x->size == NULL) != (y->size == NULL) ? (x->size == NULL ? -1 : 1)
                                                       : rk__num_compare(y->size, x->size);
    }
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

static rk_status sort_changes(rk_tariff_diff *d, rk__price_column *c)
{
    sized *all = rk__calloc(c->n_changes + 1, sizeof *all);
    rk_price_change *kept = rk__arena_alloc(&d->arena, (c->n_changes + 1) * sizeof *kept);
    const bool made = all != NULL && kept != NULL;
    for (size_t i = 0; i < c->n_changes && made; i++) {
        const rk_num percent = c->changes[i].percent;
        all[i] =
            (sized){.change = c->changes[i],
                    .size = rk__num_sign(percent) < 0 ? rk__num_neg(&d->nums, percent) : percent,
                    .order = i};
    }
    if (made && c->n_changes > 0) {
        qsort(all, c->n_changes, sizeof *all, by_size);
    }
    for (size_t i = 0; i < c->n_changes && made; i++) {
        kept[i] = all[i].change;
    }
    rk__free(all);
    rk__free(c->changes);
    c->changes = kept;
    return made ? RK_OK : RK_NO_MEMORY;
}

static rk_status diff_column(rk_tariff_diff *d, const pair *p, const char *name,
                             rk__price_column *to)
{
    size_t capacity = 0;
    rk_status status = RK_OK;
    int columns[2] = {-1, -1};
    *to = (rk__price_column){
        .table = p->view->name, .column = name, .keys = p->key_names, .n_keys = p->n_keys};
    for (size_t side = 0; side < 2 && name != NULL; side++) {
        columns[side] = p->rows[side] != NULL ? rk__table_find(p->rows[side], name) : -1;
    }
    for (size_t side = 0; side < 2 && status == RK_OK; side++) {
        const size_t n = p->rows[side] != NULL ? rk__table_n_rows(p->rows[side]) : 0;
        for (size_t row = 0; row < n && status == RK_OK; row++) {
            /* Of the second tariff, only rows that the first lacks. */
            if (side == 0 || p->match[side][row] < 0) {
                status = compare_cells(d, p, side, row, columns, to, &capacity);
            }
        }
    }
    const rk_status sorted = sort_changes(d, to);
    return status != RK_OK ? status : sorted;
}

static bool is_key(const pair *p, size_t side, int column)
{
    bool key = false;
    for (size_t k = 0; k < p->n_keys && !key; k++) {
        key = p->keys[side][k] == column;
    }
    return key;
}

static rk_status diff_table(rk_tariff_diff *d, pair *p)
{
    const size_t first = d->n_columns;
    rk_status status = match_rows(d, p);
    for (size_t side = 0; side < 2 && status == RK_OK; side++) {
        const size_t n = p->rows[side] != NULL ? rk__table_n_columns(p->rows[side]) : 0;
        for (size_t c = 0; c < n && status == RK_OK; c++) {
            const char *name = rk__table_column_name(p->rows[side], c);
            const bool seen =
                side == 1 && p->rows[0] != NULL && rk__table_find(p->rows[0], name) >= 0;
            if (!seen && !is_key(p, side, (int) c)) {
                status = diff_column(d, p, name, &d->columns[d->n_columns++]);
            }
        }
    }
    if (status == RK_OK && d->n_columns == first) {
        status = diff_column(d, p, NULL, &d->columns[d->n_columns++]);
    }
    return status;
}

static const char *joined(rk_tariff_diff *d, const rk_tariff_table *t)
{
    rk__buf text = {0};
    for (size_t k = 0; k < t->n_keys; k++) {
        rk__buf_printf(&text, "%s%s", k > 0 ? ", " : "", t->keys[k]);
    }
    const char *copy =
        text.failed ? NULL : rk__arena_strdup(&d->arena, text.text != NULL ? text.text : "");
    rk__buf_dispose(&text);
    return copy;
}

/* `at`: the table's index in each tariff; SIZE_MAX: it has none. */
static rk_status diff_tables(rk_tariff_diff *d, const size_t at[2])
{
    pair p = {0};
    const rk_tariff_table *views[2] = {NULL, NULL};
    for (size_t side = 0; side < 2; side++) {
        if (at[side] != SIZE_MAX) {
            views[side] = rk_tariff_table_at(d->tariffs[side], at[side]);
            p.rows[side] = rk__tariff_rows(d->tariffs[side], at[side]);
        }
    }
    p.view = views[0] != NULL ? views[0] : views[1];
    if (!find_keys(d, &p, views)) {
        rk__price_column *c = &d->columns[d->n_columns++];
        *c = (rk__price_column){.table = p.view->name};
        if (views[0] != NULL && views[1] != NULL) {
            const char *const keys[2] = {joined(d, views[0]), joined(d, views[1])};
            c->skipped = keys[0] != NULL && keys[1] != NULL
                             ? rk__arena_printf(&d->arena, "its key is '%s' in A and '%s' in B",
                                                keys[0], keys[1])
                             : NULL;
        }
        return c->skipped != NULL ? RK_OK : RK_NO_MEMORY;
    }
    return diff_table(d, &p);
}

static size_t index_of(const rk_tariff *tariff, const char *name)
{
    const size_t n = rk_tariff_read(tariff)->n_tables;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(rk_tariff_table_at(tariff, i)->name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

rk_status rk__prices_diff(rk_tariff_diff *d)
{
    size_t most = 0;
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < rk_tariff_read(d->tariffs[side])->n_tables; i++) {
            most += rk_tariff_table_at(d->tariffs[side], i)->n_columns + 1;
        }
    }
    d->columns = rk__arena_alloc(&d->arena, (most + 1) * sizeof *d->columns);
    rk_status status = d->columns != NULL ? RK_OK : RK_NO_MEMORY;
    for (size_t side = 0; side < 2 && status == RK_OK; side++) {
        const size_t n = rk_tariff_read(d->tariffs[side])->n_tables;
        for (size_t i = 0; i < n && status == RK_OK; i++) {
            const char *name = rk_tariff_table_at(d->tariffs[side], i)->name;
            const size_t other = index_of(d->tariffs[1 - side], name);
            if (side == 0 || other == SIZE_MAX) {
                status = diff_tables(d, side == 0 ? (const size_t[]){i, other}
                                                  : (const size_t[]){other, i});
            }
        }
    }
    return status == RK_OK && (d->arena.failed || d->nums.no_memory) ? RK_NO_MEMORY : status;
}
