/* SPDX-License-Identifier: MIT
 *
 * apart.h: evaluating one contract in a process of its own, for rules that nobody vouches for.
 *
 * A worker that runs no code of such rules forks for each contract that uses one. The child is
 * confined (base/confine.h) before a rule of it is loaded, shares nothing that it can write with
 * anybody, and gives back bytes by a pipe that only its worker reads. The worker knows from the
 * pipe which contract they are for, whatever they say, and takes them only if they are the record
 * of that contract.
 */
#pragma once

#include "base/confine.h"
#include "batch/record.h"

#define RK__APART_KEEP 16
#define RK__APART_LOW  8

/* What the worker lends to its children; begins with `mark` and the rest 0. */
typedef struct rk__apart {
    rk__mark *mark;    /* the worker's: the child sees a page of its own in this place */
    rk__mark *private; /* that page, which the worker reads when the child has ended */
    rk__confinement confinement;
    bool prepared;
    int keep[RK__APART_KEEP]; /* descriptors that the child keeps, each above RK__APART_LOW */
    size_t n_keep;
} rk__apart;

/* What a child does: appends its record to the buffer, as rk__evaluator_run does. */
typedef rk_status rk__apart_work(void *ctx, rk__buf *record, bool *starved);

/* How a child ended. */
typedef struct rk__apart_end {
    bool answered; /* with a whole reply; else `how` says how it ended */
    bool starved, too_long;
    int how;                   /* as waitpid gives it */
    char rule[RK__ID_MAX + 1]; /* whose code ran when it ended without a reply; "" for none */
} rk__apart_end;

/* Runs `work` in a confined child and appends what it gives to `record`, of at most `most` bytes.
 * RK_NO_MEMORY or RK_IO if no child could be started. */
rk_status rk__apart_run(rk__apart *apart, rk__apart_work *work, void *ctx, size_t most,
                        rk__buf *record, rk__apart_end *end);
void rk__apart_dispose(rk__apart *apart);
