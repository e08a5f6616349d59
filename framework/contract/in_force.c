/* SPDX-License-Identifier: MIT
 *
 * in_force.c: the days between which a contract is in force.
 */
#include <string.h>

#include "contract/contract.h"

rk_status rk__contract_date(const rk__value *object, const char *key, rk_date *out, bool *given,
                            rk_problems *problems)
{
    const char *text = NULL;
    const rk_status status = rk__json_text_of(object, key, false, &text, problems);
    *given = status == RK_OK && text != NULL;
    return !*given || rk__date_parse(text, strlen(text), out)
               ? status
               : rk__json_problem(problems, rk__json_get(object, key), RK_OUT_OF_RANGE,
                                  "write dates as 2016-04-01", "'%s' is not a date", text);
}

rk_status rk__contract_limit(rk_contract *contract, const rk_date *from, const rk_date *to)
{
    rk_contract *c = contract;
    rk_period *cut = rk__arena_alloc(&c->arena, (c->n_periods + 1) * sizeof *cut);
    c->in_force = rk__arena_alloc(&c->arena, (c->n_periods + 1) * sizeof *c->in_force);
    if (cut == NULL || c->in_force == NULL) {
        return RK_NO_MEMORY;
    }
    if (c->from == NULL || (from != NULL && rk__date_compare(*from, *c->from) > 0)) {
        c->from = from;
    }
    if (c->to == NULL || (to != NULL && rk__date_compare(*to, *c->to) < 0)) {
        c->to = to;
    }
    from = c->from;
    to = c->to;
    for (size_t p = 0; p < c->n_periods; p++) {
        cut[p] = c->calendar.periods[p];
        c->in_force[p] = rk__period_part(&cut[p], from, to);
        if (from != NULL && rk__date_compare(cut[p].start, *from) < 0) {
            cut[p].start = *from;
        }
        if (to != NULL && rk__date_compare(*to, cut[p].end) < 0) {
            cut[p].end = *to;
        }
    }
    c->periods = cut;
    return RK_OK;
}

/* The days between which it is in force. */
rk_status rk__contract_read_span(rk_contract *c, const rk__value *root, rk_problems *problems)
{
    rk_date *from = rk__arena_alloc(&c->arena, sizeof *from);
    rk_date *to = rk__arena_alloc(&c->arena, sizeof *to);
    bool has_from = false;
    bool has_to = false;
    if (from == NULL || to == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = rk__contract_date(root, "from", from, &has_from, problems);
    rk__keep_first(&status, rk__contract_date(root, "to", to, &has_to, problems));
    if (status == RK_OK && has_from && has_to && rk__date_compare(*to, *from) < 0) {
        status = rk__json_problem(problems, rk__json_get(root, "to"), RK_OUT_OF_RANGE, NULL,
                                  "'to' is before 'from'");
    }
    return status == RK_OK && (has_from || has_to)
               ? rk__contract_limit(c, has_from ? from : NULL, has_to ? to : NULL)
               : status;
}
