/* SPDX-License-Identifier: MIT
 *
 * journal.h: the records of a batch so far, in a file that is only appended to.
 *
 * The first frame lists what the run depends on (names and values). Each further frame is the
 * record of one contract, in order. Frames have digests, so a truncated journal is valid up to
 * its last complete frame. Only one process can open it at a time.
 */
#pragma once

#include "base/frame.h"
#include "base/problems.h"

typedef struct rk__journal rk__journal;

/* Packs a name and value that the run depends on. */
void rk__journal_depend(rk__buf *on, const char *name, const char *value);

/* Creates the journal, or with `resume` opens an existing one (*resumed). RK_USAGE if one exists
 * and `resume` is false, or another process has it open. RK_CONFLICT if it depends on other
 * values: each is reported. */
rk_status rk__journal_open(const char *path, const rk__buf *depends, bool resume, bool *resumed,
                           rk__journal **out, rk_problems *problems);
void rk__journal_close(rk__journal *journal);

/* The location of a contract, the digest of its text, and its record. */
typedef struct rk__journal_entry {
    const char *name;
    uint64_t line, digest, micros;
    const char *record;
    size_t length;
} rk__journal_entry;

/* The next record to read is the first. RK_IO if the file cannot be read from there. */
rk_status rk__journal_rewind(rk__journal *journal, rk_problems *problems);
/* Reads the next record, borrowed until the next call; *end if there is none. Truncates the file
 * after the last complete frame. */
rk_status rk__journal_next(rk__journal *journal, rk__journal_entry *out, bool *end,
                           rk_problems *problems);
/* Appends a record. The journal must be new, or read to its end. */
rk_status rk__journal_add(rk__journal *journal, const rk__journal_entry *entry,
                          rk_problems *problems);
/* Writes what was appended; syncs it to disk if `now`, or if the last sync is over a second ago. */
rk_status rk__journal_flush(rk__journal *journal, bool now, rk_problems *problems);
