/* SPDX-License-Identifier: MIT
 *
 * bridge.c: what moves positions from the first scenario to another, in steps that add
 * up exactly.
 *
 * A position after the pool is split by source, and a step is the difference of the two scenarios'
 * parts. The part of prices is what the contracts of a scenario pay without its changes of
 * activity; the rest is the part of activity.
 */
#include "system/run.h"

#include "base/names.h"
#include "system/system.h"

#define AT(organisation, step) ((organisation) *RK_N_BRIDGE_STEPS + (size_t) (step))

static const char *const words[RK_N_BRIDGE_STEPS] = {"price",    "activity",       "cost-saved",
                                                     "stranded", "double-running", "vat",
                                                     "grants",   "other",          "pool"};

const char *rk_bridge_word(rk_bridge_step step)
{
    return step < RK_N_BRIDGE_STEPS ? words[step] : NULL;
}

rk_num rk_scenario_bridge(const rk_scenario_result *scenario, size_t organisation,
                          rk_bridge_step step)
{
    const rk__scenario_result *s = (const rk__scenario_result *) (const void *) scenario;
    const size_t o = organisation == RK_WHOLE_SYSTEM ? s->n_organisations : organisation;
    return s->bridge != NULL && o <= s->n_organisations && step < RK_N_BRIDGE_STEPS
               ? s->bridge[AT(o, step)]
               : NULL;
}

static void add(rk__nums *nums, rk_num *to, rk_num amount, int sign)
{
    if (sign != 0) {
        *to = sign > 0 ? rk__num_add(nums, *to, amount) : rk__num_sub(nums, *to, amount);
    }
}

/* What a contract pays one organisation, or makes another pay. */
static void split_contract(rk__nums *nums, const rk_contract_payment *c, rk_num plain, int sign,
                           rk_num *parts)
{
    if (c->grant) {
        add(nums, &parts[RK_BRIDGE_GRANTS], c->payment, sign);
    } else {
        add(nums, &parts[RK_BRIDGE_PRICE], plain, sign);
        add(nums, &parts[RK_BRIDGE_ACTIVITY], rk__num_sub(nums, c->payment, plain), sign);
    }
}

/* What contracts pay each organisation, less what it pays. */
static void split_contracts(rk__nums *nums, const rk__scenario_result *s, size_t period,
                            const rk__names *ids, rk_num *parts)
{
    const rk__period_outcome *p = &s->periods[period];
    for (size_t i = 0; i < p->n_contracts; i++) {
        const rk_contract_payment *c = &p->contracts[i];
        const rk_num plain =
            s->unchanged != NULL ? s->unchanged[i * s->n_periods + period] : c->payment;
        split_contract(nums, c, plain, 1, &parts[AT(rk__names_find(ids, c->payee), 0)]);
        split_contract(nums, c, plain, -1, &parts[AT(rk__names_find(ids, c->payer), 0)]);
    }
}

/* All other parts of a position. */
static void split_entries(rk__nums *nums, const rk__position *p, rk_num *parts)
{
    rk_num of_activity = p->stranded; /* of which flows of stranded cost are no part */
    for (size_t i = 0; i < p->n_entries; i++) {
        const rk_entry *e = &p->entries[i];
        switch (e->kind) {
        case RK_ENTRY_RECEIPT:
        case RK_ENTRY_PAYMENT:
            break;
        case RK_ENTRY_GRANT:
            add(nums, &parts[RK_BRIDGE_GRANTS], e->amount, 1);
            break;
        case RK_ENTRY_ACTIVITY:
        case RK_ENTRY_MOVED:
            add(nums, &parts[RK_BRIDGE_COST_SAVED], e->amount, -1);
            break;
        case RK_ENTRY_STRANDED:
            of_activity = rk__num_sub(nums, of_activity, e->amount);
            break;
        case RK_ENTRY_DOUBLE_RUNNING:
            add(nums, &parts[RK_BRIDGE_DOUBLE_RUNNING], e->amount, -1);
            break;
        case RK_ENTRY_VAT:
            add(nums, &parts[RK_BRIDGE_VAT], e->amount, -1);
            break;
        default:
            add(nums, &parts[RK_BRIDGE_OTHER], e->amount, rk__entry_comes_in(e->kind) ? 1 : -1);
        }
    }
    add(nums, &parts[RK_BRIDGE_COST_SAVED], of_activity, 1);
    add(nums, &parts[RK_BRIDGE_STRANDED], p->stranded, -1);
    add(nums, &parts[RK_BRIDGE_POOL], rk__num_sub(nums, p->after, p->before), 1);
}

/* The parts of the positions of a scenario over all periods; the system's after the last. */
static void split(const rk_system_result *result, rk__nums *nums, const rk__scenario_result *s,
                  const rk__names *ids, rk_num *parts)
{
    const size_t n = s->n_organisations;
    for (size_t i = 0; i < AT(n + 1, 0); i++) {
        parts[i] = rk__num_from_int(nums, 0);
    }
    for (size_t p = 0; p < s->n_periods; p++) {
        split_contracts(nums, s, p, ids, parts);
    }
    for (size_t o = 0; o < n; o++) {
        for (size_t p = 0; p < s->n_periods; p++) {
            split_entries(nums, &s->periods[p].positions[o], &parts[AT(o, 0)]);
        }
        for (int k = 0; k < RK_N_BRIDGE_STEPS && !result->organisations[o].outside; k++) {
            add(nums, &parts[AT(n, k)], parts[AT(o, k)], 1);
        }
    }
}

rk_status rk__system_bridge(rk_system_result *result)
{
    const size_t n = AT(result->n_organisations + 1, 0);
    const rk__scenario_result *first = &result->scenarios[0];
    rk__nums own = {0};
    rk_num *from = rk__arena_alloc(&result->arena, n * sizeof(rk_num));
    rk_num *to = rk__arena_alloc(&result->arena, n * sizeof(rk_num));
    const char **texts =
        rk__arena_alloc(&result->arena, (result->n_organisations + 1) * sizeof *texts);
    rk__names ids = {0};
    for (size_t o = 0; texts != NULL && o < result->n_organisations; o++) {
        texts[o] = result->organisations[o].id;
    }
    rk_status status = from == NULL || to == NULL || texts == NULL ||
                               !rk__names_make(&ids, texts, result->n_organisations, &result->arena)
                           ? RK_NO_MEMORY
                           : RK_OK;
    if (status == RK_OK && result->n_scenarios > 1) {
        split(result, &own, first, &ids, from);
    }
    for (size_t i = 1; i < result->n_scenarios && status == RK_OK; i++) {
        rk__scenario_result *s = &result->scenarios[i];
        s->bridge = rk__arena_alloc(&result->arena, n * sizeof(rk_num));
        if (s->bridge == NULL) {
            status = RK_NO_MEMORY;
            continue;
        }
        split(result, &own, s, &ids, to);
        for (size_t k = 0; k < n; k++) {
            s->bridge[k] = rk__num_copy(&s->nums, rk__num_sub(&own, to[k], from[k]));
        }
        status = own.no_memory || s->nums.no_memory ? RK_NO_MEMORY : RK_OK;
    }
    rk__nums_dispose(&own);
    return status;
}
