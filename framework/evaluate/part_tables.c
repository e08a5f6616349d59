/* SPDX-License-Identifier: MIT
 *
 * part_tables.c: how a table is read by a part, and by the merge of all.
 */
#include <string.h>

#include "evaluate/parts.h"

/* The file that a part has for a table; NULL if none is given. */
static const char *const *own_file(const rk__evaluation_part *parts, const char *table)
{
    for (size_t i = 0; i < parts->n_own; i++) {
        if (strcmp(parts->tables[i], table) == 0) {
            return &parts->files[i];
        }
    }
    return NULL;
}

static const rk__value *found_in(const rk__json *part, const char *table)
{
    const rk__value *tables = rk__json_get(rk__json_root(part), "tables");
    for (const rk__value *v = tables != NULL ? tables->first : NULL; v != NULL; v = v->next) {
        const rk__value *name = rk__json_get(v, "table");
        if (name != NULL && name->type == RK__JSON_STRING && strcmp(name->text, table) == 0) {
            return v;
        }
    }
    return NULL;
}

/* The table with other files. */
static const rk__table_spec *with_files(const rk__table_spec *spec, const char *const *files,
                                        size_t n, rk__arena *arena)
{
    rk__table_spec *own = rk__arena_alloc(arena, sizeof *own);
    if (own != NULL) {
        *own = *spec;
        own->rows = NULL;
        own->files = files;
        own->n_files = n;
    }
    return own;
}

/* The files of a part's table that are its own; adds their names to `files` unless it is NULL. */
static size_t own_pieces(const rk__value *table, const char **files)
{
    const rk__value *pieces = rk__json_get(table, "pieces");
    size_t n = 0;
    for (const rk__value *v = pieces != NULL ? pieces->first : NULL; v != NULL; v = v->next) {
        const rk__value *file = rk__json_get(v, "file");
        if (file != NULL && file->type == RK__JSON_STRING && rk__json_get(v, "files") == NULL) {
            if (files != NULL) {
                files[n] = file->text;
            }
            n++;
        }
    }
    return n;
}

/* The table as one run would have it: its files are those of the parts, in their order. */
static const rk__table_spec *with_pieces(const rk__table_spec *spec, const rk__value **tables,
                                         size_t n, rk__arena *arena)
{
    size_t n_files = 0;
    for (size_t i = 0; i < n; i++) {
        n_files += own_pieces(tables[i], NULL);
    }
    if (n_files == 0) {
        return spec;
    }
    const char **files = rk__arena_alloc(arena, n_files * sizeof *files);
    n_files = 0;
    for (size_t i = 0; files != NULL && i < n; i++) {
        n_files += own_pieces(tables[i], files + n_files);
    }
    return files != NULL ? with_files(spec, files, n_files, arena) : NULL;
}

bool rk__part_of_table(const rk__evaluation_part *parts, const rk__table_spec **spec,
                       rk__arena *arena, struct rk__pass_part *part)
{
    *part = (struct rk__pass_part){.number = parts->number, .of = parts->of, .out = parts->out};
    if (parts->out == NULL) {
        const rk__value **tables = parts->found;
        size_t n = 0;
        for (size_t i = 0; i < parts->of; i++) {
            const rk__value *v = found_in(parts->parts[i], (*spec)->name);
            if (v != NULL) {
                tables[n++] = v;
            }
        }
        part->tables = tables;
        part->n_tables = n;
        part->of = n > 0 ? part->of : 0; /* rows of the contract itself: priced here */
        *spec = with_pieces(*spec, tables, n, arena);
        return true;
    }
    const char *const *file = own_file(parts, (*spec)->name);
    if (file != NULL) {
        part->own_rows = true;
        *spec = with_files(*spec, file, 1, arena);
    }
    if (*spec == NULL) {
        return true;
    }
    if ((*spec)->rows == NULL && parts->out->length > 0) {
        rk__buf_puts(parts->out, ",");
    }
    return (*spec)->rows == NULL;
}
