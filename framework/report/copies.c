/* SPDX-License-Identifier: MIT
 *
 * copies.c: copies of documents, fetched now or held by the cache, a line each.
 */
#include <stdio.h>

#include "report/report.h"
#include "json/json_writer.h"

static void length_text(rk__page *out, const rk_copy *c, bool grouped)
{
    char digits[24];
    (void) snprintf(digits, sizeof digits, "%zu", c->size_bytes);
    if (c->sha256 == NULL) {
        return;
    }
    if (grouped) {
        rk__print_grouped(&out->scratch, digits);
    } else {
        rk__buf_puts(&out->scratch, digits);
    }
}

static const char *text_or(const char *text, const char *other)
{
    return text != NULL ? text : other;
}

/* A line each, never wrapped, so that digests and URLs can be copied. */
static void write_text(rk__page *out, const rk_copies *list)
{
    if (rk_copies_count(list) == 0) {
        rk__page_puts(out, "The cache is empty.\n");
    }
    for (size_t i = 0; i < rk_copies_count(list); i++) {
        const rk_copy *c = rk_copies_at(list, i);
        char when[RK__TIME_TEXT];
        rk__tariff_time(c->fetched_at, when);
        length_text(out, c, true);
        rk__page_printf(out, "%-9s  %16s  %11s  %-64s  ", c->state, when,
                        text_or(out->scratch.text, ""), text_or(c->sha256, ""));
        rk__buf_reset(&out->scratch);
        rk__page_plain(out, text_or(c->url, text_or(c->path, "")));
        rk__page_putc(out, '\n');
    }
}

static void write_markdown(rk__page *out, const rk_copies *list)
{
    rk__sheet grid;
    if (rk_copies_count(list) == 0) {
        rk__page_puts(out, "The cache is empty.\n");
        return;
    }
    rk__sheet_init(&grid, out);
    rk__sheet_columns(&grid, "llrll", "state", "fetched (UTC)", "bytes", "sha256", "url");
    for (size_t i = 0; i < rk_copies_count(list); i++) {
        const rk_copy *c = rk_copies_at(list, i);
        rk__sheet_row(&grid, RK__ROW_LINE);
        rk__sheet_cell(&grid, c->state);
        char when[RK__TIME_TEXT];
        rk__tariff_time(c->fetched_at, when);
        rk__buf_puts(&out->scratch, when);
        rk__sheet_scratch(&grid);
        length_text(out, c, true);
        rk__sheet_scratch(&grid);
        rk__sheet_cell(&grid, c->sha256);
        rk__sheet_cell(&grid, text_or(c->url, c->path));
    }
    rk__sheet_markdown(&grid);
    rk__sheet_dispose(&grid);
}

static void write_json(rk__page *out, const rk_copies *list)
{
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '[');
    for (size_t i = 0; i < rk_copies_count(list); i++) {
        const rk_copy *c = rk_copies_at(list, i);
        char when[RK__TIME_TEXT];
        rk__tariff_time(c->fetched_at, when);
        rk__json_open(&w, NULL, '{');
        rk__json_put_text(&w, "url", c->url);
        rk__json_put_text(&w, "state", c->state);
        rk__json_put_text(&w, "fetched", when[0] != '\0' ? when : NULL);
        if (c->sha256 != NULL) {
            rk__json_put_count(&w, "bytes", c->size_bytes);
        } else {
            rk__json_put_text(&w, "bytes", NULL);
        }
        rk__json_put_text(&w, "sha256", c->sha256);
        rk__json_put_text(&w, "path", c->path);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

static void write_csv(rk__page *out, const rk_copies *list)
{
    rk__page_puts(out, "state,fetched,bytes,sha256,url,path\n");
    for (size_t i = 0; i < rk_copies_count(list); i++) {
        const rk_copy *c = rk_copies_at(list, i);
        char when[RK__TIME_TEXT];
        rk__tariff_time(c->fetched_at, when);
        const char *const rest[] = {c->sha256, c->url, c->path};
        rk__page_puts(out, c->state);
        rk__page_putc(out, ',');
        rk__page_puts(out, when);
        rk__page_putc(out, ',');
        length_text(out, c, false);
        rk__page_scratch(out);
        for (size_t k = 0; k < sizeof rest / sizeof rest[0]; k++) {
            rk__page_putc(out, ',');
            rk__csv_cell(out, text_or(rest[k], ""), strlen(text_or(rest[k], "")));
        }
        rk__page_putc(out, '\n');
    }
}

rk_status rk__copies_write(const rk_copies *list, rk_format format, const rk_sink *sink)
{
    static void (*const writers[])(rk__page *, const rk_copies *) = {
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
    writers[format](&out, list);
    return rk__page_finish(&out);
}
