/* SPDX-License-Identifier: MIT
 *
 * twin.h: memory that the host writes and a rule can only read: the same pages, mapped twice.
 *
 * A rule that writes to its columns would change the input of the rules beside it. Changing the
 * protection of pages around each call would cost more than the call, so the columns are written at
 * one address and handed to rules at another that is read-only: a write ends in a signal at once,
 * and no call costs anything. Blocks are cut from a few mappings that the process keeps. If the
 * system gives none, both addresses are the same ordinary memory.
 *
 * Threads: any.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct rk__twin {
    unsigned char *mine;         /* for the host; NULL: none */
    const unsigned char *theirs; /* for rules */
    size_t size;
    bool guarded; /* the two differ */
} rk__twin;

/* Gives a zeroed block of at least `size` bytes, on a cache line's boundary. False if out of
 * memory. */
bool rk__twin_take(size_t size, rk__twin *out);
void rk__twin_give(rk__twin *twin); /* {0} is accepted */

/* Whether an address is in the read-only side of a block. Can be called in a signal handler. */
bool rk__twin_is_theirs(const void *address);
