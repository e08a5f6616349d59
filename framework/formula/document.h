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
/* document_names.c: names in a document that must be names of its own. Each adds a problem at the
 * name's place, with the nearest name as a hint. */

/* `nearest` among `names` (NULL at the end), or `otherwise`: a hint in the compiler's memory. */
const char *rk__compile_hint(rk__compiler *c, const char *word, const char *const *names,
                             const char *otherwise);
/* The columns that lines are grouped by must be columns of the table of rows. */
void rk__compile_group_by(rk__compiler *c, const rk__value *list);
/* A check's "param" must begin with the name of a parameter: "bands[1].to". */
void rk__compile_param_name(rk__compiler *c, const rk__value *at, const char *name);
/* The names of the columns of a table, or of the items of a list; NULL at the end. */
const char *const *rk__compile_column_names(rk__compiler *c, const rk__rows_source *source);
/* "words" belong to one type, and "items" to lists. */
void rk__compile_only_for(rk__compiler *c, const rk__value *object, const char *key, bool allowed,
                          const char *type);
/* document_lines.c: lets, checks, lines, rows, equations. */
void rk__compile_parts(rk__compiler *c, const rk__value *root);
