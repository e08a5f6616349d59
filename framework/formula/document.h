/* SPDX-License-Identifier: MIT
 *
 * document.h: shared by the files that compile a rule document.
 */
#pragma once

#include "formula/formula.h"

typedef struct rk__compiler {
    rk__formula *f;
    rk__arena *arena;
    rk_problems *problems;
    rk_status status; /* the first failure */
} rk__compiler;

void rk__compile_failed(rk__compiler *c, rk_status status);
/* Memory of the formula; on failure records it and returns NULL. */
void *rk__compile_alloc(rk__compiler *c, size_t n, size_t size);
const char *rk__compile_copy(rk__compiler *c, const char *text);
/* A member that may also be a number or true or false, as text; NULL if absent. */
const char *rk__compile_scalar(rk__compiler *c, const rk__value *object, const char *key);
/* A text member, copied; NULL if absent. */
const char *rk__compile_text(rk__compiler *c, const rk__value *object, const char *key,
                             bool required);
bool rk__compile_bool(rk__compiler *c, const rk__value *object, const char *key);
/* Each item of a list of texts, copied, with NULL at the end; NULL if absent. */
const char *const *rk__compile_texts(rk__compiler *c, const rk__value *object, const char *key);
/* The index of a text member's word; `otherwise` if absent. */
int rk__compile_word(rk__compiler *c, const rk__value *object, const char *key,
                     const char *const *words, int otherwise);
/* Whether a member is an array (or object) or absent; NULL if absent or not. */
const rk__value *rk__compile_member(rk__compiler *c, const rk__value *object, const char *key,
                                    int type);
void rk__compile_keys(rk__compiler *c, const rk__value *object, const char *const *allowed);

/* document_tables.c: params and tables. */
void rk__compile_params(rk__compiler *c, const rk__value *list);
void rk__compile_tables(rk__compiler *c, const rk__value *root);
/* infer.c: the columns of the table of rows, if "tables" lacks it. */
#define RK__INFERRED_MAX 32
void rk__compile_infer(rk__compiler *c, const rk__value *root);
/* document_lines.c: lets, checks, lines, rows, equations. */
void rk__compile_parts(rk__compiler *c, const rk__value *root);
