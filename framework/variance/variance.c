/* SPDX-License-Identifier: MIT
 *
 * variance.c: the bridge from one side to the other, and its tables.
 */
#include "variance/variance.h"

#include "contract/selection.h"

#define MOVERS 10

typedef struct columns {
    size_t at[RK__SIDE_COLUMNS];
    size_t n;
} columns;

/* The columns that are shown if there are several groups of them. */
static const char *const usual[] = {"period", "pod", "provider", "commissioner", "hrg_chapter"};
#define N_USUAL (sizeof usual / sizeof *usual)

/* --------------------------------------------------------------------- columns */

/* A side without rows has every column. */
static bool has(const rk_variance *v, size_t column)
{
    const rk__side *plan = &v->plan_side.side;
    const rk__side *actual = &v->actual_side.side;
    return (plan->n_cells == 0 || plan->has[column]) &&
           (actual->n_cells == 0 || actual->has[column]);
}

static size_t column_named(const rk_variance *v, const char *name)
{
    name = strcmp(name, "month") == 0 ? "period" : name;
    for (size_t i = 0; i < v->sides.n_columns; i++) {
        if (strcmp(v->sides.column[i], name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static rk_status take_named(rk_variance *v, const char *option, const char *const *names,
                            columns *out, rk_problems *problems)
{
    out->n = 0;
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        const bool rows = v->plan_side.side.n_cells + v->actual_side.side.n_cells > 0;
        const size_t at = rows ? column_named(v, names[i]) : rk__sides_column(&v->sides, names[i]);
        if (at == SIZE_MAX || !has(v, at)) {
            const bool planned = at != SIZE_MAX && v->plan_side.side.has[at];
            return rk__problem(problems, RK_MISSING_COLUMN, NULL,
                               "a column of both tables, period or hrg_chapter",
                               "--%s: '%s' has no column '%s'", option,
                               planned ? v->actual_name : v->plan_name, names[i]);
        }
        if (out->n == RK__SIDE_COLUMNS) {
            return rk__problem(problems, RK_LIMIT, NULL, NULL, "--%s names too many columns",
                               option);
        }
        out->at[out->n++] = at;
    }
    return RK_OK;
}

/* The keys: those named, else those that rows are looked up by and both sides have, else all that
 * both have. */
static rk_status find_keys(rk_variance *v, const char *const *named, const rk__detail *detail,
                           columns *out, rk_problems *problems)
{
    if (named != NULL && named[0] != NULL) {
        return take_named(v, "keys", named, out, problems);
    }
    out->n = 0;
    for (size_t i = 0; i < detail->n_keys; i++) {
        const size_t at = column_named(v, detail->keys[i]);
        if (at != SIZE_MAX && has(v, at) && out->n < RK__SIDE_COLUMNS) {
            out->at[out->n++] = at;
        }
    }
    for (size_t at = RK__COLUMN_CHAPTER + 1, n = out->n; n == 0 && at < v->sides.n_columns; at++) {
        if (has(v, at)) {
            out->at[out->n++] = at;
        }
    }
    return RK_OK;
}

/* The columns wanted of the rows: those of --by and --keys, and the usual ones. */
static const char *const *detail_columns(const rk_variance_options *o, rk__arena *arena)
{
    const char *const *list = NULL;
    const char *const *const lists[] = {o->by, o->keys, usual};
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; lists[k] != NULL && (k == 2 ? i < N_USUAL : lists[k][i] != NULL); i++) {
            const char *name = lists[k][i];
            name = strcmp(name, "hrg_chapter") == 0 ? "hrg" : name;
            if (strcmp(name, "period") == 0 || strcmp(name, "month") == 0) {
                continue;
            }
            list = rk__list_with(arena, list, name);
            if (list == NULL) {
                return NULL;
            }
        }
    }
    return list;
}

/* ----------------------------------------------------------------------- lines */

static void make_line(rk_variance *v, const rk__grouping *g, const rk__group_effects *group,
                      bool effects, rk_variance_line *out)
{
    rk__nums *nums = &v->sides.nums;
    const char **texts = rk__arena_alloc(&v->sides.arena, (g->n_by + 1) * sizeof *texts);
    for (size_t i = 0; texts != NULL && i < g->n_by; i++) {
        texts[i] = rk__sides_word(&v->sides, group->text[g->by[i]]);
    }
    const rk_num zero = rk__num_from_int(nums, 0);
    *out = (rk_variance_line){
        .texts = texts,
        .plan_quantity = group->quantity[0] != NULL ? group->quantity[0] : zero,
        .actual_quantity = group->quantity[1] != NULL ? group->quantity[1] : zero,
        .plan = group->plan,
        .actual = rk__num_add(nums, group->plan, group->variance),
        .variance = group->variance};
    if (!effects) {
        return;
    }
    rk_num price = group->printed[RK__PRICE_REST];
    for (size_t e = 0; e < v->sides.n_elements; e++) {
        price = rk__num_add(nums, price, group->printed[RK__PRICE + e]);
    }
    rk_num *element = rk__arena_alloc(&v->sides.arena, (v->sides.n_elements + 1) * sizeof *element);
    for (size_t e = 0; element != NULL && e < v->sides.n_elements; e++) {
        element[e] = group->printed[RK__PRICE + e];
    }
    out->volume = group->printed[RK__VOLUME];
    out->mix = group->printed[RK__MIX];
    out->price = price;
    out->added = group->printed[RK__ADDED];
    out->gone = group->printed[RK__GONE];
    out->unpriced = group->printed[RK__UNPRICED];
    out->element = element;
}

static rk_status make_table(rk_variance *v, const rk__grouping *g, bool effects,
                            rk__variance_table *out)
{
    const char **names = rk__arena_alloc(&v->sides.arena, (g->n_by + 1) * sizeof *names);
    out->lines = rk__arena_alloc(&v->sides.arena, (g->n + 1) * sizeof *out->lines);
    if (names == NULL || out->lines == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < g->n_by; i++) {
        names[i] = v->sides.column[g->by[i]];
    }
    out->columns = names;
    out->n_columns = g->n_by;
    out->n_lines = g->n;
    for (size_t i = 0; i < g->n; i++) {
        make_line(v, g, &g->groups[i], effects, &out->lines[i]);
    }
    return v->sides.arena.failed || v->sides.nums.no_memory ? RK_NO_MEMORY : RK_OK;
}

static rk_status find_grouping(rk_variance *v, const columns *by, const columns *keys, bool effects,
                               rk__grouping *out)
{
    const rk_status status = rk__effects_find(&v->sides, &v->plan_side.side, &v->actual_side.side,
                                              by->at, by->n, keys->at, keys->n, effects, out);
    return status == RK_OK ? rk__effects_print(&v->sides, out, v->places) : status;
}

/* The usual tables, but for that of --by, of which there are several groups. */
static rk_status find_tables(rk_variance *v, const columns *by, const columns *keys)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < N_USUAL && status == RK_OK; i++) {
        const size_t at = column_named(v, usual[i]);
        const bool same = by->n == 1 && by->at[0] == at;
        if (at == SIZE_MAX || same || !has(v, at)) {
            continue;
        }
        rk__grouping g;
        const columns one = {.at = {at}, .n = 1};
        status = find_grouping(v, &one, keys, true, &g);
        if (status == RK_OK && g.n > 1) {
            status = make_table(v, &g, true, &v->tables[v->n_tables]);
            v->n_tables += status == RK_OK;
        }
    }
    return status;
}

/* The keys that moved most. Those of equal size stay in the order of their texts. */
static rk_status find_movers(rk_variance *v, const columns *keys)
{
    rk__nums *nums = &v->sides.nums;
    rk__grouping g;
    rk_status status = find_grouping(v, keys, keys, false, &g);
    rk__variance_table all = {.lines = NULL};
    status = status == RK_OK ? make_table(v, &g, false, &all) : status;
    v->keys = all;
    v->keys.lines = rk__arena_alloc(&v->sides.arena, MOVERS * sizeof *v->keys.lines);
    if (status != RK_OK || v->keys.lines == NULL) {
        return RK_NO_MEMORY;
    }
    rk_num sizes[MOVERS];
    size_t n = 0;
    for (size_t i = 0; i < all.n_lines; i++) {
        const rk_num variance = all.lines[i].variance;
        const int sign = rk__num_sign(variance);
        const rk_num size = sign < 0 ? rk__num_neg(nums, variance) : variance;
        size_t at = n;
        while (at > 0 && rk__num_compare(size, sizes[at - 1]) > 0) {
            at--;
        }
        if (sign == 0 || at == MOVERS) {
            continue;
        }
        n += n < MOVERS;
        for (size_t k = n - 1; k > at; k--) {
            sizes[k] = sizes[k - 1];
            v->keys.lines[k] = v->keys.lines[k - 1];
        }
        sizes[at] = size;
        v->keys.lines[at] = all.lines[i];
    }
    v->n_movers = v->keys.n_lines = n;
    return RK_OK;
}

/* ---------------------------------------------------------------------- bridge */

static rk_status add_step(rk_variance *v, const char *kind, const char *label, rk_num amount)
{
    if (rk__num_sign(amount) == 0) {
        return RK_OK;
    }
    if (rk__grow((void **) &v->steps, &v->steps_capacity, v->n_steps + 1, sizeof *v->steps) != 0) {
        return RK_NO_MEMORY;
    }
    v->steps[v->n_steps++] = (rk_variance_step){kind, label, amount};
    return RK_OK;
}

/* The part of a component's total that is not from its rows: all of it if it prices none, else what
 * its rule adds. NULL if it is only rounding. */
static rk_num beyond_rows(rk__nums *nums, const rk__part *part)
{
    if (part->priced == NULL) {
        return part->total;
    }
    const rk_num beyond = rk__num_sub(nums, part->total, part->priced);
    const rk_num one = rk__num_from_int(nums, 1);
    return rk__num_compare(beyond, one) >= 0 || rk__num_compare(beyond, rk__num_neg(nums, one)) <= 0
               ? beyond
               : NULL;
}

static rk_status add_components(rk_variance *v, rk_num *sum)
{
    rk__nums *nums = &v->sides.nums;
    const rk__side *sides[] = {&v->plan_side.side, &v->actual_side.side};
    const size_t n = sides[0]->n_parts + sides[1]->n_parts;
    bool *taken = rk__calloc(n + 1, sizeof *taken);
    rk_status status = taken != NULL ? RK_OK : RK_NO_MEMORY;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        const bool planned = i < sides[0]->n_parts;
        const rk__part *first =
            planned ? &sides[0]->parts[i] : &sides[1]->parts[i - sides[0]->n_parts];
        rk_num change = rk__num_from_int(nums, 0);
        for (size_t k = i; k < n; k++) {
            const bool plan = k < sides[0]->n_parts;
            const rk__part *part =
                plan ? &sides[0]->parts[k] : &sides[1]->parts[k - sides[0]->n_parts];
            const bool same = !taken[k] && strcmp(part->component, first->component) == 0;
            const rk_num beyond = same ? beyond_rows(nums, part) : NULL;
            taken[k] |= same;
            if (beyond != NULL) {
                change =
                    plan ? rk__num_sub(nums, change, beyond) : rk__num_add(nums, change, beyond);
            }
        }
        change = rk__num_round(nums, change, v->places);
        *sum = rk__num_add(nums, *sum, change);
        status = add_step(v, "component", first->title != NULL ? first->title : first->component,
                          change);
    }
    rk__free(taken);
    return status;
}

static rk_status find_bridge(rk_variance *v, const rk__grouping *g)
{
    rk__nums *nums = &v->sides.nums;
    rk_num sum = rk__num_sub(nums, g->actual, g->plan);
    rk_status status = add_step(v, "volume", NULL, g->effect[RK__VOLUME]);
    rk__keep_first(&status, add_step(v, "mix", NULL, g->effect[RK__MIX]));
    for (size_t e = 0; e < v->sides.n_elements; e++) {
        rk__keep_first(&status,
                       add_step(v, "price", v->sides.element[e], g->effect[RK__PRICE + e]));
    }
    rk__keep_first(&status, add_step(v, "price", NULL, g->effect[RK__PRICE_REST]));
    rk__keep_first(&status, add_step(v, "new", NULL, g->effect[RK__ADDED]));
    rk__keep_first(&status, add_step(v, "gone", NULL, g->effect[RK__GONE]));
    rk__keep_first(&status, add_step(v, "unpriced", NULL, g->effect[RK__UNPRICED]));
    status = status == RK_OK ? add_components(v, &sum) : status;
    if (status == RK_OK) {
        status = add_step(v, "rounding", NULL, rk__num_sub(nums, v->variance, sum));
    }
    return status;
}

/* -------------------------------------------------------------------- the whole */

static rk_status describe(rk__load *load, rk_variance *v)
{
    rk__arena *arena = &v->sides.arena;
    const rk__side *plan = &v->plan_side.side;
    const rk__side *actual = &v->actual_side.side;
    const rk_contract *c = v->actual_side.contract;
    if (strcmp(plan->currency, actual->currency) != 0) {
        return rk__problem(load->problems, RK_CONFLICT, NULL,
                           "hold amounts of one currency "
                           "against each other",
                           "the plan is in %s and the actual in %s", plan->currency,
                           actual->currency);
    }
    v->contract = c->id;
    v->title = c->title;
    v->basis = c->basis;
    v->currency = c->currency;
    v->selection = c->selection.text;
    v->places = actual->places > plan->places ? actual->places : plan->places;
    v->plan_name = rk__arena_strdup(arena, v->plan_side.name);
    v->actual_name = rk__arena_strdup(arena, v->actual_side.name);
    v->plan = plan->total;
    v->actual = actual->total;
    v->variance = rk__num_sub(&v->sides.nums, v->actual, v->plan);
    v->plan_unpriced = plan->unpriced_rows;
    v->actual_unpriced = actual->unpriced_rows;
    return arena->failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status find(rk__load *load, rk_variance *v, const rk__detail *detail)
{
    columns by;
    columns keys;
    rk__grouping g;
    const rk_variance_options *o = load->options;
    const rk__side *plan = &v->plan_side.side;
    const rk__side *actual = &v->actual_side.side;
    if ((plan->n_cells > 0 && !plan->split) || (actual->n_cells > 0 && !actual->split)) {
        v->sides.n_elements = 0; /* the price of one side cannot be split, so neither is */
    }
    rk_status status = describe(load, v);
    status = status == RK_OK ? take_named(v, "by", o->by, &by, load->problems) : status;
    status = status == RK_OK ? find_keys(v, o->keys, detail, &keys, load->problems) : status;
    status = status == RK_OK ? find_grouping(v, &by, &keys, true, &g) : status;
    if (status == RK_OK && by.n > 0) {
        v->grouped = true;
        status = make_table(v, &g, true, &v->tables[v->n_tables++]);
    }
    if (status != RK_OK) {
        return status;
    }
    v->over = g.over;
    v->under = g.under;
    v->n_elements = v->sides.n_elements;
    status = find_bridge(v, &g);
    status = status == RK_OK ? find_tables(v, &by, &keys) : status;
    status = status == RK_OK ? find_movers(v, &keys) : status;
    return status == RK_OK && o->forecast != NULL ? rk__forecast_find(load, v, o->forecast)
                                                  : status;
}

rk_status rk_variance_find(rk_session *session, const char *contract,
                           const rk_variance_options *options, rk_variance **out_variance,
                           rk_problems *problems)
{
    *out_variance = NULL;
    rk_variance *v = rk__calloc(1, sizeof *v);
    rk_status status = v != NULL ? rk__sides_init(&v->sides) : RK_NO_MEMORY;
    if (status != RK_OK) {
        rk__free(v);
        return status;
    }
    rk__load load = {.session = session,
                     .path = contract,
                     .options = options,
                     .sides = &v->sides,
                     .lines = !rk__load_has_groups(options->plan) ||
                              !rk__load_has_groups(options->actual),
                     .problems = problems};
    rk__detail detail = {.columns = detail_columns(options, &v->sides.arena),
                         .arena = &v->sides.arena};
    const rk_options before = session->options;
    session->detail = &detail;
    session->options.year_to_date |= options->forecast != NULL && !rk__options_select(&before);
    status = detail.columns != NULL ? RK_OK : RK_NO_MEMORY;
    /* The actual first: it decides the last period of a year to date. */
    if (status == RK_OK) {
        status = rk__loaded_open(&load, options->actual, options->plan, &v->actual_side);
    }
    if (status == RK_OK) {
        status = rk__loaded_open(&load, options->plan, options->actual, &v->plan_side);
    }
    status = status == RK_OK ? find(&load, v, &detail) : status;
    session->detail = NULL;
    session->options = before;
    if (status != RK_OK) {
        rk_variance_free(v);
        return status;
    }
    *out_variance = v;
    return RK_OK;
}

void rk_variance_free(rk_variance *variance)
{
    if (variance != NULL) {
        rk__loaded_dispose(&variance->plan_side);
        rk__loaded_dispose(&variance->actual_side);
        rk__free(variance->steps);
        rk__sides_dispose(&variance->sides);
        rk__free(variance);
    }
}

/* --------------------------------------------------------------------- reading */

const rk_variance_view *rk_variance_read(const rk_variance *variance)
{
    return (const rk_variance_view *) (const void *) variance;
}

const rk_variance_step *rk_variance_step_at(const rk_variance *variance, size_t index)
{
    return index < variance->n_steps ? &variance->steps[index] : NULL;
}

const char *rk_variance_element(const rk_variance *variance, size_t index)
{
    return index < variance->n_elements ? variance->sides.element[index] : NULL;
}

const rk_variance_table *rk_variance_table_at(const rk_variance *variance, size_t index)
{
    return index < variance->n_tables
               ? (const rk_variance_table *) (const void *) &variance->tables[index]
               : NULL;
}

const rk_variance_line *rk_variance_group(const rk_variance *variance, size_t table, size_t index)
{
    return table < variance->n_tables && index < variance->tables[table].n_lines
               ? &variance->tables[table].lines[index]
               : NULL;
}

const rk_variance_table *rk_variance_keys(const rk_variance *variance)
{
    return (const rk_variance_table *) (const void *) &variance->keys;
}

const rk_variance_line *rk_variance_mover(const rk_variance *variance, size_t index)
{
    return index < variance->n_movers ? &variance->keys.lines[index] : NULL;
}

const rk_variance_forecast *rk_variance_year(const rk_variance *variance)
{
    return variance->year;
}

const rk_result *rk_variance_result(const rk_variance *variance, bool actual)
{
    return (actual ? &variance->actual_side : &variance->plan_side)->result;
}
