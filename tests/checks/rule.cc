// SPDX-License-Identifier: MIT
//
// rule.cc: a rule in C++, a fixed amount. tests/checks/headers.sh compiles it.
#include <reckoner/plugin.h>

namespace
{

struct fixed_params {
    rk_num amount;
};

const rk_param params[] = {
    {.name = "amount",
     .type = RK_PARAM_EXACT,
     .flags = RK_REQUIRED,
     .offset = offsetof(fixed_params, amount),
     .default_value = nullptr,
     .min = "0",
     .max = nullptr,
     .unit = "GBP",
     .words = nullptr,
     .items = nullptr,
     .item_size = 0,
     .help = "What is paid."},
    {},
};

int settle(const rk_host *h, const void *own, const void *, const rk_settlement *)
{
    rk_line line = {};
    line.label = "Fixed amount";
    line.rate = static_cast<const fixed_params *>(own)->amount;
    return h->line(h, &line);
}

} // namespace

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
RK_RULE_EXPORT("rule-in-cxx", "1.0.0", .title = "A rule in C++", .params = params,
               .params_size = sizeof(fixed_params), .settle = settle);
