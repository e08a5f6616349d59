/* SPDX-License-Identifier: MIT
 *
 * keys.h: the keys of a table that is looked up.
 */
#pragma once

#include "table/store.h"

/* Checks that key columns exist, that no key cell is blank and, with `unique`, that no key
 * occurs twice. */
rk_status rk__table_check_keys(const rk__table *table, bool unique, rk_problems *problems);
