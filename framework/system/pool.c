/* SPDX-License-Identifier: MIT
 *
 * pool.c: what a pool takes on, and who bears it. The sharing itself is the rule
 * `risk-pool`: a contract of one component is made for it, which is evaluated like any
 * other, so that a pool comes to the same in a system and in a contract.
 */
#include <string.h>

#include "system/system.h"

#define PENNY_PLACES 2
#define POOL_RULE    "risk-pool"

/* -------------------------------------------------------------------- lifting */

static bool lifts(const rk__pool *pool, rk__entry_kind kind)
{
    switch (kind) {
    case RK__ENTRY_COST:
        return pool->charges[RK__FLOW_COST];
    case RK__ENTRY_DOUBLE_RUNNING:
        return pool->charges[RK__FLOW_DOUBLE_RUNNING];
    case RK__ENTRY_INVESTMENT:
        return pool->charges[RK__FLOW_INVESTMENT];
    case RK__ENTRY_REPAYMENT:
        return pool->charges[RK__FLOW_REPAYMENT];
    default:
        return false;
    }
}

/* Charges are taken off whoever bears them, member or not; what is below a penny stays. */
static rk_num charges_of(rk__nums *nums, const rk__pool *pool, const rk__position *p)
{
    rk_num sum = pool->charges[RK__FLOW_STRANDED] ? p->stranded : rk__num_from_int(nums, 0);
    for (size_t i = 0; i < p->n_entries; i++) {
        if (lifts(pool, p->entries[i].kind)) {
            sum = rk__num_add(nums, sum, p->entries[i].amount);
        }
    }
    return rk__num_round(nums, sum, PENNY_PLACES);
}

static void lift(rk__system_run *run, size_t period, rk__period_outcome *out)
{
    rk__nums *nums = &run->s.nums;
    const rk__pool *pool = run->s.risk_pool;
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        rk__position *p = &out->positions[o];
        if (run->s.organisations[o].kind != RK__ORG_OUTSIDE) {
            p->lifted = charges_of(nums, pool, p);
        }
    }
    for (size_t i = 0; pool->variance && i < pool->n_members; i++) {
        const size_t o = pool->members[i].organisation;
        rk__position *p = &out->positions[o];
        const rk_num left = rk__num_add(nums, p->before, p->lifted);
        const rk_num variance =
            rk__num_sub(nums, left, run->s.organisations[o].control_total[period]);
        p->lifted = rk__num_sub(nums, p->lifted, rk__num_round(nums, variance, PENNY_PLACES));
    }
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        out->lifted = rk__num_add(nums, out->lifted, out->positions[o].lifted);
    }
}

/* -------------------------------------------------------------------- sharing */

static void member_text(rk__buf *out, const rk__pool_member *m, bool first)
{
    rk__buf_puts(out, first ? "{\"organisation\":" : ",{\"organisation\":");
    rk__json_write_text(out, m->name, strlen(m->name));
    rk__buf_puts(out, ",\"share\":\"");
    rk__num_print_exact(out, m->share);
    rk__buf_puts(out, "\",\"amount\":\"");
    rk__num_print_exact(out, m->amount);
    if (m->loss_cap != NULL) {
        rk__buf_puts(out, "\",\"loss_cap\":\"");
        rk__num_print_exact(out, m->loss_cap);
    }
    if (m->gain_cap != NULL) {
        rk__buf_puts(out, "\",\"gain_cap\":\"");
        rk__num_print_exact(out, m->gain_cap);
    }
    rk__buf_puts(out, "\"}");
}

/* A contract that settles the first member; its ledger shows all of them. */
static rk_status pool_contract(rk_session *session, const rk__pool_member *members, size_t n,
                               bool respread, rk_contract **out, rk_problems *problems)
{
    rk__buf text = {0};
    rk__json *document = NULL;
    rk__buf_puts(&text, "{\"reckoner\":\"contract/1\",\"id\":\"pool\",\"periods\":[{\"id\":\"p\","
                        "\"start\":\"2016-04-01\",\"end\":\"2017-03-31\"}],\"arrangements\":{"
                        "\"pool\":[{\"id\":\"the pool of the system\",\"rule\":\"" POOL_RULE
                        "\",\"params\":{"
                        "\"member\":");
    rk__json_write_text(&text, members[0].name, strlen(members[0].name));
    rk__buf_printf(&text, ",\"residual\":\"%s\"}}]},\"facts\":{\"members\":[",
                   respread ? "respread" : "named");
    for (size_t i = 0; i < n; i++) {
        member_text(&text, &members[i], i == 0);
    }
    rk__buf_puts(&text, "]}}");
    rk_status status =
        text.failed ? RK_NO_MEMORY
                    : rk__json_parse(text.text, text.length, "the pool", &document, problems);
    rk__buf_dispose(&text);
    return status == RK_OK ? rk__contract_read(session, document, ".", out, problems) : status;
}

/* Brings an amount over from the pool of numbers that it was made in. */
static rk_num brought(rk__nums *nums, rk_num amount)
{
    rk__buf text = {0};
    const char *why = NULL;
    rk__num_print_exact(&text, amount);
    const rk_num copy = text.failed ? NULL : rk__num_parse(nums, text.text, true, -1, &why);
    rk__buf_dispose(&text);
    return copy;
}

/* The rule's ledger: two lines for each member, in their order: what is taken over, and
 * its part. What is taken over must all be borne, or be the residual. */
static rk_status take_parts(rk__nums *nums, const rk_result *result, rk__pool_member *members,
                            size_t n, rk_num *residual, rk_problems *problems)
{
    const rk__component_result *c = &result->periods[0].components[0];
    rk_num left = rk__num_from_int(nums, 0);
    bool sound = c->n_lines == 2 * n || c->n_lines == 2 * n + 1;
    for (size_t i = 0; i < n && sound; i++) {
        const rk_num taken = brought(nums, c->lines[2 * i].amount);
        members[i].part = brought(nums, c->lines[2 * i + 1].amount);
        if (taken == NULL || members[i].part == NULL) {
            return RK_NO_MEMORY;
        }
        sound = rk__num_compare(taken, members[i].amount) == 0;
        left = rk__num_sub(nums, left, rk__num_add(nums, taken, members[i].part));
    }
    *residual =
        c->n_lines == 2 * n + 1 ? brought(nums, c->lines[2 * n].amount) : rk__num_from_int(nums, 0);
    if (*residual == NULL || left == NULL) {
        return RK_NO_MEMORY;
    }
    return sound && rk__num_compare(left, *residual) == 0
               ? RK_OK
               : rk__problem(problems, RK_RULE_AUDIT, NULL, "use the rule that Reckoner brings",
                             "rule '" POOL_RULE "' does not share out what the pool takes over");
}

rk_status rk__pool_settle(rk__system_run *run, rk__pool_member *members, size_t n, bool respread,
                          rk_num *residual)
{
    rk_contract *contract = NULL;
    rk__evaluation e = {0};
    rk_status status =
        pool_contract(run->system->session, members, n, respread, &contract, run->problems);
    if (status == RK_OK) {
        const rk__arrangement *arrangement = &contract->arrangements[0];
        status = rk__evaluate(contract, &arrangement, 1, &e, run->problems);
    }
    if (status == RK_OK) {
        status = take_parts(&run->s.nums, e.results[0], members, n, residual, run->problems);
    }
    rk__evaluation_dispose(&e);
    rk_contract_free(contract);
    return status;
}

/* The members in their order, then who bore something and has no share. */
static rk__pool_member *pool_members(rk__system_run *run, const rk__period_outcome *out, size_t *n)
{
    const rk__pool *pool = run->s.risk_pool;
    const size_t most = pool->n_members + run->s.n_organisations;
    rk__pool_member *members = rk__calloc(most + 1, sizeof *members);
    const rk_num zero = rk__num_from_int(&run->s.nums, 0);
    *n = 0;
    for (size_t i = 0; members != NULL && i < most; i++) {
        const bool shares = i < pool->n_members;
        const size_t o = shares ? pool->members[i].organisation : i - pool->n_members;
        const rk__organisation *organisation = &run->s.organisations[o];
        const rk_num lifted = out->positions[o].lifted;
        bool listed = lifted == NULL || rk__num_sign(lifted) == 0;
        for (size_t k = 0; k < *n && !shares && !listed; k++) {
            listed = members[k].organisation == o;
        }
        if (shares || !listed) {
            members[(*n)++] = (rk__pool_member){.organisation = o,
                                                .name = organisation->id,
                                                .share = shares ? pool->members[i].share : zero,
                                                .amount = lifted != NULL ? lifted : zero,
                                                .loss_cap = organisation->loss_cap,
                                                .gain_cap = organisation->gain_cap};
        }
    }
    return members;
}

static rk_status tell_residual(rk__system_run *run, size_t period, rk_num residual)
{
    rk__buf text = {0};
    const bool loss = rk__num_sign(residual) < 0;
    rk__system_amount(&text, loss ? rk__num_neg(&run->s.nums, residual) : residual);
    const rk_status status = rk__system_finding(
        run,
        "period '%s': %s of the pool's %s is beyond what its members' caps let them take, and is "
        "nobody's",
        run->s.periods[period].id, text.text != NULL ? text.text : "", loss ? "loss" : "gain");
    rk__buf_dispose(&text);
    return status;
}

rk_status rk__system_share(rk__system_run *run, size_t period)
{
    rk__nums *nums = &run->s.nums;
    rk__period_outcome *out = &run->out->periods[period];
    if (run->s.risk_pool == NULL) {
        return RK_OK;
    }
    out->lifted = rk__num_from_int(nums, 0);
    lift(run, period, out);
    size_t n = 0;
    rk__pool_member *members = pool_members(run, out, &n);
    rk_status status =
        members == NULL
            ? RK_NO_MEMORY
            : rk__pool_settle(run, members, n, run->s.risk_pool->respread, &out->residual);
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        rk__position *p = &out->positions[members[i].organisation];
        p->share = rk__num_add(nums, p->share, members[i].part);
    }
    rk__free(members);
    for (size_t o = 0; o < run->s.n_organisations && status == RK_OK; o++) {
        rk__position *p = &out->positions[o];
        p->after = rk__num_add(nums, rk__num_add(nums, p->before, p->lifted), p->share);
    }
    if (status == RK_OK && rk__num_sign(out->residual) != 0) {
        status = tell_residual(run, period, out->residual);
    }
    return nums->no_memory ? RK_NO_MEMORY : status;
}
