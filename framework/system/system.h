/* SPDX-License-Identifier: MIT
 *
 * system.h: what the evaluation of a system found, and what its files share.
 *
 * Each scenario is read from its own copy of the document, changed as it says,
 * and evaluated by itself. A position is made of entries (what an organisation
 * gets and bears, from whom, for what); everything else is added up from them.
 */
#pragma once

#include "evaluate/evaluation.h"
#include "system/coverage.h"

/* ------------------------------------------------------------------ results */

/* Each struct begins with the public one of include/reckoner/system.h. */

static inline bool rk__entry_comes_in(rk_entry_kind kind)
{
    return kind <= RK_ENTRY_GRANT;
}

typedef struct rk__position {
    struct rk_position;
    rk_entry *entries;
    size_t capacity;
} rk__position;

typedef struct rk__period_outcome {
    struct rk_system_period;
    rk__position *positions; /* by organisation */
    rk_contract_payment *contracts;
    rk_num incurred[RK_N_SECTORS]; /* stranded and double-running cost, where it falls */
    rk_num borne[RK_N_SECTORS];    /* and who bears it after the pool; NULL where the pool
                                      mixes it with variances or other charges */
} rk__period_outcome;

typedef struct rk__scenario_result {
    struct rk_scenario_result;
    rk__nums nums;
    rk__period_outcome *periods;
    rk_balance balance;
    rk_balance *organisations; /* of each, after the pool */
    size_t n_organisations;
    rk_num *unchanged; /* [contract x period]: payments without the scenario's changes of
                          activity; NULL: it changes none */
    rk_num *bridge;    /* [organisation x step], the whole system last; NULL: of the first */
    rk_condition_test *conditions;
    size_t conditions_capacity;
    rk_coverage_line *coverage;
    rk__findings found;
} rk__scenario_result;

struct rk_system_result {
    struct rk_system_view;
    rk__arena arena;
    rk_source_note *sources;
    rk_system_input *inputs;
    size_t inputs_capacity;
    rk_organisation_view *organisations;
    const char **periods; /* ids */
    rk__scenario_result *scenarios;
    bool figures_only;                    /* without what the report alone shows: the bridge */
    struct rk__system_question *question; /* of explain.c; or NULL */
    rk_explanation *explained;            /* of all positions; NULL: it is not kept */
};

/* explain.c: begins the explanation of all positions of n scenarios. */
rk_status rk__system_explain_all(const rk_system *system, size_t n, rk_system_result *result);

/* evaluate.c: evaluates scenarios to answer a question of explain.c. */
rk_status rk__system_ask(rk_system *system, const char *const *scenarios,
                         struct rk__system_question *question, rk_problems *problems);
/* evaluate.c: as rk_system_evaluate, without the bridge between scenarios. */
rk_status rk__system_figures(rk_system *system, const char *const *scenarios,
                             rk_system_result **out_result, rk_problems *problems);

/* ------------------------------------------------------------------ the parts */

/* The document that a contract was read from; NULL: it is in the system's. */
typedef struct rk__contract_file {
    const char *path;
    char sha256[RK__SHA256_TEXT];
} rk__contract_file;

struct rk_system {
    rk_session *session;
    rk__arena arena;
    rk__json *document; /* with its contracts in place */
    rk__json **held;    /* documents that it was made of */
    size_t n_held, held_capacity;
    const char *base_dir;
    const rk__value *kind;                    /* "contract/1" */
    const char **contract_dirs;               /* that paths of each contract are relative to */
    struct rk__contract_file *contract_files; /* of each contract */
    unsigned *inherits; /* of each contract: the keys that it has from the system */
    size_t n_placed;    /* contracts that have these three */
    char sha256[RK__SHA256_TEXT];
    bool keeps_steps; /* how each position came about */
    rk__system base;  /* as the documents stand */
};

/* load.c: after a value was set in a copy of the system's document: puts it into the contracts that
 * inherited it too, and fills in a contract that was set. */
rk_status rk__system_inherit(const rk_system *system, rk__json *document, const char *pointer,
                             rk_problems *problems);
/* Applies one --set to a copy of the system's document; *value owns the new value. */
rk_status rk__system_set(const rk_system *system, rk__json *document, const char *set,
                         rk__json **value, rk_problems *problems);

/* load.c: a system from a document that outlives it, whose paths are relative to `base_dir`, with
 * the values of an object of pointers (or NULL). Freed with rk_system_free. */
rk_status rk__system_from(rk_session *session, const rk__value *root, const char *base_dir,
                          const rk__value *set, rk_system **out, rk_problems *problems);
