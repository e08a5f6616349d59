/* SPDX-License-Identifier: MIT
 *
 * document_tables.c: the parameters and columns that a rule document declares.
 */
#include "formula/document.h"
#include "number/num.h"

#define MOST_ENTRIES 255

static const char *const param_keys[] = {"name",    "type",   "required", "per_time", "nullable",
                                         "default", "min",    "max",      "unit",     "words",
                                         "items",   "object", "help",     NULL};
static const char *const param_types[] = {"text",  "bool", "integer", "decimal", "exact",
                                          "ratio", "enum", "list",    NULL};
static const char *const column_keys[] = {
    "name",  "type",   "required",        "per_time", "quantity", "default", "unit",
    "words", "lookup", "optional_lookup", "key_only", "help",     NULL};
static const char *const column_types[] = {"decimal", "integer", "bool",   "ratio", "choice",
                                           "text",    "date",    "factor", NULL};
static const char *const table_keys[] = {"columns", "key", NULL};

/* A name that expressions can use. */
static const char *name_of(rk__compiler *c, const rk__value *object)
{
    const char *const name = rk__compile_text(c, object, "name", true);
    if (name != NULL && !rk__expr_is_name(name)) {
        rk__compile_failed(c,
                           rk__json_problem(c->problems, rk__json_get(object, "name"),
                                            RK_OUT_OF_RANGE, "use letters, digits and _",
                                            "'%s' is not a name that an expression can use", name));
    }
    return name != NULL ? name : ""; /* after a problem */
}

static bool is_object(rk__compiler *c, const rk__value *v)
{
    if (v->type != RK__JSON_OBJECT) {
        rk__compile_failed(c, rk__json_problem(c->problems, v, RK_WRONG_TYPE, NULL,
                                               "an object must stand here, not %s",
                                               rk__json_type_name(v)));
    }
    return v->type == RK__JSON_OBJECT;
}

static bool few(rk__compiler *c, const rk__value *list, size_t most)
{
    if (list->count > most) {
        rk__compile_failed(c, rk__json_problem(c->problems, list, RK_LIMIT, NULL,
                                               "at most %zu entries can stand here", most));
    }
    return list->count <= most;
}

/* ---------------------------------------------------------------------- params */

static size_t field_size(rk_param_type type)
{
    return type == RK_PARAM_BOOL   ? sizeof(bool)
           : type == RK_PARAM_ENUM ? sizeof(int32_t)
           : type == RK_PARAM_LIST ? sizeof(rk_list)
                                   : 8;
}

static rk_param *params_of(rk__compiler *c, const rk__value *list, size_t *size, size_t *out_n,
                           bool items);

static void param_of(rk__compiler *c, const rk__value *v, rk_param *p, size_t *size, bool item)
{
    rk__compile_keys(c, v, param_keys);
    p->name = name_of(c, v);
    p->type = (rk_param_type) (rk__compile_word(c, v, "type", param_types, 3) + 1);
    p->type = p->type == RK_PARAM_LIST ? RK_PARAM_LIST : p->type;
    p->flags = (rk__compile_bool(c, v, "required") ? RK_REQUIRED : 0) |
               (rk__compile_bool(c, v, "per_time") ? RK_PER_TIME : 0) |
               (rk__compile_bool(c, v, "nullable") ? RK_NULLABLE : 0) |
               (rk__compile_bool(c, v, "object") ? RK_ONE_OBJECT : 0);
    p->default_value = rk__compile_scalar(c, v, "default");
    p->min = rk__compile_scalar(c, v, "min");
    p->max = rk__compile_scalar(c, v, "max");
    p->unit = rk__compile_text(c, v, "unit", false);
    p->help = rk__compile_text(c, v, "help", false);
    p->words = rk__compile_texts(c, v, "words");
    rk__compile_only_for(c, v, "words", p->type == RK_PARAM_ENUM, "enum");
    rk__compile_only_for(c, v, "items", p->type == RK_PARAM_LIST, "list");
    *size = (*size + 7) / 8 * 8;
    p->offset = *size;
    *size += field_size(p->type);
    if (p->type == RK_PARAM_BOOL && p->default_value == NULL && (p->flags & RK_REQUIRED) == 0) {
        p->default_value = "false";
    }
    const rk__value *const of = rk__compile_member(c, v, "items", RK__JSON_ARRAY);
    if (p->type == RK_PARAM_LIST && (of == NULL || item)) {
        rk__compile_failed(c, rk__json_problem(c->problems, v, RK_MISSING_KEY,
                                               "write \"items\": [{\"name\": ...}]",
                                               item ? "a list cannot have a list in it"
                                                    : "a list needs its \"items\""));
    } else if (p->type == RK_PARAM_LIST) {
        size_t n = 0;
        p->items = params_of(c, of, &p->item_size, &n, true);
        p->item_size = (p->item_size + 7) / 8 * 8;
    }
}

static rk_param *params_of(rk__compiler *c, const rk__value *list, size_t *size, size_t *out_n,
                           bool items)
{
    rk_param *const params =
        rk__compile_alloc(c, (list != NULL ? list->count : 0) + 1, sizeof *params);
    if (list == NULL || params == NULL || !few(c, list, MOST_ENTRIES)) {
        return params;
    }
    rk__compile_failed(
        c, rk__json_unique(list, "name", "parameter", "give each its own name", c->problems));
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        if (is_object(c, v)) {
            param_of(c, v, &params[(*out_n)++], size, items);
        }
    }
    return params;
}

void rk__compile_params(rk__compiler *c, const rk__value *list)
{
    size_t size = sizeof(void *); /* the document itself: see rk__rule.document */
    c->f->params = params_of(c, list, &size, &c->f->n_params, false);
    c->f->rule.params = c->f->params;
    c->f->rule.params_size = size;
}

/* --------------------------------------------------------------------- columns */

static void column_of(rk__compiler *c, const rk__value *v, const char *table, rk_column *out)
{
    rk__compile_keys(c, v, column_keys);
    *out =
        (rk_column){.table = table,
                    .name = rk__compile_text(c, v, "name", true),
                    .type = (rk_column_type) (rk__compile_word(c, v, "type", column_types, 0) + 1),
                    .flags = (rk__compile_bool(c, v, "required") ? RK_REQUIRED : 0) |
                             (rk__compile_bool(c, v, "per_time") ? RK_PER_TIME : 0) |
                             (rk__compile_bool(c, v, "quantity") ? RK_QUANTITY : 0) |
                             (rk__compile_bool(c, v, "optional_lookup") ? RK_LOOKUP_OPTIONAL : 0) |
                             (rk__compile_bool(c, v, "key_only") ? RK_KEY_ONLY : 0),
                    .lookup = rk__compile_text(c, v, "lookup", false),
                    .default_value = rk__compile_scalar(c, v, "default"),
                    .unit = rk__compile_text(c, v, "unit", false),
                    .words = rk__compile_texts(c, v, "words"),
                    .help = rk__compile_text(c, v, "help", false)};
    out->name = out->name != NULL ? out->name : "";
    rk__compile_only_for(c, v, "words", out->type == RK_COLUMN_CHOICE, "choice");
}

static void keys_of(rk__compiler *c, const rk__value *table, rk__rows_source *source)
{
    const char *const *const keys = rk__compile_texts(c, table, "key");
    for (size_t k = 0; keys != NULL && keys[k] != NULL; k++) {
        int found = -1;
        for (int i = 0; i < source->n; i++) {
            const char *const name = c->f->columns[source->first + i].name;
            found = name != NULL && strcmp(name, keys[k]) == 0 ? source->first + i : found;
        }
        if (found < 0 || source->n_keys == 4) {
            const char *const *const names = rk__compile_column_names(c, source);
            const char *const hint =
                found < 0 ? rk__compile_hint(c, keys[k], names, "name a column of this table")
                          : "name at most four columns of this table";
            rk__compile_failed(c, rk__json_problem(c->problems, rk__json_get(table, "key"),
                                                   RK_MISSING_COLUMN, hint,
                                                   "'%s' cannot be a part of the key", keys[k]));
            return;
        }
        source->keys[source->n_keys++] = found;
    }
    if (keys == NULL) { /* the first column of text */
        for (int i = 0; i < source->n && source->n_keys == 0; i++) {
            if (c->f->columns[source->first + i].type == RK_COLUMN_TEXT) {
                source->keys[source->n_keys++] = source->first + i;
            }
        }
    }
}

static void table_of(rk__compiler *c, const rk__value *v, const char *name)
{
    rk__formula *const f = c->f;
    rk__rows_source *const source = &f->sources[f->n_sources++];
    *source = (rk__rows_source){.name = name, .first = (int) f->n_columns};
    rk__compile_keys(c, v, table_keys);
    const rk__value *const columns = rk__compile_member(c, v, "columns", RK__JSON_ARRAY);
    if (columns == NULL) {
        rk__compile_failed(c, rk__json_problem(c->problems, v, RK_MISSING_KEY,
                                               "write \"columns\": [{\"name\": ...}]",
                                               "the table '%s' has no columns", name));
        return;
    }
    rk__compile_failed(
        c, rk__json_unique(columns, "name", "column", "give each its own name", c->problems));
    for (const rk__value *one = columns->first; one != NULL; one = one->next) {
        if (is_object(c, one)) {
            column_of(c, one, name, &f->columns[f->n_columns++]);
            source->n++;
        }
    }
    keys_of(c, v, source);
}

/* Two columns of text, or of text and number, that equations and inputs are read from. */
static void pair_table(rk__compiler *c, const char *name, const char *second, rk_column_type type,
                       int *source, int *first_column, int *second_column)
{
    rk__formula *const f = c->f;
    for (size_t i = 0; i < f->n_sources && *source < 0; i++) {
        *source =
            f->sources[i].list == NULL && strcmp(f->sources[i].name, name) == 0 ? (int) i : -1;
    }
    if (*source < 0) {
        *source = (int) f->n_sources;
        f->sources[f->n_sources++] =
            (rk__rows_source){.name = name, .first = (int) f->n_columns, .n = 2};
        f->columns[f->n_columns++] = (rk_column){.table = name,
                                                 .name = "name",
                                                 .type = RK_COLUMN_TEXT,
                                                 .flags = RK_REQUIRED,
                                                 .help = "The name that formulas use."};
        f->columns[f->n_columns++] =
            (rk_column){.table = name,
                        .name = second,
                        .type = type,
                        .flags = RK_REQUIRED,
                        .help = type == RK_COLUMN_TEXT ? "The expression." : "The number."};
    }
    *first_column = *second_column = -1;
    for (int i = 0; i < f->sources[*source].n; i++) {
        const int at = f->sources[*source].first + i;
        const char *const column = f->columns[at].name != NULL ? f->columns[at].name : "";
        *first_column = strcmp(column, "name") == 0 ? at : *first_column;
        *second_column = strcmp(column, second) == 0 ? at : *second_column;
    }
    if (*first_column < 0 || *second_column < 0) {
        rk__compile_failed(c, rk__problem(c->problems, RK_MISSING_COLUMN, NULL,
                                          "declare both, or leave the table out of \"tables\"",
                                          "table '%s' needs the columns 'name' and '%s'", name,
                                          second));
    }
}

static size_t count_columns(const rk__value *tables)
{
    size_t n = 0;
    for (const rk__value *t = tables != NULL ? tables->first : NULL; t != NULL; t = t->next) {
        const rk__value *const columns = rk__json_get(t, "columns");
        n += columns != NULL ? columns->count : 0;
    }
    return n;
}

void rk__compile_tables(rk__compiler *c, const rk__value *root)
{
    rk__formula *const f = c->f;
    const rk__value *const tables = rk__compile_member(c, root, "tables", RK__JSON_OBJECT);
    const size_t n = count_columns(tables);
    f->columns = rk__compile_alloc(c, n + 5 + RK__INFERRED_MAX, sizeof *f->columns);
    f->sources = rk__compile_alloc(c, (tables != NULL ? tables->count : 0) + f->n_params + 4,
                                   sizeof *f->sources);
    if (f->columns == NULL || f->sources == NULL) {
        return;
    }
    if (n > MOST_ENTRIES - 4 - RK__INFERRED_MAX) {
        rk__compile_failed(c, rk__json_problem(c->problems, tables, RK_LIMIT, NULL,
                                               "a rule has at most %d columns",
                                               MOST_ENTRIES - 4 - RK__INFERRED_MAX));
        return;
    }
    for (const rk__value *t = tables != NULL ? tables->first : NULL; t != NULL; t = t->next) {
        const char *const name = rk__compile_copy(c, t->key);
        if (name != NULL && !rk__expr_is_name(name)) {
            rk__compile_failed(c, rk__json_key_problem(c->problems, t, RK_OUT_OF_RANGE,
                                                       "use letters, digits and _",
                                                       "'%s' is not the name of a table", name));
        } else if (name != NULL && is_object(c, t)) {
            table_of(c, t, name);
        }
    }
    for (size_t i = 0; i < f->n_params; i++) {
        const rk_param *const p = &f->params[i];
        if (p->type == RK_PARAM_LIST && p->items != NULL) {
            int items = 0;
            while (p->items[items].name != NULL) {
                items++;
            }
            f->sources[f->n_sources++] = (rk__rows_source){.name = p->name, .list = p, .n = items};
        }
    }
    const char *const equations = rk__compile_text(c, root, "equations", false);
    const char *const inputs = rk__compile_text(c, root, "inputs", false);
    if (equations != NULL) {
        pair_table(c, equations, "formula", RK_COLUMN_TEXT, &f->equations, &f->name_column,
                   &f->formula_column);
    }
    if (inputs != NULL) {
        pair_table(c, inputs, "value", RK_COLUMN_RATIO, &f->inputs, &f->input_name,
                   &f->input_value);
    }
    rk__compile_infer(c, root);
    f->rule.columns = f->columns;
}
