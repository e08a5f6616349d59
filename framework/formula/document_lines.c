/* SPDX-License-Identifier: MIT
 *
 * document_lines.c: what a rule document computes: lets, checks, lines, rows and equations.
 */
#include "formula/document.h"
#include "number/num.h"

#define MOST_REASONS 900

static const char *const line_keys[] = {"each",   "label",  "quantity", "unit", "rate", "factor",
                                        "amount", "source", "if",       "memo", "let",  NULL};
static const char *const check_keys[] = {"if", "code", "text", "hint", "param", NULL};
static const char *const rows_keys[] = {"table",  "group_by", "round",  "let",
                                        "amount", "elements", "refuse", NULL};
static const char *const element_keys[] = {"name", "memo", "help", "value", NULL};
static const char *const refuse_keys[] = {"if", "code", "text", NULL};

/* An expression: a text, or a number as written. */
static bool part_parse(rk__compiler *c, const rk__value *v, const char *what, rk__source *source,
                       rk__expr **expr)
{
    rk_status status = RK_OK;
    if (v->type != RK__JSON_STRING && v->type != RK__JSON_NUMBER) {
        rk__compile_failed(c, rk__json_problem(c->problems, v, RK_WRONG_TYPE,
                                               "write it in quotes: \"a + b\"",
                                               "%s must be an expression, and is %s", what,
                                               rk__json_type_name(v)));
        return false;
    }
    if (!rk__source_take(source, v, what, c->arena)) {
        rk__compile_failed(c, RK_NO_MEMORY);
        return false;
    }
    *expr = rk__expr_parse(source, c->arena, &status, c->problems);
    rk__compile_failed(c, status);
    return *expr != NULL;
}

static void part_of(rk__compiler *c, const rk__scope *scope, const rk__value *object,
                    const char *key, int want, rk__part *out)
{
    const rk__value *const v = rk__json_get(object, key);
    const char *const what = rk__arena_printf(c->arena, "\"%s\"", key);
    uint8_t uses = 0;
    if (rk__json_given(v) && part_parse(c, v, what, &out->source, &out->expr)) {
        rk__compile_failed(c, rk__formula_resolve(scope, &out->source, out->expr, want, &uses));
    }
}

/* ------------------------------------------------------------------------ lets */

static size_t count_lets(const rk__value *root)
{
    const rk__value *const let = rk__json_get(root, "let");
    const rk__value *const lines = rk__json_get(root, "lines");
    const rk__value *const rows = rk__json_get(rk__json_get(root, "rows"), "let");
    size_t n = (let != NULL ? let->count : 0) + (rows != NULL ? rows->count : 0);
    for (const rk__value *v = lines != NULL ? lines->first : NULL; v != NULL; v = v->next) {
        const rk__value *const own = rk__json_get(v, "let");
        n += own != NULL ? own->count : 0;
    }
    return n;
}

static bool name_taken(const rk__formula *f, const char *name)
{
    for (size_t i = 0; i < f->n_params; i++) {
        if (strcmp(f->params[i].name, name) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < f->n_sources; i++) {
        if (strcmp(f->sources[i].name, name) == 0) {
            return true;
        }
    }
    for (size_t i = f->globals.first; i < f->globals.first + f->globals.n; i++) {
        if (strcmp(f->lets[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static rk__lets lets_parse(rk__compiler *c, const rk__value *object)
{
    rk__formula *const f = c->f;
    const rk__value *const let = rk__compile_member(c, object, "let", RK__JSON_OBJECT);
    const rk__lets run = {f->n_lets, 0};
    size_t n = 0;
    for (const rk__value *v = let != NULL ? let->first : NULL; v != NULL; v = v->next) {
        rk__let *const one = &f->lets[f->n_lets];
        if (!rk__expr_is_name(v->key) || name_taken(f, v->key)) {
            rk__compile_failed(
                c, rk__json_key_problem(
                       c->problems, v, rk__expr_is_name(v->key) ? RK_DUPLICATE_ID : RK_OUT_OF_RANGE,
                       "choose another name of letters, digits and _",
                       rk__expr_is_name(v->key) ? "'%s' is the name of another value"
                                                : "'%s' is not a name that an expression can use",
                       v->key));
            continue;
        }
        one->name = rk__compile_copy(c, v->key);
        const char *const what = rk__arena_printf(c->arena, "let '%s'", v->key);
        if (part_parse(c, v, what, &one->source, &one->expr)) {
            f->n_lets++;
            n++;
        }
    }
    return (rk__lets){run.first, n};
}

static void lets_resolve(rk__compiler *c, const rk__scope *scope, rk__lets run)
{
    for (size_t i = run.first; i < run.first + run.n; i++) {
        rk__compile_failed(c, rk__formula_resolve_let(scope, &c->f->lets[i]));
    }
}

/* ---------------------------------------------------------------------- checks */

static const struct {
    const char *word;
    rk_status code;
} codes[] = {{"warning", RK_OK},
             {"conflict", RK_CONFLICT},
             {"missing-key", RK_MISSING_KEY},
             {"out-of-range", RK_OUT_OF_RANGE}};

static void checks_of(rk__compiler *c, const rk__scope *scope, const rk__value *root)
{
    static const char *const words[] = {"warning", "conflict", "missing-key", "out-of-range", NULL};
    const rk__value *const list = rk__compile_member(c, root, "check", RK__JSON_ARRAY);
    if (list == NULL) {
        return;
    }
    c->f->checks = rk__compile_alloc(c, list->count, sizeof *c->f->checks);
    for (const rk__value *v = list->first; v != NULL && c->f->checks != NULL; v = v->next) {
        rk__check_spec *const check = &c->f->checks[c->f->n_checks++];
        rk__compile_keys(c, v, check_keys);
        check->text = rk__compile_text(c, v, "text", true);
        check->hint = rk__compile_text(c, v, "hint", false);
        check->param = rk__compile_text(c, v, "param", false);
        rk__compile_param_name(c, rk__json_get(v, "param"), check->param);
        check->code = codes[rk__compile_word(c, v, "code", words, 1)].code;
        part_of(c, scope, v, "if", RK__EXPR_TRUTH, &check->condition);
        if (check->condition.expr == NULL) {
            rk__compile_failed(c, rk__json_problem(c->problems, v, RK_MISSING_KEY,
                                                   "write \"if\": when it applies",
                                                   "a check needs its condition"));
        }
    }
    c->f->rule.check = rk__formula_check;
}

/* ----------------------------------------------------------------------- lines */

static int each_of(rk__compiler *c, const rk__value *v)
{
    const char *const each = rk__compile_text(c, v, "each", false);
    if (each == NULL) {
        return RK__EACH_ONCE;
    }
    if (strcmp(each, "groups") == 0 && c->f->row_source >= 0) {
        return RK__EACH_GROUPS;
    }
    const char **const names = rk__compile_alloc(c, c->f->n_sources + 1, sizeof *names);
    for (size_t i = 0; i < c->f->n_sources && names != NULL; i++) {
        names[i] = c->f->sources[i].name;
        if (strcmp(names[i], each) == 0) {
            return (int) i;
        }
    }
    const char *const hint =
        rk__compile_hint(c, each, names, "name a table, a list, or \"groups\" of priced rows");
    rk__compile_failed(c, rk__json_problem(c->problems, rk__json_get(v, "each"), RK_UNKNOWN_TABLE,
                                           hint, "there is no table or list '%s'", each));
    return RK__EACH_ONCE;
}

/* A label is a text, or the name of a text of the row. */
static void label_of(rk__compiler *c, const rk__scope *scope, const rk__value *v,
                     rk__line_spec *line)
{
    const rk__value *const label = rk__json_get(v, "label");
    const rk__rows_source *const s = line->each >= 0 ? &c->f->sources[line->each] : NULL;
    bool named = false;
    line->label = rk__compile_text(c, v, "label", line->each != RK__EACH_GROUPS);
    for (int i = 0; s != NULL && line->label != NULL && i < s->n; i++) {
        const char *const name =
            s->list != NULL ? s->list->items[i].name : c->f->columns[s->first + i].name;
        named = named || strcmp(name, line->label) == 0;
    }
    for (size_t i = scope->local.first;
         line->label != NULL && i < scope->local.first + scope->local.n; i++) {
        named = named || strcmp(c->f->lets[i].name, line->label) == 0;
    }
    if (named && label->type == RK__JSON_STRING) {
        part_of(c, scope, v, "label", RK__EXPR_TEXT, &line->label_of);
    }
}

static void line_of(rk__compiler *c, const rk__scope *outer, const rk__value *v,
                    rk__line_spec *line)
{
    rk__scope scope = *outer;
    rk__compile_keys(c, v, line_keys);
    line->each = each_of(c, v);
    line->lets = lets_parse(c, v);
    scope.table = line->each >= 0 ? line->each : -1;
    scope.groups = line->each == RK__EACH_GROUPS;
    scope.local = line->lets;
    lets_resolve(c, &scope, line->lets);
    label_of(c, &scope, v, line);
    line->unit = rk__compile_text(c, v, "unit", false);
    line->note = rk__compile_text(c, v, "source", false);
    line->memo = rk__compile_bool(c, v, "memo");
    part_of(c, &scope, v, "if", RK__EXPR_TRUTH, &line->condition);
    part_of(c, &scope, v, "quantity", RK__EXPR_NUMBER, &line->quantity);
    part_of(c, &scope, v, "rate", RK__EXPR_NUMBER, &line->rate);
    part_of(c, &scope, v, "factor", RK__EXPR_NUMBER, &line->factor);
    part_of(c, &scope, v, "amount", RK__EXPR_NUMBER, &line->amount);
    if (line->quantity.expr == NULL && line->rate.expr == NULL && line->factor.expr == NULL &&
        line->amount.expr == NULL && line->each != RK__EACH_GROUPS) {
        rk__compile_failed(c, rk__json_problem(c->problems, v, RK_MISSING_KEY,
                                               "give \"amount\", or \"quantity\" and \"rate\"",
                                               "the line has no amount"));
    }
}

static void lines_of(rk__compiler *c, const rk__scope *scope, const rk__value *root)
{
    const rk__value *const list = rk__compile_member(c, root, "lines", RK__JSON_ARRAY);
    if (list == NULL) {
        return;
    }
    c->f->lines = rk__compile_alloc(c, list->count, sizeof *c->f->lines);
    for (const rk__value *v = list->first; v != NULL && c->f->lines != NULL; v = v->next) {
        line_of(c, scope, v, &c->f->lines[c->f->n_lines++]);
    }
    for (size_t i = 0; i < c->f->n_lines; i++) {
        const rk__line_spec *const line = &c->f->lines[i];
        if (line->each == RK__EACH_GROUPS) {
            c->f->has_groups = true;
            c->f->rule.flags |= line->quantity.expr != NULL || line->rate.expr != NULL ||
                                        line->factor.expr != NULL || line->amount.expr != NULL ||
                                        line->condition.expr != NULL
                                    ? RK_RULE_PARTIAL_GROUPS
                                    : 0;
        }
    }
    c->f->rule.settle = rk__formula_settle;
}

/* ------------------------------------------------------------------------ rows */

/* Rows know a text only as one of the words that expressions compare it with. */
typedef struct words {
    rk__compiler *c;
    const rk__source *source;
    int column;
    const char **words;
    size_t n;
} words;

static void words_of(words *w, const rk__expr *e)
{
    for (int i = 0; i < e->n; i++) {
        const rk__expr *const a = e->arg[i];
        const rk__expr *const b = e->n == 2 ? e->arg[1 - i] : NULL;
        const bool compares =
            (e->op == RK__OP_EQ || e->op == RK__OP_NE) && b != NULL && b->op == RK__OP_CONSTANT;
        const bool asks = e->op == RK__OP_CALL && e->function == RK__GIVEN;
        if (a->op == RK__OP_CELL && a->type == RK__EXPR_TEXT && a->index == w->column &&
            w->c->f->sources[a->source].list == NULL) {
            if (compares) {
                w->words[w->n++] = b->text;
            } else if (!asks) {
                rk__compile_failed(
                    w->c, rk__expr_problem(w->source, a->at, RK_WRONG_TYPE, w->c->problems,
                                           "write column = 'text'",
                                           "rows can compare a text only with one that is given"));
            }
        }
        words_of(w, a);
    }
}

static size_t count_nodes(const rk__expr *e)
{
    size_t n = 1;
    for (int i = 0; i < e->n; i++) {
        n += count_nodes(e->arg[i]);
    }
    return n;
}

/* Calls words_of for each expression of the rows. */
static void row_words(rk__compiler *c, int column, const rk__part *const *parts, size_t n)
{
    size_t most = 1;
    for (size_t i = 0; i < n; i++) {
        most += parts[i]->expr != NULL ? count_nodes(parts[i]->expr) : 0;
    }
    words w = {.c = c, .column = column, .words = rk__compile_alloc(c, most, sizeof(char *))};
    for (size_t i = 0; i < n && w.words != NULL; i++) {
        w.source = &parts[i]->source;
        if (parts[i]->expr != NULL) {
            words_of(&w, parts[i]->expr);
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < w.n; i++) {
        bool again = false;
        for (size_t k = 0; k < kept; k++) {
            again = again || strcmp(w.words[i], w.words[k]) == 0;
        }
        if (!again) {
            w.words[kept++] = w.words[i];
        }
    }
    if (kept > 0) {
        w.words[kept] = NULL;
        c->f->columns[column].type = RK_COLUMN_CHOICE;
        c->f->columns[column].words = w.words;
    }
}

static void all_row_words(rk__compiler *c)
{
    rk__formula *const f = c->f;
    const size_t n = f->row_lets.n + f->n_elements + f->n_refusals + 1;
    rk__part *const lets = rk__compile_alloc(c, f->row_lets.n + 1, sizeof *lets);
    const rk__part **const parts = rk__compile_alloc(c, n, sizeof *parts);
    if (lets == NULL || parts == NULL) {
        return;
    }
    size_t at = 0;
    for (size_t i = 0; i < f->row_lets.n; i++) {
        const rk__let *const let = &f->lets[f->row_lets.first + i];
        lets[i] = (rk__part){let->source, let->expr};
        parts[at++] = &lets[i];
    }
    for (size_t i = 0; i < f->n_elements; i++) {
        parts[at++] = &f->element_of[i];
    }
    for (size_t i = 0; i < f->n_refusals; i++) {
        parts[at++] = &f->refusals[i].condition;
    }
    parts[at++] = &f->amount;
    const rk__rows_source *const s = &f->sources[f->row_source];
    for (int i = s->first; i < s->first + s->n; i++) {
        if (f->columns[i].type == RK_COLUMN_TEXT) {
            row_words(c, i, parts, at);
        }
    }
}

static void elements_of(rk__compiler *c, const rk__scope *scope, const rk__value *rows)
{
    rk__formula *const f = c->f;
    const rk__value *const list = rk__compile_member(c, rows, "elements", RK__JSON_ARRAY);
    if (list == NULL) {
        return;
    }
    f->elements = rk__compile_alloc(c, list->count + 1, sizeof *f->elements);
    f->element_of = rk__compile_alloc(c, list->count + 1, sizeof *f->element_of);
    for (const rk__value *v = list->first; v != NULL && f->element_of != NULL; v = v->next) {
        rk_element *const e = &f->elements[f->n_elements];
        const bool bare = v->type == RK__JSON_STRING;
        if (!bare) {
            rk__compile_keys(c, v, element_keys);
        }
        e->name = bare ? rk__compile_copy(c, v->text) : rk__compile_text(c, v, "name", true);
        e->name = e->name != NULL ? e->name : "";
        e->flags = !bare && rk__compile_bool(c, v, "memo") ? RK_ELEMENT_MEMO : 0;
        e->help = bare ? NULL : rk__compile_text(c, v, "help", false);
        rk__part *const part = &f->element_of[f->n_elements++];
        const rk__value *const value = bare ? v : rk__json_get(v, "value");
        const rk__value *const at = value != NULL ? value : rk__json_get(v, "name");
        const char *const what = rk__arena_printf(c->arena, "element '%s'", e->name);
        uint8_t uses = 0;
        if (at != NULL && part_parse(c, at, what, &part->source, &part->expr)) {
            rk__compile_failed(
                c, rk__formula_resolve(scope, &part->source, part->expr, RK__EXPR_NUMBER, &uses));
        }
    }
}

static void refusals_of(rk__compiler *c, const rk__scope *scope, const rk__value *rows)
{
    rk__formula *const f = c->f;
    const rk__value *const list = rk__compile_member(c, rows, "refuse", RK__JSON_ARRAY);
    const size_t n = list != NULL ? list->count : 0;
    if (n > MOST_REASONS) {
        rk__compile_failed(c, rk__json_problem(c->problems, list, RK_LIMIT, NULL,
                                               "at most %d refusals can stand here", MOST_REASONS));
        return;
    }
    f->reasons = rk__compile_alloc(c, n + 2, sizeof *f->reasons);
    f->refusals = rk__compile_alloc(c, n + 1, sizeof *f->refusals);
    for (const rk__value *v = n > 0 ? list->first : NULL; v != NULL && f->refusals != NULL;
         v = v->next) {
        rk__compile_keys(c, v, refuse_keys);
        f->reasons[f->n_refusals] =
            (rk_reason){rk__compile_text(c, v, "code", true), rk__compile_text(c, v, "text", true)};
        part_of(c, scope, v, "if", RK__EXPR_TRUTH, &f->refusals[f->n_refusals].condition);
        if (f->refusals[f->n_refusals++].condition.expr == NULL) {
            rk__compile_failed(c, rk__json_problem(c->problems, v, RK_MISSING_KEY,
                                                   "write \"if\": when the row is refused",
                                                   "a refusal needs its condition"));
        }
    }
    if (f->reasons != NULL) {
        f->reasons[n] = (rk_reason){"zero-divisor", "the row would be divided by zero"};
    }
    f->rule.reasons = f->reasons;
}

static void rounding_of(rk__compiler *c, const rk__value *rows)
{
    const char *const round = rk__compile_scalar(c, rows, "round");
    c->f->unit = RK_DECIMAL_PENNY;
    c->f->rule.row_kind = RK_ROWS_ROUNDED;
    if (round != NULL && strcmp(round, "none") == 0) {
        c->f->unit = 0;
        c->f->rule.row_kind = RK_ROWS_EXACT;
    } else if (round != NULL &&
               (rk__decimal_parse(round, strlen(round), &c->f->unit) != RK__DECIMAL_OK ||
                c->f->unit <= 0)) {
        rk__compile_failed(c, rk__json_problem(c->problems, rk__json_get(rows, "round"),
                                               RK_OUT_OF_RANGE, "write \"0.01\" or \"none\"",
                                               "rows cannot be rounded to '%s'", round));
    }
}

static void rows_of(rk__compiler *c, const rk__scope *outer, const rk__value *root)
{
    rk__formula *const f = c->f;
    const rk__value *const rows = rk__compile_member(c, root, "rows", RK__JSON_OBJECT);
    if (rows == NULL) {
        return;
    }
    rk__scope scope = *outer;
    rk__compile_keys(c, rows, rows_keys);
    const char *const table = rk__compile_text(c, rows, "table", true);
    for (size_t i = 0; i < f->n_sources && table != NULL; i++) {
        if (f->sources[i].list == NULL && strcmp(f->sources[i].name, table) == 0) {
            f->row_source = (int) i;
        }
    }
    if (f->row_source < 0) {
        rk__compile_failed(c,
                           rk__json_problem(c->problems, rk__json_get(rows, "table"),
                                            RK_UNKNOWN_TABLE, "declare its columns in \"tables\"",
                                            "the table of rows is not in \"tables\""));
        return;
    }
    f->rule.rows = f->sources[f->row_source].name;
    f->rule.group_by = rk__compile_texts(c, rows, "group_by");
    rk__compile_group_by(c, rk__json_get(rows, "group_by"));
    if (rk__json_get(rows, "amount") == NULL && rk__json_get(rows, "elements") == NULL) {
        if (rk__json_get(rows, "let") != NULL || rk__json_get(rows, "refuse") != NULL) {
            rk__compile_failed(c, rk__json_problem(c->problems, rows, RK_MISSING_KEY,
                                                   "give \"amount\" or \"elements\"",
                                                   "the rows have no amount"));
        }
        return; /* only counted */
    }
    f->rule.price = rk__formula_price;
    f->rule.prepare = rk__formula_prepare;
    f->rule.release = rk__formula_release;
    rounding_of(c, rows);
    f->row_lets = lets_parse(c, rows);
    scope.local = f->row_lets;
    scope.table = f->row_source;
    scope.rows = true;
    lets_resolve(c, &scope, f->row_lets);
    part_of(c, &scope, rows, "amount", RK__EXPR_NUMBER, &f->amount);
    elements_of(c, &scope, rows);
    refusals_of(c, &scope, rows);
    f->rule.elements = f->elements;
    if (c->status == RK_OK) {
        all_row_words(c);
    }
}

/* The document is freed once it is compiled; each source keeps its file, line and column. */
static void forget_document(rk__formula *f)
{
    for (size_t i = 0; i < f->n_lets; i++) {
        f->lets[i].source.at = NULL;
    }
    for (size_t i = 0; i < f->n_checks; i++) {
        f->checks[i].condition.source.at = NULL;
    }
    for (size_t i = 0; i < f->n_lines; i++) {
        rk__line_spec *const line = &f->lines[i];
        line->label_of.source.at = line->condition.source.at = line->quantity.source.at = NULL;
        line->rate.source.at = line->factor.source.at = line->amount.source.at = NULL;
    }
    for (size_t i = 0; i < f->n_elements; i++) {
        f->element_of[i].source.at = NULL;
    }
    for (size_t i = 0; i < f->n_refusals; i++) {
        f->refusals[i].condition.source.at = NULL;
    }
    f->amount.source.at = NULL;
}

void rk__compile_parts(rk__compiler *c, const rk__value *root)
{
    rk__formula *const f = c->f;
    f->lets = rk__compile_alloc(c, count_lets(root) + 1, sizeof *f->lets);
    if (f->lets == NULL) {
        return;
    }
    f->globals = lets_parse(c, root);
    rk__scope scope = {.formula = f,
                       .lets = f->lets,
                       .globals = f->globals,
                       .table = -1,
                       .arena = c->arena,
                       .problems = c->problems};
    rows_of(c, &scope, root);
    lets_resolve(c, &scope, f->globals);
    checks_of(c, &scope, root);
    lines_of(c, &scope, root);
    f->pays = rk__json_get(root, "pays") != NULL ? rk__compile_texts(c, root, "pays") : NULL;
    if (f->pays != NULL && f->equations < 0) {
        rk__compile_failed(c, rk__json_problem(c->problems, rk__json_get(root, "pays"), RK_CONFLICT,
                                               "name their table: \"equations\": \"TABLE\"",
                                               "'pays' lists equations, and the rule has none"));
    }
    if (f->equations >= 0) {
        f->rule.settle = rk__formula_settle;
    }
    if (f->rule.settle == NULL && f->rule.price == NULL) {
        rk__compile_failed(c, rk__json_problem(c->problems, root, RK_MISSING_KEY,
                                               "write \"lines\", \"rows\" or \"equations\"",
                                               "the rule pays nothing"));
    }
    forget_document(f);
}
