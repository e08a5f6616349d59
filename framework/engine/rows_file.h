/* SPDX-License-Identifier: MIT
 *
 * rows_file.h: priced rows as CSV beside the totals (--rows).
 *
 * Workers render the rows of their blocks; blocks are written in file order,
 * whoever finishes them first, so that the file is the same for any number of
 * threads. It is there whole or not at all. A block that is finished before its
 * turn waits in memory; where too many wait, their workers do.
 *
 * Threads: rk__rows_block from many; the rest from one.
 */
#ifndef RK_ENGINE_ROWS_FILE_H
#define RK_ENGINE_ROWS_FILE_H

#include <string.h>

#include "base/alloc.h"
#include "base/problems.h"

/* Copies so many bytes, and up to RK__ROWS_SLACK more of no meaning: short texts of
 * any length cost what a few registers do. Both sides have the room. */
#define RK__ROWS_SLACK 32
static inline char *rk__rows_copy(char *to, const char *from, size_t length)
{
    for (size_t i = 0; i < length; i += RK__ROWS_SLACK) {
        memcpy(to + i, from + i, RK__ROWS_SLACK);
    }
    return to + length;
}

typedef struct rk__rows_file rk__rows_file;

rk_status rk__rows_open(const char *path, rk__rows_file **out, rk_problems *problems);
/* The header line, once, and the number of the first row behind it is 1. RK_CONFLICT
 * where there is one: rows of one table go into one file. */
rk_status rk__rows_header(rk__rows_file *file, const char *table, const rk__buf *line,
                          rk_problems *problems);
/* Whole and in its place; frees. RK_IO_WRITE. */
rk_status rk__rows_commit(rk__rows_file *file, rk_problems *problems);
void rk__rows_abandon(rk__rows_file *file); /* NULL is fine */

/* The rendered lines of a block: for each its row of the block and its text without
 * the row's number. */
typedef struct rk__rows_text {
    char *bytes;
    size_t length, capacity;
} rk__rows_text;
/* `line` has RK__ROWS_SLACK more bytes that may be read. */
bool rk__rows_add(rk__rows_text *text, uint32_t row, const char *line, size_t length);
/* Takes the text of a block of so many rows, and leaves an empty one. RK_IO_WRITE or
 * RK_NO_MEMORY, which rk__rows_commit also tells. */
rk_status rk__rows_block(rk__rows_file *file, uint64_t block, uint64_t rows, rk__rows_text *text);

#endif
