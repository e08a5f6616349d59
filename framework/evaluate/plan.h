/* SPDX-License-Identifier: MIT
 *
 * plan.h: one evaluation run again and again, for contracts whose terms are the same.
 *
 * What is found for one contract holds for the next: rules, tariffs, look-ups, parameters that
 * do not differ, and where each column of a row table comes from. A run binds the other
 * parameters, prices the rows and settles, as ever, with what the contract has by then.
 *
 * A run that fails adds no problem, so that the ordinary way is the one that explains: it
 * begins from the text.
 */
#ifndef RK_EVALUATE_PLAN_H
#define RK_EVALUATE_PLAN_H

#include "evaluate/evaluation.h"

typedef struct rk__plan rk__plan;

/* Plans the chosen arrangement of a contract, or all of them, for totals alone. RK_CONFLICT if
 * what is planned would not hold for another contract; any failure leaves *out NULL and the
 * contract as it was. The contract must outlive the plan. */
rk_status rk__plan_new(rk_contract *contract, bool all, rk__plan **out);
void rk__plan_free(rk__plan *plan);

/* Evaluates the contract as it is now: it may have other texts (id, title, commissioner,
 * provider), values of parameters, and rows in the tables that rk__plan_prices says, of
 * the same keys. Memory that ran out leaves a plan that can only be freed. */
rk_status rk__plan_run(rk__plan *plan);
/* Whether another contract can be run: known after the first run. */
bool rk__plan_may_repeat(const rk__plan *plan);
bool rk__plan_prices(const rk__plan *plan, const rk__table_spec *spec);
/* The results of the last run, until the next. */
const rk__evaluation *rk__plan_evaluation(const rk__plan *plan);

#endif
