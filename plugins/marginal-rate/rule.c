/* SPDX-License-Identifier: MIT
 *
 * marginal-rate: activity above a baseline is paid at a part of its price.
 *
 * The line takes back from what the components in `of` pay; what it takes back
 * stays with the payer, and is shown beside the ledger.
 */
#include "reckoner/plugin.h"

typedef struct marginal_params {
    rk_num baseline, rate, rate_below;
} marginal_params;

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const marginal_params *p = params;
    const rk_num zero = h->integer(h, 0), one = h->integer(h, 1);
    const rk_num over =
        h->sub(h, h->label(h, settlement->of_total, "value"), h->label(h, p->baseline, "baseline"));
    const rk_num above = h->label(h, h->max(h, zero, over), "value above the baseline");
    const rk_num below = h->label(h, h->max(h, zero, h->neg(h, over)), "value below the baseline");
    const rk_num kept = h->label(h, h->sub(h, one, p->rate), "1 - rate");
    (void) state;
    int status = h->line(h, &(rk_line){.label = "Above the baseline, at the marginal rate",
                                       .rate = above,
                                       .factor = h->neg(h, kept),
                                       .source = "rate"});
    if (status == RK_OK && p->rate_below) {
        const rk_num paid = h->label(h, h->sub(h, one, p->rate_below), "1 - rate_below");
        status = h->line(h, &(rk_line){.label = "Below the baseline",
                                       .rate = below,
                                       .factor = paid,
                                       .source = "rate_below"});
    }
    if (status != RK_OK) {
        return status;
    }
    return h->line(
        h, &(rk_line){.label = "Kept by the payer", .rate = above, .factor = kept, .memo = true});
}

static const rk_param params_table[] = {
    {.name = "baseline",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(marginal_params, baseline),
     .unit = "GBP",
     .help = "The value of the components in `of` up to which they are paid in full."},
    {.name = "rate",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(marginal_params, rate),
     .min = "0",
     .unit = "ratio",
     .help = "The part of the value above the baseline that is paid."},
    {.name = "rate_below",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(marginal_params, rate_below),
     .min = "0",
     .unit = "ratio",
     .help = "The part of a shortfall below the baseline that is lost; if absent, all of it."},
    {0},
};

static const char *const sources[] = {
    "Monitor and NHS England, 2016/17 National Tariff Payment System: marginal rate emergency rule",
    NULL,
};

RK_RULE_EXPORT("marginal-rate", "1.0.0", .title = "Marginal rate",
               .summary = "Pays the value of components above a baseline at a marginal rate, and "
                          "shows what the payer keeps: the emergency threshold.",
               .sources = sources, .params = params_table, .params_size = sizeof(marginal_params),
               .of_use = RK_OF_REQUIRED, .settle = settle);
