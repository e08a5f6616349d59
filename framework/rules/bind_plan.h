/* SPDX-License-Identifier: MIT
 *
 * bind_plan.h: parameters bound again and again, for contracts of one form.
 *
 * In contracts of one form (json/json_form.h) each value stands where it stood and is of the
 * type that it was; only texts and numbers differ. So the value that fills a parameter is
 * found once, and from then on its text is read straight into the field. A plan reads what
 * is plainly right: of a text that is blank, wrong, or written as few are, rk__bind makes
 * what there is to be made.
 */
#ifndef RK_RULES_BIND_PLAN_H
#define RK_RULES_BIND_PLAN_H

#include "rules/bind.h"

typedef struct rk__bind_plan rk__bind_plan;

/* Plans the binding of values that were bound without a problem; their texts may be set
 * anew, each of them NUL-terminated. *out is NULL where there is no such plan: the command
 * line sets parameters, or which value fills one hangs on its text. The plan lives in
 * `arena`; it, `pool` and the values of `input` must outlive it. */
rk_status rk__bind_plan_new(const rk__bind_input *input, rk__nums *nums, rk__arena *arena,
                            rk__bind_plan **out);

/* The rule's struct, as rk__bind fills it from the texts as they are now; NULL where it is to
 * be asked. Texts are the values' own. It holds, with its numbers, until the next call. */
void *rk__bind_again(rk__bind_plan *plan);

#endif
