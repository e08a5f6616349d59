/* SPDX-License-Identifier: MIT
 *
 * rows.h: the flat program that prices rows by a rule document, column by column.
 *
 * The expressions of the rows are compiled once for a component and period, with its parameters
 * and tables as constants. Each step works on a chunk of rows. A number is a fraction: an integer
 * of 128 bits, in units of 10^-scale, over another one or over one. The scale of each step is
 * known when the program is made. A row that does not fit, lacks a value or is divided by zero is
 * marked, and eval.c prices it again in exact numbers of any size: both ways give the same amount.
 */
#pragma once

#include "formula/eval.h"

#define RK__CHUNK 128

typedef enum rk__step_op {
    RK__STEP_COLUMN = 1, /* out = the column */
    RK__STEP_IS_WORD,    /* out = whether the column is word `number` */
    RK__STEP_HAS,        /* out = whether the column has a value */
    RK__STEP_CONSTANT,   /* out = wide, or the truth `number` */
    RK__STEP_MISSING,    /* every row is marked */
    RK__STEP_ADD,        /* a x 10^up[0] + b x 10^up[1] */
    RK__STEP_SUB,
    RK__STEP_MUL,
    RK__STEP_NEG,
    RK__STEP_NEED,   /* rows in which b is zero are marked; a otherwise */
    RK__STEP_SIGNED, /* a, with the sign of b */
    RK__STEP_ABS,
    RK__STEP_EQ, /* a x 10^up[0] = b x 10^up[1], and so on in the order of rk__expr_op */
    RK__STEP_NE,
    RK__STEP_LT,
    RK__STEP_LE,
    RK__STEP_GT,
    RK__STEP_GE,
    RK__STEP_AND,
    RK__STEP_OR,
    RK__STEP_NOT,
    RK__STEP_SAME,   /* whether two truths are equal */
    RK__STEP_CHOOSE, /* c, if a holds, else b: numbers */
    RK__STEP_CHOOSE_TRUTH,
    RK__STEP_ROUND, /* a x 10^up[0] / (b x 10^up[1]), b may be -1; `number`: RK__ROUND_... */
} rk__step_op;

enum { RK__ROUND_HALF, RK__ROUND_DOWN, RK__ROUND_UP, RK__ROUND_ZERO };

typedef struct rk__step {
    uint8_t op;
    uint8_t up[2];
    int16_t out, a, b, c; /* registers */
    int32_t column;
    int64_t number;
    rk_int128 wide;
} rk__step;

/* A value in registers; den is -1 for one. It is num / den x 10^-scale. */
typedef struct rk__operand {
    int16_t num, den, scale;
    uint8_t type; /* rk__expr_type */
} rk__operand;

typedef struct rk__program {
    rk__arena arena;
    rk__step *steps;
    size_t n_steps, capacity, n_registers;
    bool failed; /* eval.c prices every row */
    bool no_memory;
    rk__operand amount; /* num is -1 if the elements are the amount */
    rk__operand *elements, *refusals;
    rk__own_host own; /* the constants */
    rk__let_value *values;
    const rk_period *period;
    rk_period kept_period;
} rk__program;

/* Compiles the rows of a document. `ev` values what does not depend on the row; it must have
 * `values` for all lets. */
void rk__program_compile(rk__program *program, rk__eval *ev);

typedef struct rk__register {
    rk_int128 v[RK__CHUNK];
    uint8_t t[RK__CHUNK];   /* truths */
    uint8_t bad[RK__CHUNK]; /* marked rows */
} rk__register;

/* 10^n; n from 0 to 38. */
rk_int128 rk__ten_to(int n);
/* Runs the program on n rows, at most RK__CHUNK, from row `first` of a batch. */
void rk__program_run(const rk__program *program, rk__register *registers, const rk_batch *batch,
                     const rk_column *columns, size_t first, size_t n);
