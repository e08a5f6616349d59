/* SPDX-License-Identifier: MIT
 *
 * fold.c: what the workers found, merged by text, as each instance's outcome.
 */
#include <string.h>

#include "rows/pass.h"
#include "rows/suspect.h"
#include "totals/groups.h"

/* -------------------------------------------------------------------- merging */

/* The first worker's code for each of another's, in one text column. */
static rk_status map_codes(rk__pass_worker *base, const rk__pass_worker *other, size_t want,
                           uint32_t **out)
{
    const rk__dict *dict = other->text.dicts[want];
    const int32_t n = dict != NULL ? rk__dict_count(dict) : 0;
    *out = rk__calloc((size_t) n + 1, sizeof **out);
    if (*out == NULL) {
        return RK_NO_MEMORY;
    }
    if (want >= base->pass->n_wants) { /* derived: the table's codes, in every worker */
        for (int32_t code = 0; code < n; code++) {
            (*out)[code + 1] = (uint32_t) code + 1;
        }
        return RK_OK;
    }
    for (int32_t code = 0; code < n; code++) {
        size_t length = 0;
        const char *text = rk__dict_text(dict, code, &length);
        const int32_t own = rk__dict_intern(base->text.dicts[want], text, length);
        if (own < 0) {
            return RK_NO_MEMORY;
        }
        (*out)[code + 1] = (uint32_t) own + 1;
    }
    return RK_OK;
}

/* The first worker's numbers for n of another's. */
static rk_status map_some(rk__pass_worker *base, const rk__pass_worker *other, size_t combination,
                          uint32_t *const *codes_of, const uint32_t *numbers, size_t n,
                          uint32_t *out)
{
    const rk__pass_combination *c = &base->pass->combinations[combination];
    uint32_t codes[RK__MAX_GROUP_COLUMNS][RK__COMBINER_ROWS];
    const uint32_t *column[RK__MAX_GROUP_COLUMNS];
    uint32_t below[RK__MAX_GROUP_COLUMNS];
    for (size_t k = 0; k < c->n; k++) {
        column[k] = codes[k];
        below[k] = (uint32_t) rk__dict_count(base->text.dicts[c->want[k]]) + 1;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t own[RK__MAX_GROUP_COLUMNS];
        rk__combiner_codes(&other->combiners[combination], numbers[i], own);
        for (size_t k = 0; k < c->n; k++) {
            codes[k][i] = codes_of[c->want[k]][own[k]];
        }
    }
    return rk__combiner_add(&base->combiners[combination], column, below, n, out);
}

/* Whether any instance has rows by this number: in a grid not all were given out. */
static bool is_used(const rk__pass_worker *w, size_t combination, size_t number)
{
    const rk__pass *p = w->pass;
    for (size_t u = 0; u < p->n_instances; u++) {
        const rk__totals *totals = &w->instances[u].totals;
        if (p->instances[u].groups == combination && number < totals->n_slots &&
            rk__totals_used(totals, number)) {
            return true;
        }
    }
    return false;
}

/* The first worker's number for each of another's that is in use. */
static rk_status map_numbers(rk__pass_worker *base, const rk__pass_worker *other,
                             size_t combination, uint32_t *const *codes_of, uint32_t **out)
{
    const size_t n = other->combiners[combination].n;
    const bool all = base->pass->combinations[combination].joined;
    uint32_t numbers[RK__COMBINER_ROWS];
    uint32_t mapped[RK__COMBINER_ROWS];
    *out = rk__calloc(n + 1, sizeof **out);
    rk_status status = *out == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t number = 0; number < n && status == RK_OK;) {
        size_t some = 0;
        for (; number < n && some < RK__COMBINER_ROWS; number++) {
            numbers[some] = (uint32_t) number;
            some += all || is_used(other, combination, number);
        }
        status = map_some(base, other, combination, codes_of, numbers, some, mapped);
        for (size_t i = 0; i < some && status == RK_OK; i++) {
            (*out)[numbers[i]] = mapped[i];
        }
    }
    return status;
}

rk_status rk__pass_add_listed(rk__instance_work *to, const rk__pass_listed_key *key,
                              const rk__pass_listed *more)
{
    const int32_t at = rk__dict_intern(to->listed_keys, (const char *) key, sizeof *key);
    const size_t before = to->listed_capacity;
    if (at < 0 || rk__grow((void **) &to->listed, &to->listed_capacity, (size_t) at + 1,
                           sizeof *to->listed) != 0) {
        return RK_NO_MEMORY;
    }
    if (to->listed_capacity > before) {
        memset(to->listed + before, 0, (to->listed_capacity - before) * sizeof *to->listed);
    }
    to->listed[at].rows += more->rows;
    to->listed[at].quantity += more->quantity;
    to->listed[at].near_rows += more->near_rows;
    to->listed[at].near_quantity += more->near_quantity;
    to->listed[at].near_amount += more->near_amount;
    return RK_OK;
}

static rk_status merge_listed(rk__pass_worker *base, const rk__pass_worker *other, size_t u,
                              uint32_t *const *codes_of)
{
    rk__instance_work *to = &base->instances[u];
    const rk__instance_work *from = &other->instances[u];
    for (int32_t i = 0; i < rk__dict_count(from->listed_keys); i++) {
        size_t length = 0;
        rk__pass_listed_key key;
        memcpy(&key, rk__dict_text(from->listed_keys, i, &length), sizeof key);
        if (key.combination != (uint32_t) RK__NONE) {
            const uint32_t number = key.number;
            const rk_status status =
                map_some(base, other, key.combination, codes_of, &number, 1, &key.number);
            if (status != RK_OK) {
                return status;
            }
        }
        const rk_status status = rk__pass_add_listed(to, &key, &from->listed[i]);
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

static rk_status merge_instance(rk__pass_worker *base, const rk__pass_worker *other, size_t u,
                                uint32_t *const *codes_of, uint32_t *const *maps)
{
    rk__instance_work *to = &base->instances[u];
    const rk__instance_work *from = &other->instances[u];
    const size_t groups = base->pass->instances[u].groups;
    rk_status status = rk__totals_reserve(&to->totals, base->combiners[groups].n);
    if (status == RK_OK) {
        status =
            rk__totals_merge_all(&to->totals, maps[groups], &from->totals, base->pass->n_workers);
    }
    rk__suspect_merge(to->suspects, from->suspects,
                      rk__n_suspects(base->pass->instances[u].instance->rule));
    to->noted |= from->noted;
    for (unsigned bit = 0; bit < 32; bit++) {
        to->notes[bit] += from->notes[bit];
    }
    return status == RK_OK ? merge_listed(base, other, u, codes_of) : status;
}

static void free_maps(uint32_t **maps, size_t n)
{
    for (size_t i = 0; maps != NULL && i < n; i++) {
        rk__free(maps[i]);
    }
    rk__free(maps);
}

static rk_status merge_worker(rk__pass_worker *base, const rk__pass_worker *other)
{
    const rk__pass *p = base->pass;
    const size_t n_wants = p->n_wants + p->n_derived;
    uint32_t **codes = rk__calloc(n_wants + 1, sizeof *codes);
    uint32_t **maps = rk__calloc(p->n_combinations + 1, sizeof *maps);
    rk_status status = maps == NULL || codes == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < n_wants && status == RK_OK; i++) {
        const bool keyed = i >= p->n_wants || (p->wants[i].type == RK__CELL_TEXT && i < p->n_read);
        status = keyed ? map_codes(base, other, i, &codes[i]) : RK_OK;
    }
    for (size_t c = 0; c < p->n_combinations && status == RK_OK; c++) {
        status = map_numbers(base, other, c, codes, &maps[c]);
    }
    for (size_t u = 0; u < p->n_instances && status == RK_OK; u++) {
        status = merge_instance(base, other, u, codes, maps);
    }
    free_maps(codes, n_wants);
    free_maps(maps, p->n_combinations);
    return status;
}

rk_status rk__pass_merge(rk__pass *p, rk__pass_worker **out)
{
    rk_status status = RK_OK;
    *out = NULL;
    for (unsigned i = 0; i < p->n_workers && status == RK_OK; i++) {
        rk__pass_worker *w = p->workers[i];
        if (w == NULL || w->batch == NULL) {
            continue;
        }
        if (*out == NULL) {
            *out = w;
        } else {
            status = merge_worker(*out, w);
        }
    }
    return status;
}

/* -------------------------------------------------------------------- groups */

/* A group: an entry of a sorted table, or a slot of the pass. */
typedef struct group_at {
    const rk_groups *table; /* or NULL, and these: */
    const rk__pass_worker *worker;
    const rk__pass_instance *instance;
    const rk__totals *totals;
    size_t i;             /* of the table, or the slot */
    const int64_t *lanes; /* its values where all are there; or NULL */
} group_at;

static const char *group_key(const group_at *at, size_t k, size_t *length)
{
    return at->table != NULL ? rk_groups_key(at->table, at->i, k, length)
                             : rk__pass_text(at->worker, at->instance->groups, at->i,
                                             at->instance->lines[k], length);
}

static rk_int128 group_value(const group_at *at, size_t lane)
{
    if (at->lanes != NULL) {
        return at->lanes[lane];
    }
    if (at->table != NULL) {
        return rk_groups_value(at->table, at->i, lane);
    }
    return lane >= RK_LANE_AMOUNT && at->totals->n_wide > 0
               ? rk__totals_wide(at->totals, at->i, lane - RK_LANE_AMOUNT)
               : rk__totals_narrow(at->totals, at->i, lane);
}

/* Most groups have nothing of most elements. */
static rk_num element_of(rk__nums *nums, const group_at *at, size_t e, int places, rk_num zero)
{
    const rk_int128 value = group_value(at, RK_LANE_ELEMENT + e);
    return value == 0 ? zero : rk__num_scaled(nums, value, places);
}

/* The sum of a group's number and those before it. If sums are not traced, adding zero is
 * skipped. */
static rk_num add_up(rk__nums *nums, rk_num sum, rk_num zero, rk_num number)
{
    if (nums->untraced && (sum == zero || number == zero)) {
        return sum == zero ? number : sum;
    }
    return rk__num_add(nums, sum, number);
}

/* Fills a group, whose key and elements have room, and adds it to the total. */
static void group_of(rk__instance *instance, const group_at *at, size_t n_columns, rk_num zero,
                     const char **key, rk__row_group *out, rk__row_group *total)
{
    rk__nums *nums = &instance->result->nums;
    rk__arena *arena = &instance->result->arena;
    const size_t n_elements = instance->rule->n_elements;
    const bool priced = instance->rule->rule->price != NULL;
    const int places = rk__pass_places(instance->rule);
    for (size_t k = 0; k < n_columns; k++) {
        size_t length = 0;
        const char *text = group_key(at, k, &length);
        key[k] = text != NULL ? rk__arena_copy(arena, text, length) : NULL;
    }
    out->key = key;
    out->rows = (uint64_t) group_value(at, RK_LANE_ROWS);
    out->quantity = rk__num_scaled(nums, group_value(at, RK_LANE_QUANTITY), 6);
    total->rows += out->rows;
    total->quantity = add_up(nums, total->quantity, zero, out->quantity);
    if (!priced) {
        return;
    }
    const rk_int128 amount = group_value(at, RK_LANE_AMOUNT);
    out->amount = rk__num_scaled(nums, amount, places);
    /* A number of the total's own: by its amount a group is known from the total. */
    total->amount = nums->untraced && total->amount == zero
                        ? rk__num_scaled(nums, amount, places)
                        : rk__num_add(nums, total->amount, out->amount);
    for (size_t e = 0; e < n_elements; e++) {
        out->element[e] = element_of(nums, at, e, places, zero);
        total->element[e] = add_up(nums, total->element[e], zero, out->element[e]);
    }
}

/* Up to this many slots are sorted by their texts; more are sorted by rank. */
#define FEW_SLOTS 32

static int compare_slots(const group_at *at, size_t n_columns, size_t a, size_t b)
{
    for (size_t k = 0; k < n_columns; k++) {
        size_t a_length = 0;
        size_t b_length = 0;
        const char *x = group_key(&(group_at){NULL, at->worker, at->instance, at->totals, a, NULL},
                                  k, &a_length);
        const char *y = group_key(&(group_at){NULL, at->worker, at->instance, at->totals, b, NULL},
                                  k, &b_length);
        if (x == NULL || y == NULL) {
            if (x != y) {
                return x == NULL ? -1 : 1;
            }
            continue;
        }
        const int order = memcmp(x, y, a_length < b_length ? a_length : b_length);
        if (order != 0 || a_length != b_length) {
            return order != 0 ? order : a_length < b_length ? -1 : 1;
        }
    }
    return 0;
}

/* The slots in use, in order of their keys; false where they are not so few, or a line is
 * made of several. */
static bool few_slots(const rk__pass *p, const rk__pass_worker *base, size_t u, size_t *slots,
                      size_t *n)
{
    const rk__pass_instance *pu = &p->instances[u];
    *n = 0;
    if (base == NULL || pu->n_lines != pu->n_group_columns) {
        return false;
    }
    const group_at at = {NULL, base, pu, &base->instances[u].totals, 0, NULL};
    for (size_t slot = 0; slot < at.totals->n_slots; slot++) {
        if (!rk__totals_used(at.totals, slot)) {
            continue;
        }
        if (*n == FEW_SLOTS) {
            return false;
        }
        size_t to = (*n)++;
        for (; to > 0 && compare_slots(&at, pu->n_lines, slots[to - 1], slot) > 0; to--) {
            slots[to] = slots[to - 1];
        }
        slots[to] = slot;
    }
    return true;
}

static rk_status fold_groups(const rk__pass *p, const rk__pass_worker *base, size_t u, bool take,
                             const size_t *positions, size_t n, rk_groups **out)
{
    static const rk__combiner no_combiner;
    rk__totals no_totals = {0};
    const rk__pass_instance *pu = &p->instances[u];
    const rk__rule *rule = pu->instance->rule;
    rk__dict *dicts[RK__MAX_GROUP_COLUMNS] = {NULL};
    const char *names[RK__MAX_GROUP_COLUMNS] = {NULL};
    for (size_t k = 0; k < n; k++) {
        names[k] = pu->group_names[positions[k]];
        dicts[k] =
            base != NULL ? base->text.dicts[p->combinations[pu->groups].want[positions[k]]] : NULL;
    }
    const rk__groups_input input = {
        .combiner = base != NULL ? &base->combiners[pu->groups] : &no_combiner,
        .totals = base != NULL ? &base->instances[u].totals : &no_totals,
        .take = take && base != NULL,
        .positions = positions,
        .n = n,
        .dicts = dicts,
        .names = names,
        .n_elements = rule->n_elements,
        .places = rk__pass_places(rule)};
    return rk__groups_fold(&input, out);
}

/* The group in a slot. */
static group_at group_in(const rk__pass_worker *base, size_t u, size_t slot)
{
    const rk__totals *totals = &base->instances[u].totals;
    return (group_at){.worker = base,
                      .instance = &base->pass->instances[u],
                      .totals = totals,
                      .i = slot,
                      .lanes = totals->n_wide == 0 ? rk__totals_lanes(totals, slot) : NULL};
}

/* The groups of the rule's own ledger lines, and of all rows. */
static rk_status fold_lines(const rk__pass *p, const rk__pass_worker *base, size_t u)
{
    const rk__pass_instance *pu = &p->instances[u];
    rk__instance *instance = pu->instance;
    rk__nums *nums = &instance->result->nums;
    rk__row_groups *lines = &instance->rows.lines;
    rk__row_group *total = &instance->rows.total;
    rk_groups *table = NULL;
    size_t slots[FEW_SLOTS];
    size_t n = 0;
    rk_status status = RK_OK;
    if (!few_slots(p, base, u, slots, &n)) {
        status = fold_groups(p, base, u, false, pu->lines, pu->n_lines, &table);
        n = status == RK_OK ? rk_groups_count(table) : 0;
    }
    if (status != RK_OK) {
        return status;
    }
    const size_t n_elements = instance->rule->n_elements;
    const bool priced = instance->rule->rule->price != NULL;
    const rk_num zero = rk__num_from_int(nums, 0);
    lines->n = n;
    lines->n_columns = pu->n_lines;
    rk__arena *arena = &instance->result->arena;
    lines->groups = rk__arena_alloc(arena, (n + 1) * sizeof *lines->groups);
    total->element = rk__arena_alloc(arena, (n + 1) * (n_elements + 1) * sizeof *total->element);
    const char **keys = rk__arena_alloc(arena, (n + 1) * (pu->n_lines + 1) * sizeof *keys);
    status = lines->groups == NULL || total->element == NULL || keys == NULL ? RK_NO_MEMORY : RK_OK;
    total->quantity = zero;
    total->amount = priced ? zero : NULL;
    for (size_t e = 0; e < n_elements && status == RK_OK; e++) {
        total->element[e] = priced ? zero : NULL;
    }
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        rk__row_group *g = &lines->groups[i];
        g->element = total->element + (i + 1) * n_elements;
        const group_at at =
            table != NULL ? (group_at){.table = table, .i = i} : group_in(base, u, slots[i]);
        group_of(instance, &at, pu->n_lines, zero, keys + i * pu->n_lines, g, total);
    }
    rk__groups_free(table);
    return status;
}

/* ------------------------------------------------------------------ all instances */

rk_status rk__pass_fold(rk__pass *pass, rk_problems *problems)
{
    rk__pass_worker *base = NULL;
    rk_status status = rk__pass_merge(pass, &base);
    if (pass->empty) { /* nothing was planned: each instance has no rows and no groups */
        for (size_t u = 0; u < pass->input->n_instances; u++) {
            pass->instances[u] = (rk__pass_instance){.instance = pass->input->instances[u]};
        }
        pass->n_instances = pass->input->n_instances;
    }
    for (size_t u = 0; u < pass->n_instances && status == RK_OK; u++) {
        const rk__pass_instance *pu = &pass->instances[u];
        status = fold_lines(pass, base, u);
        /* Last, since it takes the totals over. */
        if (status == RK_OK && !pass->input->no_groups) {
            status =
                fold_groups(pass, base, u, true, pu->shown, pu->n_shown, &pu->instance->rows.shown);
        }
        if (status == RK_OK && base != NULL) {
            status = rk__pass_fold_listed(pass, base, u);
        }
    }
    return status == RK_OVERFLOW ? rk__pass_sum_problem(pass, problems) : status;
}
