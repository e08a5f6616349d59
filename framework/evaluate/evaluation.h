/* SPDX-License-Identifier: MIT
 *
 * evaluation.h: some arrangements of a contract, evaluated together.
 */
#pragma once

#include "ledger/instance.h"
#include "rows/pass.h"

/* The most components in one evaluation, counted by arrangement and period. */
#define RK__MAX_INSTANCES 100000

/* What components are paid for some rows. */
typedef struct rk__evaluation_money {
    const rk__row_money *list;
    rk__instance **over; /* instead: copies of components that priced these rows alone */
    size_t n;
    bool none; /* the rows are among no component's */
} rk__evaluation_money;

/* Total rows of a table that was streamed. */
typedef struct rk__evaluation_total {
    const char *table;
    rk__total_row row;
    uint64_t others; /* not this one, but so many that are no last rows; the first stands at: */
    const char *at;
    rk__evaluation_money money;
} rk__evaluation_total;

/* Rows of a table that repeat an earlier one, and what is paid for these rows alone. */
typedef struct rk__evaluation_repeats {
    const rk__table_spec *spec;
    const char *at; /* of the first; or NULL */
    uint64_t rows, sampled;
    rk__evaluation_money money;
} rk__evaluation_repeats;

typedef struct rk__evaluation {
    rk_contract *contract;
    bool totals_only; /* neither row totals by group nor the steps of numbers are read */
    rk__sources *sources;
    const rk__arrangement **arrangements;
    size_t n_arrangements;
    rk__instance **instances; /* by arrangement: [period x component] */
    rk_result **results;      /* by arrangement; a caller that takes one sets NULL */
    rk__instance **implied;   /* components over a part of their rows, to value parameters */
    size_t n_implied, implied_capacity;
    rk__instance *costs;     /* by period: quantity x actual unit cost */
    rk_result *costs_result; /* that the numbers of `costs` live in */
    rk_provenance_fact *files;
    size_t n_files, files_capacity;
    uint64_t bad_rows;
    rk__evaluation_total *totals;
    size_t n_totals, totals_capacity;
    rk__table_finding *found; /* in tables that were streamed */
    size_t n_found, found_capacity;
    rk__evaluation_repeats *repeats; /* by table that has some */
    size_t n_repeats, repeats_capacity;
    unsigned threads;                       /* of the passes, the most */
    rk__buf profile;                        /* of the passes */
    struct rk__rows_file *rows_file;        /* of --rows, until it is complete; or NULL */
    const struct rk__evaluation_part *part; /* parts.h: of the rows, or of all parts; or NULL */
    rk__arena arena;
} rk__evaluation;

/* Evaluates; `results` are complete if this returns 0. Dispose in any case. */
rk_status rk__evaluate(rk_contract *contract, const rk__arrangement *const *arrangements, size_t n,
                       rk__evaluation *out, rk_problems *problems);
/* As above without row passes and settlements: reports every problem of parameters and tables. */
rk_status rk__evaluation_plan(rk_contract *contract, const rk__arrangement *const *arrangements,
                              size_t n, rk__evaluation *out, rk_problems *problems);
/* Both with totals only. */
rk_status rk__evaluate_totals(rk_contract *contract, const rk__arrangement *const *arrangements,
                              size_t n, rk__evaluation *out, rk_problems *problems);
rk_status rk__evaluation_plan_totals(rk_contract *contract,
                                     const rk__arrangement *const *arrangements, size_t n,
                                     rk__evaluation *out, rk_problems *problems);
/* The chosen arrangement of a contract, or all of them, with totals only unless the session
 * groups rows. Dispose in any case. */
rk_status rk__evaluate_set(rk_contract *contract, bool all, rk__evaluation *out,
                           rk_problems *problems);
/* The same without row passes and settlements. */
rk_status rk__evaluation_plan_set(rk_contract *contract, bool all, rk__evaluation *out,
                                  rk_problems *problems);
/* As rk__evaluate, and writes the priced rows if the session's options name a file for them. */
rk_status rk__evaluate_rows(rk_contract *contract, const rk__arrangement *const *arrangements,
                            size_t n, bool totals_only, rk__evaluation *out, rk_problems *problems);
/* The arrangement of a name, or the contract's own choice (NULL). */
rk_status rk__arrangement_named(const rk_contract *contract, const char *name,
                                const rk__arrangement **out, rk_problems *problems);
/* The steps that follow rk__evaluation_plan, which binds. */
rk_status rk__evaluation_bind(rk__evaluation *evaluation, rk_problems *problems);
rk_status rk__evaluation_prepare(rk__evaluation *evaluation, rk_problems *problems);
rk_status rk__evaluation_settle(rk__evaluation *evaluation, rk_problems *problems);
/* Instances of an arrangement: for each period, by component. */
static inline size_t rk__evaluation_n_instances(const rk__evaluation *evaluation,
                                                size_t arrangement)
{
    return evaluation->contract->n_periods * evaluation->arrangements[arrangement]->n_components;
}
/* Every instance that streams rows of a table, over all arrangements and periods; `out` must
 * hold all instances. */
size_t rk__evaluation_streams(rk__evaluation *evaluation, const rk__table_spec *spec,
                              rk__instance **out);
/* Reads each row table once for all instances that stream. `go_on`: after a table fails, reads
 * the others too. */
rk_status rk__evaluation_passes(rk__evaluation *evaluation, bool go_on, rk_problems *problems);
/* Reports that there is no arrangement of this name, and lists those that exist. */
rk_status rk__no_arrangement(const rk_contract *contract, const char *name, rk_problems *problems);
void rk__evaluation_dispose(rk__evaluation *evaluation);

/* Adds a finding if rows are to be grouped but no component prices any. */
void rk__find_nothing_to_group(const rk__evaluation *evaluation);

/* implied_instances.c: an instance like another, in no result; NULL if out of memory. */
rk__instance *rk__evaluation_copy(rk__evaluation *evaluation, const rk__instance *instance);
/* implied_instances.c: makes the instances that value parameters over a part of a component's rows.
 */
rk_status rk__values_plan(rk__evaluation *evaluation);
/* Prepares them; with `go_on`, leaves out those of components that could not be prepared. */
rk_status rk__values_prepare(rk__evaluation *evaluation, bool go_on, rk_problems *problems);

/* total_rows.c: keeps the total rows of a table that was streamed, and what else looks wrong in it;
 * reports those of all tables. `instances` are those of the pass that found them. */
rk_status rk__evaluation_keep_totals(rk__evaluation *evaluation, const rk__table_spec *spec,
                                     rk__instance *const *instances, size_t n,
                                     const rk__pass_files *files, rk_problems *problems);
void rk__evaluation_report_totals(rk__evaluation *evaluation, rk_result *result);
/* What a result pays for some rows of a table: NULL if nothing is known of it. `quantity`: of the
 * first component that prices them; or NULL. */
rk_num rk__evaluation_paid(const rk__evaluation *evaluation, rk_result *result,
                           const rk__evaluation_money *money, rk_num *quantity);

/* duplicates.c: prices rows by themselves, where what they are paid was not kept when all rows were
 * priced. `instances` are those of that pass; *at is where the first row stands. */
rk_status rk__evaluation_price_rows(rk__evaluation *evaluation, const rk__table_spec *spec,
                                    rk__instance *const *instances, size_t n,
                                    const rk__row_mark *marks, size_t n_marks,
                                    rk__evaluation_money *money, const char **at,
                                    rk_problems *problems);
/* Keeps the rows that repeat an earlier one, and what is paid for them. */
rk_status rk__evaluation_price_repeats(rk__evaluation *evaluation, const rk__table_spec *spec,
                                       rk__instance *const *instances, size_t n,
                                       const rk__pass_files *files, rk_problems *problems);
/* Reports them, and those of tables that are held in memory. */
void rk__evaluation_report_repeats(rk__evaluation *evaluation, rk_result *result);

/* assemble.c: builds a result from its instances. */
rk_status rk__result_assemble(rk__evaluation *evaluation, size_t arrangement,
                              rk_problems *problems);

/* explain.c: adds below `step` the components of a result in a period, with their lines. */
rk_status rk__explain_period(rk_contract *contract, const rk_result *result, const char *period,
                             rk_explanation *out, rk__step *step);

/* kept_rows.c: copies the totals of an instance's rows that settling needs. The copy lives in the
 * arena and the numbers. */
rk_status rk__rows_keep(const rk__instance *instance, rk__arena *arena, rk__nums *nums,
                        rk__row_outcome *out);
