/* SPDX-License-Identifier: MIT
 *
 * print.c: exact effects as amounts to the penny that add up, by largest remainder.
 */
#include "variance/print.h"

#include <stdlib.h>

/* A number rounded down, and what that loses. */
typedef struct share {
    rk_num rest;
    size_t index;
} share;

static int largest_first(const void *a, const void *b)
{
    const share *x = a;
    const share *y = b;
    const int order = rk__num_compare(y->rest, x->rest);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static rk_num unit_of(rk__nums *nums, int places)
{
    int64_t power = 1;
    for (int i = 0; i < places; i++) {
        power *= 10;
    }
    return rk__num_from_ratio(nums, 1, power);
}

/* Rounds `n` numbers (NULL: 0) to a number of places so that they add up to `total`, which is
 * their sum rounded: down, and then the largest remainders up. `out` may be `exact`. */
static bool spread(rk__sides *sides, const rk_num *exact, size_t n, rk_num total, int places,
                   rk_num *out)
{
    rk__nums *nums = &sides->nums;
    const rk_num unit = unit_of(nums, places);
    const rk_num zero = rk__num_from_int(nums, 0);
    share *shares = rk__calloc(n + 1, sizeof *shares);
    rk_num left = total;
    if (shares == NULL) {
        sides->arena.failed = true;
        return false;
    }
    size_t n_shares = 0;
    for (size_t i = 0; i < n; i++) {
        const rk_num amount = exact[i];
        if (rk__num_sign(amount) == 0) {
            out[i] = zero;
            continue;
        }
        out[i] = rk__num_mul(nums, rk__num_floor(nums, rk__num_div(nums, amount, unit)), unit);
        shares[n_shares++] = (share){rk__num_sub(nums, amount, out[i]), i};
        left = rk__num_sub(nums, left, out[i]);
    }
    if (n_shares > 0) {
        qsort(shares, n_shares, sizeof *shares, largest_first);
    }
    for (size_t i = 0; i < n_shares && rk__num_sign(left) > 0; i++) {
        out[shares[i].index] = rk__num_add(nums, out[shares[i].index], unit);
        left = rk__num_sub(nums, left, unit);
    }
    rk__free(shares);
    return !nums->no_memory;
}

static rk_num sum_of(rk__nums *nums, const rk_num *numbers, size_t n)
{
    rk_num sum = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < n; i++) {
        sum = numbers[i] != NULL ? rk__num_add(nums, sum, numbers[i]) : sum;
    }
    return sum;
}

/* Rounds one number of each group so that they add up to the rounded sum. */
static bool spread_groups(rk__sides *sides, rk__grouping *g, int places, bool plan, rk_num *total)
{
    rk__nums *nums = &sides->nums;
    rk_num *exact = rk__calloc(g->n + 1, sizeof *exact);
    rk_num sum[2];
    if (exact == NULL) {
        sides->arena.failed = true;
        return false;
    }
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < g->n; i++) {
            exact[i] = g->groups[i].amount[side];
        }
        sum[side] = rk__num_round(nums, sum_of(nums, exact, g->n), places);
    }
    *total = plan ? sum[0] : rk__num_sub(nums, sum[1], sum[0]);
    for (size_t i = 0; i < g->n; i++) {
        const rk__group_effects *of = &g->groups[i];
        exact[i] = plan ? of->amount[0] : sum_of(nums, of->effect, RK__EFFECTS);
    }
    const bool good = spread(sides, exact, g->n, *total, places, exact);
    for (size_t i = 0; i < g->n; i++) {
        *(plan ? &g->groups[i].plan : &g->groups[i].variance) = exact[i];
    }
    rk__free(exact);
    return good;
}

rk_status rk__effects_print(rk__sides *sides, rk__grouping *g, int places)
{
    rk__nums *nums = &sides->nums;
    const rk_num zero = rk__num_from_int(nums, 0);
    rk_num variance = NULL;
    bool good = spread_groups(sides, g, places, true, &g->plan) &&
                spread_groups(sides, g, places, false, &variance);
    g->over = g->under = zero;
    for (size_t e = 0; e < RK__EFFECTS; e++) {
        g->effect[e] = zero;
    }
    for (size_t i = 0; i < g->n && good && g->with_effects; i++) {
        rk__group_effects *group = &g->groups[i];
        good = spread(sides, group->effect, RK__EFFECTS, group->variance, places, group->printed);
        for (size_t e = 0; e < RK__EFFECTS; e++) {
            if (rk__num_sign(group->printed[e]) != 0) {
                g->effect[e] = rk__num_add(nums, g->effect[e], group->printed[e]);
            }
        }
        rk_num *side = rk__num_sign(group->variance) < 0 ? &g->under : &g->over;
        *side = rk__num_add(nums, *side, group->variance);
    }
    g->actual = good ? rk__num_add(nums, g->plan, variance) : NULL;
    return good && !sides->arena.failed && !nums->no_memory ? RK_OK : RK_NO_MEMORY;
}
