/* SPDX-License-Identifier: MIT
 *
 * incentives.c: what one more and one fewer unit of activity pays and costs.
 */
#include "report/finding.h"
#include "report/pack.h"
#include "report/system.h"
#include "json/json_writer.h"

/* ---------------------------------------------------------------------- people */

/* Whether the lines are of a system, whose payees have positions. */
static bool of_system(const rk_incentives *incentives, size_t from, size_t to)
{
    bool any = false;
    for (size_t i = from; i < to; i++) {
        const rk_incentive_line *line = rk_incentives_line(incentives, i);
        any |= rk_incentive_more(line)->after_all != NULL ||
               rk_incentive_fewer(line)->after_all != NULL;
    }
    return any;
}

static void layout_lines(rk__sheet *sheet, const rk_incentives *incentives, size_t from, size_t to)
{
    const size_t n_periods = rk_incentives_read(incentives)->n_periods;
    const bool positions = of_system(incentives, from, to);
    for (size_t i = from; i < to; i++) {
        const rk_incentive_line *line = rk_incentives_line(incentives, i);
        const rk_incentive_line *last = i > from ? rk_incentives_line(incentives, i - 1) : NULL;
        const rk_incentive_side *more = rk_incentive_more(line);
        const rk_incentive_side *fewer = rk_incentive_fewer(line);
        const bool first = last == NULL || strcmp(last->key, line->key) != 0 ||
                           strcmp(last->period, line->period) != 0;
        rk__sheet_row(sheet, RK__ROW_LINE);
        rk__sheet_cell(sheet, first ? line->key : NULL);
        if (n_periods > 1) {
            rk__sheet_cell(sheet, first ? line->period : NULL);
        }
        if (first) {
            rk__print_quantity(&sheet->out->scratch, line->count);
            rk__sheet_scratch(sheet);
        } else {
            rk__sheet_cell(sheet, NULL);
        }
        rk__sheet_cell(sheet, line->arrangement);
        rk__sheet_money_or(sheet, more->payment, sheet->out->places, "not known");
        rk__sheet_money_or(sheet, more->cost, sheet->out->places, "not known");
        rk__sheet_money_or(sheet, more->contribution, sheet->out->places, "not known");
        if (positions) {
            rk__sheet_money_or(sheet, more->after_pool, sheet->out->places, "not known");
            rk__sheet_money_or(sheet, more->after_all, sheet->out->places, "not known");
        }
        if (fewer->too_few) {
            rk__sheet_cell(sheet, "too few");
        } else {
            rk__sheet_money_or(sheet, fewer->contribution, sheet->out->places, "not known");
        }
    }
}

static void people_contract(rk__page *out, const rk_incentives *incentives, size_t from, size_t to,
                            bool markdown)
{
    const rk_incentives_view *in = rk_incentives_read(incentives);
    const char *contract = rk_incentives_line(incentives, from)->contract;
    rk__sheet sheet;
    rk__sheet_init(&sheet, out);
    rk__sheet_column(&sheet, in->column, RK__ALIGN_LEFT);
    if (in->n_periods > 1) {
        rk__sheet_column(&sheet, "Period", RK__ALIGN_LEFT);
    }
    rk__sheet_columns(&sheet, "rlrrr", "Units", "Arrangement", "One more pays", "costs", "leaves");
    if (of_system(incentives, from, to)) {
        rk__sheet_columns(&sheet, "rr", "after pool", "after gain share, gates");
    }
    rk__sheet_column(&sheet, "One fewer loses", RK__ALIGN_RIGHT);
    layout_lines(&sheet, incentives, from, to);
    if (markdown) {
        rk__page_puts(out, "\n## ");
        rk__markdown_text(out, contract);
        rk__page_puts(out, "\n\n");
        rk__sheet_markdown(&sheet);
    } else {
        rk__page_putc(out, '\n');
        rk__page_styled(out, RK__STYLE_HEADING, contract);
        rk__page_putc(out, '\n');
        rk__sheet_text(&sheet, 0);
    }
    rk__sheet_dispose(&sheet);
}

static void people_head(rk__page *out, const rk_incentives_view *in, bool markdown)
{
    rk__buf text = {0};
    rk__buf_printf(&text, "%s%s%s", in->id, in->title != NULL ? ": " : "",
                   in->title != NULL ? in->title : "");
    rk__page_puts(out, markdown ? "# " : "");
    rk__page_style(out, RK__STYLE_HEADING);
    (markdown ? rk__markdown_text : rk__page_plain)(out, text.text != NULL ? text.text : "");
    rk__page_style(out, RK__STYLE_PLAIN);
    rk__page_puts(out, markdown ? "\n\n" : "\n");
    rk__buf_reset(&text);
    rk__buf_printf(&text, "%s for one unit, in steps of ", in->currency);
    rk__num_print_trimmed(&text, in->step, 6);
    rk__buf_puts(&text, "; the fixed part of the cost stays.");
    const char *sentence = rk__basis_sentence(in->basis);
    if (sentence != NULL) {
        rk__buf_printf(&text, " %s", sentence);
    }
    if (markdown) {
        rk__markdown_text(out, text.text != NULL ? text.text : "");
        rk__page_putc(out, '\n');
    } else {
        rk__page_wrapped(out, text.text != NULL ? text.text : "", 0, 0);
    }
    out->failed |= text.failed;
    rk__buf_dispose(&text);
}

static void write_people(rk__page *out, const rk_incentives *incentives, bool markdown)
{
    const rk_incentives_view *in = rk_incentives_read(incentives);
    people_head(out, in, markdown);
    for (size_t from = 0; from < in->n_lines;) {
        size_t to = from;
        const char *contract = rk_incentives_line(incentives, from)->contract;
        while (to < in->n_lines &&
               strcmp(rk_incentives_line(incentives, to)->contract, contract) == 0) {
            to++;
        }
        people_contract(out, incentives, from, to, markdown);
        from = to;
    }
    for (size_t i = 0; i < in->n_findings; i++) {
        rk__page_puts(out, i == 0 ? "\n- " : "- ");
        rk__print_finding(out, "", rk_incentives_finding(incentives, i), 2, 0);
        const char *text = out->scratch.text != NULL ? out->scratch.text : "";
        if (markdown) {
            rk__markdown_text(out, text);
            rk__page_putc(out, '\n');
        } else {
            rk__page_wrapped(out, text, 2, 2);
        }
        rk__buf_reset(&out->scratch);
    }
}

/* -------------------------------------------------------------------- programs */

static void put_side(rk__json_writer *w, const char *name, const rk_incentive_side *side)
{
    rk__json_open_flat(w, name, '{');
    rk__json_put_number(w, "payment", side->payment);
    rk__json_put_number(w, "cost", side->cost);
    rk__json_put_number(w, "contribution", side->contribution);
    rk__json_put_number(w, "after_pool", side->after_pool);
    rk__json_put_number(w, "after_gain_share_and_gates", side->after_all);
    rk__json_close(w, '}');
}

static void write_json(rk__page *out, const rk_incentives *incentives)
{
    const rk_incentives_view *in = rk_incentives_read(incentives);
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "incentives-result/1");
    rk__json_put_text(&w, "of", in->id);
    rk__json_put_text(&w, "title", in->title);
    rk__json_put_text(&w, "basis", in->basis);
    rk__json_put_text(&w, "currency", in->currency);
    rk__json_put_text(&w, "column", in->column);
    rk__json_put_number(&w, "step", in->step);
    rk__json_open(&w, "lines", '[');
    for (size_t i = 0; i < in->n_lines; i++) {
        const rk_incentive_line *line = rk_incentives_line(incentives, i);
        rk__json_open(&w, NULL, '{');
        rk__json_put_text(&w, "contract", line->contract);
        rk__json_put_text(&w, "period", line->period);
        rk__json_put_text(&w, "key", line->key);
        rk__json_put_number(&w, "units", line->count);
        rk__json_put_text(&w, "arrangement", line->arrangement);
        put_side(&w, "more", rk_incentive_more(line));
        put_side(&w, "fewer", rk_incentive_fewer(line));
        rk__json_put_bool(&w, "too_few", rk_incentive_fewer(line)->too_few);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_open(&w, "findings", '[');
    for (size_t i = 0; i < in->n_findings; i++) {
        w.at = rk__json_finding(w, rk_incentives_finding(incentives, i), 2, 0);
        w.empty = false;
    }
    rk__json_close(&w, ']');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

static void csv_number(rk__page *out, rk_num number)
{
    rk__page_putc(out, ',');
    if (number != NULL) {
        rk__num_print_trimmed(&out->scratch, number, RK__LINE_PLACES);
        rk__page_scratch(out);
    }
}

static void write_csv(rk__page *out, const rk_incentives *incentives)
{
    rk__page_puts(out, "contract,period,key,arrangement,units,more_payment,more_cost,"
                       "more_contribution,fewer_payment,fewer_cost,fewer_contribution,"
                       "more_after_pool,more_after_gain_share_and_gates,fewer_after_pool,"
                       "fewer_after_gain_share_and_gates\n");
    for (size_t i = 0; i < rk_incentives_read(incentives)->n_lines; i++) {
        const rk_incentive_line *line = rk_incentives_line(incentives, i);
        const char *texts[] = {line->contract, line->period, line->key, line->arrangement};
        for (size_t k = 0; k < 4; k++) {
            rk__page_puts(out, k > 0 ? "," : "");
            rk__csv_cell(out, texts[k], strlen(texts[k]));
        }
        csv_number(out, line->count);
        const rk_incentive_side *sides[] = {rk_incentive_more(line), rk_incentive_fewer(line)};
        for (size_t k = 0; k < 2; k++) {
            csv_number(out, sides[k]->payment);
            csv_number(out, sides[k]->cost);
            csv_number(out, sides[k]->contribution);
        }
        for (size_t k = 0; k < 2; k++) {
            csv_number(out, sides[k]->after_pool);
            csv_number(out, sides[k]->after_all);
        }
        rk__page_putc(out, '\n');
    }
}

rk_status rk_report_incentives(const rk_incentives *incentives, rk_format format,
                               const rk_sink *sink)
{
    if (rk__is_pack(format)) {
        return rk__pack_incentives(incentives, format, sink);
    }
    rk__page out;
    rk__page_init(&out, sink);
    out.places = rk_incentives_read(incentives)->places;
    if (format == RK_FORMAT_JSON) {
        write_json(&out, incentives);
    } else if (format == RK_FORMAT_CSV) {
        write_csv(&out, incentives);
    } else {
        write_people(&out, incentives, format == RK_FORMAT_MARKDOWN);
    }
    return rk__page_finish(&out);
}
