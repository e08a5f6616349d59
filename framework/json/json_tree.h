/* SPDX-License-Identifier: MIT
 *
 * json_tree.h: what the json*.c files share and nobody else sees.
 *
 * A document is one arena: its text, its values (in chunks, so that a value
 * never moves) and one block with the characters of its strings.
 */
#pragma once

#include "json/json.h"

struct rk__json {
    rk__arena arena;
    const char *file;             /* NULL if the text has no name */
    char *text;                   /* NUL after its `length` bytes; NULL in an edited document */
    char *taken;                  /* the text if it is not of the arena */
    size_t length;                /* of text, in bytes */
    size_t begin;                 /* offset of the first byte after a byte order mark */
    bool ours;                    /* it has the key "reckoner" */
    bool distinct;                /* no object has a duplicate key */
    rk__value *root;              /* NULL until something was read */
    rk__value *spare, *spare_end; /* values taken from the arena and not yet used */
    size_t chunk;                 /* how many values the next chunk holds */
    const rk__json *like;         /* an edited document: where its first values come from */
    /* The items of the long array that was edited last, in order, so that many edits of it do not
     * each look for an item from the first on. */
    const rk__value *items_of;
    rk__value **items;
    size_t n_items, items_capacity;
};

/* Memory for more values; NULL if it ran out. */
rk__value *rk__json_more_values(rk__json *document);
/* A value of the document, to be set in full; NULL if out of memory. */
static inline rk__value *rk__json_new_value(rk__json *document)
{
    return document->spare != document->spare_end ? document->spare++
                                                  : rk__json_more_values(document);
}
/* Makes `v` the child of `parent` that comes after `last`, its last one; NULL if it has none. */
static inline void rk__json_link(rk__value *parent, rk__value *last, rk__value *v)
{
    v->parent = parent;
    v->index = parent->count++;
    *(last != NULL ? &last->next : &parent->first) = v;
}

/* The child that a reference token of a pointer leads to, or NULL. */
rk__value *rk__json_step(const rk__value *v, const char *token, size_t length);
/* Which item of an array that is; SIZE_MAX if none. */
size_t rk__json_step_index(const rk__value *array, const char *token, size_t length);

/* Reads the text strictly and builds the values. With `characters`, a copy of the text, it decodes
 * keys, strings and numbers in place there and ends each with a NUL. Without, keys and texts are
 * NULL, the lengths of strings are those of their decoded characters, and *text_bytes is the space
 * that all keys, strings and numbers take, each with a NUL. */
rk_status rk__json_gate(rk__json *document, char *characters, size_t *text_bytes,
                        rk_problems *problems);
/* Only checks the syntax and counts the values. Reports the same problems. */
rk_status rk__json_count(rk__json *document, size_t *values, rk_problems *problems);

/* Sets only file, line and column, those of a member's key. */
void rk__json_key_line(const rk__value *v, rk__place *place);
/* The source line around `offset` as it may be shown. NULL if out of memory, or if the text is not
 * a document of ours: it may be a file of patients, so none of its text is shown. */
char *rk__json_excerpt(const rk__json *document, size_t offset, rk__arena *arena);

/* The value after `v` in document order, within the tree of `root`; NULL at the end. */
static inline rk__value *rk__json_after(const rk__value *root, const rk__value *v)
{
    if (v->first != NULL) {
        return v->first;
    }
    while (v != root && v->next == NULL) {
        v = v->parent;
    }
    return v == root ? NULL : v->next;
}
