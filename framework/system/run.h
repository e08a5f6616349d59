/* SPDX-License-Identifier: MIT
 *
 * run.h: one scenario being evaluated, and its findings.
 */
#pragma once

#include "system/system.h"

/* Activity that a change moved, and the organisation whose cost it is. */
typedef struct rk__moved {
    size_t change, organisation, period;
    size_t behaviour; /* SIZE_MAX: none covers it */
    rk_num by;
} rk__moved;

/* What the activity of a behaviour changes by in a period, and the cost that it leaves behind
 * there (below zero: fixed cost that growth has not called for yet). */
typedef struct rk__activity_cost_entry {
    rk_num by, left;
    size_t contract; /* whose change it was last */
} rk__activity_cost_entry;

/* One scenario being evaluated. */
typedef struct rk__system_run {
    rk_system *system;
    rk_system_result *result;
    rk__scenario_result *out;
    rk__json *document;
    rk__json **made; /* tables that were changed */
    size_t n_made, made_capacity;
    rk__system s;
    const rk__scenario *scenario;
    rk_contract **contracts;
    rk_result **results;
    rk_num *payments;     /* [contract x period]; NULL: not evaluated yet */
    bool *grants;         /* by contract: some of it is paid on conditions */
    bool *waits;          /* by contract: it depends on a position of the system */
    bool *follows;        /* by contract: it is paid by what the system says a service costs */
    size_t *contracts_of; /* numbers of the contracts of each organisation, one after another */
    size_t *flows_of;     /* the same of its flows; both in their order */
    size_t *first_contract, *first_flow; /* where those of an organisation begin; one more */
    rk_num *granted; /* [contract x period]: the part of the payment that is a grant */
    bool quiet;      /* contracts are evaluated without findings */
    rk__moved *moved;
    size_t n_moved, moved_capacity;
    rk__activity_cost_entry *costs; /* [behaviour x period] */
    rk_problems *problems;
} rk__system_run;

static inline rk__activity_cost_entry *rk__activity_cost(const rk__system_run *run,
                                                         size_t behaviour, size_t period)
{
    return &run->costs[behaviour * run->s.n_periods + period];
}

static inline rk_num *rk__payment(const rk__system_run *run, size_t of, size_t period)
{
    return &run->payments[of * run->s.n_periods + period];
}

/* Adds a finding once; its numbers are of the scenario's (run->s.nums). */
rk_status rk__system_finding(rk__system_run *run, rk_finding finding, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds the findings of a contract's result, "contract 'x': ...". */
rk_status rk__system_findings_of(rk__system_run *run, const char *contract,
                                 const rk_result *result);
/* Prints an amount for a finding, to the minor unit and grouped: "-29,000.00". */
void rk__system_amount(const rk__system_run *run, rk__buf *out, rk_num amount);

/* balance.c: whether and when a system balances. */

/* Fills the balance of the scenario from its positions. */
rk_status rk__system_balance(rk__system_run *run);

/* explain.c: adds the scenario to the explanations that were asked for. */
rk_status rk__system_answer_question(rk__system_run *run);

/* bridge.c: what moves positions from the first scenario to another. */

/* Finds the steps from the first scenario to each other one. All must have been evaluated. */
rk_status rk__system_bridge(rk_system_result *result);

/* changes.c: changes of activity in a scenario. */

/* Replaces the value at a pointer of the scenario's document; takes ownership of `made`. */
rk_status rk__system_replace(rk__system_run *run, const char *pointer, rk__json *made);
/* Makes the scenario's changes of activity in its document, and notes whose cost moves. */
rk_status rk__system_change(rk__system_run *run);

/* sets.c: the values that a scenario sets. */

/* Sets them in the scenario's copy of the document. */
rk_status rk__system_apply_sets(rk__system_run *run, const rk__scenario *scenario);

/* contracts.c: what a contract of a system pays. */

/* Adds those tables of a system's document that the contract does not have. */
rk_status rk__contract_share(rk_contract *contract, const rk__value *system, const char *base_dir,
                             rk_problems *problems);
/* Reads and evaluates the i-th contract, whose conditions on positions are settled, and notes
 * what it pays in each period. */
rk_status rk__system_pay_one(rk__system_run *run, size_t i);

/* cost.c: the cost that follows activity. */

/* Adds up what each behaviour's activity changes by and leaves behind in each period
 * (run->costs), from what the changes moved. Call after rk__system_change. */
rk_status rk__system_cost(rk__system_run *run);

/* grants.c: contracts on conditions that the system meets. */

/* Marks the contracts that are grants, and those that depend on positions (run->waits). */
rk_status rk__system_find_grants(rk__system_run *run);
/* Pays those that depend on positions, each after those that move the positions it depends on;
 * RK_CYCLE if there is no such order. */
rk_status rk__system_pay_grants(rk__system_run *run);

/* chosen.c: the components that a scenario chooses of a contract. */

/* The list of them; NULL if there is none. */
const rk__value *rk__chosen_components(const rk__system_run *run, size_t contract);
/* How many of them are grants, and others that are paid. */
void rk__count_grants(const rk__system_run *run, size_t contract, size_t *grants, size_t *others);
/* Notes which part of a contract's payments are grants. */
void rk__system_take_grants(rk__system_run *run, size_t i, const rk_result *result);

/* conditions.c: conditions that positions meet or miss. */

typedef struct rk__condition {
    size_t organisation;
    bool with_grants, cumulative, after_pool;
} rk__condition;

/* The rows of a table in place; or NULL. The condition of a row; or NULL. */
const rk__value *rk__condition_rows(const rk__value *table);
const rk__value *rk__condition_in(const rk__value *row);
rk_status rk__condition_read(rk__system_run *run, size_t contract, const rk__value *met,
                             rk__condition *out);
/* Replaces the conditions of a table by true or false (all by false if `missed`). */
rk_status rk__condition_settle(rk__system_run *run, size_t contract, const rk__value *table,
                               bool missed);

/* system_cost.c: a parameter that is the cost of an organisation in the system. */

bool rk__states_system_cost(const rk__system_run *run, size_t contract);
/* The n-th such parameter of a contract and its organisation; *at is NULL if there are fewer. */
rk_status rk__system_cost_of(rk__system_run *run, size_t contract, size_t n, size_t *organisation,
                             const rk__value **at);
/* Whether what a contract makes its payer pay is in the scope of the cost stated at `at`, so that
 * it must be known before. */
rk_status rk__system_cost_includes(rk__system_run *run, const rk__value *at, size_t contract,
                                   bool *out);
/* The part of a financial year of its contract that a component with amounts per year stands for in
 * a period of the system; one without them: 1. */
rk_status rk__system_year_part(rk__system_run *run, size_t contract, const rk__value *component,
                               size_t period, rk_num *out);
/* Replaces them in the scenario's document by the costs of each period. */
rk_status rk__system_state_costs(rk__system_run *run, size_t contract);

/* pool.c: the pool, and its sharing out. */

/* Someone who shares: what the pool takes over from it, a whole number of pennies, and its part of
 * all that is taken over, below zero for a loss. */
typedef struct rk__pool_member {
    size_t organisation;
    const char *name; /* each has its own */
    rk_num share, amount;
    rk_num loss_cap, gain_cap; /* NULL: none */
    rk_num part;               /* found */
} rk__pool_member;

/* Takes into the pool what it pools in a period, whose positions are known, and shares it out; does
 * nothing without a pool. Subtracts what is drawn from *reserve (NULL: none). `quiet`: without
 * findings. */
rk_status rk__system_share(rk__system_run *run, size_t period, rk__period_outcome *out,
                           rk_num *reserve, bool quiet);
/* Shares out by the rule `risk-pool`; the shares add up to one. */
rk_status rk__pool_settle(rk__system_run *run, size_t period, rk__pool_member *members, size_t n,
                          bool respread, rk_num *residual);

/* positions.c: positions of organisations; outcome.c: what follows from them. */

/* The VAT on an amount that its payer does not recover; NULL if there is no rate or amount. */
rk_num rk__vat_lost(rk__system_run *run, rk_num amount, size_t payer, rk_num rate, rk_num part);

/* The entries of an organisation in a period and their sums, with or without the payments
 * of contracts on conditions. Disposed by the caller. */
rk_status rk__position_make(rk__system_run *run, size_t organisation, size_t period,
                            bool without_grants, rk__position *out);
void rk__position_dispose(rk__position *position);
/* All positions of a scenario, shared out as its pool says. */
rk_status rk__system_positions(rk__system_run *run);

/* findings.c: what looks like a mistake in a scenario as a whole. */

/* Call when all positions are known. */
rk_status rk__system_find(rk__system_run *run);
/* inputs.c: what the contracts were made from. */
rk_status rk__system_inputs(rk__system_run *run);

/* what_if.c: a system evaluated under other scenarios than its own. */

/* Evaluates a system with these scenarios, an object as in its document, in place of its own.
 * *out is freed with rk_system_result_free. */
rk_status rk__system_what_if(const rk_system *system, const rk__json *scenarios,
                             rk_system_result **out, rk_problems *problems);
/* Evaluates scenarios of a system (NULL: all) with values of its document set, each written
 * "POINTER=VALUE", NULL at the end. */
rk_status rk__system_with(const rk_system *system, const char *const *sets,
                          const char *const *scenarios, rk_system_result **out,
                          rk_problems *problems);
