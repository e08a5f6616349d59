/* SPDX-License-Identifier: MIT
 *
 * coverage.c: activity of a contract that no component pays for, or that more than one
 * does, for each of its arrangements.
 */
#include "questions/coverage.h"

#include <string.h>

#include "contract/session.h"

/* Whether rows come from standard input, which can be read only once. */
static bool is_piped(const rk_contract *contract)
{
    for (size_t i = 0; i < contract->n_facts; i++) {
        for (size_t k = 0; k < contract->facts[i].n_files; k++) {
            if (strcmp(contract->facts[i].files[k], "-") == 0) {
                return true;
            }
        }
    }
    return false;
}

static rk_status cover_arrangement(rk_coverage *coverage, rk_contract *contract, size_t a,
                                   rk_problems *problems)
{
    const rk__covered alone = {.contract = contract,
                               .arrangement = &contract->arrangements[a],
                               .root = rk__json_root(contract->document),
                               .base_dir = contract->base_dir};
    const rk__coverage_input input = {.session = contract->session,
                                      .contracts = &alone,
                                      .n_contracts = 1,
                                      .periods = contract->periods,
                                      .n_periods = contract->n_periods,
                                      .arena = &coverage->arena,
                                      .nums = &coverage->nums};
    coverage->names[coverage->n_arrangements++] =
        rk__arena_strdup(&coverage->arena, contract->arrangements[a].name);
    return rk__coverage_find(&input, &coverage->found[a], problems);
}

rk_status rk__contract_coverage(const char *file, rk_contract *contract, rk_coverage **out,
                                rk_problems *problems)
{
    *out = NULL;
    if (is_piped(contract)) {
        return RK_OK;
    }
    const size_t before = rk_problems_count(problems);
    rk_coverage *coverage = rk__calloc(1, sizeof *coverage);
    if (coverage == NULL) {
        return RK_NO_MEMORY;
    }
    const size_t n = contract->n_arrangements;
    coverage->file = rk__arena_strdup(&coverage->arena, file);
    coverage->contract = rk__arena_strdup(&coverage->arena, contract->id);
    coverage->places = contract->places;
    coverage->suppress_below = contract->session->options.suppress_below;
    coverage->names = rk__arena_alloc(&coverage->arena, (n + 1) * sizeof *coverage->names);
    coverage->found = rk__calloc(n + 1, sizeof *coverage->found);
    rk_status status =
        coverage->contract == NULL || coverage->names == NULL || coverage->found == NULL
            ? RK_NO_MEMORY
            : RK_OK;
    for (size_t a = 0; a < n && status == RK_OK; a++) {
        status = cover_arrangement(coverage, contract, a, problems);
    }
    if (status == RK_OK) {
        *out = coverage;
        return RK_OK;
    }
    rk_coverage_free(coverage);
    if (status == RK_NO_MEMORY) {
        return status;
    }
    rk__problems_truncate(problems, before);
    return RK_OK;
}

void rk_coverage_free(rk_coverage *coverage)
{
    if (coverage == NULL) {
        return;
    }
    for (size_t a = 0; a < coverage->n_arrangements; a++) {
        rk__free(coverage->found[a].coverage);
    }
    rk__nums_dispose(&coverage->nums);
    rk__free(coverage->found);
    rk__arena_dispose(&coverage->arena);
    rk__free(coverage);
}
