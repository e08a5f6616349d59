/* SPDX-License-Identifier: MIT
 *
 * replay.h: a result evaluated again. Included by reckoner.h.
 *
 * Results carry the digests of what they were made from, and the options that changed them. A
 * replay finds the contract or system, evaluates it again with the same options, and compares what
 * it writes with the file; if they differ, it names the inputs that have changed.
 *
 * Ownership, threads and stability are as in ledger.h.
 */
#ifndef RECKONER_REPLAY_H
#define RECKONER_REPLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "problem.h"
#include "sink.h"
#include "tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rk_options;

typedef struct rk_replay rk_replay;

typedef enum rk_replayed {
    RK_REPLAY_SAME = 0, /* the same bytes */
    RK_REPLAY_PLACES,   /* the same but for the places of files */
    RK_REPLAY_DIFFERENT
} rk_replayed;

typedef struct rk_replay_view {
    const char *result; /* the file */
    const char
        *document;    /* the contract or system that was evaluated, of lines the last; or NULL */
    const char *kind; /* "result/1", "comparison/1", "system-result/1" */
    rk_replayed outcome;
    const char *total_was, *total_is; /* of a result; or NULL */
    size_t n_changed;
    const char *line_was, *line_is; /* the first lines that differ, if no input has changed */
    size_t line;
    size_t n_results, n_different; /* of a file with a result in each line */
    size_t n_left_out;             /* lines that are errors, or something else than a result */
} rk_replay_view;

/* An input that has changed. */
typedef struct rk_replay_change {
    const char *what; /* "contract", "system", "tariff", "tariff file", "facts", "rule", "reckon" */
    const char *name; /* id or path */
    const char *was, *is; /* digests or versions; NULL: it had, or has, no such input */
} rk_replay_change;

/* Evaluates a result again, or each result of a batch (one a line; `outcome` is the worst of
 * theirs), in a session of its own with these options, to which those that the result names are
 * added. `document` is the path of the contract or system; NULL: the one of the
 * same id beside the result or in the working directory, the one with the same digest first. */
RK_API rk_status rk_replay_run(const struct rk_options *options, const char *result,
                               const char *document, rk_replay **out_replay, rk_problems *problems);

/* Frees a replay; NULL does nothing. */
RK_API void rk_replay_free(rk_replay *replay);

/* Returns what a replay found; never NULL. */
RK_API const rk_replay_view *rk_replay_read(const rk_replay *replay);

/* Returns an input that has changed. */
RK_API const rk_replay_change *rk_replay_change_at(const rk_replay *replay, size_t index);

/* Writes whether a result that was evaluated again is the same, or which input has changed. */
RK_API rk_status rk_report_replay(const rk_replay *replay, rk_format format, const rk_sink *sink);

#ifdef __cplusplus
}
#endif
#endif
