/* SPDX-License-Identifier: MIT
 *
 * chosen.c: the components of the arrangement that a scenario chooses of a contract, and which of
 * them are grants.
 */
#include <string.h>

#include "system/run.h"
#include "system/system.h"

#define GRANT_RULE "conditional-funding"

/* The components of the arrangement that a scenario chooses. */
const rk__value *rk__chosen_components(const rk__system_run *run, size_t contract)
{
    const rk__value *c = run->s.contracts[contract].contract;
    const rk__value *all = rk__json_get(c, "arrangements");
    const rk__value *own = rk__json_get(c, "arrangement");
    const char *name = run->scenario->arrangements[contract];
    name = name == NULL && own != NULL && own->type == RK__JSON_STRING ? own->text : name;
    const rk__value *list = name != NULL                                  ? rk__json_get(all, name)
                            : all != NULL && all->type == RK__JSON_OBJECT ? all->first
                                                                          : NULL;
    return list != NULL && list->type == RK__JSON_ARRAY ? list : NULL;
}

void rk__count_grants(const rk__system_run *run, size_t contract, size_t *grants, size_t *others)
{
    const rk__value *list = rk__chosen_components(run, contract);
    *grants = *others = 0;
    for (const rk__value *c = list != NULL ? list->first : NULL; c != NULL; c = c->next) {
        const rk__value *rule = rk__json_get(c, "rule");
        const rk__value *shadow = rk__json_get(c, "shadow");
        const bool grant =
            rule != NULL && rule->type == RK__JSON_STRING && strcmp(rule->text, GRANT_RULE) == 0;
        *grants += grant;
        *others += !grant && !(shadow != NULL && shadow->type == RK__JSON_BOOL && shadow->truth);
    }
}

/* The part of a payment that is a grant: all of it where conditions decide other rules. */
void rk__system_take_grants(rk__system_run *run, size_t i, const rk_result *result)
{
    rk__nums *nums = &run->s.nums;
    size_t grants = 0;
    size_t others = 0;
    rk__count_grants(run, i, &grants, &others);
    for (size_t p = 0; p < run->s.n_periods && run->grants[i]; p++) {
        rk_num sum = grants == 0 ? *rk__payment(run, i, p) : rk__num_from_int(nums, 0);
        for (size_t q = 0; q < result->n_periods && grants > 0; q++) {
            const rk__period_result *r = &result->periods[q];
            for (size_t k = 0; strcmp(r->id, run->s.periods[p].id) == 0 && k < r->n_components;
                 k++) {
                const rk__component_result *c = &r->components[k];
                if (!c->shadow && strcmp(c->rule, GRANT_RULE) == 0) {
                    sum = rk__num_add(nums, sum, rk__num_copy(nums, c->total));
                }
            }
        }
        run->granted[i * run->s.n_periods + p] = sum;
    }
}
