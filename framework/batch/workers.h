/* SPDX-License-Identifier: MIT
 *
 * workers.h: the processes that evaluate the contracts of a batch, as their parent sees them.
 *
 * Parent and worker exchange frames (wire.h). They also share a page (rk__mark) that says
 * what a worker was doing when it died.
 */
#pragma once

#include "batch/wire.h"
#include "contract/session.h"

/* A contract that a worker was given, and the block that it reads it from; or NULL. */
typedef struct rk__dealt {
    uint64_t index;
    rk__batch_block *block;
} rk__dealt;

typedef struct rk__worker {
    int pid, fd;
    rk__mark *mark;
    rk__frame_reader in;
    rk__buf out;
    size_t sent;      /* bytes of `out` */
    rk__dealt *queue; /* contracts given and not answered, from queue[first] on */
    size_t first, n, capacity;
    uint64_t heard_us;   /* when it last sent something, or was last given work while idle */
    uint64_t fetched_us; /* when it was last seen to wait for a tariff */
    bool ready;          /* it has begun */
    bool fresh;          /* it has evaluated nothing yet */
    bool alone;          /* with one contract at which a worker has died or run out of memory */
    bool timed_out;
} rk__worker;

typedef struct rk__workers {
    const rk_batch_options *options;
    rk__batch_setup setup;
    rk__worker *all;
    size_t n;
    int lock, texts;        /* descriptors; texts: -1 if no memory is shared */
    unsigned failed_starts; /* in a row */
} rk__workers;

/* Prepares `n` workers, none of which is started. `texts`: memory for workers to map, or -1;
 * still the caller's. */
rk_status rk__workers_new(const rk_batch_options *options, const rk__batch_setup *setup, size_t n,
                          int texts, rk__workers *out, rk_problems *problems);
void rk__workers_dispose(rk__workers *workers);

/* Starts the worker, which must not be running. */
rk_status rk__worker_start(const rk__workers *workers, rk__worker *worker, rk_problems *problems);
/* Kills the worker and waits for it; returns its status as waitpid does. */
int rk__worker_end(rk__worker *worker);

static inline bool rk__worker_runs(const rk__worker *worker)
{
    return worker->pid > 0;
}

static inline bool rk__worker_idle(const rk__worker *worker)
{
    return worker->first == worker->n;
}

/* Adds a contract to the queue. False if memory runs out. */
bool rk__worker_queue(rk__worker *worker, const rk__batch_item *item);
/* Removes the first contract of the queue. */
void rk__worker_answered(rk__worker *worker);
/* Sends as much of `out` as the socket takes; false if the connection is gone. */
bool rk__worker_send(rk__worker *worker);
/* Reads what has arrived into `in`; false at the end of the connection. */
bool rk__worker_receive(rk__worker *worker);
/* When the current contract times out, in microseconds; UINT64_MAX if the worker is idle. Fetching
 * a tariff has limits of its own and does not count. */
uint64_t rk__worker_deadline(const rk__workers *workers, rk__worker *worker, uint64_t now);
