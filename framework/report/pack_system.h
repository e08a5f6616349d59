/* SPDX-License-Identifier: MIT
 *
 * pack_system.h: what the parts of a system's pack share.
 */
#pragma once

#include "report/pack.h"
#include "report/system_page.h"

typedef struct rk__pack_of_system {
    rk__pack *pack;
    rk__system_page page;
    const rk_system_view *view;
    size_t shown; /* periods that have a column */
} rk__pack_of_system;

/* Who pays whom, income and cost, contracts. */
void rk__pack_system_money(const rk__pack_of_system *s);
