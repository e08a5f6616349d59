/* SPDX-License-Identifier: MIT
 *
 * pack_results.c: packs of evaluations and of comparisons: the headline and what each
 * arrangement pays. Payments are sums of the components, which are sums of their lines.
 */
#include "report/pack.h"

static const rk_result_view *view(const rk__pack_of_results *of, size_t index)
{
    return rk_result_read(of->results[index]);
}

static void begin(rk__pack_of_results *of, const char *kind)
{
    rk__pack *pack = of->pack;
    const rk_result_view *first = view(of, 0);
    for (size_t i = 1; i < of->n; i++) {
        of->contracts |= strcmp(view(of, i)->contract, first->contract) != 0;
    }
    pack->kind = kind;
    pack->id = of->contracts ? "contracts" : first->contract;
    pack->title = of->contracts ? NULL : first->title;
    pack->currency = first->currency;
    for (size_t i = 0; i < of->n; i++) {
        const char *basis = rk__basis_sentence(view(of, i)->basis);
        pack->basis = basis != NULL ? basis : pack->basis;
        pack->places =
            view(of, i)->places > pack->places || i == 0 ? view(of, i)->places : pack->places;
    }
    of->first = rk__arena_alloc(&pack->out->arena, 2 * of->n * sizeof *of->first);
    of->end = of->first != NULL ? of->first + of->n : NULL;
    pack->out->failed |= of->first == NULL;
}

/* Rows without a price and findings, after what is paid. */
static void warnings(const rk__pack_of_results *of)
{
    rk__buf *text = &of->pack->out->scratch;
    for (size_t i = 0; i < of->n; i++) {
        const rk_result_view *v = view(of, i);
        bool same = i > 0;
        same = same && v->unpriced == view(of, i - 1)->unpriced;
        if (v->unpriced > 0 && !same) {
            rk__buf_printf(text, "%s row%s no price under '%s' and pay%s nothing.",
                           rk__unpriced_text(of->pack->out, v->unpriced, v->suppress_below),
                           v->unpriced == 1 ? " has" : "s have", rk__pack_result_name(of, i),
                           v->unpriced == 1 ? "s" : "");
            rk__pack_scratch_sentence(of->pack);
        }
        if (v->bad_rows > 0 && (i == 0 || view(of, i - 1)->bad_rows != v->bad_rows)) {
            rk__buf_printf(text, "%llu rows could not be read and are left out.",
                           (unsigned long long) v->bad_rows);
            rk__pack_scratch_sentence(of->pack);
        }
    }
}

static void doubts(const rk__pack_of_results *of)
{
    size_t most = 0;
    for (size_t i = 0; i < of->n; i++) {
        most = view(of, i)->n_warnings > most ? view(of, i)->n_warnings : most;
    }
    if (most > 0) {
        rk__buf_printf(&of->pack->out->scratch,
                       "%zu finding%s a mistake in the input: see Findings.", most,
                       most == 1 ? " looks like" : "s look like");
        rk__pack_scratch_sentence(of->pack);
    }
}

/* ------------------------------------------------------------------ tables */

/* Payment is the sum of the result's components; surplus is payment less cost. */
static void paid_cells(rk__pack_of_results *of, size_t i, rk__pack_cell *cells, size_t payment)
{
    const rk_result_view *v = view(of, i);
    rk__pack_money(of->pack, &cells[payment], v->total);
    if (cells[payment].number) {
        cells[payment].formula = RK__PACK_SUM;
        cells[payment].of = of->components;
        cells[payment].column = 5;
        cells[payment].from = of->first[i];
        cells[payment].to = of->end[i];
    }
    rk__pack_money(of->pack, &cells[payment + 1], v->cost);
    rk__pack_money(of->pack, &cells[payment + 2], v->margin);
    if (cells[payment + 2].number && cells[payment + 1].number) {
        cells[payment + 2].formula = RK__PACK_MINUS;
        cells[payment + 2].column = payment;
        cells[payment + 2].from = payment + 1;
    }
}

static bool any_cost(const rk__pack_of_results *of)
{
    bool any = false;
    for (size_t i = 0; i < of->n; i++) {
        any |= view(of, i)->cost != NULL;
    }
    return any;
}

static void fill_comparison(rk__pack_of_results *of, size_t baseline)
{
    rk__pack *pack = of->pack;
    const rk_num base = view(of, baseline)->total;
    for (size_t i = 0; i < of->n; i++) {
        rk__pack_cell *cells = rk__pack_row_add(pack, of->summary);
        rk__pack_set_text(&cells[0], rk__pack_result_name(of, i));
        paid_cells(of, i, cells, 1);
        if (i == baseline) {
            rk__pack_set_text(&cells[6], "baseline");
            continue;
        }
        const rk_num total = view(of, i)->total;
        rk__pack_money(pack, &cells[4], rk__num_sub(&pack->out->nums, total, base));
        const rk_num percent = rk__difference_percent(pack->out, base, total);
        if (percent != NULL) {
            rk__pack_set_num(
                pack, &cells[5],
                rk__num_div(&pack->out->nums, percent, rk__num_from_int(&pack->out->nums, 100)),
                RK__LINE_PLACES);
        }
        if (cells[4].number) {
            cells[4].formula = RK__PACK_LESS;
            cells[4].column = 1;
            cells[4].from = baseline;
        }
        if (cells[5].number) {
            cells[5].formula = RK__PACK_SHARE;
            cells[5].column = 4;
            cells[5].from = baseline;
            cells[5].to = 1;
        }
    }
}

static void payments_chart(rk__pack_of_results *of)
{
    rk__pack *pack = of->pack;
    const bool cost = any_cost(of);
    rk__buf_printf(&pack->out->scratch,
                   cost ? "A bar for what each arrangement pays, and one for its cost, in %s."
                        : "A bar for what each arrangement pays, in %s.",
                   pack->currency);
    const char *says = rk__pack_take(pack);
    rk__pack_figure *f = rk__pack_figure_add(pack, of->summary, RK__PACK_BARS,
                                             cost ? "Payment and cost" : "Payment", says);
    f->values[f->n_values++] = 1;
    if (!cost) {
        return;
    }
    f->values[f->n_values++] = 2;
    f = rk__pack_figure_add(pack, of->summary, RK__PACK_BARS, "Surplus or deficit",
                            "A bar for each arrangement: to the right it pays more than the care "
                            "costs, to the left less.");
    f->values[f->n_values++] = 3;
}

/* -------------------------------------------------------------- comparison */

/* "'block' pays 1,850,000 GBP (4.8%) less than 'pbr'." */
static void say_difference(const rk__pack_of_results *of, size_t i, size_t baseline)
{
    rk__page *out = of->pack->out;
    const rk_num base = view(of, baseline)->total;
    const rk_num difference = rk__num_sub(&out->nums, view(of, i)->total, base);
    const int sign = rk__num_sign(difference);
    if (sign == 0) {
        rk__buf_printf(&out->scratch, "'%s' pays the same as '%s'", rk__pack_result_name(of, i),
                       rk__pack_result_name(of, baseline));
        return;
    }
    rk__buf_printf(&out->scratch, "'%s' pays ", rk__pack_result_name(of, i));
    rk__pack_say(of->pack, difference);
    rk__buf_printf(&out->scratch, " %s", of->pack->currency);
    rk_num percent = rk__difference_percent(out, base, view(of, i)->total);
    if (percent != NULL) {
        percent = rk__num_sign(percent) < 0 ? rk__num_neg(&out->nums, percent) : percent;
        rk__buf_puts(&out->scratch, " (");
        rk__num_print_fixed(&out->scratch, percent, 1);
        rk__buf_puts(&out->scratch, "%)");
    }
    rk__buf_printf(&out->scratch, " %s than '%s'", sign < 0 ? "less" : "more",
                   rk__pack_result_name(of, baseline));
}

static void say_comparison(const rk__pack_of_results *of, size_t baseline)
{
    rk__page *out = of->pack->out;
    size_t least = baseline;
    size_t most = baseline;
    for (size_t i = 0; i < of->n; i++) {
        least = rk__num_compare(view(of, i)->total, view(of, least)->total) < 0 ? i : least;
        most = rk__num_compare(view(of, i)->total, view(of, most)->total) > 0 ? i : most;
    }
    if (of->n == 1) {
        rk__buf_printf(&out->scratch, "'%s' pays ", rk__pack_result_name(of, 0));
        rk__pack_say(of->pack, view(of, 0)->total);
        rk__buf_printf(&out->scratch, " %s", of->pack->currency);
    } else if (least == most) {
        rk__buf_puts(&out->scratch, "All arrangements pay the same: ");
        rk__pack_say(of->pack, view(of, baseline)->total);
        rk__buf_printf(&out->scratch, " %s", of->pack->currency);
    } else if (of->n == 2) {
        say_difference(of, 1 - baseline, baseline);
    } else {
        rk__buf_puts(&out->scratch, "For the same care ");
        size_t said = 0;
        if (least != baseline) {
            say_difference(of, least, baseline);
            said++;
        }
        if (most != baseline) {
            rk__buf_puts(&out->scratch, said > 0 ? ", and " : "");
            say_difference(of, most, baseline);
        }
    }
    rk__buf_putc(&out->scratch, '.');
    rk__pack_scratch_sentence(of->pack);
}

/* "Against its cost, 'pbr' leaves a surplus of 750,000 GBP; 'block' a deficit of 1,100,000." */
static void say_margins(const rk__pack_of_results *of)
{
    rk__buf *text = &of->pack->out->scratch;
    for (int deficit = 0; deficit < 2; deficit++) {
        size_t n = 0;
        for (size_t i = 0; i < of->n; i++) {
            const rk_num margin = view(of, i)->margin;
            if (margin == NULL || (rk__num_sign(margin) < 0) != (deficit == 1)) {
                continue;
            }
            rk__buf_puts(text, n++ > 0   ? ", "
                               : deficit ? "Cost is above payment under "
                                         : "Payment covers cost under ");
            rk__buf_printf(text, "'%s' (by ", rk__pack_result_name(of, i));
            rk__pack_say(of->pack, margin);
            rk__buf_putc(text, ')');
        }
        if (n > 0) {
            rk__buf_putc(text, '.');
            rk__pack_scratch_sentence(of->pack);
        }
    }
}

/* The lines that an arrangement differs from the baseline by. */
static void differences(rk__pack_of_results *of, const rk_comparison *comparison, size_t index)
{
    rk__pack *pack = of->pack;
    rk__difference *lines = NULL;
    size_t n = 0;
    const size_t baseline = rk_comparison_baseline(comparison);
    if (!rk__differences(pack->out, comparison, index, &lines, &n)) {
        return;
    }
    rk__buf_printf(&pack->out->scratch, "What makes '%s' differ from '%s'",
                   rk__pack_result_name(of, index), rk__pack_result_name(of, baseline));
    const char *title = rk__pack_take(pack);
    rk__buf_printf(&pack->out->scratch, "Bridge %zu", index + (index < baseline));
    const char *sheet = rk__pack_take(pack);
    rk__pack_table *table = rk__pack_table_new(pack, sheet, title);
    rk__pack_columns(table, "ttttMMM", "Step", "Period", "Component", "Line", "Baseline",
                     "Arrangement", "Difference");
    for (size_t i = 0; i < n; i++) {
        rk__pack_cell *cells = rk__pack_row_add(pack, table);
        const rk__difference *d = &lines[i];
        rk__buf_printf(&pack->out->scratch, "%s%s%s", d->component,
                       d->component[0] != '\0' ? ": " : "", d->label);
        rk__pack_set_text(&cells[0], rk__pack_take(pack));
        rk__pack_set_text(&cells[1], d->period);
        rk__pack_set_text(&cells[2], d->component);
        rk__pack_set_text(&cells[3], d->label);
        if (d->hidden) {
            for (size_t c = 4; c < 7; c++) {
                rk__pack_hide(&cells[c]);
            }
            continue;
        }
        rk__pack_decimal(pack, &cells[4], d->baseline);
        rk__pack_decimal(pack, &cells[5], d->amount);
        rk__pack_decimal(pack, &cells[6], d->difference);
        if (cells[6].number) {
            cells[6].formula = RK__PACK_MINUS;
            cells[6].column = 5;
            cells[6].from = 4;
        }
    }
    rk__pack_total(pack, table, "Total of the lines that differ");
    rk__buf_printf(&pack->out->scratch, "From what '%s' pays to what '%s' pays, line by line.",
                   rk__pack_result_name(of, baseline), rk__pack_result_name(of, index));
    rk__pack_figure *f =
        rk__pack_figure_add(pack, table, RK__PACK_BRIDGE, title, rk__pack_take(pack));
    f->values[f->n_values++] = 6;
    rk__pack_money(pack, &f->start, view(of, baseline)->total);
    rk__pack_money(pack, &f->finish, view(of, index)->total);
    f->start_name = rk__pack_result_name(of, baseline);
    f->finish_name = rk__pack_result_name(of, index);
}

static void evidence(rk__pack_of_results *of)
{
    rk__pack_groups(of, of->components);
    rk__pack_unpriced(of);
    rk__pack_results_findings(of);
    rk__pack_assumptions(of);
    rk__pack_provenance(of);
    rk__pack_steps(of);
}

rk_status rk__pack_comparison(const rk_comparison *comparison, rk_format format,
                              const rk_sink *sink)
{
    rk__page out;
    rk__pack pack;
    rk__pack_begin(&pack, &out, sink);
    const size_t n = rk_comparison_count(comparison);
    const size_t baseline = rk_comparison_baseline(comparison);
    const rk_result **results = rk__arena_alloc(&out.arena, n * sizeof(*results));
    if (results == NULL) {
        out.failed = true;
        return rk__pack_end(&pack, format);
    }
    for (size_t i = 0; i < n; i++) {
        results[i] = rk_comparison_result(comparison, i);
    }
    rk__pack_of_results of = {.pack = &pack, .results = results, .n = n};
    begin(&of, "Ways to pay for the same care");
    if (out.failed) {
        return rk__pack_end(&pack, format);
    }
    say_comparison(&of, baseline);
    say_margins(&of);
    warnings(&of);
    doubts(&of);
    of.summary = rk__pack_table_new(&pack, "Comparison", "Arrangements side by side");
    rk__pack_columns(of.summary, "tmmmmpt", "Arrangement", "Payment", "Cost", "Surplus/(deficit)",
                     "Difference", "%", "");
    for (size_t i = 0; i < n; i++) {
        if (i != baseline) {
            differences(&of, comparison, i);
        }
    }
    rk__pack_ledgers(&of);
    fill_comparison(&of, baseline);
    payments_chart(&of);
    evidence(&of);
    return rk__pack_end(&pack, format);
}

/* -------------------------------------------------------------- evaluation */

static void say_result(const rk__pack_of_results *of, size_t i)
{
    rk__page *out = of->pack->out;
    const rk_result_view *v = view(of, i);
    rk__buf_printf(&out->scratch, "'%s' pays ", rk__pack_result_name(of, i));
    rk__pack_say(of->pack, v->total);
    rk__buf_printf(&out->scratch, " %s", v->currency);
    if (v->margin != NULL) {
        rk__buf_puts(&out->scratch,
                     rk__num_sign(v->margin) < 0 ? ", a deficit of " : ", a surplus of ");
        rk__pack_say(of->pack, v->margin);
        rk__buf_puts(&out->scratch,
                     rk__num_sign(v->margin) < 0 ? " against a cost of " : " over a cost of ");
        rk__pack_say(of->pack, v->cost);
    }
    rk__buf_putc(&out->scratch, '.');
    rk__pack_scratch_sentence(of->pack);
}

rk_status rk__pack_results(const rk_result *const *results, size_t n, rk_format format,
                           const rk_sink *sink)
{
    rk__page out;
    rk__pack pack;
    rk__pack_begin(&pack, &out, sink);
    rk__pack_of_results of = {.pack = &pack, .results = results, .n = n};
    if (n == 0) {
        return rk__pack_end(&pack, format);
    }
    begin(&of, n > 1 ? "What contracts pay" : "What a contract pays");
    if (out.failed) {
        return rk__pack_end(&pack, format);
    }
    for (size_t i = 0; i < n && i < 5; i++) {
        say_result(&of, i);
    }
    warnings(&of);
    doubts(&of);
    of.summary = rk__pack_table_new(&pack, "Totals", "What is paid, and what it costs");
    rk__pack_columns(of.summary, n > 1 && of.contracts ? "tMMM" : "tmmm",
                     of.contracts ? "Contract" : "Arrangement", "Payment", "Cost",
                     "Surplus/(deficit)");
    rk__pack_ledgers(&of);
    for (size_t i = 0; i < n; i++) {
        rk__pack_cell *cells = rk__pack_row_add(&pack, of.summary);
        rk__pack_set_text(&cells[0], rk__pack_result_name(&of, i));
        paid_cells(&of, i, cells, 1);
    }
    if (n > 1 && of.contracts) {
        rk__pack_total(&pack, of.summary, "All contracts");
    }
    payments_chart(&of);
    evidence(&of);
    return rk__pack_end(&pack, format);
}
