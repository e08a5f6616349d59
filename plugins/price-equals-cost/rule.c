/* SPDX-License-Identifier: MIT
 *
 * price-equals-cost: pays what the optimal pathway costs.
 *
 * Rows are costed exactly, without rounding: at the efficient unit cost, and, if it is known, at
 * the actual one. Settled on an efficient basis the payment is the efficient cost with a margin;
 * open book, it is the actual cost with a share of what it stays below, or goes beyond, a target.
 */
#include "reckoner/plugin.h"

enum { COUNT, PATHWAY_COUNT, EFFICIENT_UNIT_COST, ACTUAL_UNIT_COST };
enum { EFFICIENT, ACTUAL }; /* elements */
enum { BASIS_EFFICIENT, BASIS_OPEN_BOOK };
enum { VOLUME_ACTUAL, VOLUME_PATHWAY };

typedef struct transition {
    const char *label;
    rk_num amount;
} transition;

typedef struct cost_params {
    rk_num margin, target, share, ceiling, actual;
    int32_t basis, volume;
    rk_list transition;
} cost_params;

static int check(const rk_host *h, const void *params, const rk_of *of, size_t n_of)
{
    const cost_params *p = params;
    (void) of;
    (void) n_of;
    if (p->basis == BASIS_OPEN_BOOK) {
        if (h->sign(h, p->margin) != 0) {
            h->warn(h, "margin", "an open book has no margin: 'margin' has no effect");
        }
        return RK_OK;
    }
    if (p->actual) {
        h->warn(h, "actual", "only an open book pays the actual cost: 'actual' has no effect");
    }
    if (p->target) {
        h->warn(h, "target", "only an open book has a target: 'target' has no effect");
    }
    if (h->sign(h, p->share) != 0) {
        h->warn(h, "share", "only an open book is shared: 'share' has no effect");
    }
    if (p->ceiling) {
        h->warn(h, "ceiling", "only an open book has a ceiling: 'ceiling' has no effect");
    }
    return RK_OK;
}

static int price(const rk_host *h, const void *params, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    const cost_params *p = params;
    const rk_column_data *count = &batch->column[COUNT], *pathway = &batch->column[PATHWAY_COUNT];
    const rk_column_data *efficient = &batch->column[EFFICIENT_UNIT_COST];
    const rk_column_data *actual = &batch->column[ACTUAL_UNIT_COST];
    const bool open_book = p->basis == BASIS_OPEN_BOOK;
    (void) state;
    for (size_t i = 0; i < batch->n; i++) {
        if (open_book && !p->actual && !actual->has[i]) {
            out->status[i] = RK_ROW_UNPRICED;
            continue;
        }
        const bool by_pathway = p->volume == VOLUME_PATHWAY && pathway->has[i];
        const int64_t n = by_pathway ? pathway->v[i] : count->v[i];
        const rk_int128 efficient_cost = (rk_int128) n * efficient->v[i];
        const rk_int128 actual_cost = actual->has[i] ? (rk_int128) count->v[i] * actual->v[i] : 0;
        out->exact_element[EFFICIENT][i] = efficient_cost;
        out->exact_element[ACTUAL][i] = actual_cost;
        out->exact_amount[i] = open_book ? actual_cost : efficient_cost;
        if (batch->trace) {
            rk_decimal shown;
            h->row_step(h, "volume", by_pathway ? "pathway_count" : "count", n);
            h->row_step(h, "efficient unit cost", "efficient_unit_cost", efficient->v[i]);
            if (rk_decimal_mul(n, efficient->v[i], 1, &shown)) {
                h->row_step(h, "efficient cost", "volume x efficient_unit_cost", shown);
            }
            if (actual->has[i] && rk_decimal_mul(count->v[i], actual->v[i], 1, &shown)) {
                h->row_step(h, "actual cost", "count x actual_unit_cost", shown);
            }
        }
    }
    return RK_OK;
}

/* A line for each group of what the basis pays for. */
static int settle_groups(const rk_host *h, const cost_params *p, const rk_settlement *settlement)
{
    /* A pathway's volume is not the count of the rows, so no quantity is shown. */
    const bool by_pathway = p->basis == BASIS_EFFICIENT && p->volume == VOLUME_PATHWAY;
    int status = RK_OK;
    for (size_t i = 0; i < settlement->n_group && status == RK_OK; i++) {
        const rk_group *group = &settlement->group[i];
        status = by_pathway ? h->line(h, &(rk_line){.label = group->label,
                                                    .rate = group->amount,
                                                    .source = "pathway_count"})
                            : h->group_line(h, group, "case");
    }
    return status;
}

static int settle_open_book(const rk_host *h, const cost_params *p, rk_num efficient, rk_num actual)
{
    const rk_num target = h->label(h, p->target ? p->target : efficient, "target");
    const rk_num saving = h->label(h, h->sub(h, target, actual), "target - actual cost");
    const bool over = h->sign(h, saving) < 0;
    int status = h->line(
        h, &(rk_line){.label = over ? "Share of the overspend, not paid" : "Share of the saving",
                      .rate = saving,
                      .factor = h->label(h, p->share, "share"),
                      .source = "share"});
    if (status != RK_OK || !over || !p->ceiling) {
        return status;
    }
    const rk_num limit = h->label(h, h->mul(h, target, h->add(h, h->integer(h, 1), p->ceiling)),
                                  "target x (1 + ceiling)");
    const rk_num paid = h->add(h, actual, h->mul(h, saving, p->share));
    if (h->compare(h, paid, limit) <= 0) {
        return RK_OK;
    }
    return h->line(h, &(rk_line){.label = "Above the ceiling, not paid",
                                 .rate = h->sub(h, limit, paid),
                                 .source = "ceiling"});
}

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const cost_params *p = params;
    const transition *transitions = p->transition.items;
    const rk_num zero = h->integer(h, 0);
    const rk_num efficient =
        h->label(h, settlement->element ? settlement->element[EFFICIENT] : zero, "efficient cost");
    const rk_num rows = settlement->element ? settlement->element[ACTUAL] : zero;
    const rk_num actual = h->label(h, p->actual ? p->actual : rows, "actual cost");
    (void) state;
    if (p->basis == BASIS_OPEN_BOOK && !p->actual && !h->has_column(h, ACTUAL_UNIT_COST)) {
        h->problem(h, RK_MISSING_COLUMN, "actual_unit_cost",
                   "add it to the activity or to the table `unit_costs`",
                   "an open book needs the column 'actual_unit_cost'");
        return RK_MISSING_COLUMN;
    }
    int status =
        p->basis == BASIS_OPEN_BOOK && p->actual
            ? h->line(h, &(rk_line){.label = "Actual cost", .rate = p->actual, .source = "actual"})
            : settle_groups(h, p, settlement);
    if (status == RK_OK && p->basis == BASIS_OPEN_BOOK) {
        status = settle_open_book(h, p, efficient, actual);
    } else if (status == RK_OK && h->sign(h, p->margin) != 0) {
        status = h->line(
            h, &(rk_line){
                   .label = "Margin", .rate = efficient, .factor = p->margin, .source = "margin"});
    }
    for (size_t i = 0; i < p->transition.n && status == RK_OK; i++) {
        status = h->line(h, &(rk_line){.label = transitions[i].label,
                                       .rate = transitions[i].amount,
                                       .source = "transition"});
    }
    return status;
}

static const char *const bases[] = {"efficient", "open-book", NULL};
static const char *const volumes[] = {"actual", "pathway", NULL};

static const rk_param transition_table[] = {
    {.name = "label",
     .type = RK_PARAM_TEXT,
     .flags = RK_REQUIRED,
     .offset = offsetof(transition, label),
     .help = "What the money is for: \"double running\"."},
    {.name = "amount",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(transition, amount),
     .unit = "GBP",
     .help = "Paid in addition."},
    {0},
};

static const rk_param params_table[] = {
    {.name = "basis",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(cost_params, basis),
     .default_value = "efficient",
     .words = bases,
     .help = "Whether the efficient cost is paid, or the actual one with shares."},
    {.name = "volume",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(cost_params, volume),
     .default_value = "actual",
     .words = volumes,
     .help = "Whether the efficient cost uses count, or pathway_count if given."},
    {.name = "margin",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(cost_params, margin),
     .default_value = "0",
     .unit = "ratio",
     .help = "Share of the efficient cost paid on top of it."},
    {.name = "transition",
     .type = RK_PARAM_LIST,
     .offset = offsetof(cost_params, transition),
     .items = transition_table,
     .item_size = sizeof(transition),
     .help = "Costs of a change, paid while it lasts."},
    {.name = "target",
     .type = RK_PARAM_EXACT,
     .flags = RK_PER_TIME,
     .offset = offsetof(cost_params, target),
     .unit = "GBP",
     .help = "Open book: the target cost; if absent, the efficient cost."},
    {.name = "actual",
     .type = RK_PARAM_EXACT,
     .flags = RK_PER_TIME,
     .offset = offsetof(cost_params, actual),
     .unit = "GBP",
     .help = "Open book: the actual cost; if absent, that of the rows."},
    {.name = "share",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(cost_params, share),
     .default_value = "0",
     .min = "0",
     .max = "1",
     .unit = "ratio",
     .help = "Open book: the provider's share of savings and overspends."},
    {.name = "ceiling",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(cost_params, ceiling),
     .min = "0",
     .unit = "ratio",
     .help = "Open book: no more than target x (1 + ceiling) is paid for an overspend."},
    {0},
};

static const rk_column columns_table[] = {
    [COUNT] = {.table = "activity",
               .name = "count",
               .type = RK_COLUMN_DECIMAL,
               .flags = RK_QUANTITY,
               .default_value = "1",
               .unit = "case",
               .help = "Activity that took place."},
    [PATHWAY_COUNT] = {.table = "activity",
                       .name = "pathway_count",
                       .type = RK_COLUMN_DECIMAL,
                       .unit = "case",
                       .help = "Activity on the optimised pathway; if absent, the count."},
    [EFFICIENT_UNIT_COST] = {.table = "activity",
                             .name = "efficient_unit_cost",
                             .type = RK_COLUMN_DECIMAL,
                             .flags = RK_REQUIRED,
                             .lookup = "unit_costs",
                             .unit = "GBP",
                             .help = "Cost of a case on the optimal pathway."},
    [ACTUAL_UNIT_COST] = {.table = "activity",
                          .name = "actual_unit_cost",
                          .type = RK_COLUMN_DECIMAL,
                          .flags = RK_LOOKUP_OPTIONAL,
                          .lookup = "unit_costs",
                          .unit = "GBP",
                          .help = "Actual cost of a case; required for an open book."},
    {.table = "activity",
     .name = "pod",
     .type = RK_COLUMN_TEXT,
     .flags = RK_KEY_ONLY,
     .help = "Point of delivery: a usual key of unit_costs."},
    {0},
};

static const rk_element elements_table[] = {
    [EFFICIENT] = {.name = "efficient", .flags = RK_ELEMENT_MEMO, .help = "Efficient cost."},
    [ACTUAL] = {.name = "actual", .flags = RK_ELEMENT_MEMO, .help = "Actual cost, if known."},
    {0},
};

static const char *const sources[] = {
    "No formula is published: a stated interpretation of paying the cost of optimal pathways",
    NULL,
};

static const char *const group_by[] = {"pod", NULL};

RK_RULE_EXPORT("price-equals-cost", "1.0.0", .title = "Price equals cost",
               .summary = "Pays the cost of the optimal pathway, with a margin and transition "
                          "money; or, open book, the actual cost with a share of the distance "
                          "from a target.",
               .sources = sources, .params = params_table, .params_size = sizeof(cost_params),
               .columns = columns_table, .elements = elements_table, .rows = "activity",
               .group_by = group_by, .row_kind = RK_ROWS_EXACT, .of_use = RK_OF_NONE,
               .flags = RK_RULE_PARTIAL_GROUPS, .check = check, .price = price, .settle = settle);
