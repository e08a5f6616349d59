/* SPDX-License-Identifier: MIT
 *
 * chances.c: what flows and changes with a probability make of a system: the expected value, exact
 * over every outcome, and the distribution of draws.
 *
 * An uncertain item that does not happen is delivered to no part. Items are independent. Few items
 * have few outcomes, so each outcome is evaluated once.
 */
#include <stdlib.h>
#include <string.h>

#include "questions/sensitivity.h"
#include "system/run.h"

#define ITEMS_MOST 16 /* of which every outcome is evaluated */
#define DRAWS_MOST 10000000

typedef struct item {
    const char *off; /* the `set` that keeps it from happening */
    rk_num probability;
} item;

typedef struct chances {
    rk_sensitivity *out;
    rk_system *system;
    rk_problems *problems;
    const char *const *scenarios;
    rk__measure measure;
    item items[ITEMS_MOST];
    size_t n_items;
    rk_num *found; /* [outcome x series]; NULL: not evaluated yet */
} chances;

/* ------------------------------------------------------------------------- the items */

static rk_status add_item(chances *c, const rk__value *at)
{
    const rk__value *probability = rk__json_get(at, "probability");
    const char *why = NULL;
    if (probability == NULL || probability->text == NULL) {
        return RK_OK;
    }
    if (c->n_items == ITEMS_MOST) {
        return rk__json_problem(c->problems, probability, RK_LIMIT, NULL,
                                "more than %d flows and changes are uncertain", ITEMS_MOST);
    }
    item *i = &c->items[c->n_items++];
    const char *pointer = rk__json_pointer(at, &c->out->arena);
    i->off = pointer != NULL ? rk__arena_printf(&c->out->arena, "%s/delivery=0", pointer) : NULL;
    i->probability = rk__num_parse(&c->out->nums, probability->text, true, -1, &why);
    return i->off == NULL || i->probability == NULL ? RK_NO_MEMORY : RK_OK;
}

static rk_status add_items(chances *c, const rk__value *list)
{
    rk_status status = RK_OK;
    const bool is_list = list != NULL && list->type == RK__JSON_ARRAY;
    for (const rk__value *v = is_list ? list->first : NULL; v != NULL && status == RK_OK;
         v = v->next) {
        status = add_item(c, v);
    }
    return status;
}

static rk_status find_items(chances *c)
{
    const rk__value *root = rk__json_root(c->system->document);
    const rk__value *scenarios = rk__json_get(root, "scenarios");
    rk_status status = add_items(c, rk__json_get(root, "flows"));
    for (const rk__value *s = scenarios != NULL ? scenarios->first : NULL;
         s != NULL && status == RK_OK; s = s->next) {
        status = add_items(c, rk__json_get(s, "changes"));
    }
    return status != RK_OK || c->n_items > 0
               ? status
               : rk__problem(c->problems, RK_USAGE, NULL,
                             "give flows or changes a \"probability\", such as \"70%\"",
                             "nothing in the system is uncertain");
}

/* ---------------------------------------------------------------------- the outcomes */

/* The measures of an outcome: bit i is set if item i happens. */
static rk_status outcome(chances *c, size_t happens, rk_num **to)
{
    const char *sets[ITEMS_MOST + 1] = {NULL};
    const size_t n = c->out->n_series;
    rk_system_result *result = NULL;
    size_t n_sets = 0;
    *to = &c->found[happens * n];
    if ((*to)[0] != NULL) {
        return RK_OK;
    }
    for (size_t i = 0; i < c->n_items; i++) {
        if ((happens >> i & 1) == 0) {
            sets[n_sets++] = c->items[i].off;
        }
    }
    const rk_status status = rk__system_with(c->system, sets, c->scenarios, &result, c->problems);
    for (size_t i = 0; status == RK_OK && i < n; i++) {
        (*to)[i] =
            rk__num_copy(&c->out->nums, rk__figure_of(&c->measure.first, &result->scenarios[i]));
    }
    rk_system_result_free(result);
    return status;
}

/* Every outcome by its probability. */
static rk_status expect(chances *c)
{
    rk__nums *nums = &c->out->nums;
    const rk_num one = rk__num_from_int(nums, 1);
    rk_status status = RK_OK;
    for (size_t i = 0; i < c->out->n_series; i++) {
        c->out->series[i].chances.expected = rk__num_from_int(nums, 0);
        c->out->series[i].chances.balance = rk__num_from_int(nums, 0);
    }
    for (size_t happens = 0; happens >> c->n_items == 0 && status == RK_OK; happens++) {
        rk_num *found = NULL;
        rk_num p = one;
        for (size_t i = 0; i < c->n_items; i++) {
            const rk_num q = c->items[i].probability;
            p = rk__num_mul(nums, p, happens >> i & 1 ? q : rk__num_sub(nums, one, q));
        }
        if (rk__num_sign(p) != 0) {
            status = outcome(c, happens, &found);
        }
        for (size_t i = 0; i < c->out->n_series && status == RK_OK && found != NULL; i++) {
            rk_chances *to = &c->out->series[i].chances;
            to->expected = rk__num_add(nums, to->expected, rk__num_mul(nums, p, found[i]));
            if (rk__num_sign(found[i]) >= 0) {
                to->balance = rk__num_add(nums, to->balance, p);
            }
        }
    }
    return status;
}

/* ------------------------------------------------------------------------- the draws */

static int by_amount(const void *a, const void *b)
{
    return rk__num_compare(*(const rk_num *) a, *(const rk_num *) b);
}

/* The outcome of a draw: an item happens if its number, from 0 to below 1, is below its
 * probability. */
static size_t draw_outcome(chances *c, uint64_t seed, uint64_t draw)
{
    size_t happens = 0;
    for (size_t i = 0; i < c->n_items; i++) {
        const int64_t bits = (int64_t) (rk__draw(seed, draw, (uint32_t) i) >> 2);
        const struct rk_num_node at = {.num = bits, .den = INT64_C(1) << 62};
        happens |= (size_t) (rk__num_compare(&at, c->items[i].probability) < 0) << i;
    }
    return happens;
}

/* The value that a part of the draws, given in per cent, does not exceed. */
static rk_num quantile(const rk_num *sorted, uint64_t n, uint64_t percent)
{
    const uint64_t rank = (n * percent + 99) / 100;
    return sorted[rank > 0 ? rank - 1 : 0];
}

static rk_status draw_all(chances *c, uint64_t draws, uint64_t seed)
{
    const size_t n = c->out->n_series;
    rk_num *all = rk__calloc(draws, n * sizeof(rk_num));
    rk_status status = all == NULL ? RK_NO_MEMORY : RK_OK;
    for (uint64_t d = 0; d < draws && status == RK_OK; d++) {
        rk_num *found = NULL;
        status = outcome(c, draw_outcome(c, seed, d), &found);
        for (size_t i = 0; i < n && status == RK_OK; i++) {
            all[i * draws + d] = found[i];
        }
    }
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        rk_chances *to = &c->out->series[i].chances;
        uint64_t balanced = 0;
        rk_num *mine = &all[i * draws];
        for (uint64_t d = 0; d < draws; d++) {
            balanced += rk__num_sign(mine[d]) >= 0;
        }
        qsort(mine, draws, sizeof *mine, by_amount);
        to->median = quantile(mine, draws, 50);
        to->low = quantile(mine, draws, 5);
        to->high = quantile(mine, draws, 95);
        to->drawn_balance = rk__num_from_ratio(&c->out->nums, (int64_t) balanced, (int64_t) draws);
    }
    rk__free(all);
    return status;
}

rk_status rk__chances_find(rk_sensitivity *out, rk_session *session, const char *path,
                           const rk_sensitivity_options *o, rk_problems *problems)
{
    chances c = {.out = out, .problems = problems};
    if (!out->is_system) {
        return rk__problem(problems, RK_USAGE, NULL, NULL,
                           "--probability is for systems: a contract has nothing uncertain");
    }
    if (o->draws > DRAWS_MOST) {
        return rk__problem(problems, RK_USAGE, NULL, NULL, "--draws takes at most %d", DRAWS_MOST);
    }
    const char **names = rk__arena_alloc(&out->arena, (out->n_series + 1) * sizeof *names);
    rk_status status =
        names == NULL ? RK_NO_MEMORY : rk_system_load(session, path, &c.system, problems);
    for (size_t i = 0; status == RK_OK && i < out->n_series; i++) {
        names[i] = out->series[i].name;
    }
    c.scenarios = names;
    if (status == RK_OK) {
        rk__trial aside = {.system = c.system};
        status = rk__measure_of_system(&aside, out->measure, &c.measure, problems);
        rk__arena_dispose(&aside.arena);
    }
    if (status == RK_OK) {
        status = find_items(&c);
    }
    if (status == RK_OK) {
        const size_t outcomes = (size_t) 1 << c.n_items;
        c.found = rk__arena_alloc(&out->arena, outcomes * out->n_series * sizeof(rk_num));
        status = c.found == NULL ? RK_NO_MEMORY : expect(&c);
    }
    out->n_uncertain = c.n_items;
    out->draws = o->draws;
    out->seed = o->seed;
    if (status == RK_OK && o->draws > 0) {
        status = draw_all(&c, o->draws, o->seed);
    }
    rk_system_free(c.system);
    return status;
}
