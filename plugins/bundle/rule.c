/* SPDX-License-Identifier: MIT
 *
 * bundle: one target price for a whole episode or year of care.
 *
 * Services are paid as they are used; afterwards the distance of their cost per
 * episode from the target is paid out or back, up to a stop either way.
 */
#include "reckoner/plugin.h"

typedef struct bundle_params {
    rk_num benchmark, discount, episodes, actual, stop;
} bundle_params;

static int settle(const rk_host *h, const void *params, const void *state,
                  const rk_settlement *settlement)
{
    const bundle_params *p = params;
    const rk_num target =
        h->label(h, h->mul(h, p->benchmark, h->sub(h, h->integer(h, 1), p->discount)), "target");
    const rk_num most = h->label(h, h->mul(h, p->stop, target), "stop x target");
    const rk_num distance = h->label(h, h->sub(h, target, p->actual), "target - actual");
    const rk_num kept = h->max(h, h->neg(h, most), h->min(h, most, distance));
    int status = h->line(h, &(rk_line){.label = "Services as used",
                                       .quantity = p->episodes,
                                       .unit = "episode",
                                       .rate = p->actual,
                                       .source = "actual"});
    (void) state;
    (void) settlement;
    if (status == RK_OK) {
        status = h->line(h, &(rk_line){.label = "Reconciliation",
                                       .quantity = p->episodes,
                                       .unit = "episode",
                                       .rate = h->label(h, kept, "per episode")});
    }
    if (status == RK_OK) {
        status = h->line(
            h, &(rk_line){
                   .label = "Target price", .rate = target, .source = "benchmark", .memo = true});
    }
    return status;
}

static const rk_param params_table[] = {
    {.name = "benchmark",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED,
     .offset = offsetof(bundle_params, benchmark),
     .min = "0",
     .unit = "GBP",
     .help = "Historical cost of an episode."},
    {.name = "discount",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(bundle_params, discount),
     .min = "0",
     .max = "1",
     .unit = "ratio",
     .help = "The target is benchmark x (1 - discount)."},
    {.name = "episodes",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED | RK_PER_TIME,
     .offset = offsetof(bundle_params, episodes),
     .unit = "episode",
     .help = "Episodes of the period."},
    {.name = "actual",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED,
     .offset = offsetof(bundle_params, actual),
     .unit = "GBP",
     .help = "Actual cost of an episode."},
    {.name = "stop",
     .type = RK_PARAM_RATIO,
     .flags = RK_REQUIRED,
     .offset = offsetof(bundle_params, stop),
     .min = "0",
     .unit = "ratio",
     .help = "The most gained or lost on an episode, as a share of the target."},
    {0},
};

static const char *const sources[] = {
    "Centers for Medicare and Medicaid Services, Comprehensive Care for Joint Replacement, "
    "42 CFR part 510, for the shape",
    NULL,
};

RK_RULE_EXPORT("bundle", "1.0.0", .title = "Bundled payment",
               .summary = "Pays what episodes cost and reconciles it with a discounted target "
                          "price, with a stop on gains and losses.",
               .sources = sources, .params = params_table, .params_size = sizeof(bundle_params),
               .of_use = RK_OF_NONE, .settle = settle);
