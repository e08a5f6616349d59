/* SPDX-License-Identifier: MIT
 *
 * row_index.h: where the blocks of a large table begin, so that one of its rows is
 * found without reading what is before it.
 *
 * Made by one pass that only splits records, and kept beside the tariff cache
 * (`rows/<digest>.index`) under what the files are: path, size, times. A file that
 * changed has another name there, so an index is never out of date. One that is
 * missing, damaged or cannot be written costs time only.
 */
#pragma once

#include "scan/scan.h"

typedef struct rk__row_index {
    rk__scan_mark *marks; /* by block */
    size_t n_marks;
    uint64_t n_rows; /* bad ones too */
} rk__row_index;

/* The index of an open scan's files, by reading it or by running the scan (which
 * must have no wants then, and can be closed afterwards). `n_marks` is 0 where rows
 * cannot be gone to: compressed files, for which pieces of their contents would have to
 * be kept in the cache, and those are private. */
rk_status rk__row_index_get(rk__scan *scan, const rk__scan_options *options, const char *cache_dir,
                            rk__row_index *out, rk_problems *problems);
void rk__row_index_dispose(rk__row_index *index);
/* The mark of the block that has a row (from 0); NULL if none. */
const rk__scan_mark *rk__row_index_find(const rk__row_index *index, uint64_t row);
