/* SPDX-License-Identifier: MIT
 *
 * contracts.c: what each contract of a system pays in each period.
 */
#include "system/run.h"

#include <string.h>

#include "system/system.h"

/* The contract's own tables precede those of the system. */
rk_status rk__contract_share(rk_contract *c, const rk__value *system, const char *base_dir,
                             rk_problems *problems)
{
    rk__table_spec *shared = NULL;
    size_t n = 0;
    const rk_status status = rk__facts_read(&c->arena, system, base_dir, &shared, &n, problems);
    if (status != RK_OK || n == 0) {
        return status;
    }
    rk__table_spec *all = rk__arena_alloc(&c->arena, (c->n_facts + n) * sizeof *all);
    if (all == NULL) {
        return RK_NO_MEMORY;
    }
    if (c->n_facts > 0) {
        memcpy(all, c->facts, c->n_facts * sizeof *all);
    }
    size_t count = c->n_facts;
    for (size_t i = 0; i < n; i++) {
        if (rk__contract_fact(c, shared[i].name) == NULL) {
            all[count++] = shared[i];
        }
    }
    c->facts = all;
    c->n_facts = count;
    return RK_OK;
}

/* A period that both have must cover the same days. */
static rk_status check_periods(rk__system_run *run, size_t i, const rk_contract *c)
{
    const rk__value *at = run->s.contracts[i].at;
    if (strcmp(c->currency, run->s.currency) != 0) {
        return rk__json_problem(run->problems, at, RK_CONFLICT, NULL,
                                "contract '%s' is in %s, the system in %s", c->id, c->currency,
                                run->s.currency);
    }
    rk_status status = RK_OK;
    for (size_t p = 0; p < c->n_periods && status == RK_OK; p++) {
        const rk_period *period = &c->calendar.periods[p];
        size_t q = 0;
        while (q < run->s.n_periods && strcmp(run->s.periods[q].id, period->id) != 0) {
            q++;
        }
        if (q == run->s.n_periods) {
            status = rk__system_finding(
                run, (rk_finding){.code = "period-left-out"},
                "period '%s' of contract '%s' is not a period of the system and is left out",
                period->id, run->s.contracts[i].id);
        } else if (rk__date_compare(run->s.periods[q].start, period->start) != 0 ||
                   rk__date_compare(run->s.periods[q].end, period->end) != 0) {
            status = rk__json_problem(run->problems, at, RK_CONFLICT,
                                      "give them the same days, or different ids",
                                      "period '%s' of contract '%s' has other days than the "
                                      "system's",
                                      period->id, run->s.contracts[i].id);
        }
    }
    return status;
}

static const rk__arrangement *chosen(const rk__system_run *run, size_t i, const rk_contract *c)
{
    const char *name = run->scenario->arrangements[i];
    return name != NULL ? rk__contract_arrangement(c, name) : &c->arrangements[c->chosen];
}

/* Copies the periods' totals from the result's own pool of numbers. */
static rk_status take_payments(rk__system_run *run, size_t i, const rk_result *result)
{
    rk__nums *nums = &run->s.nums;
    for (size_t p = 0; p < run->s.n_periods; p++) {
        rk_num *payment = rk__payment(run, i, p);
        *payment = rk__num_from_int(nums, 0);
        bool found = false;
        for (size_t q = 0; q < result->n_periods; q++) {
            if (strcmp(result->periods[q].id, run->s.periods[p].id) == 0) {
                *payment = rk__num_copy(nums, result->periods[q].total);
                found = true;
            }
        }
        if (*payment == NULL) {
            return RK_NO_MEMORY;
        }
        if (!found && rk__in_force(&run->s.contracts[i].span, &run->s.periods[p])) {
            const rk_status status =
                rk__system_finding(run, (rk_finding){.code = "period-missing"},
                                   "contract '%s' has no period '%s' and pays nothing in it",
                                   run->s.contracts[i].id, run->s.periods[p].id);
            if (status != RK_OK) {
                return status;
            }
        }
    }
    return RK_OK;
}

static rk_status tell_findings(rk__system_run *run, size_t i, const rk_result *result)
{
    const rk_status status = rk__system_findings_of(run, run->s.contracts[i].id, result);
    return status == RK_OK && result->unpriced > 0
               ? rk__system_finding(run,
                                    (rk_finding){.code = "unpriced-rows", .rows = result->unpriced},
                                    "contract '%s': %llu rows are unpriced and pay nothing",
                                    run->s.contracts[i].id, (unsigned long long) result->unpriced)
               : status;
}

/* The cost of activity in a contract is not a cost of the system, whose costs are flows. An
 * organisation without any was probably forgotten. */
static rk_status tell_cost(rk__system_run *run, size_t i, const rk_result *result)
{
    const size_t payee = run->s.contracts[i].payee;
    bool borne = result->cost == NULL || run->s.organisations[payee].kind == RK__ORG_OUTSIDE;
    for (size_t k = run->first_flow[payee]; k < run->first_flow[payee + 1] && !borne; k++) {
        borne = run->s.flows[run->flows_of[k]].kind == RK__FLOW_COST;
    }
    for (size_t k = run->first_contract[payee]; k < run->first_contract[payee + 1] && !borne; k++) {
        borne = run->s.contracts[run->contracts_of[k]].payer == payee;
    }
    return borne
               ? RK_OK
               : rk__system_finding(run, (rk_finding){.code = "no-cost-flow"},
                                    "contract '%s' knows what its activity costs, but '%s' has no "
                                    "flow of kind cost: its position is income only",
                                    run->s.contracts[i].id, run->s.organisations[payee].id);
}

rk_status rk__system_pay_one(rk__system_run *run, size_t i)
{
    rk__json *copy = NULL;
    rk_result_free(run->results[i]); /* of an evaluation with its conditions missed */
    rk_contract_free(run->contracts[i]);
    run->results[i] = NULL;
    run->contracts[i] = NULL;
    rk_status status = rk__json_clone(run->s.contracts[i].contract, &copy);
    if (status == RK_OK) {
        status = rk__contract_read(run->system->session, copy, run->system->contract_dirs[i],
                                   &run->contracts[i], run->problems);
    }
    if (status != RK_OK) {
        return status;
    }
    rk_contract *c = run->contracts[i];
    c->shared_periods = run->s.periods;
    c->n_shared_periods = run->s.n_periods;
    status = rk__contract_share(c, run->s.root, run->system->base_dir, run->problems);
    if (status == RK_OK) {
        status = check_periods(run, i, c);
    }
    const rk__span *span = &run->s.contracts[i].span; /* outlives the contract */
    if (status == RK_OK && (span->has_from || span->has_to)) {
        status = rk__contract_limit(c, span->has_from ? &span->from : NULL,
                                    span->has_to ? &span->to : NULL);
    }
    if (status != RK_OK) {
        return status;
    }
    const rk__arrangement *arrangement = chosen(run, i, c);
    rk__evaluation e;
    status = rk__evaluate(c, &arrangement, 1, &e, run->problems);
    if (status == RK_OK) {
        run->results[i] = e.results[0];
        e.results[0] = NULL;
    }
    rk__evaluation_dispose(&e);
    if (status == RK_OK) {
        status = take_payments(run, i, run->results[i]);
    }
    if (status == RK_OK) {
        rk__system_take_grants(run, i, run->results[i]);
    }
    if (status == RK_OK && run->quiet) {
        return RK_OK;
    }
    if (status == RK_OK) {
        status = tell_findings(run, i, run->results[i]);
    }
    return status == RK_OK ? tell_cost(run, i, run->results[i]) : status;
}
