/* SPDX-License-Identifier: MIT
 *
 * tariff.c: a tariff as text, JSON, CSV and Markdown.
 */
#include <stdio.h>
#include <time.h>

#include "report/report.h"
#include "json/json_writer.h"

typedef struct tariff_report {
    const rk_tariff *tariff;
    const rk_tariff_view *view;
    bool verified; /* else shown */
    bool pinned;
} tariff_report;

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

static void keys_of(rk__page *out, const rk_tariff_table *t, const char *gap)
{
    for (size_t k = 0; k < t->n_keys; k++) {
        add_name(out, t->keys[k], gap, k == 0);
    }
}

/* The columns that can be looked up: all except those of the key. */
static void columns_of(rk__page *out, const rk_tariff_table *t, const char *gap)
{
    bool first = true;
    for (size_t c = 0; c < t->n_columns; c++) {
        if (!t->is_key[c]) {
            add_name(out, t->columns[c], gap, first);
            first = false;
        }
    }
}

static void source_of(rk__page *out, const rk_tariff_table *t, const char *gap)
{
    for (size_t f = 0; f < t->n_files; f++) {
        add_name(out, t->files[f], gap, f == 0);
    }
    if (t->n_files == 0) {
        rk__buf_puts(&out->scratch, "in the document");
    }
}

static void in_force(rk__page *out, const rk_tariff_view *tariff)
{
    const char *from = tariff->from, *to = tariff->to;
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

/* The same with the text of the scratch buffer. */
static void identity_scratch(rk__sheet *grid, const char *label)
{
    rk__sheet_row(grid, RK__ROW_LINE);
    rk__sheet_cell(grid, label);
    rk__sheet_scratch(grid);
}

static void layout_identity(rk__sheet *grid, const tariff_report *s)
{
    rk__sheet_columns(grid, "ll", "", "");
    identity_row(grid, "publisher", s->view->publisher);
    identity_row(grid, "source", s->view->source);
    identity_row(grid, "licence", s->view->licence);
    identity_row(grid, "currency", s->view->currency);
    in_force(grid->out, s->view);
    identity_scratch(grid, "in force");
    identity_row(grid, "read from", s->view->place);
    if (s->view->fetched) {
        char when[RK__TIME_TEXT];
        rk__tariff_time(s->view->fetched_at, when);
        rk__buf_printf(&grid->out->scratch, "%s UTC%s", when,
                       s->view->from_cache ? ", from the cache" : "");
        identity_scratch(grid, "fetched");
    }
    identity_row(grid, "sha256", s->view->sha256);
}

static void layout_tables(rk__sheet *grid, const tariff_report *s)
{
    rk__page *out = grid->out;
    rk__sheet_columns(grid, "llrll", "table", "key", "rows", "columns", "source");
    for (size_t i = 0; i < s->view->n_tables; i++) {
        const rk_tariff_table *t = rk_tariff_table_at(s->tariff, i);
        rk__sheet_row(grid, RK__ROW_LINE);
        rk__sheet_cell(grid, t->name);
        keys_of(out, t, ", ");
        rk__sheet_scratch(grid);
        if (t->loaded) {
            count(out, t->n_rows, "", "");
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
static void finding(rk__page *out, const rk_tariff_table *t)
{
    rk__buf *text = &out->scratch;
    if (!t->loaded) {
        rk__buf_printf(text, "cannot be used (%s): ", rk_status_word(t->status));
        count(out, t->n_problems, " problem", " problems");
        return;
    }
    count(out, t->n_rows, " row, ", " rows, ");
    rk__buf_puts(text, "keys unique, ");
    if (t->n_problems > 0) {
        if (t->n_problems > t->unused) {
            count(out, t->n_problems - t->unused, " cell that is not a number",
                  " cells that are not numbers");
        }
        if (t->unused) {
            rk__buf_puts(&out->scratch, t->n_problems > 1 ? ", no column that a rule looks up"
                                                          : "no column that a rule looks up");
        }
    } else {
        rk__buf_puts(text, t->n_numeric > 0 ? "all numbers read" : "no columns of numbers");
    }
}

static void layout_findings(rk__sheet *grid, const tariff_report *s)
{
    rk__sheet_columns(grid, "ll", "", "");
    rk__buf_puts(&grid->out->scratch, "well formed; in force ");
    in_force(grid->out, s->view);
    identity_scratch(grid, "document");
    rk__buf_printf(&grid->out->scratch, "%s%s", s->view->sha256, s->pinned ? ", as asked for" : "");
    identity_scratch(grid, "sha256");
    for (size_t i = 0; i < s->view->n_tables; i++) {
        const rk_tariff_table *t = rk_tariff_table_at(s->tariff, i);
        rk__buf_printf(&grid->out->scratch, "table %s", t->name);
        const char *label = rk__arena_strdup(&grid->out->arena, grid->out->scratch.text);
        grid->out->failed = grid->out->failed || label == NULL;
        rk__buf_reset(&grid->out->scratch);
        finding(grid->out, t);
        identity_scratch(grid, label);
    }
}

static void verdict(rk__page *out, const tariff_report *s)
{
    const size_t n = rk_problems_count(rk_tariff_problems(s->tariff));
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
    rk__sheet_print(grid, markdown, 2);
}

static void write_for_people(rk__page *out, const tariff_report *s, bool markdown)
{
    const char *title = s->view->title;
    void (*plain)(rk__page *, const char *) = markdown ? rk__markdown_text : rk__page_plain;
    rk__sheet grid;
    if (markdown) {
        rk__page_puts(out, "## ");
    } else {
        rk__page_style(out, RK__STYLE_HEADING);
    }
    plain(out, s->view->id);
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
    if (s->view->n_tables > 0) {
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

static void json_table(rk__json_writer *w, const rk_tariff_table *t, bool verified)
{
    rk__json_open(w, NULL, '{');
    rk__json_put_text(w, "name", t->name);
    json_list(w, "key", t->keys, t->n_keys);
    rk__json_open_flat(w, "columns", '[');
    for (size_t c = 0; c < t->n_columns; c++) {
        rk__json_put_text(w, NULL, t->columns[c]);
    }
    rk__json_close(w, ']');
    if (t->loaded) {
        rk__json_put_count(w, "rows", t->n_rows);
    } else {
        rk__json_put_text(w, "rows", NULL);
    }
    json_list(w, "files", t->files, t->n_files);
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

static void write_json(rk__page *out, const tariff_report *s)
{
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "id", s->view->id);
    rk__json_put_text(&w, "title", s->view->title);
    rk__json_put_text(&w, "publisher", s->view->publisher);
    rk__json_put_text(&w, "source", s->view->source);
    rk__json_put_text(&w, "licence", s->view->licence);
    rk__json_put_text(&w, "currency", s->view->currency);
    rk__json_open_flat(&w, "effective", '{');
    rk__json_put_text(&w, "from", s->view->from);
    rk__json_put_text(&w, "to", s->view->to);
    rk__json_close(&w, '}');
    rk__json_put_text(&w, "place", s->view->place);
    char when[RK__TIME_TEXT];
    rk__tariff_time(s->view->fetched_at, when);
    rk__json_put_text(&w, "fetched", s->view->fetched ? when : NULL);
    rk__json_put_text(&w, "sha256", s->view->sha256);
    rk__json_open(&w, "tables", '[');
    for (size_t i = 0; i < s->view->n_tables; i++) {
        json_table(&w, rk_tariff_table_at(s->tariff, i), s->verified);
    }
    rk__json_close(&w, ']');
    if (s->verified) {
        json_problems(&w, rk_tariff_problems(s->tariff));
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

static void write_csv(rk__page *out, const tariff_report *s)
{
    rk__page_puts(out, s->verified ? "tariff,table,key,rows,columns,source,problems\n"
                                   : "tariff,table,key,rows,columns,source\n");
    for (size_t i = 0; i < s->view->n_tables; i++) {
        const rk_tariff_table *t = rk_tariff_table_at(s->tariff, i);
        rk__csv_cell(out, s->view->id, strlen(s->view->id));
        rk__page_putc(out, ',');
        rk__csv_cell(out, t->name, strlen(t->name));
        rk__page_putc(out, ',');
        keys_of(out, t, " ");
        csv_scratch(out);
        rk__page_putc(out, ',');
        if (t->loaded) {
            rk__page_printf(out, "%zu", t->n_rows);
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

/* ------------------------------------------------------------------ the public */

static rk_status write_tariff(rk_session *session, const char *source, const char *sha256,
                              bool verify, rk_format format, const rk_sink *sink,
                              rk_problems *problems)
{
    rk_tariff *tariff = NULL;
    rk_status status = rk_tariff_open(session, source, sha256, verify, &tariff, problems);
    if (tariff == NULL) {
        return status;
    }
    const tariff_report report = {.tariff = tariff,
                                  .view = rk_tariff_read(tariff),
                                  .verified = verify,
                                  .pinned = sha256 != NULL};
    rk__page out;
    rk__page_init(&out, sink);
    if (format == RK_FORMAT_JSON) {
        write_json(&out, &report);
    } else if (format == RK_FORMAT_CSV) {
        write_csv(&out, &report);
    } else {
        write_for_people(&out, &report, format == RK_FORMAT_MARKDOWN);
    }
    const rk_status written = rk__page_finish(&out);
    rk_tariff_free(tariff);
    return written != RK_OK ? written : status;
}

/* Writes a list that was made with a status, and frees it. */
static rk_status write_copies(rk_copies *copies, rk_status status, rk_format format,
                              const rk_sink *sink)
{
    if (copies == NULL) {
        return status;
    }
    const rk_status written = rk__copies_write(copies, format, sink);
    rk_copies_free(copies);
    return written != RK_OK ? written : status;
}

static rk_status write_cache(rk_session *session, bool verify, rk_format format,
                             const rk_sink *sink, rk_problems *problems)
{
    rk_copies *copies = NULL;
    const rk_status status = rk_copies_cached(session, verify, &copies, problems);
    return write_copies(copies, status, format, sink);
}

rk_status rk_tariff_fetch(rk_session *session, const char *const *urls, const char *sha256,
                          rk_format format, const rk_sink *sink, rk_problems *problems)
{
    rk_copies *copies = NULL;
    const rk_status status = rk_copies_fetch(session, urls, sha256, &copies, problems);
    return write_copies(copies, status, format, sink);
}

rk_status rk_tariff_show(rk_session *session, const char *source, rk_format format,
                         const rk_sink *sink, rk_problems *problems)
{
    return source == NULL ? write_cache(session, false, format, sink, problems)
                          : write_tariff(session, source, NULL, false, format, sink, problems);
}

rk_status rk_tariff_verify(rk_session *session, const char *source, const char *sha256,
                           rk_format format, const rk_sink *sink, rk_problems *problems)
{
    if (source == NULL && sha256 != NULL) {
        return rk__problem(problems, RK_CONFLICT, NULL, "name the tariff that it is of",
                           "a digest is of one tariff, not of all that the cache holds");
    }
    return source == NULL ? write_cache(session, true, format, sink, problems)
                          : write_tariff(session, source, sha256, true, format, sink, problems);
}
