/* SPDX-License-Identifier: MIT
 *
 * result.c: the life of a result: made, given findings, read and freed.
 */
#include "ledger/result.h"

#include <stdarg.h>

#include "contract/session.h"

/* A text of the contract, copied unless the result is reset for each contract: such a result is
 * read while its contract exists, others outlive it. */
static const char *text_of(rk_result *r, const char *text)
{
    return r->terms != NULL ? text : rk__arena_strdup(&r->arena, text);
}

/* A list of options, copied as a text is; NULL if it is empty, and *failed if out of memory. */
static const char *const *list_of(rk_result *r, const char *const *list, bool *failed)
{
    size_t n = 0;
    while (list != NULL && list[n] != NULL) {
        n++;
    }
    if (n == 0 || r->terms != NULL) {
        return n > 0 ? list : NULL;
    }
    const char **copy = rk__arena_alloc(&r->arena, (n + 1) * sizeof *copy);
    for (size_t i = 0; copy != NULL && i < n; i++) {
        copy[i] = rk__arena_strdup(&r->arena, list[i]);
    }
    *failed |= copy == NULL || r->arena.failed;
    return copy;
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
    r->selection = text_of(r, contract->selection.text);
    bool failed = false;
    r->params = list_of(r, contract->session->options.params, &failed);
    r->sets = list_of(r, contract->session->options.sets, &failed);
    r->group_by = list_of(r, contract->session->options.group_by, &failed);
    r->max_errors = contract->session->options.max_errors;
    r->found.accepts = contract->accepts;
    r->found.n_accepts = contract->n_accepts;
    return r->contract_sha256 != NULL && !failed ? RK_OK : RK_NO_MEMORY;
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

static void count_findings(rk_result *result)
{
    result->n_findings = result->found.n;
    result->n_warnings = result->found.n_warnings;
    result->findings_left_out = result->found.left_out;
}

rk_status rk__result_reset(const rk_contract *contract, const rk__arrangement *arrangement,
                           rk_result *result)
{
    free_groups(result);
    rk__nums_reset(&result->nums);
    rk__arena_reset(&result->arena);
    result->total = result->cost = result->margin = NULL;
    result->found = (rk__findings){0};
    count_findings(result);
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

void rk__result_find(rk_result *result, rk_finding finding, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    rk__finding_add_v(&result->found, &result->arena, finding, format, args);
    va_end(args);
    count_findings(result);
}
