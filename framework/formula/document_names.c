/* SPDX-License-Identifier: MIT
 *
 * document_names.c: names in a rule document that must be names of its own.
 */
#include "base/nearest.h"
#include "formula/document.h"
#include "formula/resolve.h"

const char *rk__compile_hint(rk__compiler *c, const char *word, const char *const *names,
                             const char *otherwise)
{
    const char *const nearest = names != NULL ? rk__nearest(word, names) : NULL;
    const char *const hint =
        nearest != NULL ? rk__arena_printf(c->arena, "did you mean '%.60s'?", nearest) : otherwise;
    return hint != NULL ? hint : otherwise;
}

const char *const *rk__compile_column_names(rk__compiler *c, const rk__rows_source *source)
{
    const char **const names =
        rk__compile_alloc(c, (size_t) source->n + 1, sizeof *names); /* NULL at the end */
    size_t n = 0;
    for (int i = 0; names != NULL && i < source->n; i++) {
        const char *const name = source->list != NULL ? source->list->items[i].name
                                                      : c->f->columns[source->first + i].name;
        if (name != NULL) {
            names[n++] = name;
        }
    }
    return names;
}

void rk__compile_group_by(rk__compiler *c, const rk__value *list)
{
    const rk__rows_source *const rows = &c->f->sources[c->f->row_source];
    for (const rk__value *v = list != NULL && list->type == RK__JSON_ARRAY ? list->first : NULL;
         v != NULL; v = v->next) {
        if (v->type != RK__JSON_STRING || rk__column_of(c->f, c->f->row_source, v->text) >= 0) {
            continue;
        }
        const char *const declare = rk__arena_printf(
            c->arena, "declare it: {\"name\": \"%.60s\", \"type\": \"text\", \"key_only\": true}",
            v->text);
        const char *const hint =
            rk__compile_hint(c, v->text, rk__compile_column_names(c, rows), declare);
        rk__compile_failed(
            c,
            rk__json_problem(c->problems, v, RK_MISSING_COLUMN, hint,
                             "'group_by' names '%.60s', and the table '%s' declares no such column",
                             v->text, rows->name));
    }
}

void rk__compile_param_name(rk__compiler *c, const rk__value *at, const char *name)
{
    const size_t length = name != NULL ? strcspn(name, ".[") : 0;
    const char **const names = rk__compile_alloc(c, c->f->n_params + 1, sizeof *names);
    bool known = name == NULL || names == NULL;
    for (size_t i = 0; i < c->f->n_params && !known; i++) {
        names[i] = c->f->params[i].name;
        known = strlen(names[i]) == length && strncmp(names[i], name, length) == 0;
    }
    if (!known) {
        rk__compile_failed(
            c, rk__json_problem(c->problems, at, RK_UNKNOWN_KEY,
                                rk__compile_hint(c, name, names, "name one of \"params\""),
                                "the rule has no parameter '%.60s'", name));
    }
}

void rk__compile_only_for(rk__compiler *c, const rk__value *object, const char *key, bool allowed,
                          const char *type)
{
    if (!allowed && rk__json_given(rk__json_get(object, key))) {
        rk__compile_failed(c, rk__json_problem(c->problems, rk__json_get(object, key), RK_CONFLICT,
                                               "leave it out, or give it that \"type\"",
                                               "'%s' is of the type %s only", key, type));
    }
}
