/* SPDX-License-Identifier: MIT
 *
 * columns.c: matching names of columns, and making a table's columns from them.
 */
#include <string.h>

#include "table/columns.h"

/* Whether there is a no-break space at `text`. */
static inline bool is_no_break_space(const char *text, size_t length)
{
    return length >= 2 && text[0] == '\xc2' && text[1] == '\xa0';
}

bool rk__cell_is_blank(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        const char c = text[at];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            at += 1;
        } else if (is_no_break_space(text + at, length - at)) {
            at += 2;
        } else {
            return false;
        }
    }
    return true;
}

bool rk__cell_of_value(const rk__value *v, const char **text, size_t *length)
{
    switch (v->type) {
    case RK__JSON_STRING:
        if (rk__cell_is_blank(v->text, v->length)) {
            return false;
        }
        break;
    case RK__JSON_NUMBER:
        break;
    case RK__JSON_BOOL:
        *text = v->truth ? "true" : "false";
        *length = v->truth ? 4 : 5;
        return true;
    default:
        return false;
    }
    *text = v->text;
    *length = v->length;
    return true;
}

/* The next character of a name that counts, lower-case, or -1 at its end. Exported headers contain
 * line breaks, no-break spaces, and the byte order marks of files that were concatenated. */
static inline int next_of_name(const char *name, size_t length, size_t *at)
{
    while (*at < length) {
        const char *rest = name + *at;
        const size_t left = length - *at;
        const unsigned char c = (unsigned char) rest[0];
        if (c >= 'a' && c <= 'z') {
            *at += 1;
            return c;
        }
        if (c == '_' || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            *at += 1;
        } else if (is_no_break_space(rest, left)) {
            *at += 2;
        } else if (left >= 3 && memcmp(rest, "\xef\xbb\xbf", 3) == 0) {
            *at += 3;
        } else {
            *at += 1;
            return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
        }
    }
    return -1;
}

bool rk__column_name_matches(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t at_a = 0;
    size_t at_b = 0;
    for (;;) {
        const int x = next_of_name(a, a_length, &at_a);
        const int y = next_of_name(b, b_length, &at_b);
        if (x != y) {
            return false;
        }
        if (x < 0) {
            return true;
        }
    }
}

uint32_t rk__column_name_hash(const char *name, size_t length)
{
    uint32_t hash = 2166136261u;
    size_t at = 0;
    for (int c; (c = next_of_name(name, length, &at)) >= 0;) {
        hash = (hash ^ (uint32_t) c) * 16777619u;
    }
    return hash;
}

static bool is_unnamed(const char *name)
{
    size_t at = 0;
    return next_of_name(name, strlen(name), &at) < 0;
}

bool rk__columns_same(const rk__table_spec *spec, const char *a, const char *b)
{
    return spec->rows ? strcmp(a, b) == 0 : rk__column_name_matches(a, strlen(a), b, strlen(b));
}

rk_status rk__columns_header_text(const rk__csv_record *header, const rk__place *at,
                                  rk_problems *problems)
{
    for (size_t i = 0; i < header->n_fields; i++) {
        const rk__csv_field *f = &header->field[i];
        if (memchr(f->text, '\0', f->length) != NULL) {
            return rk__problem(problems, RK_SYNTAX, at, rk__reading_hint("has a NUL character"),
                               "the header has a NUL character");
        }
        if (rk__utf8_check(f->text, f->length) != f->length) {
            return rk__problem(problems, RK_SYNTAX, at, rk__reading_hint("is not UTF-8"),
                               "the header is not UTF-8");
        }
    }
    return RK_OK;
}

/* If two headers match, it would be a matter of luck which one is read. */
static rk_status check_header(const rk__place *at, const char *const *names, size_t n,
                              rk_problems *problems)
{
    rk_status status = RK_OK;
    rk__buf folded = {0};
    rk__dict *seen = rk__dict_new();
    size_t *first = rk__calloc(n ? n : 1, sizeof *first);
    if (!seen || !first) {
        status = RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n && status != RK_NO_MEMORY; i++) {
        const size_t length = strlen(names[i]);
        size_t from = 0;
        int c;
        rk__buf_reset(&folded);
        while ((c = next_of_name(names[i], length, &from)) >= 0) {
            rk__buf_putc(&folded, (char) c);
        }
        if (folded.length == 0) {
            continue;
        }
        const int32_t known = rk__dict_count(seen);
        const int32_t code = folded.failed ? -1 : rk__dict_intern(seen, folded.text, folded.length);
        if (code < 0) {
            status = RK_NO_MEMORY;
        } else if (code == known) {
            first[code] = i;
        } else {
            const rk_status found =
                rk__problem(problems, RK_DUPLICATE_KEY, at, "rename or remove one of them",
                            "columns %zu and %zu have the same name", first[code] + 1, i + 1);
            status = status == RK_OK ? found : status;
        }
    }
    rk__buf_dispose(&folded);
    rk__dict_free(seen);
    rk__free(first);
    return status;
}

typedef struct columns_build {
    const rk__table_spec *spec;
    rk__named_column *columns;
    size_t n;
    bool *used; /* by map */
} columns_build;

static void add_column(columns_build *build, const char *name, int source, const rk__table_map *map)
{
    build->columns[build->n++] = (rk__named_column){name, strlen(name), source, map};
    if (map) {
        build->used[map - build->spec->maps] = true;
    }
}

/* The columns that one name of the header gives: its mapped names, or itself. */
static void add_source(columns_build *build, const char *name, int source)
{
    const rk__table_spec *spec = build->spec;
    bool mapped = !spec->rows && is_unnamed(name);
    const rk__table_map *own = NULL;
    for (size_t m = 0; m < spec->n_maps; m++) {
        const rk__table_map *map = &spec->maps[m];
        if (map->header && rk__columns_same(spec, map->header, name)) {
            add_column(build, map->column, source, map);
            mapped = true;
        } else if (rk__columns_same(spec, map->column, name)) {
            own = map;
        }
    }
    if (!mapped && !(own && own->header)) {
        add_column(build, name, source, own);
    }
}

const char *rk__columns_near(const rk__named_column *columns, size_t n, const char *name)
{
    const char **list = rk__calloc(n + 1, sizeof *list);
    for (size_t i = 0; list && i < n; i++) {
        list[i] = columns[i].name;
    }
    const char *near = list ? rk__nearest(name, list) : NULL;
    rk__free(list);
    return near;
}

static rk_status missing_header(const rk__table_map *map, const rk__place *at,
                                const char *const *names, size_t n_names, rk_problems *problems)
{
    const char **list = rk__calloc(n_names + 1, sizeof *list);
    if (!list) {
        return RK_NO_MEMORY;
    }
    memcpy(list, names, n_names * sizeof *list);
    const char *near = rk__nearest(map->header, list);
    rk__arena arena = {0};
    const char *hint = near ? rk__arena_printf(&arena, "did you mean '%s'?", near) : NULL;
    const char *where = at ? at->file : NULL;
    const rk_status status =
        map->at
            ? rk__json_problem(problems, map->at, RK_MISSING_COLUMN, hint,
                               "%s has no column '%s' to read '%s' from", where ? where : "no row",
                               map->header, map->column)
            : rk__problem(problems, RK_MISSING_COLUMN, at, hint,
                          "there is no column '%s' to read '%s' from", map->header, map->column);
    rk__arena_dispose(&arena);
    rk__free(list);
    return status;
}

rk_status rk__columns_resolve(const rk__table_spec *spec, const rk__place *at,
                              const char *const *names, size_t n_names, rk__arena *arena,
                              rk__named_column **out, size_t *n_out, rk_problems *problems)
{
    *out = NULL;
    *n_out = 0;
    rk_status status = at ? check_header(at, names, n_names, problems) : RK_OK;
    if (status != RK_OK) {
        return status; /* from here on, a mapped name has one source at most */
    }
    columns_build build = {.spec = spec};
    build.columns = rk__arena_alloc(arena, (n_names + spec->n_maps + 1) * sizeof *build.columns);
    build.used = rk__arena_alloc(arena, (spec->n_maps + 1) * sizeof *build.used);
    if (!build.columns || !build.used) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n_names; i++) {
        add_source(&build, names[i], (int) i);
    }
    /* A table in place without rows has every column, so it lacks none. */
    const bool bare = spec->rows && spec->rows->count == 0;
    for (size_t m = 0; m < spec->n_maps; m++) {
        const rk__table_map *map = &spec->maps[m];
        if (build.used[m]) {
            continue;
        }
        if (map->header && !bare) {
            const rk_status found = missing_header(map, at, names, n_names, problems);
            status = status == RK_OK ? found : status;
        } else if (map->value) {
            add_column(&build, map->column, -1, map);
        }
    }
    *out = build.columns;
    *n_out = build.n;
    return status;
}

int rk__columns_find(const rk__table_spec *spec, const rk__named_column *columns, size_t n,
                     const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < n; i++) {
        const rk__named_column *c = &columns[i];
        if (spec->rows != NULL ? c->length == length && memcmp(c->name, name, length) == 0
                               : rk__column_name_matches(c->name, c->length, name, length)) {
            return (int) i;
        }
    }
    return -1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool rk__cell_is_mangled(const char *text, size_t length)
{
    size_t i = 0;
    size_t digits = 0;
    while (i < length && (is_digit(text[i]) || text[i] == '.')) {
        digits += is_digit(text[i++]);
    }
    if (digits == 0 || i + 2 >= length || (text[i] != 'E' && text[i] != 'e') ||
        (text[i + 1] != '+' && text[i + 1] != '-')) {
        return false;
    }
    for (i += 2; i < length; i++) {
        if (!is_digit(text[i])) {
            return false;
        }
    }
    return true;
}
