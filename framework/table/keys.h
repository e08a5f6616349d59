/* SPDX-License-Identifier: MIT
 *
 * keys.h: the keys of a table that is looked up.
 */
#ifndef RK_TABLE_KEYS_H
#define RK_TABLE_KEYS_H

#include "table/store.h"

/* Checks that key columns exist, that no key cell is blank and, with `unique`, that no key
 * occurs twice. */
rk_status rk__table_check_keys(const rk__table *table, bool unique, rk_problems *problems);

#endif
