/* SPDX-License-Identifier: MIT
 *
 * import.c: the tables that an import wrote, a line each.
 */
#include <stdio.h>

#include "report/report.h"
#include "json/json_writer.h"

/* A line each, never wrapped, so that paths can be copied. */
static void write_text(rk__page *out, const rk_import *import)
{
    for (size_t i = 0; i < rk_import_count(import); i++) {
        const rk_imported *made = rk_import_at(import, i);
        char digits[24];
        (void) snprintf(digits, sizeof digits, "%zu", made->n_rows);
        rk__print_grouped(&out->scratch, digits);
        rk__page_printf(out, "%9s rows  ", out->scratch.text != NULL ? out->scratch.text : "");
        rk__buf_reset(&out->scratch);
        rk__page_plain(out, made->path);
        rk__page_putc(out, '\n');
    }
}

static void write_markdown(rk__page *out, const rk_import *import)
{
    rk__sheet grid;
    rk__sheet_init(&grid, out);
    rk__sheet_column(&grid, "tariff", RK__ALIGN_LEFT);
    rk__sheet_column(&grid, "table", RK__ALIGN_LEFT);
    rk__sheet_column(&grid, "rows", RK__ALIGN_RIGHT);
    rk__sheet_column(&grid, "file", RK__ALIGN_LEFT);
    for (size_t i = 0; i < rk_import_count(import); i++) {
        const rk_imported *made = rk_import_at(import, i);
        char digits[24];
        (void) snprintf(digits, sizeof digits, "%zu", made->n_rows);
        rk__sheet_row(&grid, RK__ROW_LINE);
        rk__sheet_cell(&grid, made->tariff);
        rk__sheet_cell(&grid, made->table);
        rk__print_grouped(&out->scratch, digits);
        rk__sheet_scratch(&grid);
        rk__sheet_cell(&grid, made->path);
    }
    rk__sheet_markdown(&grid);
    rk__sheet_dispose(&grid);
}

static void write_json(rk__page *out, const rk_import *import)
{
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '[');
    for (size_t i = 0; i < rk_import_count(import); i++) {
        const rk_imported *made = rk_import_at(import, i);
        rk__json_open(&w, NULL, '{');
        rk__json_put_text(&w, "tariff", made->tariff);
        rk__json_put_text(&w, "table", made->table);
        rk__json_put_count(&w, "rows", made->n_rows);
        rk__json_put_text(&w, "file", made->path);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

static void write_csv(rk__page *out, const rk_import *import)
{
    rk__page_puts(out, "tariff,table,rows,file\n");
    for (size_t i = 0; i < rk_import_count(import); i++) {
        const rk_imported *made = rk_import_at(import, i);
        rk__csv_cell(out, made->tariff, strlen(made->tariff));
        rk__page_putc(out, ',');
        rk__csv_cell(out, made->table, strlen(made->table));
        rk__page_printf(out, ",%zu,", made->n_rows);
        rk__csv_cell(out, made->path, strlen(made->path));
        rk__page_putc(out, '\n');
    }
}

rk_status rk_report_import(const rk_import *import, rk_format format, const rk_sink *sink)
{
    static void (*const writers[])(rk__page *, const rk_import *) = {
        [RK_FORMAT_TEXT] = write_text,
        [RK_FORMAT_JSON] = write_json,
        [RK_FORMAT_CSV] = write_csv,
        [RK_FORMAT_MARKDOWN] = write_markdown,
    };
    rk__page out;
    if (format > RK_FORMAT_MARKDOWN) {
        return RK_USAGE;
    }
    rk__page_init(&out, sink);
    writers[format](&out, import);
    return rk__page_finish(&out);
}
