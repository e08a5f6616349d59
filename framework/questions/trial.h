/* SPDX-License-Identifier: MIT
 *
 * trial.h: a contract or a system that is evaluated repeatedly with other values, and the measures
 * read from it. reckoner/questions.h describes the names of both.
 */
#pragma once

#include "evaluate/evaluation.h"
#include "system/system.h"

typedef struct rk__trial rk__trial;

/* Something that is varied. */
typedef struct rk__variable {
    const char *what;
    rk_num present; /* as the documents stand; NULL: not stated */
    bool percent;   /* it is written as a percentage */
    bool fractions; /* it takes "3/95"; else at most six decimals */
} rk__variable;

typedef struct rk__trial_options {
    const char *const *vary; /* names, NULL at the end */
    const char *const *measures;
    const char *const *scenarios; /* or NULL: all */
} rk__trial_options;

/* Loads a document. RK_USAGE if it has nothing of a name. */
rk_status rk__trial_open(rk_session *session, const char *path, const rk__trial_options *options,
                         rk__trial **out, rk_problems *problems);
void rk__trial_free(rk__trial *trial);

const rk__variable *rk__trial_variable(const rk__trial *trial, size_t index);
size_t rk__trial_n_series(const rk__trial *trial);
const char *rk__trial_series(const rk__trial *trial, size_t index);
bool rk__trial_is_system(const rk__trial *trial);
/* What is tried. */
typedef struct rk__trial_subject {
    const char *of;            /* id of the contract or system */
    const char *title, *basis; /* or NULL */
    const char *currency;
    int places;
} rk__trial_subject;
/* Copies its texts; arena->failed if out of memory. */
rk__trial_subject rk__trial_subject_of(const rk__trial *trial, rk__arena *arena);

/* Evaluates with a value for each variable (NULL: unchanged) and puts the measures into
 * out[series x measure], as numbers of `nums`. RK_OUT_OF_RANGE if a value cannot be written as
 * the variable takes it; other statuses are of the evaluation. */
rk_status rk__trial_run(rk__trial *trial, const rk_num *values, rk__nums *nums, rk_num *out,
                        rk_problems *problems);
uint64_t rk__trial_n_runs(const rk__trial *trial);

/* read_number.c: "LOW,HIGH" of an option; RK_USAGE if it is not two numbers. *percent is set if one
 * is a percentage. */
rk_status rk__read_range(rk__arena *arena, rk__nums *nums, const char *text, rk_num *low,
                         rk_num *high, bool *percent);
/* kind.c: whether the document of a path is a system. */
rk_status rk__is_system(const char *path, bool *out, rk_problems *problems);

/* ------------------------------------------------- between the files of trials */

typedef enum rk__varied_kind {
    RK__VARY_PARAM = 0,
    RK__VARY_POINTER,
    RK__VARY_DELIVERY
} rk__varied_kind;

typedef struct rk__varied {
    struct rk__variable;
    rk__varied_kind kind;
    rk__buf text; /* "COMPONENT.NAME=VALUE" or "/pointer=VALUE" of the present run */
    size_t value_at;
} rk__varied;

/* The first three are of contracts, in the order of their words. */
typedef enum rk__figure_kind {
    RK__TOTAL = 0,
    RK__COST,
    RK__MARGIN,
    RK__SYSTEM,
    RK__NPV,
    RK__POSITION
} rk__figure_kind;

/* A measure: a figure, or one figure less another. */
typedef struct rk__figure {
    size_t arrangement; /* of a contract: index in the trial's list */
    rk__figure_kind kind;
    size_t organisation;
    size_t period; /* SIZE_MAX: the sum of all */
} rk__figure;

typedef struct rk__measure {
    rk__figure first, less;
    bool difference;
} rk__measure;

struct rk__trial {
    rk_session *session;
    rk__arena arena;
    rk__nums nums;
    const char *path;
    const char *const *session_params; /* those of the session, put back at the end */
    const char **params;               /* with those that are varied */
    rk__varied *varied;
    size_t n_varied;
    rk__measure *measures;
    size_t n_measures;
    const char **series;
    size_t n_series;
    uint64_t runs;
    rk_contract *contract;                /* of a contract */
    const rk__arrangement **arrangements; /* that measures name */
    size_t n_arrangements;
    struct rk__plan *plan;
    bool planned;      /* whether a plan was tried */
    rk_system *system; /* of a system */
};

/* trial_system.c: a figure of a scenario. */
rk_num rk__figure_of(const rk__figure *f, const rk__scenario_result *s);

/* trial_contract.c, trial_system.c */
rk_status rk__trial_open_contract(rk__trial *t, const rk__trial_options *o, rk_problems *problems);
rk_status rk__trial_run_contract(rk__trial *t, rk__nums *nums, rk_num *out, rk_problems *problems);
rk_status rk__trial_open_system(rk__trial *t, const rk__trial_options *o, rk_problems *problems);
rk_status rk__trial_run_system(rk__trial *t, rk__nums *nums, rk_num *out, rk_problems *problems);
/* trial_measure.c: reads the name of a measure. RK_USAGE if the document has nothing of the name.
 */
rk_status rk__measure_of_contract(rk__trial *t, const char *text, rk__measure *out,
                                  rk_problems *problems);
rk_status rk__measure_of_system(rk__trial *t, const char *text, rk__measure *out,
                                rk_problems *problems);
/* trial_varied.c. Whether a component of these contracts' documents has the id of a
 * COMPONENT.PARAMETER; finds its present value. */
bool rk__trial_find_param(rk__trial *t, rk__varied *v, const rk__value *contract);
/* Sets the present value to one as written in a document or on the command line. */
void rk__trial_present(rk__trial *t, rk__varied *v, const char *text);
