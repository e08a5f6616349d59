/* SPDX-License-Identifier: MIT
 *
 * plan.h: one evaluation run again and again, for contracts whose terms are the same.
 *
 * Rules, tariffs, lookups, parameters that do not differ and the source of each column of a
 * row table are found once and hold for every contract. A run binds the other parameters,
 * prices the rows and settles as usual.
 *
 * A run that fails adds no problem: the caller evaluates the contract again from its text,
 * which reports it.
 */
#pragma once

#include "evaluate/evaluation.h"

typedef struct rk__plan rk__plan;

/* Plans the chosen arrangement of a contract, or all of them, with totals only. RK_CONFLICT if
 * the plan would not hold for another contract; any failure leaves *out NULL and the contract
 * unchanged. The contract must outlive the plan. */
rk_status rk__plan_new(rk_contract *contract, bool all, rk__plan **out);
/* Plans arrangements for other values of parameters alone: `varied` are names COMPONENT.PARAMETER,
 * NULL at the end, and each run takes the session's --param values of the time. Rows are priced
 * once, in the first run, from files too. RK_CONFLICT if a component that prices rows is varied.
 * `varied` must outlive the plan. */
rk_status rk__plan_new_varied(rk_contract *contract, const rk__arrangement *const *arrangements,
                              size_t n, const char *const *varied, rk__plan **out);
void rk__plan_free(rk__plan *plan);

/* Evaluates the contract in its present state: it may have other texts (id, title, commissioner,
 * provider), other parameter values, and, in the tables for which rk__plan_prices is true, other
 * rows with the same keys. After RK_NO_MEMORY the plan can only be freed. */
rk_status rk__plan_run(rk__plan *plan);
/* Whether another contract can be run; known after the first run. */
bool rk__plan_may_repeat(const rk__plan *plan);
bool rk__plan_prices(const rk__plan *plan, const rk__table_spec *spec);
/* The results of the last run; valid until the next. */
const rk__evaluation *rk__plan_evaluation(const rk__plan *plan);
