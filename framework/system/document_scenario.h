/* SPDX-License-Identifier: MIT
 *
 * document_scenario.h: scenarios of a system document.
 */
#ifndef RK_SYSTEM_DOCUMENT_SCENARIO_H
#define RK_SYSTEM_DOCUMENT_SCENARIO_H

#include "system/document.h"

rk_status rk__system_read_scenarios(rk__system *s, rk_problems *problems);

#endif
