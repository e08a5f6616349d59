/* SPDX-License-Identifier: MIT
 *
 * shared-savings: a share of what a population costs less, or more, than a
 * benchmark.
 *
 * Nothing moves until the distance reaches a minimum; then it is shared from
 * the first dollar, so that the minimum is a cliff and not a threshold.
 */
#include "reckoner/plugin.h"

enum { FROM, TO, RATE_FROM, RATE_TO };

typedef struct savings_params {
    rk_num benchmark, expenditure, minimum_savings_rate, sharing_rate, savings_cap;
    rk_num minimum_loss_rate, loss_rate, loss_cap, loss_rate_min, loss_rate_max;
    rk_num quality, quality_gate, payment_factor, beneficiaries, revenue, loss_cap_revenue;
} savings_params;

static int refuse(const rk_host *h, rk_status code, const char *where, const char *hint,
                  const char *message)
{
    h->problem(h, code, where, hint, "%s", message);
    return code;
}

static int check(const rk_host *h, const void *params, const rk_of *of, size_t n_of)
{
    const savings_params *p = params;
    int status = RK_OK;
    (void) of;
    (void) n_of;
    if (p->minimum_savings_rate && p->beneficiaries) {
        status = refuse(h, RK_CONFLICT, "beneficiaries", "leave out one of them",
                        "'minimum_savings_rate' and 'beneficiaries' exclude each other");
    } else if (!p->minimum_savings_rate && !p->beneficiaries) {
        status = refuse(h, RK_MISSING_KEY, "minimum_savings_rate",
                        "give `minimum_savings_rate`, or `beneficiaries` and the table "
                        "`minimum_savings_rates`",
                        "neither 'minimum_savings_rate' nor 'beneficiaries' is given");
    }
    if (p->loss_rate && (p->loss_rate_min || p->loss_rate_max)) {
        status = refuse(h, RK_CONFLICT, "loss_rate",
                        "leave out `loss_rate`, or `loss_rate_min` and `loss_rate_max`",
                        "'loss_rate' is fixed and has no bounds");
    } else if (p->loss_rate_min && p->loss_rate_max &&
               h->compare(h, p->loss_rate_min, p->loss_rate_max) > 0) {
        status = refuse(h, RK_CONFLICT, "loss_rate_max", "exchange the two",
                        "'loss_rate_max' is below 'loss_rate_min'");
    }
    if (p->loss_cap_revenue && !p->revenue) {
        status = refuse(h, RK_MISSING_KEY, "revenue", "give `revenue`",
                        "'loss_cap_revenue' is a share of 'revenue', which is not given");
    } else if (p->revenue && !p->loss_cap_revenue) {
        h->warn(h, "revenue", "without 'loss_cap_revenue' it has no effect");
    }
    return status;
}

/* The minimum savings rate: the parameter, or from the table by the number of beneficiaries,
 * linear within a band and rounded to two decimals of a per cent. NULL after a problem. */
static rk_num minimum_rate(const rk_host *h, const savings_params *p)
{
    const size_t n = h->n_rows(h, "minimum_savings_rates");
    if (p->minimum_savings_rate) {
        return p->minimum_savings_rate;
    }
    for (size_t row = 0; row < n; row++) {
        const rk_num from = h->cell(h, FROM, row), to = h->cell(h, TO, row);
        const rk_num first = h->cell(h, RATE_FROM, row);
        const rk_num last = h->cell(h, RATE_TO, row);
        if (!from || !first || h->compare(h, p->beneficiaries, from) < 0 ||
            (to && h->compare(h, p->beneficiaries, to) > 0)) {
            continue;
        }
        if (!to || !last || h->compare(h, from, to) == 0) {
            return h->label(h, first, "minimum savings rate");
        }
        const rk_num way = h->div(h, h->sub(h, p->beneficiaries, from), h->sub(h, to, from));
        const rk_num rate = h->add(h, first, h->mul(h, way, h->sub(h, last, first)));
        return h->label(h, h->round(h, rate, 4), "minimum savings rate");
    }
    (void) refuse(h, RK_OUT_OF_RANGE, "beneficiaries",
                  "add a row with `from` and `to` that hold the number to the table "
                  "`minimum_savings_rates`",
                  "no row of 'minimum_savings_rates' holds the number of beneficiaries");
    return NULL;
}

/* One side of the benchmark. */
typedef struct side {
    const char *label, *capped, *none, *source;
    rk_num distance, minimum, rate, most; /* most: an amount, or NULL */
    rk_num factor;                        /* of all that is paid; negative for losses */
} side;

static int settle_side(const rk_host *h, const savings_params *p, const side *s)
{
    const rk_num least =
        h->label(h, h->mul(h, s->minimum, p->benchmark), "minimum rate x benchmark");
    if (h->compare(h, s->distance, least) < 0) {
        return h->line(
            h, &(rk_line){.label = s->none, .rate = s->distance, .factor = h->integer(h, 0)});
    }
    if (s->most && h->compare(h, h->mul(h, s->distance, s->rate), s->most) > 0) {
        return h->line(h, &(rk_line){.label = s->capped, .rate = s->most, .factor = s->factor});
    }
    return h->line(h, &(rk_line){.label = s->label,
                                 .rate = s->distance,
                                 .factor = h->mul(h, s->rate, s->factor),
                                 .source = s->source});
}

static bool below_gate(const rk_host *h, const savings_params *p)
{
    return p->quality_gate && h->compare(h, p->quality, p->quality_gate) < 0;
}

static int settle_savings(const rk_host *h, const savings_params *p, rk_num minimum, rk_num saved)
{
    const bool gated = below_gate(h, p);
    return settle_side(
        h, p,
        &(side){.label = gated ? "Savings not shared: quality below the gate" : "Shared savings",
                .capped = "Shared savings, capped",
                .none = "Savings below the minimum",
                .source = gated ? "quality_gate" : "sharing_rate",
                .distance = h->label(h, saved, "benchmark - expenditure"),
                .minimum = minimum,
                .rate = gated ? h->integer(h, 0) : h->mul(h, p->sharing_rate, p->quality),
                .factor = p->payment_factor,
                .most = p->savings_cap ? h->label(h, h->mul(h, p->savings_cap, p->benchmark),
                                                  "cap x benchmark")
                                       : NULL});
}

/* The share of losses: fixed, or 1 - sharing rate x quality within its bounds. Below the gate,
 * quality counts as none. */
static rk_num loss_share(const rk_host *h, const savings_params *p)
{
    const rk_num one = h->integer(h, 1);
    if (!p->loss_rate_min && !p->loss_rate_max) {
        return p->loss_rate ? p->loss_rate : h->integer(h, 0);
    }
    rk_num share = below_gate(h, p) ? one : h->sub(h, one, h->mul(h, p->sharing_rate, p->quality));
    share = p->loss_rate_min ? h->max(h, share, p->loss_rate_min) : share;
    share = p->loss_rate_max ? h->min(h, share, p->loss_rate_max) : share;
    return h->label(h, share, "1 - sharing rate x quality, within its bounds");
}

static int settle_losses(const rk_host *h, const savings_params *p, rk_num minimum, rk_num lost)
{
    rk_num most = NULL;
    if (p->loss_cap) {
        most = h->label(h, h->mul(h, p->loss_cap, p->benchmark), "cap x benchmark");
    }
    if (p->loss_cap_revenue) {
        const rk_num other =
            h->label(h, h->mul(h, p->loss_cap_revenue, p->revenue), "cap x revenue");
        most = most ? h->min(h, most, other) : other;
    }
    return settle_side(h, p,
                       &(side){.label = "Shared losses",
                               .capped = "Shared losses, capped",
                               .none = "Losses below the minimum",
                               .source = "loss_rate",
                               .distance = h->label(h, lost, "expenditure - benchmark"),
                               .minimum = p->minimum_loss_rate ? p->minimum_loss_rate : minimum,
                               .rate = loss_share(h, p),
                               .most = most,
                               .factor = h->integer(h, -1)});
}

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const savings_params *p = params;
    const rk_num saved = h->sub(h, p->benchmark, p->expenditure);
    const rk_num minimum = minimum_rate(h, p);
    (void) state;
    (void) settlement;
    if (!minimum) {
        return RK_OUT_OF_RANGE;
    }
    return h->sign(h, saved) < 0 ? settle_losses(h, p, minimum, h->neg(h, saved))
                                 : settle_savings(h, p, minimum, saved);
}

#define RATE(field, flag, preset, text)                                                   \
    {                                                                                     \
        .name = #field, .type = RK_PARAM_RATIO, .flags = (flag),                          \
        .offset = offsetof(savings_params, field), .default_value = (preset), .min = "0", \
        .unit = "ratio", .help = (text)                                                   \
    }

static const rk_param params_table[] = {
    {.name = "benchmark",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED,
     .offset = offsetof(savings_params, benchmark),
     .min = "0",
     .help = "What the population was expected to cost."},
    {.name = "expenditure",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED,
     .offset = offsetof(savings_params, expenditure),
     .help = "What it cost."},
    RATE(minimum_savings_rate, 0, NULL,
         "Share of the benchmark that savings must reach to be shared."),
    {.name = "beneficiaries",
     .type = RK_PARAM_EXACT,
     .offset = offsetof(savings_params, beneficiaries),
     .min = "0",
     .unit = "head",
     .help = "Takes the minimum savings rate from the table instead."},
    RATE(sharing_rate, RK_REQUIRED, NULL, "The provider's share of savings."),
    RATE(savings_cap, 0, NULL, "The most that is paid, as a share of the benchmark."),
    RATE(minimum_loss_rate, 0, NULL,
         "Share of the benchmark that losses must reach; if absent, minimum_savings_rate."),
    RATE(quality, 0, "1", "Quality score: multiplies the sharing rate."),
    RATE(quality_gate, 0, NULL, "Below this quality no savings are shared."),
    RATE(payment_factor, 0, "1", "Multiplies what is paid for savings, after the cap."),
    RATE(loss_rate, 0, NULL,
         "The provider's share of losses; if absent with its bounds, losses are not shared."),
    RATE(loss_rate_min, 0, NULL,
         "With it or loss_rate_max the share of losses is 1 - sharing_rate x quality; the least."),
    RATE(loss_rate_max, 0, NULL, "The most that the share of losses can be."),
    RATE(loss_cap, 0, NULL, "The most that is paid back, as a share of the benchmark."),
    RATE(loss_cap_revenue, 0, NULL,
         "The most that is paid back, as a share of revenue; with loss_cap, the smaller counts."),
    {.name = "revenue",
     .type = RK_PARAM_EXACT,
     .offset = offsetof(savings_params, revenue),
     .min = "0",
     .help = "The participants' revenue, which loss_cap_revenue is a share of."},
    {0},
};

static const char rates[] = "minimum_savings_rates";

static const rk_column columns_table[] = {
    [FROM] = {.table = rates,
              .name = "from",
              .type = RK_COLUMN_DECIMAL,
              .unit = "head",
              .help = "First number of beneficiaries of the band."},
    [TO] = {.table = rates,
            .name = "to",
            .type = RK_COLUMN_DECIMAL,
            .unit = "head",
            .help = "Last number of the band; blank: no end."},
    [RATE_FROM] = {.table = rates,
                   .name = "rate_from",
                   .type = RK_COLUMN_RATIO,
                   .unit = "ratio",
                   .help = "Minimum savings rate at `from`."},
    [RATE_TO] = {.table = rates,
                 .name = "rate_to",
                 .type = RK_COLUMN_RATIO,
                 .unit = "ratio",
                 .help = "Minimum savings rate at `to`; blank: rate_from in the whole band."},
    {0},
};

static const char *const sources[] = {
    "Medicare Shared Savings Program, 42 CFR part 425",
    NULL,
};

RK_RULE_EXPORT("shared-savings", "1.1.0", .title = "Shared savings",
               .summary = "Pays a share of savings against a benchmark, from the first unit once "
                          "they reach a minimum; takes back a share of losses likewise.",
               .sources = sources, .params = params_table, .params_size = sizeof(savings_params),
               .columns = columns_table, .of_use = RK_OF_NONE, .check = check, .settle = settle);
