/* SPDX-License-Identifier: MIT
 *
 * valued.c: parameters whose amount is the total of an earlier component: "what this
 * carve-out would have cost here". For a part of its rows the component is evaluated a second
 * time, outside the result, with the same parameters and both its own scope and the
 * parameter's.
 */
#include "ledger/host.h"
#include "ledger/instance.h"
#include "ledger/sealed.h"

#include <string.h>

/* ------------------------------------------------------------------ binding */

/* A part of the rows does not determine what a component takes from other sources. */
static rk_status check_over(rk__instance *instance, const rk__valued *valued, size_t component,
                            rk_problems *problems)
{
    const rk__component *named = &instance->arrangement->components[component];
    rk_status status = RK_OK;
    const rk__rule *rule = rk__session_rule(instance->contract->session, named, &status,
                                            NULL); /* reported at its own position */
    if (rule == NULL) {
        return status;
    }
    if (rule->rule->rows == NULL) {
        return rk__json_problem(problems, valued->scope, RK_CONFLICT,
                                "leave the scope out, or name a component that prices rows",
                                "'%s' cannot be valued over a part of its rows: rule '%s' reads no "
                                "rows that a scope could keep",
                                named->id, rule->id);
    }
    if (named->n_of > 0 || rk__instance_sibling(instance, component)->values != NULL) {
        return rk__json_problem(problems, valued->scope, RK_CONFLICT,
                                "leave the scope out, or name the component that prices the rows",
                                "'%s' cannot be valued over a part of its rows: it uses other "
                                "components",
                                named->id);
    }
    return RK_OK;
}

rk_status rk__instance_value_of(void *ctx, const rk__valued *valued, rk_problems *problems)
{
    rk__instance *instance = ctx;
    rk__arena *arena = &instance->result->arena;
    const rk__arrangement *a = instance->arrangement;
    size_t found = 0;
    while (found < instance->component_index &&
           strcmp(a->components[found].id, valued->out->id) != 0) {
        found++;
    }
    if (found == instance->component_index) {
        return rk__component_cycle(arena, a->at, valued->at, instance->component->at, problems);
    }
    rk__instance_value *value = rk__arena_alloc(arena, sizeof *value);
    if (value == NULL) {
        return RK_NO_MEMORY;
    }
    *value = (rk__instance_value){.given = *valued, .component = found};
    rk_status status = RK_OK;
    if (valued->scope != NULL) {
        status = rk__scope_read(arena, valued->scope, &value->scope, problems);
    }
    if (status == RK_OK && valued->scope != NULL) {
        status = check_over(instance, valued, found, problems);
    }
    if (status != RK_OK) {
        return status;
    }
    valued->out->rule = a->components[found].rule;
    valued->out->shadow = a->components[found].shadow;
    rk__instance_value **last = &instance->values;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = value;
    return RK_OK;
}

/* ------------------------------------------------------------------ settling */

/* What a component comes to for the days that the contract is in force, as an amount of the whole
 * period: the instance that uses it takes all of its own amount in proportion. */
static rk_num of_period(rk__instance *instance, rk_num total)
{
    const rk__year_part *part = rk__instance_in_force(instance);
    rk__nums *nums = &instance->result->nums;
    return part == NULL || part->num == 0
               ? total
               : rk__num_div(nums, total, rk__num_from_ratio(nums, part->num, part->den));
}

/* "component 'at-tariff' over service cancer". */
static rk_num named_total(rk__instance *instance, const rk__instance_value *value,
                          const rk__instance *from)
{
    rk__nums *nums = &instance->result->nums;
    const char *words = value->given.words;
    const char *label =
        rk__arena_printf(&instance->result->arena, "component '%s'%s%s", from->component->id,
                         words != NULL ? " over " : "", words != NULL ? words : "");
    const rk_num total =
        label != NULL ? rk__num_label(nums, of_period(instance, from->exact), label, NULL) : NULL;
    return total != NULL ? rk__num_label(nums, total, value->given.path, value->given.source)
                         : NULL;
}

static rk_num part_of(rk__nums *nums, const rk__instance_value *v)
{
    return v->given.part != NULL ? rk__num_copy(nums, v->given.part) : rk__num_from_int(nums, 1);
}

/* What the parts of a value, and of those that share rows with it, have above one; NULL: nothing.
 */
static rk_num above_one(rk__nums *nums, const rk__instance_value *v)
{
    rk_num sum = rk__num_sub(nums, part_of(nums, v), rk__num_from_int(nums, 1));
    for (const rk__instance_overlap *o = v->overlaps; o != NULL; o = o->next) {
        sum = rk__num_add(nums, sum, part_of(nums, o->with));
    }
    return rk__num_sign(sum) > 0 ? sum : NULL;
}

/* The same rows must not be taken away twice. */
static rk_status settle_overlaps(rk__instance *instance, const rk__instance_value *v,
                                 const rk__instance *siblings, rk_problems *problems)
{
    rk__nums *nums = &instance->result->nums;
    const rk_num above = v->overlaps != NULL ? above_one(nums, v) : NULL;
    for (rk__instance_overlap *o = above != NULL ? v->overlaps : NULL; o != NULL; o = o->next) {
        const rk_status status = rk__instance_settle(o->over, siblings, problems);
        if (status != RK_OK) {
            return status;
        }
        if (rk__num_sign(o->over->exact) != 0) {
            const rk_num twice = rk__num_min(nums, above, part_of(nums, o->with));
            rk__instance_find(instance,
                              (rk_finding){.code = "overlapping-deductions",
                                           .amount = rk__num_mul(nums, o->over->rounded, twice)},
                              "'%s' and '%s' are valued by the same rows of '%s', which count "
                              "twice",
                              v->given.words, o->with->given.words, o->over->component->id);
        }
    }
    return RK_OK;
}

rk_status rk__values_settle(rk__instance *instance, const rk__instance *siblings,
                            rk_problems *problems)
{
    for (rk__instance_value *v = instance->values; v != NULL; v = v->next) {
        if (v->over != NULL) {
            const rk_status status = rk__instance_settle(v->over, siblings, problems);
            if (status != RK_OK) {
                return status;
            }
        }
        const rk_status status = settle_overlaps(instance, v, siblings, problems);
        if (status != RK_OK) {
            return status;
        }
        const rk_num total =
            named_total(instance, v, v->over != NULL ? v->over : &siblings[v->component]);
        v->given.out->total = rk__instance_seals(instance) ? rk__seal(total) : total;
        if (v->given.out->total == NULL) {
            return RK_NO_MEMORY;
        }
    }
    if (instance->values != NULL) {
        rk__params_kept_again(instance);
    }
    return RK_OK;
}
