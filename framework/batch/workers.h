/* SPDX-License-Identifier: MIT
 *
 * workers.h: contracts dealt out to workers, and their records taken back in order.
 *
 * The parent (batch_run.c, batch_pool.c) reads contracts into a window, deals them out,
 * and hands on what comes back in the order of the contracts. A worker (batch_worker.c)
 * evaluates one after the other. Between them are frames (frame.h) on a socket, and a
 * page (rk__mark) that says what a worker was at when it died. What a record holds is
 * made by the report layer, whose functions stand in rk__batch_calls.
 */
#ifndef RK_BATCH_WORKERS_H
#define RK_BATCH_WORKERS_H

#include "base/frame.h"
#include "batch/source.h"
#include "contract/session.h"

/* What a worker is told first. Strings are of the caller, or of the frame. */
typedef struct rk__batch_setup {
    rk_options options;
    bool trusted, all_arrangements;
    bool journalled; /* records say what they depend on, those of failures too */
    uint64_t memory_bytes;
    int64_t since; /* when the batch began: tariffs fetched after that are current */
    bool shared;   /* the worker has a descriptor of the memory that lines are read into */
} rk__batch_setup;
void rk__batch_setup_pack(rk__buf *out, const rk__batch_setup *setup);
/* Lists are in the arena. */
bool rk__batch_setup_unpack(rk__unpack *in, rk__arena *arena, rk__batch_setup *out);

/* One contract, as an evaluator sees it. */
typedef struct rk__batch_job {
    uint64_t index;
    const char *text;
    size_t length;
    const char *name, *base_dir;
    uint64_t line;
    bool lines;
    uint64_t place; /* in memory that workers share, or RK__TEXT_IS_ELSEWHERE */
} rk__batch_job;

typedef struct rk__batch_calls {
    void *ctx;
    /* Adds the record of a contract; *starved where memory ran out on the way.
     * RK_NO_MEMORY only where there is none for a record. */
    rk_status (*evaluate)(void *ctx, const rk__batch_job *job, rk__buf *record, bool *starved);
    /* The same where the contract cannot be evaluated. `contract` is its id, NULL where
     * unknown; the problem is placed at the contract. */
    rk_status (*fail)(void *ctx, const rk__batch_job *job, const char *contract, rk_status status,
                      const char *rule, const char *hint, const char *message, rk__buf *record);
    /* Takes the next record, in order; anything but RK_OK ends the run. */
    rk_status (*emit)(void *ctx, const rk__batch_item *item, const char *record, size_t length,
                      uint64_t micros);
    /* Nothing is to be had for now: what was emitted should be seen. */
    rk_status (*idle)(void *ctx);
    /* Now and then; false stops the run. */
    bool (*step)(void *ctx, const rk__batch_source *source);
} rk__batch_calls;

typedef struct rk__batch_plan {
    rk__batch_setup setup;
    bool in_process;
    unsigned jobs;
    uint32_t timeout_ms;
    const char *const *worker; /* NULL: this executable */
    uint64_t first;            /* contracts before it have been emitted by an earlier run */
} rk__batch_plan;

/* Runs all of the source. *stopped where `step` wanted so. */
rk_status rk__batch_run(const rk__batch_plan *plan, rk__batch_source *source,
                        const rk__batch_calls *calls, bool *stopped, rk_problems *problems);

/* The worker's side. The session is opened by `open`, which gives the ctx of `evaluate`. */
typedef struct rk__batch_server {
    void *(*open)(const rk__batch_setup *setup, rk__mark *mark, int lock);
    rk_status (*evaluate)(void *ctx, const rk__batch_job *job, rk__buf *record, bool *starved);
    void (*close)(void *ctx);
} rk__batch_server;
int rk__batch_serve(const rk__batch_server *server);

/* ------------------------------------------------- between the batch's files */

/* Descriptors of a worker. */
#define RK__BATCH_SOCKET 3
#define RK__BATCH_MARK   4
#define RK__BATCH_LOCK   5
#define RK__BATCH_TEXTS  6 /* closed once it is mapped */

#define RK__BATCH_SETUP (RK__FRAME_LOCAL | 1)
#define RK__BATCH_READY (RK__FRAME_LOCAL | 2)
#define RK__BATCH_TASK  (RK__FRAME_LOCAL | 3)
#define RK__BATCH_REPLY (RK__FRAME_LOCAL | 4)

void rk__batch_job_pack(rk__buf *out, const rk__batch_job *job);
/* `texts` is what the worker has mapped; or NULL. */
bool rk__batch_job_unpack(rk__unpack *in, const char *texts, rk__batch_job *out);
rk__batch_job rk__batch_job_of(const rk__batch_item *item);
uint64_t rk__batch_now_us(void);

/* A contract that a worker was dealt, and the block that it reads it from; or NULL. */
typedef struct rk__dealt {
    uint64_t index;
    rk__batch_block *block;
} rk__dealt;

typedef struct rk__worker {
    int pid, fd;
    rk__mark *mark;
    rk__buf in, out;
    size_t in_from, out_from;
    rk__dealt *queue; /* contracts dealt and not answered, from queue[first] on */
    size_t first, n, capacity;
    uint64_t heard_us;   /* when it last gave a sign, or was last given work while idle */
    uint64_t fetched_us; /* when it was last seen to wait for a tariff */
    bool ready;          /* it has begun */
    bool fresh;          /* it has evaluated nothing yet */
    bool alone;          /* with one contract that brought a worker down */
    bool timed_out;
} rk__worker;

typedef struct rk__workers {
    const rk__batch_plan *plan;
    rk__worker *workers;
    size_t n;
    int lock, texts;        /* descriptors; texts: -1 where no memory is shared */
    unsigned failed_starts; /* in a row */
} rk__workers;

/* `texts`: what workers map, or -1; still the caller's. */
rk_status rk__workers_new(const rk__batch_plan *plan, int texts, rk__workers *out,
                          rk_problems *problems);
void rk__workers_dispose(rk__workers *pool);
/* Starts the worker, which must not be running. */
rk_status rk__worker_start(rk__workers *pool, rk__worker *worker, rk_problems *problems);
static inline bool rk__worker_runs(const rk__worker *worker)
{
    return worker->pid > 0;
}
/* Queues frames that `out` holds; sends what the socket takes. False where it is gone. */
bool rk__worker_send(rk__worker *worker);
bool rk__worker_queue(rk__worker *worker, const rk__batch_item *item);
/* It has answered the first of its queue. */
void rk__worker_answered(rk__worker *worker);
/* Reads what there is; false at the end of the connection. */
bool rk__worker_receive(rk__worker *worker);
/* The next whole frame received. */
rk__frame_state rk__worker_frame(rk__worker *worker, rk__frame *out);
/* When the contract that it is at is out of time, in microseconds; UINT64_MAX where it is
 * at none. Fetching a tariff has limits of its own, and is not counted. */
uint64_t rk__worker_deadline(const rk__workers *pool, rk__worker *worker, uint64_t now);
/* Kills and reaps: how it ended, as waitpid gives it. */
int rk__worker_end(rk__worker *worker);

#endif
