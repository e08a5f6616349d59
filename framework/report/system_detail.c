/* SPDX-License-Identifier: MIT
 *
 * system_detail.c: what the first page of a system leaves out: scenarios side by side, and each
 * scenario period by period.
 */
#include "report/system_page.h"

#include "report/report.h"

/* ---------------------------------------------------------- scenarios side by side */

static const rk_balance *balance_at(const rk__system_page *p, size_t index)
{
    return rk_scenario_balance(rk__syspage_scenario(p, index));
}

static void period_cell(const rk__system_page *p, rk__sheet *sheet, int index, const char *never)
{
    rk__sheet_cell(sheet,
                   index == RK_NEVER ? never : rk_system_period_id(p->result, (size_t) index));
}

typedef rk_num of_scenario(const rk_scenario_result *s, size_t n_periods, rk__nums *nums);

static rk_num total_of(const rk_scenario_result *s, size_t n, rk__nums *nums)
{
    (void) n;
    (void) nums;
    return rk_scenario_balance(s)->total;
}

/* The sum of a member over all periods. */
#define SUM_OF(member)                                                               \
    static rk_num member##_of(const rk_scenario_result *s, size_t n, rk__nums *nums) \
    {                                                                                \
        rk_num sum = rk__num_from_int(nums, 0);                                      \
        for (size_t i = 0; i < n; i++) {                                             \
            sum = rk__num_add(nums, sum, rk_scenario_period(s, i)->member);          \
        }                                                                            \
        return sum;                                                                  \
    }
SUM_OF(stranded)
SUM_OF(double_running)
SUM_OF(vat)
#undef SUM_OF

/* A row of amounts, left out where all are zero and `always` is not set. */
static void amounts_row(const rk__system_page *p, rk__sheet *sheet, const char *label,
                        of_scenario *amount, rk__row_kind kind, bool always)
{
    bool any = always;
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        any |= rk__num_sign(
                   amount(rk__syspage_scenario(p, i), p->view->n_periods, &p->out->nums)) != 0;
    }
    if (!any) {
        return;
    }
    rk__sheet_row(sheet, kind);
    rk__sheet_cell(sheet, label);
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        rk__syspage_money(p, sheet,
                          amount(rk__syspage_scenario(p, i), p->view->n_periods, &p->out->nums));
    }
}

static void balance_rows(const rk__system_page *p, rk__sheet *sheet)
{
    const rk_system_view *r = p->view;
    rk__sheet_row(sheet, RK__ROW_LINE);
    rk__syspage_text(sheet, p->view->yearly ? "First year" : "First period", " in balance");
    for (size_t i = 0; i < r->n_scenarios; i++) {
        period_cell(p, sheet, balance_at(p, i)->first, "none");
    }
    if (r->window > 1) {
        rk__sheet_row(sheet, RK__ROW_LINE);
        rk__buf_printf(&sheet->out->scratch, "Balances over %zu years, by", r->window);
        rk__sheet_scratch(sheet);
        for (size_t i = 0; i < r->n_scenarios; i++) {
            period_cell(p, sheet, balance_at(p, i)->window_first,
                        balance_at(p, i)->window_tested ? "never" : "not tested");
        }
    }
    rk__sheet_row(sheet, RK__ROW_LINE);
    rk__sheet_cell(sheet, "Lowest cumulative position");
    for (size_t i = 0; i < r->n_scenarios; i++) {
        rk__syspage_money(p, sheet, balance_at(p, i)->trough);
    }
    rk__sheet_row(sheet, RK__ROW_LINE);
    rk__sheet_cell(sheet, "Pays back in");
    for (size_t i = 0; i < r->n_scenarios; i++) {
        const rk_balance *b = balance_at(p, i);
        period_cell(p, sheet, b->payback, b->has_payback ? "not yet" : "never below zero");
    }
    if (r->discount_rate != NULL) {
        rk__nums *nums = &p->out->nums;
        const char *why = NULL;
        const rk_num rate = rk__num_mul(nums, rk__num_parse(nums, r->discount_rate, true, -1, &why),
                                        rk__num_from_int(nums, 100));
        rk__sheet_row(sheet, RK__ROW_LINE);
        rk__buf_puts(&sheet->out->scratch, "Net present value at ");
        rk__num_print_trimmed(&sheet->out->scratch, rate, 3);
        rk__buf_putc(&sheet->out->scratch, '%');
        rk__sheet_scratch(sheet);
        for (size_t i = 0; i < r->n_scenarios; i++) {
            rk__syspage_money(p, sheet, balance_at(p, i)->npv);
        }
    }
}

static void side_by_side(const rk__system_page *p)
{
    const rk_system_view *r = p->view;
    rk__sheet sheet;
    rk__syspage_heading(p, 2, "Does the system balance?", "");
    rk__sheet_init(&sheet, p->out);
    rk__sheet_column(&sheet, "", RK__ALIGN_LEFT);
    for (size_t i = 0; i < r->n_scenarios; i++) {
        rk__sheet_column(&sheet, rk__syspage_scenario(p, i)->name, RK__ALIGN_RIGHT);
    }
    for (size_t k = 0; k < r->n_periods; k++) {
        rk__sheet_row(&sheet, RK__ROW_LINE);
        rk__sheet_cell(&sheet, rk_system_period_id(p->result, k));
        for (size_t i = 0; i < r->n_scenarios; i++) {
            rk__syspage_money(p, &sheet, rk_scenario_period(rk__syspage_scenario(p, i), k)->system);
        }
    }
    if (r->n_periods > 1) {
        amounts_row(p, &sheet, "All periods", total_of, RK__ROW_TOTAL, true);
        balance_rows(p, &sheet);
    }
    amounts_row(p, &sheet, "Stranded cost", stranded_of, RK__ROW_LINE, false);
    amounts_row(p, &sheet, "Double-running cost", double_running_of, RK__ROW_LINE, false);
    amounts_row(p, &sheet, "VAT that leaves", vat_of, RK__ROW_LINE, false);
    rk__syspage_table(p, &sheet);
}

/* ------------------------------------------------------------------- positions */

typedef struct shown_columns {
    bool pool, owners, control;
} shown_columns;

static shown_columns columns_of(const rk__system_page *p, const rk_scenario_result *s)
{
    shown_columns c = {.pool = p->view->pooled};
    for (size_t k = 0; k < p->view->n_periods; k++) {
        for (size_t o = 0; o < p->view->n_organisations; o++) {
            const rk_position *position = rk_system_period_position(rk_scenario_period(s, k), o);
            c.owners |= rk__num_sign(position->owners) != 0;
            c.control |= position->control_total != NULL;
        }
    }
    return c;
}

static void position_row(const rk__system_page *p, rk__sheet *sheet, const shown_columns *c,
                         const rk_organisation_view *o, const rk_position *position)
{
    rk__nums *nums = &p->out->nums;
    rk__sheet_row(sheet, RK__ROW_LINE);
    rk__syspage_text(sheet, o->title != NULL ? o->title : o->id,
                     o->observer  ? " (observer)"
                     : o->outside ? " (outside)"
                                  : "");
    rk__syspage_money(p, sheet, position->income);
    rk__syspage_money(p, sheet, position->costs);
    rk__syspage_money(p, sheet, position->before);
    if (c->pool) {
        rk__syspage_money(p, sheet, rk__num_add(nums, position->lifted, position->share));
    }
    if (c->owners) {
        rk__syspage_money(p, sheet, position->owners);
    }
    if (c->pool || c->owners) {
        rk__syspage_money(p, sheet, position->after);
    }
    if (c->control) {
        rk__syspage_money(p, sheet, position->group == NULL ? position->control_total : NULL);
        rk__syspage_money(p, sheet, position->group == NULL ? position->against : NULL);
    }
}

/* Rows that are not of one organisation: they fill the column of positions only. */
static void sum_row(const rk__system_page *p, rk__sheet *sheet, const shown_columns *c,
                    const char *label, rk_num before, rk_num after, const rk_position *group,
                    rk__row_kind kind)
{
    rk__sheet_row(sheet, kind);
    rk__sheet_cell(sheet, label);
    rk__sheet_cell(sheet, NULL);
    rk__sheet_cell(sheet, NULL);
    rk__syspage_money(p, sheet, before);
    for (int i = 0; i < c->pool + c->owners; i++) {
        rk__sheet_cell(sheet, NULL);
    }
    if (c->pool || c->owners) {
        rk__syspage_money(p, sheet, after);
    }
    if (c->control) {
        rk__syspage_money(p, sheet, group != NULL ? group->control_total : NULL);
        rk__syspage_money(p, sheet, group != NULL ? group->against : NULL);
    }
}

/* What the pool drew from a reserve that is no organisation's here; NULL: nothing. */
static rk_num reserve_of(const rk__system_page *p, const rk_system_period *outcome)
{
    rk__nums *nums = &p->out->nums;
    rk_num rest = outcome->drawn != NULL ? outcome->system : NULL;
    if (rest == NULL || rk__num_sign(outcome->drawn) == 0) {
        return NULL;
    }
    for (size_t o = 0; o < p->view->n_organisations; o++) {
        const rk_num after = rk_system_period_position(outcome, o)->after;
        rest = rk__syspage_counts(p, o) ? rk__num_sub(nums, rest, after) : rest;
    }
    rest = outcome->residual != NULL ? rk__num_sub(nums, rest, outcome->residual) : rest;
    return rk__num_sign(rest) != 0 ? rest : NULL;
}

static void positions(const rk__system_page *p, const rk_scenario_result *s, size_t period)
{
    const rk_system_view *r = p->view;
    const rk_system_period *outcome = rk_scenario_period(s, period);
    const shown_columns c = columns_of(p, s);
    rk__sheet sheet;
    rk__sheet_init(&sheet, p->out);
    rk__sheet_columns(&sheet, "lrr", outcome->id, "Income", "Costs");
    rk__sheet_column(&sheet, c.pool ? "Before pool" : "Position", RK__ALIGN_RIGHT);
    if (c.pool) {
        rk__sheet_column(&sheet, "Pool", RK__ALIGN_RIGHT);
    }
    if (c.owners) {
        rk__sheet_column(&sheet, "Owners", RK__ALIGN_RIGHT);
    }
    if (c.pool || c.owners) {
        rk__sheet_column(&sheet, "After", RK__ALIGN_RIGHT);
    }
    if (c.control) {
        rk__sheet_columns(&sheet, "rr", "Control total", "Against it");
    }
    for (size_t o = 0; o < r->n_organisations; o++) {
        position_row(p, &sheet, &c, rk_system_organisation(p->result, o),
                     rk_system_period_position(outcome, o));
    }
    if (outcome->residual != NULL && rk__num_sign(outcome->residual) != 0) {
        sum_row(p, &sheet, &c, "Residual of the pool", NULL, outcome->residual, NULL, RK__ROW_LINE);
    }
    const rk_num reserve = reserve_of(p, outcome);
    if (reserve != NULL) {
        sum_row(p, &sheet, &c, "Drawn from the reserve", NULL, reserve, NULL, RK__ROW_LINE);
    }
    sum_row(p, &sheet, &c, "System", outcome->system, outcome->system, NULL, RK__ROW_TOTAL);
    for (size_t o = 0; o < r->n_organisations; o++) {
        const rk_position *group = rk_system_period_position(outcome, o);
        if (group->group != NULL) {
            rk__buf label = {0};
            rk__buf_printf(&label, "%s with members",
                           rk_system_organisation(p->result, o)->title != NULL
                               ? rk_system_organisation(p->result, o)->title
                               : rk_system_organisation(p->result, o)->id);
            p->out->failed |= label.failed;
            sum_row(p, &sheet, &c, rk__arena_strdup(&p->out->arena, label.text),
                    c.pool || c.owners ? NULL : group->group, group->group, group, RK__ROW_LINE);
            rk__buf_dispose(&label);
        }
    }
    rk__syspage_table(p, &sheet);
}

/* ------------------------------------------------------------------- contracts */

static void contracts(const rk__system_page *p, const rk_scenario_result *s)
{
    const rk_system_view *r = p->view;
    rk__sheet sheet;
    if (r->n_contracts == 0) {
        return;
    }
    rk__syspage_heading(p, 3, "Contracts", "");
    rk__sheet_init(&sheet, p->out);
    rk__sheet_columns(&sheet, "ll", "Contract", "Arrangement");
    for (size_t k = 0; k < r->n_periods; k++) {
        rk__sheet_column(&sheet, rk_system_period_id(p->result, k), RK__ALIGN_RIGHT);
    }
    for (size_t i = 0; i < r->n_contracts; i++) {
        const rk_contract_payment *c = rk_system_period_contract(rk_scenario_period(s, 0), i);
        rk__sheet_row(&sheet, RK__ROW_LINE);
        rk__buf_printf(&p->out->scratch, "%s: %s pays %s", c->id, c->payer, c->payee);
        rk__sheet_scratch(&sheet);
        rk__sheet_cell(&sheet, c->arrangement);
        for (size_t k = 0; k < r->n_periods; k++) {
            rk__syspage_money(p, &sheet,
                              rk_system_period_contract(rk_scenario_period(s, k), i)->payment);
        }
        if (c->retained != NULL) {
            rk__sheet_row(&sheet, RK__ROW_LINE);
            rk__buf_printf(&p->out->scratch, "  retained by %s", c->payee);
            rk__sheet_scratch(&sheet);
            rk__sheet_cell(&sheet, NULL);
            for (size_t k = 0; k < r->n_periods; k++) {
                rk__syspage_money(p, &sheet,
                                  rk_system_period_contract(rk_scenario_period(s, k), i)->retained);
            }
        }
        if (c->vat != NULL) {
            rk__sheet_row(&sheet, RK__ROW_LINE);
            rk__sheet_cell(&sheet, "  VAT not recovered");
            rk__sheet_cell(&sheet, NULL);
            for (size_t k = 0; k < r->n_periods; k++) {
                rk__syspage_money(p, &sheet,
                                  rk_system_period_contract(rk_scenario_period(s, k), i)->vat);
            }
        }
    }
    rk__syspage_table(p, &sheet);
}

/* -------------------------------------------------------------- what is covered */

static void coverage_table(const rk__system_page *p, const rk_scenario_result *s, bool none,
                           const char *title)
{
    rk__sheet sheet;
    bool any = false;
    for (size_t i = 0; i < s->n_coverage; i++) {
        any |= (rk_scenario_coverage(s, i)->n_payers == 0) == none;
    }
    if (!any) {
        return;
    }
    rk__syspage_heading(p, 3, title, "");
    rk__sheet_init(&sheet, p->out);
    rk__sheet_columns(&sheet, "llrr", "Activity", "Period", "Quantity", "Value");
    if (!none) {
        rk__sheet_column(&sheet, "Paid by", RK__ALIGN_LEFT);
    }
    for (size_t i = 0; i < s->n_coverage; i++) {
        const rk_coverage_line *line = rk_scenario_coverage(s, i);
        if ((line->n_payers == 0) != none) {
            continue;
        }
        const char *what = line->pod != NULL ? line->pod : line->rows;
        rk__sheet_row(&sheet, RK__ROW_LINE);
        rk__buf_printf(&p->out->scratch, "%s%s%s", line->table, what != NULL ? " " : "",
                       what != NULL ? what : "");
        rk__sheet_scratch(&sheet);
        rk__sheet_cell(&sheet, line->period);
        rk__print_quantity(&p->out->scratch, line->quantity);
        rk__sheet_scratch(&sheet);
        if (line->value != NULL) {
            rk__syspage_money(p, &sheet, line->value);
        } else {
            rk__sheet_cell(&sheet, "not known");
        }
        if (!none) {
            rk__sheet_cell(&sheet, line->payers);
        }
    }
    rk__syspage_table(p, &sheet);
    if (none) {
        rk__syspage_paragraph(p, RK__COVERS_HINT);
    }
}

/* ------------------------------------------------------------------- the whole */

static void scenario(const rk__system_page *p, const rk_scenario_result *s)
{
    rk__buf rest = {0};
    rk__buf_printf(&rest, "%s%s", s->title != NULL ? ": " : "", s->title != NULL ? s->title : "");
    p->out->failed |= rest.failed;
    rk__syspage_heading(p, 2, s->name, rest.text != NULL ? rest.text : "");
    rk__buf_dispose(&rest);
    for (size_t k = 0; k < p->view->n_periods; k++) {
        if (k > 0 && !p->markdown) {
            rk__page_putc(p->out, '\n');
        }
        positions(p, s, k);
    }
    contracts(p, s);
    coverage_table(p, s, true, "Activity that nobody pays for");
    coverage_table(p, s, false, "Activity that is paid for more than once");
}

void rk__syspage_details(const rk__system_page *p)
{
    side_by_side(p);
    for (size_t i = 0; i < p->view->n_scenarios; i++) {
        scenario(p, rk__syspage_scenario(p, i));
    }
}
