/* SPDX-License-Identifier: MIT
 *
 * pack_system.h: what the parts of a system's pack share.
 */
#pragma once

#include "report/pack.h"
#include "report/system_foot.h"

typedef struct rk__pack_of_system {
    rk__pack *pack;
    rk__system_page page;
    rk__system_foot foot; /* the figures, which add up as printed */
    const rk_system_view *view;
    size_t shown; /* periods that have a column */
} rk__pack_of_system;

/* Who pays whom, income and cost, contracts. */
void rk__pack_system_money(const rk__pack_of_system *s);
