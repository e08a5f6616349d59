/* SPDX-License-Identifier: MIT
 *
 * tariff_columns.h: whether rules look up any column of a tariff's table.
 */
#pragma once

#include "rules/registry.h"
#include "table/table.h"

/* RK_MISSING_COLUMN with a problem if loaded rules look up columns in a table of this name, and it
 * has none of them. Tables that no rule looks up are not checked. */
rk_status rk__tariff_columns_check(const rk__registry *registry, const rk__table *table,
                                   rk_problems *problems);
