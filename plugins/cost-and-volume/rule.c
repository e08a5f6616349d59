/* SPDX-License-Identifier: MIT
 *
 * cost-and-volume: an amount for a volume, and a price for what goes beyond it.
 */
#include "reckoner/plugin.h"

typedef struct volume_params {
    rk_num base_units, base_amount, tolerance, marginal_price, marginal_price_below;
} volume_params;

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const volume_params *p = params;
    const rk_num zero = h->integer(h, 0), one = h->integer(h, 1);
    const rk_num units = h->label(h, settlement->quantity ? settlement->quantity : zero, "units");
    const rk_num upper = h->label(h, h->mul(h, p->base_units, h->add(h, one, p->tolerance)),
                                  "base_units x (1 + tolerance)");
    const rk_num lower = h->label(h, h->mul(h, p->base_units, h->sub(h, one, p->tolerance)),
                                  "base_units x (1 - tolerance)");
    int status = h->line(
        h, &(rk_line){.label = "Base amount", .rate = p->base_amount, .source = "base_amount"});
    (void) state;
    if (status == RK_OK && h->compare(h, units, upper) > 0) {
        status = h->line(h, &(rk_line){.label = "Units above the tolerance",
                                       .quantity = h->sub(h, units, upper),
                                       .unit = "case",
                                       .rate = p->marginal_price,
                                       .source = "marginal_price"});
    }
    if (status == RK_OK && h->compare(h, units, lower) < 0) {
        status = h->line(h, &(rk_line){.label = "Units below the tolerance",
                                       .quantity = h->sub(h, units, lower),
                                       .unit = "case",
                                       .rate = p->marginal_price_below,
                                       .source = "marginal_price_below"});
    }
    return status;
}

static const rk_param params_table[] = {
    {.name = "base_units",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(volume_params, base_units),
     .min = "0",
     .unit = "case",
     .help = "The volume that base_amount pays for."},
    {.name = "base_amount",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(volume_params, base_amount),
     .unit = "GBP",
     .help = "Paid for any volume within the tolerance."},
    {.name = "tolerance",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(volume_params, tolerance),
     .default_value = "0",
     .min = "0",
     .unit = "ratio",
     .help = "Distance from base_units, either way, that changes nothing."},
    {.name = "marginal_price",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED,
     .offset = offsetof(volume_params, marginal_price),
     .unit = "GBP",
     .help = "Paid for each unit above the tolerance."},
    {.name = "marginal_price_below",
     .type = RK_PARAM_EXACT,
     .offset = offsetof(volume_params, marginal_price_below),
     .default_value = "0",
     .unit = "GBP",
     .help = "Taken back for each unit below the tolerance."},
    {0},
};

static const rk_column columns_table[] = {
    {.table = "activity",
     .name = "count",
     .type = RK_COLUMN_DECIMAL,
     .flags = RK_QUANTITY,
     .default_value = "1",
     .unit = "case",
     .help = "Units in the row; a negative count takes units back."},
    {0},
};

static const char *const sources[] = {
    "Department of Health, Working for Patients (Cm 555), 1989: contracts of the internal market",
    NULL,
};

static const char *const group_by[] = {"pod", NULL};

RK_RULE_EXPORT("cost-and-volume", "1.0.0", .title = "Cost and volume",
               .summary = "Pays a base amount for a base volume; beyond a tolerance, further units "
                          "are paid and missing units taken back, each at its own price.",
               .sources = sources, .params = params_table, .params_size = sizeof(volume_params),
               .columns = columns_table, .rows = "activity", .group_by = group_by,
               .row_kind = RK_ROWS_NONE, .of_use = RK_OF_NONE, .settle = settle);
