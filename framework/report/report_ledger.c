/* SPDX-License-Identifier: MIT
 *
 * report_ledger.c: a component's lines as they are shown, and small counts.
 *
 * Printed lines are rounded to six decimals and the total to the money's unit,
 * so they need not add up as they stand; a last line holds what is missing.
 *
 * With --suppress-below N a count from 1 to N-1 is hidden with its amounts. One
 * hidden cell could be worked out from the total, and so could several whose sum
 * is itself a small count (two ones that make two); then the smallest of the
 * other cells is hidden with them.
 */
#include "report/report.h"

/* ---------------------------------------------------------------- small counts */

/* 1: hidden by its own size; 0: shown; -1: nothing there that could hide others. */
static int smallness(rk_num quantity, uint64_t below)
{
    if (quantity == NULL || rk__num_sign(quantity) == 0) {
        return -1;
    }
    const int64_t n = below > INT64_MAX ? INT64_MAX : (int64_t) below;
    const struct rk_num_node limit = {.num = n, .den = 1};
    const struct rk_num_node minus = {.num = -n, .den = 1};
    return rk__num_compare(quantity, &limit) < 0 && rk__num_compare(quantity, &minus) > 0;
}

static rk_num magnitude(rk__num_pool *pool, rk_num a)
{
    return rk__num_sign(a) < 0 ? rk__num_neg(pool, a) : a;
}

/* Fills hidden[i] for n quantities (NULL: no count, always shown). */
static void hide(rk__out *out, const rk_num *quantities, size_t n, uint64_t below, bool *hidden)
{
    rk_num sum = rk__num_from_int(&out->pool, 0);
    size_t n_hidden = 0;
    size_t smallest = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        const int small = below == 0 ? 0 : smallness(quantities[i], below);
        hidden[i] = small == 1;
        if (hidden[i]) {
            n_hidden++;
            sum = rk__num_add(&out->pool, sum, magnitude(&out->pool, quantities[i]));
        } else if (small == 0 && quantities[i] != NULL &&
                   (smallest == SIZE_MAX ||
                    rk__num_compare(magnitude(&out->pool, quantities[i]),
                                    magnitude(&out->pool, quantities[smallest])) < 0)) {
            smallest = i;
        }
    }
    if (sum == NULL) {
        out->failed = true;
    } else if (n_hidden > 0 && smallest != SIZE_MAX &&
               (n_hidden == 1 || smallness(sum, below) == 1)) {
        hidden[smallest] = true;
    }
}

const bool *rk__hidden_unpriced(rk__out *out, const rk_result *result,
                                const rk__component_result *component)
{
    const size_t n = component->n_unpriced;
    rk_num *quantities = rk__arena_alloc(&out->arena, (n + 1) * sizeof *quantities);
    bool *hidden = rk__arena_alloc(&out->arena, n + 1);
    if (quantities == NULL || hidden == NULL) {
        out->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        quantities[i] = component->unpriced[i].quantity;
    }
    hide(out, quantities, n, result->suppress_below, hidden);
    return hidden;
}

rk__hiding rk__hiding_of(const rk__group_table *groups, uint64_t below)
{
    rk__hiding hiding = {.below = (rk_int128) below * RK_DECIMAL_ONE, .extra = SIZE_MAX};
    const size_t n = below == 0 ? 0 : rk__groups_count(groups);
    rk_int128 sum = 0;
    rk_int128 least = 0;
    size_t n_hidden = 0;
    size_t smallest = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        rk_int128 quantity = rk__groups_value(groups, i, RK__LANE_QUANTITY);
        quantity = quantity < 0 ? -quantity : quantity;
        if (quantity == 0) {
            continue;
        }
        if (quantity < hiding.below) {
            n_hidden++;
            sum += quantity;
        } else if (smallest == SIZE_MAX || quantity < least) {
            smallest = i;
            least = quantity;
        }
    }
    if (n_hidden > 0 && (n_hidden == 1 || sum < hiding.below)) {
        hiding.extra = smallest;
    }
    return hiding;
}

/* ----------------------------------------------------------------- the ledger */

/* What the printed lines lack to the total; NULL where nothing is missing. */
static rk_num missing(rk__out *out, const rk__component_result *component)
{
    rk_num sum = rk__num_from_int(&out->pool, 0);
    for (size_t i = 0; i < component->n_lines; i++) {
        if (!component->lines[i].memo) {
            const rk_num printed =
                rk__num_round(&out->pool, component->lines[i].amount, RK__LINE_PLACES);
            sum = rk__num_add(&out->pool, sum, printed);
        }
    }
    const rk_num rest = rk__num_sub(&out->pool, component->total, sum);
    if (rest == NULL) {
        out->failed = true;
        return NULL;
    }
    return rk__num_sign(rest) == 0 ? NULL : rest;
}

bool rk__shown_ledger(rk__out *out, const rk_result *result, const rk__component_result *component,
                      rk__shown *shown)
{
    const size_t n = component->n_lines;
    *shown = (rk__shown){0};
    rk__ledger_line *lines = rk__arena_alloc(&out->arena, (n + 1) * sizeof *lines);
    rk_num *quantities = rk__arena_alloc(&out->arena, (n + 1) * sizeof *quantities);
    bool *hidden = rk__arena_alloc(&out->arena, n + 1);
    if (lines == NULL || quantities == NULL || hidden == NULL) {
        out->failed = true;
        return false;
    }
    size_t n_shown = 0;
    for (size_t i = 0; i < n; i++) {
        lines[n_shown] = component->lines[i];
        /* Only what was folded from rows counts people. */
        quantities[n_shown] = lines[n_shown].sum ? lines[n_shown].quantity : NULL;
        n_shown++;
    }
    hide(out, quantities, n_shown, result->suppress_below, hidden);
    const rk_num rest = missing(out, component);
    if (rest != NULL) {
        lines[n_shown++] = (rk__ledger_line){.label = "rounding", .amount = rest};
    }
    *shown = (rk__shown){.lines = lines, .hidden = hidden, .n = n_shown};
    return !out->failed;
}
