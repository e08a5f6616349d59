/* SPDX-License-Identifier: MIT
 *
 * csv.h: where the records and fields of CSV text begin and end.
 *
 * One definition of CSV, RFC 4180, for tables that are loaded whole (the
 * iterator below) and for those that are streamed (the splitter):
 *
 * - a record ends at a line feed outside quotes (a carriage return before it is
 *   not part of the last field) or at the end of the text; empty lines are no
 *   records;
 * - a quote opens a quoted field only as the field's first byte; inside, "" is a
 *   quote;
 * - a quote elsewhere in an unquoted field, or anything but a separator after a
 *   closing quote, is a fault of its record, which then runs to the next line
 *   feed outside a well-formed quoted field. Faults never move the boundaries of
 *   other records, so a bad record can be left out;
 * - a quoted field that is never closed takes the rest of the text.
 *
 * Nothing here allocates but the iterator. Offsets are bytes.
 *
 * Threads: everything but an iterator may be used from many.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"

typedef enum rk__csv_fault {
    RK__CSV_OK = 0,
    RK__CSV_STRAY_QUOTE, /* a quote inside an unquoted field */
    RK__CSV_AFTER_QUOTE, /* text between a closing quote and the separator */
    RK__CSV_OPEN_QUOTE,  /* a quoted field that is never closed */
    RK__CSV_RAGGED,      /* not the expected number of fields (splitter only) */
} rk__csv_fault;
/* "has a quote inside an unquoted field", ... */
const char *rk__csv_fault_text(rk__csv_fault fault);

/* ------------------------------------------------------------------- fields */

/* The value of a raw field: *text and *length become what is between the quotes with "" undone, or,
 * if the field is unquoted, the field without surrounding spaces, tabs and no-break spaces. If ""
 * has to be undone, the value is written to `scratch`, which has room for the raw length; otherwise
 * it points into the field. */
void rk__csv_value(const char **text, size_t *length, char *scratch);

/* A byte order mark's length at the start of a text: 3 or 0. */
size_t rk__csv_bom(const char *text, size_t length);

/* ---------------------------------------------------------- a text as a whole */

typedef struct rk__csv_field {
    const char *text; /* raw: quotes and surrounding spaces included; see rk__csv_value */
    size_t length;
} rk__csv_field;

/* Begins with text, length and delimiter set, line 1 and the rest 0; a byte order
 * mark at `at` 0 is skipped. Dispose with rk__csv_reader_dispose. */
typedef struct rk__csv_reader {
    const char *text;
    size_t length;
    char delimiter;
    size_t at;     /* offset of what is read next */
    uint32_t line; /* of it, from 1 */
    rk__csv_field *field;
    size_t capacity;
} rk__csv_reader;

typedef struct rk__csv_record {
    size_t start; /* offset of its first byte */
    uint32_t line;
    size_t n_fields;
    const rk__csv_field *field; /* borrowed until the next call */
    rk__csv_fault fault;        /* the first in the record; an open quote comes before others */
    size_t fault_at;            /* its offset in the text */
} rk__csv_record;

/* The next record that is not an empty line: 1, 0 at the end, -1 if out of
 * memory. */
int rk__csv_next(rk__csv_reader *reader, rk__csv_record *record);
void rk__csv_reader_dispose(rk__csv_reader *reader);

/* The number of line feeds in a text, inside quotes or not. */
uint32_t rk__csv_count_feeds(const char *text, size_t length);

/* Line and character column (both from 1) of offset `at` in a record that begins
 * at `start`, which is the first byte of line `start_line`. */
void rk__csv_locate(const char *text, size_t start, uint32_t start_line, size_t at, uint32_t *line,
                    uint32_t *column);

/* -------------------------------------------------------------- in blocks */

/* Readable zero bytes that must follow a block's text. */
#define RK__CSV_PAD 128

typedef struct rk__csv_block {
    const char *text; /* whole records, the last with its line feed */
    uint32_t length;
    uint32_t n_fields; /* of a record */
    char delimiter;
} rk__csv_block;

/* Room for the ends of so many rows. */
#define RK__CSV_ENDS(n_fields, rows) ((size_t) (n_fields) * ((rows) + 1) + 192)

/* Rows split: where each field ends, row after row. A field begins one past the
 * end of the field before, the first of a row at starts[row]. */
typedef struct rk__csv_rows {
    uint32_t max_rows;
    uint32_t *starts; /* max_rows + 1 */
    uint32_t *lines;  /* max_rows + 1: line feeds in the block before the row */
    uint32_t *ends;   /* RK__CSV_ENDS(n_fields, max_rows) */
    uint32_t n;
    uint32_t next; /* where to go on: offset, and line feeds before it */
    uint32_t next_line;
    /* A faulty record that follows the rows; it stands at starts[n], lines[n]. */
    rk__csv_fault fault;
    uint32_t fault_at;
    uint32_t fault_fields; /* RAGGED: how many there are */
} rk__csv_rows;

#define RK__CSV_LANES 8

/* An implementation for a kind of CPU; the first is the fastest. All give the same results. */
typedef struct rk__csv_kernel {
    const char *name;
    /* Splits from offset `next` on: up to max_rows rows, or until a faulty record
     * (which is skipped) or the block's end, where next == length. Set next and
     * next_line to 0 for a new block. */
    void (*split)(const rk__csv_block *block, rk__csv_rows *rows);
    /* The offset one past the last record that is complete in `text`, which begins with a record
     * and has RK__CSV_PAD readable bytes after it; 0 if none. If the rest is inside an unclosed
     * quote, *open is that quote's offset, else SIZE_MAX. */
    size_t (*boundary)(const char *text, size_t length, char delimiter, size_t *open);
    /* Reads plain numbers: cells of 1 to 8 bytes, given as words (whatever follows the cell in its
     * word) and lengths. plain[i] is 1 if the cell is digits with at most one point between them;
     * v[i] is then the number in millionths, and otherwise undefined. Without `points`, a cell with
     * a point is not plain, and v[i] is the number itself. All arrays have room for n rounded up to
     * a multiple of RK__CSV_LANES. */
    void (*numbers)(const uint64_t *word, const uint64_t *length, size_t n, bool points, int64_t *v,
                    uint8_t *plain);
} rk__csv_kernel;
const rk__csv_kernel *rk__csv_kernel_best(void);
/* Kernel i that this CPU can run, or NULL past the last. */
const rk__csv_kernel *rk__csv_kernel_at(size_t i);

/* -------------------------------------------------- shared by the kernels */

typedef struct rk__csv_measure {
    size_t end;      /* one past the record's line feed, or the text's length */
    uint32_t fields; /* 0: an empty line */
    uint32_t feeds;  /* line feeds in it, its own included */
    bool complete;   /* it has its line feed */
    rk__csv_fault fault;
    size_t fault_at;
} rk__csv_measure;
/* Measures one record byte by byte. */
void rk__csv_measure_record(const char *text, size_t length, size_t start, char delimiter,
                            rk__csv_measure *out);

extern const rk__csv_kernel rk__csv_portable;
#if defined(__x86_64__)
extern const rk__csv_kernel rk__csv_avx2, rk__csv_avx512;
#endif

/* Writing: a text as a field, in quotes where it needs them. Control characters but for tabs and
 * line ends become U+FFFD: a terminal would obey them. */
void rk__csv_quote(rk__buf *out, const char *text, size_t length);
/* The same. With `safe`, a text that a spreadsheet would take for a formula (it begins with = + -
 * @, a tab or a carriage return, and is no number) gets an apostrophe in front. */
void rk__csv_quote_safe(rk__buf *out, bool safe, const char *text, size_t length);
