/* SPDX-License-Identifier: MIT
 *
 * block: a fixed amount for a period, whatever the activity.
 */
#include "reckoner/plugin.h"

typedef struct uplift {
    const char *name;
    rk_num rate;
} uplift;

typedef struct block_params {
    rk_num amount, proportion;
    rk_list uplifts;
} block_params;

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const block_params *p = params;
    const uplift *uplifts = p->uplifts.items;
    rk_num factor = p->proportion;
    (void) state;
    (void) settlement;
    for (size_t i = 0; i < p->uplifts.n; i++) {
        const rk_num grown = h->add(h, h->integer(h, 1), uplifts[i].rate);
        factor = h->mul(h, factor, h->label(h, grown, uplifts[i].name));
    }
    return h->line(h, &(rk_line){.label = "Block payment",
                                 .rate = p->amount,
                                 .factor = h->label(h, factor, "proportion x uplifts"),
                                 .source = "amount"});
}

static const rk_param uplift_table[] = {
    {.name = "name",
     .type = RK_PARAM_TEXT,
     .flags = RK_REQUIRED,
     .offset = offsetof(uplift, name),
     .help = "What it is for: \"inflation\", \"efficiency\"."},
    {.name = "rate",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(uplift, rate),
     .unit = "ratio",
     .help = "The amount grows by this share; negative shrinks it."},
    {0},
};

static const rk_param params_table[] = {
    {.name = "amount",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(block_params, amount),
     .unit = "GBP",
     .help = "The payment."},
    {.name = "proportion",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(block_params, proportion),
     .default_value = "1",
     .unit = "ratio",
     .help = "The share of the amount that this contract pays."},
    {.name = "uplifts",
     .type = RK_PARAM_LIST,
     .offset = offsetof(block_params, uplifts),
     .items = uplift_table,
     .item_size = sizeof(uplift),
     .help = "Each multiplies the amount by 1 + rate."},
    {0},
};

static const char *const sources[] = {
    "Department of Health, Working for Patients (Cm 555), 1989: contracts of the internal market",
    NULL,
};

RK_RULE_EXPORT("block", "1.0.0", .title = "Block contract",
               .summary = "Pays a fixed amount for the period, times a proportion and uplifts; "
                          "activity does not change it.",
               .sources = sources, .params = params_table, .params_size = sizeof(block_params),
               .of_use = RK_OF_NONE, .settle = settle);
