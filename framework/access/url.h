/* SPDX-License-Identifier: MIT
 *
 * url.h: URLs of documents, parsed and made safe to show.
 *
 * What a URL holds before its '@' is a credential. It is separated at once, so that no message,
 * cache file or file name is ever made from it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "reckoner/status.h"

typedef struct rk__url {
    char *whole;           /* without user, password and fragment; the host in lower case */
    char *host;            /* without the brackets of an IPv6 address */
    char *user, *password; /* decoded; NULL for none */
    int port;
    bool https;
} rk__url;

/* Parses a URL. `base` is what a relative one (a redirect's target, say) is relative to; NULL if
 * it must be absolute. RK_FORBIDDEN for schemes other than http and https, RK_OUT_OF_RANGE if
 * malformed, RK_NO_MEMORY. On failure `out` is empty. */
rk_status rk__url_parse(const char *text, const char *base, rk__url *out);
void rk__url_dispose(rk__url *url);

/* Whether two URLs have the same scheme, host and port. */
bool rk__url_same_origin(const rk__url *a, const rk__url *b);

/* A URL, or text meant as one, without its credentials, cut to `size` bytes (at least 8) and
 * with bytes that could upset a terminal replaced by '?'. Returns `out`. */
const char *rk__url_show(const char *text, char *out, size_t size);
/* Whether a text may contain credentials; errs towards true. The source line that contains it
 * must then not be shown. */
bool rk__url_may_have_credentials(const char *text);
