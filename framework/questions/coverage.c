/* SPDX-License-Identifier: MIT
 *
 * coverage.c: activity of a contract that no component pays for, or that more than one
 * does, for each of its arrangements: the contract is looked at as a system of one.
 */
#include <string.h>

#include "system/activity.h"
#include "system/system.h"

/* Rows come from standard input once. */
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
    const char *const names[] = {contract->arrangements[a].name};
    const char *dirs[] = {contract->base_dir};
    const rk__value *root = rk__json_root(contract->document);
    rk__system_contract alone = {.at = root, .contract = root};
    rk_system system = {
        .session = contract->session, .base_dir = contract->base_dir, .contract_dirs = dirs};
    rk_system_result result = {.n_periods = contract->n_periods};
    rk_result chosen = {.arrangement = names[0]};
    rk_result *results[] = {&chosen};
    rk__system_run run = {.system = &system,
                          .result = &result,
                          .out = &coverage->found[a],
                          .contracts = &contract,
                          .results = results,
                          .problems = problems};
    run.s = (rk__system){.root = root,
                         .periods = contract->periods,
                         .n_periods = contract->n_periods,
                         .contracts = &alone,
                         .n_contracts = 1};
    result.periods = rk__arena_alloc(&coverage->arena, contract->n_periods * sizeof(char *));
    coverage->names[coverage->n++] = rk__arena_strdup(&coverage->arena, names[0]);
    rk_status status = result.periods == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t p = 0; p < contract->n_periods && status == RK_OK; p++) {
        result.periods[p] = rk__arena_strdup(&coverage->arena, contract->periods[p].id);
    }
    result.arena = coverage->arena;
    status = status == RK_OK ? rk__system_coverage(&run) : status;
    coverage->arena = result.arena;
    coverage->found[a].nums = run.s.nums; /* the numbers found live on */
    rk__arena_dispose(&run.s.arena);
    return status;
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
    for (size_t a = 0; a < coverage->n; a++) {
        rk__free(coverage->found[a].coverage);
        rk__nums_dispose(&coverage->found[a].nums);
    }
    rk__free(coverage->found);
    rk__arena_dispose(&coverage->arena);
    rk__free(coverage);
}
