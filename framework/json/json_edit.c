/* SPDX-License-Identifier: MIT
 *
 * json_edit.c: editing documents after they were read.
 *
 * A copy owns its values and borrows their characters from the original. Nothing is freed singly:
 * replaced values stay in the arena.
 */
#include <string.h>

#include "json/json_tree.h"

/* Copies one value without its place among others. */
static rk__value *edit_copy_one(rk__json *document, const rk__value *like)
{
    rk__value *v = rk__json_new_value(document);
    if (v != NULL) {
        *v = *like;
        v->parent = v->first = v->next = NULL;
        v->index = 0;
        v->count = v->type == RK__JSON_ARRAY || v->type == RK__JSON_OBJECT ? 0 : v->count;
        v->alike = false; /* the copy may be changed */
    }
    return v;
}

/* A deep copy that stands alone: no parent, no key. */
static rk__value *edit_copy(rk__json *document, const rk__value *like)
{
    rk__value *root = edit_copy_one(document, like);
    if (root == NULL) {
        return NULL;
    }
    root->key = NULL;
    root->key_is_here = false;

    const rk__value *from = like;
    rk__value *to = root;
    for (;;) {
        rk__value *parent = to;
        rk__value *last = NULL;
        if (from->first != NULL) {
            from = from->first;
        } else {
            while (from != like && from->next == NULL) {
                from = from->parent;
                to = to->parent;
            }
            if (from == like) {
                return root;
            }
            from = from->next;
            parent = to->parent;
            last = to;
        }
        to = edit_copy_one(document, from);
        if (to == NULL) {
            return NULL;
        }
        rk__json_link(parent, last, to);
    }
}

rk_status rk__json_clone(const rk__value *like, rk__json **out)
{
    rk__json *document = rk__calloc(1, sizeof *document);
    *out = NULL;
    if (document == NULL) {
        return RK_NO_MEMORY;
    }
    document->file = like->document->file;
    document->like = like->document;
    document->root = edit_copy(document, like);
    if (document->root == NULL) {
        rk__json_free(document);
        return RK_NO_MEMORY;
    }
    *out = document;
    return RK_OK;
}

/* The depth of nested objects and arrays, counting the value itself. */
static unsigned edit_height(const rk__value *root)
{
    unsigned depth = 0, height = 0;
    const rk__value *v = root;

    for (;;) {
        const unsigned here = depth + (v->type == RK__JSON_ARRAY || v->type == RK__JSON_OBJECT);
        height = here > height ? here : height;
        if (v->first != NULL) {
            depth++;
            v = v->first;
            continue;
        }
        while (v != root && v->next == NULL) {
            v = v->parent;
            depth--;
        }
        if (v == root) {
            return height;
        }
        v = v->next;
    }
}

static unsigned edit_depth(const rk__value *v)
{
    unsigned depth = 0;
    for (; v != NULL; v = v->parent) {
        depth++;
    }
    return depth;
}

/* ------------------------------------------------------------- long arrays */

#define LONG_ARRAY 64

/* Whether document->items has the items of this array; it has not if the array is short, or without
 * memory for them, and they are then looked for one by one. */
static bool edit_has_items(rk__json *document, const rk__value *array)
{
    if (array->type != RK__JSON_ARRAY || array->count < LONG_ARRAY) {
        return false;
    }
    if (document->items_of == array && document->n_items == array->count) {
        return true;
    }
    document->items_of = NULL;
    if (rk__grow((void **) &document->items, &document->items_capacity, array->count,
                 sizeof(rk__value *)) != 0) {
        return false;
    }
    document->n_items = 0;
    for (rk__value *v = array->first; v != NULL; v = v->next) {
        document->items[document->n_items++] = v;
    }
    document->items_of = array;
    return true;
}

/* As rk__json_at. */
static rk__value *edit_at(rk__json *document, const rk__value *top, const char *pointer)
{
    const rk__value *v = top;
    if (*pointer != '\0' && *pointer != '/') {
        return NULL;
    }
    while (v != NULL && *pointer == '/') {
        const size_t length = strcspn(pointer + 1, "/");
        if (edit_has_items(document, v)) {
            const size_t index = rk__json_step_index(v, pointer + 1, length);
            v = index != SIZE_MAX ? document->items[index] : NULL;
        } else {
            v = rk__json_step(v, pointer + 1, length);
        }
        pointer += 1 + length;
    }
    return (rk__value *) v;
}

/* Puts `v` in the place of `old`, under its name. */
static void edit_replace(rk__json *document, rk__value *old, rk__value *v)
{
    v->parent = old->parent;
    v->next = old->next;
    v->index = old->index;
    v->key = old->key;
    if (old->parent == NULL) {
        document->root = v;
        return;
    }
    if (document->items_of == old->parent && edit_has_items(document, old->parent)) {
        document->items[v->index] = v;
        *(v->index > 0 ? &document->items[v->index - 1]->next : &v->parent->first) = v;
        return;
    }
    rk__value **at = &old->parent->first;
    while (*at != old) {
        at = &(*at)->next;
    }
    *at = v;
}

/* Puts `v` after the last child of a value. */
static void edit_append(rk__json *document, rk__value *parent, rk__value *v)
{
    const bool has_items = edit_has_items(document, parent);
    rk__value *last = has_items ? document->items[parent->count - 1] : parent->first;
    while (last != NULL && last->next != NULL) {
        last = last->next;
    }
    rk__json_link(parent, last, v);
    if (has_items && rk__grow((void **) &document->items, &document->items_capacity, parent->count,
                              sizeof(rk__value *)) == 0) {
        document->items[document->n_items++] = v;
    }
}

/* The name that a reference token stands for, or NULL if out of memory. */
static char *edit_key(rk__json *document, const char *token)
{
    char *key = rk__arena_strdup(&document->arena, token);
    char *to = key;
    for (const char *from = key; from != NULL && *from != '\0'; from++) {
        if (*from == '~') { /* "~0" or "~1": already checked to be one of the two */
            from++;
            *to++ = *from == '0' ? '~' : '/';
        } else {
            *to++ = *from;
        }
    }
    if (key != NULL) {
        *to = '\0';
    }
    return key;
}

static bool edit_token_is_sound(const char *token)
{
    for (; *token != '\0'; token++) {
        if (*token == '~' && token[1] != '0' && token[1] != '1') {
            return false;
        }
    }
    return true;
}

typedef struct target {
    rk__value *old;    /* what is replaced, or NULL */
    rk__value *parent; /* what is added to, if nothing is replaced */
    const char *token; /* the name it is added under, as the pointer has it */
} target;

/* What the pointer leads to: a value, or a place where one may be added. */
static rk_status edit_find(rk__json *document, const rk__value *top, const char *pointer,
                           const rk__value *with, target *out, rk_problems *problems)
{
    *out = (target){.old = edit_at(document, top, pointer)};
    if (out->old != NULL) {
        return RK_OK;
    }
    const char *slash = strrchr(pointer, '/');
    if (slash == NULL) {
        return rk__json_problem(problems, with, RK_OUT_OF_RANGE,
                                "a pointer is empty or begins with '/'",
                                "'%s' is not a JSON pointer", pointer);
    }
    char *above = rk__malloc((size_t) (slash - pointer) + 1);
    if (above == NULL) {
        return RK_NO_MEMORY;
    }
    memcpy(above, pointer, (size_t) (slash - pointer));
    above[slash - pointer] = '\0';
    out->parent = edit_at(document, top, above);
    rk__free(above);
    out->token = slash + 1;

    if (out->parent == NULL) {
        return rk__json_problem(problems, with, RK_OUT_OF_RANGE,
                                "only a last member can be added, to an object that exists",
                                "'%s' leads nowhere in the document", pointer);
    }
    if (out->parent->type == RK__JSON_OBJECT && edit_token_is_sound(out->token)) {
        return RK_OK;
    }
    if (out->parent->type == RK__JSON_ARRAY && strcmp(out->token, "-") == 0) {
        return RK_OK;
    }
    if (out->parent->type == RK__JSON_ARRAY) {
        return rk__json_problem(problems, with, RK_OUT_OF_RANGE,
                                "'-' as the last part adds an item at the end",
                                "'%s' is not an item of the array, which has %u", pointer,
                                (unsigned) out->parent->count);
    }
    return rk__json_problem(problems, with, RK_OUT_OF_RANGE, NULL,
                            out->parent->type == RK__JSON_OBJECT
                                ? "'%s' is not a JSON pointer: '~' is written '~0'"
                                : "'%s' leads into a value that is neither an object nor an array",
                            pointer);
}

rk_status rk__json_set(rk__json *document, const char *pointer, const rk__value *with,
                       rk_problems *problems)
{
    return rk__json_set_below(document, document->root, pointer, with, problems);
}

rk_status rk__json_set_below(rk__json *document, const rk__value *top, const char *pointer,
                             const rk__value *with, rk_problems *problems)
{
    target to;
    char *key = NULL;

    const rk_status status = edit_find(document, top, pointer, with, &to, problems);
    if (status != RK_OK) {
        return status;
    }
    const rk__value *parent = to.old != NULL ? to.old->parent : to.parent;
    if (edit_depth(parent) + edit_height(with) > RK__JSON_MAX_DEPTH) {
        return rk__json_problem(problems, with, RK_LIMIT, NULL,
                                "with this at '%s', objects and arrays stand more than %d deep",
                                pointer, RK__JSON_MAX_DEPTH);
    }
    rk__value *v = edit_copy(document, with);
    if (v != NULL && to.old == NULL && to.parent->type == RK__JSON_OBJECT) {
        key = edit_key(document, to.token);
    }
    if (v == NULL || (key == NULL && to.old == NULL && to.parent->type == RK__JSON_OBJECT)) {
        return RK_NO_MEMORY;
    }
    if (to.old != NULL) {
        edit_replace(document, to.old, v);
    } else {
        v->key = key;
        edit_append(document, to.parent, v);
    }
    v->key_is_here = v->key != NULL;
    return RK_OK;
}
