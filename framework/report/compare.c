/* SPDX-License-Identifier: MIT
 *
 * compare.c: arrangements side by side, and the lines in which they differ, as tables that the text
 * and Markdown writers print.
 */
#include "report/report.h"

/* Lines of a difference that are listed; the smaller ones are added up in one line. */
#define DIFFERENCES_SHOWN 15

static rk_num size_of(rk__page *out, rk_num a)
{
    return rk__num_sign(a) < 0 ? rk__num_neg(&out->nums, a) : a;
}

static rk_num larger(rk__page *out, rk_num a, rk_num b)
{
    if (b == NULL) {
        return a;
    }
    b = size_of(out, b);
    return a == NULL || (b != NULL && rk__num_compare(b, a) > 0) ? b : a;
}

/* All totals of a comparison have the same decimals. */
static int places_of(rk__page *out, const rk_comparison *comparison)
{
    rk_num largest = NULL;
    for (size_t i = 0; i < rk_comparison_count(comparison); i++) {
        largest = larger(out, largest, rk__compared(comparison, i)->total);
        largest = larger(out, largest, rk__compared(comparison, i)->cost);
    }
    return rk__compared_places(largest, rk__baseline(comparison)->places);
}

static void percent_cell(rk__sheet *sheet, rk_num baseline, rk_num other)
{
    const rk_num percent = rk__difference_percent(sheet->out, baseline, other);
    if (percent == NULL) {
        rk__sheet_cell(sheet, NULL);
        return;
    }
    rk__buf plain = {0};
    rk__num_print_fixed(&plain, percent, 1);
    if (plain.failed) {
        sheet->out->failed = true;
        rk__buf_dispose(&plain);
        return;
    }
    /* The per cent sign is inside the brackets of a negative number. */
    rk__buf *text = &sheet->out->scratch;
    rk__print_grouped(text, plain.text);
    rk__buf_dispose(&plain);
    if (text->length > 0 && text->text[text->length - 1] == ')') {
        text->text[text->length - 1] = '%';
        rk__buf_putc(text, ')');
    } else {
        rk__buf_putc(text, '%');
    }
    rk__sheet_scratch(sheet);
}

void rk__layout_comparison(rk__sheet *sheet, const rk_comparison *comparison)
{
    const rk_result_view *baseline = rk__baseline(comparison);
    const int places = places_of(sheet->out, comparison);
    rk__buf *text = &sheet->out->scratch;
    rk__buf_printf(text, "%s%s", baseline->currency, places == -3 ? " thousands" : "");
    const char *unit =
        rk__arena_copy(&sheet->out->arena, text->text == NULL ? "" : text->text, text->length);
    rk__buf_reset(text);
    rk__sheet_column(sheet, unit == NULL ? "" : unit, RK__ALIGN_LEFT);
    rk__sheet_columns(sheet, "ppppp", "payment", "cost", "surplus/(deficit)", "difference", "%");
    for (size_t i = 0; i < rk_comparison_count(comparison); i++) {
        const rk_result_view *result = rk__compared(comparison, i);
        rk__sheet_row(sheet, RK__ROW_LINE);
        rk__sheet_cell(sheet, result->arrangement);
        rk__sheet_money(sheet, result->total, places);
        rk__sheet_money(sheet, result->cost, places);
        rk__sheet_money(sheet, result->margin, places);
        if (i == rk_comparison_baseline(comparison)) {
            rk__sheet_cell(sheet, "baseline");
            continue;
        }
        rk__sheet_money(sheet, rk__num_sub(&sheet->out->nums, result->total, baseline->total),
                        places);
        percent_cell(sheet, baseline->total, result->total);
    }
}

static void difference_row(rk__sheet *sheet, const rk__difference *line, bool periods, int places)
{
    rk__sheet_row(sheet, RK__ROW_LINE);
    if (periods) {
        rk__sheet_cell(sheet, line->period);
    }
    rk__sheet_cell(sheet, line->component);
    rk__sheet_cell(sheet, line->label);
    if (line->hidden) {
        rk__sheet_cell(sheet, "*");
        rk__sheet_cell(sheet, "*");
        rk__sheet_cell(sheet, "*");
        return;
    }
    rk__sheet_money(sheet, line->baseline, places);
    rk__sheet_money(sheet, line->amount, places);
    rk__sheet_money(sheet, line->difference, places);
}

/* Whether an amount of so many places prints as anything but zero. */
static bool is_visible(rk_num amount, int places)
{
    struct rk_num_node half = {.num = places < 0 ? 500 : 1, .den = places < 0 ? 1 : 2};
    for (int i = 0; i < places; i++) {
        half.den *= 10;
    }
    const struct rk_num_node minus = {.num = -half.num, .den = half.den};
    return rk__num_compare(amount, &half) >= 0 || rk__num_compare(amount, &minus) <= 0;
}

/* How many of the lines, the largest first, have a row of their own. A single line more is listed
 * rather than replaced by a line that counts it. */
static size_t n_shown(const rk__difference *lines, size_t n, int places)
{
    size_t visible = 0;
    while (visible < n && is_visible(lines[visible].difference, places)) {
        visible++;
    }
    return visible <= DIFFERENCES_SHOWN + 1 ? visible : DIFFERENCES_SHOWN;
}

void rk__layout_differences(rk__sheet *sheet, const rk_comparison *comparison, size_t index)
{
    rk__page *out = sheet->out;
    const rk_result_view *baseline = rk__baseline(comparison);
    const rk_result_view *other = rk__compared(comparison, index);
    rk__difference *lines = NULL;
    size_t n = 0;
    if (!rk__differences(out, comparison, index, &lines, &n)) {
        return;
    }
    rk_num largest = NULL;
    for (size_t i = 0; i < n; i++) {
        largest = larger(out, larger(out, largest, lines[i].baseline), lines[i].amount);
    }
    const int places = rk__compared_places(largest, baseline->places);
    const bool periods = baseline->n_periods > 1;
    if (periods) {
        rk__sheet_column(sheet, "period", RK__ALIGN_LEFT);
    }
    rk__sheet_columns(sheet, "llpp", "component", "line", baseline->arrangement,
                      other->arrangement);
    rk__sheet_column(sheet, places == -3 ? "difference, thousands" : "difference", RK__ALIGN_POINT);
    const size_t shown = n_shown(lines, n, places);
    rk_num rest = rk__num_from_int(&out->nums, 0);
    bool hidden = false;
    for (size_t i = 0; i < n; i++) {
        if (i < shown) {
            difference_row(sheet, &lines[i], periods, places);
        } else {
            rest = rk__num_add(&out->nums, rest, lines[i].difference);
            hidden = hidden || lines[i].hidden;
        }
    }
    if (shown < n && rest != NULL && is_visible(rest, places)) {
        const char *label = rk__arena_printf(&out->arena, "%zu smaller line%s", n - shown,
                                             n - shown == 1 ? "" : "s");
        const rk__difference smaller = {
            .period = "", .component = "", .label = label, .difference = rest, .hidden = hidden};
        difference_row(sheet, &smaller, periods, places);
    }
    rk__sheet_row(sheet, RK__ROW_TOTAL);
    rk__sheet_cell(sheet, "total");
    for (int i = 0; i < 1 + (int) periods; i++) {
        rk__sheet_cell(sheet, NULL);
    }
    rk__sheet_money(sheet, baseline->total, places);
    rk__sheet_money(sheet, other->total, places);
    rk__sheet_money(sheet, rk__num_sub(&out->nums, other->total, baseline->total), places);
}
