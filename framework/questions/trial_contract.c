/* SPDX-License-Identifier: MIT
 *
 * trial_contract.c: a contract that is evaluated with other values.
 *
 * While only parameters are varied, one plan is run again: rows are priced once, and components are
 * settled with each value. A pointer can reach anything, so the contract is then read again.
 */
#include <string.h>

#include "contract/session.h"
#include "contract/sources.h"
#include "evaluate/plan.h"
#include "questions/trial.h"

static bool varies_pointers(const rk__trial *t)
{
    bool any = false;
    for (size_t i = 0; i < t->n_varied; i++) {
        any |= t->varied[i].kind == RK__VARY_POINTER;
    }
    return any;
}

static rk_status find_varied(rk__trial *t, rk__varied *v, rk_problems *problems)
{
    const rk__value *root = rk__json_root(t->contract->document);
    if (v->kind == RK__VARY_DELIVERY) {
        return rk__problem(problems, RK_USAGE, NULL, "name a parameter or a JSON pointer",
                           "--vary delivery is for systems: a contract has no scenarios");
    }
    if (v->kind == RK__VARY_POINTER) {
        const rk__value *at = rk__json_at(root, v->what);
        if (at == NULL) {
            return rk__problem(problems, RK_USAGE, NULL, NULL,
                               "--vary '%s': the contract has no value there", v->what);
        }
        rk__trial_present(t, v, at->text);
        return RK_OK;
    }
    return rk__trial_find_param(t, v, root)
               ? rk__contract_check_param(t->contract, v->what, problems)
               : rk__problem(problems, RK_USAGE, NULL, "write COMPONENT.PARAMETER",
                             "--vary '%s': the contract has no such component", v->what);
}

rk_status rk__trial_open_contract(rk__trial *t, const rk__trial_options *o, rk_problems *problems)
{
    rk_status status = rk_contract_load(t->session, t->path, &t->contract, problems);
    if (status == RK_OK && o->scenarios != NULL && o->scenarios[0] != NULL) {
        status = rk__problem(problems, RK_USAGE, NULL, NULL,
                             "--scenarios is for systems: a contract has arrangements");
    }
    for (size_t i = 0; i < t->n_varied && status == RK_OK; i++) {
        status = find_varied(t, &t->varied[i], problems);
    }
    size_t n = 0;
    while (o->measures[n] != NULL) {
        n++;
    }
    t->measures = rk__arena_alloc(&t->arena, (n + 1) * sizeof *t->measures);
    t->series = rk__arena_alloc(&t->arena, sizeof *t->series);
    t->arrangements = rk__arena_alloc(&t->arena, (2 * n + 1) * sizeof *t->arrangements);
    if (t->measures == NULL || t->series == NULL || t->arrangements == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status =
            rk__measure_of_contract(t, o->measures[i], &t->measures[t->n_measures++], problems);
    }
    if (status == RK_OK) {
        t->series[t->n_series++] = t->contract->id;
    }
    return status;
}

/* ------------------------------------------------------------------------- reading */

static rk_status read_figure(const rk__evaluation *e, const rk__figure *f, rk__nums *nums,
                             rk_num *out, rk_problems *problems)
{
    const rk_result *r = e->results[f->arrangement];
    const rk_num found = f->period != SIZE_MAX   ? r->periods[f->period].total
                         : f->kind == RK__TOTAL  ? r->total
                         : f->kind == RK__MARGIN ? r->margin
                                                 : r->cost;
    if (found == NULL) {
        return rk__problem(problems, RK_USAGE, NULL,
                           "add a table of costs, or actual unit costs of the activity",
                           "the contract does not state what its activity costs");
    }
    *out = rk__num_copy(nums, found);
    return RK_OK;
}

static rk_status read_measures(const rk__trial *t, const rk__evaluation *e, rk__nums *nums,
                               rk_num *out, rk_problems *problems)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < t->n_measures && status == RK_OK; i++) {
        rk_num less = NULL;
        status = read_figure(e, &t->measures[i].first, nums, &out[i], problems);
        if (status == RK_OK && t->measures[i].difference) {
            status = read_figure(e, &t->measures[i].less, nums, &less, problems);
            out[i] = rk__num_sub(nums, out[i], less);
        }
    }
    return status;
}

/* ------------------------------------------------------------------------ evaluating */

static rk_status evaluate(const rk__trial *t, rk_contract *contract, rk__nums *nums, rk_num *out,
                          rk_problems *problems)
{
    rk__evaluation e = {0};
    const rk__arrangement **arrangements = rk__calloc(t->n_arrangements + 1, sizeof *arrangements);
    rk_status status = arrangements == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < t->n_arrangements && status == RK_OK; i++) {
        arrangements[i] = rk__contract_arrangement(contract, t->arrangements[i]->name);
        status = arrangements[i] == NULL
                     ? rk__no_arrangement(contract, t->arrangements[i]->name, problems)
                     : RK_OK;
    }
    if (status == RK_OK) {
        status = rk__evaluate_totals(contract, arrangements, t->n_arrangements, &e, problems);
    }
    rk__free(arrangements);
    if (status == RK_OK) {
        status = read_measures(t, &e, nums, out, problems);
    }
    rk__evaluation_dispose(&e);
    return status;
}

/* The contract read again from its document with the values at pointers. */
static rk_status evaluate_changed(const rk__trial *t, rk__nums *nums, rk_num *out,
                                  rk_problems *problems)
{
    rk__json *document = NULL;
    rk_contract *contract = NULL;
    rk__json **made = rk__calloc(t->n_varied + 1, sizeof(rk__json *));
    rk_status status = made == NULL
                           ? RK_NO_MEMORY
                           : rk__json_clone(rk__json_root(t->contract->document), &document);
    for (size_t i = 0; i < t->n_varied && status == RK_OK; i++) {
        const rk__varied *v = &t->varied[i];
        if (v->kind == RK__VARY_POINTER && v->text.length > 0) {
            status = rk__contract_set(document, v->text.text, &made[i], problems);
        }
    }
    if (status == RK_OK) {
        status =
            rk__contract_read(t->session, document, t->contract->base_dir, &contract, problems);
    } else {
        rk__json_free(document);
    }
    if (status == RK_OK) {
        status = evaluate(t, contract, nums, out, problems);
    }
    rk_contract_free(contract);
    for (size_t i = 0; made != NULL && i < t->n_varied; i++) {
        rk__json_free(made[i]);
    }
    rk__free(made);
    return status;
}

/* The ids of the components whose parameters are varied. */
static const char *const *varied_components(rk__trial *t)
{
    const char **ids = rk__arena_alloc(&t->arena, (t->n_varied + 1) * sizeof *ids);
    for (size_t i = 0; ids != NULL && i < t->n_varied; i++) {
        ids[i] = t->varied[i].what;
    }
    return ids;
}

rk_status rk__trial_run_contract(rk__trial *t, rk__nums *nums, rk_num *out, rk_problems *problems)
{
    if (varies_pointers(t)) {
        return evaluate_changed(t, nums, out, problems);
    }
    if (!t->planned) {
        const char *const *ids = varied_components(t);
        const rk_status status = ids == NULL
                                     ? RK_NO_MEMORY
                                     : rk__plan_new_varied(t->contract, t->arrangements,
                                                           t->n_arrangements, ids, &t->plan);
        /* A plan that failed for the present values may be made for others. */
        t->planned = status == RK_OK || status == RK_CONFLICT;
    }
    /* A plan reports nothing: if it cannot be run, the contract is evaluated by itself. */
    if (t->plan != NULL) {
        if (rk__plan_run(t->plan) == RK_OK) {
            return read_measures(t, rk__plan_evaluation(t->plan), nums, out, problems);
        }
        rk__plan_free(t->plan);
        t->plan = NULL;
        t->planned = false;
    }
    return evaluate(t, t->contract, nums, out, problems);
}
