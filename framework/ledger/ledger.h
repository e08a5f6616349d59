/* SPDX-License-Identifier: MIT
 *
 * ledger.h: lines of a component, and their audit.
 */
#pragma once

#include "ledger/host.h"

/* Implement the host's `line` and `group_line`. */
int rk__ledger_line_add(rk__host *host, const rk_line *line);
int rk__ledger_group_add(rk__host *host, const rk_group *group, const char *unit);
/* The same without checks and copies, for a group of the host's own: its label must live as long
 * as the result, and `unit` as long as the rule. */
int rk__ledger_own_group_add(rk__host *host, const rk_group *group, const char *unit);
/* Room for one more line, which is to be set in full; NULL if out of memory. */
rk_ledger_line *rk__ledger_line_new(rk__instance *instance);
