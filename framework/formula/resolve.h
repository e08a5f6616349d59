/* SPDX-License-Identifier: MIT
 *
 * resolve.h: shared by the files that resolve names and check types.
 */
#pragma once

#include "formula/formula.h"

typedef struct rk__resolver {
    const rk__scope *scope;
    const rk__source *source;
    int total; /* the table that a SUM around this is of; -1 outside */
    uint8_t uses;
    rk_status status;
} rk__resolver;

/* Each returns false after a problem. */
bool rk__resolve(rk__resolver *r, rk__expr *e);
bool rk__resolve_need(rk__resolver *r, rk__expr *e, int type);
bool rk__resolve_call(rk__resolver *r, rk__expr *e);
/* Adds a problem, unless there was one; false. */
bool rk__resolve_wrong(rk__resolver *r, uint32_t at, rk_status status, const char *hint,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));
bool rk__resolve_unknown(rk__resolver *r, const rk__expr *e);
/* Whether a key that is looked up by can be a value of the key's column. */
bool rk__resolve_key(rk__resolver *r, const rk_column *column, const rk__expr *key);

/* The table or list of a name, and its column; -1 if there is none. */
int rk__source_of(const rk__formula *f, const char *name, size_t length);
int rk__column_of(const rk__formula *f, int source, const char *name);
/* The rk__expr_type of a parameter or a column. */
int rk__param_kind(rk_param_type type);
int rk__column_kind(rk_column_type type);
