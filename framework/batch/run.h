/* SPDX-License-Identifier: MIT
 *
 * run.h: the state of a batch that runs.
 */
#ifndef RK_BATCH_RUN_H
#define RK_BATCH_RUN_H

#include "batch/workers.h"

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
    rk__workers pool;
    struct pollfd *polled;
    slot *slots;
    size_t capacity; /* a power of two */
    uint64_t head, tail, next;
    size_t held;     /* bytes of texts and records */
    uint64_t pace;   /* microseconds: see task_items */
    rk__queue again; /* to be given out again */
    rk__queue alone; /* the same, to fresh workers */
    rk__buf scratch;
    bool ended, waiting, stopped;
} run;

/* A worker is given more contracts when it has less than this: enough to be busy until the
 * parent has its turn again, but no more, for what one has was kept from the others. */
#define TASK_ITEMS_MOST  512
#define TASK_ITEMS_LEAST 4
#define TASK_US          20000
/* What contracts took of late: a running sum, of about so many. */
#define PACE_OF    16
#define PACE_FIRST (PACE_OF * 300)
static inline size_t task_items(const run *r)
{
    const uint64_t n = (uint64_t) TASK_US * PACE_OF / (r->pace + 1);
    return n > TASK_ITEMS_MOST    ? TASK_ITEMS_MOST
           : n < TASK_ITEMS_LEAST ? TASK_ITEMS_LEAST
                                  : (size_t) n;
}

/* batch_window.c: the slot of a contract; NULL where it is not in the window. */
slot *rk__window_slot(const run *r, uint64_t index);
/* Reads ahead as far as workers can be kept busy; in process, what comes next. */
rk_status rk__window_fill(run *r);
/* The record that a contract failed with. */
rk_status rk__window_fail(run *r, slot *s, const char *contract, rk_status status, const char *rule,
                          const char *hint, const char *message);
/* What became of a contract: handed on from where it lies if its turn has come, and else
 * kept until then. */
rk_status rk__window_take(run *r, slot *s, const char *record, size_t length, uint64_t micros);
/* Hands on what was kept and has its turn now. */
rk_status rk__window_emit(run *r);

#endif
