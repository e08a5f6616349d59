/* SPDX-License-Identifier: MIT
 *
 * source.h: the bytes of one file, in order, unpacked if it is gzip, with the digest of the stored
 * bytes.
 *
 * Threads: one at a time.
 */
#pragma once

#include "table/sheet_text.h"
#include "table/table.h"

typedef struct rk__source rk__source;

/* What is known about a file before it is read. */
typedef struct rk__source_info {
    const char *path; /* as to be shown; of the arena or static */
    bool regular;     /* can be opened again */
    uint64_t size;
    char identity[120]; /* changes when the file does: device, number, size, times */
} rk__source_info;

/* Opens a path of rk__input_list. The list of problems must outlive the source. */
rk_status rk__source_open(const rk__table_spec *spec, const rk__access *access, const char *name,
                          rk__arena *arena, rk__source **out, rk__source_info *info,
                          rk_problems *problems);
/* The sheet that is read if the file is a workbook, or NULL. */
const rk__sheet_text *rk__source_sheet(const rk__source *source);
/* The encoding that what was read is converted from, or NULL. Valid until the source is closed. */
const char *rk__source_encoding(const rk__source *source);
/* Reads up to n > 0 bytes; fewer only at the end. RK_OK, or RK_IO or RK_NO_MEMORY
 * with *why what happened, as in "cannot be read: ...". Problems of a workbook go to the list that
 * it was opened with, and *why stays as it is. */
rk_status rk__source_read(rk__source *source, char *to, size_t n, size_t *got, const char **why);
/* Continues at an offset; the file must not be compressed, and then has no digest. */
rk_status rk__source_seek(rk__source *source, uint64_t offset, const char **why);
/* Whether what was read was compressed. */
bool rk__source_packed(const rk__source *source);
/* Bytes as stored that were read so far. */
uint64_t rk__source_stored(const rk__source *source);
/* The digest of the file as stored; at its end. */
void rk__source_digest(const rk__source *source, char out[RK__XXH3_TEXT]);
void rk__source_close(rk__source *source);
