/* SPDX-License-Identifier: MIT
 *
 * wire.h: what a batch sends to its workers.
 *
 * Frames (base/frame.h) go over a socket. A worker first receives the setup, then tasks of
 * several contracts each. It replies once when it is ready, and then once per contract.
 */
#pragma once

#include "base/frame.h"
#include "batch/source.h"
#include "reckoner/reckoner.h"

/* Descriptors of a worker. */
#define RK__BATCH_SOCKET 3
#define RK__BATCH_MARK   4
#define RK__BATCH_LOCK   5
#define RK__BATCH_TEXTS  6 /* closed once it is mapped */

/* Kinds of frames. */
#define RK__BATCH_SETUP (RK__FRAME_LOCAL | 1)
#define RK__BATCH_READY (RK__FRAME_LOCAL | 2)
#define RK__BATCH_TASK  (RK__FRAME_LOCAL | 3)
#define RK__BATCH_REPLY (RK__FRAME_LOCAL | 4)

/* The format of the output, and so of the text of a record. */
typedef enum rk__batch_kind {
    RK__BATCH_NDJSON = 0,
    RK__BATCH_CSV,
    RK__BATCH_LINES, /* CSV, a row for each ledger line */
    RK__BATCH_SQLITE
} rk__batch_kind;

/* How records are written. */
typedef struct rk__batch_form {
    rk__batch_kind kind;
    bool csv_safe; /* as in rk_options */
} rk__batch_form;

/* The options of an evaluator. Strings are borrowed from the caller or from the frame. */
typedef struct rk__batch_setup {
    rk_options options;
    rk__batch_kind kind;
    bool trusted, all_arrangements;
    bool journalled; /* records list what they depend on, also those of failures */
    uint64_t memory_bytes;
    int64_t since; /* when the batch began: tariffs fetched later are current */
    rk_isolation isolation;
    bool shared; /* the worker has a descriptor of the memory that lines are read into */
} rk__batch_setup;
void rk__batch_setup_pack(rk__buf *out, const rk__batch_setup *setup);
static inline rk__batch_form rk__batch_form_of(const rk__batch_setup *setup)
{
    return (rk__batch_form){setup->kind, setup->options.csv_safe};
}
/* Lists are allocated in the arena. False if the bytes are not a setup. */
bool rk__batch_setup_unpack(rk__unpack *in, rk__arena *arena, rk__batch_setup *out);

/* One contract to evaluate. */
typedef struct rk__batch_job {
    uint64_t index;
    const char *text;
    size_t length;
    const char *name, *base_dir;
    uint64_t line;
    bool lines;
    uint64_t place; /* in memory that workers share, or RK__TEXT_IS_ELSEWHERE */
} rk__batch_job;
rk__batch_job rk__batch_job_of(const rk__batch_item *item);
void rk__batch_job_pack(rk__buf *out, const rk__batch_job *job);
/* `texts` is the shared memory as the worker maps it; or NULL. */
bool rk__batch_job_unpack(rk__unpack *in, const char *texts, rk__batch_job *out);
