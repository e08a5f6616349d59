/* SPDX-License-Identifier: MIT
 *
 * batch_run.h: the state of a batch that runs.
 */
#ifndef RK_ENGINE_BATCH_RUN_H
#define RK_ENGINE_BATCH_RUN_H

#include "engine/batch.h"

typedef struct slot {
    rk__batch_item item;
    char *record;
    size_t length;
    uint64_t micros;
    bool done;
    bool alone;  /* a worker died or ran out of memory at it: its next try is the last */
    bool shared; /* given to a second worker, since the first is slow */
} slot;

typedef struct rk__queue {
    uint64_t *items;
    size_t n, capacity;
} rk__queue;

/* Contracts [head, tail) are in the window, [next, tail) have been given to nobody. */
typedef struct run {
    const rk__batch_plan *plan;
    rk__batch_source *source;
    const rk__batch_calls *calls;
    rk_problems *problems;
    rk__pool pool;
    struct pollfd *polled;
    slot *slots;
    size_t capacity; /* a power of two */
    uint64_t head, tail, next;
    size_t held;     /* bytes of texts and records */
    rk__queue again; /* to be given out again */
    rk__queue alone; /* the same, to fresh workers */
    rk__buf scratch;
    bool ended, waiting, stopped;
} run;

#endif
