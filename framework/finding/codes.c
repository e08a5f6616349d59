/* SPDX-License-Identifier: MIT
 *
 * codes.c: every code that a finding can have. docs/findings.md says when each is given and what
 * to do; a test compares the two, and this list with the sources.
 */
#include "finding/codes.h"

#include <string.h>

#include "base/nearest.h"

static const char *const codes[] = {
    /* of tables and contracts */
    "bad-rows",
    "column-nearly-found",
    "cost-left-out",
    "default-taken",
    "duplicate-rows",
    "no-cost",
    "no-rows",
    "no-rows-written",
    "not-a-year",
    "nothing-to-allocate-by",
    "nothing-to-group",
    "overlapping-deductions",
    "pot-not-shared-out",
    "rows-not-compared",
    "rule-note",
    "rule-warning",
    "scale",
    "code-as-number",
    "implausible",
    "key-nearly-found",
    "mostly-unpriced",
    "negative-quantity",
    "scope-nearly-met",
    "tariff-changes",
    "tariff-ends",
    "tariff-mismatch-codes",
    "total-row",
    "zero-price",
    /* of systems and incentives */
    "control-total-untested",
    "cost-unchanged",
    "covers-part-of-period",
    "decay-by-calendar",
    "delivery-not-on-flow",
    "no-activity",
    "no-cost-flow",
    "no-unit-cost",
    "period-left-out",
    "period-missing",
    "pool-residual",
    "receiver-charged-twice",
    "rows-left-out",
    "subcontracts-above-head",
    "too-few-units",
    "transition-differs",
    "two-costs",
    "unpriced-rows",
    NULL,
};

const char *rk__finding_code(size_t index)
{
    return index < sizeof codes / sizeof *codes ? codes[index] : NULL;
}

bool rk__finding_is_code(const char *code)
{
    size_t i = 0;
    while (codes[i] != NULL && strcmp(codes[i], code) != 0) {
        i++;
    }
    return codes[i] != NULL;
}

const char *rk__finding_nearest(const char *code)
{
    return rk__nearest(code, codes);
}
