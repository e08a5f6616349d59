/* SPDX-License-Identifier: MIT
 *
 * implied_instances.c: components that are evaluated once more, over a part of their rows, to
 * value a parameter of another component.
 */
#include "evaluate/evaluation.h"
#include "ledger/instance.h"

/* The component as bound, over the rows in both scopes. */
static rk_status make_over(rk__evaluation *e, const rk__instance *instance,
                           rk__instance_value *value)
{
    const rk__instance *named = rk__instance_sibling(instance, value->component);
    rk__instance *over = rk__arena_alloc(&e->arena, sizeof *over);
    rk__component *component = rk__arena_alloc(&e->arena, sizeof *component);
    if (over == NULL || component == NULL ||
        rk__grow((void **) &e->implied, &e->implied_capacity, e->n_implied + 1,
                 sizeof(rk__instance *)) != 0) {
        return RK_NO_MEMORY;
    }
    *component = *named->component;
    value->scope->also = component->scope;
    component->scope = value->scope;
    *over = *named;
    over->component = component;
    over->implied = true;
    over->held = (rk__held){0};
    value->over = over;
    e->implied[e->n_implied++] = over;
    return RK_OK;
}

rk_status rk__values_plan(rk__evaluation *e)
{
    for (size_t a = 0; a < e->n_arrangements; a++) {
        const size_t n = e->contract->n_periods * e->arrangements[a]->n_components;
        for (size_t u = 0; e->instances[a] != NULL && u < n; u++) {
            const rk__instance *instance = &e->instances[a][u];
            for (rk__instance_value *v = instance->bound ? instance->values : NULL; v != NULL;
                 v = v->next) {
                if (v->scope != NULL && rk__instance_sibling(instance, v->component)->bound &&
                    make_over(e, instance, v) != RK_OK) {
                    return RK_NO_MEMORY;
                }
            }
        }
    }
    return RK_OK;
}

rk_status rk__values_prepare(rk__evaluation *e, bool go_on, rk_problems *problems)
{
    rk_status first = RK_OK;
    for (size_t i = 0; i < e->n_implied && (first == RK_OK || go_on); i++) {
        rk__instance *instance = e->implied[i];
        /* If one fails, so does the component itself, which has reported the problem. */
        const rk_status status = rk__instance_prepare(instance, go_on ? NULL : problems);
        instance->bound = status == RK_OK;
        instance->streams = instance->streams && instance->bound;
        first = first == RK_OK ? status : first;
    }
    return first;
}
