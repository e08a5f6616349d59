/* SPDX-License-Identifier: MIT
 *
 * shared-savings: a share of what a population costs less, or more, than a
 * benchmark.
 *
 * Nothing moves until the distance reaches a minimum; then it is shared from
 * the first dollar, so that the minimum is a cliff and not a threshold.
 */
#include "reckoner/plugin.h"

typedef struct savings_params {
    rk_num benchmark, expenditure, minimum_savings_rate, sharing_rate, savings_cap;
    rk_num minimum_loss_rate, loss_rate, loss_cap;
} savings_params;

/* One side of the benchmark. */
typedef struct side {
    const char *label, *capped, *none, *source;
    rk_num distance, minimum, rate, cap;
    bool is_loss;
} side;

static int settle_side(const rk_host *h, const savings_params *p, const side *s)
{
    const rk_num least =
        h->label(h, h->mul(h, s->minimum, p->benchmark), "minimum rate x benchmark");
    const rk_num rate = s->is_loss ? h->neg(h, s->rate) : s->rate;
    if (h->compare(h, s->distance, least) < 0) {
        return h->line(
            h, &(rk_line){.label = s->none, .rate = s->distance, .factor = h->integer(h, 0)});
    }
    if (s->cap) {
        const rk_num most = h->label(h, h->mul(h, s->cap, p->benchmark), "cap x benchmark");
        if (h->compare(h, h->mul(h, s->distance, s->rate), most) > 0) {
            return h->line(
                h, &(rk_line){.label = s->capped, .rate = s->is_loss ? h->neg(h, most) : most});
        }
    }
    return h->line(
        h, &(rk_line){.label = s->label, .rate = s->distance, .factor = rate, .source = s->source});
}

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const savings_params *p = params;
    const rk_num saved = h->sub(h, p->benchmark, p->expenditure);
    (void) state;
    (void) settlement;
    if (h->sign(h, saved) < 0) {
        return settle_side(
            h, p,
            &(side){.label = "Shared losses",
                    .capped = "Shared losses, capped",
                    .none = "Losses below the minimum",
                    .source = "loss_rate",
                    .distance = h->label(h, h->neg(h, saved), "expenditure - benchmark"),
                    .minimum =
                        p->minimum_loss_rate ? p->minimum_loss_rate : p->minimum_savings_rate,
                    .rate = p->loss_rate,
                    .cap = p->loss_cap,
                    .is_loss = true});
    }
    return settle_side(h, p,
                       &(side){.label = "Shared savings",
                               .capped = "Shared savings, capped",
                               .none = "Savings below the minimum",
                               .source = "sharing_rate",
                               .distance = h->label(h, saved, "benchmark - expenditure"),
                               .minimum = p->minimum_savings_rate,
                               .rate = p->sharing_rate,
                               .cap = p->savings_cap});
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
    RATE(minimum_savings_rate, RK_REQUIRED, NULL,
         "Share of the benchmark that savings must reach to be shared."),
    RATE(sharing_rate, RK_REQUIRED, NULL, "The provider's share of savings."),
    RATE(savings_cap, 0, NULL, "The most that is paid, as a share of the benchmark."),
    RATE(minimum_loss_rate, 0, NULL,
         "Share of the benchmark that losses must reach; if absent, minimum_savings_rate."),
    RATE(loss_rate, 0, "0", "The provider's share of losses."),
    RATE(loss_cap, 0, NULL, "The most that is paid back, as a share of the benchmark."),
    {0},
};

static const char *const sources[] = {
    "Medicare Shared Savings Program, 42 CFR part 425",
    NULL,
};

RK_RULE_EXPORT("shared-savings", "1.0.0", .title = "Shared savings",
               .summary = "Pays a share of savings against a benchmark, from the first unit once "
                          "they reach a minimum; takes back a share of losses likewise.",
               .sources = sources, .params = params_table, .params_size = sizeof(savings_params),
               .of_use = RK_OF_NONE, .settle = settle);
