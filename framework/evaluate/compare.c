/* SPDX-License-Identifier: MIT
 *
 * compare.c: several arrangements of a contract on the same facts.
 */
#include <string.h>

#include "evaluate/evaluation.h"
#include "ledger/scale.h"

/* The named arrangements, or all if none is named. */
static rk_status arrangements_named(const rk_contract *c, const char *const *names,
                                    const rk__arrangement ***out, size_t *n, rk_problems *problems)
{
    size_t count = 0;
    while (names != NULL && names[count] != NULL) {
        count++;
    }
    const bool all = names == NULL || count == 0;
    *n = all ? c->n_arrangements : count;
    *out = rk__calloc(*n, sizeof **out);
    if (*out == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = RK_OK;
    for (size_t i = 0; i < *n && status == RK_OK; i++) {
        (*out)[i] = all ? &c->arrangements[i] : NULL;
        status = all ? RK_OK : rk__arrangement_named(c, names[i], &(*out)[i], problems);
    }
    return status;
}

/* Arrangements that pay a thousand times as much as the baseline, or a thousandth. */
static rk_status find_scales(rk_comparison *comparison)
{
    bool failed = false;
    const rk_result *baseline = comparison->results[comparison->baseline];
    for (size_t i = 0; i < comparison->n; i++) {
        rk_result *r = comparison->results[i];
        char *what = rk__arena_printf(&r->arena, "the baseline '%s'", baseline->arrangement);
        if (what != NULL && r != baseline) {
            rk__scale_find_total(r, baseline->total, what);
        }
        failed |= r->arena.failed || r->nums.no_memory;
    }
    return failed ? RK_NO_MEMORY : RK_OK;
}

rk_status rk_compare(rk_contract *contract, const char *const *arrangements, const char *baseline,
                     rk_comparison **out_comparison, rk_problems *problems)
{
    const rk__arrangement **chosen = NULL;
    const rk__arrangement *base = NULL;
    size_t n = 0;
    *out_comparison = NULL;
    rk_status status = arrangements_named(contract, arrangements, &chosen, &n, problems);
    if (status == RK_OK && baseline != NULL) {
        status = rk__arrangement_named(contract, baseline, &base, problems);
    }
    size_t at = 0;
    for (size_t i = 0; status == RK_OK && base != NULL && i < n; i++) {
        at = chosen[i] == base ? i : at;
    }
    if (status == RK_OK && base != NULL && chosen[at] != base) {
        status = rk__problem(problems, RK_USAGE, NULL, "name it in --arrangements too",
                             "the baseline '%s' is not among the arrangements compared", baseline);
    }
    if (status == RK_OK) {
        rk__evaluation e;
        status = rk__evaluate_rows(contract, chosen, n, false, &e, problems);
        rk_comparison *comparison = rk__calloc(1, sizeof *comparison);
        rk_result **results = rk__calloc(n, sizeof(rk_result *));
        if (status == RK_OK && (comparison == NULL || results == NULL)) {
            status = RK_NO_MEMORY;
        }
        if (status == RK_OK) {
            memcpy(results, e.results, n * sizeof(rk_result *));
            memset(e.results, 0, n * sizeof(rk_result *));
            *comparison = (rk_comparison){.results = results, .n = n, .baseline = at};
            *out_comparison = comparison;
            status = find_scales(comparison);
        } else {
            rk__free(comparison);
            rk__free(results);
        }
        rk__evaluation_dispose(&e);
    }
    if (status != RK_OK) {
        rk_comparison_free(*out_comparison);
        *out_comparison = NULL;
    }
    rk__free(chosen);
    return status;
}

size_t rk_comparison_over(const rk_comparison *comparison, const char *amount)
{
    const char *why = NULL;
    rk__nums nums = {0};
    size_t n = 0;
    const rk_num most = rk__num_parse(&nums, amount, 0, RK_DECIMAL_PLACES, &why);
    if (most == NULL || rk__num_sign(most) < 0) {
        n = SIZE_MAX;
    }
    const rk_num base = rk__num_copy(&nums, comparison->results[comparison->baseline]->total);
    for (size_t i = 0; i < comparison->n && n != SIZE_MAX; i++) {
        const rk_num less =
            rk__num_sub(&nums, rk__num_copy(&nums, comparison->results[i]->total), base);
        const rk_num more = rk__num_sub(&nums, rk__num_from_int(&nums, 0), less);
        n += rk__num_compare(less, most) > 0 || rk__num_compare(more, most) > 0;
    }
    n = nums.no_memory ? SIZE_MAX : n;
    rk__nums_dispose(&nums);
    return n;
}

void rk_comparison_free(rk_comparison *comparison)
{
    if (comparison != NULL) {
        for (size_t i = 0; i < comparison->n; i++) {
            rk_result_free(comparison->results[i]);
        }
        rk__free(comparison->results);
        rk__free(comparison);
    }
}
