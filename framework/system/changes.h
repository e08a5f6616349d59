/* SPDX-License-Identifier: MIT
 *
 * changes.h: changes of activity in a scenario.
 */
#pragma once

#include "system/run.h"

/* Replaces the value at a pointer of the scenario's document; takes ownership of `made`. */
rk_status rk__system_replace(rk__system_run *run, const char *pointer, rk__json *made);
/* Makes the scenario's changes of activity in its document, and notes whose cost moves. */
rk_status rk__system_change(rk__system_run *run);
