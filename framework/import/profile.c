/* SPDX-License-Identifier: MIT
 *
 * profile.c: reading a profile of an import.
 */
#include "import/profile.h"

#include <string.h>

#include "base/date.h"

typedef struct profile_reader {
    rk__import_profile *profile;
    rk__arena *arena;
    rk_problems *problems;
    rk_status status; /* the first failure */
} profile_reader;

char *rk__fold_spaces(const char *text, size_t length, rk__arena *arena)
{
    char *out = rk__arena_alloc(arena, length + 1);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < length;) {
        const bool no_break = i + 1 < length && memcmp(text + i, "\u00a0", 2) == 0;
        if (no_break || strchr(" \t\r\n", text[i]) != NULL) {
            if (n > 0 && out[n - 1] != ' ') {
                out[n++] = ' ';
            }
            i += no_break ? 2 : 1;
        } else {
            out[n++] = text[i++];
        }
    }
    if (out != NULL) {
        n -= n > 0 && out[n - 1] == ' ';
        out[n] = '\0';
    }
    return out;
}

static void note(profile_reader *reader, rk_status status)
{
    rk__keep_first(&reader->status, status);
}

static void *space(profile_reader *reader, size_t n, size_t size)
{
    void *p = rk__arena_alloc(reader->arena, (n + 1) * size);
    if (p == NULL) {
        note(reader, RK_NO_MEMORY);
    }
    return p;
}

/* A member of a type; NULL with a problem if it is missing or has another type. */
static const rk__value *member(profile_reader *reader, const rk__value *v, const char *key,
                               rk__json_type type, const char *expected, bool required)
{
    const rk__value *m = rk__json_get(v, key);
    if (!rk__json_given(m)) {
        if (required) {
            note(reader, rk__json_problem(reader->problems, v, RK_MISSING_KEY, NULL,
                                          "'%s' is missing", key));
        }
        return NULL;
    }
    if (m->type != type) {
        note(reader,
             rk__json_problem(reader->problems, m, RK_WRONG_TYPE, NULL, "'%s' must be %s, not %s",
                              key, expected, rk__json_type_name(m)));
        return NULL;
    }
    if ((type == RK__JSON_ARRAY || type == RK__JSON_OBJECT) && required && m->count == 0) {
        note(reader, rk__json_problem(reader->problems, m, RK_OUT_OF_RANGE, NULL,
                                      "'%s' must not be empty", key));
        return NULL;
    }
    return m;
}

static const char *text_of(profile_reader *reader, const rk__value *v, const char *key,
                           bool required)
{
    const rk__value *m = member(reader, v, key, RK__JSON_STRING, "a string", required);
    return m != NULL ? m->text : NULL;
}

/* A string as a list of one, or a list of strings. */
static const char **texts_in(profile_reader *reader, const rk__value *m, const char *what,
                             size_t *n)
{
    *n = 0;
    if (m->type != RK__JSON_STRING && m->type != RK__JSON_ARRAY) {
        note(reader, rk__json_problem(reader->problems, m, RK_WRONG_TYPE, NULL,
                                      "'%s' must be a string or a list of strings, not %s", what,
                                      rk__json_type_name(m)));
        return NULL;
    }
    const bool one = m->type == RK__JSON_STRING;
    const bool blanks =
        strcmp(what, "blank") == 0; /* a blank text, or none, is meaningful only here */
    if (!one && m->count == 0 && !blanks) {
        note(reader, rk__json_problem(reader->problems, m, RK_OUT_OF_RANGE, "leave it out",
                                      "'%s' must not be an empty list", what));
    }
    const char **texts = space(reader, one ? 1 : m->count, sizeof *texts);
    for (const rk__value *v = one ? m : m->first; texts != NULL && v != NULL;
         v = one ? NULL : v->next) {
        if (v->type == RK__JSON_STRING && v->length == 0 && !blanks) {
            note(reader, rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE, NULL,
                                          "'%s' must not be blank", what));
        } else if (v->type == RK__JSON_STRING) {
            texts[(*n)++] = v->text;
        } else {
            note(reader,
                 rk__json_problem(reader->problems, v, RK_WRONG_TYPE, NULL,
                                  "'%s' must hold strings, not %s", what, rk__json_type_name(v)));
        }
    }
    return texts;
}

static const char **texts_of(profile_reader *reader, const rk__value *v, const char *key,
                             bool required, size_t *n)
{
    const rk__value *m = rk__json_get(v, key);
    *n = 0;
    if (!rk__json_given(m)) {
        if (required) {
            note(reader, rk__json_problem(reader->problems, v, RK_MISSING_KEY, NULL,
                                          "'%s' is missing", key));
        }
        return NULL;
    }
    return texts_in(reader, m, key, n);
}

/* ------------------------------------------------------------------- blocks */

static int field_named(profile_reader *reader, const rk__import_block *block, const rk__value *at,
                       const char *name)
{
    for (size_t i = 0; i < block->n_fields; i++) {
        if (strcmp(block->fields[i].name, name) == 0) {
            return (int) i;
        }
    }
    note(reader, rk__json_problem(reader->problems, at, RK_MISSING_COLUMN, "name it in \"header\"",
                                  "the header has no '%s'", name));
    return -1;
}

static void read_fields(profile_reader *reader, const rk__value *v, rk__import_block *block)
{
    const rk__value *header = member(reader, v, "header", RK__JSON_OBJECT, "an object", true);
    rk__import_field *fields = header != NULL ? space(reader, header->count, sizeof *fields) : NULL;
    block->fields = fields;
    for (const rk__value *m = fields != NULL ? header->first : NULL; m != NULL; m = m->next) {
        if (m->type != RK__JSON_STRING) {
            note(reader, rk__json_problem(reader->problems, m, RK_WRONG_TYPE, NULL,
                                          "the header's text must be a string, not %s",
                                          rk__json_type_name(m)));
            continue;
        }
        char *text = rk__fold_spaces(m->text, m->length, reader->arena);
        if (text == NULL) {
            note(reader, RK_NO_MEMORY);
            return;
        }
        if (*text == '\0') {
            note(reader, rk__json_problem(reader->problems, m, RK_OUT_OF_RANGE, NULL,
                                          "the header's text must not be blank"));
        }
        fields[block->n_fields++] = (rk__import_field){m->key, text, m};
    }
}

/* The column of this name in the table, added if it is new. */
static int table_column(profile_reader *reader, rk__import_table *table, const char *name)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        if (strcmp(table->columns[i], name) == 0) {
            return (int) i;
        }
    }
    if (table->n_columns == table->columns_capacity) {
        const size_t capacity = 2 * table->columns_capacity + 8;
        const char **columns = space(reader, capacity, sizeof *columns);
        if (columns == NULL) {
            return -1;
        }
        if (table->n_columns > 0) {
            memcpy(columns, table->columns, table->n_columns * sizeof *columns);
        }
        table->columns = columns;
        table->columns_capacity = capacity;
    }
    table->columns[table->n_columns] = name;
    return (int) table->n_columns++;
}

static void read_decimals(profile_reader *reader, const rk__value *v, rk__import_column *out)
{
    const rk__value *m = member(reader, v, "decimals", RK__JSON_NUMBER, "a number", false);
    if (m != NULL && (m->length != 1 || m->text[0] < '0' || m->text[0] > '9')) {
        note(reader, rk__json_problem(reader->problems, m, RK_OUT_OF_RANGE, NULL,
                                      "'decimals' must be a whole number from 0 to 9"));
    } else if (m != NULL) {
        out->decimals = m->text[0] - '0';
    }
}

static void read_column(profile_reader *reader, const rk__value *m, rk__import_block *block,
                        rk__import_column *out)
{
    static const char *const keys[] = {"of", "text", "map", "percent", "else", "decimals", NULL};
    const rk__value *of = m;
    *out = (rk__import_column){.name = m->key, .decimals = -1};
    if (m->type == RK__JSON_OBJECT) {
        note(reader, rk__json_only_keys(m, keys, reader->problems));
        out->text = text_of(reader, m, "text", false);
        read_decimals(reader, m, out);
        out->otherwise = text_of(reader, m, "else", false);
        out->map = member(reader, m, "map", RK__JSON_OBJECT, "an object", false);
        const rk__value *percent =
            member(reader, m, "percent", RK__JSON_BOOL, "true or false", false);
        out->percent = percent != NULL && percent->truth;
        of = rk__json_get(m, "of");
        if (rk__json_given(of) == (out->text != NULL)) {
            note(reader, rk__json_problem(reader->problems, m, RK_CONFLICT, NULL,
                                          "give either 'of' or 'text'"));
            return;
        }
        for (const rk__value *v = out->map != NULL ? out->map->first : NULL; v; v = v->next) {
            if (v->type != RK__JSON_STRING) {
                note(reader,
                     rk__json_problem(reader->problems, v, RK_WRONG_TYPE, NULL,
                                      "'map' must hold strings, not %s", rk__json_type_name(v)));
            }
        }
    }
    if (out->text != NULL) {
        return;
    }
    size_t n;
    const char **names = texts_in(reader, of, m->key, &n);
    int *fields = names != NULL ? space(reader, n, sizeof *fields) : NULL;
    for (size_t i = 0; fields != NULL && i < n; i++) {
        fields[i] = field_named(reader, block, of, names[i]);
    }
    out->fields = fields;
    out->n_fields = fields != NULL ? n : 0;
}

static void read_takes(profile_reader *reader, const rk__value *v, rk__import_table *table,
                       rk__import_block *block)
{
    const rk__value *list = member(reader, v, "rows", RK__JSON_ARRAY, "a list", true);
    rk__import_take *takes = list != NULL ? space(reader, list->count, sizeof *takes) : NULL;
    for (const rk__value *t = takes != NULL ? list->first : NULL; t != NULL; t = t->next) {
        if (t->type != RK__JSON_OBJECT) {
            note(reader,
                 rk__json_problem(reader->problems, t, RK_WRONG_TYPE, NULL,
                                  "a row must be an object, not %s", rk__json_type_name(t)));
            continue;
        }
        rk__import_column *columns = space(reader, t->count, sizeof *columns);
        rk__import_take *take = &takes[block->n_takes++];
        *take = (rk__import_take){.columns = columns};
        for (const rk__value *m = columns != NULL ? t->first : NULL; m != NULL; m = m->next) {
            rk__import_column *column = &columns[take->n_columns++];
            read_column(reader, m, block, column);
            column->column = table_column(reader, table, m->key);
        }
    }
    block->takes = takes;
}

static void read_fill(profile_reader *reader, const rk__value *v, rk__import_block *block)
{
    size_t n;
    const char **names = texts_of(reader, v, "fill", false, &n);
    bool *fill = space(reader, block->n_fields, sizeof *fill);
    for (size_t i = 0; fill != NULL && i < n; i++) {
        const int field = field_named(reader, block, v, names[i]);
        if (field >= 0) {
            fill[field] = true;
        }
    }
    block->fill = fill;
}

static void read_where(profile_reader *reader, const rk__value *v, rk__import_block *block)
{
    const rk__value *where = member(reader, v, "where", RK__JSON_OBJECT, "an object", false);
    block->where = -1;
    if (where == NULL) {
        return;
    }
    if (where->count != 1) {
        note(reader, rk__json_problem(reader->problems, where, RK_OUT_OF_RANGE, NULL,
                                      "'where' must name one column of the header"));
        return;
    }
    block->where = field_named(reader, block, where, where->first->key);
    block->patterns = texts_in(reader, where->first, "where", &block->n_patterns);
}

static void read_block(profile_reader *reader, const rk__value *v, rk__import_table *table,
                       rk__import_block *block)
{
    static const char *const keys[] = {"sheet", "below", "until", "header", "blank",
                                       "fill",  "where", "rows",  NULL};
    *block = (rk__import_block){.at = v, .where = -1};
    if (v->type != RK__JSON_OBJECT) {
        note(reader, rk__json_problem(reader->problems, v, RK_WRONG_TYPE, NULL,
                                      "'from' must hold objects, not %s", rk__json_type_name(v)));
        return;
    }
    note(reader, rk__json_only_keys(v, keys, reader->problems));
    block->sheet = text_of(reader, v, "sheet", true);
    block->below = texts_of(reader, v, "below", false, &block->n_below);
    for (size_t i = 0; i < block->n_below; i++) {
        block->below[i] = rk__fold_spaces(block->below[i], strlen(block->below[i]), reader->arena);
        note(reader, block->below[i] != NULL ? RK_OK : RK_NO_MEMORY);
    }
    const char *until = text_of(reader, v, "until", false);
    if (until != NULL && strcmp(until, "blank") != 0 && strcmp(until, "end") != 0) {
        note(reader, rk__json_problem(reader->problems, rk__json_get(v, "until"), RK_OUT_OF_RANGE,
                                      NULL, "'until' must be \"blank\" or \"end\""));
    }
    block->until_blank = until != NULL && strcmp(until, "blank") == 0;
    block->blank = texts_of(reader, v, "blank", false, &block->n_blank);
    read_fields(reader, v, block);
    read_fill(reader, v, block);
    read_where(reader, v, block);
    read_takes(reader, v, table, block);
}

/* ------------------------------------------------------------------- tables */

static void check_columns(profile_reader *reader, const rk__value *v, const rk__import_table *table,
                          const char *const *names, size_t n, const char *what)
{
    for (size_t i = 0; i < n; i++) {
        bool found = false;
        for (size_t c = 0; c < table->n_columns && !found; c++) {
            found = strcmp(table->columns[c], names[i]) == 0;
        }
        if (!found) {
            note(reader, rk__json_problem(reader->problems, rk__json_get(v, what),
                                          RK_MISSING_COLUMN, "name it in \"rows\"",
                                          "'%s' names a column '%s' that no "
                                          "row has",
                                          what, names[i]));
        }
    }
}

/* A name of a file: letters, digits, '-', '_' and '.', which do not begin it. */
static void check_name(profile_reader *reader, const rk__value *at, const char *name,
                       const char *what)
{
    const size_t n =
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
    if (n == 0 || name[n] != '\0' || name[0] == '.' || n > 100) {
        note(reader, rk__json_problem(reader->problems, at, RK_OUT_OF_RANGE,
                                      "use up to 100 letters, digits, '-', '_' and '.'",
                                      "'%s' is not the name of a %s", name, what));
    }
}

static void read_table(profile_reader *reader, const rk__value *v, rk__import_table *table)
{
    static const char *const keys[] = {"key", "needs", "numbers", "from", NULL};
    *table = (rk__import_table){.name = v->key, .at = v};
    check_name(reader, v, v->key, "table");
    if (v->type != RK__JSON_OBJECT) {
        note(reader, rk__json_problem(reader->problems, v, RK_WRONG_TYPE, NULL,
                                      "a table must be an object, not %s", rk__json_type_name(v)));
        return;
    }
    note(reader, rk__json_only_keys(v, keys, reader->problems));
    table->keys = texts_of(reader, v, "key", true, &table->n_keys);
    table->needs = texts_of(reader, v, "needs", false, &table->n_needs);
    table->numbers = texts_of(reader, v, "numbers", false, &table->n_numbers);
    const rk__value *from = member(reader, v, "from", RK__JSON_ARRAY, "a list", true);
    rk__import_block *blocks = from != NULL ? space(reader, from->count, sizeof *blocks) : NULL;
    for (const rk__value *b = blocks != NULL ? from->first : NULL; b != NULL; b = b->next) {
        read_block(reader, b, table, &blocks[table->n_blocks++]);
    }
    table->blocks = blocks;
    check_columns(reader, v, table, table->keys, table->n_keys, "key");
    check_columns(reader, v, table, table->needs, table->n_needs, "needs");
    check_columns(reader, v, table, table->numbers, table->n_numbers, "numbers");
}

static void read_day(profile_reader *reader, const rk__value *v, const char *key)
{
    rk_date day;
    const char *text = text_of(reader, v, key, false);
    if (text != NULL && !rk__date_parse(text, strlen(text), &day)) {
        note(reader, rk__json_problem(reader->problems, rk__json_get(v, key), RK_OUT_OF_RANGE,
                                      "write dates as 2016-04-01", "'%s' is not a date", text));
    }
}

/* Checks the members that are copied into the tariff unchanged. */
static void check_copied(profile_reader *reader, const rk__value *v)
{
    static const char *const texts[] = {"title", "publisher", "source", "licence"};
    static const char *const effective_keys[] = {"from", "to", NULL};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        (void) text_of(reader, v, texts[i], false);
    }
    const char *currency = text_of(reader, v, "currency", false);
    if (currency != NULL &&
        (strlen(currency) != 3 || strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)) {
        note(reader, rk__json_problem(reader->problems, rk__json_get(v, "currency"),
                                      RK_OUT_OF_RANGE, "use an ISO 4217 code such as GBP",
                                      "'%s' is not a currency code", currency));
    }
    const rk__value *effective =
        member(reader, v, "effective", RK__JSON_OBJECT, "an object", false);
    if (effective != NULL) {
        note(reader, rk__json_only_keys(effective, effective_keys, reader->problems));
        read_day(reader, effective, "from");
        read_day(reader, effective, "to");
    }
}

static void read_tariff(profile_reader *reader, const rk__value *v, rk__import_tariff *tariff)
{
    static const char *const keys[] = {"folder",  "id",       "title",     "publisher", "source",
                                       "licence", "currency", "effective", "tables",    NULL};
    *tariff = (rk__import_tariff){.at = v};
    if (v->type != RK__JSON_OBJECT) {
        note(reader, rk__json_problem(reader->problems, v, RK_WRONG_TYPE, NULL,
                                      "a tariff must be an object, not %s", rk__json_type_name(v)));
        return;
    }
    note(reader, rk__json_only_keys(v, keys, reader->problems));
    tariff->id = text_of(reader, v, "id", true);
    check_copied(reader, v);
    const char *folder = text_of(reader, v, "folder", false);
    tariff->folder = folder != NULL ? folder : "";
    if (*tariff->folder != '\0') {
        check_name(reader, rk__json_get(v, "folder"), folder, "folder");
    }
    const rk__value *tables = member(reader, v, "tables", RK__JSON_OBJECT, "an object", true);
    tariff->tables = tables != NULL ? space(reader, tables->count, sizeof *tariff->tables) : NULL;
    for (const rk__value *t = tariff->tables != NULL ? tables->first : NULL; t; t = t->next) {
        read_table(reader, t, &tariff->tables[tariff->n_tables++]);
    }
}

static void check_folders(profile_reader *reader, const rk__import_profile *profile)
{
    for (size_t i = 0; i < profile->n_tariffs; i++) {
        const rk__import_tariff *a = &profile->tariffs[i];
        bool clash = profile->n_tariffs > 1 && a->folder != NULL && *a->folder == '\0';
        for (size_t k = 0; k < i && !clash; k++) {
            clash = a->folder != NULL && profile->tariffs[k].folder != NULL &&
                    strcmp(a->folder, profile->tariffs[k].folder) == 0;
        }
        if (clash) {
            note(reader, rk__json_problem(reader->problems, a->at, RK_CONFLICT,
                                          "give each tariff a \"folder\" of its own",
                                          "tariffs of one profile need folders"));
        }
    }
}

static void read_profile(profile_reader *reader, const rk__value *root)
{
    static const char *const keys[] = {"reckoner", "$schema", "id",      "title",
                                       "notes",    "sources", "tariffs", NULL};
    rk__import_profile *profile = reader->profile;
    if (root->type != RK__JSON_OBJECT) {
        note(reader, rk__json_problem(reader->problems, root, RK_WRONG_TYPE, NULL,
                                      "a profile must be an object"));
        return;
    }
    const char *kind = text_of(reader, root, "reckoner", true);
    if (kind != NULL && strcmp(kind, "import/1") != 0) {
        note(reader, rk__json_problem(reader->problems, rk__json_get(root, "reckoner"),
                                      RK_OUT_OF_RANGE, "\"reckoner\" must be \"import/1\"",
                                      "the document is not an import profile: '%s'", kind));
        return;
    }
    note(reader, rk__json_only_keys(root, keys, reader->problems));
    profile->id = text_of(reader, root, "id", true);
    (void) text_of(reader, root, "title", false);
    const rk__value *list = member(reader, root, "tariffs", RK__JSON_ARRAY, "a list", true);
    profile->tariffs = list != NULL ? space(reader, list->count, sizeof *profile->tariffs) : NULL;
    for (const rk__value *t = profile->tariffs != NULL ? list->first : NULL; t; t = t->next) {
        read_tariff(reader, t, &profile->tariffs[profile->n_tariffs++]);
    }
    check_folders(reader, profile);
}

rk_status rk__profile_read(const rk__value *root, rk__import_profile **out, rk_problems *problems)
{
    *out = NULL;
    rk__import_profile *profile = rk__calloc(1, sizeof *profile);
    if (profile == NULL) {
        return RK_NO_MEMORY;
    }
    profile_reader reader = {.profile = profile, .arena = &profile->arena, .problems = problems};
    read_profile(&reader, root);
    if (reader.status != RK_OK) {
        rk__profile_free(profile);
        return reader.status;
    }
    *out = profile;
    return RK_OK;
}

void rk__profile_free(rk__import_profile *profile)
{
    if (profile != NULL) {
        rk__arena_dispose(&profile->arena);
        rk__free(profile);
    }
}
