/* SPDX-License-Identifier: MIT
 *
 * findings.c: what looks like a mistake in a scenario as a whole: a cost stated twice that
 * differs, savings that `delivery` does not reach, a receiver whose cost counts twice, a carve-out
 * that begins inside a period, a control total that nothing is tested against.
 */
#include <string.h>

#include "system/run.h"
#include "system/system.h"

/* ------------------------------------------------------------------- two costs */

/* A rule of a result pays by a cost that the contract states, in `actual` or in its tables. */
static bool reads_stated_cost(const rk__system_run *run, size_t contract)
{
    static const char *const rules[] = {"risk-corridor", "bundle", "shared-savings", NULL};
    const rk__value *list = rk__chosen_components(run, contract);
    for (const rk__value *c = list != NULL ? list->first : NULL; c != NULL; c = c->next) {
        const rk__value *rule = rk__json_get(c, "rule");
        const rk__value *basis = rk__json_get(rk__json_get(c, "params"), "basis");
        bool reads = basis != NULL && basis->text != NULL && strcmp(basis->text, "open-book") == 0;
        for (size_t i = 0; rules[i] != NULL; i++) {
            reads |= rule != NULL && rule->text != NULL && strcmp(rule->text, rules[i]) == 0;
        }
        if (reads && !run->follows[contract]) {
            return true;
        }
    }
    return false;
}

/* The literal `actual` of a component in a period, as it is bound; NULL if it has none. */
static rk_num literal(rk__system_run *run, size_t contract, const rk__value *component,
                      size_t period)
{
    const rk__value *by_period = rk__json_get(component, "params_by_period");
    const rk__value *own = rk__json_get(by_period, run->s.periods[period].id);
    const rk__value *v = rk__json_get(own, "actual");
    const char *why = NULL;
    rk_num part = NULL;
    rk__nums *nums = &run->s.nums;
    v = rk__json_given(v) ? v : rk__json_get(rk__json_get(component, "params"), "actual");
    if (!rk__json_given(v) || (v->type != RK__JSON_STRING && v->type != RK__JSON_NUMBER)) {
        return NULL;
    }
    rk_num amount = rk__num_parse(nums, v->text, false, RK_DECIMAL_PLACES, &why);
    if (rk__system_year_part(run, contract, component, period, &part) != RK_OK) {
        return NULL; /* memory: the next step of the run says so */
    }
    return rk__num_mul(nums, amount, part);
}

/* What a contract states of the cost of its services, over all periods; NULL if nothing. */
static rk_num stated_cost(rk__system_run *run, size_t contract)
{
    rk__nums *nums = &run->s.nums;
    const rk__value *list = rk__chosen_components(run, contract);
    rk_num sum = NULL;
    for (const rk__value *c = list != NULL ? list->first : NULL; c != NULL; c = c->next) {
        for (size_t p = 0; p < run->s.n_periods; p++) {
            const rk_num amount = literal(run, contract, c, p);
            sum = amount == NULL ? sum : sum == NULL ? amount : rk__num_add(nums, sum, amount);
        }
    }
    return sum != NULL ? sum : rk__num_copy(nums, run->results[contract]->cost);
}

/* What an organisation's services cost in the system. */
static rk_num system_cost(rk__system_run *run, size_t organisation)
{
    rk_num sum = rk__num_from_int(&run->s.nums, 0);
    for (size_t p = 0; p < run->s.n_periods; p++) {
        const rk__position *position = &run->out->periods[p].positions[organisation];
        for (size_t i = 0; i < position->n_entries; i++) {
            switch (position->entries[i].kind) {
            case RK_ENTRY_COST:
            case RK_ENTRY_DOUBLE_RUNNING:
            case RK_ENTRY_STRANDED:
            case RK_ENTRY_ACTIVITY:
            case RK_ENTRY_MOVED:
                sum = rk__num_add(&run->s.nums, sum, position->entries[i].amount);
                break;
            default:
                break;
            }
        }
    }
    return sum;
}

static rk_status tell_two_costs(rk__system_run *run, size_t organisation)
{
    rk__nums *nums = &run->s.nums;
    rk_num stated = NULL;
    size_t contract = 0;
    const size_t end = run->first_contract[organisation + 1];
    for (size_t k = run->first_contract[organisation]; k < end; k++) {
        const size_t i = run->contracts_of[k];
        const bool states = run->s.contracts[i].payee == organisation && reads_stated_cost(run, i);
        const rk_num one = states ? stated_cost(run, i) : NULL;
        if (one != NULL) {
            stated = stated == NULL ? one : rk__num_add(nums, stated, one);
            contract = i;
        }
    }
    const rk_num cost = stated != NULL ? system_cost(run, organisation) : NULL;
    const rk_num less = stated != NULL ? rk__num_sub(nums, stated, cost) : NULL;
    if (stated == NULL || rk__num_sign(cost) == 0 ||
        rk__num_sign(rk__num_round(nums, less, run->s.places)) == 0) {
        return RK_OK;
    }
    rk__buf text = {0};
    rk__system_amount(run, &text, stated);
    rk__buf_printf(&text, ", but '%s' bears ", run->s.organisations[organisation].id);
    rk__system_amount(run, &text, cost);
    const rk_status status =
        text.failed
            ? RK_NO_MEMORY
            : rk__system_finding(
                  run,
                  (rk_finding){.code = "two-costs",
                               .amount = rk__num_sign(less) < 0 ? rk__num_neg(nums, less) : less},
                  "contract '%s' is paid by a cost of %s in its flows: state it once, with "
                  "\"actual\": {\"system_cost\": {}}",
                  run->s.contracts[contract].id, text.text);
    rk__buf_dispose(&text);
    return status;
}

/* ----------------------------------------------------------- delivery, receivers */

static rk_status tell_delivery(rk__system_run *run)
{
    const rk_num one = rk__num_from_int(&run->s.nums, 1);
    const bool in_part = rk__num_compare(run->scenario->delivery, one) != 0;
    rk_status status = RK_OK;
    for (size_t f = 0; f < run->s.n_flows && in_part && status == RK_OK; f++) {
        const rk__flow *flow = &run->s.flows[f];
        const bool saving = !rk__flow_comes_in(flow->kind) && rk__num_sign(flow->stated[0]) < 0;
        if (saving && flow->delivery == NULL && !flow->as_scenario) {
            status = rk__system_finding(
                run,
                (rk_finding){.code = "delivery-not-on-flow",
                             .amount = rk__num_neg(&run->s.nums, flow->stated[0])},
                "the saving '%s' of '%s' is a flow, which the scenario's delivery leaves whole: "
                "give it a \"delivery\", such as \"scenario\"",
                flow->label != NULL ? flow->label : "without a label",
                run->s.organisations[flow->organisation].id);
        }
    }
    return status;
}

/* Activity that an organisation takes over costs what `to` states; a change of its own activity
 * costs what its behaviour states. */
static rk_status tell_receivers(rk__system_run *run)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < run->n_moved; i++) {
        const rk__moved *m = &run->moved[i];
        const size_t to = run->scenario->changes[m->change].to;
        for (size_t k = 0; k < run->n_moved && to != SIZE_MAX && status == RK_OK; k++) {
            const rk__moved *own = &run->moved[k];
            if (own->organisation == to && own->period == m->period && own->behaviour != SIZE_MAX &&
                rk__num_sign(own->by) == -rk__num_sign(m->by)) {
                status = rk__system_finding(
                    run, (rk_finding){.code = "receiver-charged-twice"},
                    "period '%s': '%s' takes over activity of contract '%s' at the cost in \"to\", "
                    "and is charged again by the change of contract '%s': take one of them away",
                    run->s.periods[m->period].id, run->s.organisations[to].id,
                    run->s.contracts[run->scenario->changes[m->change].contract].id,
                    run->s.contracts[run->scenario->changes[own->change].contract].id);
            }
        }
    }
    return status;
}

/* ------------------------------------------------- carve-outs, control totals */

static rk_status tell_covers(rk__system_run *run, size_t contract)
{
    const rk__arrangement *a =
        rk__contract_arrangement(run->contracts[contract], run->results[contract]->arrangement);
    rk_status status = RK_OK;
    for (size_t k = 0; k < a->n_components && status == RK_OK; k++) {
        const rk__covers *covers = a->components[k].covers;
        for (size_t i = 0; covers != NULL && !covers->nothing && status == RK_OK; i++) {
            const size_t p = i % run->s.n_periods;
            const rk__year_part part =
                rk__period_part(&run->s.periods[p], &covers->from, &covers->to);
            if (part.num != 0 && part.num != part.den) {
                status = rk__system_finding(
                    run, (rk_finding){.code = "covers-part-of-period"},
                    "period '%s': '%s/%s' covers %lld of %lld days, and coverage counts its "
                    "activity in that proportion: end a period there to be exact",
                    run->s.periods[p].id, run->s.contracts[contract].id, a->components[k].id,
                    (long long) part.num, (long long) part.den);
            }
            covers = p + 1 == run->s.n_periods ? covers->next : covers;
        }
    }
    return status;
}

static bool is_tested(const rk__system_run *run, size_t organisation)
{
    const rk__pool *pool = run->s.risk_pool;
    bool tested = false;
    for (size_t i = 0; i < run->out->n_conditions; i++) {
        tested |= strcmp(run->out->conditions[i].organisation,
                         run->s.organisations[organisation].id) == 0;
    }
    for (size_t i = 0; pool != NULL && pool->variance && i < pool->n_members; i++) {
        tested |= pool->members[i] == organisation;
    }
    return tested;
}

/* A control total is tested by a condition, or by a pool of variances. */
static rk_status tell_control_totals(rk__system_run *run)
{
    rk__buf names = {0};
    size_t n = 0;
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        bool given = false;
        for (size_t p = 0; p < run->s.n_periods; p++) {
            given |= run->s.organisations[o].control_total[p] != NULL;
        }
        if (given && !is_tested(run, o)) {
            rk__buf_printf(&names, "%s%s", n++ > 0 ? ", " : "", run->s.organisations[o].id);
        }
    }
    rk_status status = names.failed ? RK_NO_MEMORY : RK_OK;
    if (n > 0 && status == RK_OK) {
        status = rk__system_finding(
            run, (rk_finding){.code = "control-total-untested", .severity = RK_SEVERITY_NOTE},
            "no condition and no pool depends on the control total%s of %s", n > 1 ? "s" : "",
            names.text);
    }
    rk__buf_dispose(&names);
    return status;
}

rk_status rk__system_find(rk__system_run *run)
{
    rk_status status = tell_delivery(run);
    if (status == RK_OK) {
        status = tell_receivers(run);
    }
    for (size_t i = 0; i < run->s.n_contracts && status == RK_OK; i++) {
        status = tell_covers(run, i);
    }
    for (size_t o = 0; o < run->s.n_organisations && status == RK_OK; o++) {
        status = tell_two_costs(run, o);
    }
    if (status == RK_OK) {
        status = tell_control_totals(run);
    }
    return status == RK_OK && run->s.nums.no_memory ? RK_NO_MEMORY : status;
}
