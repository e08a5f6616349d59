/* SPDX-License-Identifier: MIT
 *
 * journal.h: what a batch has done so far, in a file that is only ever added to.
 *
 * The first frame says what the run depends on (names and values); each further one is
 * the record of one contract, in order. Frames carry digests, so a journal that was cut
 * short anywhere is good up to its last whole frame. One process has it at a time.
 */
#ifndef RK_BATCH_JOURNAL_H
#define RK_BATCH_JOURNAL_H

#include "base/frame.h"
#include "base/problems.h"

typedef struct rk__journal rk__journal;

/* What a run depends on: packed pairs of texts. */
void rk__journal_depend(rk__buf *on, const char *name, const char *value);

/* Creates the journal, or with `resume` opens one that is there (*resumed). RK_USAGE
 * where there is one and it is not to be resumed, or another process has it; RK_CONFLICT
 * where it depends on other values: each is named. */
rk_status rk__journal_open(const char *path, const rk__buf *depends, bool resume, bool *resumed,
                           rk__journal **out, rk_problems *problems);
void rk__journal_close(rk__journal *journal);

/* A contract's frame: its place and digest, and its record. */
typedef struct rk__journal_entry {
    const char *name;
    uint64_t line, digest, micros;
    const char *record;
    size_t length;
} rk__journal_entry;

/* Begins reading at the first record. */
void rk__journal_rewind(rk__journal *journal);
/* The next record, borrowed until the next call; *end where there is none. What stands
 * after the last whole frame is cut off. */
rk_status rk__journal_next(rk__journal *journal, rk__journal_entry *out, bool *end,
                           rk_problems *problems);
/* After the last record has been read, or in a new journal. */
rk_status rk__journal_add(rk__journal *journal, const rk__journal_entry *entry,
                          rk_problems *problems);
/* Hands what was added to the system; to the disk at most once a second, or `now`. */
rk_status rk__journal_flush(rk__journal *journal, bool now, rk_problems *problems);

#endif
