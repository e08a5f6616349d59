/* SPDX-License-Identifier: MIT
 *
 * effect.c: the effect of two tariffs on what a contract pays, by groups of its rows.
 *
 * Each side is rounded so that its groups and settled components add up to its total, and a
 * difference is one of two shown amounts: so the differences add up too.
 */
#include <stdlib.h>
#include <string.h>

#include "base/dict.h"
#include "questions/tariff_diff.h"

/* ----------------------------------------------------------------- components */

static bool is_of_rows(const rk_component_result *c)
{
    return c->groups != NULL && rk_groups_places(c->groups) > 0;
}

typedef rk_status component_visit(rk_tariff_diff *d, const rk_component_result *c, size_t side,
                                  void *ctx);

/* Every component that is paid, of both results and all periods. */
static rk_status each_component(rk_tariff_diff *d, component_visit *visit, void *ctx)
{
    rk_status status = RK_OK;
    for (size_t side = 0; side < 2; side++) {
        const rk_result *r = d->results[side];
        for (size_t p = 0; p < rk_result_read(r)->n_periods; p++) {
            const rk_period_result *period = rk_result_period(r, p);
            for (size_t c = 0; c < period->n_components && status == RK_OK; c++) {
                const rk_component_result *component = rk_period_component(period, c);
                status = component->shadow ? RK_OK : visit(d, component, side, ctx);
            }
        }
    }
    return status;
}

static rk_num rows_amount(rk_tariff_diff *d, const rk_component_result *c)
{
    rk_int128 sum = 0;
    for (size_t g = 0; is_of_rows(c) && g < rk_groups_count(c->groups); g++) {
        sum += rk_groups_value(c->groups, g, RK_LANE_AMOUNT);
    }
    return is_of_rows(c) ? rk__num_scaled(&d->nums, sum, rk_groups_places(c->groups))
                         : rk__num_from_int(&d->nums, 0);
}

/* Adds what a component is paid beyond the sum of its rows. */
static rk_status add_settled(rk_tariff_diff *d, const rk_component_result *c, size_t side,
                             void *ctx)
{
    rk__nums *nums = &d->nums;
    const rk_num *tolerance = ctx;
    const rk_num rest = rk__num_sub(nums, c->total, rows_amount(d, c));
    const rk_num size = rk__num_sign(rest) < 0 ? rk__num_neg(nums, rest) : rest;
    if (is_of_rows(c) && rk__num_compare(size, *tolerance) <= 0) {
        return RK_OK; /* rounding */
    }
    size_t at = 0;
    while (at < d->n_settled && strcmp(d->settled[at].component, c->id) != 0) {
        at++;
    }
    rk_effect_settled *s = &d->settled[at];
    if (at == d->n_settled) {
        const rk_num zero = rk__num_from_int(nums, 0);
        *s = (rk_effect_settled){.component = c->id, .amount = {zero, zero}};
        d->n_settled++;
    }
    s->amount[side] = rk__num_add(nums, s->amount[side], rk__num_round(nums, rest, d->places));
    return RK_OK;
}

static rk_status count_component(rk_tariff_diff *d, const rk_component_result *c, size_t side,
                                 void *n)
{
    (void) d;
    (void) c;
    (void) side;
    ++*(size_t *) n;
    return RK_OK;
}

static rk_status find_settled(rk_tariff_diff *d, rk_num tolerance)
{
    size_t n = 0;
    (void) each_component(d, count_component, &n);
    d->settled = rk__arena_alloc(&d->arena, (n + 1) * sizeof *d->settled);
    if (d->settled == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status = each_component(d, add_settled, &tolerance);
    for (size_t i = 0; i < d->n_settled; i++) {
        rk_effect_settled *s = &d->settled[i];
        s->difference = rk__num_sub(&d->nums, s->amount[1], s->amount[0]);
    }
    return status;
}

/* ------------------------------------------------------------------- rounding */

/* An amount in units of 10^-places, in which it is whole. */
static rk_status in_units(rk_num amount, int places, rk_int128 *out)
{
    rk__buf text = {0};
    rk__num_print_fixed(&text, amount, places);
    *out = 0;
    for (const char *c = text.failed ? "" : text.text; *c != '\0'; c++) {
        *out = *c >= '0' && *c <= '9' ? *out * 10 + (*c - '0') : *out;
    }
    *out = !text.failed && text.text[0] == '-' ? -*out : *out;
    const rk_status status = text.failed ? RK_NO_MEMORY : RK_OK;
    rk__buf_dispose(&text);
    return status;
}

typedef struct part {
    rk_int128 floor, rest;
    size_t at;
} part;

static int by_rest(const void *a, const void *b)
{
    const part *x = a;
    const part *y = b;
    return x->rest != y->rest ? (x->rest < y->rest ? 1 : -1) : (x->at > y->at) - (x->at < y->at);
}

/* Rounds the amounts of one side, in units of 1e-12, so that they add up to `target`: by the
 * largest remainder; what rounding cannot make up goes to the largest amount. */
static rk_status foot(const rk__effect_sum (*sums)[2], size_t n, size_t side, int places,
                      rk_int128 target, rk_int128 *out)
{
    rk_int128 unit = 1;
    rk_int128 more = target;
    size_t largest = 0;
    part *parts = rk__calloc(n + 1, sizeof *parts);
    if (parts == NULL) {
        return RK_NO_MEMORY;
    }
    for (int i = places; i < 12; i++) {
        unit *= 10;
    }
    for (size_t i = 0; i < n; i++) {
        const rk_int128 amount = sums[i][side].amount;
        rk_int128 floor = amount / unit;
        floor -= amount < floor * unit;
        parts[i] = (part){.floor = floor, .rest = amount - floor * unit, .at = i};
        out[i] = floor;
        more -= floor;
        const rk_int128 size = floor < 0 ? -floor : floor;
        const rk_int128 most = out[largest] < 0 ? -out[largest] : out[largest];
        largest = size > most ? i : largest;
    }
    if (n > 0) {
        qsort(parts, n, sizeof *parts, by_rest);
    }
    for (size_t i = 0; i < n && more > 0 && parts[i].rest > 0; i++) {
        out[parts[i].at]++;
        more--;
    }
    if (n > 0) {
        out[largest] += more;
    }
    rk__free(parts);
    return RK_OK;
}

/* -------------------------------------------------------------------- groups */

static int by_key(const rk_effect_group *a, const rk_effect_group *b, size_t n)
{
    int order = 0;
    for (size_t c = 0; c < n && order == 0; c++) {
        order = strcmp(a->key[c] != NULL ? a->key[c] : "", b->key[c] != NULL ? b->key[c] : "");
    }
    return order;
}

typedef struct sized_group {
    rk_effect_group group;
    rk_num size;
    size_t n_columns;
} sized_group;

static int by_size(const void *a, const void *b)
{
    const sized_group *x = a;
    const sized_group *y = b;
    const int order = rk__num_compare(y->size, x->size);
    return order != 0 ? order : by_key(&x->group, &y->group, x->n_columns);
}

static rk_num from_units(rk_tariff_diff *d, rk_int128 units)
{
    for (int i = d->places; i < 12; i++) {
        units *= 10;
    }
    return rk__num_scaled(&d->nums, units, 12);
}

static rk_status fill_groups(rk_tariff_diff *d, const rk__effect_sums *sums,
                             rk__effect_grouping *to, const rk_int128 *const shown[2])
{
    const size_t n = to->n_groups;
    sized_group *all = rk__calloc(n + 1, sizeof *all);
    to->groups = rk__arena_alloc(&d->arena, (n + 1) * sizeof *to->groups);
    const bool made = all != NULL && to->groups != NULL;
    for (size_t i = 0; i < n && made; i++) {
        rk_effect_group *g = &all[i].group;
        g->key = rk__effect_texts(sums, i, &d->arena);
        for (size_t side = 0; side < 2; side++) {
            g->quantity[side] = rk__num_scaled(&d->nums, sums->sums[i][side].quantity, 6);
            g->amount[side] = from_units(d, shown[side][i]);
        }
        g->difference = rk__num_sub(&d->nums, g->amount[1], g->amount[0]);
        all[i].n_columns = to->n_columns;
        all[i].size =
            rk__num_sign(g->difference) < 0 ? rk__num_neg(&d->nums, g->difference) : g->difference;
    }
    if (made && n > 0 && !d->arena.failed) {
        qsort(all, n, sizeof *all, by_size);
    }
    for (size_t i = 0; i < n && made; i++) {
        to->groups[i] = all[i].group;
    }
    rk__free(all);
    return made && !d->arena.failed && !d->nums.no_memory ? RK_OK : RK_NO_MEMORY;
}

static rk_status add_rows(rk_tariff_diff *d, const rk_component_result *c, size_t side, void *sums)
{
    (void) d;
    return is_of_rows(c) ? rk__effect_sums_add(sums, c, side) : RK_OK;
}

static rk_status make_grouping(rk_tariff_diff *d, const char *const *names, size_t n,
                               rk__effect_grouping *to)
{
    rk__effect_sums sums = {.names = names, .n_names = n};
    rk_int128 *shown[2] = {NULL, NULL};
    rk_status status = each_component(d, add_rows, &sums);
    *to = (rk__effect_grouping){.columns = names, .n_columns = n};
    to->n_groups = sums.keys != NULL ? (size_t) rk__dict_count(sums.keys) : 0;
    for (size_t side = 0; side < 2 && status == RK_OK; side++) {
        rk_num rest = d->total[side];
        rk_int128 target = 0;
        for (size_t i = 0; i < d->n_settled; i++) {
            rest = rk__num_sub(&d->nums, rest, d->settled[i].amount[side]);
        }
        shown[side] = rk__calloc(to->n_groups + 1, sizeof *shown[side]);
        status = shown[side] == NULL ? RK_NO_MEMORY : in_units(rest, d->places, &target);
        if (status == RK_OK) {
            status = foot((const rk__effect_sum(*)[2]) sums.sums, to->n_groups, side, d->places,
                          target, shown[side]);
        }
    }
    if (status == RK_OK) {
        status = fill_groups(d, &sums, to, (const rk_int128 *const[2]){shown[0], shown[1]});
    }
    rk__free(shown[0]);
    rk__free(shown[1]);
    rk__effect_sums_dispose(&sums);
    return status;
}

typedef struct has_column {
    const char *name;
    bool has;
} has_column;

static rk_status look_for(rk_tariff_diff *d, const rk_component_result *c, size_t side, void *ctx)
{
    has_column *of = ctx;
    size_t letters = 0;
    const char *source = rk__effect_source(of->name, &letters);
    (void) d;
    (void) side;
    for (size_t i = 0; is_of_rows(c) && i < rk_groups_n_columns(c->groups); i++) {
        of->has |= strcmp(rk_groups_column(c->groups, i), source) == 0;
    }
    return RK_OK;
}

static rk_status make_groupings(rk_tariff_diff *d, const char *const *group_by)
{
    static const char *const each[] = {"hrg_chapter", "provider", "pod"};
    const size_t most = sizeof each / sizeof *each;
    size_t n = 0;
    rk_status status = RK_OK;
    d->groupings = rk__arena_alloc(&d->arena, most * sizeof *d->groupings);
    if (d->groupings == NULL) {
        return RK_NO_MEMORY;
    }
    while (group_by != NULL && group_by[n] != NULL) {
        n++;
    }
    if (n > 0) {
        const char **names = rk__arena_alloc(&d->arena, n * sizeof *names);
        for (size_t i = 0; names != NULL && i < n; i++) {
            names[i] = rk__arena_strdup(&d->arena, group_by[i]);
        }
        return names == NULL || d->arena.failed
                   ? RK_NO_MEMORY
                   : make_grouping(d, names, n, &d->groupings[d->n_groupings++]);
    }
    for (size_t i = 0; i < most && status == RK_OK; i++) {
        has_column of = {.name = each[i]};
        (void) each_component(d, look_for, &of);
        status = of.has ? make_grouping(d, &each[i], 1, &d->groupings[d->n_groupings++]) : RK_OK;
    }
    return status;
}

/* The difference of the rows that both sides price: those of keys with the same quantity in both.
 */
static rk_status find_of_prices(rk_tariff_diff *d)
{
    static const char *const each[] = {"hrg", "provider", "pod"};
    rk__effect_sums sums = {.names = each, .n_names = sizeof each / sizeof *each};
    rk_int128 both = 0;
    const rk_status status = each_component(d, add_rows, &sums);
    const size_t n = sums.keys != NULL ? (size_t) rk__dict_count(sums.keys) : 0;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        const rk__effect_sum *s = sums.sums[i];
        both += s[0].quantity == s[1].quantity ? s[1].amount - s[0].amount : 0;
    }
    d->of_prices = rk__num_round(&d->nums, rk__num_scaled(&d->nums, both, 12), d->places);
    rk__effect_sums_dispose(&sums);
    return status;
}

/* ------------------------------------------------------------------- unpriced */

typedef struct unpriced_list {
    rk__dict *keys;
    size_t capacity;
    /* Rows added up by the columns of the last key looked up. */
    rk__effect_sums sums;
} unpriced_list;

static bool same_columns(const rk__effect_sums *s, const rk_unpriced_key *key)
{
    bool same = s->names != NULL && s->n_names == key->n_columns;
    for (size_t c = 0; c < key->n_columns && same; c++) {
        same = strcmp(s->names[c], key->columns[c]) == 0;
    }
    return same;
}

/* What a key is paid in each result, if rows were grouped by its columns. */
static rk_status paid(rk_tariff_diff *d, unpriced_list *list, const rk_unpriced_key *key,
                      rk_effect_unpriced *to)
{
    rk_status status = RK_OK;
    for (size_t c = 0; c < key->n_columns; c++) {
        has_column of = {.name = key->columns[c]};
        (void) each_component(d, look_for, &of);
        if (!of.has) {
            return RK_OK;
        }
    }
    if (key->n_columns == 0) {
        return RK_OK;
    }
    if (!same_columns(&list->sums, key)) {
        rk__effect_sums_dispose(&list->sums);
        list->sums = (rk__effect_sums){.names = key->columns, .n_names = key->n_columns};
        status = each_component(d, add_rows, &list->sums);
    }
    int32_t at = -1;
    if (status == RK_OK) {
        status = rk__effect_find(&list->sums, key->values, &at);
    }
    for (size_t side = 0; side < 2 && at >= 0; side++) {
        const rk__effect_sum *sum = &list->sums.sums[at][side];
        if (sum->quantity != 0 || sum->amount != 0) {
            to->amount[side] =
                rk__num_round(&d->nums, rk__num_scaled(&d->nums, sum->amount, 12), d->places);
        }
    }
    return status;
}

static rk_status add_key(rk_tariff_diff *d, unpriced_list *list, const rk_unpriced_key *key,
                         size_t side)
{
    rk__buf text = {0};
    for (size_t c = 0; c < key->n_columns; c++) {
        rk__buf_printf(&text, "%s\x1f%s\x1f", key->columns[c],
                       key->values[c] != NULL ? key->values[c] : "\x1e");
    }
    if (key->n_columns == 0) {
        rk__buf_puts(&text, key->reason);
    }
    const int32_t code = text.failed ? -1 : rk__dict_intern(list->keys, text.text, text.length);
    rk__buf_dispose(&text);
    if (code < 0 || rk__grow((void **) &d->unpriced_keys, &list->capacity, (size_t) code + 1,
                             sizeof *d->unpriced_keys) != 0) {
        return RK_NO_MEMORY;
    }
    rk_effect_unpriced *to = &d->unpriced_keys[code];
    rk_status status = RK_OK;
    if ((size_t) code == d->n_unpriced) {
        d->n_unpriced++;
        *to = (rk_effect_unpriced){.columns = key->columns,
                                   .values = key->values,
                                   .n_columns = key->n_columns,
                                   .reason = key->reason};
        status = paid(d, list, key, to);
    }
    to->quantity[side] = to->quantity[side] == NULL
                             ? rk__num_copy(&d->nums, key->quantity)
                             : rk__num_add(&d->nums, to->quantity[side], key->quantity);
    return status;
}

static rk_status add_unpriced(rk_tariff_diff *d, const rk_component_result *c, size_t side,
                              void *list)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < c->n_unpriced && status == RK_OK; i++) {
        status = add_key(d, list, rk_component_unpriced(c, i), side);
    }
    return status;
}

static rk_num most_of(const rk_effect_unpriced *u)
{
    return rk__num_compare(u->quantity[0], u->quantity[1]) > 0 ? u->quantity[0] : u->quantity[1];
}

static int by_quantity(const void *a, const void *b)
{
    const rk_effect_unpriced *x = a;
    const rk_effect_unpriced *y = b;
    int order = rk__num_compare(most_of(y), most_of(x));
    for (size_t c = 0; order == 0 && c < x->n_columns && c < y->n_columns; c++) {
        order = strcmp(x->values[c] != NULL ? x->values[c] : "",
                       y->values[c] != NULL ? y->values[c] : "");
    }
    return order != 0 ? order : strcmp(x->reason, y->reason);
}

static rk_status find_unpriced(rk_tariff_diff *d)
{
    unpriced_list list = {.keys = rk__dict_new()};
    rk_status status = list.keys != NULL ? each_component(d, add_unpriced, &list) : RK_NO_MEMORY;
    if (status == RK_OK && d->n_unpriced > 0) {
        qsort(d->unpriced_keys, d->n_unpriced, sizeof *d->unpriced_keys, by_quantity);
    }
    rk__effect_sums_dispose(&list.sums);
    rk__dict_free(list.keys);
    return status;
}

rk_status rk__effect_read(rk_tariff_diff *d, rk_num tolerance, const char *const *group_by)
{
    const rk_result_view *view = rk_result_read(d->results[0]);
    d->contract = view->contract;
    d->title = view->title;
    d->basis = view->basis;
    d->arrangement = view->arrangement;
    d->currency = view->currency;
    d->places = view->places;
    for (size_t side = 0; side < 2; side++) {
        d->total[side] = rk_result_read(d->results[side])->total;
        d->unpriced_rows[side] = rk_result_unpriced(d->results[side]);
    }
    d->difference = rk__num_sub(&d->nums, d->total[1], d->total[0]);
    rk_status status = find_settled(d, tolerance);
    if (status == RK_OK) {
        status = make_groupings(d, group_by);
    }
    if (status == RK_OK) {
        status = find_of_prices(d);
    }
    if (status == RK_OK) {
        status = find_unpriced(d);
    }
    return status == RK_OK && (d->arena.failed || d->nums.no_memory) ? RK_NO_MEMORY : status;
}
