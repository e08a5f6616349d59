/* SPDX-License-Identifier: MIT
 *
 * encoding.h: converting the bytes of a file to UTF-8.
 *
 * An invalid byte becomes one that never occurs in UTF-8, so the fault is found in its place, and
 * only if somebody reads that cell.
 *
 * Threads: one at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "reckoner/problem.h"

typedef struct rk__transcoder rk__transcoder;

/* Makes a transcoder for a file that begins with these bytes. NULL in *out if its bytes are to be
 * taken as they are: UTF-8, unless its first bytes are UTF-16's byte order mark. RK_OUT_OF_RANGE
 * with *why a static phrase if a byte order mark contradicts the declared encoding, or iconv does
 * not know it; RK_NO_MEMORY. `encoding` may be NULL. */
rk_status rk__transcoder_new(const char *encoding, const char *bytes, size_t length,
                             rk__transcoder **out, const char **why);
/* The encoding, as iconv names it; NULL for no transcoder. */
const char *rk__transcoder_name(const rk__transcoder *transcoder);
void rk__transcoder_free(rk__transcoder *transcoder);

/* Converts from *in (left after it: *n_in) to `out`, and returns the bytes written. It stops if
 * there is not enough room, or with a character that is not complete; `last` says that no more
 * bytes follow. */
size_t rk__transcode(rk__transcoder *transcoder, const char **in, size_t *n_in, bool last,
                     char *out, size_t room);
/* Room in which at least one character fits. */
#define RK__TRANSCODE_ROOM 16
