/* SPDX-License-Identifier: MIT
 *
 * document_parts.h: contracts, flows, cost behaviour and pool of a system document.
 */
#pragma once

#include "system/document.h"

extern const char *const rk__flow_words[RK__N_FLOW_KINDS + 1];
rk_status rk__system_read_contracts(rk__system *s, rk_problems *problems);
rk_status rk__system_read_flows(rk__system *s, rk_problems *problems);
rk_status rk__system_read_behaviours(rk__system *s, rk_problems *problems);
rk_status rk__system_read_pool(rk__system *s, rk_problems *problems);
