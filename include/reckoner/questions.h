/* SPDX-License-Identifier: MIT
 *
 * questions.h: what would it take? Solving for a value, sensitivity, and sweeps. Included by
 * reckoner.h.
 *
 * Each question varies something of a contract or a system, evaluates it again with each value,
 * and reads a measure. The names of what is varied and of measures are those of the command:
 *
 *   varied    COMPONENT.PARAMETER, as for --param, or a JSON pointer, as for --set; for a system
 *             also `delivery`, the part of a scenario's changes that happens
 *   measures  for a contract `total`, `cost`, `margin`, ARRANGEMENT.total (or .cost, .margin), and
 *             a difference such as pbr.total-block.total; for a system `system`, `npv`, or the id
 *             of an organisation, for its position after the pool. @PERIOD takes one period;
 *             @cumulative, or no period, the sum of all.
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
    int places; /* decimals of the currency's amounts */
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

/* ------------------------------------------------------------------- sensitivity */

/* Begin as RK_SENSITIVITY_INIT. */
typedef struct rk_sensitivity_options {
    size_t size;
    const char *const *vary;      /* "WHAT=LOW,HIGH", or "WHAT" with `by`; NULL at the end */
    const char *by;               /* the part of a present value to go down and up; NULL: "10%" */
    const char *measure;          /* NULL: total, or system */
    const char *const *scenarios; /* NULL at the end; NULL: all */
    bool probability;             /* find the distribution of the measure */
    uint64_t draws;               /* of a distribution; 0: none */
    uint64_t seed; /* the same seed gives the same draws, whatever the number of threads */
} rk_sensitivity_options;
#define RK_SENSITIVITY_INIT                    \
    {                                          \
        .size = sizeof(rk_sensitivity_options) \
    }

typedef struct rk_sensitivity rk_sensitivity;

typedef struct rk_sensitivity_view {
    const char *of, *title, *basis, *currency; /* as of a solution */
    const char *measure;
    bool is_system;
    size_t n_series, n_varied;
    size_t n_uncertain; /* flows and changes with a probability */
    uint64_t draws, seed;
    int places; /* decimals of the currency's amounts */
} rk_sensitivity_view;

/* One thing varied, with everything else unchanged. */
typedef struct rk_tornado_bar {
    const char *what;
    bool percent;
    rk_num low, present, high; /* its values; present: NULL if not stated */
    rk_num at_low, at_high;    /* the measure */
    rk_num swing;              /* at_high less at_low, without its sign */
    size_t order;              /* in which it was given */
} rk_tornado_bar;

/* The distribution of a measure. Members are NULL without `probability`, the last four without
 * draws. */
typedef struct rk_chances {
    rk_num expected;          /* exact, over every outcome */
    rk_num balance;           /* exact chance that the measure is not below zero */
    rk_num median, low, high; /* of the draws: half, 5% and 95% are no higher */
    rk_num drawn_balance;
} rk_chances;

typedef struct rk_sensitive {
    const char *name; /* of the scenario, or of the contract */
    rk_num base;      /* the measure as the documents stand */
} rk_sensitive;

/* Finds how a measure moves with each thing that is varied. With `probability`, which is for
 * systems, also finds its distribution when flows and changes happen by chance, independently. At
 * most 16 can be uncertain. */
RK_API rk_status rk_sensitivity_find(rk_session *session, const char *path,
                                     const rk_sensitivity_options *options,
                                     rk_sensitivity **out_sensitivity, rk_problems *problems);

/* Frees a sensitivity; NULL does nothing. */
RK_API void rk_sensitivity_free(rk_sensitivity *sensitivity);

/* Returns what a sensitivity says of itself; never NULL. */
RK_API const rk_sensitivity_view *rk_sensitivity_read(const rk_sensitivity *sensitivity);

/* Returns a series. */
RK_API const rk_sensitive *rk_sensitivity_series(const rk_sensitivity *sensitivity, size_t index);

/* Returns a bar of a series' tornado, the widest first. */
RK_API const rk_tornado_bar *rk_sensitivity_bar(const rk_sensitivity *sensitivity, size_t series,
                                                size_t index);

/* Returns the distribution of a series. */
RK_API const rk_chances *rk_sensitivity_chances(const rk_sensitivity *sensitivity, size_t series);

/* ------------------------------------------------------------------------- sweeps */

/* Begin as RK_SWEEP_INIT. */
typedef struct rk_sweep_options {
    size_t size;
    const char *const *vary;      /* "WHAT=FROM:TO:STEP", NULL at the end */
    const char *const *measures;  /* NULL at the end; NULL: total, or system */
    const char *const *scenarios; /* NULL at the end; NULL: all */
} rk_sweep_options;
#define RK_SWEEP_INIT                    \
    {                                    \
        .size = sizeof(rk_sweep_options) \
    }

typedef struct rk_sweep rk_sweep;

typedef struct rk_sweep_view {
    const char *of, *title, *currency; /* as of a solution */
    bool is_system;
    size_t n_varied, n_measures, n_series;
    size_t n_rows; /* points of the grid; the last thing varied runs fastest */
    int places;    /* decimals of the currency's amounts */
} rk_sweep_view;

/* Evaluates a document at every point of a grid, at most ten million. While only parameters of
 * components that price no rows are varied, rows are priced once. */
RK_API rk_status rk_sweep_run(rk_session *session, const char *path,
                              const rk_sweep_options *options, rk_sweep **out_sweep,
                              rk_problems *problems);

/* Frees a sweep; NULL does nothing. */
RK_API void rk_sweep_free(rk_sweep *sweep);

/* Returns what a sweep says of itself; never NULL. */
RK_API const rk_sweep_view *rk_sweep_read(const rk_sweep *sweep);

/* Returns the name of something that is varied. */
RK_API const char *rk_sweep_varied(const rk_sweep *sweep, size_t index);

/* Returns the name of a measure. */
RK_API const char *rk_sweep_measure(const rk_sweep *sweep, size_t index);

/* Returns the name of a series. */
RK_API const char *rk_sweep_series(const rk_sweep *sweep, size_t index);

/* Returns a value of a point of the grid. */
RK_API rk_num rk_sweep_value(const rk_sweep *sweep, size_t row, size_t varied);

/* Returns a measure at a point of the grid. */
RK_API rk_num rk_sweep_measured(const rk_sweep *sweep, size_t row, size_t series, size_t measure);

#ifdef __cplusplus
}
#endif
#endif
