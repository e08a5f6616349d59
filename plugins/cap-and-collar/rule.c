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

static int check(const rk_host *h, const void *params, const rk_of *of, size_t n_of)
{
    const cap_params *p = params;
    (void) of;
    (void) n_of;
    if (!p->cap && !p->collar) {
        h->problem(h, RK_MISSING_KEY, "cap", "give `cap`, `collar`, or both",
                   "neither 'cap' nor 'collar' is given");
        return RK_MISSING_KEY;
    }
    return RK_OK;
}

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const cap_params *p = params;
    const rk_num one = h->integer(h, 1);
    const rk_num value = h->label(h, settlement->of_total, "value");
    rk_num paid = value, most = NULL, least = NULL;
    const char *label = p->cap && p->collar ? "Within cap and collar"
                        : p->cap            ? "Within the cap"
                                            : "Within the collar";
    int status;
    (void) state;
    if (p->collar) {
        least = h->label(h, h->mul(h, p->plan, h->sub(h, one, p->collar)), "plan x (1 - collar)");
        label = h->compare(h, paid, least) < 0 ? "Below the collar" : label;
        paid = h->max(h, paid, least);
    }
    if (p->cap) {
        most = h->label(h, h->mul(h, p->plan, h->add(h, one, p->cap)), "plan x (1 + cap)");
        label = h->compare(h, paid, most) > 0 ? "Above the cap" : label;
        paid = h->min(h, paid, most);
    }
    status = h->line(h, &(rk_line){.label = label, .rate = h->sub(h, paid, value)});
    if (status == RK_OK && most) {
        status = h->line(h, &(rk_line){.label = "Cap", .rate = most, .memo = true});
    }
    if (status == RK_OK && least) {
        status = h->line(h, &(rk_line){.label = "Collar", .rate = least, .memo = true});
    }
    return status;
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
     .offset = offsetof(cap_params, cap),
     .min = "0",
     .usual_max = "100%",
     .unit = "ratio",
     .help = "No more than plan x (1 + cap) is paid; if absent, there is no upper bound."},
    {.name = "collar",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(cap_params, collar),
     .min = "0",
     .usual_max = "100%",
     .unit = "ratio",
     .help = "No less than plan x (1 - collar) is paid; if absent, there is no lower bound."},
    {0},
};

static const char *const sources[] = {
    "Monitor and NHS England, 2016/17 National Tariff Payment System: local variations",
    NULL,
};

RK_RULE_EXPORT("cap-and-collar", "1.1.0", .title = "Cap and collar",
               .summary = "Keeps what the components in `of` pay between plan x (1 - collar) and "
                          "plan x (1 + cap); either bound may be left out.",
               .sources = sources, .params = params_table, .params_size = sizeof(cap_params),
               .of_use = RK_OF_REQUIRED, .check = check, .settle = settle);
