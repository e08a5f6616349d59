/* SPDX-License-Identifier: MIT
 *
 * equations.c: named equations that are data: rows of a table with a name and a formula.
 */
#include "base/names.h"
#include "base/nearest.h"
#include "formula/settle.h"

/* The parameter `pays`: names with commas between; NULL if the document lists them itself. */
static const char *pays_given(const rk__settling *s)
{
    const rk__formula *const f = s->ev.formula;
    const char *text = NULL;
    for (size_t i = 0; i < f->n_params && f->pays == NULL; i++) {
        const rk_param *const p = &f->params[i];
        if (strcmp(p->name, "pays") == 0 && p->type == RK_PARAM_TEXT) {
            memcpy(&text, (const char *) s->ev.params + p->offset, sizeof text);
        }
    }
    return text;
}

/* The next name of such a text, which moves on to its end; its length, 0 after the last. */
static size_t next_name(const char **at)
{
    *at += *at != NULL ? strspn(*at, ", ") : 0;
    return *at != NULL ? strcspn(*at, ", ") : 0;
}

/* Whether the document or the parameter lists a name. */
static bool is_paid(const rk__settling *s, const char *name)
{
    const rk__formula *const f = s->ev.formula;
    for (const char *const *p = f->pays; p != NULL && *p != NULL; p++) {
        if (strcmp(*p, name) == 0) {
            return true;
        }
    }
    const char *at = pays_given(s);
    for (size_t n = next_name(&at); n > 0; at += n, n = next_name(&at)) {
        if (n == strlen(name) && strncmp(at, name, n) == 0) {
            return true;
        }
    }
    return false;
}

/* What is taken from the tables. */
typedef struct taken {
    rk__let *lets; /* all; the new ones follow the document's */
    const char **names;
    size_t n; /* new ones */
    rk_problems *problems;
} taken;

static void take_row(rk__settling *s, taken *t, int source, size_t row, const char *name,
                     const char *text)
{
    const rk__formula *const f = s->ev.formula;
    rk__let *const let = &t->lets[f->n_lets + t->n];
    rk_status status = RK_OK;
    if (!rk__expr_is_name(name)) {
        s->status = rk__problem(t->problems, RK_OUT_OF_RANGE, NULL, "use letters, digits and _",
                                "row %zu of table '%s': '%.60s' cannot be the name of a value",
                                row + 1, f->sources[source].name, name);
        return;
    }
    *let = (rk__let){.name = name, .row = row};
    t->names[t->n++] = name;
    if (text == NULL) {
        return;
    }
    let->pays = is_paid(s, name);
    let->source =
        (rk__source){.text = text,
                     .what = rk__arena_printf(&s->arena, "equation '%s' (row %zu of '%s')", name,
                                              row + 1, f->sources[source].name),
                     .line = (uint32_t) row + 1,
                     .column = 1};
    let->expr = rk__expr_parse(&let->source, &s->arena, &status, t->problems);
    s->status = status;
}

static void take_table(rk__settling *s, taken *t, int source, int name_column, int formula_column)
{
    const rk_host *const h = s->ev.h;
    const size_t rows = source >= 0 ? rk__eval_n_rows(&s->ev, source) : 0;
    for (size_t i = 0; i < rows && s->status == RK_OK; i++) {
        const char *const name = h->cell_text(h, name_column, i);
        const char *const text = formula_column >= 0 ? h->cell_text(h, formula_column, i) : NULL;
        if (name != NULL && (formula_column < 0 || text != NULL)) {
            take_row(s, t, source, i, name, text); /* others are listed as unpriced */
        }
    }
}

/* Only equations are paid. */
static void check_paid(rk__settling *s, const taken *t, const rk__names *names, const char *name,
                       const char *param)
{
    const rk_host *const h = s->ev.h;
    const size_t found = name != NULL ? rk__names_find(names, name) : RK__NAMES_NONE;
    const char **const others = rk__arena_alloc(&s->arena, (t->n + 1) * sizeof *others);
    size_t n = 0;
    if (found != RK__NAMES_NONE && t->lets[s->ev.formula->n_lets + found].expr != NULL) {
        return;
    }
    if (name == NULL || others == NULL) {
        s->status = RK_NO_MEMORY;
        return;
    }
    for (size_t i = 0; i < t->n; i++) {
        if (t->lets[s->ev.formula->n_lets + i].expr != NULL) {
            others[n++] = t->names[i];
        }
    }
    others[n] = NULL;
    const char *const nearest = rk__nearest(name, others);
    const char *const hint = nearest != NULL
                                 ? rk__arena_printf(&s->arena, "did you mean '%.60s'?", nearest)
                                 : "name an equation of the table";
    s->status = RK_UNKNOWN_KEY;
    h->problem(h, RK_UNKNOWN_KEY, param, hint,
               "rule '%s', \"pays\" names '%.60s', and no equation has that name",
               s->ev.formula->rule.id, name);
}

/* Each name is there once; each that is paid exists. */
static void check_names(rk__settling *s, const taken *t, const rk__names *names)
{
    const rk__formula *const f = s->ev.formula;
    for (size_t i = 0; i < t->n && s->status == RK_OK; i++) {
        bool twice = rk__names_find(names, t->names[i]) != i;
        for (size_t k = 0; k < f->globals.n; k++) {
            twice = twice || strcmp(f->lets[f->globals.first + k].name, t->names[i]) == 0;
        }
        for (size_t k = 0; k < f->n_params; k++) {
            twice = twice || strcmp(f->params[k].name, t->names[i]) == 0;
        }
        if (twice) {
            s->status = rk__problem(t->problems, RK_DUPLICATE_ID, NULL, "give each its own name",
                                    "two values have the name '%.60s'", t->names[i]);
        }
    }
    for (const char *const *p = f->pays; p != NULL && *p != NULL && s->status == RK_OK; p++) {
        check_paid(s, t, names, *p, NULL);
    }
    const char *at = pays_given(s);
    for (size_t n = next_name(&at); n > 0 && s->status == RK_OK; at += n, n = next_name(&at)) {
        check_paid(s, t, names, rk__arena_copy(&s->arena, at, n), "pays");
    }
}

static void resolve_all(rk__settling *s, const taken *t, const rk__names *names)
{
    const rk__formula *const f = s->ev.formula;
    const rk__scope scope = {.formula = f,
                             .lets = t->lets,
                             .globals = f->globals,
                             .more = {f->n_lets, t->n},
                             .names = names,
                             .table = -1,
                             .arena = &s->arena,
                             .problems = t->problems};
    for (size_t i = 0; i < t->n && s->status == RK_OK; i++) {
        rk__let *const let = &t->lets[f->n_lets + i];
        s->status = rk__formula_resolve_let(&scope, let);
        if (s->status == RK_OK && let->type != RK__EXPR_NUMBER) {
            s->status =
                rk__expr_problem(&let->source, 0, RK_WRONG_TYPE, t->problems,
                                 "write IF(condition, 1, 0)", "an equation must be a number");
        }
    }
}

void rk__equations_take(rk__settling *s)
{
    const rk__formula *const f = s->ev.formula;
    const rk_host *const h = s->ev.h;
    const size_t most = (f->inputs >= 0 ? rk__eval_n_rows(&s->ev, f->inputs) : 0) +
                        (f->equations >= 0 ? rk__eval_n_rows(&s->ev, f->equations) : 0);
    rk__names names = {0};
    if (most > RK__FORMULA_EQUATIONS) {
        h->problem(h, RK_LIMIT, NULL, "cut the contract into several",
                   "rule '%s': more than %d equations and inputs", f->rule.id,
                   RK__FORMULA_EQUATIONS);
        s->status = RK_LIMIT;
        return;
    }
    taken t = {.lets = rk__arena_alloc(&s->arena, (f->n_lets + most + 1) * sizeof *t.lets),
               .names = rk__arena_alloc(&s->arena, (most + 1) * sizeof *t.names),
               .problems = rk_problems_new()};
    if (t.lets == NULL || t.names == NULL || t.problems == NULL) {
        s->status = RK_NO_MEMORY;
    } else {
        memcpy(t.lets, f->lets, f->n_lets * sizeof *t.lets);
        take_table(s, &t, f->inputs, f->input_name, -1);
        take_table(s, &t, f->equations, f->name_column, f->formula_column);
        if (s->status == RK_OK && !rk__names_make(&names, t.names, t.n, &s->arena)) {
            s->status = RK_NO_MEMORY;
        }
        check_names(s, &t, &names);
        resolve_all(s, &t, &names);
        s->ev.lets = t.lets;
        s->n_lets = f->n_lets + t.n;
    }
    const rk_problem *const p =
        s->status != RK_OK && t.problems != NULL ? rk__problems_error(t.problems) : NULL;
    if (p != NULL && p->line > 0) {
        h->problem_row(h, p->status, f->formula_column, p->line - 1, p->hint, "rule '%s', %s",
                       f->rule.id, p->message);
    } else if (p != NULL) {
        h->problem(h, p->status, NULL, p->hint, "rule '%s', %s", f->rule.id, p->message);
    }
    rk_problems_free(t.problems);
}

void rk__equation_write(rk__settling *s, const rk__let *let)
{
    rk__eval *const ev = &s->ev;
    if (let->expr == NULL) {
        return; /* an input */
    }
    const size_t index = (size_t) (let - ev->lets);
    const rk__expr name = {.op = RK__OP_LET, .index = (int32_t) index, .text = let->name};
    const rk__result_value v = rk__eval_expr(ev, &let->source, &name);
    if (ev->fault.status == RK_OK && v.missing) {
        const rk__expr *const at = ev->missing != NULL ? ev->missing : &name;
        ev->source = ev->missing != NULL ? ev->missing_in : &let->source;
        (void) rk__eval_fail(ev, at->at, RK_MISSING_KEY,
                             "give it a value, or write IF(GIVEN(x), x, 0)",
                             "'%.60s' has no value here", at->text != NULL ? at->text : "LOOKUP");
    }
    if (ev->fault.status == RK_OK) {
        s->status = ev->h->line(
            ev->h, &(rk_line){.label = let->name, .rate = v.number, .memo = !let->pays});
    }
}
