/* SPDX-License-Identifier: MIT
 *
 * result.c: the life of a result: made, given warnings, read and freed.
 */
#include "ledger/result.h"

#include <string.h>

#include "contract/session.h"

/* A text of the contract, copied unless the result is reset for each contract: such a result is
 * read while its contract exists, others outlive it. */
static const char *text_of(rk_result *r, const char *text)
{
    return r->terms != NULL ? text : rk__arena_strdup(&r->arena, text);
}

/* An empty result with the texts of its contract. */
static rk_status begin(const rk_contract *contract, const rk__arrangement *arrangement,
                       rk_result *r)
{
    r->contract = text_of(r, contract->id);
    r->title = text_of(r, contract->title);
    r->arrangement = text_of(r, arrangement->name);
    r->basis = text_of(r, contract->basis);
    r->currency = text_of(r, contract->currency);
    r->commissioner = text_of(r, contract->commissioner);
    r->provider = text_of(r, contract->provider);
    r->contract_sha256 = text_of(r, contract->sha256);
    r->places = contract->places;
    r->suppress_below = contract->session->options.suppress_below;
    r->grouped = contract->session->options.group_by != NULL;
    r->tariff_ages = r->profile = "";
    return r->contract_sha256 != NULL ? RK_OK : RK_NO_MEMORY;
}

rk_status rk__result_new(const rk_contract *contract, const rk__arrangement *arrangement,
                         rk_result **out)
{
    rk_result *r = *out = rk__calloc(1, sizeof *r);
    return r != NULL ? begin(contract, arrangement, r) : RK_NO_MEMORY;
}

static void free_groups(rk_result *result)
{
    for (size_t p = 0; p < result->n_periods; p++) {
        for (size_t k = 0; k < result->periods[p].n_components; k++) {
            rk__groups_free(result->periods[p].components[k].groups);
            result->periods[p].components[k].groups = NULL;
        }
    }
}

rk_status rk__result_reset(const rk_contract *contract, const rk__arrangement *arrangement,
                           rk_result *result)
{
    free_groups(result);
    rk__nums_reset(&result->nums);
    rk__arena_reset(&result->arena);
    result->total = result->cost = result->margin = NULL;
    result->warnings = NULL;
    result->n_warnings = 0;
    result->total_text = NULL;
    result->unpriced = result->bad_rows = 0;
    return begin(contract, arrangement, result);
}

void rk_result_free(rk_result *result)
{
    if (result == NULL) {
        return;
    }
    free_groups(result);
    rk__nums_dispose(&result->nums);
    rk__arena_dispose(&result->arena);
    rk__free(result);
}

void rk__result_warn(rk_result *result, const char *text)
{
    for (size_t i = 0; i < result->n_warnings; i++) {
        if (strcmp(result->warnings[i], text) == 0) {
            return;
        }
    }
    const char **grown = rk__arena_alloc(&result->arena, (result->n_warnings + 1) * sizeof *grown);
    const char *copy = rk__arena_strdup(&result->arena, text);
    if (grown == NULL || copy == NULL) {
        result->nums.no_memory = true; /* so that no result lacks a warning */
        return;
    }
    if (result->n_warnings > 0) {
        memcpy(grown, result->warnings, result->n_warnings * sizeof *grown);
    }
    grown[result->n_warnings++] = copy;
    result->warnings = grown;
}
