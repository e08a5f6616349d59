/* SPDX-License-Identifier: MIT
 *
 * fetch.h: reference documents over http and https, cached.
 *
 * libcurl does the transfer. A body is held in memory up to `max_bytes`, counted
 * as it arrives and after decompression; redirects stay on http and https and are
 * bounded; TLS is verified; 5xx answers and lost connections are retried with
 * backoff. A fetched copy is stored whole or not at all in the cache
 * (XDG_CACHE_HOME/reckoner/tariffs), with its ETag and Last-Modified, and is
 * revalidated by them. Several URLs are fetched at once.
 *
 * In an untrusted run each host on the way, redirects included, has to be allowed,
 * and the address that it stands for is checked when it is about to be connected
 * to: a private one has to be allowed by itself ("10.0.0.5"; "localhost" speaks for
 * its own), so that nobody reaches inside by answering for an allowed name. Proxies
 * of the environment are not used then, a netrc file never.
 *
 * A body counts only if it came whole: as long as its Content-Length, with its last
 * chunk, or with the end of its gzip stream. Where the end of the connection is all
 * there is to end it, it is taken over http and refused over https.
 *
 * Credentials in a URL go to its own scheme, host and port only. They are in no
 * message and in no file of the cache.
 *
 * Threads: calls may run in several at once. The first one that has to ask a server
 * calls curl_global_init(CURL_GLOBAL_DEFAULT), once a process and never undone; a
 * program that sets libcurl up in another way does so before.
 */
#ifndef RK_FETCH_FETCH_H
#define RK_FETCH_FETCH_H

#include "access/access.h"
#include "json/json.h"

typedef struct rk__fetch_request {
    const char *url;
    const char *sha256;   /* pin, hex; NULL for none. A cached copy that matches is used as it is */
    int64_t max_age_days; /* a cached copy not so old is used without asking; 0, -1: always ask */
    const rk__value *at;  /* where a document names it; NULL from the command line */
} rk__fetch_request;

typedef struct rk__fetched {
    char *text; /* the body, NUL after it; freed by rk__fetched_dispose */
    size_t length;
    char sha256[65];
    bool from_cache;     /* no body was transferred */
    int64_t age_seconds; /* since it was last known to be current; 0 if just now */
    int64_t fetched_at;  /* Unix time of the transfer or last validation */
    char *path;          /* of the cached copy; NULL where the cache could not be written */
    rk_status status;
} rk__fetched;

typedef struct rk__fetch_options {
    const rk__access *access; /* offline and allowed hosts */
    size_t max_bytes;         /* 0: 64 MiB */
    long connect_timeout_ms;  /* 0: 10,000 */
    long timeout_ms;          /* whole transfer; 0: 60,000 */
    int retries;              /* -1: default 3 */
    long backoff_ms;          /* 0: 500, doubling */
    const char *cache_dir;    /* NULL: as above, ~/.cache where XDG_CACHE_HOME is unset */
    const char *ca_file;      /* tests: CA bundle; NULL: the system's */
    int64_t current_since;    /* a copy validated at this Unix time or later is current, so that
                               * processes that work together ask once; 0: none is */
} rk__fetch_options;

/* Fetches all, at once and each URL once; fills out[i] for each, to be disposed of
 * whatever came of it. Returns the first failure in request order:
 * RK_TARIFF_UNAVAILABLE (unreachable, too large, an error page, offline and not
 * cached), RK_TARIFF_MISMATCH (sha256; such a body is not cached), RK_FORBIDDEN
 * (scheme, host, address, or https redirected to http), RK_OUT_OF_RANGE (no URL, no
 * digest), RK_NO_MEMORY (for all). Problems name the URL.
 *
 * A pinned copy is used without asking, whatever its age; so is one within
 * max_age_days, and a server that cannot be reached does not matter to either.
 * Where the server was asked on behalf of another request for the same URL and
 * answered, all unpinned ones get that answer. Offline, a cached copy of any age is
 * used. A damaged copy is fetched again. */
rk_status rk__fetch_all(const rk__fetch_request *requests, size_t n,
                        const rk__fetch_options *options, rk__fetched *out, rk_problems *problems);
void rk__fetched_dispose(rk__fetched *fetched);

/* What the cache holds, for `reckon tariff show` and `verify`. Calls back for
 * each entry; `intact` is false where the stored copy's digest no longer fits (or,
 * without `verify`, where its length does not). Superseded copies that are kept for
 * documents that pin them follow the current one, without validators. An entry
 * whose description cannot be read has its path and nothing else. */
typedef struct rk__cache_entry {
    const char *url, *path, *sha256, *etag, *last_modified;
    int64_t fetched_at;
    size_t length;
    bool intact;
} rk__cache_entry;
rk_status rk__cache_list(const char *cache_dir, bool verify,
                         void (*each)(void *ctx, const rk__cache_entry *entry), void *ctx,
                         rk_problems *problems);

#endif
