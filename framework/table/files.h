/* SPDX-License-Identifier: MIT
 *
 * files.h: loading CSV files.
 */
#pragma once

#include "table/load.h"
#include "table/store.h"

/* Fills an empty table from its files. On failure it is fit for rk__table_free. */
rk_status rk__table_load_files(rk__table *table, const rk__access *access, rk_problems *problems);
