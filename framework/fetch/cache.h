/* SPDX-License-Identifier: MIT
 *
 * cache.h: fetched documents kept on disk.
 *
 * An entry is a metadata file `<key>.json`, whose key is the SHA-256 of the URL, and the body that
 * it names, `<key>-<SHA-256 of the body>.body`. Both are written beside their place and renamed,
 * the body first: a crash leaves the old entry or the new one. Processes that work on the same
 * entry take turns (`<key>.lock`). A body whose digest differs from its name is never returned.
 * Superseded bodies stay for documents that pin them; the RK__CACHE_VERSIONS most recently used are
 * kept.
 *
 * URLs here contain no credentials. A copy fetched with credentials has a key of its own and is not
 * returned to requests without any.
 */
#pragma once

#include "base/alloc.h"
#include "base/problems.h"
#include "base/text.h"
#include "fetch/fetch.h"

#define RK__CACHE_VERSIONS 4

typedef struct rk__cache_copy {
    bool found;   /* there is an entry */
    bool damaged; /* but its body is missing or is not what was stored; `text` is NULL */
    char *text;   /* NUL after its `length` bytes */
    size_t length;
    char sha256[RK__SHA256_TEXT];
    char *path;
    char *etag, *last_modified; /* NULL for none */
    char *answered_by;          /* the URL, after redirects, that these belong to */
    int64_t fetched_at;
} rk__cache_copy;

/* The folder to use: `given`, else below XDG_CACHE_HOME, else below ~/.cache; *out is NULL if
 * there is none. Free it with rk__free. Fails only with RK_NO_MEMORY. */
rk_status rk__cache_folder(const char *given, char **out);

/* Finds the current copy for a URL. RK_OK also if there is none; RK_NO_MEMORY. A copy longer
 * than `max_bytes` counts as damaged. */
rk_status rk__cache_read(const char *folder, const char *url, bool credentials, size_t max_bytes,
                         rk__cache_copy *out);
/* Finds the copy with this digest, current or superseded. */
rk_status rk__cache_read_pinned(const char *folder, const char *url, bool credentials,
                                const char *sha256, size_t max_bytes, rk__cache_copy *out);
/* Stores a body as the current copy; `copy` gives all but `found` and `path`, which are set.
 * RK_IO_WRITE if the folder cannot be written. */
rk_status rk__cache_store(const char *folder, const char *url, bool credentials,
                          rk__cache_copy *copy);
/* Records that the current copy was still current at copy->fetched_at. */
rk_status rk__cache_touch(const char *folder, const char *url, bool credentials,
                          const rk__cache_copy *copy);
void rk__cache_copy_dispose(rk__cache_copy *copy);

/* ------------------------------------------------- between the cache's files */

/* A metadata file; the document owns the texts. */
typedef struct rk__cache_meta {
    const char *url, *sha256, *etag, *last_modified, *answered_by;
    bool credentials;
    int64_t fetched_at, length;
} rk__cache_meta;

/* RK_SYNTAX and the like if the file is damaged. */
rk_status rk__cache_meta_load(const char *path, rk__json **document, rk__cache_meta *out);
char *rk__cache_body_path(const char *folder, const char *key, const char *sha256);
bool rk__is_sha256(const char *text); /* 64 hex digits in lower case */
/* Removes the superseded bodies that have been unused for longest. Best effort. */
void rk__cache_prune(const char *folder, const char *key, const char *current_sha256);
