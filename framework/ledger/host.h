/* SPDX-License-Identifier: MIT
 *
 * host.h: the function table that a rule is given, bound to one call.
 */
#pragma once

#include "ledger/instance.h"

typedef struct rk__host_step {
    const char *label, *formula;
    rk_decimal value;
} rk__host_step;

/* `table` is first, so that a rule's pointer to it is a pointer to the whole. */
typedef struct rk__host {
    rk_host table;
    rk__instance *instance;
    rk_problems *problems;
    rk_status failed;     /* the first problem that the rule or its arithmetic reported */
    bool settling;        /* lines and cells are allowed */
    rk__host_step *steps; /* of a row being explained */
    size_t n_steps, steps_capacity;
} rk__host;

void rk__host_init(rk__host *host, rk__instance *instance, rk_problems *problems);
void rk__host_dispose(rk__host *host);
/* The first status given here that is not RK_OK makes the call fail, whatever the rule's
 * function returns. */
void rk__host_fail(rk__host *host, rk_status status);

/* The outcome of a rule's function: a failure that the rule reported, an arithmetic error or a
 * status without a problem gives exactly one problem. */
rk_status rk__host_outcome(rk__host *host, int returned, const char *function);
