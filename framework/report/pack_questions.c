/* SPDX-License-Identifier: MIT
 *
 * pack_questions.c: packs of incentives, solutions, sensitivities and sweeps.
 */
#include "report/pack.h"
#include "report/questions.h"

#define ROWS_OF_A_CHART 60

static void begin(rk__pack *pack, rk__page *out, const rk_sink *sink, const char *kind,
                  const char *id, const char *title, const char *basis, const char *currency,
                  int places)
{
    rk__pack_begin(pack, out, sink);
    pack->kind = kind;
    pack->id = id;
    pack->title = title;
    pack->basis = rk__basis_sentence(basis);
    pack->currency = currency;
    pack->places = out->places = places;
}

/* A value of what is varied, exactly; as text if it has more than six decimals. */
static void varied_cell(rk__pack *pack, rk__pack_cell *cell, rk_num value, bool percent)
{
    const rk_num rounded = rk__num_round(&pack->out->nums, value, RK__LINE_PLACES);
    if (value == NULL) {
        return;
    }
    if (!percent && rk__num_compare(rounded, value) == 0) {
        rk__pack_decimal(pack, cell, value);
        return;
    }
    rk__print_varied(pack->out, &pack->out->scratch, value, percent);
    rk__pack_set_text(cell, rk__pack_take(pack));
}

/* -------------------------------------------------------------- incentives */

enum { MORE = 5, FEWER = 8, POOLED = 11 };

static void side_cells(rk__pack *pack, rk__pack_cell *cells, size_t at,
                       const rk_incentive_side *side)
{
    rk__pack_money(pack, &cells[at], side->payment);
    rk__pack_money(pack, &cells[at + 1], side->cost);
    rk__pack_money(pack, &cells[at + 2], side->contribution);
}

static void incentive_row(rk__pack *pack, rk__pack_table *table, const rk_incentive_line *line)
{
    rk__pack_cell *cells = rk__pack_row_add(pack, table);
    rk__buf_printf(&pack->out->scratch, "%s, %s", line->key, line->arrangement);
    rk__pack_set_text(&cells[0], rk__pack_take(pack));
    rk__pack_set_text(&cells[1], line->contract);
    rk__pack_set_text(&cells[2], line->period);
    rk__pack_set_text(&cells[3], line->arrangement);
    rk__pack_decimal(pack, &cells[4], line->count);
    side_cells(pack, cells, MORE, rk_incentive_more(line));
    side_cells(pack, cells, FEWER, rk_incentive_fewer(line));
    rk__pack_money(pack, &cells[POOLED], rk_incentive_more(line)->after_pool);
    rk__pack_money(pack, &cells[POOLED + 1], rk_incentive_more(line)->after_all);
    if (cells[MORE + 2].number && cells[MORE + 1].number) {
        cells[MORE + 2].formula = RK__PACK_MINUS;
        cells[MORE + 2].column = MORE;
        cells[MORE + 2].from = MORE + 1;
    }
}

rk_status rk__pack_incentives(const rk_incentives *incentives, rk_format format,
                              const rk_sink *sink)
{
    const rk_incentives_view *v = rk_incentives_read(incentives);
    rk__page out;
    rk__pack pack;
    begin(&pack, &out, sink, "What one more and one fewer unit of activity pays and costs", v->id,
          v->title, v->basis, v->currency, v->places);
    size_t gains = 0;
    size_t known = 0;
    rk__pack_table *table =
        rk__pack_table_new(&pack, "Incentives", "One more, and one fewer, for each unit");
    rk__pack_columns(table, "ttttqmmmmmmmm", "Unit", "Contract", "Period", "Arrangement", "Units",
                     "One more pays", "It costs", "It contributes", "One fewer pays",
                     "It costs less", "It contributes less", "One more, after the pool",
                     "One more, after gain share and gates");
    for (size_t i = 0; i < v->n_lines; i++) {
        const rk_incentive_line *line = rk_incentives_line(incentives, i);
        const rk_num contribution = rk_incentive_more(line)->contribution;
        known += contribution != NULL;
        gains += rk__num_sign(contribution) > 0;
        incentive_row(&pack, table, line);
    }
    rk__buf_printf(&out.scratch,
                   known > 0 ? "One more unit leaves money over in %zu of %zu cases."
                             : "No unit cost is known: only payments change below.",
                   gains, known);
    rk__pack_scratch_sentence(&pack);
    if (known > 0 && table->n_rows <= ROWS_OF_A_CHART) {
        rk__pack_figure *f = rk__pack_figure_add(
            &pack, table, RK__PACK_BARS, "What one more unit contributes",
            "A bar for each kind of activity and arrangement: to the right, one more unit pays "
            "more than it costs; to the left, less.");
        f->values[f->n_values++] = MORE + 2;
    }
    rk__pack_table *findings = rk__pack_findings_new(&pack);
    for (size_t i = 0; i < v->n_findings; i++) {
        rk__pack_finding(&pack, findings, NULL, rk_incentives_finding(incentives, i), 0);
    }
    findings->note = v->n_findings == 0 ? "None." : NULL;
    return rk__pack_end(&pack, format);
}

/* --------------------------------------------------------------- solutions */

rk_status rk__pack_solution(const rk_solution *solution, rk_format format, const rk_sink *sink)
{
    const rk_solution_view *v = rk_solution_read(solution);
    rk__page out;
    rk__pack pack;
    begin(&pack, &out, sink, "The value for which a measure reaches a value", v->of, v->title,
          v->basis, v->currency, v->places);
    rk__pack_table *table = rk__pack_table_new(&pack, "Solution", "Where the measure is reached");
    rk__pack_columns(table, "ttqmqm", v->is_system ? "Scenario" : "Contract", "Kind", v->vary,
                     v->measure, "to", "to");
    for (size_t i = 0; i < v->n_series; i++) {
        const rk_solved *solved = rk_solution_series(solution, i);
        rk__solution_say(&out, solution, i, &out.scratch);
        rk__pack_scratch_sentence(&pack);
        for (size_t k = 0; k < solved->n_roots || (k == 0 && solved->n_roots == 0); k++) {
            const rk_root *root = rk_solved_root(solved, k);
            rk__pack_cell *cells = rk__pack_row_add(&pack, table);
            rk__pack_set_text(&cells[0], solved->name);
            if (root == NULL) {
                rk__pack_set_text(&cells[1], solved->flat ? "the same throughout" : "nearest miss");
                varied_cell(&pack, &cells[2], solved->nearest_at, v->percent);
                rk__pack_money(&pack, &cells[3], solved->nearest);
                continue;
            }
            rk__pack_set_text(&cells[1], rk_root_word(root->kind));
            varied_cell(&pack, &cells[2], root->at, v->percent);
            rk__pack_money(&pack, &cells[3], root->measure);
            if (root->kind == RK_ROOT_JUMP || root->kind == RK_ROOT_RANGE) {
                varied_cell(&pack, &cells[4], root->to, v->percent);
                rk__pack_money(&pack, &cells[5], root->measure_to);
            }
        }
    }
    return rk__pack_end(&pack, format);
}

/* ----------------------------------------------------------- sensitivities */

static void tornado(rk__pack *pack, const rk_sensitivity *of, size_t series)
{
    const rk_sensitivity_view *v = rk_sensitivity_read(of);
    const rk_sensitive *s = rk_sensitivity_series(of, series);
    rk__buf_printf(&pack->out->scratch, "Tornado %zu", series + 1);
    const char *sheet = rk__pack_take(pack);
    rk__buf_printf(&pack->out->scratch, "How far %s moves: %s", v->measure, s->name);
    const char *title = rk__pack_take(pack);
    rk__pack_table *table = rk__pack_table_new(pack, sheet, title);
    rk__pack_columns(table, "tqqqmmmm", "Varied", "Low", "Now", "High", "Measure at low",
                     "Measure at high", "Measure now", "Swing");
    for (size_t i = 0; i < v->n_varied; i++) {
        const rk_tornado_bar *bar = rk_sensitivity_bar(of, series, i);
        rk__pack_cell *cells = rk__pack_row_add(pack, table);
        rk__pack_set_text(&cells[0], bar->what);
        varied_cell(pack, &cells[1], bar->low, bar->percent);
        varied_cell(pack, &cells[2], bar->present, bar->percent);
        varied_cell(pack, &cells[3], bar->high, bar->percent);
        rk__pack_money(pack, &cells[4], bar->at_low);
        rk__pack_money(pack, &cells[5], bar->at_high);
        rk__pack_money(pack, &cells[6], s->base);
        rk__pack_money(pack, &cells[7], bar->swing);
    }
    rk__pack_figure *f = rk__pack_figure_add(
        pack, table, RK__PACK_SPREAD, title,
        "A bar for each thing that is varied, from the measure at its low value to that at its "
        "high one; the widest on top.");
    f->values[f->n_values++] = 4;
    f->values[f->n_values++] = 5;
    rk__pack_money(pack, &f->start, s->base);
}

static void chance_rows(rk__pack *pack, rk__pack_table *table, const char *name,
                        const rk_chances *c)
{
    const struct {
        const char *what;
        rk_num amount;
        bool ratio;
    } rows[] = {{"Expected value", c->expected, false},
                {"Chance that it is not below zero", c->balance, true},
                {"Median of the draws", c->median, false},
                {"5% of the draws are no higher", c->low, false},
                {"95% of the draws are no higher", c->high, false},
                {"Draws that are not below zero", c->drawn_balance, true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].amount == NULL) {
            continue;
        }
        rk__pack_cell *cells = rk__pack_row_add(pack, table);
        rk__pack_set_text(&cells[0], name);
        rk__pack_set_text(&cells[1], rows[i].what);
        if (rows[i].ratio) {
            rk__pack_decimal(pack, &cells[3], rows[i].amount);
        } else {
            rk__pack_money(pack, &cells[2], rows[i].amount);
        }
    }
}

rk_status rk__pack_sensitivity(const rk_sensitivity *sensitivity, rk_format format,
                               const rk_sink *sink)
{
    const rk_sensitivity_view *v = rk_sensitivity_read(sensitivity);
    rk__page out;
    rk__pack pack;
    begin(&pack, &out, sink, "How far a measure moves with each thing that is varied", v->of,
          v->title, v->basis, v->currency, v->places);
    for (size_t i = 0; i < v->n_series; i++) {
        const rk_sensitive *s = rk_sensitivity_series(sensitivity, i);
        const rk_tornado_bar *widest = rk_sensitivity_bar(sensitivity, i, 0);
        rk__buf_printf(&out.scratch, "%s: %s is ", s->name, v->measure);
        rk__print_money(&out.scratch, s->base, rk__num_reaches(s->base, 1000) ? 0 : pack.places);
        rk__buf_printf(&out.scratch, " %s", v->currency);
        if (widest != NULL) {
            rk__buf_printf(&out.scratch, "; what moves it most is %s, by ", widest->what);
            rk__pack_say(&pack, widest->swing);
        }
        rk__buf_putc(&out.scratch, '.');
        rk__pack_scratch_sentence(&pack);
    }
    for (size_t i = 0; i < v->n_series && v->n_varied > 0; i++) {
        tornado(&pack, sensitivity, i);
    }
    rk__pack_table *chances = NULL;
    for (size_t i = 0; i < v->n_series; i++) {
        const rk_chances *c = rk_sensitivity_chances(sensitivity, i);
        if (c->expected == NULL) {
            continue;
        }
        if (chances == NULL) {
            chances = rk__pack_table_new(&pack, "Chances", "What chance makes of the measure");
            rk__pack_columns(chances, "ttmp", v->is_system ? "Scenario" : "Contract", "Figure",
                             "Amount", "Chance");
        }
        chance_rows(&pack, chances, rk_sensitivity_series(sensitivity, i)->name, c);
    }
    return rk__pack_end(&pack, format);
}

/* ------------------------------------------------------------------ sweeps */

rk_status rk__pack_sweep(const rk_sweep *sweep, rk_format format, const rk_sink *sink)
{
    const rk_sweep_view *v = rk_sweep_read(sweep);
    rk__page out;
    rk__pack pack;
    begin(&pack, &out, sink, "A measure at every point of a grid", v->of, v->title, "actual",
          v->currency, v->places);
    const size_t most = RK__PACK_COLUMNS - 1;
    const size_t n_varied = v->n_varied < most ? v->n_varied : most;
    const size_t room = most - n_varied;
    const size_t n_measures = v->n_measures < room ? v->n_measures : room;
    rk__pack_table *table = rk__pack_table_new(&pack, "Sweep", "The measure at each point");
    rk__pack_column_add(table, v->is_system ? "Scenario" : "Contract", RK__PACK_TEXT, false);
    for (size_t i = 0; i < n_varied; i++) {
        rk__pack_column_add(table, rk_sweep_varied(sweep, i), RK__PACK_QUANTITY, false);
    }
    for (size_t m = 0; m < n_measures; m++) {
        rk__pack_column_add(table, rk_sweep_measure(sweep, m), RK__PACK_MONEY, false);
    }
    for (size_t s = 0; s < v->n_series; s++) {
        const size_t from = table->n_rows;
        for (size_t row = 0; row < v->n_rows && !out.failed; row++) {
            rk__pack_cell *cells = rk__pack_row_add(&pack, table);
            rk__pack_set_text(&cells[0], rk_sweep_series(sweep, s));
            for (size_t i = 0; i < n_varied; i++) {
                varied_cell(&pack, &cells[1 + i], rk_sweep_value(sweep, row, i), false);
            }
            for (size_t m = 0; m < n_measures; m++) {
                rk__pack_money(&pack, &cells[1 + n_varied + m],
                               rk_sweep_measured(sweep, row, s, m));
            }
        }
        if (v->n_varied == 1 && v->n_rows <= ROWS_OF_A_CHART) {
            rk__buf_printf(&out.scratch, "%s by %s: %s", rk_sweep_measure(sweep, 0),
                           rk_sweep_varied(sweep, 0), rk_sweep_series(sweep, s));
            rk__pack_figure *f =
                rk__pack_figure_add(&pack, table, RK__PACK_BARS, rk__pack_take(&pack),
                                    "A bar for each value of what is varied.");
            f->label = 1;
            f->from = from;
            for (size_t m = 0; m < n_measures; m++) {
                f->values[f->n_values++] = 1 + n_varied + m;
            }
        }
    }
    rk__buf_printf(&out.scratch, "%zu points of %s", v->n_rows, rk_sweep_varied(sweep, 0));
    for (size_t i = 1; i < v->n_varied; i++) {
        rk__buf_printf(&out.scratch, " x %s", rk_sweep_varied(sweep, i));
    }
    rk__buf_putc(&out.scratch, '.');
    rk__pack_scratch_sentence(&pack);
    return rk__pack_end(&pack, format);
}
