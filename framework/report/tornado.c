/* SPDX-License-Identifier: MIT
 *
 * tornado.c: how far a measure moves with each thing varied, the widest swing first, and its
 * distribution.
 */
#include "report/pack.h"
#include "report/questions.h"

/* -------------------------------------------------------------------------- people */

typedef struct tornado_page {
    rk__page *out;
    const rk_sensitivity *of;
    const rk_sensitivity_view *view;
    bool markdown;
    int places; /* of amounts */
} tornado_page;

static void money(const tornado_page *p, rk__sheet *sheet, rk_num amount)
{
    rk__print_money(&p->out->scratch, amount, p->places);
    rk__sheet_scratch(sheet);
}

static void varied(const tornado_page *p, rk__sheet *sheet, rk_num value, bool percent)
{
    if (value != NULL) {
        rk__print_varied(p->out, &p->out->scratch, value, percent);
    }
    rk__sheet_scratch(sheet);
}

static void chance(rk__page *out, rk__buf *text, rk_num part)
{
    const rk_num percent = rk__num_mul(&out->nums, part, rk__num_from_int(&out->nums, 100));
    rk__num_print_fixed(text, percent, 1);
    rk__buf_putc(text, '%');
}

static void chances(const tornado_page *p, size_t series)
{
    const rk_chances *c = rk_sensitivity_chances(p->of, series);
    rk__buf text = {0};
    if (c->expected == NULL) {
        return;
    }
    rk__buf_printf(&text, "With %zu uncertain flows and changes, %s is expected to be ",
                   p->view->n_uncertain, p->view->measure);
    rk__print_money(&text, c->expected, p->places);
    rk__buf_puts(&text, "; the chance that it is not below zero is ");
    chance(p->out, &text, c->balance);
    rk__buf_putc(&text, '.');
    if (c->median != NULL) {
        rk__buf_printf(&text, " Of %llu draws the median is ", (unsigned long long) p->view->draws);
        rk__print_money(&text, c->median, p->places);
        rk__buf_puts(&text, ", 5% are no higher than ");
        rk__print_money(&text, c->low, p->places);
        rk__buf_puts(&text, " and 95% no higher than ");
        rk__print_money(&text, c->high, p->places);
        rk__buf_puts(&text, "; ");
        chance(p->out, &text, c->drawn_balance);
        rk__buf_puts(&text, " are not below zero.");
    }
    p->out->failed |= text.failed;
    rk__question_paragraph(p->out, text.text != NULL ? text.text : "", p->markdown);
    rk__buf_dispose(&text);
}

static void tornado(const tornado_page *p, size_t series)
{
    rk__sheet sheet;
    const rk_sensitive *s = rk_sensitivity_series(p->of, series);
    rk__sheet_init(&sheet, p->out);
    rk__sheet_column(&sheet, s->name, RK__ALIGN_LEFT);
    rk__sheet_column(&sheet, "Low", RK__ALIGN_RIGHT);
    rk__sheet_column(&sheet, "Now", RK__ALIGN_RIGHT);
    rk__sheet_column(&sheet, "High", RK__ALIGN_RIGHT);
    rk__sheet_column(&sheet, "At low", RK__ALIGN_RIGHT);
    rk__sheet_column(&sheet, "Base", RK__ALIGN_RIGHT);
    rk__sheet_column(&sheet, "At high", RK__ALIGN_RIGHT);
    rk__sheet_column(&sheet, "Swing", RK__ALIGN_RIGHT);
    for (size_t i = 0; i < p->view->n_varied; i++) {
        const rk_tornado_bar *bar = rk_sensitivity_bar(p->of, series, i);
        rk__sheet_row(&sheet, RK__ROW_LINE);
        rk__sheet_cell(&sheet, bar->what);
        varied(p, &sheet, bar->low, bar->percent);
        varied(p, &sheet, bar->present, bar->percent);
        varied(p, &sheet, bar->high, bar->percent);
        money(p, &sheet, bar->at_low);
        money(p, &sheet, s->base);
        money(p, &sheet, bar->at_high);
        money(p, &sheet, bar->swing);
    }
    if (p->markdown) {
        rk__sheet_markdown(&sheet);
        rk__page_putc(p->out, '\n');
    } else {
        rk__sheet_text(&sheet, 0);
    }
    rk__sheet_dispose(&sheet);
}

/* Shows pennies unless an amount is so large that they do not matter. */
static int choose_places(const tornado_page *p)
{
    rk_num largest = rk__num_from_int(&p->out->nums, 0);
    for (size_t i = 0; i < p->view->n_series; i++) {
        for (size_t k = 0; k < p->view->n_varied; k++) {
            const rk_tornado_bar *bar = rk_sensitivity_bar(p->of, i, k);
            largest = rk__num_max(&p->out->nums, largest, bar->swing);
        }
    }
    return rk__num_reaches(largest, 1000) ? 0 : p->out->places;
}

static void people(rk__page *out, const rk_sensitivity *of, bool markdown)
{
    const rk_sensitivity_view *v = rk_sensitivity_read(of);
    tornado_page p = {.out = out, .of = of, .view = v, .markdown = markdown};
    rk__buf text = {0};
    p.places = choose_places(&p);
    rk__question_heading(out, v->of, v->title, markdown);
    rk__buf_printf(&text, "%s in %s, with one thing varied at a time; the widest swing first.",
                   v->measure, v->currency);
    if (v->n_varied > 0) {
        rk__question_paragraph(out, text.text != NULL ? text.text : "", markdown);
    }
    out->failed |= text.failed;
    rk__buf_dispose(&text);
    for (size_t i = 0; i < v->n_series; i++) {
        rk__page_puts(out, markdown ? "" : "\n");
        if (v->n_varied > 0) {
            tornado(&p, i);
        } else {
            rk__question_paragraph(out, rk_sensitivity_series(of, i)->name, markdown);
        }
        chances(&p, i);
    }
}

/* ------------------------------------------------------------------------ programs */

static void put_chances(rk__json_writer *w, const rk_chances *c)
{
    if (c->expected == NULL) {
        return;
    }
    rk__json_open(w, "chances", '{');
    rk__json_put_money(w, "expected", c->expected, w->out->places);
    rk__json_put_varied(w, "not_below_zero", c->balance);
    if (c->median != NULL) {
        rk__json_put_money(w, "median", c->median, w->out->places);
        rk__json_put_money(w, "low_5", c->low, w->out->places);
        rk__json_put_money(w, "high_95", c->high, w->out->places);
        rk__json_put_varied(w, "drawn_not_below_zero", c->drawn_balance);
    }
    rk__json_close(w, '}');
}

static void put_bar(rk__json_writer *w, const rk_tornado_bar *bar)
{
    rk__json_open_flat(w, NULL, '{');
    rk__json_put_text(w, "vary", bar->what);
    rk__json_put_varied(w, "low", bar->low);
    rk__json_put_varied(w, "present", bar->present);
    rk__json_put_varied(w, "high", bar->high);
    rk__json_put_money(w, "at_low", bar->at_low, w->out->places);
    rk__json_put_money(w, "at_high", bar->at_high, w->out->places);
    rk__json_put_money(w, "swing", bar->swing, w->out->places);
    rk__json_close(w, '}');
}

static void json(rk__page *out, const rk_sensitivity *of)
{
    const rk_sensitivity_view *v = rk_sensitivity_read(of);
    rk__json_writer w =
        rk__question_json(out, "sensitivity/1", v->of, v->title, v->basis, v->currency);
    rk__json_put_text(&w, "measure", v->measure);
    rk__json_put_count(&w, "uncertain", v->n_uncertain);
    rk__json_put_count(&w, "draws", v->draws);
    rk__json_put_count(&w, "seed", v->seed);
    rk__json_open(&w, "series", '[');
    for (size_t i = 0; i < v->n_series; i++) {
        rk__json_open(&w, NULL, '{');
        rk__json_put_text(&w, v->is_system ? "scenario" : "contract",
                          rk_sensitivity_series(of, i)->name);
        rk__json_put_money(&w, "base", rk_sensitivity_series(of, i)->base, w.out->places);
        rk__json_open(&w, "bars", '[');
        for (size_t k = 0; k < v->n_varied; k++) {
            put_bar(&w, rk_sensitivity_bar(of, i, k));
        }
        rk__json_close(&w, ']');
        put_chances(&w, rk_sensitivity_chances(of, i));
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__question_json_end(&w);
}

/* The distribution of a series has rows of its own, with its name in the column of what is varied.
 */
static void csv_chance(rk__page *out, const char *series, const char *name, rk_num amount)
{
    if (amount != NULL) {
        rk__csv_cell(out, series, strlen(series));
        rk__page_printf(out, ",%s,,,", name);
        rk__csv_next_money(out, amount);
        rk__page_puts(out, ",,\n");
    }
}

static void csv(rk__page *out, const rk_sensitivity *of)
{
    const rk_sensitivity_view *v = rk_sensitivity_read(of);
    rk__page_puts(out, "series,vary,low,high,at_low,base,at_high,swing\n");
    for (size_t i = 0; i < v->n_series; i++) {
        const rk_sensitive *s = rk_sensitivity_series(of, i);
        const rk_chances *c = rk_sensitivity_chances(of, i);
        for (size_t k = 0; k < v->n_varied; k++) {
            const rk_tornado_bar *bar = rk_sensitivity_bar(of, i, k);
            rk__csv_cell(out, s->name, strlen(s->name));
            rk__page_putc(out, ',');
            rk__csv_cell(out, bar->what, strlen(bar->what));
            rk__page_putc(out, ',');
            rk__csv_varied(out, bar->low);
            rk__page_putc(out, ',');
            rk__csv_varied(out, bar->high);
            rk__csv_next_money(out, bar->at_low);
            rk__csv_next_money(out, s->base);
            rk__csv_next_money(out, bar->at_high);
            rk__csv_next_money(out, bar->swing);
            rk__page_putc(out, '\n');
        }
        csv_chance(out, s->name, "expected", c->expected);
        csv_chance(out, s->name, "median", c->median);
        csv_chance(out, s->name, "5%", c->low);
        csv_chance(out, s->name, "95%", c->high);
    }
}

rk_status rk_report_sensitivity(const rk_sensitivity *sensitivity, rk_format format,
                                const rk_sink *sink)
{
    if (rk__is_pack(format)) {
        return rk__pack_sensitivity(sensitivity, format, sink);
    }
    rk__page out;
    rk__page_init(&out, sink);
    out.places = rk_sensitivity_read(sensitivity)->places;
    if (format == RK_FORMAT_JSON) {
        json(&out, sensitivity);
    } else if (format == RK_FORMAT_CSV) {
        csv(&out, sensitivity);
    } else {
        people(&out, sensitivity, format == RK_FORMAT_MARKDOWN);
    }
    return rk__page_finish(&out);
}
