/* SPDX-License-Identifier: MIT
 *
 * positions.c: what each organisation gets and bears in a period: payments, flows, VAT, and the
 * cost of activity.
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

rk_num rk__vat_lost(rk__system_run *run, rk_num amount, size_t payer, rk_num rate, rk_num part)
{
    rk__nums *nums = &run->s.nums;
    if (rate == NULL || amount == NULL) {
        return NULL;
    }
    const rk_num lost =
        rk__num_sub(nums, rk__num_from_int(nums, 1), run->s.organisations[payer].vat_recovery);
    const rk_num taxable = rk__num_mul(nums, amount, part);
    return rk__num_mul(nums, rk__num_mul(nums, taxable, rate), lost);
}

static rk_status add_vat(rk__position *p, const char *label, rk_num vat)
{
    return vat != NULL && rk__num_sign(vat) != 0 ? add(p, RK_ENTRY_VAT, label, NULL, vat) : RK_OK;
}

static rk_status add_contracts(rk__system_run *run, size_t o, size_t period, bool without_grants,
                               rk__position *p)
{
    rk_status status = RK_OK;
    for (size_t k = run->first_contract[o]; k < run->first_contract[o + 1] && status == RK_OK;
         k++) {
        const size_t i = run->contracts_of[k];
        const rk__system_contract *c = &run->s.contracts[i];
        rk_num payment = *rk__payment(run, i, period);
        if (payment != NULL && without_grants && run->grants[i]) {
            payment =
                rk__num_sub(&run->s.nums, payment, run->granted[i * run->s.n_periods + period]);
            payment = rk__num_sign(payment) != 0 ? payment : NULL;
        }
        if (payment == NULL) {
            continue;
        }
        if (c->payee == o) {
            status = add(p, RK_ENTRY_RECEIPT, c->id, run->s.organisations[c->payer].id, payment);
        }
        if (c->payer == o && status == RK_OK) {
            status = add(p, RK_ENTRY_PAYMENT, c->id, run->s.organisations[c->payee].id, payment);
            if (status == RK_OK) {
                status =
                    add_vat(p, c->id, rk__vat_lost(run, payment, o, c->vat_rate, c->vat_taxable));
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
    for (size_t k = run->first_flow[o]; k < run->first_flow[o + 1] && status == RK_OK; k++) {
        const rk__flow *f = &run->s.flows[run->flows_of[k]];
        if (f->amount[period] == NULL || (without_grants && f->kind == RK__FLOW_GRANT)) {
            continue;
        }
        status = add(p, kinds[f->kind], f->label, NULL, f->amount[period]);
        if (status == RK_OK) {
            status = add_vat(p, f->label,
                             rk__vat_lost(run, f->amount[period], o, f->vat_rate, f->vat_taxable));
        }
    }
    return status;
}

/* The base of a cost is in the flows; this entry is the rest. The fixed cost left behind is named,
 * and is already part of the cost. */
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
    const rk_num full = rk__num_mul(nums, c->by, b->unit_cost[period]);
    const rk_num cost =
        rk__num_add(nums, b->indexed ? rk__num_round(nums, full, run->s.places) : full, c->left);
    return add(p, RK_ENTRY_ACTIVITY, b->title != NULL ? b->title : run->s.contracts[c->contract].id,
               NULL, cost);
}

/* All that a change moves in a period, at its first entry; NULL at the others. */
static rk_num all_moved(rk__system_run *run, size_t first)
{
    const rk__moved *m = &run->moved[first];
    rk_num sum = rk__num_from_int(&run->s.nums, 0);
    for (size_t i = 0; i < run->n_moved; i++) {
        const bool same = run->moved[i].change == m->change && run->moved[i].period == m->period;
        if (same && i < first) {
            return NULL;
        }
        sum = same ? rk__num_add(&run->s.nums, sum, run->moved[i].by) : sum;
    }
    return sum;
}

static rk_status add_activity(rk__system_run *run, size_t o, size_t period, rk__position *p)
{
    rk__nums *nums = &run->s.nums;
    rk_status status = RK_OK;
    for (size_t b = 0; run->costs != NULL && b < run->s.n_behaviours && status == RK_OK; b++) {
        if (run->s.behaviours[b].organisation == o) {
            status = add_behaviour(run, b, period, p);
        }
    }
    for (size_t i = 0; i < run->n_moved && status == RK_OK; i++) {
        const rk__moved *m = &run->moved[i];
        const rk__change *change = &run->scenario->changes[m->change];
        const rk_num by = m->period == period && change->to == o ? all_moved(run, i) : NULL;
        if (by != NULL) {
            const rk_num cost = rk__num_neg(nums, rk__num_mul(nums, by, change->unit_cost[period]));
            status = add(p, RK_ENTRY_MOVED, run->s.contracts[change->contract].id,
                         run->s.organisations[m->organisation].id,
                         change->indexed ? rk__num_round(nums, cost, run->s.places) : cost);
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
