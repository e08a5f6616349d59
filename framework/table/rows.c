/* SPDX-License-Identifier: MIT
 *
 * rows.c: tables whose rows are in a document.
 */
#include "table/store.h"

#include <string.h>

/* What one pass over the rows finds. */
typedef struct rows_loader {
    rk__table *table;
    rk__dict *names; /* the sources: keys in order of first appearance */
    rk_problems *problems;
    rk_status status;
} rows_loader;

static void note(rows_loader *loader, rk_status status)
{
    if (loader->status == RK_OK) {
        loader->status = status;
    }
}

/* Most rows have the keys of the one before, in its order: `like` is the cell there, or
 * NULL. */
static bool has_key_of(const rk__value *cell, const rk__value *like)
{
    return like != NULL && (cell->key == like->key || strcmp(cell->key, like->key) == 0);
}

static void find_names(rows_loader *loader)
{
    const rk__value *before = NULL; /* first cell of the row before */
    for (const rk__value *row = loader->table->spec.rows->first; row; row = row->next) {
        if (row->type != RK__JSON_OBJECT) {
            note(loader, rk__json_problem(loader->problems, row, RK_WRONG_TYPE, NULL,
                                          "a row of table '%s' must be an object, not %s",
                                          loader->table->spec.name, rk__json_type_name(row)));
            continue;
        }
        const rk__value *like = before;
        before = row->first;
        for (const rk__value *cell = row->first; cell; cell = cell->next) {
            if (!has_key_of(cell, like) &&
                rk__dict_intern(loader->names, cell->key, strlen(cell->key)) < 0) {
                note(loader, RK_NO_MEMORY);
                return;
            }
            like = like != NULL ? like->next : NULL;
            if (cell->type == RK__JSON_ARRAY || cell->type == RK__JSON_OBJECT) {
                note(loader, rk__json_problem(loader->problems, cell, RK_WRONG_TYPE, NULL,
                                              "a cell of column '%s' must be a string, number or "
                                              "bool, not %s",
                                              cell->key, rk__json_type_name(cell)));
            }
        }
        if (rk__dict_count(loader->names) > RK__TABLE_MAX_COLUMNS) {
            note(loader, rk__json_problem(loader->problems, row, RK_LIMIT, NULL,
                                          "table '%s' has more than %d columns",
                                          loader->table->spec.name, RK__TABLE_MAX_COLUMNS));
            return;
        }
    }
}

static void make_columns(rows_loader *loader)
{
    rk__table *table = loader->table;
    table->n_sources = (size_t) rk__dict_count(loader->names);
    const char **names = rk__arena_alloc(&table->arena, (table->n_sources + 1) * sizeof *names);
    if (!names) {
        note(loader, RK_NO_MEMORY);
        return;
    }
    for (size_t i = 0; i < table->n_sources; i++) {
        size_t length;
        const char *name = rk__dict_text(loader->names, (int32_t) i, &length);
        names[i] = rk__arena_copy(&table->arena, name, length);
        if (!names[i]) {
            note(loader, RK_NO_MEMORY);
            return;
        }
    }
    note(loader, rk__columns_resolve(&table->spec, NULL, names, table->n_sources, &table->arena,
                                     &table->columns, &table->n_columns, loader->problems));
}

/* The number of a key; most rows have them in the order of the first. */
static size_t source_of(const rows_loader *loader, const char *key, size_t expected)
{
    size_t length = 0;
    const char *name = rk__dict_text(loader->names, (int32_t) expected, &length);
    return name != NULL && strcmp(name, key) == 0
               ? expected
               : (size_t) rk__dict_find(loader->names, key, strlen(key));
}

/* Room for n rows, which may hold anything. */
static rk_status make_room(rk__table *table, size_t n)
{
    return rk__grow((void **) &table->rows, &table->rows_capacity, n + 1, sizeof *table->rows) ==
                       0 &&
                   rk__grow((void **) &table->cells, &table->cells_capacity,
                            n * table->n_sources + 1, sizeof *table->cells) == 0
               ? RK_OK
               : RK_NO_MEMORY;
}

static void fill_cells(rows_loader *loader)
{
    rk__table *table = loader->table;
    const size_t n = table->spec.rows->count;
    /* Rows that share few keys make a wide, empty table. */
    if (table->n_sources > 0 &&
        n > RK__TABLE_MAX_LOADED_BYTES / sizeof *table->cells / table->n_sources) {
        note(loader, rk__json_problem(loader->problems, table->spec.rows, RK_LIMIT,
                                      "put the rows into a CSV file",
                                      "table '%s' has too many cells", table->spec.name));
        return;
    }
    if (make_room(table, n) != RK_OK) {
        note(loader, RK_NO_MEMORY);
        return;
    }
    memset(table->cells, 0, n * table->n_sources * sizeof *table->cells);
    for (const rk__value *row = table->spec.rows->first; row; row = row->next) {
        const rk__value **cells = table->cells + table->n_rows * table->n_sources;
        size_t next = 0;
        table->rows[table->n_rows++] = row;
        for (const rk__value *cell = row->first; cell; cell = cell->next) {
            const size_t at = source_of(loader, cell->key, next);
            cells[at] = cell;
            next = at + 1;
        }
    }
}

rk_status rk__table_load_rows(rk__table *table, rk_problems *problems)
{
    rows_loader loader = {.table = table, .problems = problems, .names = rk__dict_new()};
    if (!loader.names) {
        return RK_NO_MEMORY;
    }
    find_names(&loader);
    if (loader.status == RK_OK) {
        make_columns(&loader);
    }
    if (loader.status == RK_OK) {
        fill_cells(&loader);
    }
    rk__dict_free(loader.names);
    return loader.status;
}

/* Whether each row has a cell for each column, in the order of the columns: those of the first are
 * in the order in which they were found. */
static bool are_alike(const rk__table *table, const rk__value *rows)
{
    for (const rk__value *row = rows->first; row != NULL; row = row->next) {
        if (row->count != table->n_sources || (row != rows->first && !row->alike)) {
            return false;
        }
    }
    return true;
}

rk_status rk__table_set_rows(rk__table *table, const rk__value *rows)
{
    if (!are_alike(table, rows)) {
        /* Such rows are part of the terms: they are the ones that the table was loaded from. */
        return rows == table->spec.rows ? RK_OK : RK_CONFLICT;
    }
    if (make_room(table, rows->count) != RK_OK) {
        return RK_NO_MEMORY;
    }
    rk__table_free_columns(table);
    table->spec.rows = rows;
    table->n_rows = 0;
    const rk__value **cells = table->cells;
    for (const rk__value *row = rows->first; row; row = row->next) {
        table->rows[table->n_rows++] = row;
        for (const rk__value *cell = row->first; cell; cell = cell->next) {
            *cells++ = cell;
        }
    }
    return RK_OK;
}
