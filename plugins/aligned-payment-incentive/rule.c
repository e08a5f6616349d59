/* SPDX-License-Identifier: MIT
 *
 * aligned-payment-incentive: a fixed payment, and a rate for the distance of
 * the activity's value from a baseline.
 *
 * The value comes from shadow components: it is priced, and not paid, since the
 * fixed payment already covers the baseline.
 */
#include "reckoner/plugin.h"

typedef struct aligned_params {
    rk_num fixed, baseline, rate_above, rate_below;
} aligned_params;

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const aligned_params *p = params;
    const rk_num value = h->label(h, settlement->of_total, "value");
    const rk_num over = h->label(h, h->sub(h, value, p->baseline), "value - baseline");
    const bool below = h->sign(h, over) < 0;
    const int status =
        h->line(h, &(rk_line){.label = "Fixed payment", .rate = p->fixed, .source = "fixed"});
    (void) state;
    if (status != RK_OK) {
        return status;
    }
    return h->line(h, &(rk_line){.label = below ? "Below the baseline" : "Above the baseline",
                                 .rate = over,
                                 .factor = below ? p->rate_below : p->rate_above,
                                 .source = below ? "rate_below" : "rate_above"});
}

static const rk_param params_table[] = {
    {.name = "fixed",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(aligned_params, fixed),
     .unit = "GBP",
     .help = "Paid regardless of activity."},
    {.name = "baseline",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(aligned_params, baseline),
     .unit = "GBP",
     .help = "The value of activity that the fixed payment covers."},
    {.name = "rate_above",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(aligned_params, rate_above),
     .min = "0",
     .unit = "ratio",
     .help = "The part of the value above the baseline that is paid."},
    {.name = "rate_below",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(aligned_params, rate_below),
     .min = "0",
     .unit = "ratio",
     .help = "The part of the value below the baseline that is taken back."},
    {0},
};

static const char *const sources[] = {
    "NHS England and NHS Improvement, 2022/23 National Tariff Payment System: aligned payment "
    "and incentive",
    NULL,
};

RK_RULE_EXPORT("aligned-payment-incentive", "1.0.0", .title = "Aligned payment and incentive",
               .summary = "Pays a fixed amount, plus or minus a rate for the difference between "
                          "the value of activity, priced by shadow components, and a baseline.",
               .sources = sources, .params = params_table, .params_size = sizeof(aligned_params),
               .of_use = RK_OF_REQUIRED, .flags = RK_RULE_OF_SHADOW, .settle = settle);
