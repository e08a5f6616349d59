/* SPDX-License-Identifier: MIT
 *
 * resolve.c: what the names of an expression mean, and whether its types fit.
 */
#include <stdio.h>

#include "base/names.h"
#include "formula/resolve.h"

static const char *type_word(int type)
{
    return type == RK__EXPR_NUMBER  ? "a number"
           : type == RK__EXPR_TRUTH ? "TRUE or FALSE"
                                    : "a text";
}

bool rk__resolve_wrong(rk__resolver *r, uint32_t at, rk_status status, const char *hint,
                       const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    (void) vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (r->status == RK_OK) {
        r->status =
            rk__expr_problem(r->source, at, status, r->scope->problems, hint, "%s", message);
    }
    return false;
}

bool rk__resolve_need(rk__resolver *r, rk__expr *e, int type)
{
    if (!rk__resolve(r, e)) {
        return false;
    }
    if (e->type != type) {
        return rk__resolve_wrong(r, e->at, RK_WRONG_TYPE, "compare it, or use another value",
                                 "this must be %s, and is %s", type_word(type), type_word(e->type));
    }
    return true;
}

/* --------------------------------------------------------------------- names */

int rk__source_of(const rk__formula *f, const char *name, size_t length)
{
    for (size_t i = 0; i < f->n_sources; i++) {
        if (strlen(f->sources[i].name) == length &&
            strncmp(f->sources[i].name, name, length) == 0) {
            return (int) i;
        }
    }
    return -1;
}

int rk__column_of(const rk__formula *f, int source, const char *name)
{
    const rk__rows_source *const s = &f->sources[source];
    for (int i = 0; i < s->n; i++) {
        const char *const other =
            s->list != NULL ? s->list->items[i].name : f->columns[s->first + i].name;
        if (strcmp(other, name) == 0) {
            return s->list != NULL ? i : s->first + i;
        }
    }
    return -1;
}

int rk__param_kind(rk_param_type type)
{
    switch (type) {
    case RK_PARAM_TEXT:
    case RK_PARAM_ENUM:
        return RK__EXPR_TEXT;
    case RK_PARAM_BOOL:
        return RK__EXPR_TRUTH;
    default:
        return RK__EXPR_NUMBER;
    }
}

int rk__column_kind(rk_column_type type)
{
    return type == RK_COLUMN_BOOL ? RK__EXPR_TRUTH
           : type == RK_COLUMN_TEXT || type == RK_COLUMN_CHOICE || type == RK_COLUMN_DATE
               ? RK__EXPR_TEXT
               : RK__EXPR_NUMBER;
}

static bool set_cell(rk__resolver *r, rk__expr *e, int source, int column)
{
    const rk__scope *const s = r->scope;
    const rk__rows_source *const from = &s->formula->sources[source];
    e->op = RK__OP_CELL;
    e->source = source;
    e->index = column;
    e->type = (uint8_t) (from->list != NULL ? rk__param_kind(from->list->items[column].type)
                                            : rk__column_kind(s->formula->columns[column].type));
    e->total = r->total == source;
    const bool current = s->table == source;
    if (!e->total && !current) {
        return rk__resolve_wrong(
            r, e->at, RK_OUT_OF_RANGE,
            "add it up with SUM, find one row with LOOKUP, or use it in a line of each row",
            "'%s' has a value for each row of '%s', and no row is meant here", e->text, from->name);
    }
    if (s->rows && source != s->formula->row_source && from->list == NULL) {
        return rk__resolve_wrong(
            r, e->at, RK_OUT_OF_RANGE,
            "declare the column in the table of rows with \"lookup\": the host joins",
            "rows cannot read the table '%s'", from->name);
    }
    if (!s->rows && from->list == NULL && source == s->formula->row_source &&
        s->formula->rule.price != NULL) {
        return rk__resolve_wrong(
            r, e->at, RK_OUT_OF_RANGE, "make it an element, and use rows.ELEMENT",
            "the rows of '%s' are priced one by one; only their totals are known here", from->name);
    }
    r->uses |= (uint8_t) (from->list != NULL ? 0 : RK__USES_TABLES);
    r->uses |= (uint8_t) (e->total ? 0 : RK__USES_ROW);
    return true;
}

static int find_param(const rk__formula *f, const char *name)
{
    for (size_t i = 0; i < f->n_params; i++) {
        if (strcmp(f->params[i].name, name) == 0 && f->params[i].type != RK_PARAM_LIST) {
            return (int) i;
        }
    }
    return -1;
}

static long find_let(const rk__scope *s, const char *name, bool local)
{
    const rk__lets run = local ? s->local : s->globals;
    for (size_t i = run.first; i < run.first + run.n; i++) {
        if (strcmp(s->lets[i].name, name) == 0) {
            return (long) i;
        }
    }
    if (!local && s->names != NULL) {
        const size_t found = rk__names_find(s->names, name);
        return found == RK__NAMES_NONE ? -1 : (long) (s->more.first + found);
    }
    return -1;
}

static bool set_global(rk__resolver *r, rk__expr *e, int global, int type, uint8_t uses)
{
    e->op = RK__OP_GLOBAL;
    e->function = (uint8_t) global;
    e->type = (uint8_t) type;
    e->total = uses == RK__USES_ROW;
    r->uses |= uses;
    return true;
}

/* rows.quantity, group.amount, period.start, of */
static bool known_global(rk__resolver *r, rk__expr *e)
{
    const rk__scope *const s = r->scope;
    const rk__formula *const f = s->formula;
    const bool group = strncmp(e->text, "group.", 6) == 0 && s->groups;
    const char *const point = strchr(e->text, '.');
    if (strcmp(e->text, "of") == 0 && f->rule.of_use != RK_OF_NONE && !s->rows) {
        return set_global(r, e, RK__GLOBAL_OF, RK__EXPR_NUMBER, RK__USES_OF);
    }
    if (strcmp(e->text, "period.start") == 0 || strcmp(e->text, "period.end") == 0) {
        return set_global(r, e, point[1] == 's' ? RK__GLOBAL_START : RK__GLOBAL_END, RK__EXPR_TEXT,
                          0);
    }
    if (point == NULL || s->rows || f->row_source < 0 ||
        (!group && strncmp(e->text, "rows.", 5) != 0)) {
        return false;
    }
    const uint8_t uses = group ? RK__USES_ROW : RK__USES_ROWS;
    if (strcmp(point + 1, "quantity") == 0) {
        return set_global(r, e, RK__GLOBAL_QUANTITY, RK__EXPR_NUMBER, uses);
    }
    if (strcmp(point + 1, "amount") == 0 && f->rule.price != NULL) {
        return set_global(r, e, RK__GLOBAL_AMOUNT, RK__EXPR_NUMBER, uses);
    }
    for (size_t i = 0; i < f->n_elements; i++) {
        if (strcmp(point + 1, f->elements[i].name) == 0) {
            e->index = (int32_t) i;
            return set_global(r, e, RK__GLOBAL_ELEMENT, RK__EXPR_NUMBER, uses);
        }
    }
    return false;
}

/* A name with a point whose first part is no table or list. */
static bool unknown_table(rk__resolver *r, const rk__expr *e, const char *point)
{
    const rk__scope *const s = r->scope;
    const rk__formula *const f = s->formula;
    const char **const names = rk__arena_alloc(s->arena, (f->n_sources + 1) * sizeof *names);
    const char *const given = rk__arena_copy(s->arena, e->text, (size_t) (point - e->text));
    char hint[200] = "name it in \"let\", \"params\" or a table's columns";
    if (names == NULL || given == NULL) {
        r->status = RK_NO_MEMORY;
        return false;
    }
    for (size_t i = 0; i < f->n_sources; i++) {
        names[i] = f->sources[i].name;
    }
    const char *const nearest = rk__nearest(given, names);
    if (nearest != NULL) {
        (void) snprintf(hint, sizeof hint, "did you mean the table '%.60s'?", nearest);
    }
    return rk__resolve_wrong(r, e->at, RK_UNKNOWN_KEY, hint, "unknown name '%s'", e->text);
}

bool rk__resolve_unknown(rk__resolver *r, const rk__expr *e)
{
    const rk__scope *const s = r->scope;
    const rk__formula *const f = s->formula;
    const size_t most = f->n_params + f->n_columns + s->globals.n + s->local.n + 1;
    const char **const names = rk__arena_alloc(s->arena, most * sizeof *names);
    char hint[160] = "name it in \"let\", \"params\" or a table's columns";
    size_t n = 0;
    if (names == NULL) {
        r->status = RK_NO_MEMORY;
        return false;
    }
    const char *const point = strchr(e->text, '.');
    const int source = point != NULL ? rk__source_of(f, e->text, (size_t) (point - e->text)) : -1;
    for (size_t i = 0; i < f->n_params && point == NULL; i++) {
        names[n++] = f->params[i].name;
    }
    for (size_t i = 0; i < s->globals.n && point == NULL; i++) {
        names[n++] = s->lets[s->globals.first + i].name;
    }
    for (size_t i = 0; i < s->local.n && point == NULL; i++) {
        names[n++] = s->lets[s->local.first + i].name;
    }
    const int table = point != NULL ? source : s->table;
    for (int i = 0; table >= 0 && f->sources[table].list == NULL && i < f->sources[table].n; i++) {
        names[n++] = f->columns[f->sources[table].first + i].name;
    }
    if (point != NULL && source < 0) {
        return unknown_table(r, e, point);
    }
    const char *const nearest =
        rk__nearest(point != NULL && source >= 0 ? point + 1 : e->text, names);
    if (nearest != NULL) {
        (void) snprintf(hint, sizeof hint, "did you mean '%s%s'?",
                        point != NULL && source >= 0 ? f->sources[source].name : "", nearest);
        if (point != NULL && source >= 0) {
            (void) snprintf(hint, sizeof hint, "did you mean '%s.%s'?", f->sources[source].name,
                            nearest);
        }
    }
    return rk__resolve_wrong(r, e->at, RK_UNKNOWN_KEY, hint, "unknown name '%s'", e->text);
}

static bool use_let(rk__resolver *r, rk__expr *e, size_t index)
{
    rk__let *const let = &r->scope->lets[index];
    if (let->state == 1) {
        return rk__resolve_wrong(r, e->at, RK_CYCLE,
                                 "break the circle: one of them must not use the others",
                                 "'%s' depends on itself", let->name);
    }
    const rk_status status = rk__formula_resolve_let(r->scope, let);
    if (status != RK_OK) {
        r->status = status;
        return false;
    }
    if (r->scope->rows && (let->uses & (RK__USES_OF | RK__USES_ROWS)) != 0) {
        return rk__resolve_wrong(r, e->at, RK_OUT_OF_RANGE,
                                 "rows can use parameters, tables and their own columns",
                                 "'%s' is known only when the component is settled", let->name);
    }
    e->op = RK__OP_LET;
    e->index = (int32_t) index;
    e->type = let->type;
    r->uses |= let->uses;
    return true;
}

static bool resolve_name(rk__resolver *r, rk__expr *e)
{
    const rk__scope *const s = r->scope;
    const rk__formula *const f = s->formula;
    const char *const point = strchr(e->text, '.');
    if (point != NULL) {
        if (strncmp(e->text, "params.", 7) == 0 && find_param(f, point + 1) >= 0) {
            e->op = RK__OP_PARAM;
            e->index = find_param(f, point + 1);
            e->type = (uint8_t) rk__param_kind(f->params[e->index].type);
            return true;
        }
        const int source = rk__source_of(f, e->text, (size_t) (point - e->text));
        const int column = source >= 0 ? rk__column_of(f, source, point + 1) : -1;
        if (column >= 0) {
            return set_cell(r, e, source, column);
        }
        return known_global(r, e) || (r->status == RK_OK && rk__resolve_unknown(r, e));
    }
    const long local = find_let(s, e->text, true);
    const int column = local < 0 && s->table >= 0 ? rk__column_of(f, s->table, e->text) : -1;
    const long global = find_let(s, e->text, false);
    const int param = find_param(f, e->text);
    if (column >= 0 && (global >= 0 || param >= 0)) {
        return rk__resolve_wrong(r, e->at, RK_CONFLICT, "write table.column, or params.name",
                                 "'%s' is a column of '%s' and the name of another value", e->text,
                                 f->sources[s->table].name);
    }
    if (local >= 0) {
        return use_let(r, e, (size_t) local);
    }
    if (column >= 0) {
        const int total = r->total;
        r->total = -1; /* a bare name is of the current row, even inside SUM */
        const bool ok = set_cell(r, e, s->table, column);
        r->total = total;
        return ok;
    }
    if (global >= 0) {
        return use_let(r, e, (size_t) global);
    }
    if (param >= 0) {
        e->op = RK__OP_PARAM;
        e->index = param;
        e->type = (uint8_t) rk__param_kind(f->params[param].type);
        return true;
    }
    return known_global(r, e) || (r->status == RK_OK && rk__resolve_unknown(r, e));
}

/* The words that a value is one of; NULL if it is any text. */
static const char *const *words_of(const rk__scope *s, const rk__expr *e, int depth)
{
    const rk__formula *const f = s->formula;
    if (e->op == RK__OP_LET && s->lets[e->index].expr != NULL && depth < RK__FORMULA_DEPTH) {
        return words_of(s, s->lets[e->index].expr, depth + 1);
    }
    if (e->op == RK__OP_PARAM) {
        const rk_param *const p = &f->params[e->index];
        return p->type == RK_PARAM_ENUM ? p->words : NULL;
    }
    const bool looked_up = e->op == RK__OP_CALL && e->function == RK__LOOKUP;
    if (e->op != RK__OP_CELL && !looked_up) {
        return NULL;
    }
    if (f->sources[e->source].list != NULL) {
        const rk_param *const item = &f->sources[e->source].list->items[e->index];
        return item->type == RK_PARAM_ENUM ? item->words : NULL;
    }
    /* Elsewhere than in rows, their texts may have become choices of what the rows compare. */
    const bool of_rows = e->source == f->row_source && f->rule.price != NULL && !s->rows;
    const rk_column *const column = &f->columns[e->index];
    return column->type == RK_COLUMN_CHOICE && !of_rows ? column->words : NULL;
}

/* A word that is compared with a value must be one that the value can have. */
static bool known_word(rk__resolver *r, const char *const *words, const char *name,
                       const rk__expr *word)
{
    char hint[200] = "write one of the words that it can be";
    if (words == NULL || word->op != RK__OP_CONSTANT || word->type != RK__EXPR_TEXT) {
        return true;
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word->text) == 0) {
            return true;
        }
    }
    const char *const nearest = rk__nearest(word->text, words);
    if (nearest != NULL) {
        (void) snprintf(hint, sizeof hint, "did you mean '%.60s'?", nearest);
    } else if (words[0] != NULL) {
        size_t n = (size_t) snprintf(hint, sizeof hint, "write one of its words: ");
        for (size_t i = 0; words[i] != NULL && n < sizeof hint; i++) {
            n += (size_t) snprintf(hint + n, sizeof hint - n, i == 0 ? "%s" : ", %s", words[i]);
        }
        if (n >= sizeof hint) {
            (void) snprintf(hint, sizeof hint, "write one of the words that it can be");
        }
    }
    const char *const quote = name != NULL ? "'" : "";
    return rk__resolve_wrong(r, word->at, RK_OUT_OF_RANGE, hint,
                             "'%.60s' is not a word of %s%.60s%s", word->text, quote,
                             name != NULL ? name : "the value", quote);
}

static bool known_value(rk__resolver *r, const rk__expr *value, const rk__expr *word)
{
    return known_word(r, words_of(r->scope, value, 0), value->text, word);
}

/* Whether two lists of words have one in common; of any text, always. */
static bool share_a_word(const char *const *a, const char *const *b)
{
    bool shared = a == NULL || b == NULL;
    for (size_t i = 0; !shared && a[i] != NULL; i++) {
        for (size_t k = 0; !shared && b[k] != NULL; k++) {
            shared = strcmp(a[i], b[k]) == 0;
        }
    }
    return shared;
}

bool rk__resolve_key(rk__resolver *r, const rk_column *column, const rk__expr *key)
{
    const char *const *const words = column->type == RK_COLUMN_CHOICE ? column->words : NULL;
    if (!share_a_word(words, words_of(r->scope, key, 0))) {
        return rk__resolve_wrong(r, key->at, RK_OUT_OF_RANGE, "look up by a value that it can have",
                                 "no word of this value is a word of the key '%s'", column->name);
    }
    return known_word(r, words, column->name, key);
}

static bool resolve_comparison(rk__resolver *r, rk__expr *e)
{
    const bool equality = e->op == RK__OP_EQ || e->op == RK__OP_NE;
    if (!rk__resolve(r, e->arg[0]) || !rk__resolve_need(r, e->arg[1], e->arg[0]->type)) {
        return false;
    }
    if (!equality && e->arg[0]->type != RK__EXPR_NUMBER) {
        return rk__resolve_wrong(r, e->at, RK_WRONG_TYPE, "compare texts with = or <>",
                                 "only numbers are smaller or larger than others");
    }
    e->type = RK__EXPR_TRUTH;
    return known_value(r, e->arg[0], e->arg[1]) && known_value(r, e->arg[1], e->arg[0]);
}

bool rk__resolve(rk__resolver *r, rk__expr *e)
{
    switch (e->op) {
    case RK__OP_CONSTANT:
    case RK__OP_PARAM:
    case RK__OP_LET:
    case RK__OP_CELL:
    case RK__OP_GLOBAL:
        return true;
    case RK__OP_NAME:
        return resolve_name(r, e);
    case RK__OP_EQ:
    case RK__OP_NE:
    case RK__OP_LT:
    case RK__OP_LE:
    case RK__OP_GT:
    case RK__OP_GE:
        return resolve_comparison(r, e);
    case RK__OP_AND:
    case RK__OP_OR:
    case RK__OP_NOT:
        e->type = RK__EXPR_TRUTH;
        return rk__resolve_need(r, e->arg[0], RK__EXPR_TRUTH) &&
               (e->n == 1 || rk__resolve_need(r, e->arg[1], RK__EXPR_TRUTH));
    case RK__OP_CALL:
        return rk__resolve_call(r, e);
    default:
        e->type = RK__EXPR_NUMBER;
        return rk__resolve_need(r, e->arg[0], RK__EXPR_NUMBER) &&
               (e->n == 1 || rk__resolve_need(r, e->arg[1], RK__EXPR_NUMBER));
    }
}

rk_status rk__formula_resolve(const rk__scope *scope, const rk__source *source, rk__expr *e,
                              int want, uint8_t *uses)
{
    rk__resolver r = {.scope = scope, .source = source, .total = -1};
    const bool ok = want != 0 ? rk__resolve_need(&r, e, want) : rk__resolve(&r, e);
    *uses = r.uses;
    return ok ? RK_OK : r.status != RK_OK ? r.status : RK_NO_MEMORY;
}

rk_status rk__formula_resolve_let(const rk__scope *scope, rk__let *let)
{
    if (let->state >= 2) {
        return let->state == 2 ? RK_OK : RK_SYNTAX; /* its problem was added */
    }
    if (let->expr == NULL) { /* an input */
        let->type = RK__EXPR_NUMBER;
        let->uses = RK__USES_TABLES;
        let->state = 2;
        return RK_OK;
    }
    const size_t index = (size_t) (let - scope->lets);
    rk__scope wider = *scope;
    if (index >= scope->globals.first && index < scope->globals.first + scope->globals.n) {
        wider.local = (rk__lets){0};
        wider.table = -1;
        wider.rows = wider.groups = false;
    }
    if (++wider.depth > RK__FORMULA_DEPTH) {
        return rk__expr_problem(&let->source, 0, RK_LIMIT, scope->problems,
                                "write names before those that use them",
                                "more than %d names use one another in turn", RK__FORMULA_DEPTH);
    }
    let->state = 1;
    const rk_status status = rk__formula_resolve(&wider, &let->source, let->expr, 0, &let->uses);
    let->type = let->expr->type;
    let->state = status == RK_OK ? 2 : 3;
    return status;
}
