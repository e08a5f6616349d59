/* SPDX-License-Identifier: MIT
 *
 * unpriced.c: codes that most probably are those of another year.
 */
#include "rows/unpriced.h"

/* The table of the lookup that prices rows. */
static const rk__lookup *prices_of(const rk__pass *p, const rk__pass_instance *u)
{
    for (size_t k = 0; k < u->instance->rule->n_columns; k++) {
        const bool decides =
            (u->instance->rule->columns[k].flags & (RK_REQUIRED | RK_PRICE_DECIDES)) != 0;
        const size_t join = u->column[k] != RK__NONE ? p->columns[u->column[k]].join : RK__NONE;
        if (decides && join != RK__NONE) {
            return p->joins[join].lookup;
        }
    }
    return NULL;
}

void rk__unpriced_report(const rk__pass *pass, size_t instance)
{
    const rk__pass_instance *u = &pass->instances[instance];
    const rk__row_outcome *rows = &u->instance->rows;
    rk__nums *nums = &u->instance->result->nums;
    if (rows->unpriced_rows == 0 || u->instance->rule->rule->price == NULL) {
        return;
    }
    const rk_num unfound = rk__num_scaled(nums, rows->unfound_quantity, 6);
    const rk_num rest = rk__num_sub(
        nums,
        rk__num_add(nums, rk__num_scaled(nums, rows->unpriced_quantity, 6), rows->total.quantity),
        unfound);
    const rk__lookup *prices = prices_of(pass, u);
    if (prices != NULL && rows->unfound_keys >= 2 && rk__num_compare(unfound, rest) > 0) {
        rk__instance_find(u->instance,
                          (rk_finding){.code = "tariff-mismatch-codes", .quantity = unfound},
                          "most of the quantity, by %llu keys, is not in '%s' of %s: are the codes "
                          "those of another year?",
                          (unsigned long long) rows->unfound_keys, rk__lookup_name(prices),
                          rk__lookup_origin(prices));
    }
}
