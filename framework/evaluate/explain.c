/* SPDX-License-Identifier: MIT
 *
 * explain.c: traces an amount from a ledger line back through each exact number to the
 * parameters and cells that it was calculated from.
 */
#include <stdio.h>
#include <string.h>

#include "evaluate/evaluation.h"
#include "evaluate/explain_rows.h"
#include "ledger/instance.h"
#include "number/num_formula.h"

#define MAX_DEPTH 24
/* Names that a message lists. */
#define NAMES_SHOWN 20

typedef struct explainer {
    rk_contract *contract;
    rk_explanation *out;
    rk_num *shown; /* numbers whose steps were added already */
    size_t n_shown, shown_capacity;
    bool failed;
} explainer;

static const char *keep(explainer *x, const char *text)
{
    const char *copy = text != NULL ? rk__arena_strdup(&x->out->arena, text) : NULL;
    x->failed |= text != NULL && copy == NULL;
    return copy;
}

static const char *exact_text(explainer *x, rk_num value)
{
    rk__buf text = {0};
    rk__num_print_exact(&text, value);
    const char *copy = text.failed ? NULL : keep(x, text.text);
    rk__buf_dispose(&text);
    x->failed |= copy == NULL;
    return copy;
}

/* A pointer into the contract, with the contract's citation for it. */
static const char *source_text(explainer *x, const char *source)
{
    const rk_source_note *note =
        source != NULL && source[0] == '/' ? rk__contract_source(x->contract, source) : NULL;
    if (note == NULL) {
        return keep(x, source);
    }
    return note->url != NULL
               ? rk__arena_printf(&x->out->arena, "%s: %s <%s>", source, note->text, note->url)
               : rk__arena_printf(&x->out->arena, "%s: %s", source, note->text);
}

/* --------------------------------------------------------------------- numbers */

static const char *formula_of(explainer *x, rk_num made)
{
    rk__buf text = {0};
    rk__num_print_formula(&text, made);
    const char *copy = text.failed ? NULL : keep(x, text.text);
    x->failed |= text.failed;
    rk__buf_dispose(&text);
    return copy;
}

static bool seen_before(explainer *x, rk_num n)
{
    for (size_t i = 0; i < x->n_shown; i++) {
        if (x->shown[i] == n) {
            return true;
        }
    }
    if (rk__grow((void **) &x->shown, &x->shown_capacity, x->n_shown + 1, sizeof *x->shown) != 0) {
        x->failed = true;
        return true;
    }
    x->shown[x->n_shown++] = n;
    return false;
}

static void number_step(explainer *x, rk_num number, const char *name, rk__step *out,
                        unsigned depth);

/* Terms worth a step of their own: named, or made of others. */
static void term_steps(explainer *x, const rk_num *terms, size_t count, rk__step *out,
                       unsigned depth)
{
    out->children = rk__arena_alloc(&x->out->arena, (count + 1) * sizeof *out->children);
    if (out->children == NULL) {
        x->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *label = NULL;
        const char *source = NULL;
        const rk_num made = rk__num_made_by(terms[i], &label, &source);
        if (label != NULL || made->op != RK__NUM_VALUE) {
            number_step(x, terms[i], NULL, &out->children[out->n_children++], depth + 1);
        }
    }
}

/* The named number behind a second name, such as a component's total that a rule calls its value.
 * NULL if a plain value was named. */
static rk_num named_before(rk_num n, rk_num made)
{
    if (made->op == RK__NUM_VALUE) {
        return NULL; /* a parameter or cell: its source says what it is */
    }
    const char *first = NULL;
    for (; n != made; n = n->a) {
        if (first != NULL && n->label != NULL && strcmp(n->label, first) != 0) {
            return n;
        }
        first = first != NULL ? first : n->label;
    }
    return NULL;
}

static void number_step(explainer *x, rk_num number, const char *name, rk__step *out,
                        unsigned depth)
{
    const char *label = NULL;
    const char *source = NULL;
    const rk_num made = rk__num_made_by(number, &label, &source);
    *out = (rk__step){.label = keep(x, name != NULL ? name : label),
                      .value = exact_text(x, number),
                      .source = source_text(x, source)};
    if (made->op == RK__NUM_VALUE || depth >= MAX_DEPTH) {
        return;
    }
    rk_num terms[RK__NUM_TERMS];
    const rk_num before = named_before(number, made);
    if (before != NULL) {
        out->formula = keep(x, before->label);
        terms[0] = before;
        term_steps(x, terms, 1, out, depth);
        return;
    }
    const size_t count = rk__num_terms(made, terms);
    if (count == 0) {
        return;
    }
    out->formula = formula_of(x, made);
    if (!seen_before(x, made)) {
        term_steps(x, terms, count, out, depth);
    }
}

/* ---------------------------------------------------------------------- ledger */

/* The part of a component's amount that was dealt to a line of another. */
static void dealt_step(explainer *x, const rk_ledger_line *line, rk__step *out)
{
    *out = (rk__step){
        .label = rk__arena_printf(&x->out->arena, "of which %s (%s)", line->label, line->of),
        .value = exact_text(x, line->amount),
        .formula = keep(x, "its share, dealt to the penny by largest remainder"),
        .children = rk__arena_alloc(&x->out->arena, sizeof *out->children),
        .n_children = 1};
    if (out->children == NULL) {
        x->failed = true;
        return;
    }
    number_step(x, line->share, "share", &out->children[0], 0);
}

static void line_step(explainer *x, const rk_ledger_line *line, rk__step *out)
{
    if (line->of != NULL) {
        dealt_step(x, line, out);
        return;
    }
    *out = (rk__step){
        .label = line->memo ? rk__arena_printf(&x->out->arena, "%s (shown, not paid)", line->label)
                            : keep(x, line->label),
        .value = exact_text(x, line->amount),
        .source = keep(x, line->source)};
    if (line->sum) {
        out->formula = keep(x, line->quantity != NULL ? "sum of the rows of this group"
                                                      : "what printing the lines leaves");
        return;
    }
    const rk_num factors[3] = {line->quantity, line->rate, line->factor};
    static const char *const names[3] = {"quantity", "rate", "factor"};
    rk__buf formula = {0};
    size_t given = 0;
    out->children = rk__arena_alloc(&x->out->arena, 3 * sizeof *out->children);
    if (out->children == NULL) {
        x->failed = true;
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        given += factors[i] != NULL;
    }
    for (size_t i = 0; i < 3; i++) {
        if (factors[i] == NULL) {
            continue;
        }
        rk__num_print_factor(&formula, factors[i]);
        const char *label = NULL;
        const char *source = NULL;
        (void) rk__num_made_by(factors[i], &label, &source);
        number_step(x, factors[i], label == NULL && given > 1 ? names[i] : NULL,
                    &out->children[out->n_children++], 0);
    }
    out->formula = given > 1 && !formula.failed ? keep(x, formula.text) : NULL;
    x->failed |= formula.failed;
    rk__buf_dispose(&formula);
    if (given == 1) { /* the line is the number: its steps are the line's */
        const rk__step only = out->children[0];
        out->formula = only.formula;
        out->source = out->source != NULL ? out->source : only.source;
        out->children = only.children;
        out->n_children = only.n_children;
    }
}

static void component_step(explainer *x, const rk_result *r, const rk__period_result *period,
                           const rk__component_result *c, const char *line, rk__step *out)
{
    rk__buf total = {0};
    rk__num_print_fixed(&total, c->total, r->places);
    *out = (rk__step){.label = rk__arena_printf(&x->out->arena, "%s (%s%s), %s", c->id, c->rule,
                                                c->shadow ? ", shadow: not paid" : "", period->id),
                      .value = total.failed ? NULL : keep(x, total.text),
                      .formula = keep(x, "sum of the lines, rounded once")};
    x->failed |= total.failed;
    rk__buf_dispose(&total);
    out->children = rk__arena_alloc(&x->out->arena, (c->n_lines + 1) * sizeof *out->children);
    if (out->children == NULL) {
        x->failed = true;
        return;
    }
    for (size_t i = 0; i < c->n_lines; i++) {
        if (line == NULL || strcmp(line, c->lines[i].label) == 0) {
            line_step(x, &c->lines[i], &out->children[out->n_children++]);
        }
    }
}

/* "there is no line 'NLE'", with the nearest name or the list of names. */
static rk_status not_found(const char *what, const char *name, const char **names, size_t n,
                           rk_problems *problems)
{
    rk__buf hint = {0};
    const char *near = rk__nearest(name, names);
    if (near != NULL) {
        rk__buf_printf(&hint, "did you mean '%s'?", near);
    }
    for (size_t i = 0; near == NULL && i < n && i < NAMES_SHOWN; i++) {
        rk__buf_printf(&hint, "%s%s", i == 0 ? "there is: " : ", ", names[i]);
    }
    rk__buf_puts(&hint, near == NULL && n > NAMES_SHOWN ? ", ..." : "");
    const rk_status status =
        rk__problem(problems, RK_USAGE, NULL, hint.text, "there is no %s '%s'", what, name);
    rk__buf_dispose(&hint);
    return status;
}

static rk_status no_component(const rk_contract *c, const char *arrangement, const char *name,
                              rk_problems *problems)
{
    const rk__arrangement *a = rk__contract_arrangement(c, arrangement);
    const char **names = rk__calloc(a->n_components + 1, sizeof *names);
    if (names == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < a->n_components; i++) {
        names[i] = a->components[i].id;
    }
    const rk_status status = not_found("component", name, names, a->n_components, problems);
    rk__free(names);
    return status;
}

static rk_status no_line(const rk_result *r, const rk_explain_options *options,
                         rk_problems *problems)
{
    size_t n = 0;
    size_t capacity = 0;
    const char **names = NULL;
    for (size_t k = 0; r->n_periods > 0 && k < r->periods[0].n_components; k++) {
        const rk__component_result *c = &r->periods[0].components[k];
        const bool asked = options->component == NULL || strcmp(options->component, c->id) == 0;
        for (size_t i = 0; asked && i < c->n_lines; i++) {
            if (rk__grow((void **) &names, &capacity, n + 2, sizeof *names) != 0) {
                rk__free(names);
                return RK_NO_MEMORY;
            }
            names[n++] = c->lines[i].label;
            names[n] = NULL;
        }
    }
    static const char *none[] = {NULL};
    const rk_status status =
        not_found("line", options->line, names != NULL ? names : none, n, problems);
    rk__free(names);
    return status;
}

/* Every requested component, in every period. */
static rk_status explain_result(explainer *x, rk_result *r, const rk_explain_options *options,
                                rk_problems *problems)
{
    size_t n = 0;
    size_t lines = 0;
    for (size_t p = 0; p < r->n_periods; p++) {
        n += r->periods[p].n_components;
    }
    x->out->steps = rk__arena_alloc(&x->out->arena, (n + 1) * sizeof *x->out->steps);
    if (x->out->steps == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t p = 0; p < r->n_periods; p++) {
        for (size_t k = 0; k < r->periods[p].n_components; k++) {
            const rk__component_result *c = &r->periods[p].components[k];
            if (options->component != NULL && strcmp(options->component, c->id) != 0) {
                continue;
            }
            rk__step *step = &x->out->steps[x->out->n_steps++];
            component_step(x, r, &r->periods[p], c, options->line, step);
            lines += step->n_children;
        }
    }
    if (x->failed) {
        return RK_NO_MEMORY;
    }
    if (x->out->n_steps == 0) {
        return no_component(x->contract, r->arrangement, options->component, problems);
    }
    if (lines == 0 && options->line != NULL) {
        return no_line(r, options, problems);
    }
    return RK_OK;
}

rk_status rk__explain_period(rk_contract *contract, const rk_result *result, const char *period,
                             rk_explanation *out, rk__step *step)
{
    explainer x = {.contract = contract, .out = out};
    for (size_t p = 0; p < result->n_periods && !x.failed; p++) {
        const rk__period_result *r = &result->periods[p];
        if (strcmp(r->id, period) != 0) {
            continue;
        }
        step->children = rk__arena_alloc(&out->arena, (r->n_components + 1) * sizeof(rk__step));
        x.failed |= step->children == NULL;
        for (size_t k = 0; k < r->n_components && !x.failed; k++) {
            component_step(&x, result, r, &r->components[k], NULL,
                           &step->children[step->n_children++]);
        }
    }
    rk__free(x.shown);
    return x.failed ? RK_NO_MEMORY : RK_OK;
}

rk_status rk_explain(rk_contract *contract, const rk_explain_options *asked,
                     rk_explanation **out_explanation, rk_problems *problems)
{
    rk_explain_options o = RK_EXPLAIN_INIT;
    memcpy(&o, asked, asked->size < sizeof o ? asked->size : sizeof o);
    const rk_explain_options *options = &o;
    const rk__arrangement *chosen = options->arrangement != NULL
                                        ? rk__contract_arrangement(contract, options->arrangement)
                                        : &contract->arrangements[contract->chosen];
    *out_explanation = NULL;
    if (chosen == NULL) {
        return rk__no_arrangement(contract, options->arrangement, problems);
    }
    rk_explanation *x = rk__calloc(1, sizeof *x);
    if (x == NULL) {
        return RK_NO_MEMORY;
    }
    x->contract = rk__arena_strdup(&x->arena, contract->id);
    x->title = rk__arena_strdup(&x->arena, contract->title);
    x->arrangement = rk__arena_strdup(&x->arena, chosen->name);
    x->basis = rk__arena_strdup(&x->arena, contract->basis);
    x->currency = rk__arena_strdup(&x->arena, contract->currency);
    rk__evaluation e;
    rk_status status;
    if (options->row > 0 || options->where != NULL) {
        bool known = true;
        status = rk__evaluation_plan(contract, &chosen, 1, &e, problems);
        status = status == RK_OK ? rk__explain_rows(&e, options, x, &known, problems) : status;
        if (status == RK_OK && !known) {
            status = no_component(contract, chosen->name, options->component, problems);
        }
    } else {
        status = rk__evaluate(contract, &chosen, 1, &e, problems);
        if (status == RK_OK) {
            explainer walk = {.contract = contract, .out = x};
            x->total = rk__arena_strdup(&x->arena, rk_result_total(e.results[0]));
            status = explain_result(&walk, e.results[0], options, problems);
            rk__free(walk.shown);
        }
    }
    rk__evaluation_dispose(&e);
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

void rk_explanation_free(rk_explanation *explanation)
{
    if (explanation != NULL) {
        rk__arena_dispose(&explanation->arena);
        rk__free(explanation);
    }
}
