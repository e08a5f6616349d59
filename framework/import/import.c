/* SPDX-License-Identifier: MIT
 *
 * import.c: making tariffs from a published workbook.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "csv/csv.h"
#include "import/find.h"
#include "import/folder.h"
#include "import/take.h"
#include "reckoner/tariff.h"

struct rk_import {
    rk__arena arena;
    rk_imported *items;
    size_t n, capacity;
};

typedef struct importer {
    rk_import *made;
    const rk__import_profile *profile;
    rk__workbook *workbook;
    const char *file;
    rk__new_folder folder;
    rk_problems *problems;
} importer;

/* ------------------------------------------------------------------- output */

static void write_rows(const rk__import_table *table, const rk__import_rows *rows, rk__buf *out)
{
    for (size_t c = 0; c < table->n_columns; c++) {
        rk__buf_puts(out, c > 0 ? "," : "");
        rk__csv_quote(out, table->columns[c], strlen(table->columns[c]));
    }
    rk__buf_putc(out, '\n');
    for (size_t r = 0; r < rows->n; r++) {
        for (size_t c = 0; c < table->n_columns; c++) {
            const char *text = rows->list[r].cells[c];
            rk__buf_puts(out, c > 0 ? "," : "");
            if (text != NULL) {
                rk__csv_quote(out, text, strlen(text));
            }
        }
        rk__buf_putc(out, '\n');
    }
    out->failed |= rows->arena.failed;
}

static void write_text(rk__buf *out, const char *key, const char *text)
{
    rk__buf_printf(out, ",\n  \"%s\": ", key);
    rk__json_write_text(out, text, strlen(text));
}

/* The tariff's document: its description in the profile, and its tables. */
static void write_document(const rk__import_tariff *tariff, rk__buf *out)
{
    static const char *const copied[] = {"title", "publisher", "source", "licence", "currency"};
    rk__buf_puts(out, "{\n  \"reckoner\": \"tariff/1\"");
    write_text(out, "id", tariff->id);
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
        const rk__value *v = rk__json_get(tariff->at, copied[i]);
        if (rk__json_given(v) && v->type == RK__JSON_STRING) {
            write_text(out, copied[i], v->text);
        }
    }
    const rk__value *effective = rk__json_get(tariff->at, "effective");
    if (rk__json_given(effective)) {
        size_t length;
        rk__buf_puts(out, ",\n  \"effective\": ");
        rk__buf_add(out, rk__json_text(effective->document, &length) + effective->offset,
                    effective->end - effective->offset);
    }
    rk__buf_puts(out, ",\n  \"tables\": {");
    for (size_t t = 0; t < tariff->n_tables; t++) {
        const rk__import_table *table = &tariff->tables[t];
        rk__buf_puts(out, t > 0 ? ",\n    " : "\n    ");
        rk__json_write_text(out, table->name, strlen(table->name));
        rk__buf_puts(out, ": {\"key\": [");
        for (size_t k = 0; k < table->n_keys; k++) {
            rk__buf_puts(out, k > 0 ? ", " : "");
            rk__json_write_text(out, table->keys[k], strlen(table->keys[k]));
        }
        rk__buf_printf(out, "], \"file\": \"%s.csv\"}", table->name);
    }
    rk__buf_puts(out, "\n  }\n}\n");
}

static rk_status note_table(importer *im, const rk__import_tariff *tariff,
                            const rk__import_table *table, size_t rows)
{
    rk_import *made = im->made;
    if (rk__grow((void **) &made->items, &made->capacity, made->n + 1, sizeof *made->items) != 0) {
        return RK_NO_MEMORY;
    }
    const char *gap = *tariff->folder != '\0' ? "/" : "";
    made->items[made->n++] =
        (rk_imported){.tariff = rk__arena_strdup(&made->arena, tariff->id),
                      .table = rk__arena_strdup(&made->arena, table->name),
                      .path = rk__arena_printf(&made->arena, "%s/%s%s%s.csv", im->folder.path,
                                               tariff->folder, gap, table->name),
                      .n_rows = rows};
    return made->arena.failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status import_table(importer *im, const rk__import_tariff *tariff,
                              const rk__import_table *table)
{
    rk__import_rows rows = {0};
    rk__buf text = {0};
    rk_status status = rk__import_take_table(im->workbook, im->file, table, &rows, im->problems);
    if (status == RK_OK) {
        write_rows(table, &rows, &text);
        const char *name = rk__arena_printf(&im->made->arena, "%s.csv", table->name);
        status = name == NULL
                     ? RK_NO_MEMORY
                     : rk__new_folder_write(&im->folder, tariff->folder, name, &text, im->problems);
    }
    if (status == RK_OK) {
        status = note_table(im, tariff, table, rows.n);
    }
    rk__buf_dispose(&text);
    rk__import_rows_dispose(&rows);
    return status;
}

static rk_status import_tariffs(importer *im)
{
    rk_status first = RK_OK;
    for (size_t i = 0; i < im->profile->n_tariffs; i++) {
        const rk__import_tariff *tariff = &im->profile->tariffs[i];
        for (size_t t = 0; t < tariff->n_tables && first != RK_NO_MEMORY; t++) {
            rk__keep_first(&first, import_table(im, tariff, &tariff->tables[t]));
        }
        rk__buf text = {0};
        write_document(tariff, &text);
        if (first == RK_OK) {
            first = rk__new_folder_write(&im->folder, tariff->folder, "tariff.json", &text,
                                         im->problems);
        }
        rk__buf_dispose(&text);
    }
    return first == RK_OK ? rk__new_folder_commit(&im->folder, im->problems) : first;
}

/* -------------------------------------------------------------------- input */

static rk_status load_profile(const char *name, rk__arena *arena, rk__json **document,
                              rk__import_profile **out, rk_problems *problems)
{
    const char *path = NULL;
    *out = NULL;
    rk_status status = rk__profile_find(name, arena, &path, problems);
    if (status == RK_OK) {
        status = rk__json_load(path, document, problems);
    }
    return status == RK_OK ? rk__profile_read(rk__json_root(*document), out, problems) : status;
}

static rk_status open_workbook(const char *file, rk__workbook **out, rk_problems *problems)
{
    const rk__place place = {.file = file};
    const int fd = open(file, O_RDONLY | O_CLOEXEC);
    *out = NULL;
    if (fd < 0) {
        return rk__problem(problems, RK_IO, &place, NULL, "the file cannot be opened: %s",
                           strerror(errno));
    }
    const rk_status status = rk__workbook_open(fd, file, out, problems);
    close(fd);
    return status;
}

rk_status rk_tariff_import(const char *file, const char *profile, const char *folder,
                           rk_import **out_import, rk_problems *problems)
{
    importer im = {.file = file, .problems = problems};
    rk__import_profile *read = NULL;
    const size_t before = rk_problems_count(problems);
    rk__json *document = NULL;
    *out_import = NULL;
    im.made = rk__calloc(1, sizeof *im.made);
    if (im.made == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = load_profile(profile, &im.made->arena, &document, &read, problems);
    im.profile = read;
    if (status == RK_OK) {
        status = open_workbook(file, &im.workbook, problems);
    }
    if (status == RK_OK) {
        status = rk__new_folder_begin(&im.folder, folder, problems);
    }
    if (status == RK_OK) {
        status = import_tariffs(&im);
    }
    rk__problems_tidy(problems, before); /* each block reports the same missing sheet */
    rk__new_folder_dispose(&im.folder);
    rk__workbook_close(im.workbook);
    rk__profile_free(read);
    rk__json_free(document);
    if (status != RK_OK) {
        rk_import_free(im.made);
        return status;
    }
    *out_import = im.made;
    return RK_OK;
}

void rk_import_free(rk_import *import)
{
    if (import != NULL) {
        rk__free(import->items);
        rk__arena_dispose(&import->arena);
        rk__free(import);
    }
}

size_t rk_import_count(const rk_import *import)
{
    return import->n;
}

const rk_imported *rk_import_at(const rk_import *import, size_t index)
{
    return index < import->n ? &import->items[index] : NULL;
}
