/* SPDX-License-Identifier: MIT
 *
 * system_pool.c: sharing what a pool takes on. Whole pennies are lifted and split,
 * so that what is lifted and what is borne are the same to the penny.
 */
#include "engine/system.h"

#define PENNY_PLACES 2

/* ------------------------------------------------------------------- a split */

static rk_num floor_of(rk__num_pool *pool, rk_num a)
{
    const rk_num near = rk__num_round(pool, a, 0);
    return rk__num_compare(near, a) > 0 ? rk__num_sub(pool, near, rk__num_from_int(pool, 1)) : near;
}

rk_status rk__split(rk__num_pool *pool, rk_num amount, const rk_num *weights, size_t n, rk_num *out)
{
    const rk_num zero = rk__num_from_int(pool, 0);
    const rk_num one = rk__num_from_int(pool, 1);
    const rk_num hundred = rk__num_from_int(pool, 100);
    const bool negative = rk__num_sign(amount) < 0;
    rk_num pennies = rk__num_mul(pool, negative ? rk__num_neg(pool, amount) : amount, hundred);
    rk_num *rest = rk__calloc(n + 1, sizeof(rk_num));
    rk_num total = zero;
    rk_num left = pennies;
    if (rest == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        total = rk__num_add(pool, total, weights[i]);
    }
    for (size_t i = 0; i < n; i++) {
        const rk_num exact = rk__num_sign(total) == 0
                                 ? zero
                                 : rk__num_div(pool, rk__num_mul(pool, pennies, weights[i]), total);
        out[i] = floor_of(pool, exact);
        rest[i] = rk__num_sub(pool, exact, out[i]);
        left = rk__num_sub(pool, left, out[i]);
    }
    while (rk__num_sign(total) != 0 && rk__num_sign(left) > 0 && !pool->no_memory) {
        size_t largest = 0; /* the first of equals */
        for (size_t i = 1; i < n; i++) {
            largest = rk__num_compare(rest[i], rest[largest]) > 0 ? i : largest;
        }
        out[largest] = rk__num_add(pool, out[largest], one);
        rest[largest] = rk__num_from_int(pool, -1);
        left = rk__num_sub(pool, left, one);
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = rk__num_div(pool, negative ? rk__num_neg(pool, out[i]) : out[i], hundred);
    }
    rk__free(rest);
    return pool->no_memory ? RK_NO_MEMORY : RK_OK;
}

/* -------------------------------------------------------------------- lifting */

static bool lifts(const rk__pool *pool, rk__entry_kind kind)
{
    switch (kind) {
    case RK__ENTRY_COST:
        return pool->charges[RK__FLOW_COST];
    case RK__ENTRY_DOUBLE_RUNNING:
        return pool->charges[RK__FLOW_DOUBLE_RUNNING];
    case RK__ENTRY_INVESTMENT:
        return pool->charges[RK__FLOW_INVESTMENT];
    case RK__ENTRY_REPAYMENT:
        return pool->charges[RK__FLOW_REPAYMENT];
    default:
        return false;
    }
}

/* Charges are taken off whoever bears them, member or not; what is below a penny stays. */
static rk_num charges_of(rk__num_pool *numbers, const rk__pool *pool, const rk__position *p)
{
    rk_num sum = pool->charges[RK__FLOW_STRANDED] ? p->stranded : rk__num_from_int(numbers, 0);
    for (size_t i = 0; i < p->n_entries; i++) {
        if (lifts(pool, p->entries[i].kind)) {
            sum = rk__num_add(numbers, sum, p->entries[i].amount);
        }
    }
    return rk__num_round(numbers, sum, PENNY_PLACES);
}

static void lift(rk__system_run *run, size_t period, rk__period_outcome *out)
{
    rk__num_pool *numbers = &run->s.pool;
    const rk__pool *pool = run->s.risk_pool;
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        rk__position *p = &out->positions[o];
        if (run->s.organisations[o].kind != RK__ORG_OUTSIDE) {
            p->lifted = charges_of(numbers, pool, p);
        }
    }
    for (size_t i = 0; pool->variance && i < pool->n_members; i++) {
        const size_t o = pool->members[i].organisation;
        rk__position *p = &out->positions[o];
        const rk_num left = rk__num_add(numbers, p->before, p->lifted);
        const rk_num variance =
            rk__num_sub(numbers, left, run->s.organisations[o].control_total[period]);
        p->lifted = rk__num_sub(numbers, p->lifted, rk__num_round(numbers, variance, PENNY_PLACES));
    }
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        out->lifted = rk__num_add(numbers, out->lifted, out->positions[o].lifted);
    }
}

/* -------------------------------------------------------------------- sharing */

typedef struct sharing {
    rk__num_pool *numbers;
    rk__pool *pool;
    rk_num *caps;    /* whole pennies, above zero; NULL: none */
    rk_num *weights; /* zero once a cap has bound */
    rk_num *parts;
    bool *capped;
    size_t n;
} sharing;

/* Members whose exact part passes their cap get the cap; true where any did. */
static bool bind_caps(sharing *s, rk_num amount, rk_num *left)
{
    rk__num_pool *numbers = s->numbers;
    const bool loss = rk__num_sign(amount) < 0;
    rk_num total = rk__num_from_int(numbers, 0);
    bool any = false;
    for (size_t i = 0; i < s->n; i++) {
        total = rk__num_add(numbers, total, s->weights[i]);
    }
    if (rk__num_sign(total) == 0) {
        return false;
    }
    const rk_num size = loss ? rk__num_neg(numbers, amount) : amount;
    for (size_t i = 0; i < s->n; i++) {
        const rk_num part = rk__num_div(numbers, rk__num_mul(numbers, size, s->weights[i]), total);
        if (!s->capped[i] && s->caps[i] != NULL && rk__num_compare(part, s->caps[i]) > 0) {
            s->parts[i] = loss ? rk__num_neg(numbers, s->caps[i]) : s->caps[i];
            s->capped[i] = true;
            *left = rk__num_sub(numbers, *left, s->parts[i]);
            any = true;
        }
    }
    for (size_t i = 0; i < s->n; i++) {
        s->weights[i] = s->capped[i] ? rk__num_from_int(numbers, 0) : s->weights[i];
    }
    return any;
}

/* Caps bind first; the rest goes to those that are left, or is the residual. */
static rk_status share_out(sharing *s, rk_num amount, rk_num *residual)
{
    rk__num_pool *numbers = s->numbers;
    rk_num *parts = rk__calloc(s->n + 1, sizeof(rk_num));
    if (parts == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = RK_OK;
    if (s->pool->respread) {
        rk_num left = amount;
        while (bind_caps(s, left, &left) && !numbers->no_memory) {
        }
        status = rk__split(numbers, left, s->weights, s->n, parts);
    } else {
        rk_num left = amount;
        status = rk__split(numbers, amount, s->weights, s->n, parts);
        (void) bind_caps(s, amount, &left);
    }
    *residual = amount;
    for (size_t i = 0; i < s->n; i++) {
        s->parts[i] = s->capped[i] ? s->parts[i] : parts[i];
        *residual = rk__num_sub(numbers, *residual, s->parts[i]);
    }
    rk__free(parts);
    return status;
}

static void caps_of(rk__system_run *run, sharing *s, bool loss)
{
    for (size_t i = 0; i < s->n; i++) {
        const rk__organisation *o = &run->s.organisations[s->pool->members[i].organisation];
        const rk_num cap = loss ? o->loss_cap : o->gain_cap;
        s->weights[i] = s->pool->members[i].share;
        if (cap != NULL) {
            const rk_num hundred = rk__num_from_int(s->numbers, 100);
            s->caps[i] = rk__num_div(
                s->numbers, floor_of(s->numbers, rk__num_mul(s->numbers, cap, hundred)), hundred);
        }
    }
}

rk_status rk__system_share(rk__system_run *run, size_t period)
{
    rk__pool *pool = run->s.risk_pool;
    rk__num_pool *numbers = &run->s.pool;
    rk__period_outcome *out = &run->out->periods[period];
    if (pool == NULL) {
        return RK_OK;
    }
    const size_t n = pool->n_members;
    rk_num *lists = rk__calloc(3 * n + 1, sizeof(rk_num));
    bool *capped = rk__calloc(n + 1, sizeof(bool));
    sharing s = {.numbers = numbers,
                 .pool = pool,
                 .caps = lists,
                 .weights = lists != NULL ? lists + n : NULL,
                 .parts = lists != NULL ? lists + 2 * n : NULL,
                 .capped = capped,
                 .n = n};
    rk_status status = lists == NULL || capped == NULL ? RK_NO_MEMORY : RK_OK;
    out->lifted = rk__num_from_int(numbers, 0);
    if (status == RK_OK) {
        lift(run, period, out);
        const rk_num amount = rk__num_neg(numbers, out->lifted);
        caps_of(run, &s, rk__num_sign(amount) < 0);
        status = share_out(&s, amount, &out->residual);
    }
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        out->positions[pool->members[i].organisation].share = s.parts[i];
    }
    for (size_t o = 0; o < run->s.n_organisations && status == RK_OK; o++) {
        rk__position *p = &out->positions[o];
        p->after = rk__num_add(numbers, rk__num_add(numbers, p->before, p->lifted), p->share);
    }
    rk__free(lists);
    rk__free(capped);
    if (status == RK_OK && rk__num_sign(out->residual) != 0) {
        rk__buf text = {0};
        rk__num_print_fixed(&text, out->residual, PENNY_PLACES);
        status = rk__system_finding(run,
                                    "period '%s': %s of the pool is beyond what its members' caps "
                                    "let them take, and is nobody's",
                                    run->s.periods[period].id, text.text != NULL ? text.text : "");
        rk__buf_dispose(&text);
    }
    return numbers->no_memory ? RK_NO_MEMORY : status;
}
