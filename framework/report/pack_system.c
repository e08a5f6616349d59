/* SPDX-License-Identifier: MIT
 *
 * pack_system.c: packs of systems: a sentence for each scenario, positions by period, what moves
 * them, who pays whom, income and cost, contracts, and what is paid twice or by nobody.
 */
#include "report/pack_system.h"

#define PERIODS_MOST (RK__PACK_COLUMNS - 3)
#define STEPS_MOST   4000
#define STEPS_DEEP   12

static const rk_scenario_result *scenario_of(const rk__pack_of_system *s, size_t index)
{
    return rk__syspage_scenario(&s->page, index);
}

/* --------------------------------------------------------------- positions */

static void period_columns(const rk__pack_of_system *s, rk__pack_table *table)
{
    rk__pack_columns(table, "tt", "Scenario", "Organisation");
    for (size_t k = 0; k < s->shown; k++) {
        rk__pack_column_add(table, rk_system_period_id(s->page.result, k), RK__PACK_MONEY, false);
    }
    if (s->shown < s->view->n_periods) {
        table->note = "The first periods; 'Income and cost' has all.";
    } else if (s->shown > 1) {
        rk__pack_column_add(table, "All", RK__PACK_MONEY, false);
    }
}

/* The sum of the periods, where there is a column for it. */
static void across(const rk__pack_of_system *s, rk__pack_table *table, rk__pack_cell *cells,
                   rk_num sum)
{
    if (table->n_columns == s->shown + 3) {
        rk__pack_money(s->pack, &cells[s->shown + 2], sum);
        if (cells[s->shown + 2].number) {
            cells[s->shown + 2].formula = RK__PACK_ACROSS;
            cells[s->shown + 2].column = 2;
            cells[s->shown + 2].to = s->shown + 2;
        }
    }
}

static void position_row(const rk__pack_of_system *s, rk__pack_table *table, size_t scenario,
                         size_t organisation)
{
    rk__nums *nums = &s->pack->out->nums;
    rk__pack_cell *cells = rk__pack_row_add(s->pack, table);
    rk_num sum = rk__num_from_int(nums, 0);
    rk__pack_set_text(&cells[0], scenario_of(s, scenario)->name);
    rk__pack_set_text(&cells[1], rk__syspage_name(&s->page, organisation));
    for (size_t k = 0; k < s->shown; k++) {
        const rk_num after = rk__foot_position(&s->foot, scenario, k, organisation)->after;
        rk__pack_money(s->pack, &cells[2 + k], after);
        sum = rk__num_add(nums, sum, after);
    }
    across(s, table, cells, sum);
}

/* What the pool leaves to nobody, so that the organisations add up to the system. */
static void residual_row(const rk__pack_of_system *s, rk__pack_table *table, size_t scenario)
{
    rk__nums *nums = &s->pack->out->nums;
    rk_num sum = rk__num_from_int(nums, 0);
    rk_num *left = rk__arena_alloc(&s->pack->out->arena, (s->shown + 1) * sizeof(rk_num));
    bool any = false;
    if (left == NULL) {
        s->pack->out->failed = true;
        return;
    }
    for (size_t k = 0; k < s->shown; k++) {
        left[k] = rk__foot_period(&s->foot, scenario, k)->system;
        for (size_t o = 0; o < s->view->n_organisations; o++) {
            if (rk__syspage_counts(&s->page, o)) {
                left[k] =
                    rk__num_sub(nums, left[k], rk__foot_position(&s->foot, scenario, k, o)->after);
            }
        }
        any |= rk__num_sign(left[k]) != 0;
        sum = rk__num_add(nums, sum, left[k]);
    }
    if (any) {
        rk__pack_cell *cells = rk__pack_row_add(s->pack, table);
        rk__pack_set_text(&cells[0], scenario_of(s, scenario)->name);
        rk__pack_set_text(&cells[1], rk__syspage_rest_name(&s->page, scenario));
        for (size_t k = 0; k < s->shown; k++) {
            rk__pack_money(s->pack, &cells[2 + k], left[k]);
        }
        across(s, table, cells, sum);
    }
}

static void system_row(const rk__pack_of_system *s, rk__pack_table *table, size_t scenario,
                       size_t from)
{
    rk__nums *nums = &s->pack->out->nums;
    const size_t to = table->n_rows;
    rk__pack_cell *cells = rk__pack_row_add(s->pack, table);
    rk_num sum = rk__num_from_int(nums, 0);
    if (to < table->n_rows) { /* or the row lacked memory */
        table->rows[to].bold = true;
    }
    rk__pack_set_text(&cells[0], scenario_of(s, scenario)->name);
    rk__pack_set_text(&cells[1], "System");
    for (size_t k = 0; k < s->shown; k++) {
        const rk_num system = rk__foot_period(&s->foot, scenario, k)->system;
        rk__pack_money(s->pack, &cells[2 + k], system);
        sum = rk__num_add(nums, sum, system);
        if (cells[2 + k].number) {
            cells[2 + k].formula = RK__PACK_SUM;
            cells[2 + k].column = 2 + k;
            cells[2 + k].from = from;
            cells[2 + k].to = to;
        }
    }
    across(s, table, cells, sum);
}

static void positions(const rk__pack_of_system *s)
{
    rk__pack *pack = s->pack;
    rk__pack_table *table = rk__pack_table_new(
        pack, "Positions", s->view->pooled ? "Positions after the pool" : "Positions");
    period_columns(s, table);
    for (size_t i = 0; i < s->view->n_scenarios; i++) {
        const size_t from = table->n_rows;
        for (size_t o = 0; o < s->view->n_organisations; o++) {
            if (rk__syspage_counts(&s->page, o)) {
                position_row(s, table, i, o);
            }
        }
        residual_row(s, table, i);
        system_row(s, table, i, from);
        rk__buf_printf(&pack->out->scratch, "Surplus or deficit of each organisation: %s",
                       scenario_of(s, i)->name);
        const char *title = rk__pack_take(pack);
        rk__pack_figure *f = rk__pack_figure_add(
            pack, table, RK__PACK_BARS, title,
            "A bar for each organisation: to the right a surplus, to the left a deficit, over all "
            "periods.");
        f->label = 1;
        f->values[f->n_values++] = table->n_columns == s->shown + 3 ? s->shown + 2 : s->shown + 1;
        f->from = from;
    }
}

/* ------------------------------------------------------------- scenarios */

/* Periods that a board's table has room for. */
#define BOARD_PERIODS 5

static const char *when(const rk__pack_of_system *s, int period, const char *never)
{
    return period == RK_NEVER ? never : rk_system_period_id(s->page.result, (size_t) period);
}

/* The system in each scenario: the first table, which a board reads. */
static void scenarios(const rk__pack_of_system *s)
{
    rk__pack *pack = s->pack;
    rk__pack_table *table = rk__pack_table_new(pack, "Scenarios", "The system's position");
    const size_t periods = s->view->n_periods <= BOARD_PERIODS ? s->view->n_periods : 0;
    rk__pack_columns(table, "t", "Scenario");
    for (size_t k = 0; k < periods; k++) {
        rk__pack_column_add(table, rk_system_period_id(s->page.result, k), RK__PACK_MONEY, false);
    }
    const size_t all = table->n_columns;
    rk__pack_columns(table, "mmttt", "All periods", "Lowest so far", "Lowest in", "Pays back by",
                     "First in balance");
    for (size_t i = 0; i < s->view->n_scenarios; i++) {
        const rk_balance b = rk__foot_balance(&s->foot, i, RK_WHOLE_SYSTEM);
        rk__pack_cell *cells = rk__pack_row_add(pack, table);
        rk__pack_set_text(&cells[0], scenario_of(s, i)->name);
        for (size_t k = 0; k < periods; k++) {
            rk__pack_money(pack, &cells[1 + k], rk__foot_period(&s->foot, i, k)->system);
        }
        rk__pack_money(pack, &cells[all], b.total);
        if (periods > 0 && cells[all].number) {
            cells[all].formula = RK__PACK_ACROSS;
            cells[all].column = 1;
            cells[all].to = all;
        }
        rk__pack_money(pack, &cells[all + 1], b.trough);
        rk__pack_set_text(&cells[all + 2], when(s, b.trough_at, ""));
        rk__pack_set_text(&cells[all + 3], b.has_payback
                                               ? when(s, b.payback, "not within these periods")
                                               : "never below zero");
        rk__pack_set_text(&cells[all + 4], when(s, b.first, "never"));
    }
    rk__pack_figure *f =
        rk__pack_figure_add(pack, table, RK__PACK_BARS, "The system's position over all periods",
                            "A bar for each scenario: to the right the system has money left, to "
                            "the left it is short.");
    f->values[f->n_values++] = all;
}

/* The system's position so far, a line for each scenario. */
static void cumulative(const rk__pack_of_system *s)
{
    rk__pack *pack = s->pack;
    if (s->shown < 2) {
        return;
    }
    rk__pack_table *table =
        rk__pack_table_new(pack, "Cumulative", "The system's position, added up over time");
    period_columns(s, table);
    table->n_columns = s->shown + 2; /* without the sum */
    for (size_t i = 0; i < s->view->n_scenarios; i++) {
        rk__pack_cell *cells = rk__pack_row_add(pack, table);
        rk__pack_set_text(&cells[0], scenario_of(s, i)->name);
        rk__pack_set_text(&cells[1], "System");
        for (size_t k = 0; k < s->shown; k++) {
            rk__pack_money(pack, &cells[2 + k], rk__foot_period(&s->foot, i, k)->cumulative);
        }
    }
    rk__pack_figure *f = rk__pack_figure_add(
        pack, table, RK__PACK_LINES, "The system's position, added up over time",
        "A line for each scenario. Below zero the system has spent more than it was given.");
    for (size_t k = 0; k < s->shown; k++) {
        f->values[f->n_values++] = 2 + k;
    }
}

/* ------------------------------------------------------------------ bridge */

static const char *const step_titles[RK_N_BRIDGE_STEPS] = {
    "Price", "Activity", "Cost saved", "Stranded cost", "Double running",
    "VAT",   "Grants",   "Other",      "Pool"};

static void bridge(const rk__pack_of_system *s, size_t scenario)
{
    rk__pack *pack = s->pack;
    const rk_scenario_result *to = scenario_of(s, scenario);
    rk__buf_printf(&pack->out->scratch, "What moves the system from '%s' to '%s'",
                   scenario_of(s, 0)->name, to->name);
    const char *title = rk__pack_take(pack);
    rk__buf_printf(&pack->out->scratch, "Bridge %zu", scenario);
    rk__pack_table *table = rk__pack_table_new(pack, rk__pack_take(pack), title);
    rk__pack_columns(table, "tM", "Step", "Change of the position");
    rk_num steps[RK_N_BRIDGE_STEPS] = {NULL};
    (void) rk__foot_bridge(&s->foot, scenario, RK_WHOLE_SYSTEM, steps);
    for (int k = 0; k < RK_N_BRIDGE_STEPS; k++) {
        const rk_num step = steps[k];
        if (rk__num_sign(step) != 0) {
            rk__pack_cell *cells = rk__pack_row_add(pack, table);
            rk__pack_set_text(&cells[0], step_titles[k]);
            rk__pack_money(pack, &cells[1], step);
        }
    }
    if (table->n_rows == 0) {
        table->note = "Nothing moves it: over all periods both scenarios leave it the same.";
        return;
    }
    rk__pack_total(pack, table, "Change");
    rk__pack_figure *f = rk__pack_figure_add(
        pack, table, RK__PACK_BRIDGE, title,
        "Steps from the system's position in one scenario to that in the other, over all periods.");
    f->values[f->n_values++] = 1;
    rk__pack_money(pack, &f->start, rk__foot_balance(&s->foot, 0, RK_WHOLE_SYSTEM).total);
    rk__pack_money(pack, &f->finish, rk__foot_balance(&s->foot, scenario, RK_WHOLE_SYSTEM).total);
    f->start_name = scenario_of(s, 0)->name;
    f->finish_name = to->name;
}

static void bridges_by_organisation(const rk__pack_of_system *s)
{
    rk__pack *pack = s->pack;
    rk__pack_table *table =
        rk__pack_table_new(pack, "Moves", "What moves each organisation from the first scenario");
    table->folded = true;
    rk__pack_columns(table, "tt", "Scenario", "Organisation");
    for (int k = 0; k < RK_N_BRIDGE_STEPS; k++) {
        rk__pack_column_add(table, step_titles[k], RK__PACK_MONEY, false);
    }
    rk__pack_column_add(table, "Change", RK__PACK_MONEY, false);
    for (size_t i = 1; i < s->view->n_scenarios; i++) {
        for (size_t o = 0; o < s->view->n_organisations; o++) {
            if (!rk__syspage_counts(&s->page, o)) {
                continue;
            }
            rk__pack_cell *cells = rk__pack_row_add(pack, table);
            rk_num sum = rk__num_from_int(&pack->out->nums, 0);
            rk__pack_set_text(&cells[0], scenario_of(s, i)->name);
            rk__pack_set_text(&cells[1], rk__syspage_name(&s->page, o));
            rk_num steps[RK_N_BRIDGE_STEPS] = {NULL};
            (void) rk__foot_bridge(&s->foot, i, o, steps);
            for (int k = 0; k < RK_N_BRIDGE_STEPS; k++) {
                const rk_num step =
                    steps[k] != NULL ? steps[k] : rk__num_from_int(&pack->out->nums, 0);
                rk__pack_money(pack, &cells[2 + k], step);
                sum = rk__num_add(&pack->out->nums, sum, step);
            }
            rk__pack_cell *change = &cells[2 + RK_N_BRIDGE_STEPS];
            rk__pack_money(pack, change, sum);
            if (change->number) {
                change->formula = RK__PACK_ACROSS;
                change->column = 2;
                change->to = 2 + RK_N_BRIDGE_STEPS;
            }
        }
    }
}

/* ---------------------------------------------------------------- evidence */

static void coverage(const rk__pack_of_system *s)
{
    rk__pack *pack = s->pack;
    rk__pack_table *table = rk__pack_table_new(
        pack, "Unpriced", "Activity that nobody pays for, or that is paid for more than once");
    rk__pack_columns(table, "tttttqm", "Scenario", "Period", "Table", "Activity", "Paid by",
                     "Quantity", "Value");
    for (size_t i = 0; i < s->view->n_scenarios; i++) {
        for (size_t k = 0; k < scenario_of(s, i)->n_coverage; k++) {
            const rk_coverage_line *line = rk_scenario_coverage(scenario_of(s, i), k);
            rk__pack_cell *cells = rk__pack_row_add(pack, table);
            rk__pack_set_text(&cells[0], scenario_of(s, i)->name);
            rk__pack_set_text(&cells[1], line->period);
            rk__pack_set_text(&cells[2], line->table);
            rk__pack_set_text(&cells[3], line->pod != NULL ? line->pod : line->rows);
            rk__pack_set_text(&cells[4], line->n_payers == 0 ? "nobody" : line->payers);
            rk__pack_decimal(pack, &cells[5], line->quantity);
            rk__pack_money(pack, &cells[6], line->value);
        }
    }
    table->note = table->n_rows == 0 ? "None: all activity is paid for, once." : NULL;
}

static bool has_finding(const rk_scenario_result *s, const rk_finding *finding)
{
    for (size_t i = 0; i < s->n_findings; i++) {
        if (strcmp(rk_scenario_finding(s, i)->message, finding->message) == 0) {
            return true;
        }
    }
    return false;
}

static void findings(const rk__pack_of_system *s)
{
    rk__pack *pack = s->pack;
    rk__pack_table *table = rk__pack_findings_new(pack);
    for (size_t i = 0; i < s->view->n_scenarios; i++) {
        for (size_t k = 0; k < scenario_of(s, i)->n_findings; k++) {
            const rk_finding *finding = rk_scenario_finding(scenario_of(s, i), k);
            bool seen = false;
            for (size_t j = 0; j < i; j++) {
                seen |= has_finding(scenario_of(s, j), finding);
            }
            if (seen) {
                continue;
            }
            for (size_t j = i; j < s->view->n_scenarios; j++) {
                if (has_finding(scenario_of(s, j), finding)) {
                    rk__buf_printf(&pack->out->scratch, "%s%s", j > i ? ", " : "",
                                   scenario_of(s, j)->name);
                }
            }
            rk__pack_finding(pack, table, rk__pack_take(pack), finding, 0);
        }
    }
    table->note = table->n_rows == 0 ? "None." : NULL;
}

static void assumption(rk__pack *pack, rk__pack_table *table, const char *what, const char *value,
                       const char *url)
{
    if (value != NULL) {
        rk__pack_cell *cells = rk__pack_row_add(pack, table);
        rk__pack_set_text(&cells[0], what);
        rk__pack_set_text(&cells[1], value);
        rk__pack_set_text(&cells[2], url);
    }
}

static void assumptions(const rk__pack_of_system *s)
{
    rk__pack *pack = s->pack;
    rk__pack_table *table = rk__pack_table_new(pack, "Assumptions", "Assumptions and sources");
    rk__pack_columns(table, "ttt", "Of", "Assumption", "Address");
    table->folded = true;
    assumption(pack, table, "figures", s->view->basis != NULL ? s->view->basis : "illustrative",
               NULL);
    assumption(pack, table, "discount rate", s->view->discount_rate, NULL);
    rk__buf_printf(&pack->out->scratch, "%zu", s->view->window);
    assumption(pack, table, "years that the system has to balance over", rk__pack_take(pack), NULL);
    assumption(pack, table, "notes", s->view->notes, NULL);
    for (size_t i = 0; i < s->view->n_scenarios; i++) {
        const rk_scenario_result *scenario = scenario_of(s, i);
        rk__buf_printf(&pack->out->scratch, "scenario '%s'", scenario->name);
        assumption(pack, table, rk__pack_take(pack), scenario->title, NULL);
        for (size_t k = 0; k < scenario->n_conditions; k++) {
            const rk_condition_test *t = rk_scenario_condition(scenario, k);
            rk__buf_printf(&pack->out->scratch, "condition of '%s', %s, %s", t->contract, t->period,
                           scenario->name);
            const char *of = rk__pack_take(pack);
            rk__buf_printf(&pack->out->scratch, "%s %s its control total", t->organisation,
                           t->met ? "met" : "missed");
            assumption(pack, table, of, rk__pack_take(pack), NULL);
        }
    }
    for (size_t i = 0; i < s->view->n_sources; i++) {
        const rk_source_note *note = rk_system_source(s->page.result, i);
        assumption(pack, table, note->of[0] != '\0' ? note->of : "source", note->text, note->url);
    }
}

static void provenance(const rk__pack_of_system *s)
{
    rk__pack_table *table =
        rk__pack_table_new(s->pack, "Provenance", "What these figures were made from");
    rk__pack_columns(table, "tttt", "Kind", "Name", "File", "Version or digest");
    table->folded = true;
    rk__pack_cell *program = rk__pack_row_add(s->pack, table);
    rk__pack_set_text(&program[0], "program");
    rk__pack_set_text(&program[1], "reckon");
    rk__pack_set_text(&program[3], rk_version());
    rk__pack_cell *document = rk__pack_row_add(s->pack, table);
    rk__pack_set_text(&document[0], "system");
    rk__pack_set_text(&document[1], s->view->id);
    rk__pack_set_text(&document[3], s->view->sha256);
    for (size_t i = 0; i < s->view->n_inputs; i++) {
        const rk_system_input *input = rk_system_made_from(s->page.result, i);
        rk__pack_cell *cells = rk__pack_row_add(s->pack, table);
        rk__pack_set_text(&cells[0], input->kind);
        rk__pack_set_text(&cells[1], input->id);
        rk__pack_set_text(&cells[2], input->file);
        rk__pack_set_text(&cells[3], input->digest);
    }
}

/* ---------------------------------------------------- how positions came about */

/* "label = formula = value", and what is below it. */
static void add_step(rk__pack *pack, const rk_step *step, size_t depth, size_t *left)
{
    rk__buf *text = &pack->out->scratch;
    if (*left == 0) {
        return;
    }
    rk__buf_puts(text, step->label != NULL ? step->label : "");
    if (step->formula != NULL && (step->label == NULL || strcmp(step->formula, step->label) != 0)) {
        rk__buf_printf(text, "%s%s", text->length > 0 ? " = " : "", step->formula);
    }
    if (step->value != NULL) {
        rk__buf_puts(text, text->length > 0 ? " = " : "");
        rk__print_grouped(text, step->value);
    }
    rk__pack_step_add(pack, depth, rk__pack_take(pack), step->source);
    --*left;
    for (size_t i = 0; i < step->n_children && depth < STEPS_DEEP; i++) {
        add_step(pack, rk_step_child(step, i), depth + 1, left);
    }
}

/* Folded, by scenario and organisation: only if the result keeps how its positions came about. */
static void steps(const rk__pack_of_system *s)
{
    rk__pack *pack = s->pack;
    const rk_explanation *all = rk_system_result_explanation(s->page.result);
    size_t left = STEPS_MOST;
    for (size_t i = 0; all != NULL && i < s->view->n_scenarios; i++) {
        for (size_t o = 0; o < s->view->n_organisations && left > 0; o++) {
            if (!rk__syspage_counts(&s->page, o)) {
                continue;
            }
            rk__buf_printf(&pack->out->scratch, "%s: %s", scenario_of(s, i)->name,
                           rk__syspage_name(&s->page, o));
            rk__pack_step_add(pack, 0, rk__pack_take(pack), NULL);
            for (size_t k = 0; k < s->view->n_periods; k++) {
                const size_t at = (i * s->view->n_periods + k) * s->view->n_organisations + o;
                add_step(pack, rk_explanation_step(all, at), 1, &left);
            }
        }
    }
    if (left == 0) {
        rk__buf_printf(&pack->out->scratch,
                       "The first %d steps: reckon explain %s --organisation NAME --period NAME "
                       "shows all",
                       STEPS_MOST, s->view->id);
        rk__pack_step_add(pack, 0, rk__pack_take(pack), NULL);
    }
}

rk_status rk__pack_system(const rk_system_result *result, rk_format format, const rk_sink *sink)
{
    rk__page out;
    rk__pack pack;
    rk__pack_begin(&pack, &out, sink);
    rk__pack_of_system s = {
        .pack = &pack,
        .page = {.out = &out, .result = result, .view = rk_system_result_read(result)},
        .view = rk_system_result_read(result)};
    out.places = pack.places = s.view->places;
    rk__syspage_prepare(&s.page);
    rk__system_foot_make(&out, result, true, &s.foot);
    pack.kind = "Will the system's finances balance?";
    pack.id = s.view->id;
    pack.title = s.view->title;
    pack.basis = rk__basis_sentence(s.view->basis);
    pack.currency = s.view->currency;
    s.shown = s.view->n_periods < PERIODS_MOST ? s.view->n_periods : PERIODS_MOST - 1;
    for (size_t i = 0; i < s.view->n_scenarios && !out.failed; i++) {
        rk__syspage_answer(&s.page, i, &out.scratch);
        rk__pack_scratch_sentence(&pack);
    }
    if (!out.failed) {
        scenarios(&s);
        positions(&s);
        cumulative(&s);
        for (size_t i = 1; i < s.view->n_scenarios; i++) {
            bridge(&s, i);
        }
        if (s.view->n_scenarios > 1) {
            bridges_by_organisation(&s);
        }
        rk__pack_system_money(&s);
        coverage(&s);
        findings(&s);
        assumptions(&s);
        provenance(&s);
        steps(&s);
    }
    return rk__pack_end(&pack, format);
}
