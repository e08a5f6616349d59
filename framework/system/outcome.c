/* SPDX-License-Identifier: MIT
 *
 * outcome.c: a period of a scenario: what contracts pay and lead contractors retain, who bears
 * stranded and double-running cost, what owners take over, and control totals.
 */
#include <string.h>

#include "system/run.h"
#include "system/system.h"

/* ----------------------------------------------------------------- contracts */

static rk_status retained(rk__system_run *run, size_t head, size_t period, rk_num *out)
{
    rk__nums *nums = &run->s.nums;
    rk_num subs = NULL;
    const size_t lead = run->s.contracts[head].payee;
    for (size_t k = run->first_contract[lead]; k < run->first_contract[lead + 1]; k++) {
        const size_t i = run->contracts_of[k];
        if (run->s.contracts[i].under == head) {
            const rk_num payment = *rk__payment(run, i, period);
            subs = subs == NULL ? payment : rk__num_add(nums, subs, payment);
        }
    }
    const rk_num payment = *rk__payment(run, head, period);
    *out = subs == NULL ? NULL : rk__num_sub(nums, payment, subs);
    if (*out == NULL || rk__num_sign(*out) >= 0) {
        return RK_OK;
    }
    rk__buf text = {0};
    rk__system_amount(run, &text, subs);
    rk__buf_puts(&text, ", but it pays ");
    rk__system_amount(run, &text, payment);
    const rk_status status =
        text.failed
            ? RK_NO_MEMORY
            : rk__system_finding(run,
                                 (rk_finding){.code = "subcontracts-above-head",
                                              .amount = rk__num_neg(nums, *out)},
                                 "period '%s': the subcontracts under '%s' come to %s",
                                 run->s.periods[period].id, run->s.contracts[head].id, text.text);
    rk__buf_dispose(&text);
    return status;
}

static rk_status contract_outcomes(rk__system_run *run, size_t period, rk__period_outcome *out)
{
    rk__arena *arena = &run->result->arena;
    out->contracts = rk__arena_alloc(arena, (run->s.n_contracts + 1) * sizeof *out->contracts);
    bool *heads = rk__arena_alloc(&run->s.arena, run->s.n_contracts + 1);
    rk_status status = out->contracts == NULL || heads == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < run->s.n_contracts && status == RK_OK; i++) {
        if (run->s.contracts[i].under != SIZE_MAX) {
            heads[run->s.contracts[i].under] = true;
        }
    }
    for (size_t i = 0; i < run->s.n_contracts && status == RK_OK; i++) {
        const rk__system_contract *c = &run->s.contracts[i];
        rk_contract_payment *o = &out->contracts[i];
        *o = (rk_contract_payment){
            .id = rk__arena_strdup(arena, c->id),
            .title = rk__arena_strdup(arena, c->title),
            .payer = rk__arena_strdup(arena, run->s.organisations[c->payer].id),
            .payee = rk__arena_strdup(arena, run->s.organisations[c->payee].id),
            .arrangement = rk__arena_strdup(arena, run->results[i]->arrangement),
            .payment = *rk__payment(run, i, period),
            .vat = rk__vat_lost(run, *rk__payment(run, i, period), c->payer, c->vat_rate,
                                c->vat_taxable),
            .grant = run->grants[i]};
        status = heads[i] ? retained(run, i, period, &o->retained) : RK_OK;
    }
    return status;
}

/* What the price of a contract pays, by this name; NULL if nothing. */
static rk_num priced_transition(rk__nums *nums, const rk_result *result, const char *period,
                                const char *label)
{
    rk_num sum = NULL;
    for (size_t p = 0; p < result->n_periods; p++) {
        const rk__period_result *r = &result->periods[p];
        for (size_t k = 0; strcmp(r->id, period) == 0 && k < r->n_components; k++) {
            const rk__component_result *c = &r->components[k];
            for (size_t l = 0;
                 strcmp(c->rule, "price-equals-cost") == 0 && !c->shadow && l < c->n_lines; l++) {
                if (!c->lines[l].memo && strcmp(c->lines[l].label, label) == 0) {
                    const rk_num amount = rk__num_copy(nums, c->lines[l].amount);
                    sum = sum == NULL ? amount : rk__num_add(nums, sum, amount);
                }
            }
        }
    }
    return sum;
}

/* The sum of an organisation's outgoing flows of this name. */
static rk_num flow_transition(rk__system_run *run, size_t organisation, size_t period,
                              const char *label)
{
    rk_num sum = rk__num_from_int(&run->s.nums, 0);
    for (size_t f = 0; f < run->s.n_flows; f++) {
        const rk__flow *flow = &run->s.flows[f];
        if (flow->organisation == organisation && !rk__flow_comes_in(flow->kind) &&
            flow->label != NULL && strcmp(flow->label, label) == 0 &&
            flow->amount[period] != NULL) {
            sum = rk__num_add(&run->s.nums, sum, flow->amount[period]);
        }
    }
    return sum;
}

/* A cost of transition rightly appears both in a price, which pays for it, and in a flow, which is
 * the cost. The two amounts should be the same. */
static rk_status tell_transitions(rk__system_run *run, size_t period)
{
    rk__nums *nums = &run->s.nums;
    rk_status status = RK_OK;
    for (size_t f = 0; f < run->s.n_flows && status == RK_OK; f++) {
        const rk__flow *flow = &run->s.flows[f];
        if (rk__flow_comes_in(flow->kind) || flow->label == NULL || flow->amount[period] == NULL) {
            continue;
        }
        const size_t end = run->first_contract[flow->organisation + 1];
        for (size_t k = run->first_contract[flow->organisation]; k < end && status == RK_OK; k++) {
            const size_t i = run->contracts_of[k];
            const rk_num priced = run->s.contracts[i].payee == flow->organisation
                                      ? priced_transition(nums, run->results[i],
                                                          run->s.periods[period].id, flow->label)
                                      : NULL;
            const rk_num cost = priced != NULL
                                    ? flow_transition(run, flow->organisation, period, flow->label)
                                    : NULL;
            if (priced == NULL || rk__num_compare(rk__num_round(nums, priced, run->s.places),
                                                  rk__num_round(nums, cost, run->s.places)) == 0) {
                continue;
            }
            const rk_num less = rk__num_sub(nums, priced, cost);
            const rk_num difference = rk__num_sign(less) < 0 ? rk__num_neg(nums, less) : less;
            rk__buf text = {0};
            rk__system_amount(run, &text, priced);
            rk__buf_printf(&text, ", and the flow of '%s' is ",
                           run->s.organisations[flow->organisation].id);
            rk__system_amount(run, &text, cost);
            status =
                text.failed
                    ? RK_NO_MEMORY
                    : rk__system_finding(
                          run, (rk_finding){.code = "transition-differs", .amount = difference},
                          "period '%s': contract '%s' pays for '%s' %s", run->s.periods[period].id,
                          run->s.contracts[i].id, flow->label, text.text);
            rk__buf_dispose(&text);
        }
    }
    return status;
}

/* ------------------------------------------------------------------- the whole */

static rk_sector sector_of(rk__org_kind kind)
{
    switch (kind) {
    case RK__ORG_COMMISSIONER:
    case RK__ORG_TRUST:
        return RK_SECTOR_NHS;
    case RK__ORG_LOCAL_AUTHORITY:
        return RK_SECTOR_COUNCIL;
    case RK__ORG_GP_PRACTICE:
    case RK__ORG_GP_FEDERATION:
        return RK_SECTOR_PRACTICES;
    default:
        return RK_SECTOR_OTHER;
    }
}

/* Who bears these charges is known only if the pool pools nothing else. */
static bool bearing_is_known(const rk__pool *pool)
{
    for (int k = 0; pool != NULL && k < RK__N_FLOW_KINDS; k++) {
        if (pool->charges[k] && k != RK__FLOW_DOUBLE_RUNNING && k != RK__FLOW_STRANDED) {
            return false;
        }
    }
    return pool == NULL || !pool->variance;
}

/* Of contracts and of flows. */
static rk_num vat_of(rk__nums *nums, const rk__position *p)
{
    rk_num sum = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < p->n_entries; i++) {
        if (p->entries[i].kind == RK_ENTRY_VAT) {
            sum = rk__num_add(nums, sum, p->entries[i].amount);
        }
    }
    return sum;
}

static void add_up(rk__system_run *run, rk__period_outcome *out)
{
    rk__nums *nums = &run->s.nums;
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        const rk__position *p = &out->positions[o];
        const rk_sector sector = sector_of(run->s.organisations[o].kind);
        if (!rk__is_inside(&run->s.organisations[o])) {
            continue;
        }
        const rk_num incurred = rk__num_add(nums, p->stranded, p->double_running);
        out->system = rk__num_add(nums, out->system, p->before);
        out->stranded = rk__num_add(nums, out->stranded, p->stranded);
        out->double_running = rk__num_add(nums, out->double_running, p->double_running);
        out->vat = rk__num_add(nums, out->vat, vat_of(nums, p));
        out->incurred[sector] = rk__num_add(nums, out->incurred[sector], incurred);
        out->borne[sector] =
            rk__num_add(nums, out->borne[sector],
                        rk__num_sub(nums, rk__num_sub(nums, incurred, p->lifted), p->share));
    }
    if (!bearing_is_known(run->s.risk_pool)) {
        memset(out->borne, 0, sizeof out->borne);
    }
}

/* The owners by their shares, then the venture, whose position is taken over. */
static rk__pool_member *owners_of(rk__system_run *run, const rk__organisation *venture,
                                  size_t period, rk_num whole)
{
    rk__nums *nums = &run->s.nums;
    const size_t n = venture->n_owners;
    const rk_num zero = rk__num_from_int(nums, 0);
    rk__pool_member *members = rk__calloc(n + 1, sizeof *members);
    for (size_t i = 0; members != NULL && i < n; i++) {
        members[i] =
            (rk__pool_member){.organisation = venture->owners[i].organisation,
                              .name = run->s.organisations[venture->owners[i].organisation].id,
                              .share = venture->owners[i].share[period],
                              .amount = zero};
    }
    if (members != NULL) {
        members[n] = (rk__pool_member){
            .name = "the venture", .share = zero, .amount = rk__num_neg(nums, whole)};
    }
    return members;
}

/* Shares out a joint venture's position to its owners, as a pool does. */
static rk_status deal_one(rk__system_run *run, size_t period, rk__period_outcome *out, size_t o)
{
    rk__nums *nums = &run->s.nums;
    const rk__organisation *venture = &run->s.organisations[o];
    const size_t n = venture->n_owners;
    rk__position *p = &out->positions[o];
    rk_num residual = NULL;
    const rk_num whole = rk__num_round(nums, p->after, run->s.places);
    rk__pool_member *members = owners_of(run, venture, period, whole);
    const rk_status status = members == NULL
                                 ? RK_NO_MEMORY
                                 : rk__pool_settle(run, period, members, n + 1, true, &residual);
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        rk__position *owner = &out->positions[members[i].organisation];
        owner->owners = rk__num_add(nums, owner->owners, members[i].part);
        owner->after = rk__num_add(nums, owner->after, members[i].part);
    }
    p->owners = rk__num_sub(nums, p->owners, whole);
    p->after = rk__num_sub(nums, p->after, whole);
    rk__free(members);
    return status;
}

/* Whether a venture that is still to be dealt has this one as an owner. */
static bool is_awaited(const rk__system_run *run, const bool *dealt, size_t owner)
{
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        for (size_t i = 0; i < run->s.organisations[o].n_owners && !dealt[o]; i++) {
            if (run->s.organisations[o].owners[i].organisation == owner) {
                return true;
            }
        }
    }
    return false;
}

/* Ventures that ventures own come first. */
static rk_status deal_to_owners(rk__system_run *run, size_t period, rk__period_outcome *out)
{
    const size_t n = run->s.n_organisations;
    bool *dealt = rk__calloc(n + 1, sizeof *dealt);
    rk_status status = dealt == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t o = 0; o < n && status == RK_OK;) {
        if (dealt[o] || run->s.organisations[o].n_owners == 0 || is_awaited(run, dealt, o)) {
            o++;
            continue;
        }
        status = deal_one(run, period, out, o);
        dealt[o] = true;
        o = 0; /* one that waited for it may be ready now */
    }
    rk__free(dealt);
    return status;
}

static bool is_member(const rk__organisation *group, size_t organisation)
{
    for (size_t i = 0; i < group->n_group; i++) {
        if (group->group[i] == organisation) {
            return true;
        }
    }
    return false;
}

/* Whether the whole pool belongs to the group, which then also bears what no member bears. */
static bool holds_pool(const rk__system_run *run, size_t o)
{
    const rk__organisation *group = &run->s.organisations[o];
    const rk__pool *pool = run->s.risk_pool;
    bool all = pool != NULL && group->n_group > 0;
    for (size_t i = 0; all && i < pool->n_members; i++) {
        const size_t member = pool->members[i];
        all = member == o || is_member(group, member);
    }
    return all;
}

static void close_positions(rk__system_run *run, size_t period, rk__period_outcome *out)
{
    rk__nums *nums = &run->s.nums;
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        const rk__organisation *organisation = &run->s.organisations[o];
        rk__position *p = &out->positions[o];
        p->control_total =
            organisation->control_total != NULL ? organisation->control_total[period] : NULL;
        for (size_t i = 0; i < organisation->n_group; i++) {
            if (run->s.organisations[organisation->group[i]].observer) {
                continue;
            }
            p->group = rk__num_add(nums, p->group == NULL ? p->after : p->group,
                                   out->positions[organisation->group[i]].after);
        }
        if (p->group != NULL && out->residual != NULL && holds_pool(run, o)) {
            p->group = rk__num_add(nums, p->group, out->residual);
        }
        if (p->control_total != NULL) {
            p->against =
                rk__num_sub(nums, p->group != NULL ? p->group : p->after, p->control_total);
        }
    }
}

static rk_status one_period(rk__system_run *run, size_t period, rk__period_outcome *out)
{
    const rk_num zero = rk__num_from_int(&run->s.nums, 0);
    *out = (rk__period_outcome){.id = run->result->periods[period],
                                .n_positions = run->s.n_organisations,
                                .n_contracts = run->s.n_contracts,
                                .system = zero,
                                .stranded = zero,
                                .double_running = zero,
                                .vat = zero};
    for (size_t k = 0; k < RK_N_SECTORS; k++) {
        out->incurred[k] = out->borne[k] = zero;
    }
    out->positions = rk__calloc(run->s.n_organisations, sizeof *out->positions);
    rk_status status = out->positions == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t o = 0; o < run->s.n_organisations && status == RK_OK; o++) {
        status = rk__position_make(run, o, period, false, &out->positions[o]);
    }
    return status == RK_OK ? contract_outcomes(run, period, out) : status;
}

rk_status rk__system_positions(rk__system_run *run)
{
    rk_status status = RK_OK;
    rk_num reserve = run->s.risk_pool != NULL ? run->s.risk_pool->reserve : NULL;
    for (size_t at = 0; at < run->s.n_periods && status == RK_OK; at++) {
        const size_t p = run->s.calendar.order[at];
        rk__period_outcome *out = &run->out->periods[p];
        status = one_period(run, p, out);
        if (status == RK_OK) {
            status = rk__system_share(run, p, out, &reserve, false);
        }
        if (status == RK_OK) {
            add_up(run, out);
            status = deal_to_owners(run, p, out);
        }
        if (status == RK_OK) {
            close_positions(run, p, out);
            status = tell_transitions(run, p);
        }
    }
    return status;
}
