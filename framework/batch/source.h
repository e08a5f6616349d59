/* SPDX-License-Identifier: MIT
 *
 * source.h: reads the contracts of a batch one after the other. A file is a contract, or has
 * one a line (NDJSON), as does standard input. Files are named, or found by folder or pattern.
 *
 * Contracts come in the order of the paths, and within a folder in byte order of the names.
 * Only the current contract and the names in the folders being searched are in memory.
 */
#pragma once

#include "base/problems.h"
#include "base/text.h"
#include "batch/texts.h"

/* A file of contracts, shared by its lines. */
typedef struct rk__batch_file {
    size_t uses;
    char *name; /* in messages */
    char *base_dir;
    bool lines; /* one contract a line */
} rk__batch_file;

typedef struct rk__batch_item {
    uint64_t index; /* from 0 */
    rk__batch_file *file;
    uint64_t line;          /* from 1; 0 if the file is the contract */
    char *text;             /* NULL if it could not be read: see `problem` */
    rk__batch_block *block; /* that has the text; NULL: the item owns it */
    size_t length;
    uint64_t digest;
    rk_status status;
    char *problem;
} rk__batch_item;

typedef struct rk__batch_source rk__batch_source;

/* `paths` and `outputs` (walk.h) are borrowed. With `measure`, sums up the sizes of all files
 * first; with `digests`, each item has the digest of its text. */
rk_status rk__batch_source_new(const char *const *paths, const char *const *outputs, bool measure,
                               bool digests, rk__batch_source **out, rk_problems *problems);
/* All items must have been disposed of. */
void rk__batch_source_free(rk__batch_source *source);
/* From now on reads lines into memory that workers can map. Returns its descriptor, or -1. */
int rk__batch_source_share(rk__batch_source *source);

typedef enum rk__source_state {
    RK__SOURCE_ITEM = 0,
    RK__SOURCE_WAIT, /* nothing to read yet: poll rk__batch_source_fd */
    RK__SOURCE_END,
    RK__SOURCE_FAILED, /* out of memory */
    RK__SOURCE_UNREAD  /* reading failed, as rk__batch_source_fault says: contracts are missing */
} rk__source_state;
/* Reads the next contract; the caller disposes of it. */
rk__source_state rk__batch_source_next(rk__batch_source *source, rk__batch_item *item);
/* Adds the problem of RK__SOURCE_UNREAD, and returns its status. */
rk_status rk__batch_source_fault(const rk__batch_source *source, rk_problems *problems);
int rk__batch_source_fd(const rk__batch_source *source);
uint64_t rk__batch_source_read(const rk__batch_source *source);
uint64_t rk__batch_source_total(const rk__batch_source *source); /* 0 if unknown */

void rk__batch_item_dispose(rk__batch_item *item);
/* Frees the text only. */
void rk__batch_item_forget(rk__batch_item *item);
