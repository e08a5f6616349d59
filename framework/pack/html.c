/* SPDX-License-Identifier: MIT
 *
 * html.c: a pack as one HTML file that asks for nothing else: sentences, tables, charts, and how
 * figures came about. Text of documents is never markup: it is escaped here, and the policy in the
 * file allows no script or style but the two that it holds, by their digests.
 *
 * Charts are drawn by a script that is found beside the program or where it was installed
 * (html_parts.c). Without it the report has its tables, and says so.
 */
#include "pack/html_parts.h"

#define ROWS_SHOWN 500
#define ID_MOST    12 /* bytes of a text that stays on one line */

typedef struct report {
    rk__pack *pack;
    rk__page *out;
    rk__html_script script;
} report;

/* ------------------------------------------------------------------- cells */

/* Whole units where no amount of the table has pence. */
static int money_places(const rk__pack *pack, const rk__pack_table *table)
{
    for (size_t r = 0; r < table->n_rows; r++) {
        for (size_t c = 0; c < table->n_columns; c++) {
            const rk__pack_cell *cell = &table->rows[r].cells[c];
            if (table->columns[c].kind == RK__PACK_MONEY && cell->number &&
                !rk__html_is_whole(cell)) {
                return pack->places;
            }
        }
    }
    return table->n_made > 0 ? pack->places : 0;
}

static void cell_text(const report *r, const rk__pack_table *table, size_t column,
                      const rk__pack_cell *cell, int places)
{
    if (cell->text != NULL) {
        rk__html_text(r->out, cell->text, cell->length);
    } else if (cell->number) {
        rk__html_number(r->out, cell, table->columns[column].kind, places);
    }
}

static void table_cell(const report *r, const rk__pack_table *table, size_t column,
                       const rk__pack_cell *cell, int places)
{
    const rk__pack_kind kind = table->columns[column].kind;
    const bool number = kind != RK__PACK_TEXT;
    const int shown = kind == RK__PACK_MONEY      ? places
                      : kind == RK__PACK_QUANTITY ? 6
                      : kind == RK__PACK_PERCENT  ? 3 /* of the ratio */
                                                  : 0;
    const bool negative = rk__html_is_negative(cell, shown);
    const char *tag = column == 0 ? "th scope=row" : "td";
    /* A period or a code does not break at its hyphen. */
    const bool id = !number && cell->text != NULL && cell->length <= ID_MOST &&
                    memchr(cell->text, ' ', cell->length) == NULL;
    rk__page_printf(r->out, "<%s class=\"%s%s%s\">", tag, number ? "n" : "t", id ? " id" : "",
                    negative ? " neg" : "");
    cell_text(r, table, column, cell, places);
    rk__page_puts(r->out, column == 0 ? "</th>" : "</td>");
}

/* Columns that hold something: a report is narrower than a workbook. */
static void used_columns(const rk__pack_table *table, bool used[RK__PACK_COLUMNS])
{
    for (size_t c = 0; c < table->n_columns; c++) {
        used[c] = c == 0 || table->n_made > 0 || table->n_rows == 0;
        for (size_t r = 0; r < table->n_rows && !used[c]; r++) {
            const rk__pack_cell *cell = &table->rows[r].cells[c];
            used[c] = cell->number || (cell->text != NULL && cell->length > 0);
        }
    }
}

static void body_row(const report *r, const rk__pack_table *table, size_t row, const bool *used,
                     int places)
{
    rk__pack_cell made[RK__PACK_COLUMNS] = {0};
    const rk__pack_row *kept = row < table->n_rows ? &table->rows[row] : NULL;
    const rk__pack_cell *cells = kept != NULL ? kept->cells : made;
    if (kept == NULL) {
        table->make(table->ctx, row - table->n_rows, made);
    }
    rk__page_puts(r->out, kept != NULL && kept->bold ? "<tr class=bold>" : "<tr>");
    for (size_t c = 0; c < table->n_columns; c++) {
        if (used[c]) {
            table_cell(r, table, c, &cells[c], places);
        }
    }
    rk__page_puts(r->out, "</tr>\n");
}

static void table_html(const report *r, const rk__pack_table *table)
{
    const size_t all = table->n_rows + table->n_made;
    const int places = money_places(r->pack, table);
    bool used[RK__PACK_COLUMNS] = {false};
    if (all == 0) {
        return;
    }
    used_columns(table, used);
    rk__page_puts(r->out, "<div class=scroll tabindex=0 role=region aria-label=\"");
    rk__html_text(r->out, table->title, strlen(table->title));
    rk__page_puts(r->out, "\">\n<table>\n<thead><tr>");
    for (size_t c = 0; c < table->n_columns; c++) {
        if (used[c]) {
            const char *title = table->columns[c].title;
            const bool number = table->columns[c].kind != RK__PACK_TEXT;
            rk__page_puts(r->out, *title == '\0' ? "<td>" : "<th scope=col");
            rk__page_puts(r->out, *title == '\0' ? "" : number ? " class=n>" : ">");
            rk__html_text(r->out, title, strlen(title));
            rk__page_puts(r->out, *title == '\0' ? "</td>" : "</th>");
        }
    }
    rk__page_puts(r->out, "</tr></thead>\n<tbody>\n");
    for (size_t row = 0; row < all && row < ROWS_SHOWN; row++) {
        body_row(r, table, row, used, places);
    }
    rk__page_puts(r->out, "</tbody>\n");
    if (table->total != NULL) {
        rk__page_puts(r->out, "<tfoot><tr>");
        for (size_t c = 0; c < table->n_columns; c++) {
            if (used[c]) {
                table_cell(r, table, c, &table->total[c], places);
            }
        }
        rk__page_puts(r->out, "</tr></tfoot>\n");
    }
    rk__page_puts(r->out, "</table>\n</div>\n");
    if (all > ROWS_SHOWN) {
        rk__page_printf(r->out,
                        "<p class=note>The first %d of %zu rows; a workbook (-o NAME.xlsx) has all "
                        "of them.</p>\n",
                        ROWS_SHOWN, all);
    }
}

/* ---------------------------------------------------------------- sections */

static void figures(const report *r, const rk__pack_table *table, size_t number)
{
    size_t k = 0;
    for (const rk__pack_figure *f = table->figures; f != NULL && r->script.text != NULL;
         f = f->next, k++) {
        if (f->to <= f->from) {
            continue;
        }
        if (!rk__pack_figure_shows(table, f)) {
            rk__page_puts(r->out, "<p class=note>");
            rk__html_text(r->out, f->title, strlen(f->title));
            rk__page_puts(r->out, ": all are 0.</p>\n");
            continue;
        }
        rk__page_printf(r->out, "<figure aria-labelledby=\"f%zu-%zu\"><figcaption id=\"f%zu-%zu\">",
                        number, k, number, k);
        if (strcmp(f->title, table->title) != 0) { /* else the heading says it */
            rk__html_text(r->out, f->title, strlen(f->title));
        }
        rk__page_puts(r->out, "<span>");
        rk__html_text(r->out, f->says, strlen(f->says));
        rk__page_puts(r->out, " The table has the figures.</span></figcaption>\n");
        if (f->kind == RK__PACK_SPREAD || (f->kind == RK__PACK_BARS && f->n_values > 1)) {
            rk__page_puts(r->out, "<ul class=key>");
            for (size_t i = 0; i < f->n_values; i++) {
                const char *title = table->columns[f->values[i]].title;
                rk__page_printf(r->out, "<li><i class=c%zu></i>", i);
                rk__html_text(r->out, title, strlen(title));
                rk__page_puts(r->out, "</li>");
            }
            rk__page_puts(r->out, "</ul>\n");
        } else if (f->kind == RK__PACK_LINES) {
            rk__page_puts(r->out, "<ul class=key>");
            for (size_t i = f->from; i < f->to; i++) {
                rk__page_printf(r->out, "<li><i class=c%zu></i>", (i - f->from) % 6);
                cell_text(r, table, f->label, &table->rows[i].cells[f->label], 0);
                rk__page_puts(r->out, "</li>");
            }
            rk__page_puts(r->out, "</ul>\n");
        }
        rk__page_printf(
            r->out,
            "<div class=chart id=\"c%zu-%zu\"></div>\n<p class=note id=\"c%zu-%zu-note\">"
            "</p></figure>\n",
            number, k, number, k);
    }
}

static void section(const report *r, const rk__pack_table *table, size_t number)
{
    rk__page_printf(r->out, "<section id=\"t%zu\">\n", number);
    rk__page_puts(r->out, table->folded ? "<details><summary><h2>" : "<h2>");
    rk__html_text(r->out, table->title, strlen(table->title));
    rk__page_puts(r->out, table->folded ? "</h2></summary>\n" : "</h2>\n");
    if (table->note != NULL) {
        rk__page_puts(r->out, "<p class=note>");
        rk__html_text(r->out, table->note, strlen(table->note));
        rk__page_puts(r->out, "</p>\n");
    }
    figures(r, table, number);
    table_html(r, table);
    rk__page_puts(r->out, table->folded ? "</details>\n</section>\n" : "</section>\n");
}

/* The first page: what a board reads. */
static void board(const report *r)
{
    const rk__pack *pack = r->pack;
    rk__page_puts(r->out, "<section class=board>\n");
    for (size_t i = 0; i < pack->n_sentences; i++) {
        rk__page_puts(r->out, i == 0   ? "<p class=headline>"
                              : i == 1 ? "<ul class=says>\n<li>"
                                       : "<li>");
        rk__html_text(r->out, pack->sentences[i], strlen(pack->sentences[i]));
        rk__page_puts(r->out, i == 0 ? "</p>\n" : "</li>\n");
    }
    rk__page_puts(r->out, pack->n_sentences > 1 ? "</ul>\n" : "");
    if (pack->basis != NULL) {
        rk__page_puts(r->out, "<p class=basis>");
        rk__html_text(r->out, pack->basis, strlen(pack->basis));
        rk__page_puts(r->out, "</p>\n");
    }
    if (pack->first != NULL) {
        rk__page_puts(r->out, "<h2 id=t1>");
        rk__html_text(r->out, pack->first->title, strlen(pack->first->title));
        rk__page_puts(r->out, "</h2>\n<p class=note>");
        if (pack->currency[0] != '\0') {
            rk__page_printf(r->out, "Amounts are in %s. ", pack->currency);
        }
        rk__page_puts(r->out, "Deficits are in brackets.</p>\n");
        table_html(r, pack->first);
        figures(r, pack->first, 1);
    }
    if (r->script.text == NULL) {
        rk__page_puts(r->out,
                      "<p class=note>This report has no charts: the program was built without "
                      "them. The tables have all figures.</p>\n");
    }
    rk__page_puts(r->out, "</section>\n");
}

static void contents(const report *r)
{
    size_t number = 1;
    rk__page_puts(r->out, "<nav aria-label=Contents><h2>Contents</h2><ul>\n");
    for (const rk__pack_table *t = r->pack->first; t != NULL; t = t->next, number++) {
        rk__page_printf(r->out, "<li><a href=\"#t%zu\">", number);
        rk__html_text(r->out, t->title, strlen(t->title));
        rk__page_puts(r->out, "</a></li>\n");
    }
    rk__page_puts(r->out, r->pack->steps != NULL
                              ? "<li><a href=\"#steps\">How each amount came about"
                                "</a></li>\n</ul></nav>\n"
                              : "</ul></nav>\n");
}

/* Steps of an explanation, deeper ones in lists of their own. */
static void steps(const report *r)
{
    size_t depth = 0;
    if (r->pack->steps == NULL) {
        return;
    }
    rk__page_puts(r->out, "<section id=steps>\n<h2>How each amount came about</h2>\n");
    for (const rk__pack_step *s = r->pack->steps; s != NULL; s = s->next) {
        if (s->depth == 0) {
            for (; depth > 0; depth--) {
                rk__page_puts(r->out, "</li></ul>");
            }
            rk__page_puts(r->out, s == r->pack->steps ? "<details><summary>"
                                                      : "</details>\n<details><summary>");
            rk__html_text(r->out, s->text, strlen(s->text));
            rk__page_puts(r->out, "</summary>\n");
            continue;
        }
        rk__page_puts(r->out, s->depth <= depth ? "</li>\n" : "");
        for (; depth > s->depth; depth--) {
            rk__page_puts(r->out, "</ul></li>\n");
        }
        for (; depth < s->depth; depth++) {
            rk__page_puts(r->out, depth == 0 ? "<ul class=steps>" : "<ul>");
            rk__page_puts(r->out, depth + 1 < s->depth ? "<li>" : "");
        }
        rk__page_puts(r->out, "<li>");
        rk__html_text(r->out, s->text, strlen(s->text));
        if (s->source != NULL) {
            rk__page_puts(r->out, " <span class=source>[");
            rk__html_text(r->out, s->source, strlen(s->source));
            rk__page_puts(r->out, "]</span>");
        }
    }
    for (; depth > 0; depth--) {
        rk__page_puts(r->out, "</li></ul>");
    }
    rk__page_puts(r->out, "</details>\n</section>\n");
}

/* --------------------------------------------------------------- the whole */

static void head(const report *r)
{
    const rk__pack *pack = r->pack;
    char style[RK__HTML_DIGEST];
    r->out->failed |= !rk__html_digest(rk__html_style(), strlen(rk__html_style()), style);
    rk__page_puts(r->out,
                  "<!DOCTYPE html>\n<html lang=en-GB>\n<head>\n<meta charset=utf-8>\n"
                  "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=referrer content=no-referrer>\n"
                  "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; ");
    if (r->script.text != NULL) {
        rk__page_printf(r->out, "script-src 'sha256-%s'; ", r->script.digest);
    }
    rk__page_printf(
        r->out, "style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n<title>", style);
    rk__html_text(r->out, pack->id, strlen(pack->id));
    if (pack->title != NULL) {
        rk__page_puts(r->out, ": ");
        rk__html_text(r->out, pack->title, strlen(pack->title));
    }
    rk__page_puts(r->out, "</title>\n<style>");
    rk__page_puts(r->out, rk__html_style());
    rk__page_puts(r->out,
                  "</style>\n</head>\n<body>\n<a class=skip href=\"#main\">Skip to the figures"
                  "</a>\n<header>\n<p class=kind>");
    rk__html_text(r->out, pack->kind, strlen(pack->kind));
    rk__page_puts(r->out, "</p>\n<h1>");
    const char *title = pack->title != NULL ? pack->title : pack->id;
    rk__html_text(r->out, title, strlen(title));
    rk__page_puts(r->out, "</h1>\n</header>\n<main id=main>\n");
}

static void tail(const report *r)
{
    rk__page_puts(r->out, "</main>\n<footer>\n<p>");
    rk__html_text(r->out, r->pack->id, strlen(r->pack->id));
    rk__page_printf(r->out, ". Made by reckon %s.</p>\n</footer>\n", r->pack->version);
    if (r->script.text != NULL) {
        rk__page_puts(r->out, "<script type=\"application/json\" id=charts>");
        rk__html_charts(r->pack);
        rk__page_puts(r->out, "</script>\n<script>");
        rk__page_add(r->out, r->script.text, r->script.length);
        rk__page_puts(r->out, "</script>\n");
    }
    rk__page_puts(r->out, "</body>\n</html>\n");
}

rk_status rk__pack_html(rk__pack *pack)
{
    report r = {.pack = pack, .out = pack->out};
    if (pack->out->failed) {
        return RK_NO_MEMORY;
    }
    const rk_status status = rk__html_script_find(pack, &r.script);
    if (status != RK_OK) {
        return status;
    }
    head(&r);
    board(&r);
    contents(&r);
    size_t number = 2;
    for (const rk__pack_table *t = pack->first != NULL ? pack->first->next : NULL; t != NULL;
         t = t->next) {
        section(&r, t, number++);
    }
    steps(&r);
    tail(&r);
    return RK_OK;
}
