/* SPDX-License-Identifier: MIT
 *
 * pool.h: the pool, and its sharing out.
 */
#pragma once

#include "system/run.h"

/* Someone who shares: what the pool takes over from it, a whole number of pennies, and its
 * part of all that is taken over, which is below zero where that is a loss. */
typedef struct rk__pool_member {
    size_t organisation;
    const char *name; /* each has its own */
    rk_num share, amount;
    rk_num loss_cap, gain_cap; /* NULL: none */
    rk_num part;               /* found */
} rk__pool_member;

/* Takes on what the pool pools in a period and shares it out; nothing without a pool. */
rk_status rk__system_share(rk__system_run *run, size_t period);
/* Shares out by the rule `risk-pool`; the shares add up to one. */
rk_status rk__pool_settle(rk__system_run *run, size_t period, rk__pool_member *members, size_t n,
                          bool respread, rk_num *residual);
