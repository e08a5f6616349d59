/* SPDX-License-Identifier: MIT
 *
 * access.h: which files and servers a run may reach.
 *
 * A trusted run opens what its documents name. An untrusted one (`--untrusted`) stays below `root`,
 * enforced by the kernel (openat2 with RESOLVE_BENEATH, or a component-by-component walk with
 * O_NOFOLLOW on kernels without it), and fetches only from allowed servers, never from private
 * addresses unless allowed.
 */
#pragma once

#include <stdatomic.h>

#include "base/file.h"
#include "json/json.h"

typedef struct rk__access {
    bool untrusted;
    bool offline;
    const char *root;              /* folder; NULL: the working directory */
    const char *const *allow_host; /* NULL-terminated: "host" or "host:port"; NULL for none */
    /* A name here permits only public addresses, whatever it resolves to; a private address must
     * be listed itself ("10.0.0.5"). "localhost" permits loopback. */
    const char *const *outputs; /* NULL-terminated: files that this run will replace; or NULL */
    atomic_bool *output_read;   /* set if a document named one of those; or NULL */
    unsigned fetch_timeout_ms;  /* for all attempts to fetch a document; 0: 60,000 for each */
} rk__access;

/* Opens `path` for reading, relative to `base_dir` (the folder of the document that names it;
 * NULL: the working directory). Returns RK_FORBIDDEN outside the root, RK_IO if it cannot be
 * opened or is not a regular file (trusted runs may read pipes), RK_CONFLICT if this run will
 * replace it. Sets *resolved, unless NULL, to the path for messages. Problems are placed at
 * `at`, which may be NULL. */
rk_status rk__access_open(const rk__access *access, const char *base_dir, const char *path,
                          const rk__value *at, rk__arena *arena, int *fd, char **resolved,
                          rk_problems *problems);
/* The same for a file or a folder; *folder says which it is. */
rk_status rk__access_open_any(const rk__access *access, const char *base_dir, const char *path,
                              const rk__value *at, rk__arena *arena, int *fd, bool *folder,
                              char **resolved, rk_problems *problems);
/* Opens a path below the folder `root` for reading, without blocking. Returns the descriptor, or
 * -1 with errno set: EXDEV if the path leads out, ELOOP if it passes a link that is not
 * followed. `by_steps` (for tests) takes the walk even if the kernel has openat2; the walk
 * follows no links at all. */
int rk__access_beneath(int root, const char *path, bool by_steps);
/* Whether a URL's host may be contacted; RK_FORBIDDEN if not. Every host may in a trusted run.
 * Compares names without regard to case and IPv6 addresses by value, with or without brackets. */
rk_status rk__access_host(const rk__access *access, const char *host, int port, const rk__value *at,
                          rk_problems *problems);
/* Whether a numeric address ("10.0.0.1", "::1") is private, loopback, link-local, multicast,
 * unspecified or otherwise not on the public internet; an IPv6 address that contains an IPv4 one
 * is judged by that one. True for text that is not an address. */
bool rk__access_is_private(const char *address);

/* Sets *output_read if the text of a document in `base_dir` names, in a string without escapes, an
 * existing file that this run will replace: an error may come before anything opens that. */
void rk__access_note_names(const rk__access *access, const char *base_dir, const char *text,
                           size_t length);

/* Opens and parses the document that `path`, a string of another document, names. *dir is the
 * folder that its own paths are relative to, of the arena. */
rk_status rk__access_document(const rk__access *access, const char *base_dir, const rk__value *path,
                              rk__arena *arena, rk__json **out, const char **dir,
                              rk_problems *problems);
