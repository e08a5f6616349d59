/* SPDX-License-Identifier: MIT
 *
 * near_columns.h: warnings of misspelt columns.
 */
#pragma once

#include "ledger/instance.h"

/* Warns of columns of a table whose name is close to a column that the rule declares for
 * `rule_table` and the table lacks. `used` are names that something else reads. */
rk_status rk__warn_near_columns(rk__instance *instance, const char *rule_table, const char *table,
                                const char *const *names, size_t n_names, const char *const *used,
                                size_t n_used);
