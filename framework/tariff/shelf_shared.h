/* SPDX-License-Identifier: MIT
 *
 * shelf_shared.h: what the processes of a batch tell each other about the URLs that
 * they fetch: that one is at it, and that something could not be had.
 *
 * They share a file without a name. A process that fetches holds the byte of its URL, so
 * that others wait for that URL and for no other; failures are frames in the file, one
 * after the other. `file` is -1 where a process is alone: then all of this does nothing.
 */
#pragma once

#include <reckoner/reckoner.h>

#include "base/alloc.h"

/* Waits for others that hold the key. Where the machine cannot lock, each process
 * fetches for itself. A process holds one key at a time. */
void rk__shared_lock(int file, const char *key, size_t length);
void rk__shared_unlock(int file, const char *key, size_t length);

typedef struct rk__shared_failure {
    rk_status status;
    const char *message, *hint; /* hint: or NULL */
} rk__shared_failure;

/* Tells the others; nothing happens where there is no more room or memory. */
void rk__shared_tell(int file, const char *key, size_t length, const rk__shared_failure *failure);
/* What somebody told about the key while holding it; texts are in `kept`. */
bool rk__shared_told(int file, const char *key, size_t length, rk__buf *kept,
                     rk__shared_failure *out);
