/* SPDX-License-Identifier: MIT
 *
 * host.h: the function table that a rule is handed, bound to one call.
 */
#ifndef RK_LEDGER_HOST_H
#define RK_LEDGER_HOST_H

#include "ledger/instance.h"

typedef struct rk__host_step {
    const char *label, *formula;
    rk_decimal value;
} rk__host_step;

/* `table` comes first, so that a rule's pointer to it finds the rest. */
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
/* Whatever the rule's function returns, it failed with the first status given here that is
 * not RK_OK. */
void rk__host_fail(rk__host *host, rk_status status);

/* What a rule's function returned, made whole: a failure that the rule reported, arithmetic
 * that went wrong, or a status without a problem become one problem. */
rk_status rk__host_outcome(rk__host *host, int returned, const char *function);

#endif
