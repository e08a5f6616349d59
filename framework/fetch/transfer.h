/* SPDX-License-Identifier: MIT
 *
 * transfer.h: fetching documents over HTTP, several in parallel: redirects, retries, and which
 * servers may be contacted. Independent of the cache.
 */
#pragma once

#include "access/url.h"
#include "fetch/fetch.h"

#define RK__TRANSFER_REDIRECTS 5
#define RK__TRANSFERS_AT_ONCE  8

typedef struct rk__transfer {
    /* The request; all borrowed. The validators are sent only to `answered_by`, the URL that
     * gave them; NULL for none. */
    const rk__url *url;
    const char *etag, *last_modified, *answered_by;

    /* The outcome. Freed by rk__transfer_dispose. */
    rk_status status;
    bool not_modified; /* the copy that the validators belong to is current; no text */
    char *text;        /* NUL after its `length` bytes */
    size_t length;
    char *new_etag, *new_last_modified, *new_answered_by;
    char message[900], hint[300]; /* of a failure; hint may be "" */
} rk__transfer;

/* Runs all; each has its outcome in it. Returns RK_NO_MEMORY or RK_OK. `options` must have its
 * defaults filled in. */
rk_status rk__transfer_all(rk__transfer *transfers, size_t n, const rk__fetch_options *options);
void rk__transfer_dispose(rk__transfer *transfer);

/* RK_OK, or RK_FORBIDDEN with a hint if the run may not contact the host. */
rk_status rk__transfer_allowed(const rk__access *access, const rk__url *url, char *hint,
                               size_t size);
