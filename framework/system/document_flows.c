/* SPDX-License-Identifier: MIT
 *
 * document_flows.c: money outside contracts in a system document, and the part of it that is
 * delivered.
 */
#include <string.h>

#include "system/document.h"
#include "system/document_values.h"

const char *const rk__flow_words[RK__N_FLOW_KINDS + 1] = {
    "allocation", "income",     "grant",     "cost", "double-running",
    "stranded",   "investment", "repayment", NULL};

static const char *const flow_keys[] = {
    "organisation", "period", "kind",  "label", "amount",   "notes",       "per",
    "from",         "to",     "index", "vat",   "delivery", "probability", NULL};

static rk_status read_kind(const rk__value *v, rk__flow *f, rk_problems *problems)
{
    const char *kind = NULL;
    const rk_status status = rk__json_text_of(v, "kind", true, &kind, problems);
    if (status != RK_OK) {
        return status;
    }
    const int word =
        rk__system_word(rk__json_get(v, "kind"), "kind of flow", rk__flow_words, problems);
    f->kind = word < 0 ? RK__FLOW_COST : (rk__flow_kind) word;
    return word < 0 ? RK_OUT_OF_RANGE : RK_OK;
}

static rk_status read_per(const rk__value *v, rk__flow *f, rk_problems *problems)
{
    static const char *const words[] = {"period", "year", NULL};
    const rk__value *per = rk__json_get(v, "per");
    if (!rk__json_given(per)) {
        return RK_OK;
    }
    const int word = rk__system_word(per, "time of an amount", words, problems);
    f->per_year = word == 1;
    return word < 0 ? RK_OUT_OF_RANGE : RK_OK;
}

/* The part that is delivered, or "scenario": as much as of the scenario's changes. */
static rk_status read_delivery(rk__system *s, const rk__value *v, rk__flow *f,
                               rk_problems *problems)
{
    const rk__value *delivery = rk__json_get(v, "delivery");
    f->as_scenario = rk__json_given(delivery) && delivery->type == RK__JSON_STRING &&
                     strcmp(delivery->text, "scenario") == 0;
    rk_status first =
        f->as_scenario ? RK_OK
                       : rk__system_number(s, v, "delivery", false, true, &f->delivery, problems);
    if (f->delivery != NULL && rk__num_sign(f->delivery) < 0) {
        first = rk__json_problem(problems, delivery, RK_OUT_OF_RANGE, NULL,
                                 "'delivery' cannot be negative");
    }
    rk__keep_first(&first, rk__system_part(s, v, "probability", &f->probability, problems));
    return first;
}

/* The parts of a year or of periods in which the flow runs. */
static rk_status find_parts(rk__system *s, rk__flow *f)
{
    const rk_date *from = f->span.has_from ? &f->span.from : NULL;
    const rk_date *to = f->span.has_to ? &f->span.to : NULL;
    if (f->per_year) {
        f->parts = rk__calendar_parts(&s->calendar, from, to, &s->arena);
        return f->parts == NULL ? RK_NO_MEMORY : RK_OK;
    }
    if (from == NULL && to == NULL) {
        return RK_OK;
    }
    f->parts = rk__arena_alloc(&s->arena, (s->n_periods + 1) * sizeof *f->parts);
    for (size_t p = 0; f->parts != NULL && p < s->n_periods; p++) {
        f->parts[p] = rk__period_part(&s->periods[p], from, to);
    }
    return f->parts == NULL ? RK_NO_MEMORY : RK_OK;
}

/* The exact amount of a flow due in a period; NULL if it does not run then. */
static rk_num due(rk__system *s, const rk__flow *f, size_t period, rk_num delivery)
{
    rk__nums *nums = &s->nums;
    rk_num amount = f->stated[period];
    if (!f->periods[period] || (f->parts != NULL && f->parts[period].num == 0)) {
        return NULL;
    }
    if (f->parts != NULL) {
        amount = rk__num_mul(nums, amount,
                             rk__num_from_ratio(nums, f->parts[period].num, f->parts[period].den));
    }
    return delivery != NULL ? rk__num_mul(nums, amount, delivery) : amount;
}

rk_status rk__flow_deliver(rk__system *s, rk__flow *flow, rk_num delivery)
{
    rk__nums *nums = &s->nums;
    const rk__calendar *c = &s->calendar;
    const rk_num part = flow->as_scenario ? delivery : flow->delivery;
    const bool plain = part == NULL && flow->parts == NULL && !flow->indexed;
    rk_num so_far = rk__num_from_int(nums, 0);
    rk_num paid = so_far;
    for (size_t at = 0; at < s->n_periods; at++) {
        const size_t p = c->order[at];
        const rk_num exact = due(s, flow, p, part);
        const bool same_year =
            at > 0 && rk__calendar_year(c, s->periods[p].start) ==
                          rk__calendar_year(c, s->periods[c->order[at - 1]].start);
        if (!same_year || !flow->per_year) {
            so_far = paid = rk__num_from_int(nums, 0);
        }
        flow->amount[p] = exact;
        if (exact != NULL && !plain) {
            so_far = rk__num_add(nums, so_far, exact);
            const rk_num rounded = rk__num_round(nums, so_far, s->places);
            flow->amount[p] = rk__num_sub(nums, rounded, paid);
            paid = rounded;
        }
    }
    return nums->no_memory ? RK_NO_MEMORY : RK_OK;
}

static rk_status read_flow(rk__system *s, const rk__value *v, rk__flow *f, rk_problems *problems)
{
    rk_status first = rk__system_item(v, "a flow", problems);
    f->at = v;
    if (first != RK_OK) {
        return first;
    }
    rk__keep_first(&first, rk__json_only_keys(v, flow_keys, problems));
    rk__keep_first(&first,
                   rk__system_organisation(s, v, "organisation", true, &f->organisation, problems));
    rk__keep_first(&first, rk__system_periods(s, v, &f->periods, problems));
    rk__keep_first(&first, rk__json_text_of(v, "label", false, &f->label, problems));
    rk__keep_first(&first,
                   rk__system_amounts(s, v, "amount", true, &f->stated, &f->indexed, problems));
    rk__keep_first(&first, read_kind(v, f, problems));
    rk__keep_first(&first, read_per(v, f, problems));
    rk__keep_first(&first, rk__system_span(v, &f->span, problems));
    rk__keep_first(&first, read_delivery(s, v, f, problems));
    if (first == RK_OK) {
        first = rk__system_vat(s, v, f->organisation, &f->vat_rate, &f->vat_taxable, problems);
    }
    if (first == RK_OK && f->vat_rate != NULL && rk__flow_comes_in(f->kind)) {
        first = rk__json_problem(problems, rk__json_get(v, "vat"), RK_CONFLICT,
                                 "VAT is paid on what goes out", "a flow of kind '%s' comes in",
                                 rk__flow_words[f->kind]);
    }
    if (first != RK_OK) {
        return first;
    }
    f->amount = rk__arena_alloc(&s->arena, (s->n_periods + 1) * sizeof *f->amount);
    const rk_status status = f->amount == NULL ? RK_NO_MEMORY : find_parts(s, f);
    return status == RK_OK ? rk__flow_deliver(s, f, NULL) : status;
}

rk_status rk__system_read_flows(rk__system *s, rk_problems *problems)
{
    const rk__value *list = NULL;
    rk_status first = rk__system_list(s->root, "flows", &list, problems);
    if (first != RK_OK || list == NULL) {
        return first;
    }
    s->flows = rk__arena_alloc(&s->arena, (list->count + 1) * sizeof *s->flows);
    if (s->flows == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        rk__keep_first(&first, read_flow(s, v, &s->flows[s->n_flows++], problems));
    }
    return first;
}
