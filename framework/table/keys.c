/* SPDX-License-Identifier: MIT
 *
 * keys.c: checking the keys of a table that is looked up: its key columns exist, no
 * key has a blank part, and no key occurs twice.
 *
 * Messages show keys of rows in place, which are the document's own, and never
 * those of files, which can hold patients.
 */
#include "table/store.h"

#include <string.h>

typedef struct keys_check {
    const rk__table *table;
    int *columns; /* by key; -1 where missing */
    rk_problems *problems;
    rk_status status;
    rk__arena arena; /* of the current problem */
} keys_check;

static void note(keys_check *check, rk_status status)
{
    if (check->status == RK_OK) {
        check->status = status;
    }
    rk__arena_reset(&check->arena);
}

static void missing_column(keys_check *check, size_t key)
{
    const rk__table *table = check->table;
    const rk__table_spec *spec = &table->spec;
    const char **names = rk__arena_alloc(&check->arena, (table->n_columns + 1) * sizeof *names);
    const char *near = NULL;
    if (names) {
        for (size_t i = 0; i < table->n_columns; i++) {
            names[i] = table->columns[i].name;
        }
        near = rk__nearest(spec->keys[key], names);
    }
    const char *hint = near ? rk__arena_printf(&check->arena, "did you mean '%s'?", near) : NULL;
    rk__place place = {0};
    if (spec->at) {
        rk__json_place(spec->at, &place, &check->arena);
        const rk__value *list = rk__json_get(spec->at, "key");
        for (const rk__value *item = list ? list->first : NULL; item; item = item->next) {
            if (item->index == key) {
                rk__json_place(item, &place, &check->arena);
            }
        }
    }
    note(check, rk__problem(check->problems, RK_MISSING_COLUMN, &place, hint,
                            "table '%s' has no column '%s', which its key names", spec->name,
                            spec->keys[key]));
}

static void blank_key(keys_check *check, size_t key, size_t row)
{
    rk__place place = {0};
    rk__table_place(check->table, check->columns[key], row, &place, &check->arena);
    note(check, rk__problem(check->problems, RK_OUT_OF_RANGE, &place, NULL,
                            "key column '%s' of table '%s' is blank", check->table->spec.keys[key],
                            check->table->spec.name));
}

/* "hrg='DZ11B', pod='NEL'" for rows in a document, "hrg, pod" for a file. */
static void describe_key(const keys_check *check, size_t row, rk__buf *out)
{
    const rk__table_spec *spec = &check->table->spec;
    for (size_t k = 0; k < spec->n_keys; k++) {
        rk__buf_puts(out, k > 0 ? ", " : "");
        rk__buf_puts(out, spec->keys[k]);
        if (spec->rows) {
            size_t length;
            const char *text = rk__table_cell(check->table, check->columns[k], row, &length);
            rk__buf_puts(out, "='");
            rk__buf_add(out, text, length);
            rk__buf_putc(out, '\'');
        }
    }
}

static void duplicate_key(keys_check *check, size_t first, size_t row)
{
    const rk__table *table = check->table;
    rk__place place = {0};
    rk__table_place(table, -1, row, &place, &check->arena);
    rk__buf key = {0};
    describe_key(check, row, &key);
    if (key.failed) {
        note(check, RK_NO_MEMORY);
    } else if (table->spec.rows) {
        note(check, rk__problem(check->problems, RK_DUPLICATE_KEY, &place, NULL,
                                "rows %zu and %zu of table '%s' have the same key %s", first + 1,
                                row + 1, table->spec.name, key.text));
    } else {
        const rk__table_line *a = &table->lines[first];
        const rk__table_line *b = &table->lines[row];
        const bool same = a->file == b->file;
        note(check, rk__problem(check->problems, RK_DUPLICATE_KEY, &place, NULL,
                                "lines %u%s%s and %u of table '%s' have the same key (%s)", a->line,
                                same ? "" : " of ", same ? "" : table->files[a->file].path, b->line,
                                table->spec.name, key.text));
    }
    rk__buf_dispose(&key);
}

/* A row's key as one text, each part preceded by its length, so that different keys give different
 * texts. False if a part is blank. */
static bool join_key(keys_check *check, size_t row, rk__buf *out)
{
    const rk__table_spec *spec = &check->table->spec;
    bool whole = true;
    rk__buf_reset(out);
    for (size_t k = 0; k < spec->n_keys; k++) {
        size_t length;
        const char *text = rk__table_cell(check->table, check->columns[k], row, &length);
        if (!text) {
            blank_key(check, k, row);
            whole = false;
            continue;
        }
        rk__buf_add(out, (const char *) &length, sizeof length);
        rk__buf_add(out, text, length);
    }
    return whole;
}

static void check_rows(keys_check *check, bool unique)
{
    const rk__table *table = check->table;
    rk__dict *seen = rk__dict_new();
    size_t *first = rk__calloc(table->n_rows + 1, sizeof *first);
    rk__buf key = {0};
    bool enough_memory = seen && first;
    for (size_t row = 0; row < table->n_rows && enough_memory; row++) {
        if (!join_key(check, row, &key) || !unique) {
            continue;
        }
        const int32_t known = rk__dict_count(seen);
        const int32_t code = key.failed ? -1 : rk__dict_intern(seen, key.text, key.length);
        if (code < 0) {
            enough_memory = false;
        } else if (code == known) {
            first[code] = row;
        } else {
            duplicate_key(check, first[code], row);
        }
    }
    if (!enough_memory) {
        check->status = RK_NO_MEMORY;
    }
    rk__buf_dispose(&key);
    rk__free(first);
    rk__dict_free(seen);
}

rk_status rk__table_check_keys(const rk__table *table, bool unique, rk_problems *problems)
{
    const rk__table_spec *spec = &table->spec;
    /* A table in place without rows is valid: it has every column. */
    if (spec->n_keys == 0 || (spec->rows && table->n_rows == 0)) {
        return RK_OK;
    }
    keys_check check = {.table = table, .problems = problems};
    check.columns = rk__calloc(spec->n_keys, sizeof *check.columns);
    if (!check.columns) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < spec->n_keys; k++) {
        check.columns[k] = rk__table_find(table, spec->keys[k]);
        if (check.columns[k] < 0) {
            missing_column(&check, k);
        }
    }
    if (check.status == RK_OK) {
        check_rows(&check, unique);
    }
    rk__arena_dispose(&check.arena);
    rk__free(check.columns);
    return check.status;
}
