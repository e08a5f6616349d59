/* SPDX-License-Identifier: MIT
 *
 * pack_variance.c: packs of variances: the bridge from the plan to the actual, the year, groups
 * and what moved most; then the ledgers of both sides.
 */
#include "report/pack.h"
#include "report/questions.h"

#define ROWS_OF_A_CHART 40
#define OWN_COLUMNS     11 /* of a table of groups, beside the columns it is grouped by */

typedef struct held {
    rk__pack *pack;
    const rk_variance *of;
    const rk_variance_view *view;
    size_t index, n; /* of the variances in the pack */
} held;

/* "Bridge", or of several "Bridge 2"; a workbook has no two sheets of one name. */
static const char *sheet_name(const held *h, const char *name)
{
    rk__buf_puts(&h->pack->out->scratch, name);
    if (h->n > 1) {
        rk__buf_printf(&h->pack->out->scratch, " %zu", h->index + 1);
    }
    return rk__pack_take(h->pack);
}

static void minus(rk__pack_cell *cell, size_t from, size_t less)
{
    if (cell->number) {
        cell->formula = RK__PACK_MINUS;
        cell->column = from;
        cell->from = less;
    }
}

static void bridge(const held *h)
{
    const rk_variance_view *v = h->view;
    rk__page *out = h->pack->out;
    rk__buf_printf(&out->scratch, "From '%s' to '%s'", v->plan_name, v->actual_name);
    const char *title = rk__pack_take(h->pack); /* before the name: both are made in one buffer */
    rk__pack_table *table = rk__pack_table_new(h->pack, sheet_name(h, "Variance"), title);
    rk__pack_columns(table, "tM", "Step", "Amount");
    if (v->selection != NULL) {
        rk__buf_printf(&out->scratch, "Periods %s.", v->selection);
        table->note = rk__pack_take(h->pack);
    }
    rk__pack_cell *cells = rk__pack_row_add(h->pack, table);
    rk__pack_set_text(&cells[0], v->plan_name);
    rk__pack_money(h->pack, &cells[1], v->plan);
    for (size_t i = 0; i < v->n_steps; i++) {
        const rk_variance_step *step = rk_variance_step_at(h->of, i);
        cells = rk__pack_row_add(h->pack, table);
        rk__variance_step_say(&out->scratch, step);
        rk__pack_set_text(&cells[0], rk__pack_take(h->pack));
        rk__pack_money(h->pack, &cells[1], step->amount);
    }
    rk__pack_total(h->pack, table, v->actual_name);
    rk__pack_figure *f =
        rk__pack_figure_add(h->pack, table, RK__PACK_BRIDGE, table->title,
                            "Steps from the plan to the actual: what the number of units, their "
                            "mix, their prices and each other component add or take away.");
    f->values[f->n_values++] = 1;
    f->from = 1;
    rk__pack_money(h->pack, &f->start, v->plan);
    rk__pack_money(h->pack, &f->finish, v->actual);
    f->start_name = v->plan_name;
    f->finish_name = v->actual_name;
}

static void year_row(const held *h, rk__pack_table *table, const char *what, rk_num plan,
                     rk_num actual, rk_num variance)
{
    rk__pack_cell *cells = rk__pack_row_add(h->pack, table);
    rk__pack_set_text(&cells[0], what);
    rk__pack_money(h->pack, &cells[1], plan);
    rk__pack_money(h->pack, &cells[2], actual);
    rk__pack_money(h->pack, &cells[3], variance);
    if (cells[1].number && cells[2].number) {
        minus(&cells[3], 2, 1);
    }
}

static void year(const held *h)
{
    const rk_variance_forecast *f = rk_variance_year(h->of);
    if (f == NULL) {
        return;
    }
    rk__pack_table *table = rk__pack_table_new(h->pack, sheet_name(h, "Forecast"),
                                               "The year to date, and a forecast of the year");
    table->note = f->assumption;
    rk__pack_columns(table, "tmmm", "", "Plan", "Actual or forecast", "Variance");
    year_row(h, table, "Year to date", f->plan_to_date, f->actual_to_date, f->variance_to_date);
    year_row(h, table, "Year, forecast", f->plan, f->forecast, f->variance);
    rk__pack_figure *figure =
        rk__pack_figure_add(h->pack, table, RK__PACK_BARS, "Plan and actual",
                            "A bar for the plan and one for what was done, or is forecast.");
    figure->values[figure->n_values++] = 1;
    figure->values[figure->n_values++] = 2;
}

static void key_columns(rk__pack_table *table, const rk_variance_table *of)
{
    for (size_t i = 0; i < of->n_columns; i++) {
        rk__pack_column_add(table, of->columns[i], RK__PACK_TEXT, false);
    }
}

/* Plan and actual quantity, plan, actual and variance, from column `at` on. */
static void line_cells(const held *h, const rk_variance_table *of, const rk_variance_line *line,
                       rk__pack_cell *cells)
{
    const size_t at = of->n_columns;
    for (size_t i = 0; i < at; i++) {
        rk__pack_set_text(&cells[i], line->texts[i] != NULL ? line->texts[i] : "(blank)");
    }
    rk__pack_decimal(h->pack, &cells[at], line->plan_quantity);
    rk__pack_decimal(h->pack, &cells[at + 1], line->actual_quantity);
    rk__pack_money(h->pack, &cells[at + 2], line->plan);
    rk__pack_money(h->pack, &cells[at + 3], line->actual);
    rk__pack_money(h->pack, &cells[at + 4], line->variance);
    minus(&cells[at + 4], at + 3, at + 2);
}

static void line_bars(const held *h, rk__pack_table *table, const rk_variance_table *of,
                      const char *title)
{
    const char *says = "A bar for each: to the right it is above the plan, to the left below.";
    if (table->n_rows == 0 || table->n_rows > ROWS_OF_A_CHART || of->n_columns != 1) {
        return;
    }
    rk__pack_figure *f = rk__pack_figure_add(h->pack, table, RK__PACK_BARS, title, says);
    f->values[f->n_values++] = of->n_columns + 4;
}

/* "period and pod" */
static const char *names_of(const held *h, const rk_variance_table *of)
{
    for (size_t i = 0; i < of->n_columns; i++) {
        rk__buf_printf(&h->pack->out->scratch, "%s%s",
                       i == 0                  ? ""
                       : i + 1 < of->n_columns ? ", "
                                               : " and ",
                       of->columns[i]);
    }
    return rk__pack_take(h->pack);
}

#define EFFECTS                                                                       \
    6 /* volume, mix, price; new, gone and unpriced, which are shown if there are any \
       */
#define ALWAYS 3

/* An effect of a line, or (from EFFECTS on) the price of an element. */
static rk_num effect_of(const rk_variance_line *line, size_t index)
{
    const rk_num effects[EFFECTS] = {line->volume, line->mix,  line->price,
                                     line->added,  line->gone, line->unpriced};
    return index < EFFECTS         ? effects[index]
           : line->element != NULL ? line->element[index - EFFECTS]
                                   : NULL;
}

static bool any_effect(const held *h, size_t table, size_t index)
{
    for (size_t i = 0; i < rk_variance_table_at(h->of, table)->n_lines; i++) {
        if (rk__num_sign(effect_of(rk_variance_group(h->of, table, i), index)) != 0) {
            return true;
        }
    }
    return false;
}

/* Adds a column for each effect that there is; fills `effects` and returns their number. */
static size_t effect_columns(const held *h, rk__pack_table *table, size_t index,
                             size_t effects[RK__PACK_COLUMNS])
{
    static const char *const titles[] = {"Volume", "Mix", "Price", "New", "Gone", "Unpriced"};
    rk__pack *pack = h->pack;
    size_t n = 0;
    size_t elements = 0;
    for (size_t e = 0; e < h->view->n_elements; e++) {
        elements += any_effect(h, index, EFFECTS + e);
    }
    const bool room = table->n_columns + EFFECTS + elements <= RK__PACK_COLUMNS;
    for (size_t k = 0; k < EFFECTS + h->view->n_elements; k++) {
        const bool element = k >= EFFECTS;
        /* One element is the price. */
        if ((element && (!room || elements < 2)) || (k >= ALWAYS && !any_effect(h, index, k))) {
            continue;
        }
        if (element) {
            rk__buf_printf(&pack->out->scratch, "Price: %s",
                           rk_variance_element(h->of, k - EFFECTS));
        }
        rk__pack_column_add(table, element ? rk__pack_take(pack) : titles[k], RK__PACK_MONEY, true);
        effects[n++] = k;
    }
    return n;
}

static void groups(const held *h, size_t index)
{
    const rk_variance_table *of = rk_variance_table_at(h->of, index);
    rk__pack *pack = h->pack;
    size_t effects[RK__PACK_COLUMNS];
    if (of->n_columns + OWN_COLUMNS > RK__PACK_COLUMNS) {
        return;
    }
    const char *names = names_of(h, of);
    rk__buf_printf(&pack->out->scratch, "Groups %zu", index + 1);
    const char *sheet = sheet_name(h, rk__pack_take(pack));
    rk__buf_printf(&pack->out->scratch, "By %s", names);
    rk__pack_table *table = rk__pack_table_new(pack, sheet, rk__pack_take(pack));
    table->note = "Rows that are priced: each effect is a part of the variance.";
    key_columns(table, of);
    rk__pack_columns(table, "qqMMM", "Planned", "Done", "Plan", "Actual", "Variance");
    const size_t n = effect_columns(h, table, index, effects);
    for (size_t i = 0; i < of->n_lines; i++) {
        const rk_variance_line *line = rk_variance_group(h->of, index, i);
        rk__pack_cell *cells = rk__pack_row_add(pack, table);
        line_cells(h, of, line, cells);
        for (size_t k = 0; k < n; k++) {
            rk__pack_money(pack, &cells[of->n_columns + 5 + k], effect_of(line, effects[k]));
        }
    }
    rk__pack_total(pack, table, "Total");
    rk__buf_printf(&pack->out->scratch, "Variance by %s", names);
    line_bars(h, table, of, rk__pack_take(pack));
}

static void movers(const held *h)
{
    const rk_variance_table *of = rk_variance_keys(h->of);
    if (h->view->n_movers == 0 || of->n_columns == 0 || of->n_columns + 5 > RK__PACK_COLUMNS) {
        return;
    }
    rk__pack_table *table = rk__pack_table_new(h->pack, sheet_name(h, "Movers"), "What moved most");
    key_columns(table, of);
    rk__pack_columns(table, "qqmmm", "Planned", "Done", "Plan", "Actual", "Variance");
    for (size_t i = 0; i < h->view->n_movers; i++) {
        line_cells(h, of, rk_variance_mover(h->of, i), rk__pack_row_add(h->pack, table));
    }
}

static void unpriced(const held *h)
{
    const uint64_t rows[] = {h->view->plan_unpriced, h->view->actual_unpriced};
    const char *const names[] = {h->view->plan_name, h->view->actual_name};
    for (size_t i = 0; i < 2; i++) {
        if (rows[i] > 0) {
            rk__variance_unpriced_say(&h->pack->out->scratch, names[i], rows[i]);
            rk__pack_scratch_sentence(h->pack);
        }
    }
}

/* The ledgers of both sides, and what they were made from; a side that was read from a result
 * document has none. */
static void ledgers(rk__pack *pack, const rk_variance *const *variances, size_t n)
{
    rk__arena *arena = &pack->out->arena;
    const rk_result **results = rk__arena_alloc(arena, (2 * n + 1) * sizeof(*results));
    const char **names = rk__arena_alloc(arena, (2 * n + 1) * sizeof *names);
    rk__pack_of_results of = {.pack = pack, .results = results, .names = names};
    for (size_t i = 0; i < 2 * n && results != NULL && names != NULL; i++) {
        const rk_variance_view *v = rk_variance_read(variances[i / 2]);
        const char *name = i % 2 == 0 ? v->plan_name : v->actual_name;
        const rk_result *result = rk_variance_result(variances[i / 2], i % 2 == 1);
        bool seen = result == NULL;
        for (size_t k = 0; k < of.n; k++) {
            seen |= strcmp(names[k], name) == 0;
        }
        if (!seen) {
            names[of.n] = name;
            results[of.n++] = result;
        }
    }
    of.first = rk__arena_alloc(arena, (2 * of.n + 1) * sizeof *of.first);
    if (of.first == NULL || results == NULL || names == NULL) {
        pack->out->failed = true;
        return;
    }
    of.end = of.first + of.n;
    if (of.n > 0) {
        rk__pack_ledgers(&of);
        rk__pack_unpriced(&of);
        rk__pack_results_findings(&of);
        rk__pack_assumptions(&of);
        rk__pack_provenance(&of);
        rk__pack_steps(&of);
    }
}

rk_status rk__pack_variances(const rk_variance *const *variances, size_t n, rk_format format,
                             const rk_sink *sink)
{
    rk__page out;
    rk__pack pack;
    const rk_variance_view *first = rk_variance_read(variances[0]);
    rk__pack_begin(&pack, &out, sink);
    pack.kind = "What makes the difference: volume, mix and price";
    pack.id = first->contract;
    pack.title = first->title;
    pack.basis = rk__basis_sentence(first->basis);
    pack.currency = first->currency;
    for (size_t i = 0; i < n; i++) {
        const int places = rk_variance_read(variances[i])->places;
        pack.places = i == 0 || places > pack.places ? places : pack.places;
    }
    out.places = pack.places;
    for (size_t i = 0; i < n; i++) {
        const held h = {&pack, variances[i], rk_variance_read(variances[i]), i, n};
        rk__variance_say(&out, &out.scratch, h.view);
        rk__pack_scratch_sentence(&pack);
        unpriced(&h);
    }
    for (size_t i = 0; i < n; i++) {
        const held h = {&pack, variances[i], rk_variance_read(variances[i]), i, n};
        bridge(&h);
        year(&h);
        for (size_t t = 0; t < h.view->n_tables; t++) {
            groups(&h, t);
        }
        movers(&h);
    }
    ledgers(&pack, variances, n);
    return rk__pack_end(&pack, format);
}
