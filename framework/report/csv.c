/* SPDX-License-Identifier: MIT
 *
 * csv.c: reports as CSV (RFC 4180, lines end in a line feed). One row for
 * each ledger line; or, with --group-by, one for each group (csv_groups.c).
 */
#include "csv/csv.h"
#include "report/report.h"

static void text_cell(rk__page *out, const char *text)
{
    if (text != NULL) {
        rk__csv_cell(out, text, strlen(text));
    }
}

static void next_text(rk__page *out, const char *text)
{
    rk__page_putc(out, ',');
    text_cell(out, text);
}

static void next_number(rk__page *out, rk_num number, bool hidden)
{
    rk__page_putc(out, ',');
    if (number != NULL && hidden) {
        rk__page_putc(out, '*');
    } else if (number != NULL) {
        rk__num_print_trimmed(&out->scratch, number, RK__LINE_PLACES);
        rk__page_scratch(out);
    }
}

static void next_money(rk__page *out, rk_num amount, int places)
{
    rk__page_putc(out, ',');
    if (amount != NULL) {
        rk__num_print_fixed(&out->scratch, amount, places);
        rk__page_scratch(out);
    }
}

/* ----------------------------------------------------------------------- lines */

static void component_lines(rk__page *out, const rk_result_view *result,
                            const rk_period_result *period, const rk_component_result *component)
{
    const bool *hidden = rk__hidden_lines(out, result, component);
    for (size_t i = 0; hidden != NULL && i < component->n_lines; i++) {
        const rk_ledger_line *line = rk_component_line(component, i);
        text_cell(out, result->contract);
        next_text(out, result->arrangement);
        next_text(out, period->id);
        next_text(out, component->id);
        next_text(out, component->rule);
        next_text(out, line->label);
        next_number(out, line->quantity, hidden[i]);
        next_text(out, line->unit);
        next_number(out, line->rate, hidden[i]);
        next_number(out, line->factor, hidden[i]);
        /* A sum over `amount` is the payment: unpaid amounts have a column of their own. */
        const bool paid = !line->memo && !component->shadow;
        next_number(out, paid ? line->amount : NULL, hidden[i]);
        next_text(out, line->of != NULL    ? "allocated"
                       : line->memo        ? "memo"
                       : component->shadow ? "shadow"
                                           : "paid");
        next_number(out, paid ? NULL : line->amount, hidden[i]);
        rk__page_putc(out, '\n');
    }
}

static void lines(rk__page *out, const rk_result *const *results, size_t n)
{
    rk__page_puts(out, "contract,arrangement,period,component,rule,label,quantity,unit,rate,factor,"
                       "amount,status,not_paid\n");
    for (size_t i = 0; i < n; i++) {
        const rk_result_view *result = rk_result_read(results[i]);
        for (size_t p = 0; p < result->n_periods; p++) {
            const rk_period_result *period = rk_result_period(results[i], p);
            for (size_t c = 0; c < period->n_components; c++) {
                component_lines(out, result, period, rk_period_component(period, c));
            }
        }
    }
}

void rk__csv_results(rk__page *out, const rk_result *const *results, size_t n)
{
    bool grouped = false;
    for (size_t i = 0; i < n; i++) {
        grouped = grouped || rk_result_read(results[i])->grouped;
    }
    if (grouped) {
        rk__csv_groups(out, results, n);
    } else {
        lines(out, results, n);
    }
}

/* ------------------------------------------------------------------ comparison */

void rk__csv_comparison(rk__page *out, const rk_comparison *comparison)
{
    const rk_result_view *baseline = rk__baseline(comparison);
    if (baseline->grouped) {
        rk__csv_compared_groups(out, comparison);
        return;
    }
    rk__page_puts(out, "contract,arrangement,payment,cost,margin,difference,difference_percent\n");
    for (size_t i = 0; i < rk_comparison_count(comparison); i++) {
        const rk_result_view *result = rk__compared(comparison, i);
        text_cell(out, result->contract);
        next_text(out, result->arrangement);
        next_money(out, result->total, result->places);
        next_money(out, result->cost, result->places);
        next_money(out, result->margin, result->places);
        next_money(out, rk__num_sub(&out->nums, result->total, baseline->total), result->places);
        next_money(out, rk__difference_percent(out, baseline->total, result->total), 4);
        rk__page_putc(out, '\n');
    }
}

/* ----------------------------------------------------------------- explanation */

/* Steps are numbered 1, 1.2, 1.2.3 by their place; `number` holds the text. */
static void step(rk__page *out, const rk_step *s, rk__buf *number)
{
    rk__page_puts(out, number->text == NULL ? "" : number->text);
    next_text(out, s->label);
    next_text(out, s->formula);
    next_text(out, s->value);
    next_text(out, s->source);
    rk__page_putc(out, '\n');
    const size_t length = number->length;
    for (size_t i = 0; i < s->n_children && !number->failed; i++) {
        rk__buf_printf(number, ".%zu", i + 1);
        step(out, rk_step_child(s, i), number);
        number->length = length;
        number->text[length] = '\0';
    }
}

void rk__csv_explanation(rk__page *out, const rk_explanation *explanation)
{
    rk__page_puts(out, "step,label,formula,value,source\n");
    rk__buf number = {0};
    for (size_t i = 0; i < rk_explanation_read(explanation)->n_steps && !number.failed; i++) {
        rk__buf_reset(&number);
        rk__buf_printf(&number, "%zu", i + 1);
        step(out, rk_explanation_step(explanation, i), &number);
    }
    out->failed = out->failed || number.failed;
    rk__buf_dispose(&number);
}
