/* SPDX-License-Identifier: MIT
 *
 * csv_compared_groups.c: the grouped totals of several arrangements as CSV. Each row has what its
 * group differs by from the same group of the baseline: of the same period and component. A group
 * that only the baseline has stands among the others with nothing, so that the differences of an
 * arrangement add up.
 */
#include "number/scaled.h"
#include "report/csv_group_columns.h"

/* A component's groups, and those of the baseline's component beside it; each may be NULL. */
typedef struct side {
    const rk_component_result *component;
    const rk_groups *groups;
    rk__hiding hiding;
    size_t n;
    int scale;
} side;

static side side_of(const rk_component_result *component, uint64_t below)
{
    const rk_groups *groups = component != NULL ? component->groups : NULL;
    return groups == NULL ? (side){.n = 0}
                          : (side){.component = component,
                                   .groups = groups,
                                   .hiding = rk__hiding_of(groups, below),
                                   .n = rk_groups_count(groups),
                                   .scale = rk_groups_places(groups)};
}

static const rk_component_result *component_of(const rk_result *result, const char *period,
                                               const char *component)
{
    for (size_t p = 0; p < rk_result_read(result)->n_periods; p++) {
        const rk_period_result *part = rk_result_period(result, p);
        for (size_t c = 0; strcmp(part->id, period) == 0 && c < part->n_components; c++) {
            const rk_component_result *found = rk_period_component(part, c);
            if (found->groups != NULL && strcmp(found->id, component) == 0) {
                return found;
            }
        }
    }
    return NULL;
}

/* Blank first, then byte order, as groups are sorted. */
static int compare_keys(const side *a, size_t i, const side *b, size_t j)
{
    for (size_t k = 0; k < rk_groups_n_columns(a->groups); k++) {
        size_t n = 0;
        size_t m = 0;
        const char *x = rk_groups_key(a->groups, i, k, &n);
        const char *y = rk_groups_key(b->groups, j, k, &m);
        if (x == NULL || y == NULL) {
            if (x != y) {
                return x == NULL ? -1 : 1;
            }
            continue;
        }
        const int order = memcmp(x, y, n < m ? n : m);
        if (order != 0 || n != m) {
            return order != 0 ? order : n < m ? -1 : 1;
        }
    }
    return 0;
}

/* An amount or element, in units of 1e-12; 0 if there is no such group. */
static rk_int128 value_of(const side *s, bool some, size_t g, size_t lane)
{
    return !some || s->scale == 0
               ? 0
               : rk_groups_value(s->groups, g, lane) * (s->scale == 6 ? 1000000 : 1);
}

static void number_cell(rk__page *out, rk_int128 value, int scale, int least, bool hidden)
{
    char text[RK__SCALED_TEXT];
    if (hidden) {
        rk__page_putc(out, '*');
        return;
    }
    rk__page_add(out, text, rk__print_scaled(text, value, scale, least, RK__LINE_PLACES));
}

/* The columns of a report, and the rows of one component. */
typedef struct table {
    rk__page *out;
    const rk__group_columns *columns;
    rk__buf prefix;
    side own, base;
    size_t lane[RK__GROUP_ELEMENTS]; /* by element; 0: an empty cell */
    int places;
} table;

/* A group of either side, or of both; `i` and `j` are SIZE_MAX if it has none. */
static void group_row(table *t, size_t i, size_t j)
{
    const bool own = i != SIZE_MAX;
    const bool base = j != SIZE_MAX;
    const bool hidden = own && rk__group_hidden(&t->own.hiding, t->own.groups, i);
    const bool no_difference =
        hidden || (base && rk__group_hidden(&t->base.hiding, t->base.groups, j));
    const side *named = own ? &t->own : &t->base;
    rk__page_add(t->out, t->prefix.text, t->prefix.length);
    for (size_t k = 0; k < rk_groups_n_columns(named->groups); k++) {
        size_t length = 0;
        const char *text = rk_groups_key(named->groups, own ? i : j, k, &length);
        rk__csv_cell(t->out, text != NULL ? text : "", length);
        rk__page_putc(t->out, ',');
    }
    number_cell(t->out, own ? rk_groups_value(t->own.groups, i, RK_LANE_QUANTITY) : 0,
                RK_DECIMAL_PLACES, 0, hidden);
    for (size_t e = 0; e < t->columns->n_elements; e++) {
        rk__page_putc(t->out, ',');
        if (t->lane[e] != 0) {
            number_cell(t->out, value_of(&t->own, own, i, t->lane[e]), 12, t->places, hidden);
        }
    }
    const rk_int128 amount = value_of(&t->own, own, i, RK_LANE_AMOUNT);
    rk__page_putc(t->out, ',');
    number_cell(t->out, amount, 12, t->places, hidden);
    rk__page_putc(t->out, ',');
    number_cell(t->out, amount - value_of(&t->base, base, j, RK_LANE_AMOUNT), 12, t->places,
                no_difference);
    rk__page_putc(t->out, '\n');
}

/* Both sides are sorted by key. */
static void group_rows(table *t)
{
    size_t i = 0;
    size_t j = 0;
    while ((i < t->own.n || j < t->base.n) && !t->out->stopped && !t->out->failed) {
        const int order = j == t->base.n  ? -1
                          : i == t->own.n ? 1
                                          : compare_keys(&t->own, i, &t->base, j);
        group_row(t, order <= 0 ? i : SIZE_MAX, order >= 0 ? j : SIZE_MAX);
        i += order <= 0;
        j += order >= 0;
    }
}

static void component_rows(table *t, const rk_result_view *result, const char *period,
                           const rk_component_result *own, const rk_component_result *base)
{
    const rk_component_result *named = own != NULL ? own : base;
    t->own = side_of(own, result->suppress_below);
    t->base = side_of(base, result->suppress_below);
    t->places = result->places;
    memset(t->lane, 0, sizeof t->lane);
    for (size_t e = 0; t->own.scale > 0 && e < own->n_elements; e++) {
        const size_t at = rk__group_element(t->columns, rk_component_element(own, e)->name);
        if (at < t->columns->n_elements) {
            t->lane[at] = RK_LANE_ELEMENT + e;
        }
    }
    rk__group_prefix(&t->prefix, t->out->sink->csv_safe, t->columns, result, period, named->id);
    t->out->failed = t->out->failed || t->prefix.failed;
    group_rows(t);
    rk__buf_dispose(&t->prefix);
}

/* Those of the arrangement, then those that only the baseline has. */
static void result_rows(table *t, const rk_result *result, const rk_result *baseline)
{
    const rk_result_view *view = rk_result_read(result);
    for (size_t p = 0; p < view->n_periods; p++) {
        const rk_period_result *period = rk_result_period(result, p);
        for (size_t c = 0; c < period->n_components; c++) {
            const rk_component_result *own = rk_period_component(period, c);
            if (own->groups != NULL) {
                component_rows(t, view, period->id, own,
                               component_of(baseline, period->id, own->id));
            }
        }
        const rk_period_result *before = rk_result_period(baseline, p);
        for (size_t c = 0; c < before->n_components; c++) {
            const rk_component_result *base = rk_period_component(before, c);
            if (base->groups != NULL && component_of(result, before->id, base->id) == NULL) {
                component_rows(t, view, before->id, NULL, base);
            }
        }
    }
}

void rk__csv_compared_groups(rk__page *out, const rk_comparison *comparison)
{
    const size_t n = rk_comparison_count(comparison);
    const rk_result *baseline =
        rk_comparison_result(comparison, rk_comparison_baseline(comparison));
    const rk_result **results = rk__arena_alloc(&out->arena, n * sizeof *results);
    if (results == NULL) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        results[i] = rk_comparison_result(comparison, i);
    }
    const rk__group_columns columns = rk__group_columns_of(results, n);
    table t = {.out = out, .columns = &columns};
    rk__group_header(out, &columns, ",difference");
    for (size_t i = 0; i < n; i++) {
        result_rows(&t, results[i], baseline);
    }
}
