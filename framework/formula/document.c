/* SPDX-License-Identifier: MIT
 *
 * document.c: reading the members of a rule document.
 */
#include "formula/document.h"

void rk__compile_failed(rk__compiler *c, rk_status status)
{
    rk__keep_first(&c->status, status);
}

void *rk__compile_alloc(rk__compiler *c, size_t n, size_t size)
{
    void *const p = rk__arena_alloc(c->arena, n * size);
    if (p == NULL) {
        rk__compile_failed(c, RK_NO_MEMORY);
    }
    return p;
}

const char *rk__compile_copy(rk__compiler *c, const char *text)
{
    const char *const copy = rk__arena_strdup(c->arena, text);
    if (copy == NULL && text != NULL) {
        rk__compile_failed(c, RK_NO_MEMORY);
    }
    return copy;
}

const char *rk__compile_scalar(rk__compiler *c, const rk__value *object, const char *key)
{
    const rk__value *const v = rk__json_get(object, key);
    if (v != NULL && v->type == RK__JSON_NUMBER) {
        return rk__compile_copy(c, v->text);
    }
    if (v != NULL && v->type == RK__JSON_BOOL) {
        return v->truth ? "true" : "false";
    }
    return rk__compile_text(c, object, key, false);
}

const char *rk__compile_text(rk__compiler *c, const rk__value *object, const char *key,
                             bool required)
{
    const char *text = NULL;
    rk__compile_failed(c, rk__json_text_of(object, key, required, &text, c->problems));
    return rk__compile_copy(c, text);
}

bool rk__compile_bool(rk__compiler *c, const rk__value *object, const char *key)
{
    bool truth = false;
    rk__compile_failed(c, rk__json_bool_of(object, key, false, &truth, c->problems));
    return truth;
}

const rk__value *rk__compile_member(rk__compiler *c, const rk__value *object, const char *key,
                                    int type)
{
    const rk__value *const v = rk__json_get(object, key);
    if (!rk__json_given(v)) {
        return NULL;
    }
    if (v->type != type) {
        rk__compile_failed(c, rk__json_problem(c->problems, v, RK_WRONG_TYPE, NULL,
                                               "'%s' must be %s, and is %s", key,
                                               type == RK__JSON_ARRAY ? "an array" : "an object",
                                               rk__json_type_name(v)));
        return NULL;
    }
    return v;
}

const char *const *rk__compile_texts(rk__compiler *c, const rk__value *object, const char *key)
{
    const rk__value *const list = rk__compile_member(c, object, key, RK__JSON_ARRAY);
    if (list == NULL) {
        return NULL;
    }
    const char **const out = rk__compile_alloc(c, list->count + 1, sizeof *out);
    size_t n = 0;
    for (const rk__value *v = list->first; v != NULL && out != NULL; v = v->next) {
        if (v->type != RK__JSON_STRING) {
            rk__compile_failed(c, rk__json_problem(c->problems, v, RK_WRONG_TYPE,
                                                   "write texts in quotes", "'%s' must hold texts",
                                                   key));
            continue;
        }
        out[n++] = rk__compile_copy(c, v->text);
    }
    return out;
}

int rk__compile_word(rk__compiler *c, const rk__value *object, const char *key,
                     const char *const *words, int otherwise)
{
    const char *const text = rk__compile_text(c, object, key, false);
    char hint[256] = "write one of: ";
    if (text == NULL) {
        return otherwise;
    }
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            return i;
        }
        if (strlen(hint) + strlen(words[i]) + 3 < sizeof hint) {
            (void) strcat(strcat(hint, i > 0 ? ", " : ""), words[i]);
        }
    }
    rk__compile_failed(c, rk__json_problem(c->problems, rk__json_get(object, key), RK_OUT_OF_RANGE,
                                           hint, "'%s' cannot be '%s'", key, text));
    return otherwise;
}

void rk__compile_keys(rk__compiler *c, const rk__value *object, const char *const *allowed)
{
    rk__compile_failed(c, rk__json_only_keys(object, allowed, c->problems));
}
