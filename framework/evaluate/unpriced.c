/* SPDX-License-Identifier: MIT
 *
 * unpriced.c: finds results in which many rows have no price, and components that got no rows.
 */
#include "evaluate/unpriced.h"

/* Above this many tenths of a percent, rows without a price are reported. */
#define TENTHS 20

/* At the average price of the component's other rows; NULL if it has none. */
static rk_num value_of(rk__nums *nums, const rk__row_outcome *rows, rk_num unpriced)
{
    return rk__num_sign(rows->total.quantity) > 0 && rk__num_sign(rows->total.amount) > 0
               ? rk__num_div(nums, rk__num_mul(nums, unpriced, rows->total.amount),
                             rows->total.quantity)
               : NULL;
}

void rk__find_mostly_unpriced(rk_result *result, const rk__instance *instances, size_t n)
{
    rk__nums *nums = &result->nums;
    rk_num unpriced = NULL;
    rk_num all = NULL;
    rk_num amount = NULL;
    uint64_t n_rows = 0;
    for (size_t i = 0; i < n; i++) {
        const rk__row_outcome *rows = &instances[i].rows;
        if (!instances[i].hidden && rows->unpriced_quantity > 0 && rows->total.amount != NULL) {
            unpriced = unpriced != NULL ? unpriced : rk__num_from_int(nums, 0);
        }
    }
    if (unpriced == NULL) {
        return;
    }
    all = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < n; i++) {
        const rk__row_outcome *rows = &instances[i].rows;
        if (instances[i].hidden || rows->total.amount == NULL) {
            continue;
        }
        const rk_num without = rk__num_scaled(nums, rows->unpriced_quantity, 6);
        const rk_num value = value_of(nums, rows, without);
        unpriced = rk__num_add(nums, unpriced, without);
        all = rk__num_add(nums, all, rk__num_add(nums, without, rows->total.quantity));
        n_rows += rows->unpriced_quantity > 0 ? rows->unpriced_rows : 0;
        if (value != NULL && rk__num_sign(value) > 0) {
            amount = amount != NULL ? rk__num_add(nums, amount, value) : value;
        }
    }
    if (rk__num_sign(all) <= 0) {
        return;
    }
    const rk_num share = rk__num_round(
        nums, rk__num_div(nums, rk__num_mul(nums, unpriced, rk__num_from_int(nums, 1000)), all), 0);
    if (rk__num_compare(share, rk__num_from_int(nums, TENTHS)) <= 0) {
        return;
    }
    rk__buf text = {0};
    rk__num_print_trimmed(&text, rk__num_div(nums, share, rk__num_from_int(nums, 10)), 1);
    nums->no_memory |= text.failed;
    rk__result_find(
        result,
        (rk_finding){
            .code = "mostly-unpriced", .rows = n_rows, .quantity = unpriced, .amount = amount},
        "%s%% of the quantity has no price%s", text.text != NULL ? text.text : "",
        amount != NULL ? "; the amount is at the average price of the rest" : "");
    rk__buf_dispose(&text);
}

/* Whether a table may have rows; one in place that is empty says so itself. */
static bool may_have_rows(const rk__table_spec *spec)
{
    return spec != NULL && (spec->rows == NULL || spec->rows->count > 0);
}

static bool reads_rows(const rk__instance *instance)
{
    bool reads = false;
    if (instance->streams) {
        const char *name = rk__component_table(instance->component, instance->rule->rule->rows);
        reads = may_have_rows(rk__contract_fact(instance->contract, name));
    }
    for (size_t i = 0; i < instance->n_tables; i++) {
        reads |= may_have_rows(rk__table_spec_of(instance->tables[i].table));
    }
    return reads;
}

/* Whether the instance looked at any row, priced or not. */
static bool has_rows(const rk__instance *instance)
{
    bool any = instance->rows.total.rows + instance->rows.unpriced_rows > 0;
    for (size_t i = 0; i < instance->n_tables; i++) {
        any |= instance->tables[i].n_rows > 0;
    }
    return any;
}

void rk__find_no_rows(rk_result *result, rk__instance *instances, size_t n)
{
    const size_t n_components = n > 0 ? instances[0].arrangement->n_components : 0;
    bool *any = rk__arena_alloc(&result->arena, n_components + 1);
    for (size_t i = 0; i < n && any != NULL; i++) {
        any[instances[i].component_index] |= !reads_rows(&instances[i]) || has_rows(&instances[i]);
    }
    for (size_t i = 0; i < n && any != NULL; i++) {
        rk__instance *instance = &instances[i];
        if (!any[instance->component_index] && !instance->hidden && !instance->implied) {
            any[instance->component_index] = true; /* once */
            rk__result_find(result, (rk_finding){.code = "no-rows"},
                            "component '%s': no row is in its tables, scope and periods, so "
                            "it pays nothing for any",
                            instance->component->id);
        }
    }
}
