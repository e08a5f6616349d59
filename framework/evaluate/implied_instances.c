/* SPDX-License-Identifier: MIT
 *
 * implied_instances.c: components that are evaluated once more, over a part of their rows, to
 * value a parameter of another component.
 */
#include "evaluate/evaluation.h"
#include "ledger/instance.h"

/* Pairs of values that are compared; a document cannot demand more. */
#define OVERLAPS_MOST 1000

/* The component as bound, over the rows in a scope and its own. NULL if out of memory. */
static rk__instance *make_over(rk__evaluation *e, const rk__instance *instance, size_t of,
                               rk__scope *scope)
{
    const rk__instance *named = rk__instance_sibling(instance, of);
    rk__instance *over = rk__arena_alloc(&e->arena, sizeof *over);
    rk__component *component = rk__arena_alloc(&e->arena, sizeof *component);
    if (over == NULL || component == NULL ||
        rk__grow((void **) &e->implied, &e->implied_capacity, e->n_implied + 1,
                 sizeof(rk__instance *)) != 0) {
        return NULL;
    }
    *component = *named->component;
    rk__scope *last = scope;
    while (last->also != NULL) {
        last = last->also;
    }
    last->also = component->scope;
    component->scope = scope;
    *over = *named;
    over->component = component;
    over->implied = true;
    over->held = (rk__held){0};
    e->implied[e->n_implied++] = over;
    return over;
}

rk__instance *rk__evaluation_copy(rk__evaluation *e, const rk__instance *instance)
{
    rk__instance *copy = rk__arena_alloc(&e->arena, sizeof *copy);
    if (copy == NULL || rk__grow((void **) &e->implied, &e->implied_capacity, e->n_implied + 1,
                                 sizeof(rk__instance *)) != 0) {
        return NULL;
    }
    *copy = *instance;
    copy->implied = true;
    copy->held = (rk__held){0};
    copy->rows = (rk__row_outcome){0};
    e->implied[e->n_implied++] = copy;
    return copy;
}

/* What a later value of the same component values too, so that a double deduction is found. */
static rk_status make_overlap(rk__evaluation *e, const rk__instance *instance,
                              rk__instance_value *value, const rk__instance_value *other)
{
    rk__instance_overlap *overlap = rk__arena_alloc(&e->arena, sizeof *overlap);
    rk__scope *both = rk__arena_alloc(&e->arena, 2 * sizeof *both);
    if (overlap == NULL || both == NULL) {
        return RK_NO_MEMORY;
    }
    both[1] = *other->scope;
    both[1].also = NULL;
    both[0] = *value->scope;
    both[0].also = &both[1];
    *overlap = (rk__instance_overlap){.with = other,
                                      .over = make_over(e, instance, value->component, both),
                                      .next = value->overlaps};
    value->overlaps = overlap;
    return overlap->over != NULL ? RK_OK : RK_NO_MEMORY;
}

static rk_status plan_values(rk__evaluation *e, const rk__instance *instance, size_t *n_overlaps)
{
    rk_status status = RK_OK;
    for (rk__instance_value *v = instance->values; v != NULL && status == RK_OK; v = v->next) {
        const bool over = v->scope != NULL && rk__instance_sibling(instance, v->component)->bound;
        for (rk__instance_value *w = over ? v->next : NULL; w != NULL && status == RK_OK;
             w = w->next) {
            if (w->scope != NULL && w->component == v->component &&
                (*n_overlaps)++ < OVERLAPS_MOST) {
                status = make_overlap(e, instance, v, w);
            }
        }
        if (over && status == RK_OK) {
            v->over = make_over(e, instance, v->component, v->scope);
            status = v->over != NULL ? RK_OK : RK_NO_MEMORY;
        }
    }
    return status;
}

rk_status rk__values_plan(rk__evaluation *e)
{
    size_t n_overlaps = 0;
    for (size_t a = 0; a < e->n_arrangements; a++) {
        const size_t n = e->contract->n_periods * e->arrangements[a]->n_components;
        for (size_t u = 0; e->instances[a] != NULL && u < n; u++) {
            const rk__instance *instance = &e->instances[a][u];
            if (instance->bound && !instance->idle &&
                plan_values(e, instance, &n_overlaps) != RK_OK) {
                return RK_NO_MEMORY;
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
