/* SPDX-License-Identifier: MIT
 *
 * plan_cache.h: plans kept from one contract of a batch to the next.
 *
 * Contracts of a batch often have the same terms (terms.h) and differ in ids, amounts and rows. The
 * second of them is planned (evaluate/plan.h), and its plan evaluates those that follow. A plan
 * gives a good result or none: the ordinary evaluation, which begins from the document, reports
 * each problem.
 */
#pragma once

#include "evaluate/evaluation.h"

/* The most plans that are kept; the least recently used make room. */
#define RK__PLANS_MOST 32

typedef struct rk__plan_cache rk__plan_cache;

/* For contracts of one session, all arrangements or the chosen one. NULL if out of memory. The
 * session outlives it. */
rk__plan_cache *rk__plan_cache_new(rk_session *session, bool all);
void rk__plan_cache_free(rk__plan_cache *cache);

/* Evaluates a text that is written like that of the plan used last, and need not be parsed then.
 * NULL if it is not, and as below; the document may still have the terms of a plan. */
const rk__evaluation *rk__plan_cache_evaluate_text(rk__plan_cache *cache, const char *text,
                                                   size_t length, const char *base_dir,
                                                   const char *sha256);
/* Evaluates a document of rk__json_build that has the terms of an earlier one in the same folder,
 * whose text has the digest. NULL if there is no plan for it, or if there is something to report.
 * The evaluation holds until the cache is used again and as long as the document, which stays the
 * caller's. */
const rk__evaluation *rk__plan_cache_evaluate(rk__plan_cache *cache, const rk__json *document,
                                              const char *base_dir, const char *sha256);
/* Evaluates the contract read from the document that was just asked for, and may keep a plan for
 * its like. Takes ownership of the contract if this returns 0; otherwise it is still the caller's;
 * *starved if out of memory or a rule said so. */
rk_status rk__plan_cache_add(rk__plan_cache *cache, rk_contract *contract,
                             const rk__evaluation **out, bool *starved, rk_problems *problems);
