/* SPDX-License-Identifier: MIT
 *
 * effects.c: volume, mix, price and the rest, exactly and as printed.
 */
#include "variance/effects.h"

#include <stdlib.h>

/* A cell and its side. */
typedef struct ref {
    const rk__cell *cell;
    int side;
} ref;

/* What a key has on both sides. */
typedef struct key_sums {
    rk_num quantity[2], amount[2], unpriced[2];
    rk_num element[2][RK__SIDE_ELEMENTS];
} key_sums;

typedef struct finder {
    rk__sides *sides;
    rk__grouping *out;
    rk__nums nums;  /* of the current group */
    key_sums *keys; /* of the current group */
    size_t n_keys, capacity;
} finder;

/* -------------------------------------------------------------------- numbers */

static rk_num plus(rk__nums *nums, rk_num a, rk_num b)
{
    return a == NULL ? b : b == NULL ? a : rk__num_add(nums, a, b);
}

static rk_num minus(rk__nums *nums, rk_num a, rk_num b)
{
    return b == NULL ? a : a == NULL ? rk__num_neg(nums, b) : rk__num_sub(nums, a, b);
}

/* amount x quantity / of: the part of an amount that a quantity has. */
static rk_num part_of(rk__nums *nums, rk_num amount, rk_num quantity, rk_num of)
{
    return amount == NULL || quantity == NULL
               ? NULL
               : rk__num_div(nums, rk__num_mul(nums, amount, quantity), of);
}

static void add_to(rk__nums *nums, rk_num *sum, rk_num amount)
{
    *sum = plus(nums, *sum, amount);
}

/* ------------------------------------------------------------------------ keys */

static void add_cell(finder *f, key_sums *key, const rk__cell *cell, int side)
{
    rk__nums *nums = &f->nums;
    add_to(nums, &key->quantity[side], cell->quantity);
    add_to(nums, &key->amount[side], cell->amount);
    add_to(nums, &key->unpriced[side], cell->unpriced);
    for (size_t e = 0; cell->element != NULL && e < f->sides->n_elements; e++) {
        add_to(nums, &key->element[side][e], cell->element[e]);
    }
}

/* Counts the quantity without a price at the other side's price; returns what it comes to. */
static rk_num value_unpriced(rk__nums *nums, key_sums *key, int side, size_t n_elements)
{
    const int other = 1 - side;
    const rk_num quantity = key->unpriced[side];
    if (rk__num_sign(quantity) == 0 || rk__num_sign(key->quantity[other]) == 0) {
        return NULL;
    }
    const rk_num of = key->quantity[other];
    const rk_num value = part_of(nums, key->amount[other], quantity, of);
    add_to(nums, &key->quantity[side], quantity);
    add_to(nums, &key->amount[side], value);
    for (size_t e = 0; e < n_elements; e++) {
        add_to(nums, &key->element[side][e], part_of(nums, key->element[other][e], quantity, of));
    }
    return value;
}

/* --------------------------------------------------------------------- a group */

/* What is no volume and no mix: the price of a key, by element. `before` is what its actual
 * quantity would have come to at the plan's price. */
static void price_of(finder *f, rk__group_effects *group, const key_sums *key)
{
    rk__nums *nums = &f->nums;
    const bool planned = rk__num_sign(key->quantity[0]) != 0;
    const bool done = rk__num_sign(key->quantity[1]) != 0;
    rk_num rest = NULL;
    if (planned) {
        rest = minus(nums, key->amount[1],
                     part_of(nums, key->amount[0], key->quantity[1], key->quantity[0]));
    } else {
        /* A key that the plan lacks has no price effect; amounts without a quantity have. */
        rest = minus(nums, done ? NULL : key->amount[1], key->amount[0]);
    }
    for (size_t e = 0; e < f->sides->n_elements; e++) {
        const rk_num now = key->element[1][e];
        const rk_num was = key->element[0][e];
        const rk_num change =
            planned ? minus(nums, now, part_of(nums, was, key->quantity[1], key->quantity[0]))
                    : minus(nums, done ? NULL : now, was);
        add_to(nums, &group->effect[RK__PRICE + e], change);
        rest = minus(nums, rest, change);
    }
    add_to(nums, &group->effect[RK__PRICE_REST], rest);
}

/* What a key's quantity comes to at the plan's price (the actual one if the plan has none). */
static rk_num at_plan_price(rk__nums *nums, const key_sums *key, int side)
{
    if (rk__num_sign(key->quantity[0]) != 0) {
        return side == 0 ? key->amount[0]
                         : part_of(nums, key->amount[0], key->quantity[1], key->quantity[0]);
    }
    return side == 1 && rk__num_sign(key->quantity[1]) != 0 ? key->amount[1] : NULL;
}

static void find_effects(finder *f, rk__group_effects *group)
{
    rk__nums *nums = &f->nums;
    const size_t n_elements = f->sides->n_elements;
    rk_num quantity[2] = {NULL, NULL};
    rk_num amount[2] = {NULL, NULL};
    rk_num at_plan[2] = {NULL, NULL};
    bool any[2] = {false, false};
    for (size_t k = 0; k < f->n_keys; k++) {
        key_sums *key = &f->keys[k];
        for (int side = 0; side < 2; side++) {
            add_to(nums, &group->quantity[side],
                   plus(nums, key->quantity[side], key->unpriced[side]));
            add_to(nums, &group->amount[side], key->amount[side]);
        }
        if (!f->out->with_effects) {
            continue;
        }
        const rk_num now = value_unpriced(nums, key, 1, n_elements);
        const rk_num was = now == NULL ? value_unpriced(nums, key, 0, n_elements) : NULL;
        add_to(nums, &group->effect[RK__UNPRICED], minus(nums, was, now));
        for (int side = 0; side < 2; side++) {
            any[side] |=
                rk__num_sign(key->quantity[side]) != 0 || rk__num_sign(key->amount[side]) != 0;
            add_to(nums, &quantity[side], key->quantity[side]);
            add_to(nums, &amount[side], key->amount[side]);
            add_to(nums, &at_plan[side], at_plan_price(nums, key, side));
        }
    }
    if (!f->out->with_effects) {
        /* As one: all that the reader wants is the difference. */
        group->effect[RK__VOLUME] = minus(nums, group->amount[1], group->amount[0]);
        return;
    }
    if (rk__num_sign(quantity[0]) == 0 || !any[1]) {
        /* Without a plan, without an actual, or with a plan that cancels out. */
        group->effect[RK__ADDED] = any[1] ? amount[1] : NULL;
        group->effect[RK__GONE] = any[0] ? minus(nums, NULL, amount[0]) : NULL;
        return;
    }
    const rk_num scaled = part_of(nums, at_plan[0], quantity[1], quantity[0]);
    group->effect[RK__VOLUME] = minus(nums, scaled, at_plan[0]);
    group->effect[RK__MIX] = minus(nums, at_plan[1], scaled);
    for (size_t k = 0; k < f->n_keys; k++) {
        price_of(f, group, &f->keys[k]);
    }
}

/* What a group comes to, in numbers that outlive the next group. */
static void settle_group(finder *f, rk__group_effects *group)
{
    rk__nums *nums = &f->sides->nums;
    find_effects(f, group);
    for (int side = 0; side < 2; side++) {
        group->quantity[side] = rk__num_copy(nums, group->quantity[side]);
        group->amount[side] = rk__num_copy(nums, group->amount[side]);
    }
    for (size_t e = 0; e < RK__EFFECTS; e++) {
        group->effect[e] = rk__num_copy(nums, group->effect[e]);
    }
    nums->no_memory |= f->nums.no_memory;
    rk__nums_reset(&f->nums);
}

/* -------------------------------------------------------------------- grouping */

static int compare_by(const rk__cell *a, const rk__cell *b, const size_t *by, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t x = a->text[by[i]];
        const uint32_t y = b->text[by[i]];
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return 0;
}

static int compare_refs(const void *a, const void *b, void *ctx)
{
    const rk__grouping *g = ctx;
    const rk__cell *x = ((const ref *) a)->cell;
    const rk__cell *y = ((const ref *) b)->cell;
    const int order = compare_by(x, y, g->by, g->n_by);
    return order != 0 ? order : compare_by(x, y, g->keys, g->n_keys);
}

static ref *make_refs(const rk__side *plan, const rk__side *actual)
{
    ref *refs = rk__calloc(plan->n_cells + actual->n_cells + 1, sizeof *refs);
    size_t n = 0;
    for (size_t i = 0; refs != NULL && i < plan->n_cells; i++) {
        refs[n++] = (ref){&plan->cells[i], 0};
    }
    for (size_t i = 0; refs != NULL && i < actual->n_cells; i++) {
        refs[n++] = (ref){&actual->cells[i], 1};
    }
    return refs;
}

/* Adds up the keys of the group that begins at `refs`; returns how many refs it has. */
static size_t take_group(finder *f, const ref *refs, size_t n)
{
    const rk__grouping *g = f->out;
    size_t i = 0;
    f->n_keys = 0;
    while (i < n && compare_by(refs[0].cell, refs[i].cell, g->by, g->n_by) == 0) {
        if (rk__grow((void **) &f->keys, &f->capacity, f->n_keys + 1, sizeof *f->keys) != 0) {
            return 0;
        }
        key_sums *key = &f->keys[f->n_keys++];
        *key = (key_sums){.quantity = {NULL, NULL}};
        const rk__cell *first = refs[i].cell;
        for (; i < n && compare_by(first, refs[i].cell, g->by, g->n_by) == 0 &&
               compare_by(first, refs[i].cell, g->keys, g->n_keys) == 0;
             i++) {
            add_cell(f, key, refs[i].cell, refs[i].side);
        }
    }
    return i;
}

typedef struct by_text {
    const rk__sides *sides;
    const rk__grouping *grouping;
} by_text;

static int compare_groups(const void *a, const void *b, void *ctx)
{
    const by_text *c = ctx;
    for (size_t i = 0; i < c->grouping->n_by; i++) {
        const size_t at = c->grouping->by[i];
        const char *x = rk__sides_word(c->sides, ((const rk__group_effects *) a)->text[at]);
        const char *y = rk__sides_word(c->sides, ((const rk__group_effects *) b)->text[at]);
        const int order = strcmp(x != NULL ? x : "", y != NULL ? y : "");
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

rk_status rk__effects_find(rk__sides *sides, const rk__side *plan, const rk__side *actual,
                           const size_t *by, size_t n_by, const size_t *keys, size_t n_keys,
                           bool effects, rk__grouping *out)
{
    finder f = {.sides = sides, .out = out, .nums.untraced = true};
    *out = (rk__grouping){
        .by = by, .n_by = n_by, .keys = keys, .n_keys = n_keys, .with_effects = effects};
    const size_t n = plan->n_cells + actual->n_cells;
    ref *refs = make_refs(plan, actual);
    if (refs == NULL) {
        return RK_NO_MEMORY;
    }
    qsort_r(refs, n, sizeof *refs, compare_refs, out);
    size_t n_groups = 0;
    for (size_t i = 0; i < n; i++) {
        n_groups += i == 0 || compare_by(refs[i - 1].cell, refs[i].cell, by, n_by) != 0;
    }
    out->groups = rk__arena_alloc(&sides->arena, (n_groups + 1) * sizeof *out->groups);
    for (size_t i = 0; out->groups != NULL && i < n;) {
        const size_t taken = take_group(&f, refs + i, n - i);
        if (taken == 0) {
            sides->arena.failed = true;
            break;
        }
        rk__group_effects *group = &out->groups[out->n++];
        for (size_t k = 0; k < n_by; k++) {
            group->text[by[k]] = refs[i].cell->text[by[k]];
        }
        settle_group(&f, group);
        i += taken;
    }
    by_text order = {sides, out};
    if (out->n > 0) {
        qsort_r(out->groups, out->n, sizeof *out->groups, compare_groups, &order);
    }
    rk__nums_dispose(&f.nums);
    rk__free(f.keys);
    rk__free(refs);
    return sides->arena.failed || sides->nums.no_memory ? RK_NO_MEMORY : RK_OK;
}
