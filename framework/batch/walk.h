/* SPDX-License-Identifier: MIT
 *
 * walk.h: the files that the paths of a batch name.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct rk__walk rk__walk;

typedef enum rk__walk_kind {
    RK__WALK_END = 0,
    RK__WALK_DOCUMENT,
    RK__WALK_LINES,
    RK__WALK_BAD, /* a folder or pattern that cannot be read: errno is in *error */
    RK__WALK_FAILED
} rk__walk_kind;

/* Files of `outputs` are skipped in folders and patterns; both lists are borrowed. */
rk__walk *rk__walk_new(const char *const *paths, const char *const *outputs);
/* *path is borrowed until the next call; *below is true if a folder was searched. */
rk__walk_kind rk__walk_next(rk__walk *walk, const char **path, bool *below, int *error);
void rk__walk_free(rk__walk *walk);

/* Whether a document says at its top that it is of another kind than a contract. */
bool rk__batch_is_other(const char *text, size_t length);
