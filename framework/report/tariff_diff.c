/* SPDX-License-Identifier: MIT
 *
 * tariff_diff.c: the differences of two tariffs, for people. A is the first, B the second.
 */
#include "report/tariff_diff.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/finding.h"
#include "report/questions.h"

#define CHANGES_SHOWN 10 /* of a column of prices */
#define GROUPS_SHOWN  40
#define KEYS_SHOWN    20
#define SHOWN_PLACES  6

static void heading(rk__page *out, const char *text, bool markdown)
{
    rk__page_puts(out, markdown ? "\n## " : "\n");
    rk__page_style(out, markdown ? RK__STYLE_PLAIN : RK__STYLE_HEADING);
    (markdown ? rk__markdown_text : rk__page_plain)(out, text != NULL ? text : "");
    rk__page_style(out, RK__STYLE_PLAIN);
    rk__page_puts(out, markdown ? "\n\n" : "\n");
}

static void paragraph(rk__page *out, const char *text, bool markdown)
{
    if (markdown) {
        rk__markdown_text(out, text);
        rk__page_putc(out, '\n');
    } else {
        rk__page_wrapped(out, text, 0, 0);
    }
}

/* The text of the scratch buffer, as a paragraph. */
static void sentence(rk__page *out, bool markdown)
{
    const char *text = rk__arena_copy(
        &out->arena, out->scratch.text != NULL ? out->scratch.text : "", out->scratch.length);
    out->failed |= text == NULL || out->scratch.failed;
    rk__buf_reset(&out->scratch);
    paragraph(out, text != NULL ? text : "", markdown);
}

static void print(rk__sheet *sheet, bool markdown)
{
    rk__sheet_print(sheet, markdown, markdown ? 0 : 2);
}

static void print_count(rk__buf *text, uint64_t n)
{
    char digits[24];
    (void) snprintf(digits, sizeof digits, "%" PRIu64, n);
    rk__print_grouped(text, digits);
}

static void count_cell(rk__sheet *sheet, size_t n)
{
    print_count(&sheet->out->scratch, n);
    rk__sheet_scratch(sheet);
}

static void quantity_cell(rk__sheet *sheet, rk_num quantity)
{
    if (quantity == NULL) {
        rk__sheet_cell(sheet, NULL);
        return;
    }
    rk__print_quantity(&sheet->out->scratch, quantity);
    rk__sheet_scratch(sheet);
}

static void percent_cell(rk__sheet *sheet, rk_num percent)
{
    if (percent == NULL) {
        rk__sheet_cell(sheet, NULL);
        return;
    }
    rk__buf plain = {0};
    rk__num_print_fixed(&plain, percent, 1);
    sheet->out->failed |= plain.failed;
    rk__print_grouped(&sheet->out->scratch, plain.text != NULL ? plain.text : "");
    rk__buf_dispose(&plain);
    rk__sheet_scratch(sheet);
}

static void note(rk__sheet *sheet, size_t more, const char *what)
{
    rk__sheet_row(sheet, RK__ROW_NOTE);
    rk__buf_puts(&sheet->out->scratch, "and ");
    print_count(&sheet->out->scratch, more);
    rk__buf_printf(&sheet->out->scratch, " more %s, listed by --format json", what);
    rk__sheet_scratch(sheet);
}

static void key_text(rk__buf *text, const char *const *columns, const char *const *values, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        rk__buf_printf(text, "%s%s %s", k > 0 ? ", " : "", columns[k],
                       values[k] != NULL ? values[k] : "(blank)");
    }
}

/* --------------------------------------------------------------------- prices */

static void tables(rk__page *out, const rk_tariff_diff *d, bool markdown)
{
    const rk_tariff_diff_view *v = rk_tariff_diff_read(d);
    rk__sheet sheet;
    heading(out, "Prices", markdown);
    rk__sheet_init(&sheet, out);
    rk__sheet_columns(&sheet, "llrrrrrr", "table", "column", "same", "rose", "fell", "appeared",
                      "went", "altered");
    for (size_t i = 0; i < v->n_columns; i++) {
        const rk_price_column *c = rk_tariff_diff_column(d, i);
        rk__sheet_row(&sheet, RK__ROW_LINE);
        rk__sheet_cell(&sheet, c->table);
        if (c->skipped != NULL) {
            rk__sheet_cell(&sheet, "not compared");
            rk__sheet_row(&sheet, RK__ROW_NOTE);
            rk__buf_printf(&out->scratch, "  %s", c->skipped);
            rk__sheet_scratch(&sheet);
            continue;
        }
        rk__sheet_cell(&sheet, c->column != NULL ? c->column : "(its key)");
        count_cell(&sheet, c->same);
        for (size_t m = 0; m < RK_PRICE_MOVES; m++) {
            count_cell(&sheet, c->moved[m]);
        }
    }
    print(&sheet, markdown);
}

/* A number is grouped, a text stays as it is. */
static void value_cell(rk__sheet *sheet, const char *value)
{
    rk__print_grouped(&sheet->out->scratch, value != NULL ? value : "");
    rk__sheet_scratch(sheet);
}

static void changes(rk__page *out, const rk_price_column *c, bool markdown)
{
    const size_t moved = c->moved[RK_PRICE_ROSE] + c->moved[RK_PRICE_FELL];
    rk__sheet sheet;
    if (c->n_changes == 0) {
        return;
    }
    const char *title = rk__arena_printf(
        &out->arena, "%s, %s%s", c->table, c->column != NULL ? c->column : "its key",
        c->n_changes > CHANGES_SHOWN && moved > 0 ? ": the largest changes" : "");
    heading(out, title, markdown);
    rk__sheet_init(&sheet, out);
    rk__sheet_columns(&sheet, "llpppp", "key", "", "A", "B", "difference", "%");
    for (size_t i = 0; i < c->n_changes && i < CHANGES_SHOWN; i++) {
        const rk_price_change *p = rk_price_column_change(c, i);
        rk__sheet_row(&sheet, RK__ROW_LINE);
        key_text(&out->scratch, c->keys, p->key, c->n_keys);
        rk__sheet_scratch(&sheet);
        rk__sheet_cell(&sheet, rk_price_move_word(p->move));
        value_cell(&sheet, p->value[0]);
        value_cell(&sheet, p->value[1]);
        quantity_cell(&sheet, p->difference);
        percent_cell(&sheet, p->percent);
    }
    if (c->n_changes > CHANGES_SHOWN) {
        note(&sheet, c->n_changes - CHANGES_SHOWN, "changes");
    }
    print(&sheet, markdown);
}

/* --------------------------------------------------------------------- effect */

typedef struct totals {
    rk_num quantity[2], amount[2];
} totals;

static void add(rk__page *out, rk_num *sum, rk_num more)
{
    *sum = rk__num_add(&out->nums, *sum != NULL ? *sum : rk__num_from_int(&out->nums, 0), more);
}

/* The cells behind the name of a row: quantities (both only if any differ) and money. */
static void money_cells(rk__sheet *sheet, const totals *t, bool both, int places)
{
    rk__page *out = sheet->out;
    const rk_num difference = rk__num_sub(&out->nums, t->amount[1], t->amount[0]);
    quantity_cell(sheet, t->quantity[0]);
    if (both) {
        quantity_cell(sheet, t->quantity[1]);
    }
    rk__sheet_money(sheet, t->amount[0], places);
    rk__sheet_money(sheet, t->amount[1], places);
    rk__sheet_money(sheet, difference, places);
    percent_cell(sheet, rk__difference_percent(out, t->amount[0], t->amount[1]));
}

static void name_cells(rk__sheet *sheet, const rk_effect_grouping *g, const char *name)
{
    rk__sheet_cell(sheet, name);
    for (size_t c = 1; c < g->n_columns; c++) {
        rk__sheet_cell(sheet, NULL);
    }
}

static bool quantities_differ(const rk_effect_grouping *g)
{
    bool differ = false;
    for (size_t i = 0; i < g->n_groups && !differ; i++) {
        const rk_effect_group *group = rk_effect_grouping_group(g, i);
        differ = rk_num_compare(group->quantity[0], group->quantity[1]) != 0;
    }
    return differ;
}

static void group_rows(rk__sheet *sheet, const rk_effect_grouping *g, bool both, int places)
{
    rk__page *out = sheet->out;
    totals rest = {0};
    const size_t shown = g->n_groups <= GROUPS_SHOWN + 1 ? g->n_groups : GROUPS_SHOWN;
    for (size_t i = 0; i < g->n_groups; i++) {
        const rk_effect_group *group = rk_effect_grouping_group(g, i);
        const totals t = {{group->quantity[0], group->quantity[1]},
                          {group->amount[0], group->amount[1]}};
        if (i >= shown) {
            for (size_t side = 0; side < 2; side++) {
                add(out, &rest.quantity[side], t.quantity[side]);
                add(out, &rest.amount[side], t.amount[side]);
            }
            continue;
        }
        rk__sheet_row(sheet, RK__ROW_LINE);
        for (size_t c = 0; c < g->n_columns; c++) {
            rk__sheet_cell(sheet, group->key[c] != NULL ? group->key[c] : "(blank)");
        }
        money_cells(sheet, &t, both, places);
    }
    if (shown < g->n_groups) {
        rk__sheet_row(sheet, RK__ROW_LINE);
        name_cells(sheet, g, rk__arena_printf(&out->arena, "%zu others", g->n_groups - shown));
        money_cells(sheet, &rest, both, places);
    }
}

static void grouping(rk__page *out, const rk_tariff_diff *d, const rk_effect_grouping *g,
                     bool markdown)
{
    const rk_tariff_diff_view *v = rk_tariff_diff_read(d);
    const bool both = quantities_differ(g);
    rk__sheet sheet;
    rk__page_putc(out, '\n');
    rk__sheet_init(&sheet, out);
    for (size_t c = 0; c < g->n_columns; c++) {
        rk__sheet_column(&sheet, g->columns[c], RK__ALIGN_LEFT);
    }
    rk__sheet_column(&sheet, both ? "quantity A" : "quantity", RK__ALIGN_POINT);
    if (both) {
        rk__sheet_column(&sheet, "quantity B", RK__ALIGN_POINT);
    }
    rk__sheet_columns(&sheet, "pppp", "A", "B", "difference", "%");
    group_rows(&sheet, g, both, v->places);
    for (size_t i = 0; i < v->n_settled; i++) {
        const rk_effect_settled *s = rk_tariff_diff_settled(d, i);
        const totals t = {{NULL, NULL}, {s->amount[0], s->amount[1]}};
        rk__sheet_row(&sheet, RK__ROW_LINE);
        name_cells(&sheet, g, rk__arena_printf(&out->arena, "%s (no rows)", s->component));
        money_cells(&sheet, &t, both, v->places);
    }
    rk__sheet_row(&sheet, RK__ROW_TOTAL);
    name_cells(&sheet, g, "total");
    money_cells(&sheet, &(totals){{NULL, NULL}, {v->total[0], v->total[1]}}, both, v->places);
    print(&sheet, markdown);
}

static void unpriced(rk__page *out, const rk_tariff_diff *d, bool markdown)
{
    const rk_tariff_diff_view *v = rk_tariff_diff_read(d);
    rk__sheet sheet;
    if (v->n_unpriced == 0) {
        return;
    }
    heading(out, "Quantity without a price", markdown);
    rk__sheet_init(&sheet, out);
    rk__sheet_columns(&sheet, "lppppl", "key", "in A", "in B", "paid by A", "paid by B", "reason");
    for (size_t i = 0; i < v->n_unpriced && i < KEYS_SHOWN; i++) {
        const rk_effect_unpriced *u = rk_tariff_diff_unpriced(d, i);
        rk__sheet_row(&sheet, RK__ROW_LINE);
        rk__buf_puts(&out->scratch, u->n_columns == 0 ? "(any key)" : "");
        key_text(&out->scratch, u->columns, u->values, u->n_columns);
        rk__sheet_scratch(&sheet);
        quantity_cell(&sheet, u->quantity[0]);
        quantity_cell(&sheet, u->quantity[1]);
        rk__sheet_money(&sheet, u->amount[0], v->places);
        rk__sheet_money(&sheet, u->amount[1], v->places);
        rk__sheet_cell(&sheet, u->reason);
    }
    if (v->n_unpriced > KEYS_SHOWN) {
        note(&sheet, v->n_unpriced - KEYS_SHOWN, "keys");
    }
    print(&sheet, markdown);
}

static void warnings(rk__page *out, const rk_tariff_diff *d, bool markdown)
{
    bool any = false;
    for (size_t side = 0; side < 2; side++) {
        const rk_result *r = rk_tariff_diff_result(d, side);
        const rk_result *other = rk_tariff_diff_result(d, 0);
        for (size_t i = 0; i < rk_result_n_warnings(r); i++) {
            const rk_finding *finding = rk_result_finding(r, i);
            bool seen = false;
            for (size_t k = 0; side == 1 && k < rk_result_n_warnings(other) && !seen; k++) {
                seen = strcmp(rk_result_warning(other, k), finding->message) == 0;
            }
            if (seen) {
                continue;
            }
            if (!any) {
                heading(out, "Warnings", markdown);
            }
            any = true;
            rk__print_finding(out, side == 0 ? "A: " : "B: ", finding, rk_result_read(r)->places,
                              rk_result_read(r)->suppress_below);
            const char *text =
                rk__arena_copy(&out->arena, out->scratch.text != NULL ? out->scratch.text : "",
                               out->scratch.length);
            rk__buf_reset(&out->scratch);
            out->failed |= text == NULL;
            rk__question_item(out, text != NULL ? text : "", markdown);
        }
    }
}

/* "1,234.00 more" */
static void print_change(rk__page *out, rk_num difference, int places)
{
    const bool less = rk_num_compare(difference, NULL) < 0;
    rk__print_money(&out->scratch, less ? rk__num_neg(&out->nums, difference) : difference, places);
    rk__buf_puts(&out->scratch, less ? " less" : " more");
}

static void effect(rk__page *out, const rk_tariff_diff *d, bool markdown)
{
    const rk_tariff_diff_view *v = rk_tariff_diff_read(d);
    const int sign = rk_num_compare(v->difference, NULL);
    rk__buf *text = &out->scratch;
    heading(out,
            rk__arena_printf(&out->arena, "%s%s%s, arrangement '%s', %s", v->contract,
                             v->title != NULL ? ": " : "", v->title != NULL ? v->title : "",
                             v->arrangement, v->currency),
            markdown);
    rk__buf_puts(text, "With B the contract pays ");
    if (sign == 0) {
        rk__buf_puts(text, "the same, ");
        rk__print_money(text, v->total[0], v->places);
    } else {
        const rk_num percent = rk__difference_percent(out, v->total[0], v->total[1]);
        print_change(out, v->difference, v->places);
        if (percent != NULL) {
            rk__buf_puts(text, " (");
            rk__num_print_fixed(text, sign < 0 ? rk__num_neg(&out->nums, percent) : percent, 1);
            rk__buf_puts(text, "%)");
        }
    }
    if (rk_num_compare(v->of_prices, v->difference) != 0) {
        rk__buf_puts(text, "; of this, rows that both price make ");
        print_change(out, v->of_prices, v->places);
    }
    rk__buf_puts(text, ". Rows without a price: ");
    print_count(text, v->unpriced_rows[0]);
    rk__buf_puts(text, " with A, ");
    print_count(text, v->unpriced_rows[1]);
    rk__buf_puts(text, " with B. An HRG chapter is the first letter of an HRG.");
    sentence(out, markdown);
    const char *basis = rk__basis_sentence(v->basis);
    if (basis != NULL) {
        rk__page_puts(out, markdown ? "\n" : "");
        paragraph(out, basis, markdown);
    }
    for (size_t i = 0; i < v->n_groupings; i++) {
        grouping(out, d, rk_tariff_diff_grouping(d, i), markdown);
    }
    unpriced(out, d, markdown);
    warnings(out, d, markdown);
}

/* tariff_diff.c: for people. */
static void write_people(rk__page *out, const rk_tariff_diff *d, bool markdown)
{
    const rk_tariff_diff_view *v = rk_tariff_diff_read(d);
    rk__question_heading(
        out, rk__arena_printf(&out->arena, "%s to %s", v->tariff[0]->id, v->tariff[1]->id), NULL,
        markdown);
    for (size_t side = 0; side < 2; side++) {
        rk__buf_printf(&out->scratch, "%s is '%s'%s%s%s", side == 0 ? "A" : "B",
                       v->tariff[side]->id, v->tariff[side]->title != NULL ? ", " : "",
                       v->tariff[side]->title != NULL ? v->tariff[side]->title : "",
                       side == 0 ? "; " : ".");
    }
    sentence(out, markdown);
    if (v->contract != NULL) {
        effect(out, d, markdown);
    }
    tables(out, d, markdown);
    for (size_t i = 0; i < v->n_columns; i++) {
        changes(out, rk_tariff_diff_column(d, i), markdown);
    }
}

rk_status rk_report_tariff_diff(const rk_tariff_diff *diff, rk_format format, const rk_sink *sink)
{
    rk__page out;
    rk__page_init(&out, sink);
    if (format == RK_FORMAT_JSON) {
        rk__tariff_diff_json(&out, diff);
    } else if (format == RK_FORMAT_CSV) {
        rk__tariff_diff_csv(&out, diff);
    } else {
        write_people(&out, diff, format == RK_FORMAT_MARKDOWN);
    }
    return rk__page_finish(&out);
}
