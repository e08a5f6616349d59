/* SPDX-License-Identifier: MIT
 *
 * rows_file.h: priced rows as CSV, or as a workbook, beside the totals (--rows).
 *
 * Workers render the rows of their blocks; blocks are written in file order,
 * whoever finishes them first, so that the file is the same for any number of
 * threads. It is there whole or not at all. A block that is finished before its
 * turn waits in memory; where too many wait, their workers do.
 *
 * Threads: rk__rows_block from many; the rest from one.
 */
#pragma once

#include "base/alloc.h"
#include "base/problems.h"

/* Texts are copied in steps of many bytes, whatever their lengths, so what is copied and
 * where it goes have so many bytes more, of no meaning. */
#define RK__ROWS_SLACK 128

typedef struct rk__rows_file rk__rows_file;

rk_status rk__rows_open(const char *path, rk__rows_file **out, rk_problems *problems);
/* The header line and what its columns hold (rk__rows_sheet_kinds), once, and the number of the
 * first row behind it is 1. RK_CONFLICT where there is one: rows of one table go into one file. */
rk_status rk__rows_header(rk__rows_file *file, const char *table, const rk__buf *line,
                          const char *kinds, rk_problems *problems);
/* Whether it has a header: a component that prices rows came by. */
bool rk__rows_begun(const rk__rows_file *file);
/* Whole and in its place; frees. RK_IO_WRITE. */
rk_status rk__rows_commit(rk__rows_file *file, rk_problems *problems);
void rk__rows_abandon(rk__rows_file *file); /* NULL is fine */

/* The rendered lines of a block in the order of the file, each without the row's number;
 * their texts are in any order. */
typedef struct rk__rows_line {
    size_t at;
    uint32_t row, length; /* row of the block */
} rk__rows_line;
typedef struct rk__rows_text {
    char *bytes;
    size_t length, capacity;
    rk__rows_line *lines;
    size_t n_lines, lines_capacity;
} rk__rows_text;
/* Room for so many more bytes or lines, behind those that are there and count; NULL
 * if out of memory. */
char *rk__rows_room(rk__rows_text *text, size_t length);
rk__rows_line *rk__rows_lines(rk__rows_text *text, size_t n);
void rk__rows_dispose(rk__rows_text *text);
/* Takes the text of a block of so many rows, and leaves an empty one. RK_IO_WRITE or
 * RK_NO_MEMORY, which rk__rows_commit also tells. */
rk_status rk__rows_block(rk__rows_file *file, uint64_t block, uint64_t rows, rk__rows_text *text);
