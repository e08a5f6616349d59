/* SPDX-License-Identifier: MIT
 *
 * ledger.h: lines of a component, and their audit.
 */
#ifndef RK_LEDGER_LEDGER_H
#define RK_LEDGER_LEDGER_H

#include "ledger/host.h"

/* What the host's `line` and `group_line` do. */
int rk__ledger_line_add(rk__host *host, const rk_line *line);
int rk__ledger_group_add(rk__host *host, const rk_group *group, const char *unit);
/* A line of a group as the host handed it out: its label lives as long as the result, and
 * the instance as long as the rule, for ever. */
int rk__ledger_own_group_add(rk__host *host, const rk_group *group, const char *unit);
/* Room for one more line, which is to be set in full; NULL where memory ran out. */
rk__ledger_line *rk__ledger_line_new(rk__instance *instance);

#endif
