/* SPDX-License-Identifier: MIT
 *
 * adjustment: percentages on what other components pay, one after another.
 *
 * Each adjustment is a line of its own: a rate of the amount so far, or of the original one. It
 * may apply to gains alone or to losses alone.
 */
#include "reckoner/plugin.h"

enum { ON_ALL, ON_GAIN, ON_LOSS };
enum { BASIS_RUNNING, BASIS_ORIGINAL };

typedef struct adjustment {
    const char *name;
    rk_num rate;
    int32_t on, basis;
} adjustment;

typedef struct adjustment_params {
    rk_list adjustments;
} adjustment_params;

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const adjustment_params *p = params;
    const adjustment *items = p->adjustments.items;
    const rk_num original = h->label(h, settlement->of_total, "original amount");
    const rk_num zero = h->integer(h, 0);
    rk_num running = original;
    (void) state;
    for (size_t i = 0; i < p->adjustments.n; i++) {
        const adjustment *a = &items[i];
        const rk_num basis = a->basis == BASIS_ORIGINAL ? original : running;
        const int sign = h->sign(h, basis);
        const bool applies = a->on == ON_ALL || (a->on == ON_GAIN ? sign > 0 : sign < 0);
        const rk_num rate = applies ? a->rate : zero;
        /* The host keeps the first failure of a line. */
        (void) h->line(h, &(rk_line){.label = a->name,
                                     .rate = basis,
                                     .factor = rate,
                                     .source = applies ? "adjustments"
                                               : a->on == ON_GAIN
                                                   ? "not applied: the amount is not a gain"
                                                   : "not applied: the amount is not a loss"});
        running = h->label(h, h->add(h, running, h->mul(h, basis, rate)), "running amount");
    }
    return h->line(h, &(rk_line){.label = "Adjusted amount", .rate = running, .memo = true});
}

static const char *const on_words[] = {"all", "gain", "loss", NULL};
static const char *const basis_words[] = {"running", "original", NULL};

static const rk_param adjustment_table[] = {
    {.name = "name",
     .type = RK_PARAM_TEXT,
     .flags = RK_REQUIRED,
     .offset = offsetof(adjustment, name),
     .help = "What the adjustment is: \"sequestration\"."},
    {.name = "rate",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(adjustment, rate),
     .unit = "ratio",
     .help = "Added to the amount: -2% takes 2% off a gain, and off a loss."},
    {.name = "on",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(adjustment, on),
     .default_value = "all",
     .words = on_words,
     .help = "Whether it applies to every amount, to gains (above zero) or to losses alone."},
    {.name = "basis",
     .type = RK_PARAM_ENUM,
     .offset = offsetof(adjustment, basis),
     .default_value = "running",
     .words = basis_words,
     .help = "The amount after the adjustments before it, or the original amount."},
    {0},
};

static const rk_param params_table[] = {
    {.name = "adjustments",
     .type = RK_PARAM_LIST,
     .flags = RK_REQUIRED,
     .offset = offsetof(adjustment_params, adjustments),
     .items = adjustment_table,
     .item_size = sizeof(adjustment),
     .help = "Applied in this order."},
    {0},
};

static const char *const sources[] = {
    "US Budget Control Act 2011 (sequestration); 42 CFR part 425 (extreme circumstances); 42 CFR "
    "412.172 (hospital-acquired conditions)",
    NULL,
};

RK_RULE_EXPORT("adjustment", "1.0.0", .title = "Adjustment",
               .summary = "Changes what the components in `of` pay by percentages, in order, each "
                          "on the amount so far or on the original one.",
               .sources = sources, .params = params_table, .params_size = sizeof(adjustment_params),
               .of_use = RK_OF_REQUIRED, .settle = settle);
