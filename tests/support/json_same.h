/* SPDX-License-Identifier: MIT
 *
 * json_same.h: one text through both builders of JSON documents, with cJSON and without.
 */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "json/json.h"

static inline bool json_same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static inline bool json_same_problems(const rk_problems *a, const rk_problems *b)
{
    bool same = rk_problems_count(a) == rk_problems_count(b);
    for (size_t i = 0; same && i < rk_problems_count(a); i++) {
        const rk_problem *x = rk_problems_at(a, i);
        const rk_problem *y = rk_problems_at(b, i);
        same = x->status == y->status && x->line == y->line && x->column == y->column &&
               json_same_text(x->message, y->message) && json_same_text(x->hint, y->hint) &&
               json_same_text(x->excerpt, y->excerpt) && json_same_text(x->pointer, y->pointer) &&
               json_same_text(x->file, y->file);
    }
    return same;
}

static inline bool json_same_value(const rk__value *a, const rk__value *b)
{
    return a->type == b->type && json_same_text(a->key, b->key) &&
           (a->text == NULL) == (b->text == NULL) && a->length == b->length &&
           (a->text == NULL || memcmp(a->text, b->text, a->length + 1) == 0) &&
           a->line == b->line && a->column == b->column && a->key_is_here == b->key_is_here &&
           a->offset == b->offset && a->end == b->end && a->count == b->count &&
           a->index == b->index && a->truth == b->truth;
}

/* Whether an object that says so has the keys of the item before it. */
static inline bool json_alike_holds(const rk__value *before, const rk__value *v)
{
    bool holds = before != NULL && before->count == v->count;
    const rk__value *x = holds ? before->first : NULL;
    for (const rk__value *y = v->first; holds && y != NULL; x = x->next, y = y->next) {
        holds = x->key == y->key && y->first == NULL;
    }
    return holds;
}

/* NULL where both trees are the same, else what differs. */
static inline const char *json_tree_differs(const rk__value *a, const rk__value *b)
{
    const rk__value *before = NULL;
    if (!json_same_value(a, b)) {
        return "a value";
    }
    const rk__value *y = b->first;
    for (const rk__value *x = a->first; x != NULL; x = x->next, y = y->next) {
        if (y == NULL || y->parent != b) {
            return "the members";
        }
        if (y->alike && !json_alike_holds(before, y)) {
            return "an object is not like the one before";
        }
        const char *differs = json_tree_differs(x, y);
        if (differs != NULL) {
            return differs;
        }
        before = y;
    }
    return y != NULL ? "the members" : NULL;
}

/* NULL where both builders make the same of a text: tree, places or problems. */
static inline const char *json_differs(const char *text, size_t length)
{
    /* A copy that ends where the text ends, so that a sanitizer sees a read past it. */
    char *copy = malloc(length > 0 ? length : 1);
    rk_problems *problems[2] = {rk_problems_new(), rk_problems_new()};
    rk__json *documents[2];
    const char *differs = NULL;
    if (copy == NULL || problems[0] == NULL || problems[1] == NULL) {
        abort();
    }
    memcpy(copy, text, length);
    const rk_status parsed = rk__json_parse(copy, length, "doc", &documents[0], problems[0]);
    const rk_status built = rk__json_build(NULL, copy, length, "doc", &documents[1], problems[1]);
    free(copy);
    if (parsed != built) {
        differs = "the status";
    } else if (!json_same_problems(problems[0], problems[1])) {
        differs = "the problems";
    } else if (parsed == RK_OK) {
        differs = json_tree_differs(rk__json_root(documents[0]), rk__json_root(documents[1]));
    }
    for (int i = 0; i < 2; i++) {
        rk__json_free(documents[i]);
        rk_problems_free(problems[i]);
    }
    return differs;
}
