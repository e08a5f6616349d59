/* SPDX-License-Identifier: MIT
 *
 * table.c: reading a table that is held in memory.
 */
#include <string.h>

#include "table/sheet_text.h"
#include "table/store.h"

const rk__table_spec *rk__table_spec_of(const rk__table *table)
{
    return &table->spec;
}

size_t rk__table_n_rows(const rk__table *table)
{
    return table->n_rows;
}

size_t rk__table_n_columns(const rk__table *table)
{
    return table->n_columns;
}

const char *rk__table_column_name(const rk__table *table, size_t column)
{
    return table->columns[column].name;
}

int rk__table_find(const rk__table *table, const char *column)
{
    return rk__columns_find(&table->spec, table->columns, table->n_columns, column);
}

const rk__value *const *rk__table_cells(const rk__table *table, int column, size_t row,
                                        size_t *stride)
{
    const int source = table->columns[column].source;
    *stride = table->n_sources;
    return source >= 0 ? table->cells + row * table->n_sources + source : NULL;
}

const char *rk__table_near(const rk__table *table, const char *column)
{
    return rk__columns_near(table->columns, table->n_columns, column);
}

const char *rk__table_cell(const rk__table *table, int column, size_t row, size_t *length)
{
    const rk__named_column *named = &table->columns[column];
    const char *text = NULL;
    if (named->source >= 0 && table->spec.rows) {
        const rk__value *v = table->cells[row * table->n_sources + (size_t) named->source];
        if (v && rk__cell_of_value(v, &text, length)) {
            return text;
        }
    } else if (named->source >= 0) {
        const rk__table_span *span = &table->spans[row * table->n_sources + (size_t) named->source];
        if (span->offset > 0) {
            *length = span->length;
            return table->text.text + span->offset;
        }
    }
    text = named->map ? named->map->value : NULL;
    *length = text ? strlen(text) : 0;
    return text;
}

void rk__table_place(const rk__table *table, int column, size_t row, rk__place *place,
                     rk__arena *arena)
{
    const int source = column < 0 ? -1 : table->columns[column].source;
    if (table->spec.rows) {
        const rk__value *cell =
            source < 0 ? NULL : table->cells[row * table->n_sources + (size_t) source];
        rk__json_place(cell ? cell : table->rows[row], place, arena);
        return;
    }
    const rk__table_line *line = &table->lines[row];
    place->file = table->files[line->file].path;
    place->line = line->line;
    const int32_t *fields = table->files[line->file].fields;
    place->column = source < 0 ? 0 : (uint32_t) (fields[source] + 1);
}

const char *rk__table_source(const rk__table *table, int column, size_t row, rk__arena *arena)
{
    const int source = column < 0 ? -1 : table->columns[column].source;
    if (table->spec.rows) {
        const rk__value *cell =
            source < 0 ? NULL : table->cells[row * table->n_sources + (size_t) source];
        return rk__json_pointer(cell ? cell : table->rows[row], arena);
    }
    const rk__table_line *line = &table->lines[row];
    return rk__arena_printf(arena, "%s:%u", table->files[line->file].path, line->line);
}

const char *rk__table_cell_phrase(const rk__table *table, int column, size_t row, rk__arena *arena)
{
    rk__place place = {0};
    const char *name = table->columns[column].name;
    const char *sheet =
        table->spec.rows == NULL ? table->files[table->lines[row].file].sheet : NULL;
    rk__table_place(table, column, row, &place, arena);
    const char *phrase =
        place.column > 0 ? rk__sheet_cell_phrase(sheet, place.column - 1, place.line, name, arena)
                         : rk__sheet_cell_phrase(NULL, 0, 0, name, arena);
    return phrase != NULL ? phrase : "a cell";
}

const char *rk__table_digest(const rk__table *table, size_t file_index, const char **path)
{
    if (file_index >= table->n_files) {
        return NULL;
    }
    if (path) {
        *path = table->files[file_index].path;
    }
    return table->files[file_index].digest;
}
