/* SPDX-License-Identifier: MIT
 *
 * tariff_dates.c: finds periods that the tariffs of a contract do not fit.
 */
#include "evaluate/tariff_dates.h"

#include "contract/sources.h"

/* Whether the rule looks something up in the tariff. */
static bool uses_tariff(const rk__instance *u)
{
    bool uses = false;
    for (const rk_column *c = u->rule->columns; u->tariff != NULL && c->name != NULL; c++) {
        const char *table = c->lookup != NULL ? rk__component_table(u->component, c->lookup) : NULL;
        uses |= table != NULL && rk__contract_fact(u->contract, table) == NULL &&
                rk__tariff_has_table(u->tariff, table);
    }
    return uses;
}

void rk__find_tariff_dates(const rk__instance *u)
{
    rk_date day;
    if (u->implied || u->hidden || !rk__sources_varies(u->sources, u->period) || !uses_tariff(u)) {
        return;
    }
    const rk__tariff *next = rk__sources_tariff_after(u->sources, u->period);
    if (next != NULL && !u->dated) {
        rk__result_find(u->result, (rk_finding){.code = "tariff-changes"},
                        "period '%s': tariff '%s' begins on %s, and rows without dates are priced "
                        "by '%s', in force at the start of the period",
                        u->period->id, next->id, next->from, u->tariff->id);
    }
    if (rk__sources_gap(u->sources, u->period, &day)) {
        rk__result_find(u->result, (rk_finding){.code = "tariff-ends"},
                        "period '%s': no tariff is in force on %04d-%02d-%02d, inside the period%s",
                        u->period->id, (int) day.year, (int) day.month, (int) day.day,
                        u->dated ? ", and rows of such days have no price" : "");
    }
}
