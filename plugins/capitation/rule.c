/* SPDX-License-Identifier: MIT
 *
 * capitation: so much per weighted head of a population, less deductions.
 *
 * The rate is given, or is a share of a fixed pot; a row of the population may
 * bring its own. Indices, uplifts and the proportion multiply every rate. A
 * deduction is an amount, taken off unchanged, or a share of the exact sum
 * before deductions: rounding that sum first would move the pennies; or it is
 * what an earlier component comes to over some of its rows: what a service that
 * is carved out would have cost here.
 */
#include <inttypes.h>
#include <stdio.h>

#include "reckoner/plugin.h"

enum { GROUP, HEADS, WEIGHT, RATE };

typedef struct pot {
    rk_num amount, weighted_population;
} pot;

typedef struct indexed {
    const char *name;
    rk_num factor;
} indexed;

typedef struct uplift {
    const char *name;
    rk_num rate;
} uplift;

typedef struct deduction {
    const char *label;
    rk_num amount, share;
    rk_of valued_by;
    const char *of_scope;
    rk_num part;
} deduction;

typedef struct capitation_params {
    rk_num rate, proportion;
    rk_list pot, indices, uplifts, deductions;
} capitation_params;

/* A deduction must state its amount in exactly one way. */
static int check_deduction(const rk_host *h, const deduction *d, size_t i)
{
    const char *ways[3];
    size_t n = 0;
    char where[64];
    if (d->amount) {
        ways[n++] = "amount";
    }
    if (d->share) {
        ways[n++] = "share";
    }
    if (d->valued_by.id) {
        ways[n++] = "valued_by";
    }
    if (n == 1 && d->part && !d->valued_by.id) {
        snprintf(where, sizeof where, "deductions[%zu].part", i);
        h->problem(h, RK_CONFLICT, where, "write the amount or share itself",
                   "'part' of the deduction '%s' is of what `valued_by` comes to", d->label);
        return RK_CONFLICT;
    }
    if (n == 1) {
        return RK_OK;
    }
    if (n == 0) {
        snprintf(where, sizeof where, "deductions[%zu]", i);
        h->problem(h, RK_MISSING_KEY, where, "give `amount`, `share` or `valued_by`, one of them",
                   "the deduction '%s' has neither 'amount' nor 'share' nor 'valued_by'", d->label);
        return RK_MISSING_KEY;
    }
    snprintf(where, sizeof where, "deductions[%zu].%s", i, ways[1]);
    h->problem(h, RK_CONFLICT, where, "give `amount`, `share` or `valued_by`, one of them",
               "'%s' and '%s' of the deduction '%s' exclude each other", ways[0], ways[1],
               d->label);
    return RK_CONFLICT;
}

static int check(const rk_host *h, const void *params, const rk_of *of, size_t n_of)
{
    const capitation_params *p = params;
    const deduction *deductions = p->deductions.items;
    int status = RK_OK;
    (void) of;
    (void) n_of;
    if (p->rate && p->pot.n > 0) {
        status = RK_CONFLICT;
        h->problem(h, RK_CONFLICT, "pot", "leave out one of them",
                   "'rate' and 'pot' exclude each other");
    }
    for (size_t i = 0; i < p->deductions.n; i++) {
        const int found = check_deduction(h, &deductions[i], i);
        status = status != RK_OK ? status : found;
    }
    return status;
}

/* The rate of rows without their own; NULL if none. */
static rk_num common_rate(const rk_host *h, const capitation_params *p)
{
    const pot *fixed = p->pot.items;
    if (p->pot.n == 0) {
        return p->rate;
    }
    return h->label(h, h->div(h, fixed->amount, fixed->weighted_population),
                    "pot / weighted population");
}

/* What multiplies every rate: proportion x indices x uplifts. */
static rk_num common_factor(const rk_host *h, const capitation_params *p)
{
    const indexed *indices = p->indices.items;
    const uplift *uplifts = p->uplifts.items;
    rk_num factor = p->proportion;
    for (size_t i = 0; i < p->indices.n; i++) {
        factor = h->mul(h, factor, h->label(h, indices[i].factor, indices[i].name));
    }
    for (size_t i = 0; i < p->uplifts.n; i++) {
        const rk_num grown = h->add(h, h->integer(h, 1), uplifts[i].rate);
        factor = h->mul(h, factor, h->label(h, grown, uplifts[i].name));
    }
    return h->label(h, factor, "proportion x indices x uplifts");
}

/* A number as text, with at most two decimals; "..." if it is too large. */
static const char *number_text(const rk_host *h, rk_num a, char out[32])
{
    rk_decimal d = 0;
    if (!h->to_decimal(h, h->round(h, a, 2), &d)) {
        return "...";
    }
    const int64_t hundredths = d / 10000;
    if (hundredths % 100 == 0) {
        snprintf(out, 32, "%" PRId64, hundredths / 100);
    } else {
        snprintf(out, 32, "%" PRId64 ".%02" PRId64, hundredths / 100, hundredths % 100);
    }
    return out;
}

/* More heads than share the pot are paid more than the pot: what they are paid beyond it. */
static void check_shares(const rk_host *h, const pot *fixed, rk_num weighted, rk_num rate,
                         rk_num factor)
{
    char heads[32];
    char sharing[32];
    if (h->compare(h, weighted, fixed->weighted_population) > 0) {
        const rk_num beyond = h->sub(h, weighted, fixed->weighted_population);
        h->warn_amount(h, h->mul(h, h->mul(h, beyond, rate), factor), "pot",
                       "[pot-not-shared-out] the population has %s weighted heads, and %s share "
                       "the pot: more than the pot is paid",
                       number_text(h, weighted, heads),
                       number_text(h, fixed->weighted_population, sharing));
    }
}

/* A line for each row of the population; `*sum` is their sum. */
static int settle_population(const rk_host *h, const capitation_params *p, rk_num *sum)
{
    const rk_num rate = common_rate(h, p);
    const rk_num factor = common_factor(h, p);
    const size_t n = h->n_rows(h, "population");
    rk_num weighted = h->integer(h, 0);
    *sum = h->integer(h, 0);
    for (size_t row = 0; row < n; row++) {
        const char *group = h->cell_text(h, GROUP, row);
        const rk_num heads = h->cell(h, HEADS, row);
        const rk_num own = h->cell(h, RATE, row);
        rk_line line = {.label = group ? group : "population", .quantity = heads, .unit = "head"};
        if (!heads) {
            h->warn(h, "heads", "'%s' has no heads and is not paid for", line.label);
            continue;
        }
        if (!own && !rate) {
            h->problem(h, RK_MISSING_KEY, "rate", "give `rate` or `pot`, or each row its own rate",
                       "'%s' has no rate", line.label);
            return RK_MISSING_KEY;
        }
        const rk_num weight = h->label(h, h->cell(h, WEIGHT, row), "weight");
        line.rate = own ? own : rate;
        line.factor = h->mul(h, weight, factor);
        weighted = own ? weighted : h->add(h, weighted, h->mul(h, heads, weight));
        line.source = own ? "population" : p->rate ? "rate" : "pot";
        *sum = h->add(h, *sum, h->mul(h, h->mul(h, heads, line.rate), line.factor));
        const int status = h->line(h, &line);
        if (status != RK_OK) {
            return status;
        }
    }
    if (p->pot.n > 0) {
        check_shares(h, p->pot.items, weighted, rate, factor);
    }
    return RK_OK;
}

static int deduct(const rk_host *h, const deduction *d, rk_num sum)
{
    char from[512];
    rk_line line = {.label = d->label, .source = "deductions"};
    if (d->share) {
        line.rate = h->label(h, sum, "sum before deductions");
        line.factor = h->neg(h, h->label(h, d->share, "share"));
    } else if (d->amount) {
        line.rate = h->neg(h, d->amount);
    } else {
        snprintf(from, sizeof from, "what '%s' comes to%s%s", d->valued_by.id,
                 d->of_scope ? " over " : "", d->of_scope ? d->of_scope : "");
        line.rate = h->neg(h, d->valued_by.total);
        line.factor = d->part ? h->label(h, d->part, "part") : NULL;
        line.source = from;
    }
    return h->line(h, &line);
}

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const capitation_params *p = params;
    const deduction *deductions = p->deductions.items;
    rk_num sum;
    int status = settle_population(h, p, &sum);
    (void) state;
    (void) settlement;
    for (size_t i = 0; i < p->deductions.n && status == RK_OK; i++) {
        status = deduct(h, &deductions[i], sum);
    }
    return status;
}

static const rk_param pot_table[] = {
    {.name = "amount",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(pot, amount),
     .unit = "GBP",
     .help = "The whole pot."},
    {.name = "weighted_population",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED,
     .offset = offsetof(pot, weighted_population),
     .min = "0.000001",
     .unit = "head",
     .help = "All weighted heads that share the pot, here and elsewhere."},
    {0},
};

static const rk_param index_table[] = {
    {.name = "name",
     .type = RK_PARAM_TEXT,
     .flags = RK_REQUIRED,
     .offset = offsetof(indexed, name),
     .help = "What it adjusts for: \"need\", \"rurality\"."},
    {.name = "factor",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(indexed, factor),
     .unit = "ratio",
     .help = "Multiplies every rate."},
    {0},
};

static const rk_param uplift_table[] = {
    {.name = "name",
     .type = RK_PARAM_TEXT,
     .flags = RK_REQUIRED,
     .offset = offsetof(uplift, name),
     .help = "What it is for: \"inflation\"."},
    {.name = "rate",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(uplift, rate),
     .unit = "ratio",
     .help = "Every rate grows by this share."},
    {0},
};

static const rk_param deduction_table[] = {
    {.name = "label",
     .type = RK_PARAM_TEXT,
     .flags = RK_REQUIRED,
     .offset = offsetof(deduction, label),
     .help = "What is taken off: \"out of hours\"."},
    {.name = "amount",
     .type = RK_PARAM_EXACT,
     .flags = RK_PER_TIME,
     .offset = offsetof(deduction, amount),
     .unit = "GBP",
     .help = "Taken off as given."},
    {.name = "share",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(deduction, share),
     .unit = "ratio",
     .help = "Share of the exact sum before deductions."},
    {.name = "valued_by",
     .type = RK_PARAM_COMPONENT,
     .offset = offsetof(deduction, valued_by),
     .help =
         "An earlier component, paid or shadow; its total in the period is taken off unchanged."},
    {.name = "of_scope",
     .type = RK_PARAM_SCOPE,
     .offset = offsetof(deduction, of_scope),
     .help =
         "With valued_by: only the total over the component's rows that are also in this scope."},
    {.name = "part",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(deduction, part),
     .min = "0",
     .max = "1",
     .unit = "ratio",
     .help = "With valued_by: the part of it that is taken off; if absent, all of it."},
    {0},
};

static const rk_param params_table[] = {
    {.name = "rate",
     .type = RK_PARAM_EXACT,
     .flags = RK_PER_TIME,
     .offset = offsetof(capitation_params, rate),
     .unit = "GBP",
     .help = "Per weighted head, for rows without a rate of their own."},
    {.name = "proportion",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(capitation_params, proportion),
     .default_value = "1",
     .unit = "ratio",
     .help = "The share of each rate that this contract pays."},
    {.name = "pot",
     .type = RK_PARAM_LIST,
     .flags = RK_ONE_OBJECT,
     .offset = offsetof(capitation_params, pot),
     .items = pot_table,
     .item_size = sizeof(pot),
     .help = "A fixed pot: the rate is amount / weighted_population. Not together with rate."},
    {.name = "indices",
     .type = RK_PARAM_LIST,
     .offset = offsetof(capitation_params, indices),
     .items = index_table,
     .item_size = sizeof(indexed),
     .help = "Factors that multiply every rate."},
    {.name = "uplifts",
     .type = RK_PARAM_LIST,
     .offset = offsetof(capitation_params, uplifts),
     .items = uplift_table,
     .item_size = sizeof(uplift),
     .help = "Each multiplies every rate by 1 + rate."},
    {.name = "deductions",
     .type = RK_PARAM_LIST,
     .offset = offsetof(capitation_params, deductions),
     .items = deduction_table,
     .item_size = sizeof(deduction),
     .help = "Taken off the sum: amounts, shares of it, or the total of an earlier component."},
    {0},
};

static const rk_column columns_table[] = {
    [GROUP] = {.table = "population",
               .name = "group",
               .type = RK_COLUMN_TEXT,
               .help = "Names the line."},
    [HEADS] = {.table = "population",
               .name = "heads",
               .type = RK_COLUMN_DECIMAL,
               .flags = RK_REQUIRED,
               .unit = "head",
               .help = "Registered or resident people."},
    [WEIGHT] = {.table = "population",
                .name = "weight",
                .type = RK_COLUMN_RATIO,
                .default_value = "1",
                .unit = "ratio",
                .help = "Weighted heads are heads x weight."},
    [RATE] = {.table = "population",
              .name = "rate",
              .type = RK_COLUMN_DECIMAL,
              .flags = RK_PER_TIME,
              .unit = "GBP",
              .help = "Per weighted head; if absent, the parameter's rate or the pot's."},
    {0},
};

static const char *const sources[] = {
    "NHS England, General Medical Services Statement of Financial Entitlements: global sum",
    NULL,
};

RK_RULE_EXPORT("capitation", "1.1.0", .title = "Capitation",
               .summary = "Pays a rate, or a share of a fixed pot, for each weighted head of a "
                          "population, times indices and uplifts, less deductions.",
               .sources = sources, .params = params_table, .params_size = sizeof(capitation_params),
               .columns = columns_table, .rows = "population", .of_use = RK_OF_NONE, .check = check,
               .settle = settle);
