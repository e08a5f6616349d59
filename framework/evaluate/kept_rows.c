/* SPDX-License-Identifier: MIT
 *
 * kept_rows.c: copies of row totals that outlive the result they were made in.
 */
#include "evaluate/evaluation.h"

static rk_status keep_group(const rk__row_group *from, size_t n_columns, size_t n_elements,
                            rk__arena *arena, rk__nums *nums, rk__row_group *out)
{
    const char **key = rk__arena_alloc(arena, (n_columns + 1) * sizeof *key);
    rk_num *element = rk__arena_alloc(arena, (n_elements + 1) * sizeof *element);
    if (key == NULL || element == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < n_columns; k++) {
        key[k] = rk__arena_strdup(arena, from->key[k]);
    }
    for (size_t e = 0; from->element != NULL && e < n_elements; e++) {
        element[e] = rk__num_copy(nums, from->element[e]);
    }
    *out = (rk__row_group){.key = key,
                           .rows = from->rows,
                           .quantity = rk__num_copy(nums, from->quantity),
                           .amount = rk__num_copy(nums, from->amount),
                           .element = element};
    return arena->failed || nums->no_memory ? RK_NO_MEMORY : RK_OK;
}

rk_status rk__rows_keep(const rk__instance *instance, rk__arena *arena, rk__nums *nums,
                        rk__row_outcome *out)
{
    const rk__row_outcome *from = &instance->rows;
    const size_t n_elements = instance->rule->n_elements;
    *out = *from;
    out->shown = NULL;
    out->unpriced = NULL;
    out->n_unpriced = 0;
    out->lines.groups = rk__arena_alloc(arena, (from->lines.n + 1) * sizeof *out->lines.groups);
    rk_status status = out->lines.groups == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < from->lines.n && status == RK_OK; i++) {
        status = keep_group(&from->lines.groups[i], from->lines.n_columns, n_elements, arena, nums,
                            &out->lines.groups[i]);
    }
    return status == RK_OK ? keep_group(&from->total, 0, n_elements, arena, nums, &out->total)
                           : status;
}
