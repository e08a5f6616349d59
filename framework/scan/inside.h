/* SPDX-License-Identifier: MIT
 *
 * inside.h: internals shared by the files of this room.
 *
 *     open.c    headers, and which field each wanted column is
 *     source.c  the bytes of a file
 *     blocks.c  blocks of whole records, handed out in order under a lock
 *     cells.c   cells to typed arrays
 *     worker.c  a worker: its blocks split, converted and handed on in batches
 *     rows.c    the same for rows of a document
 *     fault.c   bad rows, and the problems at the end
 *     run.c     threads
 *     place.c   where a row of a block stands
 *     named.c   rows that are called totals
 *     part.c    a part of a table's files
 *     pieces.c  parts joined again
 */
#pragma once

#include <pthread.h>

#include "scan/cells.h"
#include "scan/scan.h"
#include "scan/source.h"
#include "table/columns.h"
#include "table/duplicates.h"

/* The total row at the end of a file. */
typedef struct rk__scan_total {
    bool found, ignored, by_name;
    size_t block;   /* number of the block that it is in, or would begin */
    uint32_t feeds; /* line feeds in the block before it */
    uint32_t line;  /* once blocks are placed */
} rk__scan_total;

typedef struct rk__scan_input {
    const char *name; /* to be opened again */
    const char *path; /* as shown */
    uint64_t size;    /* 0: unknown */
    bool regular;
    const char *identity; /* of a regular file */
    const char *sheet;    /* of a workbook, or NULL; of the arena */
    bool packed;          /* reading it showed that it is compressed */
    bool opened;          /* by the last run */
    bool cut, complete;   /* not read from its header to its end; read to its end */
    uint64_t begin, end;  /* where the last run began to read records, and stopped */
    uint32_t feeds;       /* line feeds before the last run's first record, and in those it read */
    uint64_t records;     /* that the last run read, bad ones too */
    rk__source *source;   /* for a file that cannot be reopened: open since the header was read */
    char *head;           /* the bytes up to the header's end; of pipes all that was read */
    size_t head_length;
    size_t header_length;
    uint32_t header_feeds; /* line feeds in it */
    char delimiter;
    uint32_t n_fields;
    int32_t *field;    /* by want: the field that holds it, or -1 */
    int32_t *unique;   /* by column of `unique`: the field that holds it, or -1 */
    uint64_t *numbers; /* of a workbook, by want: cells that are numbers; NULL until it was read */
    uint64_t rows;
    char digest[RK__XXH3_TEXT];
    rk__scan_total total;    /* found by the last run */
    rk__named_column *names; /* of its header, mapped */
    size_t n_names;
} rk__scan_input;

typedef struct rk__scan_wanted {
    const char *name;
    rk__cell_type type;
    bool has;
    bool shown;           /* only: see rk__scan_only_shown */
    const char *fallback; /* the default; or NULL */
    int table_column;     /* in place; -1 for none */
} rk__scan_wanted;

/* While the scan runs, the rows and line feeds in a block; after it, those before
 * the block in the table and in its file. */
typedef struct rk__scan_block {
    uint64_t row;
    uint64_t offset; /* in its file, unpacked */
    uint32_t feed;
    uint32_t file;
} rk__scan_block;

struct rk__scan {
    rk__table_spec spec;
    const rk__access *access;
    rk__arena arena;
    rk__table *table; /* rows in place */
    rk__scan_wanted *wants;
    size_t n_wants;
    rk__named_column *names; /* of the first file */
    size_t n_names;
    rk__scan_input *files;
    size_t n_files;
    rk__scan_block *blocks;
    size_t n_blocks, blocks_capacity;
    uint64_t n_rows, bad_rows;
    rk__scan_mark start;             /* of the last run */
    bool used;                       /* pipes can be read once */
    struct rk__scan_worker *workers; /* of the last run: their dictionaries are in use */
    unsigned n_workers;
    struct { /* duplicates.c */
        bool wanted;
        uint64_t step; /* one row of so many, a power of two */
        rk__row_mark *list;
        size_t n;
    } marks;
    struct { /* named.c */
        bool wanted;
        /* Rows in place: the next one, from 1, and those that are sums, the first row or the last.
         */
        size_t cursor, next;
        rk__total_row sums[2];
        size_t n_sums;
    } named;
};

static inline bool rk__scan_ignores_totals(const struct rk__scan *scan)
{
    return scan->spec.reading != NULL && scan->spec.reading->ignore_total;
}

/* ------------------------------------------------------------------ blocks */

/* A worker's block. Begins as {0} and is reused for the next. */
typedef struct rk__scan_text {
    char *bytes;
    size_t capacity;
    size_t length; /* whole records, the last with its line feed; zeros follow */
    size_t block;
    const rk__scan_input *file;
    bool taken;     /* it has a block whose counts are not yet recorded: */
    uint64_t rows;  /* records in it */
    uint64_t good;  /* rows handed on */
    uint32_t feeds; /* line feeds */
    bool held;      /* the last record of its file, which may be the total of those before it */
    bool total;     /* and is */
} rk__scan_text;

/* A sum of many values, exact: of their lower and upper halves. */
typedef struct rk__scan_sum {
    uint64_t low;
    int64_t high;
} rk__scan_sum;

/* A problem that ends the scan, whatever max_errors is. */
typedef struct rk__scan_fatal {
    rk_status status;
    size_t block;
    uint32_t feed, column; /* line feeds before it in the block */
    size_t file;
    char message[200];
    const char *hint;
} rk__scan_fatal;

typedef struct rk__scan_reader {
    rk__scan *scan;
    const rk__csv_kernel *kernel;
    size_t block_bytes;
    size_t ahead; /* bytes read past a block, so that the end of a file is seen whole */
    pthread_mutex_t lock;
    pthread_cond_t idle; /* no worker has a block, or the scan was stopped */
    /* Members from here on are used under the lock. */
    bool stop;     /* no more blocks are handed out */
    unsigned busy; /* workers that have a block */
    bool held;     /* the last record of the current file waits until the others are added up: */
    char *held_text;
    size_t held_length;
    rk__scan_sum *sums; /* by want, of the file that it ends; then the number of rows */
    bool ended;         /* the current file has no more bytes */
    rk__source *source;
    const rk__scan_mark *from;   /* one block from here; NULL: all */
    const rk__scan_range *range; /* or NULL: all files */
    uint64_t offset;             /* where the next block begins in its file */
    size_t file;                 /* the current one, or the next */
    char *carry;                 /* the start of a record that the last block did not complete */
    size_t carry_length, carry_capacity;
    uint64_t rows_done, bytes_done;
    rk__scan_fatal fatal;
    rk_problems *problems; /* of opening files */
} rk__scan_reader;

/* ----------------------------------------------------------------- workers */

/* duplicates.c: marks the n rows that were split last; with `bad`, except those whose verdict is
 * bad. RK_NO_MEMORY or RK_OK. */
struct rk__scan_worker;
rk_status rk__scan_mark_rows(struct rk__scan_worker *worker, size_t n, bool bad);
/* named.c: notes which of the n rows that were split last are called totals; as above. */
rk_status rk__scan_name_rows(struct rk__scan_worker *worker, size_t n, bool bad);
/* The same of the next n rows in place. */
rk_status rk__scan_name_held(struct rk__scan_worker *worker, size_t n);
/* Keeps the repeats among the workers' marks. */
rk_status rk__scan_gather_marks(rk__scan *scan);

/* A bad row. */
typedef struct rk__scan_fault {
    uint64_t block;
    uint32_t line;   /* in place: 0; else counted from the block's first, from 0 */
    uint32_t column; /* in characters, from 1; in place: the table's column */
    uint32_t row;    /* in place */
    rk_status status;
    uint32_t want;   /* UINT32_MAX: the record itself is at fault */
    uint32_t fields; /* of a ragged record, and how many there should be */
    uint32_t expected;
    const char *why;
} rk__scan_fault;

typedef struct rk__scan_faults {
    rk__scan_fault *list; /* the first ones, by block and line */
    size_t n, capacity;
    uint64_t count; /* of all */
} rk__scan_faults;

typedef struct rk__scan_worker {
    rk__scan *scan;
    rk__scan_reader *reader;
    const rk__scan_options *options;
    const rk__scan_consumer *consumer;
    unsigned index;
    rk__cells *cells;          /* by want */
    rk__batch_column *columns; /* of a batch: slices of the cells */
    size_t batch_rows;
    uint32_t *lines;          /* by row of the cells' arrays */
    rk__cell_fault *verdicts; /* by row that is being converted */
    rk__scan_sum *sums; /* likewise, for the current file; NULL unless a total is looked for */
    rk__csv_rows rows;
    uint32_t split_rows; /* room in `rows` */
    size_t n_ends;
    rk__scan_text text;
    /* Rows from..to of the arrays wait to be handed on; the first is row
     * `first` of its block. */
    size_t from, to;
    uint32_t first;
    rk__scan_faults faults;
    rk__row_mark *marks;
    size_t n_marks, marks_capacity;
    size_t gathered;                   /* of the marks, after the run */
    size_t handed_marks, handed_named; /* those before these were handed on */
    struct {
        rk__scan_named *list; /* not yet handed on */
        size_t n, capacity;
        int32_t *known; /* by want: texts of its dictionary that were looked at */
        struct {
            size_t want;
            int64_t code;
        } texts[16]; /* of columns that are read: those that say total */
        size_t n_texts;
    } named;
    rk__scan_times *times; /* or NULL */
    rk_status status;      /* of the consumer, or RK_NO_MEMORY */
    uint64_t status_block;
} rk__scan_worker;

/* blocks.c: blocks of whole records, handed out in file order. */

rk_status rk__scan_reader_init(rk__scan_reader *reader, rk__scan *scan,
                               const rk__scan_options *options);
void rk__scan_reader_dispose(rk__scan_reader *reader);
/* Records the counts of the worker's block and takes the next one; false if none is left. */
bool rk__scan_next_block(rk__scan_reader *reader, rk__scan_text *text);
/* part.c: the first record of the current file that begins at byte `begin` or later. */
rk_status rk__scan_first_record(rk__scan_reader *reader, uint64_t begin, uint64_t *at,
                                const char **why);
/* open.c: reads the header of a file that is open, or whose `head` is given. */
rk_status rk__scan_read_header(rk__scan *scan, rk__scan_input *file, rk_problems *problems);
/* Hands out no more blocks; workers finish those they have. */
void rk__scan_stop(rk__scan_reader *reader);
void rk__scan_progress(rk__scan_reader *reader, uint64_t *rows, uint64_t *bytes);

/* fault.c: bad rows of a scan. */

/* Adds a bad row to the list, which keeps no more than can ever be reported. False if out of
 * memory. */
bool rk__scan_add_fault(rk__scan_faults *faults, uint64_t max_errors, const rk__scan_fault *fault);
/* Adds the problems of all faults, sorted (`faults` are as many as workers), and returns the
 * first's status if there are more than max_errors. */
rk_status rk__scan_report(rk__scan *scan, rk__scan_faults *faults, size_t n, uint64_t max_errors,
                          const rk__scan_fatal *fatal, rk_problems *problems);

/* rows.c: a scan of rows in place. */

/* Passes over rows in place. */
rk_status rk__scan_run_rows(rk__scan *scan, rk__scan_worker *worker, rk_problems *problems);

/* worker.c: one worker of a scan. */

rk_status rk__scan_worker_init(rk__scan_worker *worker, rk__scan *scan, rk__scan_reader *reader,
                               const rk__scan_options *options, const rk__scan_consumer *consumer,
                               unsigned index);
/* Frees all but the dictionaries. */
void rk__scan_worker_trim(rk__scan_worker *worker);
void rk__scan_free_workers(rk__scan *scan);
/* Takes blocks until none is left. */
void rk__scan_work(rk__scan_worker *worker);
/* Passes the rows from..to to the consumer. */
rk_status rk__scan_hand_on(rk__scan_worker *worker, uint64_t block, const rk__table *table);
