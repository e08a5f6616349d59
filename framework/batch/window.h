/* SPDX-License-Identifier: MIT
 *
 * window.h: the contracts between the one read last and the first whose record has not been
 * delivered.
 */
#pragma once

#include "batch/batch.h"

typedef struct rk__slot {
    rk__batch_item item;
    char *record;
    size_t length;
    uint64_t micros;
    bool done;
    bool alone;  /* a worker died or ran out of memory at it: its next try is the last */
    bool shared; /* given to a second worker, since the first is slow */
} rk__slot;

/* Contracts [head, tail) are in the window, [next, tail) have not been given to a worker. */
typedef struct rk__window {
    rk__batch *batch;
    rk__slot *slots;
    size_t capacity; /* a power of two */
    uint64_t head, tail, next;
    size_t held; /* bytes of texts and records */
    rk__buf scratch;
    bool ended;   /* the source has no more */
    bool waiting; /* the source has nothing yet */
} rk__window;

/* The slot of a contract; NULL if it is not in the window. */
rk__slot *rk__window_slot(const rk__window *w, uint64_t index);
/* Reads until `ahead` contracts wait for a worker, or the window is full. */
rk_status rk__window_fill(rk__window *w, uint64_t ahead);
/* Gives a contract the record of a failure. `contract` is its id; NULL if unknown. */
rk_status rk__window_fail(rk__window *w, rk__slot *slot, const char *contract, rk_status status,
                          const char *rule, const char *hint, const char *message);
/* Takes the record of a contract: delivers it if it is the next, else keeps a copy. */
rk_status rk__window_take(rk__window *w, rk__slot *slot, const char *record, size_t length,
                          uint64_t micros);
/* Delivers the records that are next. */
rk_status rk__window_emit(rk__window *w);
/* Whether all contracts of the source have been delivered. */
static inline bool rk__window_done(const rk__window *w)
{
    return w->ended && w->head == w->tail;
}
void rk__window_dispose(rk__window *w);
