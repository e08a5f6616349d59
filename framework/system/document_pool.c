/* SPDX-License-Identifier: MIT
 *
 * document_pool.c: the risk pool of a system document.
 */
#include "system/document.h"
#include "system/document_values.h"

static const char *const pool_keys[] = {"members", "charges", "variance", "residual",
                                        "notes",   "tiers",   "reserve",  NULL};
static const char *const tier_keys[] = {"to", "members", NULL};
static const char *const reserve_keys[] = {"amount", "organisation", NULL};

static rk_status read_charges(const rk__value *v, rk__pool *pool, rk_problems *problems)
{
    const rk__value *list = NULL;
    rk_status first = rk__system_list(v, "charges", &list, problems);
    for (const rk__value *c = list != NULL ? list->first : NULL; c != NULL; c = c->next) {
        const int word =
            rk__system_word(c, "kind of charge", rk__flow_words + RK__FLOW_COST, problems);
        if (word < 0) {
            rk__keep_first(&first, RK_OUT_OF_RANGE);
        } else {
            pool->charges[RK__FLOW_COST + word] = true;
        }
    }
    return first;
}

/* If a member lacks a control total, it would silently be missing from the variance. */
static rk_status check_variance(rk__system *s, const rk__pool *pool, rk_problems *problems)
{
    for (size_t i = 0; i < pool->n_members; i++) {
        const rk__organisation *o = &s->organisations[pool->members[i]];
        for (size_t p = 0; p < s->n_periods; p++) {
            if (o->control_total[p] == NULL) {
                return rk__json_problem(problems, o->at, RK_MISSING_KEY,
                                        "a pool of variances needs the control total of each "
                                        "member in each period",
                                        "'%s' has no control total in period '%s'", o->id,
                                        s->periods[p].id);
            }
        }
    }
    return RK_OK;
}

static rk_status read_members(rk__system *s, const rk__value *v, rk__tier *tier,
                              rk_problems *problems)
{
    const rk__value *members = NULL;
    const rk_status status = rk__system_list(v, "members", &members, problems);
    if (status != RK_OK) {
        return status;
    }
    if (members == NULL || members->count == 0) {
        return rk__json_problem(problems, v, RK_MISSING_KEY,
                                "add \"members\": [{\"organisation\", \"share\"}]",
                                "the pool has no members");
    }
    return rk__system_shares(s, members, "the pool", &tier->members, &tier->n_members, problems);
}

/* Tiers rise, and only the last has no end. */
static rk_status read_tier(rk__system *s, const rk__value *v, const rk__tier *before,
                           rk__tier *tier, rk_problems *problems)
{
    rk_status first = rk__system_item(v, "a tier", problems);
    if (first != RK_OK) {
        return first;
    }
    rk__keep_first(&first, rk__json_only_keys(v, tier_keys, problems));
    rk__keep_first(&first, rk__system_number(s, v, "to", false, false, &tier->to, problems));
    const bool last = v->next == NULL;
    if (first == RK_OK && (tier->to == NULL) != last) {
        first = rk__json_problem(
            problems, v, RK_OUT_OF_RANGE, "give each tier but the last a \"to\"",
            last ? "the last tier must have no end" : "only the last tier can have no end");
    }
    if (first == RK_OK && tier->to != NULL &&
        (rk__num_sign(tier->to) <= 0 ||
         (before != NULL && rk__num_compare(tier->to, before->to) <= 0))) {
        first = rk__json_problem(problems, rk__json_get(v, "to"), RK_OUT_OF_RANGE,
                                 "list tiers by size", "a tier ends before it begins");
    }
    rk__keep_first(&first, read_members(s, v, tier, problems));
    return first;
}

static rk_status read_tiers(rk__system *s, const rk__value *v, rk__pool *pool,
                            rk_problems *problems)
{
    const rk__value *list = NULL;
    rk_status first = rk__system_list(v, "tiers", &list, problems);
    if (first != RK_OK) {
        return first;
    }
    const size_t n = list != NULL && list->count > 0 ? list->count : 1;
    pool->tiers = rk__arena_alloc(&s->arena, n * sizeof *pool->tiers);
    if (pool->tiers == NULL) {
        return RK_NO_MEMORY;
    }
    if (list == NULL || list->count == 0) {
        pool->n_tiers = 1;
        return read_members(s, v, pool->tiers, problems);
    }
    if (rk__json_given(rk__json_get(v, "members"))) {
        return rk__json_problem(problems, list, RK_CONFLICT, "give each tier its members",
                                "'tiers' and 'members' exclude each other");
    }
    for (const rk__value *t = list->first; t != NULL; t = t->next) {
        rk__tier *tier = &pool->tiers[pool->n_tiers];
        rk__keep_first(
            &first,
            read_tier(s, t, pool->n_tiers > 0 && first == RK_OK ? tier - 1 : NULL, tier, problems));
        pool->n_tiers++;
    }
    return first;
}

/* Each organisation that some tier names, in that order. */
static rk_status list_members(rk__system *s, rk__pool *pool)
{
    pool->members = rk__arena_alloc(&s->arena, (s->n_organisations + 1) * sizeof *pool->members);
    for (size_t t = 0; pool->members != NULL && t < pool->n_tiers; t++) {
        for (size_t i = 0; i < pool->tiers[t].n_members; i++) {
            const size_t o = pool->tiers[t].members[i].organisation;
            bool listed = false;
            for (size_t k = 0; k < pool->n_members; k++) {
                listed |= pool->members[k] == o;
            }
            if (!listed) {
                pool->members[pool->n_members++] = o;
            }
        }
    }
    return pool->members == NULL ? RK_NO_MEMORY : RK_OK;
}

/* An amount, or {"amount", "organisation"} with its owner. */
static rk_status read_reserve(rk__system *s, const rk__value *v, rk__pool *pool,
                              rk_problems *problems)
{
    const rk__value *reserve = rk__json_get(v, "reserve");
    pool->reserve_holder = SIZE_MAX;
    if (!rk__json_given(reserve)) {
        return RK_OK;
    }
    rk_status first = RK_OK;
    if (reserve->type == RK__JSON_OBJECT) {
        first = rk__json_only_keys(reserve, reserve_keys, problems);
        rk__keep_first(
            &first, rk__system_number(s, reserve, "amount", true, false, &pool->reserve, problems));
        rk__keep_first(&first, rk__system_organisation(s, reserve, "organisation", false,
                                                       &pool->reserve_holder, problems));
    } else {
        first = rk__system_number(s, v, "reserve", true, false, &pool->reserve, problems);
    }
    pool->reserve =
        pool->reserve != NULL ? rk__num_round(&s->nums, pool->reserve, s->places) : NULL;
    if (pool->reserve != NULL && rk__num_sign(pool->reserve) < 0) {
        rk__keep_first(&first, rk__json_problem(problems, reserve, RK_OUT_OF_RANGE, NULL,
                                                "a reserve cannot be negative"));
    }
    return first;
}

rk_status rk__system_read_pool(rk__system *s, rk_problems *problems)
{
    static const char *const residuals[] = {"respread", "named", "returned", NULL};
    const rk__value *v = NULL;
    rk_status first = rk__system_object(s->root, "pool", &v, problems);
    if (first != RK_OK || v == NULL) {
        return first;
    }
    rk__pool *pool = rk__arena_alloc(&s->arena, sizeof *pool);
    if (pool == NULL) {
        return RK_NO_MEMORY;
    }
    pool->at = v;
    rk__keep_first(&first, rk__json_only_keys(v, pool_keys, problems));
    rk__keep_first(&first, read_tiers(s, v, pool, problems));
    rk__keep_first(&first, list_members(s, pool));
    rk__keep_first(&first, read_charges(v, pool, problems));
    rk__keep_first(&first, rk__json_bool_of(v, "variance", false, &pool->variance, problems));
    rk__keep_first(&first, read_reserve(s, v, pool, problems));
    const rk__value *residual = rk__json_get(v, "residual");
    if (rk__json_given(residual)) {
        const int word = rk__system_word(residual, "residual", residuals, problems);
        rk__keep_first(&first, word < 0 ? RK_OUT_OF_RANGE : RK_OK);
        pool->residual = word < 0 ? RK__RESIDUAL_RESPREAD : (rk__residual) word;
    }
    if (first == RK_OK && pool->variance) {
        first = check_variance(s, pool, problems);
    }
    s->risk_pool = pool;
    return first;
}
