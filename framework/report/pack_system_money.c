/* SPDX-License-Identifier: MIT
 *
 * pack_system_money.c: the money of a system in its pack: who pays whom, income and cost line by
 * line, and what contracts pay.
 */
#include "report/pack_system.h"

static const rk_scenario_result *scenario_of(const rk__pack_of_system *s, size_t index)
{
    return rk__syspage_scenario(&s->page, index);
}

/* ------------------------------------------------------------------- flows */

typedef struct flow {
    const char *from, *to;
    rk_num amount;
} flow;

static const char *name_of_id(const rk__pack_of_system *s, const char *id)
{
    for (size_t o = 0; id != NULL && o < s->view->n_organisations; o++) {
        if (strcmp(rk_system_organisation(s->page.result, o)->id, id) == 0) {
            return rk__syspage_name(&s->page, o);
        }
    }
    return id != NULL ? id : "outside the system";
}

static bool comes_in(rk_entry_kind kind)
{
    return kind <= RK_ENTRY_GRANT;
}

static size_t flows_of(const rk__pack_of_system *s, size_t scenario, flow *flows, size_t most)
{
    rk__nums *nums = &s->pack->out->nums;
    size_t n = 0;
    for (size_t k = 0; k < s->view->n_periods; k++) {
        for (size_t o = 0; o < s->view->n_organisations; o++) {
            const rk_position *position = rk__syspage_position(&s->page, scenario, k, o);
            for (size_t e = 0; e < position->n_entries; e++) {
                const rk_entry *entry = rk_position_entry(position, e);
                const rk_num amount = rk__foot_entry(&s->foot, scenario, k, o, e);
                if (!comes_in(entry->kind) || rk__num_sign(amount) <= 0) {
                    continue;
                }
                const char *from = name_of_id(s, entry->with);
                const char *to = rk__syspage_name(&s->page, o);
                size_t i = 0;
                while (i < n &&
                       (strcmp(flows[i].from, from) != 0 || strcmp(flows[i].to, to) != 0)) {
                    i++;
                }
                if (i == n && n < most) {
                    flows[n++] = (flow){from, to, rk__num_from_int(nums, 0)};
                }
                if (i < n) {
                    flows[i].amount = rk__num_add(nums, flows[i].amount, amount);
                }
            }
        }
    }
    return n;
}

static void money_flows(const rk__pack_of_system *s)
{
    rk__pack *pack = s->pack;
    const size_t most = s->view->n_organisations * (s->view->n_organisations + 1) + 64;
    flow *flows = rk__arena_alloc(&pack->out->arena, most * sizeof *flows);
    rk__pack_table *table = rk__pack_table_new(pack, "Flows", "Who pays whom, over all periods");
    rk__pack_columns(table, "tttm", "Scenario", "From", "To", "Amount");
    if (flows == NULL) {
        pack->out->failed = true;
        return;
    }
    for (size_t i = 0; i < s->view->n_scenarios; i++) {
        const size_t from = table->n_rows;
        const size_t n = flows_of(s, i, flows, most);
        for (size_t k = 0; k < n; k++) {
            rk__pack_cell *cells = rk__pack_row_add(pack, table);
            rk__pack_set_text(&cells[0], scenario_of(s, i)->name);
            rk__pack_set_text(&cells[1], flows[k].from);
            rk__pack_set_text(&cells[2], flows[k].to);
            rk__pack_money(pack, &cells[3], flows[k].amount);
        }
        if (n == 0) {
            continue;
        }
        rk__buf_printf(&pack->out->scratch, "Who pays whom: %s", scenario_of(s, i)->name);
        rk__pack_figure *f =
            rk__pack_figure_add(pack, table, RK__PACK_FLOWS, rk__pack_take(pack),
                                "Bands from who pays, on the left, to who is paid, on the right, "
                                "as wide as what is paid over all periods.");
        f->label = 1;
        f->values[f->n_values++] = 3;
        f->from = from;
    }
}

/* ---------------------------------------------------------- income and cost */

static void entry_rows(const rk__pack_of_system *s, rk__pack_table *table, size_t scenario,
                       size_t period, size_t organisation)
{
    rk__pack *pack = s->pack;
    const rk_position *p = rk__syspage_position(&s->page, scenario, period, organisation);
    for (size_t e = 0; e < p->n_entries; e++) {
        const rk_entry *entry = rk_position_entry(p, e);
        rk__pack_cell *cells = rk__pack_row_add(pack, table);
        rk__pack_set_text(&cells[0], scenario_of(s, scenario)->name);
        rk__pack_set_text(&cells[1], rk_system_period_id(s->page.result, period));
        rk__pack_set_text(&cells[2], rk__syspage_name(&s->page, organisation));
        rk__pack_set_text(&cells[3], rk_entry_word(entry->kind));
        rk__pack_set_text(&cells[4], entry->label);
        rk__pack_set_text(&cells[5], entry->with != NULL ? name_of_id(s, entry->with) : NULL);
        rk__pack_money(pack, &cells[comes_in(entry->kind) ? 6 : 7],
                       rk__foot_entry(&s->foot, scenario, period, organisation, e));
    }
}

static void balance_row(const rk__pack_of_system *s, rk__pack_table *table, size_t scenario,
                        size_t period, size_t organisation)
{
    rk__pack *pack = s->pack;
    rk__nums *nums = &pack->out->nums;
    const rk_position *p = rk__foot_position(&s->foot, scenario, period, organisation);
    rk__pack_cell *cells = rk__pack_row_add(pack, table);
    rk__pack_set_text(&cells[0], scenario_of(s, scenario)->name);
    rk__pack_set_text(&cells[1], rk_system_period_id(s->page.result, period));
    rk__pack_set_text(&cells[2], rk__syspage_name(&s->page, organisation));
    rk__pack_money(pack, &cells[3], p->income);
    rk__pack_money(pack, &cells[4], p->costs);
    rk__pack_money(pack, &cells[5], p->before);
    rk__pack_money(pack, &cells[6], rk__num_sub(nums, p->after, p->before));
    rk__pack_money(pack, &cells[7], p->after);
    rk__pack_money(pack, &cells[8], p->control_total);
    rk__pack_money(pack, &cells[9], p->against);
    const size_t less[3][3] = {{5, 3, 4}, {6, 7, 5}, {9, 7, 8}};
    /* A group is held against its control total with its members. */
    const bool alone =
        rk__num_compare(p->against, rk__num_sub(nums, p->after, p->control_total)) == 0;
    for (size_t i = 0; i < (p->against != NULL && alone ? 3 : 2); i++) {
        if (cells[less[i][0]].number) {
            cells[less[i][0]].formula = RK__PACK_MINUS;
            cells[less[i][0]].column = less[i][1];
            cells[less[i][0]].from = less[i][2];
        }
    }
}

static void income_and_cost(const rk__pack_of_system *s)
{
    rk__pack_table *balances =
        rk__pack_table_new(s->pack, "Balances", "Each organisation in each period");
    rk__pack_columns(balances, "tttmmmmmmm", "Scenario", "Period", "Organisation", "Income",
                     "Costs", "Before the pool", "Pool and owners", "After the pool",
                     "Control total", "Against it");
    balances->folded = true;
    rk__pack_table *entries =
        rk__pack_table_new(s->pack, "Income and cost", "Income and cost, line by line");
    rk__pack_columns(entries, "ttttttmm", "Scenario", "Period", "Organisation", "Kind", "Line",
                     "With", "Income", "Cost");
    entries->folded = true;
    for (size_t i = 0; i < s->view->n_scenarios; i++) {
        for (size_t k = 0; k < s->view->n_periods; k++) {
            for (size_t o = 0; o < s->view->n_organisations; o++) {
                if (rk__syspage_counts(&s->page, o)) {
                    balance_row(s, balances, i, k, o);
                    entry_rows(s, entries, i, k, o);
                }
            }
        }
    }
}

static void contracts(const rk__pack_of_system *s)
{
    rk__pack *pack = s->pack;
    rk__pack_table *table = rk__pack_table_new(pack, "Contracts", "What each contract pays");
    rk__pack_columns(table, "tttttttmmm", "Scenario", "Period", "Contract", "Title", "Payer",
                     "Payee", "Arrangement", "Payment", "VAT", "Retained");
    table->folded = true;
    for (size_t i = 0; i < s->view->n_scenarios; i++) {
        for (size_t k = 0; k < s->view->n_periods; k++) {
            const rk_system_period *period = rk_scenario_period(scenario_of(s, i), k);
            for (size_t c = 0; c < period->n_contracts; c++) {
                const rk_contract_payment *paid = rk_system_period_contract(period, c);
                rk__pack_cell *cells = rk__pack_row_add(pack, table);
                const char *texts[] = {scenario_of(s, i)->name,
                                       period->id,
                                       paid->id,
                                       paid->title,
                                       name_of_id(s, paid->payer),
                                       name_of_id(s, paid->payee),
                                       paid->arrangement};
                for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
                    rk__pack_set_text(&cells[t], texts[t]);
                }
                rk__pack_money(pack, &cells[7], paid->payment);
                rk__pack_money(pack, &cells[8], paid->vat);
                rk__pack_money(pack, &cells[9], paid->retained);
            }
        }
    }
}

void rk__pack_system_money(const rk__pack_of_system *s)
{
    money_flows(s);
    income_and_cost(s);
    contracts(s);
}
