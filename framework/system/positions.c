/* SPDX-License-Identifier: MIT
 *
 * positions.c: what each organisation gets and bears in a period, and what
 * follows from it: retained by lead contractors, VAT, who bears what, control
 * totals.
 */
#include "system/run.h"

#include <string.h>

#include "system/system.h"

static const char *const entry_words[] = {
    "receipt",  "allocation", "income",    "grant",    "payment",        "cost", "double-running",
    "stranded", "investment", "repayment", "activity", "activity-moved", "vat"};
static const char *const sector_words[RK_N_SECTORS] = {"nhs", "council", "practices", "other"};

const char *rk_entry_word(rk_entry_kind kind)
{
    return kind <= RK_ENTRY_VAT ? entry_words[kind] : NULL;
}

const char *rk_sector_word(rk_sector sector)
{
    return sector < RK_N_SECTORS ? sector_words[sector] : NULL;
}

/* ------------------------------------------------------------------- entries */

static rk_status add(rk__position *p, rk_entry_kind kind, const char *label, const char *with,
                     rk_num amount)
{
    if (rk__grow((void **) &p->entries, &p->capacity, p->n_entries + 1, sizeof *p->entries) != 0) {
        return RK_NO_MEMORY;
    }
    p->entries[p->n_entries++] =
        (rk_entry){.kind = kind, .label = label, .with = with, .amount = amount};
    return RK_OK;
}

static rk_num vat_of(rk__system_run *run, size_t contract, size_t period)
{
    rk__nums *nums = &run->s.nums;
    const rk__system_contract *c = &run->s.contracts[contract];
    const rk_num payment = *rk__payment(run, contract, period);
    if (c->vat_rate == NULL || payment == NULL) {
        return NULL;
    }
    const rk_num lost =
        rk__num_sub(nums, rk__num_from_int(nums, 1), run->s.organisations[c->payer].vat_recovery);
    const rk_num taxable = rk__num_mul(nums, payment, c->vat_taxable);
    return rk__num_mul(nums, rk__num_mul(nums, taxable, c->vat_rate), lost);
}

static rk_status add_contracts(rk__system_run *run, size_t o, size_t period, bool without_grants,
                               rk__position *p)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < run->s.n_contracts && status == RK_OK; i++) {
        const rk__system_contract *c = &run->s.contracts[i];
        const rk_num payment = *rk__payment(run, i, period);
        if (payment == NULL || (without_grants && run->grants[i])) {
            continue;
        }
        if (c->payee == o) {
            status = add(p, RK_ENTRY_RECEIPT, c->id, run->s.organisations[c->payer].id, payment);
        }
        if (c->payer == o && status == RK_OK) {
            status = add(p, RK_ENTRY_PAYMENT, c->id, run->s.organisations[c->payee].id, payment);
            const rk_num vat = vat_of(run, i, period);
            if (status == RK_OK && vat != NULL && rk__num_sign(vat) != 0) {
                status = add(p, RK_ENTRY_VAT, c->id, NULL, vat);
            }
        }
    }
    return status;
}

static rk_status add_flows(rk__system_run *run, size_t o, size_t period, bool without_grants,
                           rk__position *p)
{
    static const rk_entry_kind kinds[RK__N_FLOW_KINDS] = {
        [RK__FLOW_ALLOCATION] = RK_ENTRY_ALLOCATION,
        [RK__FLOW_INCOME] = RK_ENTRY_INCOME,
        [RK__FLOW_GRANT] = RK_ENTRY_GRANT,
        [RK__FLOW_COST] = RK_ENTRY_COST,
        [RK__FLOW_DOUBLE_RUNNING] = RK_ENTRY_DOUBLE_RUNNING,
        [RK__FLOW_STRANDED] = RK_ENTRY_STRANDED,
        [RK__FLOW_INVESTMENT] = RK_ENTRY_INVESTMENT,
        [RK__FLOW_REPAYMENT] = RK_ENTRY_REPAYMENT};
    rk_status status = RK_OK;
    for (size_t i = 0; i < run->s.n_flows && status == RK_OK; i++) {
        const rk__flow *f = &run->s.flows[i];
        if (f->organisation == o && f->periods[period] &&
            !(without_grants && f->kind == RK__FLOW_GRANT)) {
            status = add(p, kinds[f->kind], f->label, NULL, f->amount);
        }
    }
    return status;
}

/* The base of a cost is in the flows; the rest is the entry here. What is left behind of the
 * fixed cost is named, and part of the cost already. */
static rk_status add_behaviour(rk__system_run *run, size_t behaviour, size_t period,
                               rk__position *p)
{
    rk__nums *nums = &run->s.nums;
    const rk__cost_behaviour *b = &run->s.behaviours[behaviour];
    const rk__activity_cost_entry *c = rk__activity_cost(run, behaviour, period);
    if (rk__num_sign(c->by) == 0 && rk__num_sign(c->left) == 0) {
        return RK_OK;
    }
    if (rk__num_sign(c->left) > 0) {
        p->stranded = rk__num_add(nums, p->stranded, c->left);
    }
    return add(p, RK_ENTRY_ACTIVITY, b->title != NULL ? b->title : run->s.contracts[c->contract].id,
               NULL, rk__num_add(nums, rk__num_mul(nums, c->by, b->unit_cost[period]), c->left));
}

static rk_status add_activity(rk__system_run *run, size_t o, size_t period, rk__position *p)
{
    rk__nums *nums = &run->s.nums;
    rk_status status = RK_OK;
    for (size_t b = 0; b < run->s.n_behaviours && status == RK_OK; b++) {
        if (run->s.behaviours[b].organisation == o) {
            status = add_behaviour(run, b, period, p);
        }
    }
    for (size_t i = 0; i < run->n_moved && status == RK_OK; i++) {
        const rk__moved *m = &run->moved[i];
        const rk__change *change = &run->scenario->changes[m->change];
        if (m->period == period && change->to == o) {
            status = add(p, RK_ENTRY_MOVED, run->s.contracts[change->contract].id,
                         run->s.organisations[m->organisation].id,
                         rk__num_neg(nums, rk__num_mul(nums, m->by, change->unit_cost)));
        }
    }
    return status;
}

rk_status rk__position_make(rk__system_run *run, size_t organisation, size_t period,
                            bool without_grants, rk__position *out)
{
    rk__nums *nums = &run->s.nums;
    const rk_num zero = rk__num_from_int(nums, 0);
    *out = (rk__position){.income = zero,
                          .costs = zero,
                          .stranded = zero,
                          .double_running = zero,
                          .lifted = zero,
                          .share = zero,
                          .owners = zero};
    rk_status status = add_contracts(run, organisation, period, without_grants, out);
    if (status == RK_OK) {
        status = add_flows(run, organisation, period, without_grants, out);
    }
    if (status == RK_OK) {
        status = add_activity(run, organisation, period, out);
    }
    for (size_t i = 0; i < out->n_entries; i++) {
        const rk_entry *e = &out->entries[i];
        rk_num *sum = rk__entry_comes_in(e->kind) ? &out->income : &out->costs;
        *sum = rk__num_add(nums, *sum, e->amount);
        if (e->kind == RK_ENTRY_STRANDED) {
            out->stranded = rk__num_add(nums, out->stranded, e->amount);
        } else if (e->kind == RK_ENTRY_DOUBLE_RUNNING) {
            out->double_running = rk__num_add(nums, out->double_running, e->amount);
        }
    }
    out->before = rk__num_sub(nums, out->income, out->costs);
    out->after = out->before;
    return nums->no_memory ? RK_NO_MEMORY : status;
}

void rk__position_dispose(rk__position *position)
{
    rk__free(position->entries);
    *position = (rk__position){0};
}

/* ----------------------------------------------------------------- contracts */

static rk_status retained(rk__system_run *run, size_t head, size_t period, rk_num *out)
{
    rk__nums *nums = &run->s.nums;
    rk_num subs = NULL;
    for (size_t i = 0; i < run->s.n_contracts; i++) {
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
    rk__system_amount(&text, subs);
    rk__buf_puts(&text, ", but it pays ");
    rk__system_amount(&text, payment);
    const rk_status status =
        text.failed
            ? RK_NO_MEMORY
            : rk__system_finding(run,
                                 (rk_finding){.code = "subcontracts-above-head",
                                              .amount = rk__num_neg(&run->s.nums, *out)},
                                 "period '%s': the subcontracts under '%s' come to %s",
                                 run->s.periods[period].id, run->s.contracts[head].id, text.text);
    rk__buf_dispose(&text);
    return status;
}

static rk_status contract_outcomes(rk__system_run *run, size_t period, rk__period_outcome *out)
{
    rk__nums *nums = &run->s.nums;
    rk__arena *arena = &run->result->arena;
    out->contracts = rk__arena_alloc(arena, (run->s.n_contracts + 1) * sizeof *out->contracts);
    rk_status status = out->contracts == NULL ? RK_NO_MEMORY : RK_OK;
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
            .vat = vat_of(run, i, period),
            .grant = run->grants[i]};
        out->vat = o->vat == NULL ? out->vat : rk__num_add(nums, out->vat, o->vat);
        status = retained(run, i, period, &o->retained);
    }
    return status;
}

/* Whether the price of a contract pays for something by this name. */
static bool pays_transition(const rk_result *result, const char *period, const char *label)
{
    for (size_t p = 0; p < result->n_periods; p++) {
        const rk__period_result *r = &result->periods[p];
        for (size_t k = 0; strcmp(r->id, period) == 0 && k < r->n_components; k++) {
            const rk__component_result *c = &r->components[k];
            for (size_t l = 0;
                 strcmp(c->rule, "price-equals-cost") == 0 && !c->shadow && l < c->n_lines; l++) {
                if (!c->lines[l].memo && strcmp(c->lines[l].label, label) == 0) {
                    return true;
                }
            }
        }
    }
    return false;
}

static rk_status tell_transitions(rk__system_run *run, size_t period)
{
    const rk__pool *pool = run->s.risk_pool;
    for (size_t f = 0; f < run->s.n_flows; f++) {
        const rk__flow *flow = &run->s.flows[f];
        if (rk__flow_comes_in(flow->kind) || flow->label == NULL || !flow->periods[period]) {
            continue;
        }
        for (size_t i = 0; i < run->s.n_contracts; i++) {
            if (run->s.contracts[i].payee != flow->organisation ||
                !pays_transition(run->results[i], run->s.periods[period].id, flow->label)) {
                continue;
            }
            const rk_status status = rk__system_finding(
                run, (rk_finding){.code = "transition-twice"},
                "period '%s': '%s' is in the price of contract '%s' and a flow of '%s': %s",
                run->s.periods[period].id, flow->label, run->s.contracts[i].id,
                run->s.organisations[flow->organisation].id,
                pool != NULL && pool->charges[flow->kind]
                    ? "the pool lifts what the price has paid for already"
                    : "the price pays for it, and the flow is what it costs");
            if (status != RK_OK) {
                return status;
            }
        }
    }
    return RK_OK;
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

/* The pool's result is a bearing of these charges only where it pools nothing else. */
static bool bearing_is_known(const rk__pool *pool)
{
    for (int k = 0; pool != NULL && k < RK__N_FLOW_KINDS; k++) {
        if (pool->charges[k] && k != RK__FLOW_DOUBLE_RUNNING && k != RK__FLOW_STRANDED) {
            return false;
        }
    }
    return pool == NULL || !pool->variance;
}

static void add_up(rk__system_run *run, rk__period_outcome *out)
{
    rk__nums *nums = &run->s.nums;
    for (size_t o = 0; o < run->s.n_organisations; o++) {
        const rk__position *p = &out->positions[o];
        const rk_sector sector = sector_of(run->s.organisations[o].kind);
        if (run->s.organisations[o].kind == RK__ORG_OUTSIDE) {
            continue;
        }
        const rk_num incurred = rk__num_add(nums, p->stranded, p->double_running);
        out->system = rk__num_add(nums, out->system, p->before);
        out->stranded = rk__num_add(nums, out->stranded, p->stranded);
        out->double_running = rk__num_add(nums, out->double_running, p->double_running);
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
                                  rk_num whole)
{
    rk__nums *nums = &run->s.nums;
    const size_t n = venture->n_owners;
    const rk_num zero = rk__num_from_int(nums, 0);
    rk__pool_member *members = rk__calloc(n + 1, sizeof *members);
    for (size_t i = 0; members != NULL && i < n; i++) {
        members[i] =
            (rk__pool_member){.organisation = venture->owners[i].organisation,
                              .name = run->s.organisations[venture->owners[i].organisation].id,
                              .share = venture->owners[i].share,
                              .amount = zero};
    }
    if (members != NULL) {
        members[n] = (rk__pool_member){
            .name = "the venture", .share = zero, .amount = rk__num_neg(nums, whole)};
    }
    return members;
}

/* A joint venture's position is its owners', shared out as a pool is. */
static rk_status deal_to_owners(rk__system_run *run, size_t period, rk__period_outcome *out)
{
    rk__nums *nums = &run->s.nums;
    rk_status status = RK_OK;
    for (size_t o = 0; o < run->s.n_organisations && status == RK_OK; o++) {
        const rk__organisation *venture = &run->s.organisations[o];
        const size_t n = venture->n_owners;
        if (n == 0) {
            continue;
        }
        rk__position *p = &out->positions[o];
        rk_num residual = NULL;
        const rk_num whole = rk__num_round(nums, p->after, 2);
        rk__pool_member *members = owners_of(run, venture, whole);
        status = members == NULL ? RK_NO_MEMORY
                                 : rk__pool_settle(run, period, members, n + 1, true, &residual);
        for (size_t i = 0; i < n && status == RK_OK; i++) {
            rk__position *owner = &out->positions[members[i].organisation];
            owner->owners = rk__num_add(nums, owner->owners, members[i].part);
            owner->after = rk__num_add(nums, owner->after, members[i].part);
        }
        p->owners = rk__num_neg(nums, whole);
        p->after = rk__num_sub(nums, p->after, whole);
        rk__free(members);
    }
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

/* Whether the pool is the group's own affair, so that what no member of it bears is borne
 * by the group all the same. */
static bool holds_pool(const rk__system_run *run, size_t o)
{
    const rk__organisation *group = &run->s.organisations[o];
    const rk__pool *pool = run->s.risk_pool;
    bool all = pool != NULL && group->n_group > 0;
    for (size_t i = 0; all && i < pool->n_members; i++) {
        const size_t member = pool->members[i].organisation;
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
        p->control_total = organisation->control_total[period];
        for (size_t i = 0; i < organisation->n_group; i++) {
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
    for (size_t p = 0; p < run->s.n_periods && status == RK_OK; p++) {
        rk__period_outcome *out = &run->out->periods[p];
        status = one_period(run, p, out);
        if (status == RK_OK) {
            status = rk__system_share(run, p);
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
