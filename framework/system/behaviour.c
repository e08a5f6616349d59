/* SPDX-License-Identifier: MIT
 *
 * behaviour.c: finds the cost behaviour of a row of activity.
 */
#include "system/document.h"

#include "contract/sources.h"

static rk_status covers(const rk__cost_behaviour *b, const rk__table *table, size_t row,
                        bool any_table, bool *out, rk_problems *problems)
{
    *out = true;
    if (b->scope == NULL) {
        return RK_OK;
    }
    const rk_status status =
        rk__scope_has_row(b->scope, table, row, out, any_table ? NULL : problems);
    *out &= status == RK_OK;
    return any_table && status == RK_MISSING_COLUMN ? RK_OK : status;
}

static const char *name_of(const rk__system *s, size_t behaviour)
{
    const rk__cost_behaviour *b = &s->behaviours[behaviour];
    return b->title != NULL ? b->title : s->organisations[b->organisation].id;
}

rk_status rk__behaviour_of_row(const rk__system *s, size_t organisation, const rk__table *table,
                               size_t row, bool any_table, size_t *out, rk_problems *problems)
{
    *out = SIZE_MAX;
    for (size_t b = 0; b < s->n_behaviours; b++) {
        bool in = false;
        const rk_status status =
            s->behaviours[b].organisation == organisation
                ? covers(&s->behaviours[b], table, row, any_table, &in, problems)
                : RK_OK;
        if (status != RK_OK) {
            return status;
        }
        if (in && *out != SIZE_MAX) {
            return rk__json_problem(
                problems, s->behaviours[b].at, RK_CONFLICT,
                "make their scopes exclude each other, so that each unit has one cost",
                "two cost behaviours of '%s' cover row %zu of table '%s': '%s' and '%s'",
                s->organisations[organisation].id, row + 1, rk__table_spec_of(table)->name,
                name_of(s, *out), name_of(s, b));
        }
        *out = in ? b : *out;
    }
    return RK_OK;
}
