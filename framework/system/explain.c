/* SPDX-License-Identifier: MIT
 *
 * explain.c: the position of an organisation in a period, followed down to the lines of the
 * contracts that pay it and that it pays.
 */
#include <stdio.h>
#include <string.h>

#include "evaluate/evaluation.h"
#include "system/run.h"

struct rk__system_question {
    rk_explanation *out;
    size_t organisation, period;
    bool receipts; /* lines of contracts are shown below what is received only */
};

static const char *amount_text(rk_explanation *out, rk_num amount)
{
    rk__buf text = {0};
    rk__num_print_exact(&text, amount);
    const char *copy = text.failed ? NULL : rk__arena_strdup(&out->arena, text.text);
    rk__buf_dispose(&text);
    out->arena.failed |= copy == NULL; /* checked once, at the end */
    return copy;
}

static rk__step value_step(rk_explanation *out, const char *label, const char *formula,
                           rk_num amount)
{
    return (rk__step){.label = label, .formula = formula, .value = amount_text(out, amount)};
}

/* ------------------------------------------------------------------------- entries */

static size_t contract_named(const rk__system_run *run, const char *id)
{
    size_t i = 0;
    while (i < run->s.n_contracts && strcmp(run->s.contracts[i].id, id) != 0) {
        i++;
    }
    return i;
}

/* A payment has the lines of its contract below it. */
static rk_status payment_step(rk__system_run *run, const struct rk__system_question *q,
                              const rk_entry *e, rk__step *step)
{
    const size_t i = e->label != NULL ? contract_named(run, e->label) : run->s.n_contracts;
    if (i == run->s.n_contracts || run->results[i] == NULL) {
        return RK_OK;
    }
    step->formula = rk__arena_printf(&q->out->arena, "contract '%s' under '%s'", e->label,
                                     run->results[i]->arrangement);
    return rk__explain_period(run->contracts[i], run->results[i], run->s.periods[q->period].id,
                              q->out, step);
}

static rk_status entry_step(rk__system_run *run, const struct rk__system_question *q,
                            const rk_entry *e, rk__step *step)
{
    rk__arena *arena = &q->out->arena;
    const bool contract = e->kind == RK_ENTRY_RECEIPT || e->kind == RK_ENTRY_PAYMENT;
    const char *way = e->kind == RK_ENTRY_RECEIPT   ? " from "
                      : e->kind == RK_ENTRY_PAYMENT ? " to "
                      : e->with != NULL             ? " of "
                                                    : "";
    *step = value_step(q->out,
                       rk__arena_printf(arena, "%s%s%s%s%s", rk_entry_word(e->kind), way,
                                        e->with != NULL ? e->with : "",
                                        e->label != NULL && !contract ? ": " : "",
                                        e->label != NULL && !contract ? e->label : ""),
                       NULL, e->amount);
    return contract && (e->kind == RK_ENTRY_RECEIPT || !q->receipts) ? payment_step(run, q, e, step)
                                                                     : RK_OK;
}

/* Income or cost: the sum of its entries. */
static rk_status side_step(rk__system_run *run, const struct rk__system_question *q,
                           const rk__position *p, bool income, rk__step *step)
{
    rk_status status = RK_OK;
    *step = value_step(q->out, income ? "income" : "costs", "sum of its lines",
                       income ? p->income : p->costs);
    step->children = rk__arena_alloc(&q->out->arena, (p->n_entries + 1) * sizeof *step->children);
    if (step->children == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < p->n_entries && status == RK_OK; i++) {
        if (rk__entry_comes_in(p->entries[i].kind) == income) {
            status = entry_step(run, q, &p->entries[i], &step->children[step->n_children++]);
        }
    }
    return status;
}

/* ----------------------------------------------------------------------- positions */

static void add_if(const struct rk__system_question *q, rk__step *parent, const char *label,
                   const char *formula, rk_num amount)
{
    if (amount != NULL && rk__num_sign(amount) != 0) {
        parent->children[parent->n_children++] = value_step(q->out, label, formula, amount);
    }
}

static rk_status position_step(rk__system_run *run, const struct rk__system_question *q,
                               const rk__position *p, rk__step *step)
{
    enum { CHILDREN = 10 };
    rk__arena *arena = &q->out->arena;
    *step = value_step(q->out,
                       rk__arena_printf(arena, "%s: position of %s in %s", run->scenario->name,
                                        run->s.organisations[q->organisation].id,
                                        run->s.periods[q->period].id),
                       "before the pool + lifted + share of the pool + owners", p->after);
    step->children = rk__arena_alloc(arena, CHILDREN * sizeof *step->children);
    rk__step *before = step->children;
    if (before == NULL) {
        return RK_NO_MEMORY;
    }
    step->n_children = 1;
    *before = value_step(q->out, "before the pool", "income - costs", p->before);
    before->children = rk__arena_alloc(arena, 2 * sizeof *before->children);
    if (before->children == NULL) {
        return RK_NO_MEMORY;
    }
    before->n_children = 2;
    rk_status status = side_step(run, q, p, true, &before->children[0]);
    if (status == RK_OK) {
        status = side_step(run, q, p, false, &before->children[1]);
    }
    add_if(q, step, "lifted", "charges that the pool took over", p->lifted);
    add_if(q, step, "share of the pool", "what it bears of the pool, or keeps", p->share);
    add_if(q, step, "owners", "a joint venture's position, dealt to its owners", p->owners);
    add_if(q, step, "stranded", "within costs", p->stranded);
    add_if(q, step, "with members", "positions of the group after the pool", p->group);
    if (p->control_total != NULL) {
        step->children[step->n_children++] =
            value_step(q->out, "control total", NULL, p->control_total);
        step->children[step->n_children++] =
            value_step(q->out, "against the control total", "position - control total", p->against);
    }
    return status;
}

static rk_status answer(rk__system_run *run, const struct rk__system_question *q)
{
    rk__step *step = &q->out->steps[q->out->n_steps++];
    const rk_status status =
        position_step(run, q, &run->out->periods[q->period].positions[q->organisation], step);
    return status == RK_OK && q->out->arena.failed ? RK_NO_MEMORY : status;
}

rk_status rk__system_answer_question(rk__system_run *run)
{
    rk_system_result *result = run->result;
    struct rk__system_question each = {.out = result->explained, .receipts = true};
    rk_status status = result->question != NULL ? answer(run, result->question) : RK_OK;
    for (size_t p = 0; result->explained != NULL && p < result->n_periods; p++) {
        for (size_t o = 0; o < result->n_organisations && status == RK_OK; o++) {
            each.period = p;
            each.organisation = o;
            status = answer(run, &each);
        }
    }
    return status;
}

/* ------------------------------------------------------------------------ the whole */

static rk_status unknown(const char *what, const char *name, const char *const *names,
                         rk_problems *problems)
{
    const char *near = name != NULL ? rk__nearest(name, names) : NULL;
    rk__buf hint = {0};
    if (near != NULL) {
        rk__buf_printf(&hint, "did you mean '%s'?", near);
    } else {
        rk__buf_puts(&hint, "the system has: ");
        for (size_t i = 0; names[i] != NULL; i++) {
            rk__buf_printf(&hint, "%s%s", i == 0 ? "" : ", ", names[i]);
        }
    }
    const rk_status status = name != NULL ? rk__problem(problems, RK_USAGE, NULL, hint.text,
                                                        "the system has no %s '%s'", what, name)
                                          : rk__problem(problems, RK_USAGE, NULL, hint.text,
                                                        "explaining a system needs --%s", what);
    rk__buf_dispose(&hint);
    return status;
}

static void describe(const rk__system *s, rk_explanation *x)
{
    x->contract = rk__arena_strdup(&x->arena, s->id);
    x->title = rk__arena_strdup(&x->arena, s->title);
    x->basis = rk__arena_strdup(&x->arena, s->basis);
    x->currency = rk__arena_strdup(&x->arena, s->currency);
}

void rk_system_keep_steps(rk_system *system)
{
    system->keeps_steps = true;
}

rk_status rk__system_explain_all(const rk_system *system, size_t n, rk_system_result *result)
{
    const rk__system *s = &system->base;
    rk_explanation *x = rk__calloc(1, sizeof *x);
    result->explained = x;
    if (x == NULL) {
        return RK_NO_MEMORY;
    }
    describe(s, x);
    x->steps =
        rk__arena_alloc(&x->arena, (n * s->n_periods * s->n_organisations + 1) * sizeof *x->steps);
    return x->steps != NULL && !x->arena.failed ? RK_OK : RK_NO_MEMORY;
}

const rk_explanation *rk_system_result_explanation(const rk_system_result *result)
{
    return result->explained;
}

/* Both lists of names end with NULL; in the arena of the explanation. */
static rk_status find(const rk_system *system, const rk_system_explain_options *o,
                      struct rk__system_question *q, rk_problems *problems)
{
    const rk__system *s = &system->base;
    rk__arena *arena = &q->out->arena;
    const char **organisations =
        rk__arena_alloc(arena, (s->n_organisations + 1) * sizeof *organisations);
    const char **periods = rk__arena_alloc(arena, (s->n_periods + 1) * sizeof *periods);
    if (organisations == NULL || periods == NULL) {
        return RK_NO_MEMORY;
    }
    q->organisation = q->period = SIZE_MAX;
    for (size_t i = 0; i < s->n_organisations; i++) {
        organisations[i] = s->organisations[i].id;
        if (o->organisation != NULL && strcmp(organisations[i], o->organisation) == 0) {
            q->organisation = i;
        }
    }
    for (size_t i = 0; i < s->n_periods; i++) {
        periods[i] = s->periods[i].id;
        if (o->period != NULL ? strcmp(periods[i], o->period) == 0 : s->n_periods == 1) {
            q->period = i;
        }
    }
    return q->organisation == SIZE_MAX
               ? unknown("organisation", o->organisation, organisations, problems)
           : q->period == SIZE_MAX ? unknown("period", o->period, periods, problems)
                                   : RK_OK;
}

rk_status rk_system_explain(rk_system *system, const rk_system_explain_options *options,
                            rk_explanation **out_explanation, rk_problems *problems)
{
    rk_system_explain_options o = {.size = sizeof o};
    memcpy(&o, options, options->size < sizeof o ? options->size : sizeof o);
    *out_explanation = NULL;
    rk_explanation *x = rk__calloc(1, sizeof *x);
    if (x == NULL) {
        return RK_NO_MEMORY;
    }
    const rk__system *s = &system->base;
    struct rk__system_question q = {.out = x};
    describe(s, x);
    size_t n = s->n_scenarios;
    for (size_t i = 0; o.scenarios != NULL && o.scenarios[i] != NULL; i++) {
        n++;
    }
    x->steps = rk__arena_alloc(&x->arena, (n + 1) * sizeof *x->steps);
    rk_status status = x->steps == NULL ? RK_NO_MEMORY : find(system, &o, &q, problems);
    if (status == RK_OK) {
        status = rk__system_ask(system, o.scenarios, &q, problems);
    }
    if (status == RK_OK && x->arena.failed) {
        status = RK_NO_MEMORY;
    }
    if (status != RK_OK) {
        rk_explanation_free(x);
        return status;
    }
    *out_explanation = x;
    return RK_OK;
}
