/* SPDX-License-Identifier: MIT
 *
 * behaviour.h: the cost behaviour of a row of activity.
 */
#pragma once

#include "system/document.h"

/* Finds the behaviour of an organisation that covers a row; *out is SIZE_MAX if none does.
 * RK_CONFLICT if two do. A scope with a column that the table lacks is RK_MISSING_COLUMN, or, with
 * `any_table`, covers nothing in it. */
rk_status rk__behaviour_of_row(const rk__system *s, size_t organisation, const rk__table *table,
                               size_t row, bool any_table, size_t *out, rk_problems *problems);
