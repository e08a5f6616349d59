/* SPDX-License-Identifier: MIT
 *
 * document_scenario.h: scenarios of a system document.
 */
#pragma once

#include "system/document.h"

rk_status rk__system_read_scenarios(rk__system *s, rk_problems *problems);
