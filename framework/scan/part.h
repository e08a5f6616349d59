/* SPDX-License-Identifier: MIT
 *
 * part.h: a part of a table's files, and a table joined from what parts have read.
 *
 * A part reads the records that begin in its share of the bytes of all files. Each piece says where
 * it began and stopped, so that no record is read twice or left out: consecutive pieces must meet,
 * and the first and last must be the ends of a file.
 */
#pragma once

#include "scan/scan.h"

/* What a run has read of one file. */
typedef struct rk__scan_piece {
    const char *name, *path; /* below the table's folder, or absolute; as shown */
    const char *head;        /* the text up to the header's end */
    size_t head_length;
    size_t index, n_files; /* among the files of the table; both 0: files of the part alone */
    uint64_t size, begin, end;
    bool cut;      /* not read from its header to its end */
    bool complete; /* read to its end */
    uint64_t records, rows;
    uint32_t feeds;      /* line feeds in its records */
    const char *digest;  /* XXH3; "" of a piece that is cut */
    rk__total_row total; /* `line` is counted from the piece's first line; 0: none */
    const rk__value *at; /* where a document says so; for problems */
} rk__scan_piece;

/* The range of part `number` (from 1) `of` so many: equal shares of bytes. Files that can only be
 * read from the start (packed, in another encoding, a workbook, with a footer or a last total that
 * is left out) belong to one part whole. RK_IO if a file is a pipe. */
rk_status rk__scan_range_of(const rk__scan *scan, unsigned number, unsigned of, rk__scan_range *out,
                            rk_problems *problems);

/* After a run: what it read of its i-th file; false past the last. */
bool rk__scan_piece_at(const rk__scan *scan, size_t i, rk__scan_piece *out);
/* Replaces a run if nobody needs the rows: marks each file as read. */
void rk__scan_pass_over(rk__scan *scan);
/* Where a row is in its piece: the piece, and rows and lines before it. */
void rk__scan_piece_row(const rk__scan *scan, uint64_t block, uint32_t row_in_block, uint32_t line,
                        size_t *piece, uint64_t *row, uint32_t *line_in_piece);
/* After a run that began inside a file: counts the lines before, so that places are right. */
rk_status rk__scan_locate(rk__scan *scan);

/* Opens a table that parts have read: it has columns, rows, files and places as after a run, and
 * cannot be run. A block is a piece. Strings of pieces are borrowed until it is closed. RK_CONFLICT
 * if pieces do not meet. */
rk_status rk__scan_open_pieces(const rk__table_spec *spec, const rk__access *access,
                               const rk__scan_piece *pieces, size_t n, rk__scan **out,
                               rk_problems *problems);
/* Why the rows of joined parts cannot be read again. */
typedef struct rk__scan_unread {
    const char *path; /* of the file; owned by the joined scan */
    const char *why;  /* words to put behind it; NULL: they can be read */
    bool other;       /* it was cut, and is another file now: its digest would be a false one */
} rk__scan_unread;

/* Opens the files of a joined table, to look at their rows with these wants. *out is NULL if one
 * cannot be read or is not what the parts read. RK_NO_MEMORY or RK_OK. */
rk_status rk__scan_open_again(const rk__scan *joined, const rk__scan_want *wants, size_t n_wants,
                              rk__scan **out, rk__scan_unread *unread);
/* After a run of that, with its status: whether it read what the parts read. The joined scan then
 * has its digests and total rows. */
bool rk__scan_read_again(rk__scan *joined, const rk__scan *again, rk_status status,
                         rk__scan_unread *unread);
/* Reads the files that were cut to make their digests. RK_IO if one is missing, RK_CONFLICT if its
 * size has changed since the parts read it. */
rk_status rk__scan_digest_pieces(rk__scan *scan, rk_problems *problems);
