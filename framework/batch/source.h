/* SPDX-License-Identifier: MIT
 *
 * source.h: the contracts of a batch, one after the other: documents in files,
 * below folders, by patterns, and one a line (NDJSON) in files or standard input.
 *
 * The order is that of the paths; below a folder, that of the names' bytes. Only the
 * contract at hand and the names of the folders being walked are held.
 */
#ifndef RK_BATCH_SOURCE_H
#define RK_BATCH_SOURCE_H

#include "base/problems.h"
#include "base/text.h"
#include "batch/texts.h"

/* A file that contracts come from, shared by those of its lines. */
typedef struct rk__batch_file {
    size_t uses;
    char *name; /* as in messages */
    char *base_dir;
    bool lines; /* one contract a line */
} rk__batch_file;

typedef struct rk__batch_item {
    uint64_t index; /* from 0 */
    rk__batch_file *file;
    uint64_t line;          /* from 1; 0 where the file is the contract */
    char *text;             /* NULL where it could not be read: `problem` says why */
    rk__batch_block *block; /* that the text lies in; NULL: it is the item's own */
    size_t length;
    uint64_t digest;
    rk_status status;
    char *problem;
} rk__batch_item;

typedef struct rk__batch_source rk__batch_source;

/* `paths` and `outputs` (rk__walk_new) are borrowed. With `measure`, the bytes of all files are
 * added up first; with `digests`, each item has the digest of its text. */
rk_status rk__batch_source_new(const char *const *paths, const char *const *outputs, bool measure,
                               bool digests, rk__batch_source **out, rk_problems *problems);
/* Those that it has handed out must be disposed of before. */
void rk__batch_source_free(rk__batch_source *source);
/* From now on lines are read into memory that workers can map; its descriptor, or -1. */
int rk__batch_source_share(rk__batch_source *source);

typedef enum rk__source_state {
    RK__SOURCE_ITEM = 0,
    RK__SOURCE_WAIT, /* nothing has come yet: poll rk__batch_source_fd */
    RK__SOURCE_END,
    RK__SOURCE_FAILED /* memory ran out */
} rk__source_state;
/* The next contract; disposed of by the caller. */
rk__source_state rk__batch_source_next(rk__batch_source *source, rk__batch_item *item);
int rk__batch_source_fd(const rk__batch_source *source);
uint64_t rk__batch_source_read(const rk__batch_source *source);
uint64_t rk__batch_source_total(const rk__batch_source *source); /* 0 where unknown */

void rk__batch_item_dispose(rk__batch_item *item);
/* Lets go of the text of one that is done. */
void rk__batch_item_forget(rk__batch_item *item);

#endif
