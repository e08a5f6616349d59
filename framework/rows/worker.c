/* SPDX-License-Identifier: MIT
 *
 * worker.c: the memory of one thread of a pass: arrays by what the plan has, and scratch
 * for a batch.
 */
#include <string.h>

#include "rows/called.h"
#include "rows/code_cells.h"
#include "rows/kept.h"
#include "rows/pass.h"

size_t rk__pass_batch_rows(const rk__pass *pass)
{
    const rk__value *rows = pass->input->spec->rows;
    const size_t asked = pass->input->contract->session->batch_rows;
    if (pass->repeats) {
        return RK__REPEAT_ROWS;
    }
    if (asked > 0 && asked < RK__BATCH_ROWS) {
        return asked;
    }
    if (rows == NULL || rows->count >= RK__BATCH_ROWS || pass->rows != NULL) {
        return RK__BATCH_ROWS;
    }
    return rows->count > 0 ? rows->count : 1;
}

static void *rows_of(rk__pass_worker *w, size_t size, bool *failed)
{
    void *p = rk__arena_alloc(&w->arena, w->batch_rows * size);
    *failed |= p == NULL;
    return p;
}

static void **arrays_of(rk__pass_worker *w, size_t n, size_t size, bool *failed)
{
    void **p = rk__arena_alloc(&w->arena, (n + 1) * sizeof *p);
    *failed |= p == NULL;
    for (size_t i = 0; i < n && !*failed && size > 0; i++) {
        p[i] = rows_of(w, size, failed);
    }
    return p;
}

/* The same, one close behind the other. */
static void **adjoining(rk__pass_worker *w, size_t n, size_t size, bool *failed)
{
    void **p = arrays_of(w, n, 0, failed);
    char *all = rk__arena_alloc(&w->arena, (n + 1) * w->batch_rows * size);
    *failed |= all == NULL;
    for (size_t i = 0; i < n && !*failed; i++) {
        p[i] = all + i * w->batch_rows * size;
    }
    return p;
}

/* A column that rules are handed: its values, and behind them whether there are any. */
bool rk__pass_handed(rk__pass_worker *w, rk__twin *memory, int64_t **v, uint8_t **has)
{
    if (!rk__twin_take(w->batch_rows * (sizeof **v + sizeof **has), memory)) {
        return false;
    }
    *v = (int64_t *) (void *) memory->mine;
    *has = memory->mine + w->batch_rows * sizeof **v;
    return true;
}

static void *table_of(rk__arena *arena, size_t n, size_t size, bool *failed)
{
    void *p = rk__arena_alloc(arena, (n + 1) * size);
    *failed |= p == NULL;
    return p;
}

/* Arrays by want, combination, join and column of the plan. */
static bool worker_arrays(rk__pass_worker *w)
{
    const rk__pass *p = w->pass;
    rk__arena *a = &w->arena;
    bool bad = false;
    w->text.dicts = table_of(a, p->n_wants + p->n_derived, sizeof *w->text.dicts, &bad);
    w->text.codes = (uint32_t **) arrays_of(w, p->n_wants + p->n_derived, sizeof(uint32_t), &bad);
    w->combiners = table_of(a, p->n_combinations, sizeof *w->combiners, &bad);
    w->numbers = (uint32_t **) arrays_of(w, p->n_combinations, sizeof(uint32_t), &bad);
    w->join.rows = (uint32_t **) arrays_of(w, p->n_joins, 0, &bad);
    w->join.n_rows = table_of(a, p->n_joins, sizeof(size_t), &bad);
    w->join.capacity = table_of(a, p->n_joins, sizeof(size_t), &bad);
    w->join.found = (uint32_t **) arrays_of(w, p->n_joins, sizeof(uint32_t), &bad);
    w->join.some_missing = table_of(a, p->n_joins, sizeof(bool), &bad);
    w->near.rows = (uint32_t **) arrays_of(w, p->n_joins, 0, &bad);
    w->near.capacity = table_of(a, p->n_joins, sizeof(size_t), &bad);
    w->near.row = rows_of(w, sizeof *w->near.row, &bad);
    w->kept.at = rows_of(w, sizeof *w->kept.at, &bad);
    w->near.at = rows_of(w, sizeof *w->near.at, &bad);
    w->near.quantity = rows_of(w, sizeof *w->near.quantity, &bad);
    w->column.data = table_of(a, p->n_columns, sizeof *w->column.data, &bad);
    w->column.v = (int64_t **) arrays_of(w, p->n_columns, 0, &bad);
    w->column.has = (uint8_t **) arrays_of(w, p->n_columns, 0, &bad);
    w->column.memory = table_of(a, p->n_columns, sizeof *w->column.memory, &bad);
    for (size_t i = 0; i < p->n_columns && !bad; i++) {
        bad = p->columns[i].want == RK__NONE || p->columns[i].has_default ||
                      p->columns[i].type == RK_COLUMN_CHOICE
                  ? !rk__pass_handed(w, &w->column.memory[i], &w->column.v[i], &w->column.has[i])
                  : false;
    }
    w->column.full = table_of(a, p->n_columns, sizeof(bool), &bad);
    w->column.choice_of = (int32_t **) arrays_of(w, p->n_columns, 0, &bad);
    w->column.choice_capacity = table_of(a, p->n_columns, sizeof(size_t), &bad);
    w->text.matches = (uint8_t **) arrays_of(w, p->n_tests, 0, &bad);
    w->text.matches_capacity = table_of(a, p->n_tests, sizeof(size_t), &bad);
    w->made.codes = table_of(a, p->n_wants + p->n_derived, sizeof(bool), &bad);
    w->made.numbers = table_of(a, p->n_combinations, sizeof(bool), &bad);
    w->made.found = table_of(a, p->n_joins, sizeof(bool), &bad);
    w->made.columns = table_of(a, p->n_columns, sizeof(bool), &bad);
    for (size_t i = 0; i < p->n_combinations && !bad; i++) {
        w->combiners[i].n_columns = p->combinations[i].n;
    }
    for (size_t i = 0; i < p->n_derived && !bad; i++) {
        w->text.dicts[p->n_wants + i] = p->derived[i].dict;
    }
    return !bad;
}

/* Scratch for the rows of the largest instance. */
static bool worker_scratch(rk__pass_worker *w)
{
    size_t columns = 0;
    size_t elements = 0;
    for (size_t u = 0; u < w->pass->n_instances; u++) {
        const rk__rule *rule = w->pass->instances[u].instance->rule;
        columns = rule->n_columns > columns ? rule->n_columns : columns;
        elements = rule->n_elements > elements ? rule->n_elements : elements;
    }
    bool bad = false;
    bad |= !rk__twin_take(w->batch_rows, &w->column.ones_memory);
    w->column.ones = w->column.ones_memory.theirs;
    w->scratch.keep = rows_of(w, 1, &bad);
    w->scratch.selected = rows_of(w, sizeof *w->scratch.selected, &bad);
    w->scratch.packed_v = (int64_t **) arrays_of(w, columns, 0, &bad);
    w->scratch.packed_has = (uint8_t **) arrays_of(w, columns, 0, &bad);
    w->scratch.packed = table_of(&w->arena, columns, sizeof *w->scratch.packed, &bad);
    w->scratch.n_packed = bad ? 0 : columns;
    w->scratch.packed_slots = rows_of(w, sizeof(uint32_t), &bad);
    w->scratch.quantity = rows_of(w, sizeof(int64_t), &bad);
    w->scratch.single_quantity = rows_of(w, sizeof(int64_t), &bad);
    int64_t **rounded = (int64_t **) adjoining(w, 1 + elements, sizeof(int64_t), &bad);
    rk_int128 **exact = (rk_int128 **) adjoining(w, 1 + elements, sizeof(rk_int128), &bad);
    w->priced.status = rows_of(w, 1, &bad);
    w->priced.notes = rows_of(w, sizeof(uint32_t), &bad);
    w->priced.reason = rows_of(w, sizeof(uint16_t), &bad);
    w->period = rows_of(w, sizeof *w->period, &bad);
    if (!bad) {
        w->priced.amount = rounded[0];
        w->priced.element = rounded + 1;
        w->priced.exact_amount = exact[0];
        w->priced.exact_element = exact + 1;
        memset(w->column.ones_memory.mine, 1, w->batch_rows);
        for (size_t i = 0; i < w->batch_rows; i++) {
            w->scratch.single_quantity[i] = RK_DECIMAL_ONE;
        }
    }
    return !bad;
}

static bool worker_instances(rk__pass_worker *w)
{
    bool bad = false;
    w->instances = table_of(&w->arena, w->pass->n_instances, sizeof *w->instances, &bad);
    for (size_t u = 0; u < w->pass->n_instances && !bad; u++) {
        rk__instance_work *work = &w->instances[u];
        rk__instance *instance = w->pass->instances[u].instance;
        const bool exact = instance->rule->rule->row_kind == RK_ROWS_EXACT;
        const size_t lanes =
            instance->rule->rule->price != NULL ? 1 + instance->rule->n_elements : 0;
        rk__totals_init(&work->totals, 2 + (exact ? 0 : lanes), exact ? lanes : 0);
        work->listed_keys = rk__dict_new();
        bad |= !rk__twin_take((instance->rule->n_columns + 1) * sizeof *work->handed,
                              &work->handed_memory);
        work->handed = (rk_column_data *) (void *) work->handed_memory.mine;
        work->suspects =
            table_of(&w->arena, rk__n_suspects(instance->rule), sizeof *work->suspects, &bad);
        bad |= work->listed_keys == NULL;
        rk__host_init(&work->host, instance, NULL);
        work->host.pricing = true;
    }
    return !bad;
}

rk_status rk__pass_worker_new(rk__pass *pass, rk__pass_worker **out)
{
    rk__pass_worker *w = rk__calloc(1, sizeof *w);
    *out = w;
    if (w == NULL) {
        return RK_NO_MEMORY;
    }
    w->pass = pass;
    if (pass->n_workers == 1) {
        w->arena.spares = pass->arena.spares; /* others have threads of their own */
    }
    w->batch_rows = rk__pass_batch_rows(pass);
    if (!worker_arrays(w) || !worker_scratch(w) || !worker_instances(w)) {
        return RK_NO_MEMORY;
    }
    rk__pass_constants(w);
    const rk_status status = rk__codes_worker(w);
    return status == RK_OK ? rk__pass_rows_worker(w) : status;
}

void rk__pass_worker_free(rk__pass_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    const rk__pass *p = worker->pass;
    for (size_t i = 0; worker->combiners != NULL && i < p->n_combinations; i++) {
        rk__combiner_dispose(&worker->combiners[i]);
    }
    for (size_t i = 0; worker->join.rows != NULL && i < p->n_joins; i++) {
        rk__free(worker->join.rows[i]);
    }
    for (size_t i = 0; worker->near.rows != NULL && i < p->n_joins; i++) {
        rk__free(worker->near.rows[i]);
    }
    for (size_t i = 0; worker->column.choice_of != NULL && i < p->n_columns; i++) {
        rk__free(worker->column.choice_of[i]);
    }
    for (size_t i = 0; worker->text.matches != NULL && i < p->n_tests; i++) {
        rk__free(worker->text.matches[i]);
    }
    for (size_t u = 0; worker->instances != NULL && u < p->n_instances; u++) {
        rk__totals_dispose(&worker->instances[u].totals);
        rk__dict_free(worker->instances[u].listed_keys);
        rk__free(worker->instances[u].listed);
        rk__host_dispose(&worker->instances[u].host);
        rk__twin_give(&worker->instances[u].handed_memory);
    }
    for (size_t i = 0; worker->column.memory != NULL && i < p->n_columns; i++) {
        rk__twin_give(&worker->column.memory[i]);
    }
    for (size_t i = 0; i < worker->scratch.n_packed; i++) {
        rk__twin_give(&worker->scratch.packed[i]);
    }
    rk__twin_give(&worker->column.ones_memory);
    rk__pass_rows_free(worker);
    rk__kept_free(worker);
    rk__called_free(worker);
    rk__free(worker->text.period_of);
    rk__arena_dispose(&worker->arena);
    rk__free(worker);
}
