/* SPDX-License-Identifier: MIT
 *
 * cache.h: fetched documents kept on disk.
 *
 * An entry is a metadata file `<key>.json`, the key being the SHA-256 of the URL,
 * and the body that it names, `<key>-<SHA-256 of the body>.body`. Both are written
 * beside their place and renamed, the body first: a crash leaves the old entry or
 * the new one. Processes at work on one entry at once take turns (`<key>.lock`). A
 * body whose digest is not the one in its name is never handed out. Superseded
 * bodies stay for documents that pin them; of all, the RK__CACHE_VERSIONS latest
 * used are kept.
 *
 * Credentials are no part of a URL here. That a copy was fetched with some is
 * noted, and makes another key: it is not handed to those who gave none.
 */
#ifndef RK_FETCH_CACHE_H
#define RK_FETCH_CACHE_H

#include "base/alloc.h"
#include "base/problems.h"
#include "base/text.h"
#include "fetch/fetch.h"

#define RK__CACHE_VERSIONS 4

typedef struct rk__cache_copy {
    bool found;   /* there is an entry */
    bool damaged; /* but its body is gone or is not what was stored; `text` is NULL */
    char *text;   /* NUL after its `length` bytes */
    size_t length;
    char sha256[RK__SHA256_TEXT];
    char *path;
    char *etag, *last_modified; /* NULL for none */
    char *answered_by;          /* the URL, after redirects, that these belong to */
    int64_t fetched_at;
} rk__cache_copy;

/* The folder to use: `given`, or below XDG_CACHE_HOME, or below ~/.cache. NULL
 * where there is none (or memory ran out). Freed with rk__free. */
char *rk__cache_folder(const char *given);

/* The current copy for a URL. RK_OK also where there is none; RK_NO_MEMORY. A copy
 * longer than `max_bytes` counts as damaged. */
rk_status rk__cache_read(const char *folder, const char *url, bool credentials, size_t max_bytes,
                         rk__cache_copy *out);
/* The copy that has this digest, current or superseded. */
rk_status rk__cache_read_pinned(const char *folder, const char *url, bool credentials,
                                const char *sha256, size_t max_bytes, rk__cache_copy *out);
/* Stores a body as the current copy; `copy` gives all but `found` and `path`, which
 * are set. RK_IO_WRITE where the folder cannot be written. */
rk_status rk__cache_store(const char *folder, const char *url, bool credentials,
                          rk__cache_copy *copy);
/* Notes that the current copy is still current at copy->fetched_at. */
rk_status rk__cache_touch(const char *folder, const char *url, bool credentials,
                          const rk__cache_copy *copy);
void rk__cache_copy_dispose(rk__cache_copy *copy);

/* ------------------------------------------------- between the cache's files */

/* A metadata file; the texts are the document's. */
typedef struct rk__cache_meta {
    const char *url, *sha256, *etag, *last_modified, *answered_by;
    bool credentials;
    int64_t fetched_at, length;
} rk__cache_meta;

/* RK_SYNTAX and the like where the file is not as it was written. */
rk_status rk__cache_meta_load(const char *path, rk__json **document, rk__cache_meta *out);
char *rk__cache_body_path(const char *folder, const char *key, const char *sha256);
bool rk__is_sha256(const char *text); /* 64 hex digits in lower case */
/* Removes the superseded bodies that have not been used for longest. Best effort. */
void rk__cache_prune(const char *folder, const char *key, const char *current_sha256);

#endif
