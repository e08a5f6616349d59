/* SPDX-License-Identifier: MIT
 *
 * questions.h: what would it take? Solving for a value, sensitivity, and sweeps. Included by
 * reckoner.h.
 *
 * Each question varies something of a contract or a system, evaluates it again with each value,
 * and reads a measure. The names of what is varied and of measures are those of the command:
 *
 *   varied:   COMPONENT.PARAMETER, as --param has it; a JSON pointer, as --set has it; of a system
 *             also `delivery`, the part of a scenario's changes that happens
 *   measures: of a contract `total`, `cost`, `margin`, ARRANGEMENT.total (or .cost, .margin), and a
 *             difference such as pbr.total-block.total; of a system `system`, `npv`, or the id of
 * an organisation, whose position after the pool it is. @PERIOD takes one period of it;
 *             @cumulative, like no period, the sum of all.
 *
 * A system's measures are read in each scenario: every answer has one series for each. A contract
 * has one series.
 *
 * Ownership, threads and stability are as in ledger.h.
 */
#ifndef RECKONER_QUESTIONS_H
#define RECKONER_QUESTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "num.h"
#include "problem.h"
#include "tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ----------------------------------------------------------------------- solving */

/* Begin as RK_SOLVE_INIT. */
typedef struct rk_solve_options {
    size_t size;
    const char *vary;  /* "delivery" */
    const char *until; /* "system=0" */
    const char
        *between; /* "0,100%"; NULL: from 0 to 1 for ratios, else to twice the present value */
    const char *const *scenarios; /* NULL at the end; NULL: all */
} rk_solve_options;
#define RK_SOLVE_INIT                    \
    {                                    \
        .size = sizeof(rk_solve_options) \
    }

typedef struct rk_solution rk_solution;

typedef enum rk_root_kind {
    RK_ROOT_EXACT = 0, /* the measure follows a line here: the value is exact */
    RK_ROOT_ROUNDED,   /* the fewest digits for which the measure is the value to the penny */
    RK_ROOT_NEAREST,   /* no value that can be written comes nearer */
    RK_ROOT_JUMP,      /* the measure jumps over the value between `at` and `to` */
    RK_ROOT_RANGE      /* every value from `at` to `to` */
} rk_root_kind;

typedef struct rk_root {
    rk_root_kind kind;
    rk_num at, to;              /* `to` is `at` unless a jump or a range */
    rk_num measure, measure_to; /* there */
} rk_root;

typedef struct rk_solution_view {
    const char *of;    /* id of the contract or system */
    const char *title; /* or NULL */
    const char *basis; /* as of a result; or NULL */
    const char *currency;
    const char *vary, *measure;
    rk_num value, low, high;
    rk_num present; /* value of what is varied as the documents stand; NULL: not stated */
    bool percent;   /* it is written as a percentage */
    bool is_system;
    size_t n_series;
    uint64_t evaluations;
} rk_solution_view;

typedef struct rk_solved {
    const char *name;           /* of the scenario, or of the contract */
    bool flat;                  /* the measure is `nearest` whatever the value */
    rk_num nearest_at, nearest; /* where the measure comes nearest to the value, and what it is */
    rk_num beyond;  /* where its line would reach the value outside the interval; or NULL */
    size_t n_roots; /* by value, ascending */
} rk_solved;

/* Finds the values for which a measure has a value. If the measure follows a line over the whole
 * interval (33 points of it do, exactly), its root is exact. Else each part of a scan over which
 * the measure passes the value is searched: exactly where it follows a line, else by bisection to
 * the last digit that changes a penny. Roots that touch the value between two points of the scan
 * without passing it can be missed. RK_USAGE if an option cannot be read or the document has no
 * such component, value, period or organisation. */
RK_API rk_status rk_solve(rk_session *session, const char *path, const rk_solve_options *options,
                          rk_solution **out_solution, rk_problems *problems);

/* Frees a solution; NULL does nothing. */
RK_API void rk_solution_free(rk_solution *solution);

/* Returns what a solution says of itself; never NULL. */
RK_API const rk_solution_view *rk_solution_read(const rk_solution *solution);

/* Returns the answer of a series. */
RK_API const rk_solved *rk_solution_series(const rk_solution *solution, size_t index);

/* Returns a root of a series. */
RK_API const rk_root *rk_solved_root(const rk_solved *solved, size_t index);

/* Returns the word of a kind: "exact", "rounded", "nearest", "jump", "range". */
RK_API const char *rk_root_word(rk_root_kind kind);

#ifdef __cplusplus
}
#endif
#endif
