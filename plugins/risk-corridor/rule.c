/* SPDX-License-Identifier: MIT
 *
 * risk-corridor: payer and provider share the distance of actual cost from a
 * budget, band by band.
 *
 * The variance is sliced outward from zero, alike on both sides: the first band takes what lies
 * within its `to` (a share of the budget), the next what lies between, and so on; beyond the last
 * band the payer takes all. Where the budget is what other components pay, the line brings their
 * total to the settlement.
 */
#include <stdio.h>

#include "reckoner/plugin.h"

enum { AMOUNT };

typedef struct band {
    rk_num to, provider_share;
} band;

typedef struct corridor_params {
    rk_num budget, actual;
    rk_list bands;
} corridor_params;

static int check_bands(const rk_host *h, const corridor_params *p)
{
    const band *bands = p->bands.items;
    for (size_t i = 1; i < p->bands.n; i++) {
        char where[64];
        if (!bands[i - 1].to) {
            snprintf(where, sizeof where, "bands[%zu].to", i - 1);
            h->problem(h, RK_CONFLICT, where, "only the last band is without an end",
                       "a band without an end has others behind it");
            return RK_CONFLICT;
        }
        if (bands[i].to && h->compare(h, bands[i].to, bands[i - 1].to) <= 0) {
            snprintf(where, sizeof where, "bands[%zu].to", i);
            h->problem(h, RK_CONFLICT, where, "each band ends beyond the one before it",
                       "the bands do not ascend");
            return RK_CONFLICT;
        }
    }
    return RK_OK;
}

static int check(const rk_host *h, const void *params, const rk_of *of, size_t n_of)
{
    const corridor_params *p = params;
    int status = check_bands(h, p);
    (void) of;
    if (p->budget && n_of > 0) {
        status = RK_CONFLICT;
        h->problem(h, RK_CONFLICT, "budget", "leave out `budget`: it is what `of` pays",
                   "'budget' and 'of' exclude each other");
    } else if (!p->budget && n_of == 0) {
        status = RK_MISSING_KEY;
        h->problem(h, RK_MISSING_KEY, "budget", "give `budget`, or name components in `of`",
                   "neither 'budget' nor 'of' is given");
    }
    return status;
}

/* The actual cost: the parameter, or the sum of the table of costs. */
static int actual_cost(const rk_host *h, const corridor_params *p, rk_num *out)
{
    const size_t n = h->n_rows(h, "costs");
    if (p->actual) {
        *out = h->label(h, p->actual, "actual cost");
        return RK_OK;
    }
    if (!h->has_table(h, "costs")) {
        h->problem(h, RK_UNKNOWN_TABLE, "actual", "give `actual` or a table `costs`",
                   "neither 'actual' nor the table 'costs' is given");
        return RK_UNKNOWN_TABLE;
    }
    if (n > 0 && !h->has_column(h, AMOUNT)) {
        h->problem(h, RK_MISSING_COLUMN, "amount", "give `actual` or the costs' amounts",
                   "the table 'costs' has no column 'amount'");
        return RK_MISSING_COLUMN;
    }
    rk_num sum = h->integer(h, 0);
    for (size_t row = 0; row < n; row++) {
        const rk_num amount = h->cell(h, AMOUNT, row);
        if (amount) {
            sum = h->add(h, sum, amount);
        } else {
            h->warn(h, "amount", "row %zu of the costs has no amount and counts as zero", row + 1);
        }
    }
    *out = h->label(h, sum, "actual cost");
    return RK_OK;
}

/* A line for each band that the variance reaches. */
static int settle_bands(const rk_host *h, const corridor_params *p, rk_num budget, rk_num variance)
{
    const band *bands = p->bands.items;
    const rk_num zero = h->integer(h, 0);
    const bool over = h->sign(h, variance) < 0;
    const rk_num distance = over ? h->neg(h, variance) : variance;
    /* Shares of the budget are widths: those of its size, whatever its sign. */
    const rk_num size = h->sign(h, budget) < 0 ? h->neg(h, budget) : budget;
    rk_num start = zero;
    for (size_t i = 0; i < p->bands.n; i++) {
        const rk_num end = bands[i].to ? h->mul(h, bands[i].to, size) : distance;
        const rk_num slice = h->max(h, zero, h->sub(h, h->min(h, distance, end), start));
        char label[64];
        start = end;
        if (h->sign(h, slice) == 0) {
            continue;
        }
        snprintf(label, sizeof label, "Band %zu: provider's share of the %s", i + 1,
                 over ? "overspend" : "saving");
        const int status =
            h->line(h, &(rk_line){.label = label,
                                  .rate = h->label(h, over ? h->neg(h, slice) : slice, "slice"),
                                  .factor = h->label(h, bands[i].provider_share, "provider_share"),
                                  .source = "bands"});
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const corridor_params *p = params;
    rk_num actual;
    int status = actual_cost(h, p, &actual);
    (void) state;
    if (status != RK_OK) {
        return status;
    }
    const rk_num budget = h->label(h, p->budget ? p->budget : settlement->of_total, "budget");
    const rk_num variance = h->label(h, h->sub(h, budget, actual), "budget - actual cost");
    status = h->line(h, &(rk_line){.label = "Actual cost",
                                   .rate = actual,
                                   .source = p->actual ? "actual" : "costs"});
    if (status == RK_OK && !p->budget) {
        status = h->line(
            h, &(rk_line){.label = "Less what the components pay", .rate = h->neg(h, budget)});
    }
    if (status == RK_OK) {
        status = settle_bands(h, p, budget, variance);
    }
    if (status == RK_OK) {
        status = h->line(h, &(rk_line){.label = "Variance", .rate = variance, .memo = true});
    }
    return status;
}

static const rk_param band_table[] = {
    {.name = "to",
     .type = RK_PARAM_RATIO,
     .flags = RK_NULLABLE,
     .offset = offsetof(band, to),
     .min = "0",
     .unit = "ratio",
     .help = "Where the band ends, as a share of the budget; null: no end."},
    {.name = "provider_share",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(band, provider_share),
     .min = "0",
     .max = "1",
     .unit = "ratio",
     .help = "What the provider keeps of a saving, or bears of an overspend, in the band."},
    {0},
};

static const rk_param params_table[] = {
    {.name = "budget",
     .type = RK_PARAM_EXACT,
     .flags = RK_PER_TIME,
     .offset = offsetof(corridor_params, budget),
     .min = "0",
     .unit = "GBP",
     .help = "The agreed cost; give this, or `of`, whose total is then the budget."},
    {.name = "actual",
     .type = RK_PARAM_EXACT,
     .flags = RK_PER_TIME,
     .offset = offsetof(corridor_params, actual),
     .unit = "GBP",
     .help = "The actual cost; if absent, the sum of the table `costs`."},
    {.name = "bands",
     .type = RK_PARAM_LIST,
     .flags = RK_REQUIRED,
     .offset = offsetof(corridor_params, bands),
     .items = band_table,
     .item_size = sizeof(band),
     .help = "Ascending, outward from the budget; the payer bears or keeps everything beyond the "
             "last band."},
    {0},
};

static const rk_column columns_table[] = {
    [AMOUNT] = {.table = "costs",
                .name = "amount",
                .type = RK_COLUMN_DECIMAL,
                .unit = "GBP",
                .help = "Added up if `actual` is not given."},
    {0},
};

static const char *const sources[] = {
    "Department of Health and Human Services, risk corridors, 45 CFR 153 subpart F, for the shape",
    NULL,
};

RK_RULE_EXPORT("risk-corridor", "1.0.0", .title = "Risk corridor",
               .summary = "Pays the actual cost and the provider's share, band by band, of its "
                          "distance from a budget.",
               .sources = sources, .params = params_table, .params_size = sizeof(corridor_params),
               .columns = columns_table, .of_use = RK_OF_OPTIONAL, .check = check,
               .settle = settle);
