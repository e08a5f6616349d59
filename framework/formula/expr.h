/* SPDX-License-Identifier: MIT
 *
 * expr.h: expressions of rule documents: text to tree.
 *
 * The grammar, from the loosest to the tightest: OR; AND; NOT; = <> < <= > >= (two operands);
 * + -; * /; a leading minus; ^ with a whole power; numbers (2.5, 35.7%), texts ('EL'), names
 * (pop, units.pop), calls (SUM(...)) and parentheses. There are no loops: the steps of an
 * expression are bounded by its length and by the rows of the tables that it adds up.
 */
#pragma once

#include "base/alloc.h"
#include "base/problems.h"
#include "reckoner/plugin.h"
#include "json/json.h"

#define RK__EXPR_MAX_BYTES 8192
#define RK__EXPR_MAX_DEPTH 64
#define RK__EXPR_MAX_POWER 100
#define RK__EXPR_MAX_ARGS  32

typedef enum rk__expr_type { RK__EXPR_NUMBER = 1, RK__EXPR_TRUTH, RK__EXPR_TEXT } rk__expr_type;

typedef enum rk__expr_op {
    RK__OP_CONSTANT = 1, /* of any type */
    RK__OP_NAME,         /* not resolved yet */
    RK__OP_PARAM,
    RK__OP_LET,
    RK__OP_CELL,   /* of the current row of a table or list */
    RK__OP_GLOBAL, /* rk__global */
    RK__OP_ADD,
    RK__OP_SUB,
    RK__OP_MUL,
    RK__OP_DIV,
    RK__OP_POWER,
    RK__OP_NEG,
    RK__OP_EQ,
    RK__OP_NE,
    RK__OP_LT,
    RK__OP_LE,
    RK__OP_GT,
    RK__OP_GE,
    RK__OP_AND,
    RK__OP_OR,
    RK__OP_NOT,
    RK__OP_CALL /* rk__function */
} rk__expr_op;

typedef enum rk__function {
    RK__IF = 1,
    RK__MIN,
    RK__MAX,
    RK__SUM,
    RK__AVG,
    RK__COUNT,
    RK__PRODUCT,
    RK__ABS,
    RK__ROUND,
    RK__FLOOR,
    RK__CEILING,
    RK__TRUNC,
    RK__SAFE_DIV,
    RK__POW,
    RK__LOOKUP,
    RK__BAND,
    RK__DAYS,
    RK__MONTHS,
    RK__GIVEN
} rk__function;

/* Values that no table has. */
typedef enum rk__global {
    RK__GLOBAL_OF = 1, /* what the components in `of` come to */
    RK__GLOBAL_QUANTITY,
    RK__GLOBAL_AMOUNT,
    RK__GLOBAL_ELEMENT, /* `index` */
    RK__GLOBAL_START,
    RK__GLOBAL_END
} rk__global;

typedef struct rk__expr {
    uint8_t op;          /* rk__expr_op */
    uint8_t type;        /* rk__expr_type; 0 until checked */
    uint8_t function;    /* rk__function, rk__global */
    uint8_t n;           /* arguments */
    bool total;          /* CELL: of the row that SUM and its like are at; GLOBAL: of the group */
    bool truth;          /* CONSTANT */
    uint32_t at;         /* offset in the text: of the operator, or of the first character */
    uint32_t begin, end; /* an argument's text */
    int32_t index;       /* PARAM, LET, CELL: of the column; GLOBAL: element; POWER: the power */
    int32_t source;      /* CELL, SUM, AVG, COUNT, LOOKUP, BAND: the table or list */
    const char *text;    /* CONSTANT: text, or a number as written; NAME */
    rk_num number;       /* CONSTANT, once loaded */
    struct rk__expr *arg[];
} rk__expr;

/* A text that holds an expression, and its place. */
typedef struct rk__source {
    const char *text;
    const char *what;      /* "let 'rate'": for messages */
    const char *file;      /* NULL: the text is a cell of a contract */
    const char *raw;       /* the text as written in the document, with escapes */
    uint32_t line, column; /* without a file, line is 1 + the row of the table of equations */
    const rk__value *at;   /* while the document is loaded; then NULL */
} rk__source;

/* Takes the text of a JSON string; copies what it needs into `arena`. False if out of memory. */
bool rk__source_take(rk__source *out, const rk__value *at, const char *what, rk__arena *arena);

/* Adds a problem at a character of an expression and returns `status`. */
rk_status rk__expr_problem(const rk__source *source, uint32_t at, rk_status status,
                           rk_problems *problems, const char *hint, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* The line and column of a character of an expression. */
void rk__source_place(const rk__source *source, uint32_t at, uint32_t *line, uint32_t *column);

/* Reads a whole text. NULL with *status: RK_SYNTAX, RK_LIMIT (with a problem) or RK_NO_MEMORY. */
rk__expr *rk__expr_parse(const rk__source *source, rk__arena *arena, rk_status *status,
                         rk_problems *problems);

/* The value of a number as written, in `arena`. RK_SYNTAX with *why if it is none, or too long. */
rk_status rk__constant_value(const char *text, rk_num *out, rk__arena *arena, const char **why);

/* The name of a function, as written. */
const char *rk__function_name(int function);
bool rk__expr_is_name(const char *text); /* [A-Za-z_][A-Za-z0-9_]*, no word of the language */
