// SPDX-License-Identifier: MIT
//
// rule.cc: a contract rule in C++, with reckoner/rule.hpp: a fixed amount, and a rate for each case
// above a threshold. It pays what tests/languages/vector.json expects of every language.
#include <reckoner/rule.hpp>

namespace
{

struct own_params {
    rk_num amount, threshold, rate;
};

const rk_param params[] = {
    reckoner::param("amount", RK_PARAM_EXACT, offsetof(own_params, amount), "Paid whatever is done.")
        .required()
        .per_time()
        .between("0", nullptr)
        .in("GBP"),
    reckoner::param("threshold", RK_PARAM_EXACT, offsetof(own_params, threshold),
                    "Cases that the amount pays for.")
        .per_time()
        .otherwise("0")
        .between("0", nullptr)
        .in("case"),
    reckoner::param("rate", RK_PARAM_EXACT, offsetof(own_params, rate),
                    "Paid for each case above the threshold.")
        .otherwise("0")
        .in("GBP"),
    {}};

const rk_column columns[] = {
    reckoner::column("activity", "count", RK_COLUMN_DECIMAL, "Cases in the row.")
        .flagged(RK_QUANTITY)
        .otherwise("1")
        .in("case"),
    {}};

int settle(const rk_host *h, const void *own, const void *, const rk_settlement *s)
{
    const own_params *p = static_cast<const own_params *>(own);
    const reckoner::host host(h);
    const reckoner::number cases = host.number(s->quantity).named("cases");
    const reckoner::number above = max(cases - host.number(p->threshold), host.number(int64_t{0}));
    const int status = host.line("Fixed amount").rate(p->amount).source("amount").write();
    return status != RK_OK ? status
                           : host.line("Cases above the threshold")
                                 .quantity(above, "case")
                                 .rate(p->rate)
                                 .source("rate")
                                 .write();
}

} // namespace

RK_RULE_EXPORT("above", "1.0.0", .title = "Above a threshold",
               .summary = "Pays a fixed amount, and a rate for each case above a threshold.",
               .params = params, .params_size = sizeof(own_params), .columns = columns,
               .rows = "activity", .settle = settle);
