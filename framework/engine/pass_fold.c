/* SPDX-License-Identifier: MIT
 *
 * pass_fold.c: what the workers found, merged by text, as each unit's outcome.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/groups.h"
#include "engine/pass.h"

/* -------------------------------------------------------------------- merging */

/* The first worker's code for each of another's, in one text column. */
static rk_status map_codes(pass_worker *base, const pass_worker *other, size_t want, uint32_t **out)
{
    const rk__dict *dict = other->dicts[want];
    const int32_t n = dict != NULL ? rk__dict_count(dict) : 0;
    *out = rk__calloc((size_t) n + 1, sizeof **out);
    if (*out == NULL) {
        return RK_NO_MEMORY;
    }
    for (int32_t code = 0; code < n; code++) {
        size_t length = 0;
        const char *text = rk__dict_text(dict, code, &length);
        const int32_t own = rk__dict_intern(base->dicts[want], text, length);
        if (own < 0) {
            return RK_NO_MEMORY;
        }
        (*out)[code + 1] = (uint32_t) own + 1;
    }
    return RK_OK;
}

/* The first worker's numbers for n of another's. */
static rk_status map_some(pass_worker *base, const pass_worker *other, size_t combination,
                          uint32_t *const *codes_of, const uint32_t *numbers, size_t n,
                          uint32_t *out)
{
    const pass_combination *c = &base->pass->combinations[combination];
    uint32_t codes[RK__MAX_GROUP_COLUMNS][RK__COMBINER_ROWS];
    const uint32_t *column[RK__MAX_GROUP_COLUMNS];
    uint32_t below[RK__MAX_GROUP_COLUMNS];
    for (size_t k = 0; k < c->n; k++) {
        column[k] = codes[k];
        below[k] = (uint32_t) rk__dict_count(base->dicts[c->want[k]]) + 1;
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

/* Whether any unit has rows by this number: in a grid not all were given out. */
static bool is_used(const pass_worker *w, size_t combination, size_t number)
{
    const rk__pass *p = w->pass;
    for (size_t u = 0; u < p->n_units; u++) {
        const rk__totals *totals = &w->units[u].totals;
        if (p->units[u].groups == combination && number < totals->n_slots &&
            rk__totals_used(totals, number)) {
            return true;
        }
    }
    return false;
}

/* The first worker's number for each of another's that is in use. */
static rk_status map_numbers(pass_worker *base, const pass_worker *other, size_t combination,
                             uint32_t *const *codes_of, uint32_t **out)
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

static rk_status merge_listed(pass_worker *base, const pass_worker *other, size_t u,
                              uint32_t *const *codes_of)
{
    pass_unit_work *to = &base->units[u];
    const pass_unit_work *from = &other->units[u];
    for (int32_t i = 0; i < rk__dict_count(from->listed_keys); i++) {
        size_t length = 0;
        pass_listed_key key;
        memcpy(&key, rk__dict_text(from->listed_keys, i, &length), sizeof key);
        if (key.combination != (uint32_t) RK__NONE) {
            const uint32_t number = key.number;
            const rk_status status =
                map_some(base, other, key.combination, codes_of, &number, 1, &key.number);
            if (status != RK_OK) {
                return status;
            }
        }
        const int32_t at = rk__dict_intern(to->listed_keys, (const char *) &key, sizeof key);
        const size_t before = to->listed_capacity;
        if (at < 0 || rk__grow((void **) &to->listed, &to->listed_capacity, (size_t) at + 1,
                               sizeof *to->listed) != 0) {
            return RK_NO_MEMORY;
        }
        if (to->listed_capacity > before) {
            memset(to->listed + before, 0, (to->listed_capacity - before) * sizeof *to->listed);
        }
        to->listed[at].rows += from->listed[i].rows;
        to->listed[at].quantity += from->listed[i].quantity;
    }
    to->beyond_limit += from->beyond_limit;
    return RK_OK;
}

static rk_status merge_unit(pass_worker *base, const pass_worker *other, size_t u,
                            uint32_t *const *codes_of, uint32_t *const *maps)
{
    pass_unit_work *to = &base->units[u];
    const pass_unit_work *from = &other->units[u];
    const size_t groups = base->pass->units[u].groups;
    rk_status status = rk__totals_reserve(&to->totals, base->combiners[groups].n);
    if (status == RK_OK) {
        status =
            rk__totals_merge_all(&to->totals, maps[groups], &from->totals, base->pass->n_workers);
    }
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

static rk_status merge_worker(pass_worker *base, const pass_worker *other)
{
    const rk__pass *p = base->pass;
    uint32_t **codes = rk__calloc(p->n_wants + 1, sizeof *codes);
    uint32_t **maps = rk__calloc(p->n_combinations + 1, sizeof *maps);
    rk_status status = maps == NULL || codes == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < p->n_wants && status == RK_OK; i++) {
        status = p->wants[i].type == RK__CELL_TEXT ? map_codes(base, other, i, &codes[i]) : RK_OK;
    }
    for (size_t c = 0; c < p->n_combinations && status == RK_OK; c++) {
        status = map_numbers(base, other, c, codes, &maps[c]);
    }
    for (size_t u = 0; u < p->n_units && status == RK_OK; u++) {
        status = merge_unit(base, other, u, codes, maps);
    }
    free_maps(codes, p->n_wants);
    free_maps(maps, p->n_combinations);
    return status;
}

/* All workers that saw rows into the first of them; NULL where none did. */
static rk_status merge_all(rk__pass *p, pass_worker **out)
{
    rk_status status = RK_OK;
    *out = NULL;
    for (unsigned i = 0; i < p->n_workers && status == RK_OK; i++) {
        pass_worker *w = p->workers[i];
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

static rk_num scaled(rk__num_pool *pool, rk_int128 value, int places)
{
    if (places == 12) {
        return rk__num_from_exact(pool, value);
    }
    if (value >= RK_DECIMAL_MIN && value <= RK_DECIMAL_MAX) {
        return rk__num_from_decimal(pool, (rk_decimal) value);
    }
    /* Sums of many rows may pass 64 bits: value = high x 10^12 + low. */
    const rk_int128 trillion = (rk_int128) 1000000 * 1000000;
    const rk_num high = rk__num_from_exact(pool, value / trillion);
    const rk_num scale = rk__num_from_int(pool, INT64_C(1000000000000));
    const rk_num million = rk__num_from_int(pool, 1000000);
    const rk_num low = rk__num_from_decimal(pool, (rk_decimal) (value % trillion));
    return rk__num_add(pool, rk__num_mul(pool, rk__num_mul(pool, high, scale), million), low);
}

static rk_status group_of(rk__unit *unit, const rk__group_table *table, size_t i,
                          rk__row_group *out)
{
    rk__num_pool *pool = &unit->result->pool;
    rk__arena *arena = &unit->result->arena;
    const size_t n_columns = rk__groups_n_columns(table);
    const size_t n_elements = unit->rule->n_elements;
    const bool priced = unit->rule->rule->price != NULL;
    const char **key = rk__arena_alloc(arena, (n_columns + 1) * sizeof *key);
    out->element = rk__arena_alloc(arena, (n_elements + 1) * sizeof *out->element);
    if (key == NULL || out->element == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < n_columns; k++) {
        size_t length = 0;
        const char *text = rk__groups_key(table, i, k, &length);
        key[k] = text != NULL ? rk__arena_copy(arena, text, length) : NULL;
    }
    out->key = key;
    out->rows = (uint64_t) rk__groups_value(table, i, RK__LANE_ROWS);
    out->quantity = scaled(pool, rk__groups_value(table, i, RK__LANE_QUANTITY), 6);
    out->amount =
        priced ? scaled(pool, rk__groups_value(table, i, RK__LANE_AMOUNT), rk__groups_places(table))
               : NULL;
    for (size_t e = 0; e < n_elements && priced; e++) {
        out->element[e] = scaled(pool, rk__groups_value(table, i, RK__LANE_ELEMENT + e),
                                 rk__groups_places(table));
    }
    return RK_OK;
}

static rk_status fold_groups(const rk__pass *p, const pass_worker *base, size_t u, bool take,
                             const size_t *positions, size_t n, rk__group_table **out)
{
    static const rk__combiner no_combiner;
    rk__totals no_totals = {0};
    const pass_unit *pu = &p->units[u];
    const rk__rule *rule = pu->unit->rule;
    rk__dict *dicts[RK__MAX_GROUP_COLUMNS] = {NULL};
    const char *names[RK__MAX_GROUP_COLUMNS] = {NULL};
    for (size_t k = 0; k < n; k++) {
        names[k] = pu->group_names[positions[k]];
        dicts[k] =
            base != NULL ? base->dicts[p->combinations[pu->groups].want[positions[k]]] : NULL;
    }
    const bool exact = rule->rule->row_kind == RK_ROWS_EXACT;
    const rk__groups_input input = {.combiner =
                                        base != NULL ? &base->combiners[pu->groups] : &no_combiner,
                                    .totals = base != NULL ? &base->units[u].totals : &no_totals,
                                    .take = take && base != NULL,
                                    .positions = positions,
                                    .n = n,
                                    .dicts = dicts,
                                    .names = names,
                                    .n_elements = rule->n_elements,
                                    .places = rule->rule->price == NULL ? 0
                                              : exact                   ? 12
                                                                        : RK_DECIMAL_PLACES};
    return rk__groups_fold(&input, out);
}

/* The groups of the rule's own ledger lines, and of all rows. */
static rk_status fold_lines(const rk__pass *p, const pass_worker *base, size_t u)
{
    const pass_unit *pu = &p->units[u];
    rk__unit *unit = pu->unit;
    rk__num_pool *pool = &unit->result->pool;
    rk__row_groups *lines = &unit->rows.lines;
    rk__row_group *total = &unit->rows.total;
    rk__group_table *table = NULL;
    rk_status status = fold_groups(p, base, u, false, pu->lines, pu->n_lines, &table);
    if (status != RK_OK) {
        return status;
    }
    const size_t n_elements = unit->rule->n_elements;
    const bool priced = unit->rule->rule->price != NULL;
    const rk_num zero = rk__num_from_int(pool, 0);
    lines->n = rk__groups_count(table);
    lines->n_columns = rk__groups_n_columns(table);
    lines->groups = rk__arena_alloc(&unit->result->arena, (lines->n + 1) * sizeof *lines->groups);
    total->element =
        rk__arena_alloc(&unit->result->arena, (n_elements + 1) * sizeof *total->element);
    status = lines->groups == NULL || total->element == NULL ? RK_NO_MEMORY : RK_OK;
    total->quantity = zero;
    total->amount = priced ? zero : NULL;
    for (size_t e = 0; e < n_elements && status == RK_OK; e++) {
        total->element[e] = priced ? zero : NULL;
    }
    for (size_t i = 0; i < lines->n && status == RK_OK; i++) {
        rk__row_group *g = &lines->groups[i];
        status = group_of(unit, table, i, g);
        total->rows += g->rows;
        total->quantity = rk__num_add(pool, total->quantity, g->quantity);
        total->amount = priced ? rk__num_add(pool, total->amount, g->amount) : NULL;
        for (size_t e = 0; e < n_elements && priced && status == RK_OK; e++) {
            total->element[e] = rk__num_add(pool, total->element[e], g->element[e]);
        }
    }
    rk__groups_free(table);
    return status;
}

/* ------------------------------------------------------------------ listings */

const char *rk__pass_reason(rk__arena *arena, const rk__pass *pass, const pass_unit *unit,
                            pass_listing listing, size_t column)
{
    const rk_column *c = &unit->unit->rule->columns[column];
    const size_t at =
        column < unit->unit->rule->n_columns ? unit->column[column] : (size_t) RK__NONE;
    const char *table = at != RK__NONE && pass->columns[at].join != RK__NONE
                            ? rk__lookup_name(pass->joins[pass->columns[at].join].lookup)
                            : NULL;
    switch (listing) {
    case PASS_UNPRICED_LOOKUP:
    case PASS_DEFAULTED:
        return rk__arena_printf(arena, "no row of '%s' has this key", table != NULL ? table : "");
    case PASS_UNPRICED_BLANK:
        return table != NULL
                   ? rk__arena_printf(arena, "'%s' is blank in '%s'", c->name, table)
                   : rk__arena_printf(arena, "'%s' is blank", c->name != NULL ? c->name : "");
    case PASS_UNPRICED_RULE:
        return "the rule cannot price it";
    case PASS_UNPRICED_DATE:
        break;
    }
    return "its date is in none of the periods";
}

static rk_status key_count(rk__unit *unit, const rk__pass *p, const pass_worker *base, size_t u,
                           int32_t index, rk__key_count *out, pass_listed_key *key)
{
    const pass_unit *pu = &p->units[u];
    const pass_unit_work *work = &base->units[u];
    rk__arena *arena = &unit->result->arena;
    size_t length = 0;
    memcpy(key, rk__dict_text(work->listed_keys, index, &length), sizeof *key);
    const size_t n =
        key->combination != (uint32_t) RK__NONE ? p->combinations[key->combination].n : 0;
    const char **columns = rk__arena_alloc(arena, (n + 1) * sizeof *columns);
    const char **values = rk__arena_alloc(arena, (n + 1) * sizeof *values);
    if (columns == NULL || values == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < n; k++) {
        const char *text = rk__pass_text(base, key->combination, key->number, k, &length);
        columns[k] =
            rk__arena_strdup(arena, p->wants[p->combinations[key->combination].want[k]].column);
        values[k] = text != NULL ? rk__arena_copy(arena, text, length) : NULL;
    }
    *out = (rk__key_count){
        .columns = columns,
        .values = values,
        .n_columns = n,
        .rows = work->listed[index].rows,
        .quantity = scaled(&unit->result->pool, work->listed[index].quantity, 6),
        .reason = rk__pass_reason(arena, p, pu, (pass_listing) key->listing, key->column)};
    return RK_OK;
}

static int compare_keys(const void *a, const void *b)
{
    const rk__key_count *x = a;
    const rk__key_count *y = b;
    for (size_t k = 0; k < x->n_columns && k < y->n_columns; k++) {
        if (x->values[k] == NULL || y->values[k] == NULL) {
            if (x->values[k] != y->values[k]) {
                return x->values[k] == NULL ? -1 : 1;
            }
            continue;
        }
        const int order = strcmp(x->values[k], y->values[k]);
        if (order != 0) {
            return order;
        }
    }
    const int reasons = strcmp(x->reason, y->reason);
    return reasons != 0 ? reasons : (x->n_columns > y->n_columns) - (x->n_columns < y->n_columns);
}

/* "2 rows"; small counts are not told where a run asks for that. */
static void rows_text(rk__buf *buf, const rk__unit *unit, uint64_t rows)
{
    if (rows < unit->result->suppress_below) {
        rk__buf_puts(buf, "* rows");
    } else {
        rk__buf_printf(buf, "%llu row%s", (unsigned long long) rows, rows == 1 ? "" : "s");
    }
}

/* "provider 'RXX' (2 rows), no provider (1 row)", at most ten. */
static void keys_text(rk__buf *buf, const rk__unit *unit, const rk__key_count *keys, size_t n)
{
    for (size_t i = 0; i < n && i < 10; i++) {
        rk__buf_puts(buf, i == 0 ? "" : ", ");
        for (size_t k = 0; k < keys[i].n_columns; k++) {
            rk__buf_puts(buf, k == 0 ? "" : " ");
            if (keys[i].values[k] != NULL) {
                rk__buf_printf(buf, "%s '%s'", keys[i].columns[k], keys[i].values[k]);
            } else {
                rk__buf_printf(buf, "no %s", keys[i].columns[k]);
            }
        }
        rk__buf_puts(buf, keys[i].n_columns > 0 ? " (" : "(");
        rows_text(buf, unit, keys[i].rows);
        rk__buf_putc(buf, ')');
    }
    if (n > 10) {
        rk__buf_printf(buf, " and %zu more", n - 10);
    }
}

static void warn_defaulted(rk__unit *unit, const rk__pass *p, const pass_unit *pu, size_t column,
                           rk__key_count *keys, size_t n)
{
    const rk_column *c = &unit->rule->columns[column];
    const pass_join *join = &p->joins[p->columns[pu->column[column]].join];
    uint64_t rows = 0;
    rk__buf count = {0};
    rk__buf keys_buf = {0};
    qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 0; i < n; i++) {
        rows += keys[i].rows;
    }
    rows_text(&count, unit, rows);
    if (join->lacks != NULL) {
        rk__buf_printf(&keys_buf, "the rows have no column '%s'", join->lacks);
    } else {
        keys_text(&keys_buf, unit, keys, n);
    }
    if (!count.failed && !keys_buf.failed) {
        rk__unit_warn(unit, "%s found no '%s' in table '%s' of %s, and took the default %s: %s",
                      count.text, c->name, rk__lookup_name(join->lookup),
                      rk__lookup_origin(join->lookup), c->default_value, keys_buf.text);
    }
    rk__buf_dispose(&count);
    rk__buf_dispose(&keys_buf);
}

/* Sorts what was listed into unpriced keys and warnings. */
static rk_status fold_listed(const rk__pass *p, const pass_worker *base, size_t u)
{
    const pass_unit *pu = &p->units[u];
    rk__unit *unit = pu->unit;
    const pass_unit_work *work = &base->units[u];
    const size_t n = (size_t) rk__dict_count(work->listed_keys);
    rk__key_count *keys = rk__calloc(n + 1, sizeof *keys);
    rk__key_count *defaulted = rk__calloc(n + 1, sizeof *defaulted);
    pass_listed_key *of = rk__calloc(n + 1, sizeof *of);
    rk_status status = keys == NULL || defaulted == NULL || of == NULL ? RK_NO_MEMORY : RK_OK;
    size_t n_keys = 0;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        rk__key_count key;
        status = key_count(unit, p, base, u, (int32_t) i, &key, &of[i]);
        if (status == RK_OK && of[i].listing != PASS_DEFAULTED) {
            keys[n_keys++] = key;
            unit->rows.unpriced_rows += key.rows;
        } else if (status == RK_OK) {
            defaulted[i] = key;
        }
    }
    for (size_t c = 0; c < unit->rule->n_columns && status == RK_OK; c++) {
        rk__key_count *own = keys + n_keys; /* free room behind the unpriced keys */
        size_t n_own = 0;
        for (size_t i = 0; i < n; i++) {
            if (of[i].listing == PASS_DEFAULTED && of[i].column == c) {
                own[n_own++] = defaulted[i];
            }
        }
        if (n_own > 0) {
            warn_defaulted(unit, p, pu, c, own, n_own);
        }
    }
    if (status == RK_OK) {
        qsort(keys, n_keys, sizeof *keys, compare_keys);
        unit->rows.unpriced_keys = n_keys;
        unit->rows.unpriced_rows += work->beyond_limit;
        unit->rows.n_unpriced = n_keys < RK__UNPRICED_MAX ? n_keys : RK__UNPRICED_MAX;
        unit->rows.unpriced = rk__arena_alloc(
            &unit->result->arena, (unit->rows.n_unpriced + 1) * sizeof *unit->rows.unpriced);
        status = unit->rows.unpriced == NULL ? RK_NO_MEMORY : RK_OK;
    }
    if (status == RK_OK) {
        memcpy(unit->rows.unpriced, keys, unit->rows.n_unpriced * sizeof *keys);
    }
    rk__free(keys);
    rk__free(defaulted);
    rk__free(of);
    return status;
}

static void warn_notes(rk__unit *unit, const uint64_t *notes)
{
    memcpy(unit->rows.notes, notes, sizeof unit->rows.notes);
    for (size_t bit = 0; bit < unit->rule->n_notes && bit < 32; bit++) {
        if (notes[bit] > 0) {
            rk__buf count = {0};
            rows_text(&count, unit, notes[bit]);
            rk__unit_warn(unit, "%s: %s", count.failed ? "rows" : count.text,
                          unit->rule->notes[bit].message);
            rk__buf_dispose(&count);
        }
    }
}

rk_status rk__pass_fold(rk__pass *pass, rk_problems *problems)
{
    pass_worker *base = NULL;
    rk_status status = merge_all(pass, &base);
    if (pass->empty) { /* nothing was planned: each unit has no rows and no groups */
        for (size_t u = 0; u < pass->input->n_units; u++) {
            pass->units[u] = (pass_unit){.unit = pass->input->units[u]};
        }
        pass->n_units = pass->input->n_units;
    }
    for (size_t u = 0; u < pass->n_units && status == RK_OK; u++) {
        const pass_unit *pu = &pass->units[u];
        status = fold_lines(pass, base, u);
        if (status == RK_OK) { /* last, since it takes the totals over */
            status =
                fold_groups(pass, base, u, true, pu->shown, pu->n_shown, &pu->unit->rows.shown);
        }
        if (status == RK_OK && base != NULL) {
            status = fold_listed(pass, base, u);
            warn_notes(pu->unit, base->units[u].notes);
        }
    }
    if (status == RK_OVERFLOW) {
        return rk__problem(problems, RK_OVERFLOW, NULL, "split the table, or the component's scope",
                           "the sum of the rows of table '%s' does not fit",
                           pass->input->spec->name);
    }
    return status;
}
