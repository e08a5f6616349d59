/* SPDX-License-Identifier: MIT
 *
 * bind_parts.h: shared by the files of the binding: the state of one binding, and the source
 * of each value.
 */
#pragma once

#include "rules/bind.h"

/* A parsed value from the command line. */
typedef struct rk__cli_value {
    rk__json *document;
    bool used;
} rk__cli_value;

typedef struct rk__binding {
    const rk__bind_input *input;
    rk__nums *nums;
    rk__arena *arena;
    rk_problems *problems;
    rk_status first; /* the first problem's; RK_OK so far */
    rk__cli_value *cli;
} rk__binding;

/* The objects that are searched for values, in order of precedence, and the position for a
 * missing value. */
typedef struct rk__bind_scope {
    const rk__value *layers[2];
    const rk__value *owner;
    const char *prefix; /* prefix of names in messages: "" or "bands[1]." */
} rk__bind_scope;

typedef enum rk__given {
    RK__GIVEN_NOT = 0,  /* nowhere, or only blank: the default applies */
    RK__GIVEN_NONE = 1, /* null, if that is a value of its own */
    RK__GIVEN_VALUE = 2
} rk__given;

typedef struct rk__found {
    rk__given given;
    const rk__value *value; /* RK__GIVEN_VALUE; blank if nothing else was given */
    const char *source;     /* RK__GIVEN_VALUE: its JSON pointer, or the option */
} rk__found;

/* bind_given.c */
rk_status rk__cli_parse(rk__binding *b);
void rk__cli_dispose(rk__binding *b);
/* Reports values that no parameter used. */
void rk__cli_unused(rk__binding *b);
rk_status rk__given_find(rk__binding *b, const rk__bind_scope *scope, const rk_param *param,
                         const char *path, rk__found *out);
bool rk__text_is_blank(const char *text);
/* Missing, null and blank all mean no value. */
static inline bool rk__value_is_blank(const rk__value *v)
{
    return v->type == RK__JSON_NULL ||
           (v->type == RK__JSON_STRING && v->text[0] <= ' ' && rk__text_is_blank(v->text));
}
/* Reports an unknown name, with the nearest name of `params` as a hint. */
void rk__given_unknown(rk__binding *b, const rk__value *member, const rk__place *place,
                       const rk_param *params, const char *prefix, const char *name);
/* Reports every member of an object that is not a parameter of the table. */
void rk__given_names(rk__binding *b, const rk__value *object, const rk_param *params,
                     const char *prefix);
/* The option that gave a value: "--param acute.cap". */
const char *rk__cli_option(const rk__bind_input *input, const char *name, rk__arena *arena);

/* Records the status of a problem; the first one is returned in the end. */
static inline void rk__bind_failed(rk__binding *b, rk_status status)
{
    b->first = b->first == RK_OK ? status : b->first;
}

/* bind.c */
/* Binds every parameter of a table into `object`; returns only RK_NO_MEMORY, other problems are
 * recorded. */
rk_status rk__bind_table(rk__binding *b, const rk_param *params, const rk__bind_scope *scope,
                         void *object);

/* bind_valued.c: the component that a table's parameters name, and its scope. */
rk_status rk__bind_valued(rk__binding *b, const rk_param *params, const rk__bind_scope *scope,
                          void *object);

/* bind_list.c */
rk_status rk__bind_list(rk__binding *b, const rk_param *param, const char *path,
                        const rk__value *value, rk_list *out);
