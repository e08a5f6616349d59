/* SPDX-License-Identifier: MIT
 *
 * open.c: opening a table for a scan: its files, their headers, and the
 * field that each wanted column is in.
 */
#include "scan/open.h"

#include <string.h>

#include "scan/inside.h"
#include "table/column.h"
#include "table/header.h"
#include "table/input.h"
#include "table/table.h"

#define HEAD_BYTES ((size_t) 64 << 10)

/* ------------------------------------------------------------------- headers */

/* Reads until the header is complete. RK_LIMIT if it is too long. */
static rk_status read_head(const rk__table_spec *spec, rk__scan_input *file, rk__header_place *at,
                           rk_problems *problems)
{
    const rk__place place = {.file = file->path};
    size_t capacity = 0;
    bool ended = false;
    *at = (rk__header_place){0};
    while (!ended && !at->settled) {
        const size_t size = file->head_length == 0 ? HEAD_BYTES : 2 * file->head_length;
        size_t got;
        const char *why = NULL;
        if (file->head_length > RK__SCAN_MAX_RECORD) {
            return rk__problem(problems, RK_LIMIT, &place, "is a quote left open?",
                               "the header is longer than 16 MiB");
        }
        if (rk__grow((void **) &file->head, &capacity, size, 1) != 0) {
            return RK_NO_MEMORY;
        }
        const rk_status status = rk__source_read(file->source, file->head + file->head_length,
                                                 size - file->head_length, &got, &why);
        if (status != RK_OK) {
            return why != NULL ? rk__problem(problems, status, &place, NULL, "the file %s", why)
                               : status;
        }
        file->head_length += got;
        ended = file->head_length < size;
        rk__header_find(spec, file->head, file->head_length, at);
    }
    file->header_length = at->end;
    file->header_feeds = at->feeds;
    file->delimiter = at->delimiter;
    return RK_OK;
}

static rk_status header_names(const rk__csv_record *header, rk__arena *arena, const char ***out)
{
    const char **names = rk__arena_alloc(arena, (header->n_fields + 1) * sizeof *names);
    *out = names;
    for (size_t i = 0; names != NULL && i < header->n_fields; i++) {
        const char *text = header->field[i].text;
        size_t length = header->field[i].length;
        char *scratch = rk__malloc(length + 1);
        if (scratch == NULL) {
            return RK_NO_MEMORY;
        }
        rk__csv_value(&text, &length, scratch);
        names[i] = rk__arena_copy(arena, text, length);
        rk__free(scratch);
        if (names[i] == NULL) {
            return RK_NO_MEMORY;
        }
    }
    return names != NULL ? RK_OK : RK_NO_MEMORY;
}

/* -------------------------------------------------------------------- columns */

static rk_status only_in_one(const char *column, const char *with, const char *without,
                             const rk__place *place, rk_problems *problems)
{
    return rk__problem(problems, RK_MISSING_COLUMN, place,
                       "files of one table need the same columns, or defaults for them",
                       "'%s' has a column '%s' and '%s' has not", with, column, without);
}

/* Finds the wanted columns in a file; the first file says what the table has. */
static rk_status find_fields(rk__scan *scan, rk__scan_input *file, const rk__named_column *names,
                             size_t n, const rk__place *place, rk_problems *problems)
{
    const bool first = file == scan->files;
    rk_status status = RK_OK;
    file->field = rk__arena_alloc(&scan->arena, (scan->n_wants + 1) * sizeof *file->field);
    if (file->field == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < scan->n_wants; i++) {
        rk__scan_wanted *want = &scan->wants[i];
        const int found = rk__columns_find(&scan->spec, names, n, want->name);
        file->field[i] = found < 0 ? -1 : names[found].source;
        if (first) {
            want->has = found >= 0;
            want->fallback =
                found >= 0 && names[found].map != NULL ? names[found].map->value : NULL;
        } else if (want->has && found < 0) {
            status = only_in_one(want->name, scan->files[0].path, file->path, place, problems);
        } else if (!want->has && found >= 0) {
            status = only_in_one(want->name, file->path, scan->files[0].path, place, problems);
        }
    }
    return status;
}

static rk_status resolve_header(rk__scan *scan, rk__scan_input *file, const rk__header_place *at,
                                const rk__csv_record *header, rk_problems *problems)
{
    rk__place place = {.file = file->path, .line = header->line};
    const char **names;
    rk__named_column *columns;
    size_t n;
    rk_status status = rk__header_check(&scan->spec, file->head, at, header, file->path, problems);
    if (status == RK_OK) {
        status = header_names(header, &scan->arena, &names);
    }
    if (status == RK_OK) {
        status = rk__columns_resolve(&scan->spec, &place, names, header->n_fields, &scan->arena,
                                     &columns, &n, problems);
    }
    if (status != RK_OK) {
        return status;
    }
    file->n_fields = (uint32_t) header->n_fields;
    file->names = columns;
    file->n_names = n;
    if (file == scan->files) {
        scan->names = columns;
        scan->n_names = n;
    }
    return RK_OK;
}

/* Finds the header in text that an earlier run read. */
static rk_status given_head(const rk__table_spec *spec, rk__scan_input *file, rk__header_place *at)
{
    rk__header_find(spec, file->head, file->head_length, at);
    file->header_length = at->end;
    file->header_feeds = at->feeds;
    file->delimiter = at->delimiter;
    return RK_OK;
}

rk_status rk__scan_read_header(rk__scan *scan, rk__scan_input *file, rk_problems *problems)
{
    rk__header_place at;
    rk_status status = file->source != NULL ? read_head(&scan->spec, file, &at, problems)
                                            : given_head(&scan->spec, file, &at);
    if (status != RK_OK || !at.found) {
        return status != RK_OK ? status : rk__header_missing(&scan->spec, file->path, problems);
    }
    rk__csv_reader reader = {.text = file->head,
                             .length = file->header_length,
                             .delimiter = at.delimiter,
                             .at = at.start,
                             .line = at.line};
    rk__csv_record header;
    status = rk__csv_next(&reader, &header) < 0
                 ? RK_NO_MEMORY
                 : resolve_header(scan, file, &at, &header, problems);
    rk__csv_reader_dispose(&reader);
    return status;
}

/* ---------------------------------------------------------------------- files */

/* A file can be opened again when its turn comes, so that a table of a thousand files does not hold
 * a thousand open; for a pipe, the bytes read are kept. */
static void keep_head(rk__scan_input *file)
{
    if (file->regular) {
        rk__source_close(file->source);
        file->source = NULL;
        file->head_length = file->header_length;
        char *head = rk__realloc(file->head, file->head_length + 1, 1);
        file->head = head != NULL ? head : file->head;
    }
}

static rk_status open_file(rk__scan *scan, rk__scan_input *file, rk_problems *problems)
{
    rk__source_info info;
    const rk_status status = rk__source_open(&scan->spec, scan->access, file->name, &scan->arena,
                                             &file->source, &info, problems);
    if (status != RK_OK) {
        return status;
    }
    file->path = info.path;
    file->regular = info.regular;
    file->size = info.size;
    file->identity = rk__arena_strdup(&scan->arena, info.identity);
    if (rk__source_sheet(file->source) != NULL) {
        file->sheet =
            rk__arena_strdup(&scan->arena, rk__sheet_text_name(rk__source_sheet(file->source)));
    }
    const rk_status read = rk__scan_read_header(scan, file, problems);
    file->packed = rk__source_packed(file->source);
    if (read == RK_OK) {
        keep_head(file);
    }
    return read;
}

static rk_status open_named(rk__scan *scan, const char *const *names, size_t n,
                            rk_problems *problems)
{
    rk_status status = RK_OK;
    scan->files = rk__arena_alloc(&scan->arena, (n + 1) * sizeof *scan->files);
    if (scan->files == NULL) {
        return RK_NO_MEMORY;
    }
    scan->n_files = n;
    for (size_t i = 0; i < n; i++) {
        scan->files[i].name = names[i];
        const rk_status opened = open_file(scan, &scan->files[i], problems);
        if (opened != RK_OK) {
            return opened;
        }
    }
    return status;
}

static rk_status open_files(rk__scan *scan, rk_problems *problems)
{
    const char *const *names;
    size_t n;
    const rk_status status =
        rk__input_list(&scan->spec, scan->access, &scan->arena, &names, &n, problems);
    return status == RK_OK ? open_named(scan, names, n, problems) : status;
}

/* A default that does not convert is an error, even if no cell needs it. */
static rk_status check_defaults(const rk__scan *scan, rk_problems *problems)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < scan->n_wants; i++) {
        const rk__scan_wanted *want = &scan->wants[i];
        int64_t v;
        const char *why = NULL;
        if (want->fallback == NULL || want->type == RK__CELL_TEXT) {
            continue;
        }
        const rk_status found =
            rk__cell_convert(want->type, want->fallback, strlen(want->fallback), &v, &why);
        if (found != RK_OK) {
            const rk__value *at = scan->spec.at;
            const rk__value *defaults = at != NULL ? rk__json_get(at, "defaults") : NULL;
            const rk__value *given = defaults != NULL ? rk__json_get(defaults, want->name) : at;
            status = given != NULL ? rk__json_problem(problems, given, found, NULL,
                                                      "the default of column '%s': '%s' %s",
                                                      want->name, want->fallback, why)
                                   : rk__problem(problems, found, NULL, NULL,
                                                 "the default of column '%s': '%s' %s", want->name,
                                                 want->fallback, why);
        }
    }
    return status;
}

static void find_in_rows(rk__scan *scan)
{
    for (size_t i = 0; i < scan->n_wants; i++) {
        rk__scan_wanted *want = &scan->wants[i];
        want->table_column = rk__table_find(scan->table, want->name);
        want->has = want->table_column >= 0 || rk__table_n_rows(scan->table) == 0;
        for (size_t m = 0; m < scan->spec.n_maps; m++) {
            if (strcmp(scan->spec.maps[m].column, want->name) == 0) {
                want->fallback = scan->spec.maps[m].value;
            }
        }
    }
}

rk_status rk__scan_set_wants(rk__scan *scan, const rk__scan_want *wants, size_t n_wants,
                             rk_problems *problems)
{
    rk__scan_free_workers(scan); /* of an earlier run, with arrays by want */
    scan->wants = rk__arena_alloc(&scan->arena, (n_wants + 1) * sizeof *scan->wants);
    if (scan->wants == NULL) {
        return RK_NO_MEMORY;
    }
    scan->n_wants = n_wants;
    for (size_t i = 0; i < n_wants; i++) {
        scan->wants[i] =
            (rk__scan_wanted){.name = wants[i].column, .type = wants[i].type, .table_column = -1};
    }
    rk_status status = RK_OK;
    if (scan->table != NULL) {
        find_in_rows(scan);
    }
    for (size_t i = 0; i < scan->n_files && status == RK_OK; i++) {
        rk__scan_input *file = &scan->files[i];
        const rk__place place = {.file = file->path, .line = 1};
        status = find_fields(scan, file, file->names, file->n_names, &place, problems);
    }
    return status == RK_OK ? check_defaults(scan, problems) : status;
}

void rk__scan_only_shown(rk__scan *scan, size_t want)
{
    scan->wants[want].shown = true;
}

rk_status rk__scan_open_named(const rk__table_spec *spec, const rk__access *access,
                              const char *const *names, size_t n_names, const rk__scan_want *wants,
                              size_t n_wants, rk__scan **out, rk_problems *problems)
{
    *out = NULL;
    rk__scan *scan = rk__calloc(1, sizeof *scan);
    if (scan == NULL) {
        return RK_NO_MEMORY;
    }
    scan->spec = *spec;
    scan->access = access;
    rk_status status = RK_OK;
    if (names != NULL) {
        status = open_named(scan, names, n_names, problems);
    } else if (spec->rows != NULL) {
        status = rk__table_load(&scan->spec, access, false, &scan->table, problems);
    } else {
        status = open_files(scan, problems);
    }
    if (status == RK_OK) {
        status = rk__scan_set_wants(scan, wants, n_wants, problems);
    }
    if (status != RK_OK) {
        rk__scan_close(scan);
        return status;
    }
    *out = scan;
    return RK_OK;
}

rk_status rk__scan_open(const rk__table_spec *spec, const rk__access *access,
                        const rk__scan_want *wants, size_t n_wants, rk__scan **out,
                        rk_problems *problems)
{
    return rk__scan_open_named(spec, access, NULL, 0, wants, n_wants, out, problems);
}

void rk__scan_close(rk__scan *scan)
{
    if (scan == NULL) {
        return;
    }
    for (size_t i = 0; i < scan->n_files; i++) {
        rk__source_close(scan->files[i].source);
        rk__free(scan->files[i].head);
    }
    rk__scan_free_workers(scan);
    rk__free(scan->blocks);
    rk__table_free(scan->table);
    rk__free(scan->marks.list);
    rk__arena_dispose(&scan->arena);
    rk__free(scan);
}

/* -------------------------------------------------------------------- queries */

bool rk__scan_has(const rk__scan *scan, size_t want)
{
    return scan->wants[want].has;
}

bool rk__scan_has_name(const rk__scan *scan, const char *column)
{
    return scan->table != NULL
               ? rk__table_find(scan->table, column) >= 0
               : rk__columns_find(&scan->spec, scan->names, scan->n_names, column) >= 0;
}

const char *rk__scan_near(const rk__scan *scan, const char *column)
{
    return scan->table != NULL ? rk__table_near(scan->table, column)
                               : rk__columns_near(scan->names, scan->n_names, column);
}

size_t rk__scan_n_names(const rk__scan *scan)
{
    return scan->table != NULL ? rk__table_n_columns(scan->table) : scan->n_names;
}

const char *rk__scan_name(const rk__scan *scan, size_t i)
{
    return scan->table != NULL ? rk__table_column_name(scan->table, i) : scan->names[i].name;
}
