/* SPDX-License-Identifier: MIT
 *
 * scan.h: reading the rows of a table once, in typed columns.
 *
 * A scan takes the wanted columns (names and types), reads the table in blocks on several threads,
 * and hands each worker batches of row-aligned arrays. Rows in place and rows in files look the
 * same to the consumer. Memory does not depend on the number of rows of a file.
 *
 * Files are RFC 4180 CSV: quotes, embedded newlines, CRLF, byte order mark, blank lines skipped,
 * last line without newline; gzip is recognized by its magic number; "-" is standard input; globs
 * and lists of files are one table. A record with more or fewer fields than the header is a problem
 * of that row, as a bad cell is; a quoted field that is never closed ends the scan, because its
 * extent is unknown. Columns that nobody wants may hold anything that does not break a record. SIMD
 * is chosen at run time.
 */
#pragma once

#include "table/column.h"
#include "table/duplicates.h"
#include "table/total_row.h"
#include "json/json.h"

/* Rows in one batch at most. */
#define RK__BATCH_ROWS 1024

/* The longest record, in bytes; a longer one is RK_LIMIT. */
#define RK__SCAN_MAX_RECORD ((size_t) 16 << 20)

typedef struct rk__scan_want {
    const char *column;
    rk__cell_type type;
} rk__scan_want;

typedef struct rk__scan rk__scan;

typedef struct rk__batch_column {
    const int64_t *v;   /* as rk__column; TEXT: code in this worker's `dict` */
    const uint8_t *has; /* both NULL if the table lacks the column */
    rk__dict
        *dict; /* TEXT: of this worker; codes are valid until the scan is run again or closed */
    uint32_t generation; /* of a want that is only shown: changes when codes start again */
} rk__batch_column;

/* A row that is called a total. */
typedef struct rk__scan_named {
    uint32_t block, row, line; /* as of rk__scan_batch */
} rk__scan_named;

typedef struct rk__scan_batch {
    size_t n;
    const rk__batch_column *column; /* by want */
    /* Where row i stands, for problems and rows written out: rows are numbered
     * from 0 over the whole table in file order, bad rows too; `block` increases
     * in file order and rows of a block come in order. A bad row ends a batch, so
     * the rows of one are consecutive. */
    uint64_t block;
    uint32_t first_in_block; /* row i is row first_in_block + i of its block */
    const uint32_t *line;    /* line of row i relative to the block's first, or NULL in place */
    const rk__table *table;  /* rows in place: the table, row = first_in_block + i */
    /* Of a run that looks at rows (duplicates.h): those of the batch that are compared with others,
     * and those that are called totals, by place. */
    const rk__row_mark *marks;
    size_t n_marks;
    const rk__scan_named *named;
    size_t n_named;
} rk__scan_batch;

/* Where a block of an earlier run began, so that a later one can begin there. */
typedef struct rk__scan_mark {
    size_t file;
    uint64_t offset, row; /* bytes from the file's start; rows of the table before it */
    uint32_t feed;        /* line feeds of the file before it */
} rk__scan_mark;

/* A part of a table's files: the records that begin at byte `begin` of file `first` or after it,
 * and before byte `end` of file `last`. No file if `last` is below `first`. */
typedef struct rk__scan_range {
    size_t first, last;  /* counted from 1, so that `last` can be below */
    uint64_t begin, end; /* UINT64_MAX: the file's end */
} rk__scan_range;

/* Nanoseconds that a worker spent; filled on request. */
typedef struct rk__scan_times {
    uint64_t read; /* including the wait for a block: one worker reads at a time */
    uint64_t split, words, numbers;
} rk__scan_times;

typedef struct rk__scan_options {
    unsigned threads;    /* 0: as many as cores; rows in place use one */
    uint64_t max_errors; /* rows with a bad cell that are listed and left out before failing */
    size_t block_bytes;  /* 0: default; tests vary it */
    size_t batch_rows;   /* 0: RK__BATCH_ROWS; at most that */
    /* Called now and then from one thread with rows done so far and bytes of
     * total (0 if unknown); returning false stops the scan with RK_OK. */
    bool (*progress)(void *ctx, uint64_t rows, uint64_t bytes, uint64_t total_bytes);
    void *progress_ctx;
    rk__scan_times *times;       /* by worker, zeroed; or NULL */
    const rk__scan_mark *from;   /* read one block of a file that is not compressed; or NULL */
    const rk__scan_range *range; /* read only this part of the files; or NULL */
} rk__scan_options;

/* Runs the scan once. `begin` is called once for each worker before its first batch, in the calling
 * thread; `take` on the worker's thread. A status other than 0 from `take` stops the scan, which
 * returns it. Bad cells become problems (sorted by place): with max_errors 0 the scan fails at the
 * first; otherwise up to max_errors bad rows are left out, listed in `problems` and counted in
 * rk__scan_bad_rows, and the scan fails if there are more. A bad row is one problem: that of its
 * leftmost bad cell, with its line and character column and never its content. Which problems are
 * found depends neither on threads nor on blocks. */
typedef struct rk__scan_consumer {
    void *ctx;
    rk_status (*begin)(void *ctx, unsigned worker);
    rk_status (*take)(void *ctx, unsigned worker, const rk__scan_batch *batch);
    /* Called after the last batch of each block on the worker's thread, even if the block has no
     * rows or was abandoned: blocks are numbered from 0 without gaps. May be NULL. `rows` counts
     * all rows of the block, bad ones too. */
    rk_status (*block)(void *ctx, unsigned worker, uint64_t block, uint64_t rows);
} rk__scan_consumer;

/* Rows in one batch of rk__scan_rerun at most. */
#define RK__REPEAT_ROWS 64

/* place.c: what a scan has read, and the places of its rows. */

/* After a run: rows handed on, and bad ones left out (or that made it fail). */
uint64_t rk__scan_n_rows(const rk__scan *scan);
uint64_t rk__scan_bad_rows(const rk__scan *scan);
size_t rk__scan_n_files(const rk__scan *scan); /* 0 for rows in place */
/* Path, rows and XXH3 digest (of the bytes as stored, compressed or not). */
void rk__scan_file(const rk__scan *scan, size_t i, const char **path, uint64_t *rows,
                   const char **xxh3);
/* The total row at the end of a file, if it has one that was seen. */
bool rk__scan_total_row(const rk__scan *scan, size_t i, rk__total_row *out);
/* After a run that named totals (duplicates.h): rows in place that no cell calls so, but whose
 * numbers are the sums of the others. */
size_t rk__scan_held_sums(const rk__scan *scan, const rk__total_row **out);
/* After a run: the cells of a wanted column that a workbook holds as numbers; 0 for other files. */
uint64_t rk__scan_numbers(const rk__scan *scan, size_t file, size_t want);
/* A text that changes when a file does; false for rows in place and for pipes. */
bool rk__scan_identity(const rk__scan *scan, rk__buf *out);
/* Whether the table can be read more than once; `path` is the file that cannot. */
bool rk__scan_can_repeat(const rk__scan *scan, const char **path);
size_t rk__scan_n_blocks(const rk__scan *scan);
/* False if a later run cannot begin at the block: rows in place, pipes, compressed files. */
bool rk__scan_block_mark(const rk__scan *scan, size_t block, rk__scan_mark *out);
/* Row number over the whole table (from 0), and its place: file and line, or the
 * document's. Valid after the run has ended. */
uint64_t rk__scan_row_number(const rk__scan *scan, uint64_t block, uint32_t row_in_block);
void rk__scan_place(const rk__scan *scan, uint64_t block, uint32_t row_in_block, uint32_t line,
                    rk__place *place, rk__arena *arena);
/* Turns the counts of blocks into places, once all workers are done. */
void rk__scan_place_blocks(rk__scan *scan);

/* repeat.c: a scan of rows in place run again over other rows. */

/* Runs a scan of rows in a document again over other rows, each with the keys of the table's rows
 * in their order. The consumer's worker and its dictionaries are kept until rk__scan_renew, so
 * codes are valid that long; `begin` is called if there is no worker. */
rk_status rk__scan_rerun(rk__scan *scan, const rk__scan_consumer *consumer, const rk__value *rows);
/* Sets the default of a column for later runs. */
rk_status rk__scan_set_default(rk__scan *scan, const char *column, const char *text);
/* Whether the worker's dictionaries have become too large to keep. */
bool rk__scan_is_full(const rk__scan *scan);
/* Forgets the worker and its dictionaries. */
void rk__scan_renew(rk__scan *scan);

/* run.c: running a scan. */

rk_status rk__scan_run(rk__scan *scan, const rk__scan_options *options,
                       const rk__scan_consumer *consumer, rk_problems *problems);
unsigned rk__scan_threads(const rk__scan *scan, const rk__scan_options *options);
