/* SPDX-License-Identifier: MIT
 *
 * cells.h: one wanted column of a worker: from split rows to typed arrays.
 *
 * Threads: a column belongs to one worker.
 */
#pragma once

#include "base/twin.h"
#include "csv/csv.h"
#include "table/column.h"
#include "table/reading.h"
#include "json/json.h"

/* What is wrong with a row: its leftmost bad cell. */
typedef struct rk__cell_fault {
    uint32_t field; /* UINT32_MAX: nothing */
    uint32_t want;
    rk_status status;
    const char *why;
} rk__cell_fault;

typedef struct rk__cell_slot rk__cell_slot;
typedef struct rk__cell_long rk__cell_long;

typedef struct rk__cells {
    uint32_t want;
    rk__cell_type type;
    int32_t field; /* in the current file; -1 if it lacks the column */
    const rk__csv_kernel *kernel;
    rk__twin memory; /* of the two arrays, which rules are handed */
    int64_t *v;
    uint8_t *has;
    const int64_t *handed_v;
    const uint8_t *handed_has;
    rk__dict *dict;      /* TEXT */
    uint32_t generation; /* how often the dictionary was renewed */
    int64_t absent_v;    /* the value of a blank cell: missing, or the default */
    uint8_t absent_has;
    rk__cell_slot *slots; /* short cells seen before, and what they are */
    uint32_t n_slots, used_slots;
    rk__cell_long *longs; /* the same of longer cells; NULL until there is one */
    uint32_t used_longs;
    bool no_longs;          /* most cells are new, so looking them up costs more than it saves */
    uint32_t asked, missed; /* of the longer cells */
    rk__cell_reader reader;
    bool points;        /* a number with a decimal point is plain */
    bool blank_numbers; /* some number means no value */
    char *scratch;
    size_t scratch_capacity;
    bool no_memory; /* out of memory: do not use the arrays */
} rk__cells;

/* Prepares arrays of `rows` cells, read as `reading` (or NULL) declares for their column.
 * `fallback` is the default of blank and absent cells, or NULL; it must convert. Even after a
 * failure the cells must be freed. */
rk_status rk__cells_init(rk__cells *cells, uint32_t want, const char *column, rk__cell_type type,
                         size_t rows, const rk__reading *reading, const char *fallback);
/* Sets another default for the cells that follow. */
rk_status rk__cells_default(rk__cells *cells, const char *fallback);
/* Forgets every text that was seen: codes start again from 0. */
rk_status rk__cells_renew(rk__cells *cells, const char *fallback);
/* Frees all but the dictionary, which is the caller's to free. */
void rk__cells_trim(rk__cells *cells);

/* Converts one column of the rows to v and has from index `at` on. `fault` has an entry for each
 * row, which keeps the leftmost fault; returns true if it set any. */
bool rk__cells_convert(rk__cells *cells, const rk__csv_block *block, const rk__csv_rows *rows,
                       size_t at, rk__cell_fault *fault);

/* The same for n cells of a document, `stride` values apart (NULL: missing), from index `at` on.
 * RK_OK, the status of the first bad cell, or RK_NO_MEMORY. */
rk_status rk__cells_fill(rk__cells *cells, const rk__value *const *values, size_t stride, size_t n,
                         size_t at);
/* Sets n missing cells from index `at` on. */
void rk__cells_fill_absent(rk__cells *cells, size_t at, size_t n);

/* Sets the cell at index `at` to a value that is no longer raw (quotes undone, trimmed; NULL if
 * missing); RK_OK or the fault with *why, or RK_NO_MEMORY. */
rk_status rk__cells_set(rk__cells *cells, const char *text, size_t length, size_t at,
                        const char **why);
