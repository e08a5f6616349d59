/* SPDX-License-Identifier: MIT
 *
 * settled_tables.h: tables that a rule reads while settling, cell by cell.
 */
#pragma once

#include "ledger/host.h"

bool rk__settles_tables(const rk__instance *instance); /* its rule has such columns */
rk_status rk__settle_tables_load(rk__instance *instance, rk_problems *problems);
const rk__settle_table *rk__settle_table_of(const rk__instance *instance, const char *name);
/* A cell that could not be read is missing to the rule, and the call fails. */
bool rk__settle_has_column(rk__host *host, int column);
rk_num rk__settle_cell(rk__host *host, int column, size_t row);
const char *rk__settle_text(rk__host *host, int column, size_t row);
bool rk__settle_bool(rk__host *host, int column, size_t row, bool otherwise);
void rk__settle_tables_dispose(rk__instance *instance);
