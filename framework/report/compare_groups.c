/* SPDX-License-Identifier: MIT
 *
 * compare_groups.c: an arrangement and the baseline by groups of their rows (--group-by): the
 * groups that differ most first, then what is in no group.
 */
#include <stdlib.h>

#include "report/report.h"

#define GROUPS_SHOWN 40

typedef struct part {
    const char *key[RK_GROUPS_COLUMNS_MAX]; /* NULL: blank */
    size_t length[RK_GROUPS_COLUMNS_MAX];
    size_t n_columns;
    rk_int128 quantity[2]; /* millionths; of the baseline, and of the other */
    rk_int128 amount[2];   /* in units of 1e-12 */
    bool hidden;
} part;

typedef struct parts {
    part *list;
    size_t n, capacity;
    const rk_groups *names; /* of the columns */
} parts;

static void collect(rk__page *out, const rk_result *result, size_t side, parts *to)
{
    for (size_t p = 0; p < rk_result_read(result)->n_periods; p++) {
        const rk_period_result *period = rk_result_period(result, p);
        for (size_t c = 0; c < period->n_components; c++) {
            const rk_component_result *component = rk_period_component(period, c);
            const rk_groups *groups = component->shadow ? NULL : component->groups;
            const int places = groups != NULL ? rk_groups_places(groups) : 0;
            for (size_t g = 0; places > 0 && g < rk_groups_count(groups); g++) {
                if (rk__grow((void **) &to->list, &to->capacity, to->n + 1, sizeof *to->list) !=
                    0) {
                    out->failed = true;
                    return;
                }
                part *one = &to->list[to->n++];
                *one = (part){.n_columns = rk_groups_n_columns(groups)};
                for (size_t k = 0; k < one->n_columns; k++) {
                    one->key[k] = rk_groups_key(groups, g, k, &one->length[k]);
                }
                one->quantity[side] = rk_groups_value(groups, g, RK_LANE_QUANTITY);
                one->amount[side] =
                    rk_groups_value(groups, g, RK_LANE_AMOUNT) * (places == 6 ? 1000000 : 1);
                to->names = groups;
            }
        }
    }
}

static int by_key(const void *a, const void *b)
{
    const part *x = a;
    const part *y = b;
    for (size_t k = 0; k < x->n_columns; k++) {
        if (x->key[k] == NULL || y->key[k] == NULL) {
            if (x->key[k] != y->key[k]) {
                return x->key[k] == NULL ? -1 : 1;
            }
            continue;
        }
        const size_t n = x->length[k] < y->length[k] ? x->length[k] : y->length[k];
        const int order = memcmp(x->key[k], y->key[k], n);
        if (order != 0 || x->length[k] != y->length[k]) {
            return order != 0 ? order : x->length[k] < y->length[k] ? -1 : 1;
        }
    }
    return 0;
}

static rk_int128 size_of(const part *p)
{
    const rk_int128 difference = p->amount[1] - p->amount[0];
    return difference < 0 ? -difference : difference;
}

static int by_size(const void *a, const void *b)
{
    const rk_int128 x = size_of(a);
    const rk_int128 y = size_of(b);
    return x != y ? (x < y ? 1 : -1) : by_key(a, b);
}

static void merge(parts *all)
{
    size_t n = 0;
    if (all->n > 0) {
        qsort(all->list, all->n, sizeof *all->list, by_key);
    }
    for (size_t i = 0; i < all->n; i++) {
        if (n > 0 && by_key(&all->list[n - 1], &all->list[i]) == 0) {
            for (size_t side = 0; side < 2; side++) {
                all->list[n - 1].quantity[side] += all->list[i].quantity[side];
                all->list[n - 1].amount[side] += all->list[i].amount[side];
            }
        } else {
            all->list[n++] = all->list[i];
        }
    }
    all->n = n;
}

/* Hides small groups; if there is only one, hides another too, so that it cannot be worked out. */
static void hide_small(parts *all, uint64_t below)
{
    const rk_int128 limit = (rk_int128) below * 1000000;
    size_t n_hidden = 0;
    part *next = NULL;
    for (size_t i = 0; i < all->n && below > 0; i++) {
        part *p = &all->list[i];
        for (size_t side = 0; side < 2; side++) {
            const rk_int128 q = p->quantity[side];
            p->hidden |= q != 0 && q < limit && q > -limit;
        }
        n_hidden += p->hidden;
        if (!p->hidden && (next == NULL || p->quantity[0] < next->quantity[0])) {
            next = p;
        }
    }
    if (n_hidden == 1 && next != NULL) {
        next->hidden = true;
    }
}

static void money_cells(rk__sheet *sheet, rk_num from, rk_num to, int places)
{
    rk__page *out = sheet->out;
    const rk_num percent = rk__difference_percent(out, from, to);
    rk__sheet_money(sheet, from, places);
    rk__sheet_money(sheet, to, places);
    rk__sheet_money(sheet, rk__num_sub(&out->nums, to, from), places);
    if (percent == NULL) {
        rk__sheet_cell(sheet, NULL);
        return;
    }
    rk__print_money(&out->scratch, percent, 1);
    rk__sheet_scratch(sheet);
}

static void name_row(rk__sheet *sheet, rk__row_kind kind, size_t n_columns, const char *name)
{
    rk__sheet_row(sheet, kind);
    rk__sheet_cell(sheet, name);
    for (size_t k = 1; k < n_columns; k++) {
        rk__sheet_cell(sheet, NULL);
    }
}

static void group_row(rk__sheet *sheet, const part *p, int places)
{
    rk__page *out = sheet->out;
    rk__sheet_row(sheet, RK__ROW_LINE);
    for (size_t k = 0; k < p->n_columns; k++) {
        rk__buf_add(&out->scratch, p->key[k] != NULL ? p->key[k] : "(blank)",
                    p->key[k] != NULL ? p->length[k] : strlen("(blank)"));
        rk__sheet_scratch(sheet);
    }
    for (int i = 0; i < 4 && p->hidden; i++) {
        rk__sheet_cell(sheet, "*");
    }
    if (!p->hidden) {
        money_cells(sheet, rk__num_scaled(&out->nums, p->amount[0], 12),
                    rk__num_scaled(&out->nums, p->amount[1], 12), places);
    }
}

/* The groups, the rest of them, what is in no group, and the totals. */
static void rows(rk__sheet *sheet, const parts *all, rk_num from, rk_num to, int places)
{
    rk__nums *nums = &sheet->out->nums;
    const size_t n_columns = all->list[0].n_columns;
    const size_t shown = all->n <= GROUPS_SHOWN + 1 ? all->n : GROUPS_SHOWN;
    rk_int128 rest[2] = {0, 0};
    rk_int128 grouped[2] = {0, 0};
    bool hidden = false;
    for (size_t i = 0; i < all->n; i++) {
        const part *p = &all->list[i];
        hidden |= p->hidden;
        for (size_t side = 0; side < 2; side++) {
            grouped[side] += p->amount[side];
            rest[side] += i >= shown ? p->amount[side] : 0;
        }
        if (i < shown) {
            group_row(sheet, p, places);
        }
    }
    if (shown < all->n) {
        name_row(sheet, RK__ROW_LINE, n_columns,
                 rk__arena_printf(&sheet->out->arena, "%zu others", all->n - shown));
        if (hidden) {
            for (int i = 0; i < 4; i++) {
                rk__sheet_cell(sheet, "*");
            }
        } else {
            money_cells(sheet, rk__num_scaled(nums, rest[0], 12), rk__num_scaled(nums, rest[1], 12),
                        places);
        }
    }
    const rk_num no_group[2] = {rk__num_sub(nums, from, rk__num_scaled(nums, grouped[0], 12)),
                                rk__num_sub(nums, to, rk__num_scaled(nums, grouped[1], 12))};
    if (rk__num_reaches(no_group[0], 1) || rk__num_reaches(no_group[1], 1)) {
        name_row(sheet, RK__ROW_LINE, n_columns, "(no rows)");
        money_cells(sheet, no_group[0], no_group[1], places);
    }
    name_row(sheet, RK__ROW_TOTAL, n_columns, "total");
    money_cells(sheet, from, to, places);
}

bool rk__layout_compared_groups(rk__sheet *sheet, const rk_comparison *comparison, size_t index)
{
    const rk_result_view *baseline = rk__baseline(comparison);
    const rk_result_view *other = rk__compared(comparison, index);
    parts all = {0};
    if (!baseline->grouped) {
        return false;
    }
    collect(sheet->out, rk_comparison_result(comparison, rk_comparison_baseline(comparison)), 0,
            &all);
    collect(sheet->out, rk_comparison_result(comparison, index), 1, &all);
    merge(&all);
    hide_small(&all, baseline->suppress_below);
    if (all.n > 0) {
        qsort(all.list, all.n, sizeof *all.list, by_size);
        for (size_t k = 0; k < all.list[0].n_columns; k++) {
            rk__sheet_column(sheet, rk_groups_column(all.names, k), RK__ALIGN_LEFT);
        }
        rk__sheet_columns(sheet, "pppp", baseline->arrangement, other->arrangement, "difference",
                          "%");
        rows(sheet, &all, baseline->total, other->total, baseline->places);
    }
    const bool some = all.n > 0;
    rk__free(all.list);
    return some;
}
