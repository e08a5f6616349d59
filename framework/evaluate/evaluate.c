/* SPDX-License-Identifier: MIT
 *
 * evaluate.c: evaluates arrangements: binds and checks every parameter, reads each row table
 * once for all components, then settles the components in order.
 */
#include <stdio.h>
#include <string.h>

#include "contract/selection.h"
#include "evaluate/cost.h"
#include "evaluate/evaluation.h"
#include "ledger/instance.h"
#include "rows/rows_file.h"

/* ------------------------------------------------------------------ planning */

static rk_status make_instances(rk__evaluation *e, size_t a, rk_problems *problems)
{
    rk_contract *c = e->contract;
    const rk__arrangement *arrangement = e->arrangements[a];
    e->instances[a] =
        rk__arena_alloc(&e->arena, rk__evaluation_n_instances(e, a) * sizeof(rk__instance));
    rk_status status =
        e->instances[a] == NULL ? RK_NO_MEMORY : rk__result_new(c, arrangement, &e->results[a]);
    if (status != RK_OK) {
        return status;
    }
    e->results[a]->nums.untraced = e->totals_only;
    for (size_t p = 0; p < c->n_periods; p++) {
        rk__tariff *tariff = NULL;
        /* The same for all arrangements, so reported once. */
        if (e->sources != NULL && rk__period_needed(c, p)) {
            rk__keep_first(&status, rk__sources_tariff_for(e->sources, &c->periods[p], &tariff,
                                                           a == 0 ? problems : NULL));
        }
        for (size_t k = 0; k < arrangement->n_components; k++) {
            e->instances[a][p * arrangement->n_components + k] =
                (rk__instance){.sources = e->sources,
                               .contract = c,
                               .arrangement = arrangement,
                               .component = &arrangement->components[k],
                               .period = &c->periods[p],
                               .component_index = k,
                               .period_index = p,
                               .result = e->results[a],
                               .idle = !rk__period_needed(c, p),
                               .hidden = !rk__period_shown(c, p),
                               .tariff = tariff};
        }
    }
    return status;
}

/* Each period of a component has the same problems, so they are reported once. */
static rk_status bind_instances(rk__evaluation *e, size_t a, rk_problems *problems)
{
    rk_status first = RK_OK;
    const size_t n = e->arrangements[a]->n_components;
    for (size_t k = 0; k < n; k++) {
        for (size_t p = 0; p < e->contract->n_periods; p++) {
            rk__instance *instance = &e->instances[a][p * n + k];
            const rk_status status =
                instance->bound ? RK_OK : rk__instance_bind(instance, problems);
            rk__keep_first(&first, status);
            instance->bound = status == RK_OK;
            if (status != RK_OK) {
                break;
            }
        }
    }
    return first;
}

rk_status rk__evaluation_bind(rk__evaluation *evaluation, rk_problems *problems)
{
    rk_status first = RK_OK;
    for (size_t a = 0; a < evaluation->n_arrangements && first != RK_NO_MEMORY; a++) {
        const rk_status bound = bind_instances(evaluation, a, problems);
        first = bound == RK_NO_MEMORY || first == RK_OK ? bound : first;
    }
    return first;
}

/* A short document must not demand more memory than there is. */
static rk_status check_size(const rk__evaluation *e, rk_problems *problems)
{
    size_t instances = 0;
    for (size_t a = 0; a < e->n_arrangements; a++) {
        instances += rk__evaluation_n_instances(e, a);
    }
    return instances <= RK__MAX_INSTANCES
               ? RK_OK
               : rk__problem(problems, RK_LIMIT, NULL, "split the contract",
                             "%zu components over all arrangements and periods are more than %d",
                             instances, RK__MAX_INSTANCES);
}

/* A --param for a component of another arrangement is not bound, but must be right too. */
static rk_status check_params(const rk_contract *c, rk_problems *problems)
{
    const char *const *params = c->session->options.params;
    rk_status status = RK_OK;
    for (size_t i = 0; params != NULL && params[i] != NULL && status == RK_OK; i++) {
        status = rk__contract_check_param(c, params[i], problems);
    }
    return status;
}

static rk_status plan(rk_contract *contract, const rk__arrangement *const *arrangements, size_t n,
                      bool totals_only, rk__evaluation *out, rk_problems *problems)
{
    *out = (rk__evaluation){.contract = contract,
                            .totals_only = totals_only,
                            .n_arrangements = n,
                            .arena = {.spares = contract->session->spares}};
    out->arrangements = rk__arena_alloc(&out->arena, (n + 1) * sizeof *out->arrangements);
    out->instances = rk__arena_alloc(&out->arena, (n + 1) * sizeof *out->instances);
    out->results = rk__arena_alloc(&out->arena, (n + 1) * sizeof *out->results);
    if (out->arrangements == NULL || out->instances == NULL || out->results == NULL) {
        return RK_NO_MEMORY;
    }
    memcpy(out->arrangements, arrangements, n * sizeof(rk__arrangement *));
    rk_status first = check_size(out, problems);
    if (first != RK_OK) {
        return first;
    }
    /* If a tariff is unavailable, problems with parameters are reported too. */
    first = rk__sources_new(contract, &out->sources, problems);
    for (size_t a = 0; a < n && first != RK_NO_MEMORY; a++) {
        const rk_status made = make_instances(out, a, problems);
        if (made == RK_NO_MEMORY) {
            return made;
        }
        rk__keep_first(&first, made);
    }
    const rk_status bound =
        first != RK_NO_MEMORY ? rk__evaluation_bind(out, problems) : RK_NO_MEMORY;
    if (bound == RK_NO_MEMORY || rk__values_plan(out) != RK_OK) {
        return RK_NO_MEMORY;
    }
    rk__keep_first(&first, bound);
    return first == RK_OK ? check_params(contract, problems) : first;
}

rk_status rk__evaluation_plan(rk_contract *contract, const rk__arrangement *const *arrangements,
                              size_t n, rk__evaluation *out, rk_problems *problems)
{
    return plan(contract, arrangements, n, false, out, problems);
}

rk_status rk__evaluation_plan_totals(rk_contract *contract,
                                     const rk__arrangement *const *arrangements, size_t n,
                                     rk__evaluation *out, rk_problems *problems)
{
    return plan(contract, arrangements, n, true, out, problems);
}

/* The chosen arrangement of a contract, or all of them; NULL if out of memory. */
static const rk__arrangement **arrangements_of(const rk_contract *c, bool all, size_t *n)
{
    *n = all ? c->n_arrangements : 1;
    const rk__arrangement **chosen = rk__calloc(*n, sizeof *chosen);
    for (size_t i = 0; chosen != NULL && i < *n; i++) {
        chosen[i] = &c->arrangements[all ? i : c->chosen];
    }
    return chosen;
}

rk_status rk__evaluation_plan_set(rk_contract *contract, bool all, rk__evaluation *out,
                                  rk_problems *problems)
{
    size_t n = 0;
    const rk__arrangement **chosen = arrangements_of(contract, all, &n);
    const bool totals_only = contract->session->options.group_by == NULL;
    *out = (rk__evaluation){0};
    const rk_status status =
        chosen != NULL ? plan(contract, chosen, n, totals_only, out, problems) : RK_NO_MEMORY;
    rk__free(chosen);
    return status;
}

/* ------------------------------------------------------------------- settling */

rk_status rk__evaluation_prepare(rk__evaluation *evaluation, rk_problems *problems)
{
    rk_status status = RK_OK;
    for (size_t a = 0; a < evaluation->n_arrangements; a++) {
        for (size_t u = 0; u < rk__evaluation_n_instances(evaluation, a) && status == RK_OK; u++) {
            rk__instance *instance = &evaluation->instances[a][u];
            status = instance->idle ? RK_OK : rk__instance_prepare(instance, problems);
        }
    }
    return status;
}

/* What a component that is per year has come to in the year of a period, before it. */
static void carry(rk__evaluation *e, size_t a, size_t at)
{
    const rk__calendar *calendar = &e->contract->calendar;
    const size_t n = e->arrangements[a]->n_components;
    const size_t p = calendar->order[at];
    const size_t before = at > 0 ? calendar->order[at - 1] : p;
    for (size_t k = 0; k < n; k++) {
        rk__instance *now = &e->instances[a][p * n + k];
        const rk__instance *last = &e->instances[a][before * n + k];
        rk__nums *nums = &now->result->nums;
        const bool same_year =
            at > 0 && rk__calendar_year(calendar, calendar->periods[p].start) ==
                          rk__calendar_year(calendar, calendar->periods[before].start);
        now->earlier = NULL;
        if (now->component->per_year && same_year) {
            now->earlier =
                last->earlier == NULL ? last->exact : rk__num_add(nums, last->earlier, last->exact);
            now->earlier = rk__num_label(nums, now->earlier, "earlier in the year", NULL);
        }
    }
}

/* By time, since what is paid is cumulative within a year. */
static rk_status settle_all(rk__evaluation *e, size_t a, rk_problems *problems)
{
    const size_t n = e->arrangements[a]->n_components;
    for (size_t at = 0; at < e->contract->n_periods; at++) {
        rk__instance *siblings = &e->instances[a][e->contract->calendar.order[at] * n];
        if (!rk__period_needed(e->contract, e->contract->calendar.order[at])) {
            continue;
        }
        carry(e, a, at);
        for (size_t k = 0; k < n; k++) {
            const rk_status status = rk__instance_settle(&siblings[k], siblings, problems);
            if (status != RK_OK) {
                return status;
            }
        }
    }
    return RK_OK;
}

rk_status rk__evaluation_settle(rk__evaluation *evaluation, rk_problems *problems)
{
    rk_status status = RK_OK;
    for (size_t a = 0; a < evaluation->n_arrangements && status == RK_OK; a++) {
        status = settle_all(evaluation, a, problems);
        if (status == RK_OK) {
            status = rk__result_assemble(evaluation, a, problems);
        }
    }
    return status;
}

/* Runs a planned evaluation. Priced rows, if requested, replace their file only after the
 * evaluation has succeeded. */
static rk_status run(rk__evaluation *e, rk__rows_file *rows_file, rk_problems *problems)
{
    e->rows_file = rows_file;
    rk_status status = rk__evaluation_prepare(e, problems);
    if (status == RK_OK) {
        status = rk__values_prepare(e, false, problems);
    }
    if (status == RK_OK) {
        status = rk__cost_instances(e);
    }
    if (status == RK_OK) {
        status = rk__evaluation_passes(e, false, problems);
    }
    return status == RK_OK ? rk__evaluation_settle(e, problems) : status;
}

/* The last period that has rows, by time; if none has, the last of all. */
static size_t last_with_rows(rk__evaluation *e)
{
    const rk_contract *c = e->contract;
    for (size_t at = c->n_periods; at-- > 0;) {
        for (size_t a = 0; a < e->n_arrangements; a++) {
            const size_t n = e->arrangements[a]->n_components;
            for (size_t k = 0; k < n; k++) {
                const rk__instance *u = &e->instances[a][c->calendar.order[at] * n + k];
                if (u->rows.total.rows + u->rows.unpriced_rows > 0) {
                    return c->calendar.order[at];
                }
            }
        }
    }
    return c->calendar.order[c->n_periods - 1];
}

/* Finds the last period of the year to date, by pricing the rows of all periods. */
static rk_status close_selection(rk_contract *contract, const rk__arrangement *const *arrangements,
                                 size_t n, rk_problems *problems)
{
    rk__evaluation e;
    rk_status status = plan(contract, arrangements, n, true, &e, problems);
    status = status == RK_OK ? run(&e, NULL, problems) : status;
    status = status == RK_OK ? rk__selection_close(contract, last_with_rows(&e)) : status;
    rk__evaluation_dispose(&e);
    return status;
}

static rk_status evaluate(rk_contract *contract, const rk__arrangement *const *arrangements,
                          size_t n, bool totals_only, rk__rows_file *rows_file, rk__evaluation *out,
                          rk_problems *problems)
{
    *out = (rk__evaluation){0};
    if (contract->selection.open) {
        const rk_status closed = close_selection(contract, arrangements, n, problems);
        if (closed != RK_OK) {
            return rk__problem_memory(problems, closed);
        }
    }
    rk_status status = plan(contract, arrangements, n, totals_only, out, problems);
    status = status == RK_OK ? run(out, rows_file, problems) : status;
    if (status == RK_OK && (out->arena.failed || out->profile.failed)) {
        status = RK_NO_MEMORY; /* a file's digest or the profile is missing */
    }
    return rk__problem_memory(problems, status);
}

rk_status rk__evaluate(rk_contract *contract, const rk__arrangement *const *arrangements, size_t n,
                       rk__evaluation *out, rk_problems *problems)
{
    return evaluate(contract, arrangements, n, false, NULL, out, problems);
}

rk_status rk__evaluate_totals(rk_contract *contract, const rk__arrangement *const *arrangements,
                              size_t n, rk__evaluation *out, rk_problems *problems)
{
    return evaluate(contract, arrangements, n, true, NULL, out, problems);
}

static bool prices_rows(const rk__evaluation *e)
{
    bool any = false;
    for (size_t u = 0; u < rk__evaluation_n_instances(e, 0); u++) {
        any |= e->instances[0][u].streams;
    }
    return any;
}

void rk__find_nothing_to_group(const rk__evaluation *e)
{
    const rk_session *session = e->contract->session;
    if (session->options.group_by != NULL && session->group_optional == 0 && !prices_rows(e)) {
        rk__result_find(e->results[0], (rk_finding){.code = "nothing-to-group"},
                        "no component of this arrangement prices rows, so there is nothing to "
                        "group");
    }
}

rk_status rk__evaluate_rows(rk_contract *contract, const rk__arrangement *const *arrangements,
                            size_t n, bool totals_only, rk__evaluation *out, rk_problems *problems)
{
    const char *path = contract->session->options.rows_file;
    rk__rows_file *rows = NULL;
    *out = (rk__evaluation){0};
    rk_status status = path != NULL ? rk__rows_open(path, &rows, problems) : RK_OK;
    if (status == RK_OK) {
        status = evaluate(contract, arrangements, n, totals_only, rows, out, problems);
    }
    if (status == RK_OK && rows != NULL && !rk__rows_begun(rows)) {
        rk__result_find(out->results[0], (rk_finding){.code = "no-rows-written"},
                        "no component of this arrangement prices rows, so there is none to write "
                        "to '%s'",
                        path);
    } else if (status == RK_OK && rows != NULL) {
        return rk__rows_commit(rows, problems);
    }
    rk__rows_abandon(rows);
    return status;
}

void rk__evaluation_dispose(rk__evaluation *evaluation)
{
    for (size_t i = 0; i < evaluation->n_implied; i++) {
        rk__instance_dispose(evaluation->implied[i]);
    }
    for (size_t a = 0; evaluation->instances != NULL && a < evaluation->n_arrangements; a++) {
        for (size_t u = 0;
             evaluation->instances[a] != NULL && u < rk__evaluation_n_instances(evaluation, a);
             u++) {
            rk__instance_dispose(&evaluation->instances[a][u]);
        }
        rk_result_free(evaluation->results != NULL ? evaluation->results[a] : NULL);
    }
    for (size_t p = 0; evaluation->costs != NULL && p < evaluation->contract->n_periods; p++) {
        rk__instance_dispose(&evaluation->costs[p]);
    }
    rk__free(evaluation->implied);
    rk_result_free(evaluation->costs_result);
    rk__sources_free(evaluation->sources);
    rk__free(evaluation->files);
    rk__free(evaluation->totals);
    rk__free(evaluation->found);
    rk__free(evaluation->repeats);
    rk__buf_dispose(&evaluation->profile);
    rk__arena_dispose(&evaluation->arena);
}

/* ------------------------------------------------------------ public functions */

rk_status rk__no_arrangement(const rk_contract *c, const char *name, rk_problems *problems)
{
    const char **names = rk__calloc(c->n_arrangements + 1, sizeof *names);
    rk__buf all = {0};
    for (size_t i = 0; names != NULL && i < c->n_arrangements; i++) {
        names[i] = c->arrangements[i].name;
        rk__buf_printf(&all, "%s%s", i == 0 ? "the contract has: " : ", ", names[i]);
    }
    const char *near = names != NULL ? rk__nearest(name, names) : NULL;
    const rk_status status =
        rk__problem(problems, RK_USAGE, NULL, all.text,
                    near != NULL ? "there is no arrangement '%s'; did you mean '%s'?"
                                 : "there is no arrangement '%s'%.0s",
                    name, near != NULL ? near : "");
    rk__buf_dispose(&all);
    rk__free(names);
    return status;
}

rk_status rk__arrangement_named(const rk_contract *c, const char *name, const rk__arrangement **out,
                                rk_problems *problems)
{
    *out = name == NULL ? &c->arrangements[c->chosen] : rk__contract_arrangement(c, name);
    return *out != NULL ? RK_OK : rk__no_arrangement(c, name, problems);
}

static rk_status evaluate_one(rk_contract *contract, const rk__arrangement *chosen,
                              bool totals_only, rk__evaluation *out, rk_problems *problems)
{
    const rk_status status = rk__evaluate_rows(contract, &chosen, 1, totals_only, out, problems);
    if (status == RK_OK) {
        rk__find_nothing_to_group(out);
    }
    return status == RK_OK && out->results[0]->nums.no_memory ? RK_NO_MEMORY : status;
}

rk_status rk__evaluate_set(rk_contract *contract, bool all, rk__evaluation *out,
                           rk_problems *problems)
{
    size_t n = 0;
    const rk__arrangement **chosen = arrangements_of(contract, all, &n);
    const bool totals_only = contract->session->options.group_by == NULL;
    rk_status status = RK_NO_MEMORY;
    *out = (rk__evaluation){0};
    if (chosen != NULL && all) {
        status = rk__evaluate_rows(contract, chosen, n, totals_only, out, problems);
    } else if (chosen != NULL) {
        status = evaluate_one(contract, chosen[0], totals_only, out, problems);
    }
    rk__free(chosen);
    return status;
}

rk_status rk_evaluate(rk_contract *contract, const char *arrangement, rk_result **out_result,
                      rk_problems *problems)
{
    const rk__arrangement *chosen = NULL;
    *out_result = NULL;
    rk_status status = rk__arrangement_named(contract, arrangement, &chosen, problems);
    if (status != RK_OK) {
        return status;
    }
    rk__evaluation e;
    status = evaluate_one(contract, chosen, false, &e, problems);
    if (status == RK_OK) {
        *out_result = e.results[0];
        e.results[0] = NULL;
    }
    rk__evaluation_dispose(&e);
    return status;
}
