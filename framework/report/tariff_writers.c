/* SPDX-License-Identifier: MIT
 *
 * tariff_writers.c: a tariff as text, JSON, CSV and Markdown.
 */
#include <stdio.h>
#include <time.h>

#include "report/json_writer.h"
#include "report/tariff_report.h"

/* -------------------------------------------------------------------- parts */

void rk__tariff_time(int64_t when, char text[RK__TIME_TEXT])
{
    struct tm parts;
    const time_t seconds = (time_t) when;
    if (when <= 0 || gmtime_r(&seconds, &parts) == NULL ||
        strftime(text, RK__TIME_TEXT, "%Y-%m-%d %H:%M", &parts) == 0) {
        text[0] = '\0';
    }
}

static void count(rk__page *out, size_t n, const char *one, const char *many)
{
    char digits[24];
    (void) snprintf(digits, sizeof digits, "%zu", n);
    rk__print_grouped(&out->scratch, digits);
    rk__buf_puts(&out->scratch, n == 1 ? one : many);
}

/* Joins names, each after the first behind `gap`. */
static void add_name(rk__page *out, const char *name, const char *gap, bool first)
{
    rk__buf_puts(&out->scratch, first ? "" : gap);
    rk__buf_puts(&out->scratch, name);
}

static void keys_of(rk__page *out, const rk__table_summary *t, const char *gap)
{
    for (size_t k = 0; k < t->spec->n_keys; k++) {
        add_name(out, t->spec->keys[k], gap, k == 0);
    }
}

static bool is_key(const rk__table_summary *t, size_t column)
{
    for (size_t k = 0; k < t->spec->n_keys; k++) {
        if (rk__table_find(t->table, t->spec->keys[k]) == (int) column) {
            return true;
        }
    }
    return false;
}

/* What can be looked up: the columns but those of the key. */
static void columns_of(rk__page *out, const rk__table_summary *t, const char *gap)
{
    bool first = true;
    for (size_t c = 0; t->table != NULL && c < rk__table_n_columns(t->table); c++) {
        if (!is_key(t, c)) {
            add_name(out, rk__table_column_name(t->table, c), gap, first);
            first = false;
        }
    }
}

static void source_of(rk__page *out, const rk__table_summary *t, const char *gap)
{
    for (size_t f = 0; f < t->spec->n_files; f++) {
        add_name(out, t->spec->files[f], gap, f == 0);
    }
    if (t->spec->n_files == 0) {
        rk__buf_puts(&out->scratch, "in the document");
    }
}

static void in_force(rk__page *out, const rk__tariff *tariff)
{
    const char *from = rk__tariff_from(tariff), *to = rk__tariff_to(tariff);
    if (from == NULL && to == NULL) {
        rk__buf_puts(&out->scratch, "always (it has no dates)");
    } else if (from == NULL) {
        rk__buf_printf(&out->scratch, "until %s", to);
    } else if (to == NULL) {
        rk__buf_printf(&out->scratch, "from %s", from);
    } else {
        rk__buf_printf(&out->scratch, "%s to %s", from, to);
    }
}

/* ---------------------------------------------------------- text, Markdown */

static void identity_row(rk__sheet *grid, const char *label, const char *text)
{
    if (text != NULL) {
        rk__sheet_row(grid, RK__ROW_LINE);
        rk__sheet_cell(grid, label);
        rk__sheet_cell(grid, text);
    }
}

/* The same with what stands in the scratch buffer. */
static void identity_scratch(rk__sheet *grid, const char *label)
{
    rk__sheet_row(grid, RK__ROW_LINE);
    rk__sheet_cell(grid, label);
    rk__sheet_scratch(grid);
}

static void layout_identity(rk__sheet *grid, const rk__tariff_summary *s)
{
    const rk__fetched *fetched = rk__tariff_fetched(s->tariff);
    rk__sheet_column(grid, "", RK__ALIGN_LEFT);
    rk__sheet_column(grid, "", RK__ALIGN_LEFT);
    identity_row(grid, "publisher", rk__tariff_publisher(s->tariff));
    identity_row(grid, "source", rk__tariff_source(s->tariff));
    identity_row(grid, "licence", rk__tariff_licence(s->tariff));
    identity_row(grid, "currency", rk__tariff_currency(s->tariff));
    in_force(grid->out, s->tariff);
    identity_scratch(grid, "in force");
    identity_row(grid, "read from", rk__tariff_place(s->tariff));
    if (fetched != NULL) {
        char when[RK__TIME_TEXT];
        rk__tariff_time(fetched->fetched_at, when);
        rk__buf_printf(&grid->out->scratch, "%s UTC%s", when,
                       fetched->from_cache ? ", from the cache" : "");
        identity_scratch(grid, "fetched");
    }
    identity_row(grid, "sha256", rk__tariff_sha256(s->tariff));
}

static void layout_tables(rk__sheet *grid, const rk__tariff_summary *s)
{
    rk__page *out = grid->out;
    rk__sheet_column(grid, "table", RK__ALIGN_LEFT);
    rk__sheet_column(grid, "key", RK__ALIGN_LEFT);
    rk__sheet_column(grid, "rows", RK__ALIGN_RIGHT);
    rk__sheet_column(grid, "columns", RK__ALIGN_LEFT);
    rk__sheet_column(grid, "source", RK__ALIGN_LEFT);
    for (size_t i = 0; i < s->n_tables; i++) {
        const rk__table_summary *t = &s->tables[i];
        rk__sheet_row(grid, RK__ROW_LINE);
        rk__sheet_cell(grid, t->name);
        keys_of(out, t, ", ");
        rk__sheet_scratch(grid);
        if (t->table != NULL) {
            count(out, rk__table_n_rows(t->table), "", "");
        } else {
            rk__buf_puts(&out->scratch, "faulty");
        }
        rk__sheet_scratch(grid);
        columns_of(out, t, ", ");
        rk__sheet_scratch(grid);
        source_of(out, t, ", ");
        rk__sheet_scratch(grid);
    }
}

/* "3,849 rows, keys unique, all numbers read" */
static void finding(rk__page *out, const rk__table_summary *t)
{
    rk__buf *text = &out->scratch;
    if (t->table == NULL) {
        rk__buf_printf(text, "cannot be used (%s): ", rk_status_word(t->status));
        count(out, t->n_problems, " problem", " problems");
        return;
    }
    count(out, rk__table_n_rows(t->table), " row, ", " rows, ");
    rk__buf_puts(text, "keys unique, ");
    if (t->n_problems > 0) {
        count(out, t->n_problems, " cell that is no number", " cells that are no numbers");
    } else {
        rk__buf_puts(text, t->n_numeric > 0 ? "all numbers read" : "no columns of numbers");
    }
}

static void layout_findings(rk__sheet *grid, const rk__tariff_summary *s)
{
    rk__sheet_column(grid, "", RK__ALIGN_LEFT);
    rk__sheet_column(grid, "", RK__ALIGN_LEFT);
    rk__buf_puts(&grid->out->scratch, "well formed; in force ");
    in_force(grid->out, s->tariff);
    identity_scratch(grid, "document");
    rk__buf_printf(&grid->out->scratch, "%s%s", rk__tariff_sha256(s->tariff),
                   s->pinned ? ", as asked for" : "");
    identity_scratch(grid, "sha256");
    for (size_t i = 0; i < s->n_tables; i++) {
        rk__buf_printf(&grid->out->scratch, "table %s", s->tables[i].name);
        const char *label = rk__arena_strdup(&grid->out->arena, grid->out->scratch.text);
        grid->out->failed = grid->out->failed || label == NULL;
        rk__buf_reset(&grid->out->scratch);
        finding(grid->out, &s->tables[i]);
        identity_scratch(grid, label);
    }
}

static void verdict(rk__page *out, const rk__tariff_summary *s)
{
    const size_t n = rk_problems_count(s->problems);
    if (n == 0) {
        rk__buf_puts(&out->scratch, "No problems found.");
    } else {
        count(out, n, " problem found.", " problems found.");
    }
    rk__page_scratch(out);
    rk__page_putc(out, '\n');
}

static void print_grid(rk__sheet *grid, bool markdown)
{
    rk__page_putc(grid->out, '\n');
    if (markdown) {
        rk__sheet_markdown(grid);
    } else {
        rk__sheet_text(grid, 2);
    }
    rk__sheet_dispose(grid);
}

static void write_for_people(rk__page *out, const rk__tariff_summary *s, bool markdown)
{
    const char *title = rk__tariff_title(s->tariff);
    void (*plain)(rk__page *, const char *) = markdown ? rk__markdown_text : rk__page_plain;
    rk__sheet grid;
    if (markdown) {
        rk__page_puts(out, "## ");
    } else {
        rk__page_style(out, RK__STYLE_HEADING);
    }
    plain(out, rk__tariff_id(s->tariff));
    if (!markdown) {
        rk__page_style(out, RK__STYLE_PLAIN);
    }
    if (title != NULL) {
        rk__page_puts(out, ": ");
        plain(out, title);
    }
    rk__page_putc(out, '\n');
    rk__sheet_init(&grid, out);
    if (s->verified) {
        layout_findings(&grid, s);
        print_grid(&grid, markdown);
        rk__page_putc(out, '\n');
        verdict(out, s);
        return;
    }
    layout_identity(&grid, s);
    print_grid(&grid, markdown);
    if (s->n_tables > 0) {
        rk__sheet_init(&grid, out);
        layout_tables(&grid, s);
        print_grid(&grid, markdown);
    }
}

/* --------------------------------------------------------------------- JSON */

static void json_list(rk__json_writer *w, const char *name, const char *const *texts, size_t n)
{
    rk__json_open_flat(w, name, '[');
    for (size_t i = 0; i < n; i++) {
        rk__json_put_text(w, NULL, texts[i]);
    }
    rk__json_close(w, ']');
}

static void json_table(rk__json_writer *w, const rk__table_summary *t, bool verified)
{
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "name", t->name);
    json_list(w, "key", t->spec->keys, t->spec->n_keys);
    rk__json_open_flat(w, "columns", '[');
    for (size_t c = 0; t->table != NULL && c < rk__table_n_columns(t->table); c++) {
        rk__json_put_text(w, NULL, rk__table_column_name(t->table, c));
    }
    rk__json_close(w, ']');
    if (t->table != NULL) {
        rk__json_put_count(w, "rows", rk__table_n_rows(t->table));
    } else {
        rk__json_put_text(w, "rows", NULL);
    }
    json_list(w, "files", t->spec->files, t->spec->n_files);
    if (verified) {
        rk__json_put_count(w, "problems", t->n_problems);
    }
    rk__json_close(w, '}');
}

static void json_problems(rk__json_writer *w, const rk_problems *problems)
{
    rk__json_open(w, "problems", '[');
    for (size_t i = 0; i < rk_problems_count(problems); i++) {
        const rk_problem *p = rk_problems_at(problems, i);
        rk__json_open(w, NULL, '{');
        rk__json_put_text(w, "code", rk_status_word(p->status));
        rk__json_put_text(w, "message", p->message);
        rk__json_put_text(w, "file", p->file);
        rk__json_put_count(w, "line", p->line);
        rk__json_put_count(w, "column", p->column);
        rk__json_put_text(w, "pointer", p->pointer);
        rk__json_put_text(w, "hint", p->hint);
        rk__json_close(w, '}');
    }
    rk__json_close(w, ']');
}

static void json_fetched(rk__json_writer *w, const rk__fetched *fetched)
{
    if (fetched == NULL) {
        rk__json_put_text(w, "fetched", NULL);
        return;
    }
    char when[RK__TIME_TEXT];
    rk__tariff_time(fetched->fetched_at, when);
    rk__json_put_text(w, "fetched", when);
}

static void write_json(rk__page *out, const rk__tariff_summary *s)
{
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "id", rk__tariff_id(s->tariff));
    rk__json_put_text(&w, "title", rk__tariff_title(s->tariff));
    rk__json_put_text(&w, "publisher", rk__tariff_publisher(s->tariff));
    rk__json_put_text(&w, "source", rk__tariff_source(s->tariff));
    rk__json_put_text(&w, "licence", rk__tariff_licence(s->tariff));
    rk__json_put_text(&w, "currency", rk__tariff_currency(s->tariff));
    rk__json_open_flat(&w, "effective", '{');
    rk__json_put_text(&w, "from", rk__tariff_from(s->tariff));
    rk__json_put_text(&w, "to", rk__tariff_to(s->tariff));
    rk__json_close(&w, '}');
    rk__json_put_text(&w, "place", rk__tariff_place(s->tariff));
    json_fetched(&w, rk__tariff_fetched(s->tariff));
    rk__json_put_text(&w, "sha256", rk__tariff_sha256(s->tariff));
    rk__json_open(&w, "tables", '[');
    for (size_t i = 0; i < s->n_tables; i++) {
        json_table(&w, &s->tables[i], s->verified);
    }
    rk__json_close(&w, ']');
    if (s->verified) {
        json_problems(&w, s->problems);
    }
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

/* ---------------------------------------------------------------------- CSV */

/* A cell from the scratch buffer. */
static void csv_scratch(rk__page *out)
{
    const char *text = rk__arena_copy(
        &out->arena, out->scratch.text != NULL ? out->scratch.text : "", out->scratch.length);
    out->failed = out->failed || out->scratch.failed || text == NULL;
    rk__buf_reset(&out->scratch);
    if (text != NULL) {
        rk__csv_cell(out, text, strlen(text));
    }
}

static void write_csv(rk__page *out, const rk__tariff_summary *s)
{
    rk__page_puts(out, s->verified ? "tariff,table,key,rows,columns,source,problems\n"
                                   : "tariff,table,key,rows,columns,source\n");
    for (size_t i = 0; i < s->n_tables; i++) {
        const rk__table_summary *t = &s->tables[i];
        rk__csv_cell(out, rk__tariff_id(s->tariff), strlen(rk__tariff_id(s->tariff)));
        rk__page_putc(out, ',');
        rk__csv_cell(out, t->name, strlen(t->name));
        rk__page_putc(out, ',');
        keys_of(out, t, " ");
        csv_scratch(out);
        rk__page_putc(out, ',');
        if (t->table != NULL) {
            rk__page_printf(out, "%zu", rk__table_n_rows(t->table));
        }
        rk__page_putc(out, ',');
        columns_of(out, t, " ");
        csv_scratch(out);
        rk__page_putc(out, ',');
        source_of(out, t, " ");
        csv_scratch(out);
        if (s->verified) {
            rk__page_printf(out, ",%zu", t->n_problems);
        }
        rk__page_putc(out, '\n');
    }
}

void rk__tariff_write(rk__page *out, const rk__tariff_summary *summary, rk_format format)
{
    switch (format) {
    case RK_FORMAT_JSON:
        write_json(out, summary);
        break;
    case RK_FORMAT_CSV:
        write_csv(out, summary);
        break;
    case RK_FORMAT_MARKDOWN:
        write_for_people(out, summary, true);
        break;
    default:
        write_for_people(out, summary, false);
        break;
    }
}
