/* SPDX-License-Identifier: MIT
 *
 * bind_valued.c: parameters whose amount is the total of an earlier component: which one, and
 * over which of its rows. The total is known when the contract is settled.
 */
#include <string.h>

#include "rules/bind_parts.h"

static void patterns_words(rk__buf *out, const rk__value *v)
{
    const bool list = v->type == RK__JSON_ARRAY;
    for (const rk__value *item = list ? v->first : v; item != NULL;
         item = list ? item->next : NULL) {
        rk__buf_printf(out, "%s%s", !list || item == v->first ? " " : " or ",
                       item->text != NULL ? item->text : "");
    }
}

/* "pod EL or NEL, not (hrg N*)". */
static void scope_words(rk__buf *out, const rk__value *scope)
{
    for (const rk__value *m = scope->first; m != NULL; m = m->next) {
        rk__buf_printf(out, "%s%s", m == scope->first ? "" : ", ", m->key);
        if (m->type == RK__JSON_OBJECT) {
            rk__buf_puts(out, " (");
            scope_words(out, m);
            rk__buf_putc(out, ')');
        } else {
            patterns_words(out, m);
        }
    }
}

static rk_status words_of(rk__binding *b, const rk__value *scope, const char **out)
{
    rk__buf text = {0};
    scope_words(&text, scope);
    *out = text.failed ? NULL
                       : rk__arena_copy(b->arena, text.length > 0 ? text.text : "", text.length);
    rk__buf_dispose(&text);
    return *out != NULL ? RK_OK : RK_NO_MEMORY;
}

static const rk_param *param_of(const rk_param *params, rk_param_type type)
{
    while (params->name != NULL && params->type != type) {
        params++;
    }
    return params->name != NULL ? params : NULL;
}

/* The part of it that a parameter of this name takes, if the table has one. */
static rk_num part_of(const rk_param *params, const void *object)
{
    rk_num part = NULL;
    while (params->name != NULL &&
           (params->type != RK_PARAM_RATIO || strcmp(params->name, "part") != 0)) {
        params++;
    }
    if (params->name != NULL) {
        memcpy(&part, (const char *) object + params->offset, sizeof part);
    }
    return part;
}

/* The value given for a parameter of this table; NULL if none fits. */
static rk_status given_of(rk__binding *b, const rk_param *param, const rk__bind_scope *scope,
                          rk__json_type type, rk__found *out, const char **path)
{
    *out = (rk__found){0};
    *path = param != NULL ? rk__arena_printf(b->arena, "%s%s", scope->prefix, param->name) : "";
    if (*path == NULL || (param != NULL && rk__given_find(b, scope, param, *path, out) != RK_OK)) {
        return RK_NO_MEMORY;
    }
    if (out->given != RK__GIVEN_VALUE || out->value->type != type) {
        out->value = NULL; /* absent, or reported already */
    }
    return RK_OK;
}

rk_status rk__bind_valued(rk__binding *b, const rk_param *params, const rk__bind_scope *scope,
                          void *object)
{
    const rk_param *const component = param_of(params, RK_PARAM_COMPONENT);
    const rk_param *const rows = param_of(params, RK_PARAM_SCOPE);
    rk__found named;
    rk__found over;
    rk__valued v = {0};
    const char *over_path = NULL;
    if (component == NULL) {
        return RK_OK; /* no table has a scope without it */
    }
    if (given_of(b, component, scope, RK__JSON_STRING, &named, &v.path) != RK_OK ||
        given_of(b, rows, scope, RK__JSON_OBJECT, &over, &over_path) != RK_OK) {
        return RK_NO_MEMORY;
    }
    if (over.value != NULL && named.given == RK__GIVEN_NOT) {
        rk__bind_failed(b, rk__json_problem(b->problems, over.value, RK_MISSING_KEY,
                                            "name the component that says what these rows come to",
                                            "'%s' is given without '%s'", over_path, v.path));
    }
    if (over.value != NULL && rows != NULL) {
        if (words_of(b, over.value, &v.words) != RK_OK) {
            return RK_NO_MEMORY;
        }
        memcpy((char *) object + rows->offset, &v.words, sizeof v.words);
    }
    if (named.value == NULL) {
        return RK_OK;
    }
    v.at = named.value;
    v.scope = over.value;
    v.source = named.source;
    v.part = part_of(params, object);
    v.out = (rk_of *) (void *) ((char *) object + component->offset);
    v.out->id = rk__arena_strdup(b->arena, named.value->text);
    if (v.out->id == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status =
        b->input->value_of != NULL ? b->input->value_of(b->input->ctx, &v, b->problems) : RK_OK;
    if (status != RK_OK && status != RK_NO_MEMORY) {
        rk__bind_failed(b, status);
    }
    return status == RK_NO_MEMORY ? status : RK_OK;
}
