/* SPDX-License-Identifier: MIT
 *
 * cost.c: the cost of the contract's activity: the sum of the `costs` table, or else of
 * quantity x actual unit cost, which a built-in rule of the host prices in the same row pass as
 * all others.
 */
#include "evaluate/cost.h"

#include "contract/selection.h"

#include "evaluate/evaluation.h"
#include "table/column.h"

/* ------------------------------------------------------- quantity x unit cost */

enum { COUNT, UNIT_COST };

static const rk_column cost_columns[] = {
    {.table = "activity",
     .name = "count",
     .type = RK_COLUMN_DECIMAL,
     .flags = RK_QUANTITY,
     .default_value = "1"},
    {.table = "activity",
     .name = "actual_unit_cost",
     .type = RK_COLUMN_DECIMAL,
     .lookup = "unit_costs"},
    {0},
};

static const rk_element cost_elements[] = {{0}};

/* Bit 0 counts rows without a unit cost; the host reads it as a number. */
static const rk_note cost_notes[] = {{0}};

static int cost_price(const rk_host *h, const void *params, const void *state,
                      const rk_batch *batch, rk_priced *out)
{
    (void) h;
    (void) params;
    (void) state;
    const rk_column_data count = batch->column[COUNT];
    const rk_column_data cost = batch->column[UNIT_COST];
    for (size_t i = 0; i < batch->n; i++) {
        out->exact_amount[i] = (rk_int128) count.v[i] * cost.v[i];
        out->notes[i] = cost.has[i] == 0;
    }
    return 0;
}

static const rk_rule cost_rule = {.size = sizeof(rk_rule),
                                  .abi_major = RK_ABI_MAJOR,
                                  .id = "cost",
                                  .version = RK_VERSION,
                                  .title = "Cost of activity",
                                  .rows = "activity",
                                  .columns = cost_columns,
                                  .row_kind = RK_ROWS_EXACT,
                                  .price = cost_price};

static const rk_param cost_params[] = {{0}};

static const rk__rule cost_loaded = {.id = "cost",
                                     .state = RK__RULE_LOADED,
                                     .rule = &cost_rule,
                                     .params = cost_params,
                                     .columns = cost_columns,
                                     .elements = cost_elements,
                                     .notes = cost_notes,
                                     .n_columns = 2};

static const rk__component cost_component = {.id = "cost", .rule = "cost"};
static const rk__arrangement cost_arrangement = {.name = "cost"};

/* One instance for each period, unless the costs are given in a table. */
rk_status rk__cost_instances(rk__evaluation *evaluation)
{
    rk_contract *c = evaluation->contract;
    if (rk__contract_fact(c, "costs") != NULL || rk__contract_fact(c, "activity") == NULL) {
        return RK_OK;
    }
    evaluation->costs = rk__arena_alloc(&evaluation->arena, c->n_periods * sizeof(rk__instance));
    rk_status status = evaluation->costs == NULL
                           ? RK_NO_MEMORY
                           : rk__result_new(c, &cost_arrangement, &evaluation->costs_result);
    if (status == RK_OK) {
        evaluation->costs_result->nums.untraced = evaluation->totals_only;
    }
    for (size_t i = 0; i < c->n_periods && status == RK_OK; i++) {
        rk__instance *u = &evaluation->costs[i];
        *u = (rk__instance){.sources = evaluation->sources,
                            .contract = c,
                            .arrangement = &cost_arrangement,
                            .component = &cost_component,
                            .period = &c->periods[i],
                            .period_index = i,
                            .rule = &cost_loaded,
                            .result = evaluation->costs_result,
                            .only_with = "actual_unit_cost",
                            .streams = true};
        u->idle = u->hidden = !rk__period_shown(c, i);
        status = u->idle ? RK_OK
                         : rk__sources_tariff_for(evaluation->sources, u->period, &u->tariff, NULL);
    }
    return status;
}

/* -------------------------------------------------------------- the total cost */

/* How many periods a row counts for: those in which the contract is in force for a part count for
 * that part, unless the row has a date. */
static rk_num periods_of(const rk_contract *c, rk__nums *nums, const rk__table *table, int period)
{
    rk_num sum = rk__num_from_int(nums, 0);
    const bool whole = c->in_force == NULL || rk__table_find(table, "date") >= 0;
    for (size_t p = 0; p < c->n_periods; p++) {
        if ((period == RK__PERIOD_ALL && rk__period_shown(c, p)) || period == (int) p) {
            sum = rk__num_add(
                nums, sum,
                whole ? rk__num_from_int(nums, 1)
                      : rk__num_from_ratio(nums, c->in_force[p].num, c->in_force[p].den));
        }
    }
    return sum;
}

static rk_status sum_costs_table(rk__evaluation *evaluation, rk__table *table, rk_result *result,
                                 rk_problems *problems)
{
    rk__nums *nums = &result->nums;
    const rk_contract *c = evaluation->contract;
    const size_t n_periods = c->selection.shown != NULL ? c->selection.n : c->n_periods;
    const int column = rk__table_find(table, "amount");
    const size_t n = rk__table_n_rows(table);
    const rk__column *amounts = NULL;
    if (n == 0) {
        return RK_OK;
    }
    if (column < 0) {
        rk__result_find(result, (rk_finding){.code = "no-cost"},
                        "costs: the table has no column 'amount', so no cost is shown");
        return RK_OK;
    }
    rk_status status = rk__table_column(table, column, RK__CELL_DECIMAL, &amounts, problems);
    rk_num sum = rk__num_from_int(nums, 0);
    for (size_t row = 0; row < n && status == RK_OK; row++) {
        int period = RK__PERIOD_ALL;
        status = rk__sources_row_period(c, table, row, &period, problems);
        if (period == RK__PERIOD_NOT_SELECTED ||
            (period >= 0 && !rk__period_shown(c, (size_t) period))) {
            continue;
        }
        if (amounts->has[row] == 0 || period == RK__PERIOD_OUTSIDE) {
            rk__result_find(result, (rk_finding){.code = "cost-left-out", .rows = 1},
                            "costs: row %zu %s and is not counted", row + 1,
                            amounts->has[row] == 0 ? "has no amount"
                            : rk__table_find(table, "period") >= 0
                                ? "has a period after those of the contract"
                                : "has a date in none of the periods");
            continue;
        }
        rk_num amount = rk__num_from_decimal(nums, amounts->v[row]);
        if (c->in_force != NULL || (period == RK__PERIOD_ALL && n_periods > 1)) {
            amount = rk__num_mul(nums, amount, periods_of(c, nums, table, period));
        }
        sum = rk__num_add(nums, sum, amount);
    }
    result->cost = status == RK_OK ? sum : NULL;
    return status;
}

/* With rows that lack a unit cost the sum would be too low, so there is no cost. */
static void sum_priced_costs(rk__evaluation *evaluation, rk_result *result)
{
    rk__nums *nums = &result->nums;
    uint64_t rows = 0;
    uint64_t without = 0;
    rk_num sum = NULL;
    for (size_t i = 0; i < evaluation->contract->n_periods; i++) {
        const rk__instance *u = &evaluation->costs[i];
        if (u->idle) {
            continue;
        }
        if (u->rows.total.amount == NULL) {
            return; /* activity has no unit cost at all */
        }
        sum = sum != NULL ? sum : rk__num_from_int(nums, 0);
        rows += u->rows.total.rows;
        without += u->rows.notes[0];
        /* The amount lives in another result's pool. */
        rk_num amount = rk__num_copy(nums, u->rows.total.amount);
        if (evaluation->contract->in_force != NULL && !u->dated) {
            const rk__year_part part = evaluation->contract->in_force[i];
            amount = rk__num_mul(nums, amount, rk__num_from_ratio(nums, part.num, part.den));
        }
        sum = rk__num_add(nums, sum, amount);
    }
    if (without == rows) {
        return;
    }
    if (without > 0) {
        rk__result_find(result, (rk_finding){.code = "no-cost", .rows = without},
                        "cost: %llu of %llu rows have no actual_unit_cost, so no cost is shown",
                        (unsigned long long) without, (unsigned long long) rows);
        return;
    }
    result->cost = sum;
}

rk_status rk__cost_total(rk__evaluation *evaluation, rk_result *result, rk_problems *problems)
{
    rk__table *table = NULL;
    if (evaluation->costs != NULL) { /* no such table */
        sum_priced_costs(evaluation, result);
        return RK_OK;
    }
    const rk_status status = rk__sources_fact(evaluation->sources, "costs", &table, problems);
    return status == RK_OK && table != NULL ? sum_costs_table(evaluation, table, result, problems)
                                            : status;
}
