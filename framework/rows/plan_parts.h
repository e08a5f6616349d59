/* SPDX-License-Identifier: MIT
 *
 * plan_parts.h: the parts of a plan, added without repeats.
 */
#pragma once

#include "rows/pass.h"

/* Each gives the index of a part, which is added unless the plan has it. */
rk_status rk__plan_want(rk__pass *p, const char *column, rk__cell_type type, size_t *out);
rk_status rk__plan_combination(rk__pass *p, const rk__pass_combination *want, size_t *out);
rk_status rk__plan_column_add(rk__pass *p, const rk__planned_column *column, size_t *out);
/* Where a column that the rows lack is looked up: out->join and out->data. */
rk_status rk__plan_lookup(rk__pass *p, rk__instance *instance, const rk_column *c,
                          rk__planned_column *out, rk_problems *problems);
/* Reports that the rows have no such column. */
rk_status rk__plan_lacks(const rk__pass *p, const rk__instance *instance, const char *column,
                         const char *why, rk_problems *problems);
/* Gives derived columns their indices, behind the wants of the scan, which are all known. */
void rk__plan_derived_last(rk__pass *p);
/* The name of a want or of a derived column. */
const char *rk__plan_want_name(const rk__pass *p, size_t want);
