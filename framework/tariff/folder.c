/* SPDX-License-Identifier: MIT
 *
 * folder.c: a folder of CSV files as a tariff.
 *
 * Only the headers of the files say what the tables are: the key columns are read here,
 * the rows when a table is first used.
 */
#include "tariff/inside.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/csv.h"
#include "table/columns.h"
#include "table/header.h"
#include "table/input.h"

static const char *const usual_keys[] = {"hrg", "pod", "provider", "service", "bpt"};
#define N_USUAL (sizeof usual_keys / sizeof usual_keys[0])

typedef struct folder_reader {
    rk__tariff *tariff;
    rk__arena *arena;
    rk_problems *problems;
    const char **names; /* of the CSV files */
    size_t n, capacity;
} folder_reader;

/* ------------------------------------------------------------------ listing */

static bool is_csv(const char *name, int folder)
{
    struct stat found;
    const size_t length = strlen(name);
    return name[0] != '.' && length > 4 && strcmp(name + length - 4, ".csv") == 0 &&
           fstatat(folder, name, &found, 0) == 0 && S_ISREG(found.st_mode);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Takes ownership of fd. */
static rk_status list_files(folder_reader *reader, int fd)
{
    rk_status status = RK_OK;
    DIR *folder = fdopendir(fd);
    if (folder == NULL) {
        (void) close(fd);
        return RK_NO_MEMORY;
    }
    for (struct dirent *entry; status == RK_OK && (entry = readdir(folder)) != NULL;) {
        if (!is_csv(entry->d_name, dirfd(folder))) {
            continue;
        }
        const char *name = rk__arena_strdup(reader->arena, entry->d_name);
        if (name == NULL || rk__grow((void **) &reader->names, &reader->capacity, reader->n + 1,
                                     sizeof *reader->names) != 0) {
            status = RK_NO_MEMORY;
        } else {
            reader->names[reader->n++] = name;
        }
    }
    (void) closedir(folder);
    if (status == RK_OK && reader->n == 0) {
        return rk__json_problem(reader->problems, reader->tariff->at, RK_TARIFF_UNAVAILABLE,
                                "put a tariff.json there, or a NAME.csv for each table",
                                "the folder '%s' holds no tariff", reader->tariff->place);
    }
    if (status == RK_OK) {
        qsort(reader->names, reader->n, sizeof *reader->names, compare_names);
    }
    return status;
}

/* ------------------------------------------------------------------ headers */

/* The column name for a header: lower case, `_` for blanks. */
static char *plain_name(rk__arena *arena, const char *text, size_t length)
{
    char *name = rk__arena_alloc(arena, length + 1);
    size_t n = 0;
    for (size_t i = 0; name != NULL && i < length; i++) {
        const bool wide = i + 1 < length && memcmp(text + i, "\xc2\xa0", 2) == 0;
        i += wide;
        const char c = wide || strchr(" \t\r\n", text[i]) != NULL ? '_' : text[i];
        if (c != '_' || (n > 0 && name[n - 1] != '_')) {
            name[n++] = c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
        }
    }
    while (n > 0 && name[n - 1] == '_') {
        n--;
    }
    if (name != NULL) {
        name[n] = '\0';
    }
    return name;
}

typedef struct header {
    const char **names; /* as written in the file, without quotes */
    size_t n;
    rk__place place;
} header;

static bool matches(const char *a, const char *b)
{
    return rk__column_name_matches(a, strlen(a), b, strlen(b));
}

static rk_status note_starred(folder_reader *reader, const header *h, rk__table_spec *spec)
{
    const char **keys = rk__arena_alloc(reader->arena, (h->n + 1) * sizeof *keys);
    rk__table_map *maps = rk__arena_alloc(reader->arena, (h->n + 1) * sizeof *maps);
    if (keys == NULL || maps == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < h->n; i++) {
        const size_t length = strlen(h->names[i]);
        if (length < 2 || h->names[i][length - 1] != '*') {
            continue;
        }
        const char *name = plain_name(reader->arena, h->names[i], length - 1);
        if (name == NULL) {
            return RK_NO_MEMORY;
        }
        for (size_t j = 0; j < h->n; j++) {
            if (matches(h->names[j], name)) {
                return rk__problem(reader->problems, RK_DUPLICATE_KEY, &h->place,
                                   "rename or remove one of them",
                                   "columns %zu ('%s') and %zu ('%s') have the same name", i + 1,
                                   h->names[i], j + 1, h->names[j]);
            }
        }
        maps[spec->n_maps++] = (rk__table_map){.column = name, .header = h->names[i]};
        keys[spec->n_keys++] = name;
    }
    spec->maps = maps;
    spec->keys = keys;
    return RK_OK;
}

static rk_status note_usual(folder_reader *reader, const header *h, rk__table_spec *spec)
{
    const char **keys = rk__arena_alloc(reader->arena, N_USUAL * sizeof *keys);
    if (keys == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < N_USUAL; k++) {
        for (size_t i = 0; i < h->n; i++) {
            if (matches(h->names[i], usual_keys[k])) {
                keys[spec->n_keys++] = usual_keys[k];
                break;
            }
        }
    }
    spec->keys = keys;
    return spec->n_keys > 0
               ? RK_OK
               : rk__problem(reader->problems, RK_MISSING_KEY, &h->place,
                             "put * after the header of each key column (\"hrg*,pod*,price\"), or "
                             "name the keys in a tariff.json",
                             "'%s' has no key column", h->place.file);
}

static rk_status take_names(folder_reader *reader, const rk__csv_record *record, header *h)
{
    h->names = rk__arena_alloc(reader->arena, (record->n_fields + 1) * sizeof *h->names);
    for (size_t i = 0; h->names != NULL && i < record->n_fields; i++) {
        const char *text = record->field[i].text;
        size_t length = record->field[i].length;
        char *scratch = rk__arena_alloc(reader->arena, length + 1);
        if (scratch == NULL) {
            return RK_NO_MEMORY;
        }
        rk__csv_value(&text, &length, scratch);
        h->names[h->n] = rk__arena_copy(reader->arena, text, length);
        if (h->names[h->n++] == NULL) {
            return RK_NO_MEMORY;
        }
    }
    return h->names == NULL ? RK_NO_MEMORY : RK_OK;
}

static rk_status read_header(folder_reader *reader, rk__table_spec *spec,
                             const rk__input_text *input)
{
    header h = {.place = {.file = input->name, .line = 1}};
    rk__header_place at;
    rk__csv_record record;
    rk__header_find(spec, input->text, input->length, &at);
    if (!at.found) {
        return rk__header_missing(spec, input->name, reader->problems);
    }
    rk__csv_reader csv = {.text = input->text,
                          .length = input->length,
                          .delimiter = at.delimiter,
                          .at = at.start,
                          .line = at.line};
    rk_status status =
        rk__csv_next(&csv, &record) < 0
            ? RK_NO_MEMORY
            : rk__header_check(spec, input->text, &at, &record, input->name, reader->problems);
    if (status == RK_OK) {
        h.place.line = record.line;
        status = take_names(reader, &record, &h);
    }
    rk__csv_reader_dispose(&csv);
    if (status == RK_OK) {
        status = note_starred(reader, &h, spec);
    }
    return status == RK_OK && spec->n_keys == 0 ? note_usual(reader, &h, spec) : status;
}

/* -------------------------------------------------------------------- files */

/* The name as a pattern that matches it alone. */
static const char *as_pattern(rk__arena *arena, const char *name)
{
    char *pattern = rk__arena_alloc(arena, 2 * strlen(name) + 1);
    for (char *to = pattern; to != NULL && *name != '\0'; name++) {
        if (strchr("*?[\\", *name) != NULL) {
            *to++ = '\\';
        }
        *to++ = *name;
    }
    return pattern;
}

/* Adds a file's line to the text that the folder's digest is computed from. */
static rk_status add_digest(folder_reader *reader, const char *name, rk__buf *lines,
                            rk_problems *problems)
{
    int fd = -1;
    char *shown = NULL, *text = NULL;
    size_t length;
    char digest[RK__SHA256_TEXT];
    rk_status status = rk__access_open(&reader->tariff->access, reader->tariff->place, name,
                                       reader->tariff->at, reader->arena, &fd, &shown, problems);
    if (status != RK_OK) {
        return status;
    }
    status = rk__file_read_fd(fd, shown, RK__TABLE_MAX_LOADED_BYTES, &text, &length, problems);
    (void) close(fd);
    if (status == RK_OK) {
        rk__sha256(text, length, digest);
        rk__buf_printf(lines, "%s %s\n", name, digest);
        status = digest[0] == '\0' || lines->failed ? RK_NO_MEMORY : RK_OK;
    }
    rk__free(text);
    return status;
}

static rk_status add_file(folder_reader *reader, const char *name, rk__buf *lines)
{
    rk__tariff *tariff = reader->tariff;
    rk__table_spec *spec = &tariff->tables[tariff->n_tables].spec;
    rk__input_text input = {0};
    const char **files = rk__arena_alloc(reader->arena, sizeof *files);
    if (files == NULL || (files[0] = as_pattern(reader->arena, name)) == NULL) {
        return RK_NO_MEMORY;
    }
    *spec = (rk__table_spec){.name = rk__arena_copy(reader->arena, name, strlen(name) - 4),
                             .files = files,
                             .n_files = 1,
                             .base_dir = tariff->place,
                             .delimiter = ','};
    if (spec->name == NULL) {
        return RK_NO_MEMORY;
    }
    rk_problems *met = rk_problems_new();
    rk_status status = met != NULL ? add_digest(reader, name, lines, met) : RK_NO_MEMORY;
    if (status == RK_OK) {
        status = rk__input_read(spec, &tariff->access, name, RK__TABLE_MAX_LOADED_BYTES,
                                reader->arena, &input, met);
    }
    status = rk__tariff_relay(met, status, reader->problems);
    rk_problems_free(met);
    if (status == RK_OK) {
        tariff->n_tables++;
        status = read_header(reader, spec, &input);
    }
    rk__input_dispose(&input);
    return status;
}

/* The folder's name, with '-' for characters that ids cannot have. */
static rk_status make_id(rk__tariff *tariff)
{
    /* "." and "../" have a name only once they are resolved. */
    char *real = realpath(tariff->place, NULL);
    if (real == NULL && errno == ENOMEM) {
        return RK_NO_MEMORY;
    }
    const char *path = real != NULL ? real : tariff->place;
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/') {
        end--;
    }
    size_t start = end;
    while (start > 0 && path[start - 1] != '/') {
        start--;
    }
    const size_t length = end - start > RK__ID_MAX ? RK__ID_MAX : end - start;
    char *id = length > 0 ? rk__arena_copy(&tariff->arena, path + start, length)
                          : rk__arena_strdup(&tariff->arena, "tariff");
    free(real);
    for (char *c = id; c != NULL && *c != '\0'; c++) {
        if (!rk__id_has(*c)) {
            *c = '-';
        }
    }
    tariff->id = id;
    return id == NULL ? RK_NO_MEMORY : RK_OK;
}

rk_status rk__tariff_read_folder(rk__tariff *tariff, int fd, rk_problems *problems)
{
    folder_reader reader = {.tariff = tariff, .arena = &tariff->arena, .problems = problems};
    rk__buf lines = {0};
    rk_status status = list_files(&reader, fd);
    if (status == RK_OK) {
        status = make_id(tariff);
    }
    if (status == RK_OK) {
        tariff->tables = rk__arena_alloc(&tariff->arena, (reader.n + 1) * sizeof *tariff->tables);
        status = tariff->tables == NULL ? RK_NO_MEMORY : RK_OK;
    }
    for (size_t i = 0; status != RK_NO_MEMORY && tariff->tables != NULL && i < reader.n; i++) {
        rk__keep_first(&status, add_file(&reader, reader.names[i], &lines));
    }
    if (status == RK_OK) {
        rk__sha256(lines.text, lines.length, tariff->sha256);
        status = tariff->sha256[0] == '\0' ? RK_NO_MEMORY : RK_OK;
    }
    rk__buf_dispose(&lines);
    rk__free(reader.names);
    return status;
}
