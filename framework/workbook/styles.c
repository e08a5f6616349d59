/* SPDX-License-Identifier: MIT
 *
 * styles.c: which of a workbook's cell formats show dates.
 */
#include "workbook/styles.h"

#include <stdlib.h>

#include "workbook/xml.h"

#define MAX_FORMATS     65536
#define MAX_OWN_FORMATS 4096 /* each cell format is looked up among them */

typedef struct styles_reader {
    rk__styles *styles;
    size_t capacity;
    uint32_t *dates; /* numbers of the workbook's own formats, with their kind below */
    size_t n_dates, dates_capacity;
    unsigned depth;
    bool in_formats, in_cells;
    rk_status status;
} styles_reader;

/* Excel writes own formats before the cells that use them. */
static void add_format(styles_reader *reader, const char *const *attributes)
{
    const char *id = rk__xml_attribute(attributes, "numFmtId");
    const char *code = rk__xml_attribute(attributes, "formatCode");
    const rk__date_kind kind = id && code ? rk__date_kind_of_format(code) : RK__DATE_NONE;
    if (!id || !code) {
        return;
    }
    if (reader->n_dates == MAX_OWN_FORMATS) {
        reader->status = RK_LIMIT;
        return;
    }
    if (rk__grow((void **) &reader->dates, &reader->dates_capacity, reader->n_dates + 1,
                 sizeof *reader->dates) != 0) {
        reader->status = RK_NO_MEMORY;
        return;
    }
    reader->dates[reader->n_dates++] =
        (uint32_t) (strtoul(id, NULL, 10) & 0xffffff) << 2 | (uint32_t) kind;
}

static uint8_t kind_of(const styles_reader *reader, uint32_t id)
{
    for (size_t i = 0; i < reader->n_dates; i++) {
        if (reader->dates[i] >> 2 == id) {
            return (uint8_t) (reader->dates[i] & 3);
        }
    }
    return (uint8_t) rk__date_kind_of_builtin(id);
}

static void add_cell(styles_reader *reader, const char *const *attributes)
{
    rk__styles *styles = reader->styles;
    const char *id = rk__xml_attribute(attributes, "numFmtId");
    if (styles->n == MAX_FORMATS) {
        reader->status = RK_LIMIT;
        return;
    }
    if (rk__grow((void **) &styles->kind, &reader->capacity, styles->n + 1, 1) != 0) {
        reader->status = RK_NO_MEMORY;
        return;
    }
    styles->kind[styles->n++] =
        id ? kind_of(reader, (uint32_t) (strtoul(id, NULL, 10) & 0xffffff)) : RK__DATE_NONE;
}

static void on_start(void *ctx, const char *name, const char *const *attributes)
{
    styles_reader *reader = ctx;
    reader->depth++;
    if (reader->depth == 2) {
        reader->in_formats = strcmp(name, "numFmts") == 0;
        reader->in_cells = strcmp(name, "cellXfs") == 0;
    } else if (reader->depth == 3 && reader->status == RK_OK) {
        if (reader->in_formats && strcmp(name, "numFmt") == 0) {
            add_format(reader, attributes);
        } else if (reader->in_cells && strcmp(name, "xf") == 0) {
            add_cell(reader, attributes);
        }
    }
}

static void on_end(void *ctx, const char *name)
{
    (void) name;
    ((styles_reader *) ctx)->depth--;
}

rk_status rk__styles_load(rk__archive *archive, const char *path, rk__styles *out,
                          rk_problems *problems)
{
    styles_reader reader = {.styles = out};
    const rk__xml_events events = {&reader, on_start, on_end, NULL};
    bool found = false;
    *out = (rk__styles){0};
    rk_status status =
        path != NULL ? rk__xml_read(archive, path, &events, &found, problems) : RK_OK;
    rk__free(reader.dates);
    if (status == RK_OK) {
        status = reader.status;
    }
    if (status == RK_LIMIT && reader.status == RK_LIMIT) {
        const rk__place place = {.file = rk__archive_name(archive)};
        status = rk__problem(problems, RK_LIMIT, &place,
                             "copy the values of its sheets to a new workbook",
                             "the part '%s' has more formats than a spreadsheet can have", path);
    }
    if (status != RK_OK) {
        rk__styles_dispose(out);
    }
    return status;
}

void rk__styles_dispose(rk__styles *styles)
{
    rk__free(styles->kind);
    *styles = (rk__styles){0};
}
