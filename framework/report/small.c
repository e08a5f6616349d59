/* SPDX-License-Identifier: MIT
 *
 * small.c: small counts, which may identify patients.
 *
 * With --suppress-below N a count from 1 to N-1 is hidden with its amounts. One
 * hidden cell could be worked out from the total, and so could several whose sum
 * is itself a small count (two ones that make two); then the smallest of the
 * other cells is hidden with them.
 */
#include "report/report.h"

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

static rk_num magnitude(rk__nums *nums, rk_num a)
{
    return rk__num_sign(a) < 0 ? rk__num_neg(nums, a) : a;
}

/* Fills hidden[i] for n quantities (NULL: no count, always shown). */
static void hide(rk__page *out, const rk_num *quantities, size_t n, uint64_t below, bool *hidden)
{
    rk_num sum = rk__num_from_int(&out->nums, 0);
    size_t n_hidden = 0;
    size_t smallest = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        const int small = below == 0 ? 0 : smallness(quantities[i], below);
        hidden[i] = small == 1;
        if (hidden[i]) {
            n_hidden++;
            sum = rk__num_add(&out->nums, sum, magnitude(&out->nums, quantities[i]));
        } else if (small == 0 && quantities[i] != NULL &&
                   (smallest == SIZE_MAX ||
                    rk__num_compare(magnitude(&out->nums, quantities[i]),
                                    magnitude(&out->nums, quantities[smallest])) < 0)) {
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

/* Where the set ends that item `from` begins: a set hides its own small counts. */
typedef size_t end_of_set(const rk_component_result *component, size_t from);

/* hidden[i] for each of n quantities that `quantity_of` gives; NULL: out of memory. */
static const bool *hidden_of(rk__page *out, const rk_result_view *result,
                             const rk_component_result *component, size_t n,
                             rk_num (*quantity_of)(const rk_component_result *, size_t),
                             end_of_set *end_of)
{
    static const bool shown[64];
    if (result->suppress_below == 0 && n <= sizeof shown) {
        return shown;
    }
    rk_num *quantities = rk__arena_alloc(&out->arena, (n + 1) * sizeof *quantities);
    bool *hidden = rk__arena_alloc(&out->arena, n + 1);
    if (quantities == NULL || hidden == NULL) {
        out->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        quantities[i] = quantity_of(component, i);
    }
    for (size_t from = 0, end = 0; from < n; from = end) {
        end = end_of(component, from);
        hide(out, quantities + from, end - from, result->suppress_below, hidden + from);
    }
    return hidden;
}

/* Only totals of rows count people. What was dealt to a line is hidden with it. */
static rk_num line_quantity(const rk_component_result *component, size_t i)
{
    const rk_ledger_line *line = rk_component_line(component, i);
    line = line->of_line != NULL ? line->of_line : line;
    return line->sum ? line->quantity : NULL;
}

/* Lines that were dealt to one component, or to none. */
static size_t end_of_lines(const rk_component_result *component, size_t from)
{
    const char *of = rk_component_line(component, from)->of;
    size_t end = from + 1;
    while (end < component->n_lines && rk_component_line(component, end)->of == of) {
        end++;
    }
    return end;
}

static size_t end_of_unpriced(const rk_component_result *component, size_t from)
{
    (void) from;
    return component->n_unpriced;
}

static rk_num unpriced_quantity(const rk_component_result *component, size_t i)
{
    return rk_component_unpriced(component, i)->quantity;
}

const bool *rk__hidden_lines(rk__page *out, const rk_result_view *result,
                             const rk_component_result *component)
{
    return hidden_of(out, result, component, component->n_lines, line_quantity, end_of_lines);
}

const bool *rk__hidden_unpriced(rk__page *out, const rk_result_view *result,
                                const rk_component_result *component)
{
    return hidden_of(out, result, component, component->n_unpriced, unpriced_quantity,
                     end_of_unpriced);
}

const char *rk__unpriced_text(rk__page *out, uint64_t rows, uint64_t below)
{
    char text[RK__SCALED_TEXT] = "*";
    if (rows == 0 || rows >= below) {
        text[rk__print_scaled(text, (rk_int128) rows, 0, 0, 0)] = '\0';
    }
    const char *copy = rk__arena_strdup(&out->arena, text);
    out->failed = out->failed || copy == NULL;
    return copy == NULL ? "" : copy;
}

rk__hiding rk__hiding_of(const rk_groups *groups, uint64_t below)
{
    rk__hiding hiding = {.below = (rk_int128) below * RK_DECIMAL_ONE, .extra = SIZE_MAX};
    const size_t n = below == 0 ? 0 : rk_groups_count(groups);
    rk_int128 sum = 0;
    rk_int128 least = 0;
    size_t n_hidden = 0;
    size_t smallest = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        rk_int128 quantity = rk_groups_counted(groups, i);
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
