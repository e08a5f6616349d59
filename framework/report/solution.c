/* SPDX-License-Identifier: MIT
 *
 * solution.c: for which values a measure has a value.
 */
#include "report/pack.h"
#include "report/questions.h"

/* -------------------------------------------------------------------------- people */

typedef struct solution_text {
    rk__page *out;
    const rk_solution_view *view;
    rk__buf *text;
} solution_text;

static void value(const solution_text *s, rk_num at)
{
    rk__print_varied(s->out, s->text, at, s->view->percent);
}

static void money(const solution_text *s, rk_num amount)
{
    rk__print_money(s->text, amount, s->out->places);
}

static void say_root(const solution_text *s, const rk_root *root)
{
    switch (root->kind) {
    case RK_ROOT_EXACT:
        value(s, root->at);
        break;
    case RK_ROOT_ROUNDED:
        value(s, root->at);
        rk__buf_puts(s->text, ", to the penny");
        break;
    case RK_ROOT_NEAREST:
        rk__buf_puts(s->text, "none to the penny; at ");
        value(s, root->at);
        rk__buf_puts(s->text, " it is ");
        money(s, root->measure);
        break;
    case RK_ROOT_JUMP:
        rk__buf_puts(s->text, "it jumps over it, from ");
        money(s, root->measure);
        rk__buf_puts(s->text, " at ");
        value(s, root->at);
        rk__buf_puts(s->text, " to ");
        money(s, root->measure_to);
        rk__buf_puts(s->text, " at ");
        value(s, root->to);
        break;
    case RK_ROOT_RANGE:
        rk__buf_puts(s->text, "every value from ");
        value(s, root->at);
        rk__buf_puts(s->text, " to ");
        value(s, root->to);
        break;
    }
}

static void say_none(const solution_text *s, const rk_solved *solved)
{
    if (solved->flat) {
        rk__buf_printf(s->text, "%s changes nothing: %s is ", s->view->vary, s->view->measure);
        money(s, solved->nearest);
        rk__buf_puts(s->text, " throughout");
        return;
    }
    rk__buf_puts(s->text, "none; nearest at ");
    value(s, solved->nearest_at);
    rk__buf_puts(s->text, ", where it is ");
    money(s, solved->nearest);
    if (solved->beyond != NULL) {
        rk__buf_puts(s->text, "; its line would reach it at ");
        value(s, solved->beyond);
    }
}

void rk__solution_say(rk__page *out, const rk_solution *solution, size_t index, rk__buf *text)
{
    const solution_text s = {.out = out, .view = rk_solution_read(solution), .text = text};
    const rk_solved *solved = rk_solution_series(solution, index);
    rk__buf_printf(text, "%s: ", solved->name);
    for (size_t k = 0; k < solved->n_roots; k++) {
        rk__buf_puts(text, k > 0 ? "; and " : "");
        say_root(&s, rk_solved_root(solved, k));
    }
    if (solved->n_roots == 0) {
        say_none(&s, solved);
    }
    rk__buf_putc(text, '.');
}

static void people(rk__page *out, const rk_solution *solution, bool markdown)
{
    const rk_solution_view *v = rk_solution_read(solution);
    rk__buf text = {0};
    const solution_text s = {.out = out, .view = v, .text = &text};
    rk__question_heading(out, v->of, v->title, markdown);
    rk__buf_printf(&text, "Values of %s, from ", v->vary);
    value(&s, v->low);
    rk__buf_puts(&text, " to ");
    value(&s, v->high);
    rk__buf_printf(&text, ", for which %s is ", v->measure);
    money(&s, v->value);
    rk__buf_printf(&text, " %s", v->currency);
    if (v->present != NULL) {
        rk__buf_puts(&text, "; the document has ");
        value(&s, v->present);
    }
    rk__buf_puts(&text, ".");
    rk__question_paragraph(out, text.text != NULL ? text.text : "", markdown);
    rk__page_puts(out, markdown ? "" : "\n");
    for (size_t i = 0; i < v->n_series; i++) {
        rk__buf_reset(&text);
        rk__solution_say(out, solution, i, &text);
        rk__question_item(out, text.text != NULL ? text.text : "", markdown);
    }
    out->failed |= text.failed;
    rk__buf_dispose(&text);
}

/* ------------------------------------------------------------------------ programs */

static void put_root(rk__json_writer *w, const rk_root *root)
{
    const bool two = root->kind == RK_ROOT_JUMP || root->kind == RK_ROOT_RANGE;
    rk__json_open_flat(w, NULL, '{');
    rk__json_put_text(w, "kind", rk_root_word(root->kind));
    rk__json_put_varied(w, "at", root->at);
    rk__json_put_money(w, "measure", root->measure, w->out->places);
    if (two) {
        rk__json_put_varied(w, "to", root->to);
        rk__json_put_money(w, "measure_to", root->measure_to, w->out->places);
    }
    rk__json_close(w, '}');
}

static void json(rk__page *out, const rk_solution *solution)
{
    const rk_solution_view *v = rk_solution_read(solution);
    rk__json_writer w =
        rk__question_json(out, "solution/1", v->of, v->title, v->basis, v->currency);
    rk__json_put_text(&w, "vary", v->vary);
    rk__json_put_varied(&w, "present", v->present);
    rk__json_put_varied(&w, "low", v->low);
    rk__json_put_varied(&w, "high", v->high);
    rk__json_put_text(&w, "measure", v->measure);
    rk__json_put_money(&w, "value", v->value, w.out->places);
    rk__json_open(&w, "series", '[');
    for (size_t i = 0; i < v->n_series; i++) {
        const rk_solved *solved = rk_solution_series(solution, i);
        rk__json_open(&w, NULL, '{');
        rk__json_put_text(&w, v->is_system ? "scenario" : "contract", solved->name);
        rk__json_put_bool(&w, "flat", solved->flat);
        rk__json_open(&w, "roots", '[');
        for (size_t k = 0; k < solved->n_roots; k++) {
            put_root(&w, rk_solved_root(solved, k));
        }
        rk__json_close(&w, ']');
        rk__json_put_varied(&w, "nearest_at", solved->nearest_at);
        rk__json_put_money(&w, "nearest", solved->nearest, w.out->places);
        rk__json_put_varied(&w, "beyond", solved->beyond);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__question_json_end(&w);
}

/* One row for each root; a series without one has its nearest miss. */
static void csv_row(rk__page *out, const char *series, const char *kind, rk_num at, rk_num to,
                    rk_num measure, rk_num measure_to)
{
    rk__csv_cell(out, series, strlen(series));
    rk__page_putc(out, ',');
    rk__page_puts(out, kind);
    rk__page_putc(out, ',');
    rk__csv_varied(out, at);
    rk__page_putc(out, ',');
    rk__csv_varied(out, to);
    rk__csv_next_money(out, measure);
    rk__csv_next_money(out, measure_to);
    rk__page_putc(out, '\n');
}

static void csv(rk__page *out, const rk_solution *solution)
{
    rk__page_puts(out, "series,kind,at,to,measure,measure_to\n");
    for (size_t i = 0; i < rk_solution_read(solution)->n_series; i++) {
        const rk_solved *s = rk_solution_series(solution, i);
        for (size_t k = 0; k < s->n_roots; k++) {
            const rk_root *r = rk_solved_root(s, k);
            const bool two = r->kind == RK_ROOT_JUMP || r->kind == RK_ROOT_RANGE;
            csv_row(out, s->name, rk_root_word(r->kind), r->at, two ? r->to : NULL, r->measure,
                    two ? r->measure_to : NULL);
        }
        if (s->n_roots == 0) {
            csv_row(out, s->name, s->flat ? "flat" : "none", s->nearest_at, NULL, s->nearest, NULL);
        }
    }
}

rk_status rk_report_solution(const rk_solution *solution, rk_format format, const rk_sink *sink)
{
    if (rk__is_pack(format)) {
        return rk__pack_solution(solution, format, sink);
    }
    rk__page out;
    rk__page_init(&out, sink);
    out.places = rk_solution_read(solution)->places;
    if (format == RK_FORMAT_JSON) {
        json(&out, solution);
    } else if (format == RK_FORMAT_CSV) {
        csv(&out, solution);
    } else {
        people(&out, solution, format == RK_FORMAT_MARKDOWN);
    }
    return rk__page_finish(&out);
}
