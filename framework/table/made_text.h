/* SPDX-License-Identifier: MIT
 *
 * made_text.h: CSV text that is made a row at a time, and read in pieces of any length.
 */
#pragma once

#include "base/alloc.h"
#include "reckoner/status.h"

/* Starts as {0}. */
typedef struct rk__made_text {
    rk__buf pending; /* written, not yet handed out */
    size_t at;       /* of `pending`, what was handed out */
    bool ended;      /* there are no more rows */
} rk__made_text;

/* Fills `to` with the next n bytes; fewer only at the end. `next_row` appends a row to `pending`,
 * or sets `ended`; what it returns is returned. */
rk_status rk__made_text_read(rk__made_text *text, rk_status (*next_row)(void *ctx), void *ctx,
                             char *to, size_t n, size_t *got);
