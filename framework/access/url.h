/* SPDX-License-Identifier: MIT
 *
 * url.h: addresses of documents, taken apart and made fit to be shown.
 *
 * What a URL holds before its '@' is a credential. It is kept apart from the rest
 * at once, so that no message, cache file or file name is ever made from it.
 */
#ifndef RK_ACCESS_URL_H
#define RK_ACCESS_URL_H

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

/* Takes a URL apart. `base` is what a relative one is relative to (a redirect's
 * target may be); NULL where it must be absolute. RK_FORBIDDEN for another scheme
 * than http and https, RK_OUT_OF_RANGE where it is no URL, RK_NO_MEMORY. On
 * failure `out` is empty. */
rk_status rk__url_parse(const char *text, const char *base, rk__url *out);
void rk__url_dispose(rk__url *url);

/* Whether both speak to the same server in the same way. */
bool rk__url_same_origin(const rk__url *a, const rk__url *b);

/* A URL, or what was meant to be one, without its credentials, cut to `size` bytes
 * (at least 8) and with bytes that could upset a terminal replaced by '?'. Returns
 * `out`. */
const char *rk__url_show(const char *text, char *out, size_t size);
/* Errs on the side of yes; then the source line that holds it is not to be shown. */
bool rk__url_may_have_credentials(const char *text);

#endif
