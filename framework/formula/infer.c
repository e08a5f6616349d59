/* SPDX-License-Identifier: MIT
 *
 * infer.c: the columns of a table of rows that a document does not declare: the names that its
 * expressions use and that mean nothing else. Each is a required number; `count` is the quantity,
 * and one if it is missing.
 */
#include "formula/document.h"

typedef struct finder {
    rk__compiler *c;
    const rk__value *root, *rows;
    const char *table;
    size_t first;
} finder;

static bool has_member(const rk__value *object, const char *name, size_t length)
{
    for (const rk__value *v = object != NULL ? object->first : NULL; v != NULL; v = v->next) {
        if (v->key != NULL && strlen(v->key) == length && strncmp(v->key, name, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether a name is already one of the document's, or a word of the language. */
static bool is_known(const finder *f, const char *name, size_t length)
{
    const rk__formula *const formula = f->c->f;
    char copy[64];
    if (length >= sizeof copy || has_member(rk__json_get(f->root, "let"), name, length) ||
        has_member(rk__json_get(f->rows, "let"), name, length)) {
        return true;
    }
    memcpy(copy, name, length);
    copy[length] = '\0';
    if (!rk__expr_is_name(copy)) {
        return true;
    }
    for (size_t i = 0; i < formula->n_params; i++) {
        if (formula->params[i].name != NULL && strcmp(formula->params[i].name, copy) == 0) {
            return true;
        }
    }
    for (size_t i = f->first; i < formula->n_columns; i++) {
        if (strcmp(formula->columns[i].name, copy) == 0) {
            return true;
        }
    }
    return false;
}

static void add_column(finder *f, const char *name, size_t length)
{
    rk__formula *const formula = f->c->f;
    const char *const copy = rk__arena_copy(f->c->arena, name, length);
    if (copy == NULL || formula->n_columns - f->first >= RK__INFERRED_MAX) {
        rk__compile_failed(f->c, copy == NULL ? RK_NO_MEMORY : RK_OK);
        return; /* a name too many is unknown when it is resolved */
    }
    const bool count = strcmp(copy, "count") == 0;
    formula->columns[formula->n_columns++] = (rk_column){.table = f->table,
                                                         .name = copy,
                                                         .type = RK_COLUMN_DECIMAL,
                                                         .flags = count ? RK_QUANTITY : RK_REQUIRED,
                                                         .default_value = count ? "1" : NULL};
}

/* The plain names of an expression: not calls, not table.column, not what is in quotes. */
static void scan(finder *f, const rk__value *v)
{
    const char *at = v != NULL && v->type == RK__JSON_STRING ? v->text : "";
    while (*at != '\0') {
        if (*at == '\'' || *at == '"') {
            const char *const end = strchr(at + 1, *at);
            at = end != NULL ? end + 1 : at + strlen(at);
            continue;
        }
        const size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                                         "0123456789.");
        const bool number = (*at >= '0' && *at <= '9') || *at == '.';
        const size_t gap = strspn(at + length, " ");
        if (length > 0 && !number && at[length + gap] != '(' && memchr(at, '.', length) == NULL &&
            !is_known(f, at, length)) {
            add_column(f, at, length);
        }
        at += length > 0 ? length : 1;
    }
}

void rk__compile_infer(rk__compiler *c, const rk__value *root)
{
    rk__formula *const formula = c->f;
    const rk__value *const rows = rk__json_get(root, "rows");
    const rk__value *const table = rk__json_get(rows, "table");
    if (table == NULL || table->type != RK__JSON_STRING ||
        rk__json_get(rk__json_get(root, "tables"), table->text) != NULL) {
        return;
    }
    finder f = {.c = c,
                .root = root,
                .rows = rows,
                .table = rk__compile_copy(c, table->text),
                .first = formula->n_columns};
    const rk__value *const let = rk__json_get(rows, "let");
    const rk__value *const elements = rk__json_get(rows, "elements");
    const rk__value *const refuse = rk__json_get(rows, "refuse");
    for (const rk__value *v = let != NULL ? let->first : NULL; v != NULL; v = v->next) {
        scan(&f, v);
    }
    scan(&f, rk__json_get(rows, "amount"));
    for (const rk__value *v = elements != NULL ? elements->first : NULL; v != NULL; v = v->next) {
        scan(&f, v->type == RK__JSON_OBJECT ? rk__json_get(v, "value") : v);
    }
    for (const rk__value *v = refuse != NULL ? refuse->first : NULL; v != NULL; v = v->next) {
        scan(&f, rk__json_get(v, "if"));
    }
    if (formula->n_columns > f.first && f.table != NULL) {
        formula->sources[formula->n_sources++] = (rk__rows_source){
            .name = f.table, .first = (int) f.first, .n = (int) (formula->n_columns - f.first)};
    }
}
