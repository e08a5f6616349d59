/* SPDX-License-Identifier: MIT
 *
 * formula.h: a rule document ("reckoner": "rule/1"), compiled to an ordinary rk_rule.
 *
 * The tables of the rule are made from the document. Its functions are those of settle.c and
 * rows.c for every document; they find the document by the first member of the parameters, which
 * the binder fills in (rk__rule.document).
 *
 * Threads: a compiled document is constant.
 */
#pragma once

#include "formula/expr.h"

#define RK__FORMULA_SUFFIX    ".rule.json"
#define RK__FORMULA_EQUATIONS 4096 /* and inputs, of one settlement */
#define RK__FORMULA_DEPTH     500  /* of names that use names further down */

/* What an expression depends on. */
#define RK__USES_TABLES 0x1u /* cells of tables that are settled */
#define RK__USES_OF     0x2u
#define RK__USES_ROWS   0x4u /* totals of the priced rows */
#define RK__USES_ROW    0x8u /* a cell of the current row, or the current group */

typedef struct rk__let {
    const char *name;
    rk__source source;
    rk__expr *expr; /* NULL: an input, in `row` of the table of inputs */
    size_t row;
    uint8_t type;  /* rk__expr_type, once resolved */
    uint8_t state; /* of resolving: 0 not begun, 1 begun, 2 done, 3 failed */
    uint8_t uses;
    bool pays; /* equations */
} rk__let;

/* A run of lets in rk__formula.lets. */
typedef struct rk__lets {
    size_t first, n;
} rk__lets;

/* A table, or a parameter that is a list. */
typedef struct rk__rows_source {
    const char *name;
    const rk_param *list; /* NULL: a table */
    int first, n;         /* its columns in rk__formula.columns, or the list's items */
    int keys[4];          /* columns that LOOKUP compares */
    int n_keys;
} rk__rows_source;

/* An optional expression of the document. */
typedef struct rk__part {
    rk__source source;
    rk__expr *expr; /* NULL: not given */
} rk__part;

#define RK__EACH_ONCE   (-1)
#define RK__EACH_GROUPS (-2)

typedef struct rk__line_spec {
    int each;                /* a source, or RK__EACH_... */
    const char *label;       /* as written, if it is no expression */
    const char *unit, *note; /* note: the line's source */
    rk__part label_of, condition, quantity, rate, factor, amount;
    rk__lets lets;
    bool memo;
} rk__line_spec;

typedef struct rk__check_spec {
    rk__part condition;
    const char *text, *hint, *param;
    rk_status code; /* RK_OK: a warning */
} rk__check_spec;

typedef struct rk__refusal_spec {
    rk__part condition;
} rk__refusal_spec;

typedef struct rk__formula {
    rk_rule rule;
    rk_param *params;
    rk_column *columns;
    rk_element *elements;
    rk_reason *reasons; /* of refusals; then one for a zero divisor */
    size_t n_params, n_columns, n_elements;
    rk__rows_source *sources;
    size_t n_sources;
    rk__let *lets;
    size_t n_lets;
    rk__lets globals;
    rk__line_spec *lines;
    size_t n_lines;
    bool has_groups; /* a line is for each group; else priced rows have their usual lines */
    rk__check_spec *checks;
    size_t n_checks;
    /* Rows. */
    int row_source; /* the table that is priced; -1 */
    rk__lets row_lets;
    rk__part amount;
    rk__part *element_of; /* n_elements */
    rk__refusal_spec *refusals;
    size_t n_refusals;
    rk_decimal unit; /* rows are rounded to; 0: not rounded */
    /* Equations that are data. */
    int equations, inputs; /* sources; -1 */
    int name_column, formula_column, input_name, input_value;
    const char *const *pays; /* NULL at the end; NULL: the parameter `pays` */
} rk__formula;

/* Compiles a document. All is in `arena`, which the formula borrows from; the document may be
 * freed. NULL with *status after the problems were added. */
const rk__formula *rk__formula_compile(const rk__json *document, rk__arena *arena,
                                       rk_status *status, rk_problems *problems);

/* ------------------------------------------------------ between the files of the room */

/* Where names are looked up. */
typedef struct rk__scope {
    const rk__formula *formula;
    rk__let *lets;                 /* all of them: the formula's, then those of equations */
    rk__lets globals, more;        /* visible everywhere; `more` are equations and inputs */
    const struct rk__names *names; /* of `more` */
    rk__lets local;                /* visible in this line, or in rows */
    int table;                     /* whose columns are bare names; -1 */
    bool rows, groups;             /* rows are priced; a line for each group */
    int depth;                     /* of lets that use lets */
    rk__arena *arena;
    rk_problems *problems;
} rk__scope;

/* Resolves the names of an expression and checks its types. `want` is the type it must have; 0
 * for any. *uses gets what it depends on. */
rk_status rk__formula_resolve(const rk__scope *scope, const rk__source *source, rk__expr *e,
                              int want, uint8_t *uses);
/* Resolves a let once, and those that it uses. */
rk_status rk__formula_resolve_let(const rk__scope *scope, rk__let *let);

int rk__formula_check(const rk_host *h, const void *params, const rk_of *of, size_t n_of);
int rk__formula_settle(const rk_host *h, const void *params, const void *state,
                       const rk_settlement *settlement);
int rk__formula_prepare(const rk_host *h, const void *params, const rk_period *period,
                        void **state);
int rk__formula_price(const rk_host *h, const void *params, const void *state,
                      const rk_batch *batch, rk_priced *out);
void rk__formula_release(void *state);
