/* SPDX-License-Identifier: MIT
 *
 * fetch.h: reference documents over http and https, cached.
 *
 * libcurl does the transfer. A body is held in memory up to `max_bytes`, counted as it arrives and
 * after decompression; redirects stay on http and https and are limited; TLS is verified; 5xx
 * responses and lost connections are retried with backoff. A fetched copy is stored atomically in
 * the cache (XDG_CACHE_HOME/reckoner/tariffs) with its ETag and Last-Modified, which revalidate it.
 * Several URLs are fetched in parallel.
 *
 * In an untrusted run each server on the way, redirects included, must be allowed, and the address
 * that it resolves to is checked when the connection is made: a private address must be allowed
 * itself ("10.0.0.5"; "localhost" permits loopback), so that nobody can reach a private network by
 * controlling the DNS of an allowed name. Such a run ignores the proxies of the environment; no run
 * reads a netrc file.
 *
 * A body counts only if it is complete: as long as its Content-Length, with its last chunk, or with
 * the end of its gzip stream. A body that only the end of the connection ends is accepted over http
 * and refused over https.
 *
 * Credentials in a URL go only to its own scheme, host and port. They are in no message and in no
 * file of the cache.
 *
 * Threads: several calls may run at once. The first one that has to ask a server calls
 * curl_global_init(CURL_GLOBAL_DEFAULT), once a process and never undone; a program that
 * initialises libcurl in another way does so earlier.
 */
#pragma once

#include "access/access.h"
#include "json/json.h"

typedef struct rk__fetch_request {
    const char *url;
    const char *sha256;   /* pin, hex; NULL for none. A cached copy that matches is used without
                           * asking */
    int64_t max_age_days; /* a cached copy no older than this is used without asking; 0, -1:
                           * always ask */
    const rk__value *at;  /* where a document names it; NULL for the command line */
} rk__fetch_request;

typedef struct rk__fetched {
    char *text; /* the body, NUL-terminated; free it with rk__fetched_dispose */
    size_t length;
    char sha256[65];
    bool from_cache;     /* no body was transferred */
    int64_t age_seconds; /* since it was last confirmed to be current; 0 if just now */
    int64_t fetched_at;  /* Unix time of the transfer or last validation */
    char *path;          /* of the cached copy; NULL if the cache could not be written */
    rk_status status;
} rk__fetched;

/* Checks that a body is what the caller wants: RK_OK, or why not, with problems. */
typedef rk_status rk__fetch_try(const char *url, const char *text, size_t length,
                                const rk__access *access, rk_problems *problems);

typedef struct rk__fetch_options {
    const rk__access *access; /* offline and allowed hosts */
    size_t max_bytes;         /* 0: 64 MiB */
    long connect_timeout_ms;  /* 0: 10,000 */
    long timeout_ms;          /* whole transfer; 0: 60,000 */
    int retries;              /* -1: default 3 */
    long backoff_ms;          /* 0: 500, doubling */
    const char *cache_dir;    /* NULL: as above, or ~/.cache if XDG_CACHE_HOME is unset */
    const char *ca_file;      /* tests: CA bundle; NULL: the system's */
    rk__fetch_try *try_body;  /* NULL: any body will do. A body that it refuses does not replace
                               * a cached copy, and a request may then use that copy if it is no
                               * older than max_age_days; `access` is given */
    int64_t current_since;    /* a copy validated at this Unix time or later is current, so that
                               * cooperating processes ask once; 0: none is */
} rk__fetch_options;

/* Fetches all in parallel and each URL once; fills out[i] for each, which the caller disposes of in
 * any case. Returns the first failure in request order: RK_TARIFF_UNAVAILABLE (unreachable, too
 * large, an error page, offline and not cached), RK_TARIFF_MISMATCH (sha256; such a body is not
 * cached), RK_FORBIDDEN (scheme, host, address, or https redirected to http), RK_OUT_OF_RANGE
 * (malformed URL or digest), what `try_body` returned, RK_NO_MEMORY (for all). Problems name the
 * URL.
 *
 * A pinned copy is used without asking, whatever its age; so is a copy within max_age_days, and
 * neither needs the server. If the server was asked for another request for the same URL and
 * answered, all unpinned requests get that answer. Offline, a cached copy of any age is used. A
 * damaged copy is fetched again. */
rk_status rk__fetch_all(const rk__fetch_request *requests, size_t n,
                        const rk__fetch_options *options, rk__fetched *out, rk_problems *problems);
void rk__fetched_dispose(rk__fetched *fetched);

/* Lists the cache for `reckon tariff show` and `verify`. Calls back for each entry; `intact` is
 * false if the stored copy no longer matches its digest (without `verify`: its length).
 * Superseded copies that are kept for documents that pin them follow the current one, without
 * validators. An entry with unreadable metadata has only a path. */
typedef struct rk__cache_entry {
    const char *url, *path, *sha256, *etag, *last_modified;
    int64_t fetched_at;
    size_t length;
    bool intact;
} rk__cache_entry;
rk_status rk__cache_list(const char *cache_dir, bool verify,
                         void (*each)(void *ctx, const rk__cache_entry *entry), void *ctx,
                         rk_problems *problems);
