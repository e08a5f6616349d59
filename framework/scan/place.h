/* SPDX-License-Identifier: MIT
 *
 * place.h: what a scan has read, and the places of its rows.
 */
#pragma once

#include "scan/scan.h"

/* After a run: rows handed on, and bad ones left out (or that made it fail). */
uint64_t rk__scan_n_rows(const rk__scan *scan);
uint64_t rk__scan_bad_rows(const rk__scan *scan);
size_t rk__scan_n_files(const rk__scan *scan); /* 0 for rows in place */
/* Path, rows and XXH3 digest (of the bytes as stored, compressed or not). */
void rk__scan_file(const rk__scan *scan, size_t i, const char **path, uint64_t *rows,
                   const char **xxh3);
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
