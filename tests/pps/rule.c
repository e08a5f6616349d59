/* SPDX-License-Identifier: MIT
 *
 * rule.c: a made-up prospective payment system of the size of a national one: weights by group,
 * labour and other shares by the wage index of the provider's area (a chained lookup), teaching
 * and disproportionate-share adjustments by powers that are made once for each provider,
 * transfers by days, outliers by cost, and a reason by code for each row. Each stage is rounded,
 * as its definition says. tests/pps/pps.py compares it with exact fractions.
 */
#include <stdlib.h>

#include <reckoner/plugin.h>

typedef struct pps_params {
    rk_decimal labour, other, threshold, marginal;
} pps_params;

/* What is worked out once for each provider. */
typedef struct provider {
    rk_factor teaching, share, cost_to_charge;
} provider;

typedef struct pps_state {
    size_t n;
    provider providers[];
} pps_state;

static const rk_param params[] = {{.name = "labour",
                                   .type = RK_PARAM_DECIMAL,
                                   .flags = RK_REQUIRED,
                                   .offset = offsetof(pps_params, labour),
                                   .min = "0",
                                   .max = "1000000",
                                   .help = "The part of the rate that the wage index adjusts."},
                                  {.name = "other",
                                   .type = RK_PARAM_DECIMAL,
                                   .flags = RK_REQUIRED,
                                   .offset = offsetof(pps_params, other),
                                   .min = "0",
                                   .max = "1000000",
                                   .help = "The part that it does not."},
                                  {.name = "threshold",
                                   .type = RK_PARAM_DECIMAL,
                                   .offset = offsetof(pps_params, threshold),
                                   .default_value = "38859",
                                   .min = "0",
                                   .max = "1000000",
                                   .help = "Cost above the payment before an outlier begins."},
                                  {.name = "marginal",
                                   .type = RK_PARAM_DECIMAL,
                                   .offset = offsetof(pps_params, marginal),
                                   .default_value = "0.8",
                                   .min = "0",
                                   .max = "1",
                                   .unit = "ratio",
                                   .help = "Share of the cost of an outlier that is paid."},
                                  {0}};

enum {
    COUNT,
    WEIGHT,
    MEAN_STAY,
    AREA,
    WAGE_INDEX,
    PROVIDER,
    LOS,
    CHARGES,
    TRANSFER,
    RESIDENTS,
    BEDS,
    POOR,
    COST_TO_CHARGE
};

#define ROWS(column, kind, ...)                                      \
    {                                                                \
        .table = "claims", .name = column, .type = kind, __VA_ARGS__ \
    }
#define OF_PROVIDER(column, ...)                                                             \
    {                                                                                        \
        .table = "providers", .name = column, .type = RK_COLUMN_RATIO, .default_value = "0", \
        __VA_ARGS__                                                                          \
    }
static const rk_column columns[] = {
    [COUNT] = ROWS("count", RK_COLUMN_DECIMAL, .flags = RK_QUANTITY, .default_value = "1",
                   .help = "Discharges."),
    [WEIGHT] = ROWS("weight", RK_COLUMN_FACTOR, .flags = RK_REQUIRED | RK_PRICE_DECIDES,
                    .lookup = "weights", .help = "Relative weight of the group."),
    [MEAN_STAY] = ROWS("mean_stay", RK_COLUMN_DECIMAL, .lookup = "weights",
                       .help = "Geometric mean length of stay."),
    [AREA] = ROWS("area", RK_COLUMN_TEXT, .lookup = "providers", .help = "Area of the provider."),
    [WAGE_INDEX] = ROWS("wage_index", RK_COLUMN_FACTOR, .flags = RK_REQUIRED | RK_PRICE_DECIDES,
                        .lookup = "areas", .help = "Wage index of the area."),
    [PROVIDER] = ROWS("provider_row", RK_COLUMN_ROW, .flags = RK_LOOKUP_OPTIONAL,
                      .lookup = "providers", .help = "Row of the provider."),
    [LOS] = ROWS("los", RK_COLUMN_INTEGER, .help = "Length of stay."),
    [CHARGES] = ROWS("charges", RK_COLUMN_DECIMAL, .default_value = "0", .help = "Charges."),
    [TRANSFER] = ROWS("transfer", RK_COLUMN_BOOL, .default_value = "false",
                      .help = "Moved to another hospital."),
    [RESIDENTS] = OF_PROVIDER("residents", .help = "Residents."),
    [BEDS] = OF_PROVIDER("beds", .help = "Beds."),
    [POOR] = OF_PROVIDER("poor_share", .help = "Share of poor patients."),
    [COST_TO_CHARGE] = OF_PROVIDER("cost_to_charge", .help = "Cost for each unit of charges."),
    {0}};

enum { BASE, TEACHING, SHARE, OUTLIER };
static const rk_element elements[] = {{"base", 0, "Weight times the adjusted rate."},
                                      {"teaching", 0, "Indirect medical education."},
                                      {"disproportionate", 0, "Share of poor patients."},
                                      {"outlier", 0, "Cost far above the payment."},
                                      {0}};

enum { NORMAL = 1, IS_OUTLIER, IS_TRANSFER, NO_PROVIDER, NO_WEIGHT, NO_AREA, BAD_STAY };
static const rk_reason reasons[] = {{"00", "paid in full"},
                                    {"02", "paid with an outlier"},
                                    {"03", "paid by days as a transfer"},
                                    {"51", "no such provider"},
                                    {"54", "no weight for the group"},
                                    {"52", "no wage index for the area"},
                                    {"56", "length of stay is missing or not in order"},
                                    {0}};
static const char *const group_by[] = {"provider", NULL};

static rk_factor factor_of(const rk_host *h, rk_num n)
{
    rk_factor f = 0;
    return h->to_factor(h, n, &f) ? f : 0;
}

static int prepare(const rk_host *h, const void *own, const rk_period *period, void **state)
{
    const size_t n = h->n_rows(h, "providers");
    pps_state *s = calloc(1, sizeof *s + n * sizeof *s->providers);
    (void) own, (void) period;
    if (s == NULL) {
        return RK_NO_MEMORY;
    }
    s->n = n;
    const rk_num one = h->integer(h, 1);
    for (size_t i = 0; i < n; i++) {
        const rk_num beds = h->cell(h, BEDS, i), poor = h->cell(h, POOR, i);
        const rk_num ratio =
            h->sign(h, beds) > 0 ? h->div(h, h->cell(h, RESIDENTS, i), beds) : h->integer(h, 0);
        /* 1.35 x ((1 + residents / beds)^0.405 - 1) */
        const rk_num power = h->power(h, h->add(h, one, ratio), 81, 200, 9);
        s->providers[i].teaching =
            factor_of(h, h->mul(h, h->ratio(h, 135, 100), h->sub(h, power, one)));
        /* (1 + poor share)^0.6848 - 1 */
        s->providers[i].share =
            factor_of(h, h->sub(h, h->power(h, h->add(h, one, poor), 6848, 10000, 9), one));
        s->providers[i].cost_to_charge = factor_of(h, h->cell(h, COST_TO_CHARGE, i));
    }
    *state = s;
    return RK_OK;
}

/* Why a row cannot be priced; 0: it can. */
static uint16_t refuse(const rk_column_data *c, const pps_state *s, size_t i)
{
    if (!c[PROVIDER].has[i] || (size_t) c[PROVIDER].v[i] >= s->n) {
        return NO_PROVIDER;
    }
    return !c[WEIGHT].has[i]                   ? NO_WEIGHT
           : !c[WAGE_INDEX].has[i]             ? NO_AREA
           : !c[LOS].has[i] || c[LOS].v[i] < 0 ? BAD_STAY
                                               : 0;
}

static bool price_row(const pps_params *p, const pps_state *s, const rk_column_data *c, size_t i,
                      rk_priced *out)
{
    const provider *of = &s->providers[c[PROVIDER].v[i]];
    rk_decimal rate, base, teaching, share, cost, paid, amount;
    bool fits = rk_decimal_mul_factor(p->labour, c[WAGE_INDEX].v[i], RK_DECIMAL_PENNY, &rate) &&
                rk_decimal_add(rate, p->other, &rate) &&
                rk_decimal_mul_factor(rate, c[WEIGHT].v[i], RK_DECIMAL_PENNY, &base);
    uint16_t reason = NORMAL;
    const rk_int128 days = (rk_int128) (c[LOS].v[i] + 1) * RK_DECIMAL_ONE;
    if (fits && c[TRANSFER].v[i] != 0 && c[MEAN_STAY].has[i] && c[MEAN_STAY].v[i] > days) {
        /* a day's rate, and the first day twice; never more than the whole */
        base = (rk_decimal) rk_div_round((rk_int128) base * days,
                                         (rk_int128) c[MEAN_STAY].v[i] * RK_DECIMAL_PENNY) *
               RK_DECIMAL_PENNY;
        reason = IS_TRANSFER;
    }
    fits = fits && rk_decimal_mul_factor(base, of->teaching, RK_DECIMAL_PENNY, &teaching) &&
           rk_decimal_mul_factor(base, of->share, RK_DECIMAL_PENNY, &share) &&
           rk_decimal_mul_factor(c[CHARGES].v[i], of->cost_to_charge, RK_DECIMAL_PENNY, &cost) &&
           rk_decimal_add(base, teaching, &paid) && rk_decimal_add(paid, share, &paid);
    rk_decimal limit = 0, outlier = 0;
    if (!fits || !rk_decimal_add(paid, p->threshold, &limit)) {
        return false;
    }
    if (cost > limit) {
        fits = rk_decimal_mul(cost - limit, p->marginal, RK_DECIMAL_PENNY, &outlier);
        reason = IS_OUTLIER;
    }
    const rk_decimal count = c[COUNT].v[i];
    fits = fits && rk_decimal_mul(base, count, RK_DECIMAL_PENNY, &out->element[BASE][i]) &&
           rk_decimal_mul(teaching, count, RK_DECIMAL_PENNY, &out->element[TEACHING][i]) &&
           rk_decimal_mul(share, count, RK_DECIMAL_PENNY, &out->element[SHARE][i]) &&
           rk_decimal_mul(outlier, count, RK_DECIMAL_PENNY, &out->element[OUTLIER][i]) &&
           rk_decimal_add(out->element[BASE][i], out->element[TEACHING][i], &amount) &&
           rk_decimal_add(amount, out->element[SHARE][i], &amount) &&
           rk_decimal_add(amount, out->element[OUTLIER][i], &out->amount[i]);
    out->reason[i] = reason;
    return fits;
}

static int price(const rk_host *h, const void *own, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    for (size_t i = 0; i < batch->n; i++) {
        out->reason[i] = refuse(batch->column, state, i);
        if (out->reason[i] != 0) {
            out->status[i] = RK_ROW_UNPRICED;
        } else if (!price_row(own, state, batch->column, i, out)) {
            out->status[i] = RK_ROW_OVERFLOW;
        } else if (batch->trace) {
            const provider *of =
                &((const pps_state *) state)->providers[batch->column[PROVIDER].v[i]];
            h->row_step_factor(h, "wage index", "wage_index of the provider's area",
                               batch->column[WAGE_INDEX].v[i]);
            h->row_step_factor(h, "teaching", "1.35 x ((1 + residents / beds)^0.405 - 1)",
                               of->teaching);
        }
    }
    return RK_OK;
}

RK_RULE_EXPORT("pps", "1.0.0", .title = "Prospective payment",
               .summary = "A made-up prospective payment system.", .params = params,
               .params_size = sizeof(pps_params), .columns = columns, .elements = elements,
               .rows = "claims", .group_by = group_by, .row_kind = RK_ROWS_ROUNDED,
               .prepare = prepare, .price = price, .release = free, .reasons = reasons);
