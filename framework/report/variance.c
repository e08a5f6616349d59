/* SPDX-License-Identifier: MIT
 *
 * variance.c: the difference of two results: the bridge, groups, movers and the year.
 */
#include "report/pack.h"
#include "report/questions.h"

typedef struct variance_page {
    rk__page *out;
    const rk_variance *of;
    const rk_variance_view *view;
    bool markdown;
    int places; /* of amounts */
} variance_page;

static const char *label_of_kind(const char *kind)
{
    static const char *const labels[][2] = {
        {"volume", "Volume"},      {"mix", "Mix"},
        {"price", "Price"},        {"new", "New, not planned"},
        {"gone", "Planned, none"}, {"unpriced", "Without a price"},
        {"rounding", "Rounding"},
    };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        if (strcmp(labels[i][0], kind) == 0) {
            return labels[i][1];
        }
    }
    return kind;
}

/* ---------------------------------------------------------------------- people */

static rk_num absolute(rk__page *out, rk_num amount)
{
    return rk__num_sign(amount) < 0 ? rk__num_neg(&out->nums, amount) : amount;
}

/* Shows pennies unless an amount is so large that they do not matter. */
static int choose_places(rk__page *out, const rk_variance_view *v)
{
    const rk_num plan = absolute(out, v->plan);
    const rk_num actual = absolute(out, v->actual);
    return rk__compared_places(rk__num_compare(plan, actual) > 0 ? plan : actual, v->places) < 0
               ? 0
               : v->places;
}

static void percent(rk__page *out, rk__buf *text, rk_num of, rk_num amount)
{
    rk__nums *nums = &out->nums;
    const rk_num share = rk__num_div(nums, rk__num_mul(nums, amount, rk__num_from_int(nums, 100)),
                                     absolute(out, of));
    rk__num_print_fixed(text, absolute(out, share), 1);
    rk__buf_putc(text, '%');
}

void rk__variance_say(rk__page *out, rk__buf *text, const rk_variance_view *v)
{
    const int places = choose_places(out, v);
    const int sign = rk__num_sign(v->variance);
    rk__buf_printf(text, "'%s' is ", v->actual_name);
    if (sign == 0) {
        rk__buf_printf(text, "equal to '%s'", v->plan_name);
    } else {
        rk__buf_printf(text, "%s ", v->currency);
        rk__print_money(text, absolute(out, v->variance), places);
        if (rk__num_sign(v->plan) != 0) {
            rk__buf_puts(text, " (");
            percent(out, text, v->plan, v->variance);
            rk__buf_putc(text, ')');
        }
        rk__buf_printf(text, " %s '%s'", sign < 0 ? "below" : "above", v->plan_name);
    }
    if (v->grouped && rk__num_sign(v->over) > 0 && rk__num_sign(v->under) < 0) {
        rk__buf_puts(text, ": groups above it by ");
        rk__print_money(text, v->over, places);
        rk__buf_puts(text, ", groups below it by ");
        rk__print_money(text, absolute(out, v->under), places);
    }
    rk__buf_putc(text, '.');
}

static void sentence(const variance_page *p)
{
    rk__buf text = {0};
    rk__variance_say(p->out, &text, p->view);
    p->out->failed |= text.failed;
    rk__question_paragraph(p->out, text.text != NULL ? text.text : "", p->markdown);
    rk__buf_dispose(&text);
}

static void heading(const variance_page *p)
{
    const rk_variance_view *v = p->view;
    const char *note = rk__basis_sentence(v->basis);
    rk__question_heading(p->out, v->contract, v->title, p->markdown);
    if (v->selection != NULL) {
        rk__buf text = {0};
        rk__buf_printf(&text, "Periods %s", v->selection);
        p->out->failed |= text.failed;
        rk__question_paragraph(p->out, text.text != NULL ? text.text : "", p->markdown);
        rk__buf_dispose(&text);
    }
    if (note != NULL) {
        rk__question_paragraph(p->out, note, p->markdown);
    }
    sentence(p);
}

void rk__variance_step_say(rk__buf *text, const rk_variance_step *step)
{
    const bool component = strcmp(step->kind, "component") == 0;
    rk__buf_printf(text, "%s%s%s", component ? step->label : label_of_kind(step->kind),
                   !component && step->label != NULL ? ": " : "",
                   !component && step->label != NULL ? step->label : "");
}

static void bridge(const variance_page *p)
{
    rk__sheet sheet;
    const rk_variance_view *v = p->view;
    rk__sheet_init(&sheet, p->out);
    rk__sheet_column(&sheet, v->currency, RK__ALIGN_LEFT);
    rk__sheet_column(&sheet, "", RK__ALIGN_POINT);
    rk__sheet_row(&sheet, RK__ROW_LINE);
    rk__sheet_cell(&sheet, v->plan_name);
    rk__sheet_money(&sheet, v->plan, p->places);
    for (size_t i = 0; i < v->n_steps; i++) {
        const rk_variance_step *step = rk_variance_step_at(p->of, i);
        rk__sheet_row(&sheet, RK__ROW_LINE);
        rk__buf_puts(&p->out->scratch, "  ");
        rk__variance_step_say(&p->out->scratch, step);
        rk__sheet_scratch(&sheet);
        rk__sheet_money(&sheet, step->amount, p->places);
    }
    rk__sheet_row(&sheet, RK__ROW_TOTAL);
    rk__sheet_cell(&sheet, v->actual_name);
    rk__sheet_money(&sheet, v->actual, p->places);
    rk__page_putc(p->out, '\n');
    rk__sheet_print(&sheet, p->markdown, 0);
}

void rk__variance_unpriced_say(rk__buf *text, const char *name, uint64_t rows)
{
    rk__buf_printf(text, "Of '%s', %llu row%s no price and %s nothing.", name,
                   (unsigned long long) rows, rows == 1 ? " has" : "s have",
                   rows == 1 ? "pays" : "pay");
}

static void unpriced(const variance_page *p)
{
    const uint64_t rows[] = {p->view->plan_unpriced, p->view->actual_unpriced};
    const char *const names[] = {p->view->plan_name, p->view->actual_name};
    for (size_t i = 0; i < 2; i++) {
        if (rows[i] > 0) {
            rk__buf text = {0};
            rk__variance_unpriced_say(&text, names[i], rows[i]);
            rk__page_putc(p->out, '\n');
            p->out->failed |= text.failed;
            rk__question_paragraph(p->out, text.text != NULL ? text.text : "", p->markdown);
            rk__buf_dispose(&text);
        }
    }
}

/* Texts of a line in one cell: "NEL, DZ11B". */
static void texts_cell(rk__sheet *sheet, const rk_variance_table *table,
                       const rk_variance_line *line)
{
    rk__buf *text = &sheet->out->scratch;
    for (size_t i = 0; i < table->n_columns; i++) {
        rk__buf_printf(text, "%s%s", i == 0 ? "" : ", ",
                       line->texts[i] != NULL ? line->texts[i] : "(blank)");
    }
    rk__sheet_scratch(sheet);
}

static void names_column(rk__sheet *sheet, const rk_variance_table *table)
{
    rk__buf *text = &sheet->out->scratch;
    for (size_t i = 0; i < table->n_columns; i++) {
        rk__buf_printf(text, "%s%s", i == 0 ? "" : ", ", table->columns[i]);
    }
    const char *title =
        rk__arena_copy(&sheet->out->arena, text->text != NULL ? text->text : "", text->length);
    rk__buf_reset(text);
    rk__sheet_column(sheet, title != NULL ? title : "", RK__ALIGN_LEFT);
}

/* The sum of all effects other than volume, mix and price. */
static rk_num others(rk__page *out, const rk_variance_line *line)
{
    rk__nums *nums = &out->nums;
    return rk__num_add(nums, rk__num_add(nums, line->added, line->gone), line->unpriced);
}

static int group_places(rk__page *out, const rk_variance *of, const rk_variance_table *table,
                        size_t index, int places)
{
    rk_num largest = NULL;
    for (size_t i = 0; i < table->n_lines; i++) {
        const rk_variance_line *line = rk_variance_group(of, index, i);
        const rk_num size =
            rk__num_max(&out->nums, absolute(out, line->plan), absolute(out, line->actual));
        largest = largest == NULL || rk__num_compare(size, largest) > 0 ? size : largest;
    }
    const int compared = rk__compared_places(largest, places);
    return compared < 0 ? 0 : compared;
}

static void group_table(const variance_page *p, size_t index)
{
    rk__sheet sheet;
    const rk_variance_table *table = rk_variance_table_at(p->of, index);
    const int places = group_places(p->out, p->of, table, index, p->view->places);
    bool other = false;
    for (size_t i = 0; i < table->n_lines; i++) {
        other |= rk__num_sign(others(p->out, rk_variance_group(p->of, index, i))) != 0;
    }
    rk__sheet_init(&sheet, p->out);
    names_column(&sheet, table);
    rk__sheet_columns(&sheet, "pppppp", "plan", "actual", "variance", "volume", "mix", "price");
    if (other) {
        rk__sheet_column(&sheet, "other", RK__ALIGN_POINT);
    }
    rk_num sums[7] = {NULL};
    for (size_t i = 0; i < table->n_lines; i++) {
        const rk_variance_line *line = rk_variance_group(p->of, index, i);
        const rk_num cells[] = {line->plan, line->actual, line->variance,      line->volume,
                                line->mix,  line->price,  others(p->out, line)};
        rk__sheet_row(&sheet, RK__ROW_LINE);
        texts_cell(&sheet, table, line);
        for (size_t k = 0; k < 6 + (size_t) other; k++) {
            rk__sheet_money(&sheet, cells[k], places);
            sums[k] = sums[k] == NULL ? cells[k] : rk__num_add(&p->out->nums, sums[k], cells[k]);
        }
    }
    rk__sheet_row(&sheet, RK__ROW_TOTAL);
    rk__sheet_cell(&sheet, "total");
    for (size_t k = 0; k < 6 + (size_t) other; k++) {
        rk__sheet_money(&sheet, sums[k], places);
    }
    rk__page_putc(p->out, '\n');
    rk__sheet_print(&sheet, p->markdown, 0);
}

static void movers(const variance_page *p)
{
    rk__sheet sheet;
    const rk_variance_table *keys = rk_variance_keys(p->of);
    if (p->view->n_movers == 0 || keys->n_columns == 0) {
        return;
    }
    rk__page_putc(p->out, '\n');
    rk__question_paragraph(p->out, "What moved most", p->markdown);
    rk__sheet_init(&sheet, p->out);
    names_column(&sheet, keys);
    rk__sheet_columns(&sheet, "ppppp", "planned", "done", "plan", "actual", "variance");
    for (size_t i = 0; i < p->view->n_movers; i++) {
        const rk_variance_line *line = rk_variance_mover(p->of, i);
        rk__sheet_row(&sheet, RK__ROW_LINE);
        texts_cell(&sheet, keys, line);
        rk__print_quantity(&p->out->scratch, line->plan_quantity);
        rk__sheet_scratch(&sheet);
        rk__print_quantity(&p->out->scratch, line->actual_quantity);
        rk__sheet_scratch(&sheet);
        rk__sheet_money(&sheet, line->plan, p->places);
        rk__sheet_money(&sheet, line->actual, p->places);
        rk__sheet_money(&sheet, line->variance, p->places);
    }
    rk__sheet_print(&sheet, p->markdown, 0);
}

static void year(const variance_page *p)
{
    rk__sheet sheet;
    const rk_variance_forecast *f = rk_variance_year(p->of);
    if (f == NULL) {
        return;
    }
    rk__sheet_init(&sheet, p->out);
    rk__sheet_column(&sheet, p->view->currency, RK__ALIGN_LEFT);
    rk__sheet_columns(&sheet, "ppp", "plan", "actual", "variance");
    rk__sheet_row(&sheet, RK__ROW_LINE);
    rk__sheet_cell(&sheet, "Year to date");
    rk__sheet_money(&sheet, f->plan_to_date, p->places);
    rk__sheet_money(&sheet, f->actual_to_date, p->places);
    rk__sheet_money(&sheet, f->variance_to_date, p->places);
    rk__sheet_row(&sheet, RK__ROW_LINE);
    rk__sheet_cell(&sheet, "Year, forecast");
    rk__sheet_money(&sheet, f->plan, p->places);
    rk__sheet_money(&sheet, f->forecast, p->places);
    rk__sheet_money(&sheet, f->variance, p->places);
    rk__page_putc(p->out, '\n');
    rk__sheet_print(&sheet, p->markdown, 0);
    rk__question_paragraph(p->out, f->assumption, p->markdown);
}

static void people(rk__page *out, const rk_variance *of, bool markdown)
{
    const rk_variance_view *v = rk_variance_read(of);
    const variance_page p = {out, of, v, markdown, choose_places(out, v)};
    heading(&p);
    bridge(&p);
    unpriced(&p);
    year(&p);
    for (size_t i = 0; i < v->n_tables; i++) {
        group_table(&p, i);
    }
    movers(&p);
}

/* -------------------------------------------------------------------- programs */

static void put_quantity(rk__json_writer *w, const char *name, rk_num quantity)
{
    rk__json_put_varied(w, name, quantity);
}

static void put_line(rk__json_writer *w, const rk_variance *of, const rk_variance_table *table,
                     const rk_variance_line *line)
{
    const rk_variance_view *v = rk_variance_read(of);
    rk__json_open_flat(w, NULL, '{');
    rk__json_open(w, "key", '{');
    for (size_t i = 0; i < table->n_columns; i++) {
        rk__json_put_text(w, table->columns[i], line->texts[i]);
    }
    rk__json_close(w, '}');
    put_quantity(w, "plan_quantity", line->plan_quantity);
    put_quantity(w, "actual_quantity", line->actual_quantity);
    rk__json_put_money(w, "plan", line->plan, v->places);
    rk__json_put_money(w, "actual", line->actual, v->places);
    rk__json_put_money(w, "variance", line->variance, v->places);
    if (line->volume != NULL) {
        rk__json_put_money(w, "volume", line->volume, v->places);
        rk__json_put_money(w, "mix", line->mix, v->places);
        rk__json_put_money(w, "price", line->price, v->places);
        rk__json_open(w, "price_by_element", '{');
        for (size_t e = 0; e < v->n_elements; e++) {
            rk__json_put_money(w, rk_variance_element(of, e), line->element[e], v->places);
        }
        rk__json_close(w, '}');
        rk__json_put_money(w, "new", line->added, v->places);
        rk__json_put_money(w, "gone", line->gone, v->places);
        rk__json_put_money(w, "unpriced", line->unpriced, v->places);
    }
    rk__json_close(w, '}');
}

static void put_table(rk__json_writer *w, const rk_variance *of, size_t index)
{
    const rk_variance_table *table = rk_variance_table_at(of, index);
    rk__json_open(w, NULL, '{');
    rk__json_open_flat(w, "by", '[');
    for (size_t i = 0; i < table->n_columns; i++) {
        rk__json_put_text(w, NULL, table->columns[i]);
    }
    rk__json_close(w, ']');
    rk__json_open(w, "groups", '[');
    for (size_t i = 0; i < table->n_lines; i++) {
        put_line(w, of, table, rk_variance_group(of, index, i));
    }
    rk__json_close(w, ']');
    rk__json_close(w, '}');
}

static void put_year(rk__json_writer *w, const rk_variance *of)
{
    const rk_variance_forecast *f = rk_variance_year(of);
    const int places = rk_variance_read(of)->places;
    if (f == NULL) {
        return;
    }
    rk__json_open(w, "forecast", '{');
    rk__json_put_text(w, "method", f->method);
    rk__json_put_text(w, "assumption", f->assumption);
    rk__json_put_money(w, "plan_to_date", f->plan_to_date, places);
    rk__json_put_money(w, "actual_to_date", f->actual_to_date, places);
    rk__json_put_money(w, "variance_to_date", f->variance_to_date, places);
    rk__json_put_money(w, "plan", f->plan, places);
    rk__json_put_money(w, "forecast", f->forecast, places);
    rk__json_put_money(w, "variance", f->variance, places);
    rk__json_close(w, '}');
}

static void json(rk__page *out, const rk_variance *of)
{
    const rk_variance_view *v = rk_variance_read(of);
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "variance/1");
    rk__json_put_text(&w, "contract", v->contract);
    rk__json_put_text(&w, "basis", v->basis);
    rk__json_put_text(&w, "currency", v->currency);
    if (v->selection != NULL) {
        rk__json_put_text(&w, "selection", v->selection);
    }
    rk__json_put_text(&w, "plan_name", v->plan_name);
    rk__json_put_text(&w, "actual_name", v->actual_name);
    rk__json_put_money(&w, "plan", v->plan, v->places);
    rk__json_put_money(&w, "actual", v->actual, v->places);
    rk__json_put_money(&w, "variance", v->variance, v->places);
    rk__json_put_money(&w, "over", v->over, v->places);
    rk__json_put_money(&w, "under", v->under, v->places);
    rk__json_put_count(&w, "plan_unpriced_rows", v->plan_unpriced);
    rk__json_put_count(&w, "actual_unpriced_rows", v->actual_unpriced);
    rk__json_open(&w, "steps", '[');
    for (size_t i = 0; i < v->n_steps; i++) {
        const rk_variance_step *step = rk_variance_step_at(of, i);
        rk__json_open_flat(&w, NULL, '{');
        rk__json_put_text(&w, "kind", step->kind);
        if (step->label != NULL) {
            rk__json_put_text(&w, "label", step->label);
        }
        rk__json_put_money(&w, "amount", step->amount, v->places);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    put_year(&w, of);
    rk__json_open(&w, "tables", '[');
    for (size_t i = 0; i < v->n_tables; i++) {
        put_table(&w, of, i);
    }
    rk__json_close(&w, ']');
    rk__json_open(&w, "movers", '[');
    for (size_t i = 0; i < v->n_movers; i++) {
        put_line(&w, of, rk_variance_keys(of), rk_variance_mover(of, i));
    }
    rk__json_close(&w, ']');
    rk__json_close(&w, '}');
    rk__json_end(&w);
}

static void csv_money(rk__page *out, rk_num amount, int places)
{
    if (amount != NULL) {
        rk__num_print_fixed(&out->scratch, amount, places);
        rk__page_scratch(out);
    }
}

/* With --by, a row for each group, then one for each component and for rounding, so that the
 * column `variance` adds up; else the steps of the bridge. */
static void csv_groups(rk__page *out, const rk_variance *of)
{
    const rk_variance_view *v = rk_variance_read(of);
    const rk_variance_table *table = rk_variance_table_at(of, 0);
    for (size_t i = 0; i < table->n_columns; i++) {
        rk__csv_text(out, table->columns[i], ',');
    }
    rk__page_puts(out, "component,plan_quantity,actual_quantity,plan,actual,variance,volume,mix,"
                       "price,new,gone,unpriced");
    for (size_t e = 0; e < v->n_elements; e++) {
        rk__page_printf(out, ",price_%s", rk_variance_element(of, e));
    }
    rk__page_putc(out, '\n');
    for (size_t i = 0; i < table->n_lines; i++) {
        const rk_variance_line *line = rk_variance_group(of, 0, i);
        const rk_num cells[] = {line->plan,  line->actual, line->variance, line->volume,  line->mix,
                                line->price, line->added,  line->gone,     line->unpriced};
        for (size_t k = 0; k < table->n_columns; k++) {
            rk__csv_text(out, line->texts[k], ',');
        }
        rk__page_putc(out, ',');
        rk__csv_varied(out, line->plan_quantity);
        rk__page_putc(out, ',');
        rk__csv_varied(out, line->actual_quantity);
        for (size_t k = 0; k < sizeof cells / sizeof *cells; k++) {
            rk__page_putc(out, ',');
            csv_money(out, cells[k], v->places);
        }
        for (size_t e = 0; e < v->n_elements; e++) {
            rk__page_putc(out, ',');
            csv_money(out, line->element[e], v->places);
        }
        rk__page_putc(out, '\n');
    }
    for (size_t i = 0; i < v->n_steps; i++) {
        const rk_variance_step *step = rk_variance_step_at(of, i);
        const bool component = strcmp(step->kind, "component") == 0;
        if (!component && strcmp(step->kind, "rounding") != 0) {
            continue;
        }
        for (size_t k = 0; k < table->n_columns; k++) {
            rk__page_putc(out, ',');
        }
        rk__csv_text(out, component ? step->label : step->kind, ',');
        rk__page_puts(out, ",,,,");
        csv_money(out, step->amount, v->places);
        for (size_t k = 0; k < 6 + v->n_elements; k++) {
            rk__page_putc(out, ',');
        }
        rk__page_putc(out, '\n');
    }
}

static void csv(rk__page *out, const rk_variance *of)
{
    const rk_variance_view *v = rk_variance_read(of);
    if (v->grouped) {
        csv_groups(out, of);
        return;
    }
    rk__page_puts(out, "step,label,amount\n");
    for (size_t i = 0; i < v->n_steps; i++) {
        const rk_variance_step *step = rk_variance_step_at(of, i);
        rk__csv_text(out, step->kind, ',');
        rk__csv_text(out, step->label, ',');
        csv_money(out, step->amount, v->places);
        rk__page_putc(out, '\n');
    }
}

/* Several are a list in JSON, and stand below each other in the other formats. */
rk_status rk_report_variances(const rk_variance *const *variances, size_t n, rk_format format,
                              const rk_sink *sink)
{
    rk__page out;
    const bool list = n > 1 && format == RK_FORMAT_JSON;
    if (rk__is_pack(format)) {
        return rk__pack_variances(variances, n, format, sink);
    }
    rk__page_init(&out, sink);
    rk__page_puts(&out, list ? "[\n" : "");
    for (size_t i = 0; i < n; i++) {
        rk__page_puts(&out, i == 0 ? "" : list ? ",\n" : "\n");
        if (format == RK_FORMAT_JSON) {
            json(&out, variances[i]);
        } else if (format == RK_FORMAT_CSV) {
            csv(&out, variances[i]);
        } else {
            people(&out, variances[i], format == RK_FORMAT_MARKDOWN);
        }
    }
    rk__page_puts(&out, list ? "\n]\n" : format == RK_FORMAT_JSON ? "\n" : "");
    return rk__page_finish(&out);
}

rk_status rk_report_variance(const rk_variance *variance, rk_format format, const rk_sink *sink)
{
    return rk_report_variances(&variance, 1, format, sink);
}
