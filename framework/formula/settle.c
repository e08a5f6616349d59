/* SPDX-License-Identifier: MIT
 *
 * settle.c: the functions of a rule document that check parameters and settle a component.
 */
#include <stdio.h>

#include "formula/settle.h"

/* The document: the first member of every rule document's parameters. */
static const rk__formula *formula_of(const void *params)
{
    const rk__formula *f;
    memcpy(&f, params, sizeof f);
    return f;
}

/* Reports a fault as a problem of the component; returns its status. */
static int report(const rk_host *h, const rk__formula *f, const rk__eval_fault *fault)
{
    uint32_t line = 0, column = 0;
    if (fault->status == RK_NO_MEMORY) {
        return RK_NO_MEMORY;
    }
    rk__source_place(fault->source, fault->at, &line, &column);
    if (fault->source->file != NULL) {
        h->problem(h, fault->status, NULL, fault->hint, "rule '%s', %s:%u:%u, %s: %s", f->rule.id,
                   fault->source->file, (unsigned) line, (unsigned) column, fault->source->what,
                   fault->message);
    } else {
        h->problem_row(h, fault->status, f->formula_column, line - 1, fault->hint,
                       "rule '%s', %s, character %u: %s", f->rule.id, fault->source->what,
                       (unsigned) column, fault->message);
    }
    return fault->status;
}

/* A value that is needed is missing: the fault names what had none. */
static void need_value(rk__eval *ev, const rk__part *part)
{
    if (ev->missing != NULL) {
        ev->source = ev->missing_in;
        (void) rk__eval_fail(ev, ev->missing->at, RK_MISSING_KEY,
                             "give it a value or a default, or write IF(GIVEN(x), x, 0)",
                             "'%.60s' has no value here",
                             ev->missing->text != NULL ? ev->missing->text : "LOOKUP");
    } else {
        ev->source = &part->source;
        (void) rk__eval_fail(ev, 0, RK_MISSING_KEY, NULL, "the expression has no value here");
    }
}

/* ----------------------------------------------------------------------- check */

int rk__formula_check(const rk_host *h, const void *params, const rk_of *of, size_t n_of)
{
    const rk__formula *const f = formula_of(params);
    rk__arena arena = {0};
    int status = RK_OK;
    rk__eval ev = {.h = h,
                   .formula = f,
                   .lets = f->lets,
                   .params = params,
                   .values = rk__arena_alloc(&arena, (f->n_lets + 1) * sizeof(rk__let_value)),
                   .arena = &arena};
    (void) of;
    (void) n_of;
    for (size_t i = 0; i < f->n_checks && status == RK_OK; i++) {
        const rk__check_spec *const check = &f->checks[i];
        const rk__result_value v =
            ev.values == NULL ? (rk__result_value){.missing = true}
                              : rk__eval_expr(&ev, &check->condition.source, check->condition.expr);
        if (ev.values == NULL) {
            status = RK_NO_MEMORY;
        } else if (ev.fault.status != RK_OK) {
            status = report(h, f, &ev.fault);
        } else if (!v.missing && v.truth && check->code == RK_OK) {
            h->warn(h, check->param, "%s", check->text);
        } else if (!v.missing && v.truth) {
            h->problem(h, check->code, check->param, check->hint, "%s", check->text);
            status = check->code;
        }
    }
    rk__arena_dispose(&arena);
    return status;
}

/* ----------------------------------------------------------------------- lines */

/* A factor of a line; NULL if it is not given. */
static rk_num factor(rk__eval *ev, const rk__part *part, bool *missing)
{
    if (part->expr == NULL || *missing) {
        return NULL;
    }
    const rk__result_value v = rk__eval_expr(ev, &part->source, part->expr);
    if (v.missing && ev->fault.status == RK_OK) {
        *missing = true;
    }
    return v.number;
}

/* Whether a row lacks a value that its column requires: it is listed as unpriced. */
static bool row_is_unpriced(rk__eval *ev, int source)
{
    const rk__rows_source *const s = &ev->formula->sources[source];
    for (int i = s->first; s->list == NULL && i < s->first + s->n; i++) {
        if ((ev->formula->columns[i].flags & RK_REQUIRED) != 0 &&
            rk__eval_cell(ev, source, i, ev->row).missing) {
            return true;
        }
    }
    return false;
}

static void forget(rk__eval *ev, rk__lets run)
{
    memset(&ev->values[run.first], 0, run.n * sizeof ev->values[0]);
    ev->missing = NULL;
}

/* Writes a line once, for one row or one group. */
static void write_line(rk__settling *s, const rk__line_spec *line)
{
    rk__eval *const ev = &s->ev;
    const rk__part *needs = &line->condition;
    bool missing = false;
    forget(ev, line->lets);
    if (line->condition.expr != NULL) {
        const rk__result_value v = rk__eval_expr(ev, &line->condition.source, line->condition.expr);
        if (ev->fault.status != RK_OK || (!v.missing && !v.truth)) {
            return;
        }
        missing = v.missing;
    }
    rk_line out = {
        .label = line->label, .unit = line->unit, .source = line->note, .memo = line->memo};
    if (line->label_of.expr != NULL && !missing) {
        const rk__result_value v = rk__eval_expr(ev, &line->label_of.source, line->label_of.expr);
        out.label = v.text != NULL ? v.text : "(blank)";
    } else if (out.label == NULL && ev->group != NULL) {
        out.label = ev->group->label;
    }
    ev->missing = missing ? ev->missing : NULL;
    needs = missing ? needs : &line->amount;
    out.quantity = factor(ev, &line->quantity, &missing);
    out.rate = factor(ev, &line->rate, &missing);
    out.factor = factor(ev, &line->factor, &missing);
    const rk_num amount = factor(ev, &line->amount, &missing);
    if (missing && ev->fault.status == RK_OK) {
        if (line->each >= 0 && row_is_unpriced(ev, line->each)) {
            return;
        }
        need_value(ev, needs);
    }
    if (ev->fault.status != RK_OK) {
        return;
    }
    if (out.quantity == NULL && out.rate == NULL && out.factor == NULL) {
        out.rate = amount; /* the line is its amount */
    } else {
        out.amount = amount; /* which the host compares with the product */
    }
    s->status = ev->h->line(ev->h, &out);
}

static bool going_on(const rk__settling *s)
{
    return s->status == RK_OK && s->ev.fault.status == RK_OK;
}

static void write_groups(rk__settling *s, const rk__line_spec *line)
{
    const rk_settlement *const from = s->ev.settlement;
    const bool as_folded = line->quantity.expr == NULL && line->rate.expr == NULL &&
                           line->factor.expr == NULL && line->amount.expr == NULL;
    for (size_t i = 0; i < from->n_group && going_on(s); i++) {
        s->ev.group = rk_group_at(from, i);
        rk__result_value v = {.truth = true};
        if (as_folded && line->condition.expr != NULL) {
            forget(&s->ev, line->lets);
            v = rk__eval_expr(&s->ev, &line->condition.source, line->condition.expr);
        }
        if (!as_folded) {
            write_line(s, line);
        } else if (v.truth && !v.missing) {
            s->status = s->ev.h->group_line(s->ev.h, s->ev.group, line->unit);
        }
    }
    s->ev.group = NULL;
}

static void write_lines(rk__settling *s, const rk__line_spec *line)
{
    if (line->each == RK__EACH_GROUPS) {
        write_groups(s, line);
    } else if (line->each == RK__EACH_ONCE) {
        write_line(s, line);
    } else {
        const size_t n = rk__eval_n_rows(&s->ev, line->each);
        for (size_t i = 0; i < n && going_on(s); i++) {
            s->ev.row = i;
            write_line(s, line);
        }
    }
}

static const char *quantity_unit(const rk__formula *f)
{
    for (size_t i = 0; i < f->n_columns; i++) {
        if ((f->columns[i].flags & RK_QUANTITY) != 0) {
            return f->columns[i].unit;
        }
    }
    return NULL;
}

int rk__formula_settle(const rk_host *h, const void *params, const void *state,
                       const rk_settlement *settlement)
{
    const rk__formula *const f = formula_of(params);
    rk__settling s = {.ev = {.h = h,
                             .formula = f,
                             .lets = f->lets,
                             .params = params,
                             .period = settlement->period,
                             .settlement = settlement,
                             .reads_tables = true}};
    (void) state;
    s.ev.arena = &s.arena;
    s.n_lets = f->n_lets;
    s.ev.brief_constants = f->equations >= 0; /* those are freed below */
    if (f->equations >= 0 || f->inputs >= 0) {
        rk__equations_take(&s);
    }
    s.ev.values = rk__arena_alloc(&s.arena, (s.n_lets + 1) * sizeof *s.ev.values);
    if (s.ev.values == NULL) {
        s.status = RK_NO_MEMORY;
    }
    for (size_t i = 0;
         i < settlement->n_group && f->rule.price != NULL && !f->has_groups && going_on(&s); i++) {
        s.status = h->group_line(h, rk_group_at(settlement, i), quantity_unit(f));
    }
    for (size_t i = 0; i < f->n_lines && going_on(&s); i++) {
        write_lines(&s, &f->lines[i]);
    }
    for (size_t i = f->n_lets; i < s.n_lets && going_on(&s); i++) {
        rk__equation_write(&s, &s.ev.lets[i]);
    }
    if (s.status == RK_OK && s.ev.fault.status != RK_OK) {
        s.status = report(h, f, &s.ev.fault);
    }
    rk__arena_dispose(&s.arena);
    return s.status;
}
