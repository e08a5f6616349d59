/* SPDX-License-Identifier: MIT
 *
 * names.h: a hash index over a list of texts, built once.
 */
#pragma once

#include "base/alloc.h"

#define RK__NAMES_NONE SIZE_MAX

/* Starts as {0}. `texts` and its strings are borrowed; an item may be NULL and is never found. */
typedef struct rk__names {
    const char *const *texts;
    size_t n;
    uint32_t *slots; /* 1 + number of a text, by hash; 0: free. NULL for a short list */
    size_t mask;
} rk__names;

/* Prepares to look texts up in the list; false if out of memory. A short list is searched as it
 * is and takes no memory. */
bool rk__names_make(rk__names *names, const char *const *texts, size_t n, rk__arena *arena);
/* The number of the first text of the list that equals this one, or RK__NAMES_NONE. */
size_t rk__names_find(const rk__names *names, const char *text);

/* Whether a text ends with another, as a file name does with its extension. */
bool rk__text_ends(const char *text, const char *ending);
