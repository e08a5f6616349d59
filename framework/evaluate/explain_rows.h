/* SPDX-License-Identifier: MIT
 *
 * explain_rows.h: rows of the activity explained, by number or by what is in them.
 */
#pragma once

#include "evaluate/evaluation.h"

/* Adds a step for each row that `options` names, and each instance that prices its table: `row`,
 * or the rows in which `where` holds. `known` is false if no component has the name in
 * `options`; nothing is reported then. RK_USAGE, reported, if there is no such row. */
rk_status rk__explain_rows(rk__evaluation *e, const rk_explain_options *options,
                           rk_explanation *out, bool *known, rk_problems *problems);
