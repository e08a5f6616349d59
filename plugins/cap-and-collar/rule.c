/* SPDX-License-Identifier: MIT
 *
 * cap-and-collar: keeps what other components pay within a range around a plan.
 *
 * Its line is the correction that brings their total V to the nearer bound, so
 * that V and the line together are the payment.
 */
#include "reckoner/plugin.h"

typedef struct cap_params {
    rk_num plan, cap, collar;
} cap_params;

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const cap_params *p = params;
    const rk_num one = h->integer(h, 1);
    const rk_num value = h->label(h, settlement->of_total, "value");
    const rk_num most = h->label(h, h->mul(h, p->plan, h->add(h, one, p->cap)), "plan x (1 + cap)");
    const rk_num least =
        h->label(h, h->mul(h, p->plan, h->sub(h, one, p->collar)), "plan x (1 - collar)");
    const rk_num paid = h->min(h, h->max(h, value, least), most);
    const char *label = h->compare(h, value, most) > 0    ? "Above the cap"
                        : h->compare(h, value, least) < 0 ? "Below the collar"
                                                          : "Within cap and collar";
    int status;
    (void) state;
    if ((status = h->line(h, &(rk_line){.label = label, .rate = h->sub(h, paid, value)})) != 0 ||
        (status = h->line(h, &(rk_line){.label = "Cap", .rate = most, .memo = true})) != 0) {
        return status;
    }
    return h->line(h, &(rk_line){.label = "Collar", .rate = least, .memo = true});
}

static const rk_param params_table[] = {
    {.name = "plan",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(cap_params, plan),
     .min = "0",
     .unit = "GBP",
     .help = "The planned value of the components in `of`."},
    {.name = "cap",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(cap_params, cap),
     .min = "0",
     .unit = "ratio",
     .help = "No more than plan x (1 + cap) is paid."},
    {.name = "collar",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(cap_params, collar),
     .min = "0",
     .unit = "ratio",
     .help = "No less than plan x (1 - collar) is paid."},
    {0},
};

static const char *const sources[] = {
    "Monitor and NHS England, 2016/17 National Tariff Payment System: local variations",
    NULL,
};

RK_RULE_EXPORT("cap-and-collar", "1.0.0", .title = "Cap and collar",
               .summary = "Keeps what the components in `of` pay between plan x (1 - collar) and "
                          "plan x (1 + cap).",
               .sources = sources, .params = params_table, .params_size = sizeof(cap_params),
               .of_use = RK_OF_REQUIRED, .settle = settle);
