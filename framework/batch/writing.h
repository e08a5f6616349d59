/* SPDX-License-Identifier: MIT
 *
 * writing.h: the text of a record, written in place, and its length once that is known.
 */
#pragma once

#include "batch/result_cells.h"

typedef struct rk__writing {
    size_t begin;
    rk_sink sink;
    rk__page page;
    rk__cells cells;
} rk__writing;

/* record.c: what a record begins with. */
void rk__record_head(rk__buf *out, rk_status status, const char *contract, const char *provider,
                     const char *commissioner, size_t n_results);
void rk__writing_begin(rk__writing *writing, rk__batch_form form, rk__buf *out);
/* RK_OK or RK_NO_MEMORY. */
rk_status rk__writing_end(rk__writing *writing);
