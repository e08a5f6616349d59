/* SPDX-License-Identifier: MIT
 *
 * json_read.c: finding values, and reading members of a type.
 */
#include <string.h>

#include "base/names.h"
#include "json/json_tree.h"

rk__value *rk__json_get(const rk__value *v, const char *key)
{
    if (v == NULL || v->type != RK__JSON_OBJECT) {
        return NULL;
    }
    for (rk__value *member = v->first; member != NULL; member = member->next) {
        if (strcmp(member->key, key) == 0) {
            return member;
        }
    }
    return NULL;
}

/* ----------------------------------------------------------------- pointers */

/* Whether the reference token of `length` bytes is this key. */
static bool token_is(const char *token, size_t length, const char *key)
{
    size_t i = 0;
    while (i < length) {
        char c = token[i++];
        if (c == '~') {
            if (i == length || (token[i] != '0' && token[i] != '1')) {
                return false;
            }
            c = token[i++] == '0' ? '~' : '/';
        }
        if (*key++ != c) {
            return false;
        }
    }
    return *key == '\0';
}

/* An index is decimal digits without a leading zero. */
static bool token_index(const char *token, size_t length, uint32_t *out)
{
    uint64_t index = 0;
    if (length == 0 || length > 10 || (length > 1 && token[0] == '0')) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (token[i] < '0' || token[i] > '9') {
            return false;
        }
        index = index * 10 + (uint64_t) (token[i] - '0');
    }
    *out = (uint32_t) index;
    return index < UINT32_MAX;
}

size_t rk__json_step_index(const rk__value *array, const char *token, size_t length)
{
    uint32_t index = 0;
    return token_index(token, length, &index) && index < array->count ? index : SIZE_MAX;
}

rk__value *rk__json_step(const rk__value *v, const char *token, size_t length)
{
    rk__value *child = v->first;

    if (v->type == RK__JSON_ARRAY) {
        const size_t index = rk__json_step_index(v, token, length);
        if (index == SIZE_MAX) {
            return NULL;
        }
        while (child->index < index) {
            child = child->next;
        }
        return child;
    }
    while (child != NULL && !token_is(token, length, child->key)) {
        child = child->next;
    }
    return child;
}

rk__value *rk__json_at(const rk__value *root, const char *pointer)
{
    const rk__value *v = root;

    if (*pointer != '\0' && *pointer != '/') {
        return NULL;
    }
    while (v != NULL && *pointer == '/') {
        const size_t length = strcspn(pointer + 1, "/");
        v = rk__json_step(v, pointer + 1, length);
        pointer += 1 + length;
    }
    return (rk__value *) v;
}

/* ------------------------------------------------------------ typed reading */

const char *rk__json_type_name(const rk__value *v)
{
    switch (v == NULL ? 0 : v->type) {
    case RK__JSON_NULL:
        return "null";
    case RK__JSON_BOOL:
        return "a boolean";
    case RK__JSON_NUMBER:
        return "a number";
    case RK__JSON_STRING:
        return "a string";
    case RK__JSON_ARRAY:
        return "an array";
    case RK__JSON_OBJECT:
        return "an object";
    default:
        return "nothing";
    }
}

/* The member, if it has a value; *out is NULL if it has none. */
static rk_status read_member(const rk__value *object, const char *key, bool required,
                             rk__json_type type, const char *type_name, const rk__value **out,
                             rk_problems *problems)
{
    const rk__value *v = rk__json_get(object, key);

    *out = NULL;
    if (v == NULL && required) {
        return rk__json_problem(problems, object, RK_MISSING_KEY, NULL, "the key '%s' is missing",
                                key);
    }
    if (v != NULL && v->type == RK__JSON_NULL && required) {
        return rk__json_problem(problems, v, RK_MISSING_KEY, NULL,
                                "the key '%s' has no value: null is the same as none", key);
    }
    if (v == NULL || v->type == RK__JSON_NULL) {
        return RK_OK;
    }
    if (v->type != type) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE, NULL, "'%s' must be %s, and is %s", key,
                                type_name, rk__json_type_name(v));
    }
    *out = v;
    return RK_OK;
}

rk_status rk__json_text_of(const rk__value *object, const char *key, bool required,
                           const char **out, rk_problems *problems)
{
    const rk__value *v;
    const rk_status status =
        read_member(object, key, required, RK__JSON_STRING, "a string", &v, problems);
    if (v != NULL) {
        *out = v->text;
    }
    return status;
}

rk_status rk__json_bool_of(const rk__value *object, const char *key, bool required, bool *out,
                           rk_problems *problems)
{
    const rk__value *v;
    const rk_status status =
        read_member(object, key, required, RK__JSON_BOOL, "true or false", &v, problems);
    if (v != NULL) {
        *out = v->truth;
    }
    return status;
}

/* A hint that lists more keys than this helps nobody. */
#define LISTED_KEYS 12

static void hint_keys(rk__buf *hint, const char *key, const char *const *allowed)
{
    const char *nearest = rk__nearest(key, allowed);
    size_t n = 0;

    while (allowed[n] != NULL) {
        n++;
    }
    if (nearest != NULL) {
        rk__buf_printf(hint, "did you mean '%s'?", nearest);
    } else if (n > 0 && n <= LISTED_KEYS) {
        rk__buf_puts(hint, n == 1 ? "the only key is " : "the keys are ");
        for (size_t i = 0; i < n; i++) {
            rk__buf_printf(hint, "%s'%s'", i == 0 ? "" : i + 1 == n ? " and " : ", ", allowed[i]);
        }
    }
}

rk_status rk__json_unique(const rk__value *list, const char *key, const char *what,
                          const char *hint, rk_problems *problems)
{
    rk_status first = RK_OK;
    rk__arena arena = {0};
    rk__names names = {0};
    size_t i = 0;
    const char **texts = rk__arena_alloc(&arena, (list->count + 1) * sizeof *texts);

    for (const rk__value *v = list->first; texts != NULL && v != NULL; v = v->next, i++) {
        const rk__value *text = v->type == RK__JSON_OBJECT ? rk__json_get(v, key) : NULL;
        texts[i] = text != NULL && text->type == RK__JSON_STRING ? text->text : NULL;
    }
    if (texts == NULL || !rk__names_make(&names, texts, i, &arena)) {
        rk__arena_dispose(&arena);
        return RK_NO_MEMORY;
    }
    i = 0;
    for (const rk__value *v = list->first; v != NULL; v = v->next, i++) {
        if (texts[i] != NULL && rk__names_find(&names, texts[i]) != i) {
            first = rk__json_problem(problems, rk__json_get(v, key), RK_DUPLICATE_ID, hint,
                                     "%s '%s' is used twice", what, texts[i]);
        }
    }
    rk__arena_dispose(&arena);
    return first;
}

/* "$schema", by which editors find the schema of a document. */
static bool is_editors_key(const rk__value *object, const rk__value *v)
{
    return v->type == RK__JSON_STRING && strcmp(v->key, "$schema") == 0 &&
           rk__json_get(object, "reckoner") != NULL;
}

rk_status rk__json_only_keys(const rk__value *object, const char *const *allowed,
                             rk_problems *problems)
{
    rk_status first = RK_OK;

    for (const rk__value *v = object == NULL ? NULL : object->first; v != NULL; v = v->next) {
        size_t i = 0;
        if (v->key == NULL) {
            return first;
        }
        while (allowed[i] != NULL && strcmp(allowed[i], v->key) != 0) {
            i++;
        }
        if (allowed[i] != NULL || is_editors_key(object, v)) {
            continue;
        }
        rk__buf hint = {0};
        hint_keys(&hint, v->key, allowed);
        (void) rk__json_key_problem(problems, v, RK_UNKNOWN_KEY, hint.failed ? NULL : hint.text,
                                    "unknown key '%s'", v->key);
        rk__buf_dispose(&hint);
        first = RK_UNKNOWN_KEY;
    }
    return first;
}
