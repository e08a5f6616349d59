/* SPDX-License-Identifier: MIT
 *
 * files.c: CSV files loaded whole, one or several to a table.
 *
 * The files of one table have the same columns in any order; a column that only some of them have
 * is a problem, unless it has a default, because some rows would silently lack a value. No message
 * shows the contents of a cell: a file of facts can hold patients.
 */
#include "table/store.h"

#include <string.h>

#include "csv/csv.h"
#include "table/header.h"
#include "table/input.h"
#include "table/sheet_text.h"
#include "table/total_row.h"

typedef struct files_loader {
    rk__table *table;
    rk_problems *problems;
    rk_status status; /* the first that was met */
    /* The current file: */
    const rk__input_text *input;
    rk__table_file *file;
    size_t n_fields;
    rk__cell_reader *readers; /* by column of the table */
    char *scratch;
    size_t scratch_capacity;
} files_loader;

static void note(files_loader *loader, rk_status status)
{
    if (loader->status == RK_OK) {
        loader->status = status;
    }
}

static bool out_of_memory(files_loader *loader)
{
    loader->status = RK_NO_MEMORY;
    return false;
}

/* The value of a field; it may be in `scratch`, valid until the next call. */
static bool value_of(files_loader *loader, const rk__csv_field *field, const char **text,
                     size_t *length)
{
    if (rk__grow((void **) &loader->scratch, &loader->scratch_capacity,
                 RK__CELL_SCRATCH(field->length), 1) != 0) {
        return out_of_memory(loader);
    }
    *text = field->text;
    *length = field->length;
    rk__csv_value(text, length, loader->scratch);
    return true;
}

/* ------------------------------------------------------------------- header */

static const char *const *read_names(files_loader *loader, const rk__csv_record *header)
{
    rk__arena *arena = &loader->table->arena;
    const char **names = rk__arena_alloc(arena, (header->n_fields + 1) * sizeof *names);
    if (!names) {
        out_of_memory(loader);
        return NULL;
    }
    for (size_t i = 0; i < header->n_fields; i++) {
        const char *text;
        size_t length;
        if (!value_of(loader, &header->field[i], &text, &length)) {
            return NULL;
        }
        names[i] = rk__arena_copy(arena, text, length);
        if (!names[i]) {
            out_of_memory(loader);
            return NULL;
        }
    }
    return names;
}

/* A table of files keeps a span for each column, even one that only has a default in the first
 * file: another file may have the column. */
static bool take_columns(files_loader *loader, rk__named_column *columns, size_t n)
{
    rk__table *table = loader->table;
    int32_t *fields = rk__arena_alloc(&table->arena, (n + 1) * sizeof *fields);
    loader->readers = rk__arena_alloc(&table->arena, (n + 1) * sizeof *loader->readers);
    if (!fields || !loader->readers) {
        return out_of_memory(loader);
    }
    for (size_t i = 0; i < n; i++) {
        fields[i] = columns[i].source;
        columns[i].source = (int) i;
        loader->readers[i] = rk__cell_reader_of(table->spec.reading, columns[i].name, RK__USE_TEXT);
    }
    table->columns = columns;
    table->n_columns = n;
    table->n_sources = n;
    loader->file->fields = fields;
    return true;
}

/* By number, not by name: what looks like a header may be a row of somebody's data. */
static void only_in_one(files_loader *loader, size_t column, const char *with, const char *without,
                        const rk__place *place)
{
    note(loader, rk__problem(loader->problems, RK_MISSING_COLUMN, place,
                             "files of one table need the same columns, or defaults for them",
                             "'%s' has a column that '%s' has not: its number %zu", with, without,
                             column + 1));
}

/* Finds the columns of the first file in a later one. */
static bool match_columns(files_loader *loader, const rk__named_column *columns, size_t n,
                          const rk__place *place)
{
    rk__table *table = loader->table;
    const char *first = table->files[0].path;
    int32_t *fields = rk__arena_alloc(&table->arena, (table->n_columns + 1) * sizeof *fields);
    if (!fields) {
        return out_of_memory(loader);
    }
    for (size_t i = 0; i < table->n_columns; i++) {
        const rk__named_column *column = &table->columns[i];
        const int found = rk__columns_find(&table->spec, columns, n, column->name);
        fields[i] = found < 0 ? -1 : columns[found].source;
        if (found < 0) { /* one with a default is always found */
            only_in_one(loader, i, first, loader->file->path, place);
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (rk__table_find(table, columns[i].name) < 0) {
            only_in_one(loader, i, loader->file->path, first, place);
        }
    }
    loader->file->fields = fields;
    return loader->status == RK_OK;
}

static bool read_header(files_loader *loader, rk__csv_reader *reader)
{
    rk__table *table = loader->table;
    const rk__input_text *input = loader->input;
    rk__header_place at;
    rk__csv_record header;
    rk__header_find(&table->spec, input->text, input->length, &at);
    if (!at.found) {
        note(loader, rk__header_missing(&table->spec, loader->file->path, loader->problems));
        return false;
    }
    *reader = (rk__csv_reader){.text = input->text,
                               .length = input->length,
                               .delimiter = at.delimiter,
                               .at = at.start,
                               .line = at.line};
    if (rk__csv_next(reader, &header) < 0) {
        return out_of_memory(loader);
    }
    const rk__place place = {.file = loader->file->path, .line = header.line};
    const rk_status sound = rk__header_check(&table->spec, input->text, &at, &header,
                                             loader->file->path, loader->problems);
    if (sound != RK_OK) {
        note(loader, sound);
        return false;
    }
    const char *const *names = read_names(loader, &header);
    if (!names) {
        return false;
    }
    rk__named_column *columns;
    size_t n;
    loader->n_fields = header.n_fields;
    const rk_status status = rk__columns_resolve(&table->spec, &place, names, header.n_fields,
                                                 &table->arena, &columns, &n, loader->problems);
    note(loader, status);
    if (status == RK_OK && n == 0) {
        note(loader,
             rk__problem(loader->problems, RK_SYNTAX, &place,
                         "begin it with a line of column names", "the header names no column"));
    }
    if (loader->status != RK_OK) {
        return false;
    }
    return table->n_files == 1 ? take_columns(loader, columns, n)
                               : match_columns(loader, columns, n, &place);
}

/* ------------------------------------------------------------------ records */

/* Reports a cell that is not written as its table declares. */
static void bad_cell(files_loader *loader, size_t column, uint32_t line, rk_status status,
                     const char *why)
{
    const rk__place place = {.file = loader->file->path,
                             .line = line,
                             .column = (uint32_t) loader->file->fields[column] + 1};
    const char *phrase =
        rk__sheet_cell_phrase(loader->file->sheet, place.column - 1, line,
                              loader->table->columns[column].name, &loader->table->arena);
    note(loader, phrase != NULL ? rk__problem(loader->problems, status, &place,
                                              rk__cell_hint(why, true), "%s %s", phrase, why)
                                : RK_NO_MEMORY);
}

static bool store_cell(files_loader *loader, const rk__csv_field *field, size_t column,
                       uint32_t line, rk__table_span *span)
{
    rk__buf *out = &loader->table->text;
    const char *text;
    size_t length;
    *span = (rk__table_span){0};
    if (!value_of(loader, field, &text, &length)) {
        return false;
    }
    if (rk__cell_is_blank(text, length)) {
        return true;
    }
    if (loader->table->spec.reading != NULL) {
        const char *why = NULL;
        const rk_status status =
            rk__cell_read(&loader->readers[column], &text, &length, loader->scratch, &why);
        if (status != RK_OK) {
            bad_cell(loader, column, line, status, why);
            return true;
        }
        if (text == NULL) {
            return true;
        }
    }
    *span = (rk__table_span){(uint32_t) out->length, (uint32_t) length};
    rk__buf_add(out, text, length);
    rk__buf_putc(out, '\0');
    return !out->failed || out_of_memory(loader);
}

static bool store_record(files_loader *loader, const rk__csv_record *record)
{
    rk__table *table = loader->table;
    const size_t n_cells = (table->n_rows + 1) * table->n_sources;
    if (n_cells > RK__TABLE_MAX_LOADED_BYTES / sizeof *table->spans ||
        table->text.length > RK__TABLE_MAX_LOADED_BYTES) {
        const rk__place place = {.file = loader->file->path, .line = record->line};
        note(loader, rk__problem(loader->problems, RK_LIMIT, &place, NULL,
                                 "table '%s' is too large to be held in memory", table->spec.name));
        return false;
    }
    if (rk__grow((void **) &table->spans, &table->spans_capacity, n_cells, sizeof *table->spans) !=
            0 ||
        rk__grow((void **) &table->lines, &table->lines_capacity, table->n_rows + 1,
                 sizeof *table->lines) != 0) {
        return out_of_memory(loader);
    }
    rk__table_span *spans = table->spans + table->n_rows * table->n_sources;
    for (size_t i = 0; i < table->n_sources; i++) {
        const int32_t field = loader->file->fields[i];
        spans[i] = (rk__table_span){0};
        if (field >= 0 && !store_cell(loader, &record->field[field], i, record->line, &spans[i])) {
            return false;
        }
    }
    table->lines[table->n_rows++] = (rk__table_line){(uint32_t) (table->n_files - 1), record->line};
    return true;
}

/* Reports a bad record; later records are still read. */
static void bad_record(files_loader *loader, const rk__csv_record *record)
{
    rk__place place = {.file = loader->file->path, .line = record->line};
    if (record->fault != RK__CSV_OK) {
        rk__csv_locate(loader->input->text, record->start, record->line, record->fault_at,
                       &place.line, &place.column);
        note(loader, rk__problem(loader->problems, RK_SYNTAX, &place, NULL, "the record %s",
                                 rk__csv_fault_text(record->fault)));
        return;
    }
    if (loader->file->sheet != NULL) {
        note(loader, rk__sheet_wide_row(loader->file->sheet, &place, loader->problems));
        return;
    }
    note(loader, rk__problem(loader->problems, RK_SYNTAX, &place, NULL,
                             "the record has %zu field%s and the header has %zu", record->n_fields,
                             record->n_fields == 1 ? "" : "s", loader->n_fields));
}

static void read_records(files_loader *loader, rk__csv_reader *reader)
{
    rk__csv_record record;
    int got;
    while ((got = rk__csv_next(reader, &record)) > 0) {
        if (record.fault != RK__CSV_OK || record.n_fields != loader->n_fields) {
            bad_record(loader, &record);
        } else if (loader->status != RK_NO_MEMORY && loader->status != RK_LIMIT &&
                   !store_record(loader, &record)) {
            return;
        }
    }
    if (got < 0) {
        out_of_memory(loader);
    }
}

/* ---------------------------------------------------------------------- ends */

static void note_total(files_loader *loader, uint32_t line, bool by_name)
{
    rk__table *table = loader->table;
    table->totals[table->n_totals++] = (rk__total_row){
        .file = loader->file->path, .line = line, .ignored = true, .by_name = by_name};
}

/* Removes lines at the end of the file that are not data. */
static bool cut_tail(files_loader *loader, rk__csv_reader *reader)
{
    const rk__reading *reading = loader->table->spec.reading;
    const char *text = reader->text + reader->at;
    const uint32_t footer = reading != NULL ? reading->skip_footer : 0;
    rk__tail tail;
    if (footer == 0 && (reading == NULL || !reading->ignore_total)) {
        return true;
    }
    if (rk__tail_find(text, reader->length - reader->at, reader->delimiter, footer, &tail) !=
        RK_OK) {
        return out_of_memory(loader);
    }
    if (tail.records < footer && tail.end == 0) {
        const rk__place place = {.file = loader->file->path};
        note(loader, rk__problem(loader->problems, RK_OUT_OF_RANGE, &place, "lower \"skip_footer\"",
                                 "the file has fewer records than \"skip_footer\" leaves out"));
        return false;
    }
    if (reading->ignore_total && tail.last < tail.end &&
        rk__record_is_total(text + tail.last, tail.end - tail.last, reader->delimiter)) {
        note_total(loader, reader->line + rk__csv_count_feeds(text, tail.last), true);
        tail.end = tail.last;
    }
    reader->length = reader->at + tail.end;
    return true;
}

/* A last row whose numbers are the sums of those above it in the same file. */
static void drop_sums(files_loader *loader, size_t first_row, size_t n_totals)
{
    rk__table *table = loader->table;
    if (table->spec.reading != NULL && table->spec.reading->ignore_total &&
        table->n_totals == n_totals && loader->status == RK_OK &&
        rk__table_sums_up(table, first_row, table->n_rows)) {
        table->n_rows--;
        note_total(loader, table->lines[table->n_rows].line, false);
    }
}

/* -------------------------------------------------------------------- files */

static void load_file(files_loader *loader, const rk__access *access, const char *path)
{
    rk__table *table = loader->table;
    rk__input_text input;
    const rk_status status = rk__input_read(&table->spec, access, path, RK__TABLE_MAX_LOADED_BYTES,
                                            &table->arena, &input, loader->problems);
    note(loader, status);
    if (status != RK_OK) {
        return;
    }
    loader->input = &input;
    loader->file = &table->files[table->n_files++];
    loader->file->path = input.name;
    loader->file->sheet = input.sheet;
    memcpy(loader->file->digest, input.digest, sizeof input.digest);
    rk__csv_reader reader = {0};
    const size_t first_row = table->n_rows;
    const size_t n_totals = table->n_totals;
    if (read_header(loader, &reader) && cut_tail(loader, &reader)) {
        read_records(loader, &reader);
        drop_sums(loader, first_row, n_totals);
    }
    rk__csv_reader_dispose(&reader);
    rk__input_dispose(&input);
}

rk_status rk__table_load_files(rk__table *table, const rk__access *access, rk_problems *problems)
{
    files_loader loader = {.table = table, .problems = problems};
    const char *const *paths;
    size_t n;
    const rk_status status =
        rk__input_list(&table->spec, access, &table->arena, &paths, &n, problems);
    if (status != RK_OK) {
        return status;
    }
    table->files = rk__arena_alloc(&table->arena, (n + 1) * sizeof *table->files);
    rk__buf_putc(&table->text, '\0'); /* offset 0 stands for a missing cell */
    table->totals = rk__arena_alloc(&table->arena, (n + 1) * sizeof *table->totals);
    if (!table->files || !table->totals || table->text.failed) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n && loader.status == RK_OK; i++) {
        load_file(&loader, access, paths[i]);
    }
    rk__free(loader.scratch);
    return loader.status;
}
