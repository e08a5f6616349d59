/* SPDX-License-Identifier: MIT
 *
 * spec.c: reading a document's specification of a table.
 *
 * All problems of one table are reported together.
 */
#include "table/spec.h"

#include "table/columns.h"
#include "json/json_compact.h"

#include <string.h>

typedef struct spec_reader {
    rk__table_spec *spec;
    rk__arena *arena;
    rk_problems *problems;
    rk_status status; /* the first that was met */
} spec_reader;

static void note(spec_reader *reader, rk_status status)
{
    if (reader->status == RK_OK) {
        reader->status = status;
    }
}

/* A string that is not blank; else NULL with a problem. */
static const char *text_of(spec_reader *reader, const rk__value *v, const char *what)
{
    if (v->type != RK__JSON_STRING) {
        note(reader, rk__json_problem(reader->problems, v, RK_WRONG_TYPE, NULL,
                                      "%s must be a string, not %s", what, rk__json_type_name(v)));
        return NULL;
    }
    if (rk__cell_is_blank(v->text, v->length)) {
        note(reader, rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE, NULL,
                                      "%s must not be blank", what));
        return NULL;
    }
    return v->text;
}

/* An array of strings, or a single one where `single` allows it. */
static const char *const *read_texts(spec_reader *reader, const rk__value *v, const char *what,
                                     bool single, size_t *n_out)
{
    const bool one = single && v->type == RK__JSON_STRING;
    if (!one && v->type != RK__JSON_ARRAY) {
        note(reader,
             rk__json_problem(reader->problems, v, RK_WRONG_TYPE, "put it in a list: [\"...\"]",
                              "%s must be %sa list of strings, not %s", what,
                              single ? "a string or " : "", rk__json_type_name(v)));
        return NULL;
    }
    if (!one && v->count == 0) {
        note(reader, rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE, NULL,
                                      "%s must not be an empty list", what));
        return NULL;
    }
    const size_t n = one ? 1 : v->count;
    const char **texts = rk__arena_alloc(reader->arena, n * sizeof *texts);
    if (!texts) {
        note(reader, RK_NO_MEMORY);
        return NULL;
    }
    size_t got = 0;
    for (const rk__value *item = one ? v : v->first; item; item = one ? NULL : item->next) {
        texts[got] = text_of(reader, item, what);
        got += texts[got] != NULL;
    }
    *n_out = got;
    return texts;
}

static void read_keys(spec_reader *reader, const rk__value *v)
{
    rk__table_spec *spec = reader->spec;
    spec->keys = read_texts(reader, v, "'key'", false, &spec->n_keys);
    for (size_t i = 0; i < spec->n_keys; i++) {
        for (size_t j = 0; j < i; j++) {
            if (rk__columns_same(spec, spec->keys[i], spec->keys[j])) {
                note(reader, rk__json_problem(reader->problems, v, RK_DUPLICATE_KEY, NULL,
                                              "'key' names the column '%s' twice", spec->keys[i]));
            }
        }
    }
}

static void read_delimiter(spec_reader *reader, const rk__value *v)
{
    /* A tab is blank, but is a valid delimiter. */
    const bool tab = v->type == RK__JSON_STRING && strcmp(v->text, "\t") == 0;
    if (!tab && !text_of(reader, v, "'delimiter'")) {
        return;
    }
    const char c = v->text[0];
    if (v->length != 1 || (unsigned char) c >= 0x80 || c == '"' || c == '\r' || c == '\n') {
        note(reader, rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE,
                                      "use \",\", \";\", \"|\" or \"\\t\"",
                                      "'delimiter' must be one ASCII character other than a "
                                      "quote or a line end"));
        return;
    }
    reader->spec->delimiter = c;
    reader->spec->delimiter_given = true;
}

/* How files are written: `delimiter` may stand beside the rest of it. */
static void read_reading(spec_reader *reader, const rk__value *v)
{
    const rk__value *read = rk__json_get(v, "read");
    const rk__value *own = rk__json_get(v, "delimiter");
    const rk__value *inner = NULL;
    const bool in_place = rk__json_given(rk__json_get(v, "rows"));
    for (int i = 0; i < 2 && in_place; i++) {
        const rk__value *given = i == 0 ? own : read;
        if (rk__json_given(given)) {
            note(reader,
                 rk__json_key_problem(reader->problems, given, RK_CONFLICT, "remove it",
                                      "'%s' is for files, and this table has rows", given->key));
        }
    }
    if (rk__json_given(read)) {
        note(reader, rk__reading_read(read, reader->arena, &reader->spec->reading, &inner,
                                      reader->problems));
    }
    if (rk__json_given(own) && inner != NULL) {
        note(reader,
             rk__json_key_problem(reader->problems, inner, RK_CONFLICT, "remove one of them",
                                  "the table has a 'delimiter' twice"));
    }
    if (rk__json_given(own) || inner != NULL) {
        read_delimiter(reader, rk__json_given(own) ? own : inner);
    }
}

/* The entry for a column, made if new. `of_defaults`: the entry may exist already from `columns`; a
 * second entry within either is an error. */
static rk__table_map *map_for(spec_reader *reader, rk__table_map *maps, const rk__value *member,
                              size_t own_from, const char *what)
{
    rk__table_spec *spec = reader->spec;
    if (rk__cell_is_blank(member->key, strlen(member->key)) ||
        (!spec->rows && rk__columns_same(spec, member->key, ""))) {
        note(reader, rk__json_key_problem(reader->problems, member, RK_OUT_OF_RANGE, NULL,
                                          "a column in '%s' must have a name", what));
        return NULL;
    }
    for (size_t i = 0; i < spec->n_maps; i++) {
        if (!rk__columns_same(spec, maps[i].column, member->key)) {
            continue;
        }
        if (i >= own_from || (maps[i].value && own_from > 0)) {
            note(reader, rk__json_key_problem(reader->problems, member, RK_DUPLICATE_KEY, NULL,
                                              "'%s' names the column '%s' twice ('%s')", what,
                                              member->key, maps[i].column));
            return NULL;
        }
        return &maps[i];
    }
    maps[spec->n_maps].column = member->key;
    maps[spec->n_maps].at = member;
    return &maps[spec->n_maps++];
}

static bool is_object(spec_reader *reader, const rk__value *v, const char *what)
{
    if (!rk__json_given(v)) {
        return false;
    }
    if (v->type != RK__JSON_OBJECT) {
        note(reader,
             rk__json_problem(reader->problems, v, RK_WRONG_TYPE, NULL,
                              "'%s' must be an object, not %s", what, rk__json_type_name(v)));
        return false;
    }
    return true;
}

static void read_maps(spec_reader *reader, const rk__value *columns, const rk__value *defaults)
{
    rk__table_spec *spec = reader->spec;
    const bool has_columns = is_object(reader, columns, "columns");
    const bool has_defaults = is_object(reader, defaults, "defaults");
    const size_t most = (has_columns ? columns->count : 0u) + (has_defaults ? defaults->count : 0u);
    rk__table_map *maps = rk__arena_alloc(reader->arena, (most + 1) * sizeof *maps);
    if (!maps) {
        note(reader, RK_NO_MEMORY);
        return;
    }
    spec->maps = maps;
    for (const rk__value *v = has_columns ? columns->first : NULL; v; v = v->next) {
        rk__table_map *map = map_for(reader, maps, v, 0, "columns");
        if (map) {
            map->header = text_of(reader, v, "a column's name in the file");
        }
    }
    const size_t mapped = spec->n_maps;
    for (const rk__value *v = has_defaults ? defaults->first : NULL; v; v = v->next) {
        size_t length;
        if (v->type == RK__JSON_ARRAY || v->type == RK__JSON_OBJECT) {
            note(reader, rk__json_problem(reader->problems, v, RK_WRONG_TYPE, NULL,
                                          "a default must be a string, number or bool, not %s",
                                          rk__json_type_name(v)));
            continue;
        }
        rk__table_map *map = map_for(reader, maps, v, mapped, "defaults");
        if (map && !rk__cell_of_value(v, &map->value, &length)) {
            map->value = NULL; /* a blank default is not a default */
        }
    }
}

static void read_rows_or_file(spec_reader *reader, const rk__value *v)
{
    rk__table_spec *spec = reader->spec;
    const rk__value *rows = rk__json_get(v, "rows");
    const rk__value *file = rk__json_get(v, "file");
    if (!rk__json_given(rows) && !rk__json_given(file)) {
        note(reader, rk__json_problem(reader->problems, v, RK_MISSING_KEY,
                                      "give \"rows\": [...] or \"file\": \"...\"",
                                      "table '%s' has neither 'rows' nor 'file'", spec->name));
    } else if (rk__json_given(rows) && rk__json_given(file)) {
        note(reader, rk__json_key_problem(reader->problems, file, RK_CONFLICT, "remove one of them",
                                          "table '%s' has both 'rows' and 'file'", spec->name));
    }
    if (rk__json_given(rows) && rows->type != RK__JSON_ARRAY) {
        note(reader, rk__json_problem(reader->problems, rows, RK_WRONG_TYPE, NULL,
                                      "'rows' must be a list of objects, not %s",
                                      rk__json_type_name(rows)));
    } else if (rk__json_given(rows)) {
        spec->rows = rows;
    }
    if (rk__json_given(file)) {
        spec->files = read_texts(reader, file, "'file'", true, &spec->n_files);
    }
}

static void read_sheet(spec_reader *reader, const rk__value *v)
{
    const rk__value *sheet = rk__json_get(v, "sheet");
    if (!rk__json_given(sheet)) {
        return;
    }
    if (reader->spec->rows) {
        note(reader, rk__json_key_problem(reader->problems, sheet, RK_CONFLICT, "remove it",
                                          "'sheet' is for workbooks, and this table has rows"));
    }
    reader->spec->sheet = text_of(reader, sheet, "'sheet'");
}

/* "table" or "query" of a database. */
static const char *read_selection(spec_reader *reader, const rk__value *v, const char *key,
                                  const char *what)
{
    const rk__value *given = rk__json_get(v, key);
    if (!rk__json_given(given)) {
        return NULL;
    }
    if (reader->spec->rows || reader->spec->sheet || reader->spec->table) {
        note(reader,
             rk__json_key_problem(reader->problems, given, RK_CONFLICT, "remove one of them",
                                  "%s is for databases, and this table has %s", what,
                                  reader->spec->rows    ? "rows"
                                  : reader->spec->sheet ? "a sheet"
                                                        : "'table' too"));
    }
    return text_of(reader, given, what);
}

rk_status rk__table_spec_read(const rk__value *v, const char *name, const char *base_dir,
                              rk__arena *arena, rk__table_spec *out, rk_problems *problems)
{
    static const char *const allowed[] = {"rows",    "file",     "key",       "unique",
                                          "columns", "defaults", "delimiter", "sheet",
                                          "table",   "query",    "read",      NULL};
    *out = (rk__table_spec){.name = name, .at = v, .base_dir = base_dir, .delimiter = ','};
    if (v->type == RK__JSON_ARRAY) {
        out->rows = v;
        return RK_OK;
    }
    if (v->type != RK__JSON_OBJECT) {
        return rk__json_problem(
            problems, v, RK_WRONG_TYPE, "write its rows, [{...}, ...], or {\"file\": \"...\"}",
            "table '%s' must be a list of rows or an object, not %s", name, rk__json_type_name(v));
    }
    spec_reader reader = {.spec = out, .arena = arena, .problems = problems};
    note(&reader, rk__json_only_keys(v, allowed, problems));
    read_rows_or_file(&reader, v);
    read_sheet(&reader, v);
    out->table = read_selection(&reader, v, "table", "'table'");
    out->query = read_selection(&reader, v, "query", "'query'");
    read_reading(&reader, v);
    const rk__value *key = rk__json_get(v, "key");
    if (rk__json_given(key)) {
        read_keys(&reader, key);
    }
    const rk__value *unique = rk__json_get(v, "unique");
    if (rk__json_given(unique)) {
        out->unique = read_texts(&reader, unique, "'unique'", false, &out->n_unique);
    }
    read_maps(&reader, rk__json_get(v, "columns"), rk__json_get(v, "defaults"));
    return reader.status;
}

/* ---------------------------------------------------------------- provenance */

const char *rk__table_declared(const rk__table_spec *spec, rk__arena *arena)
{
    static const char *const keys[] = {"sheet", "table", "query", "delimiter", "read"};
    rk__buf text = {0};
    const char *copy = NULL;
    for (size_t i = 0; i < sizeof keys / sizeof *keys && spec->at != NULL; i++) {
        const rk__value *v = rk__json_get(spec->at, keys[i]);
        if (rk__json_given(v)) {
            rk__buf_printf(&text, "%s\"%s\":", text.length == 0 ? "{" : ",", keys[i]);
            rk__json_compact(&text, v);
        }
    }
    if (text.length > 0) {
        rk__buf_putc(&text, '}');
        copy = rk__arena_copy(arena, text.text, text.length);
        arena->failed |= text.failed;
    }
    rk__buf_dispose(&text);
    return copy;
}
