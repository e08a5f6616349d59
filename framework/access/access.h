/* SPDX-License-Identifier: MIT
 *
 * access.h: which files and hosts a run may touch.
 *
 * A trusted run opens what its documents name. An untrusted one (`--untrusted`)
 * stays below `root`, checked by the kernel (openat2 with RESOLVE_BENEATH, and a
 * component-by-component walk with O_NOFOLLOW where the kernel lacks it), and
 * fetches only from allowed hosts, never from private addresses unless allowed.
 */
#ifndef RK_ACCESS_ACCESS_H
#define RK_ACCESS_ACCESS_H

#include <stdatomic.h>

#include "base/file.h"

typedef struct rk__access {
    bool untrusted;
    bool offline;
    const char *root;              /* folder; NULL: the working directory */
    const char *const *allow_host; /* NULL-terminated: "host" or "host:port"; NULL for none */
    /* A name here opens public addresses only, whoever answers for it; a private address
     * has to stand here itself ("10.0.0.5"). "localhost" stands for loopback. */
    const char *const *outputs; /* NULL-terminated: what this run is going to replace; or NULL */
    atomic_bool *output_read;   /* set where a document named one of those; or NULL */
} rk__access;

/* Opens `path` for reading, relative to `base_dir` (the folder of the document
 * that names it; NULL: the working directory). RK_FORBIDDEN outside the root,
 * RK_IO where it cannot be opened or is not a regular file (pipes are allowed in
 * trusted runs), RK_CONFLICT where this run is going to replace it. *resolved, if asked for, is the
 * path as to be shown. Problems are placed at `at`, which may be NULL. */
struct rk__value;
rk_status rk__access_open(const rk__access *access, const char *base_dir, const char *path,
                          const struct rk__value *at, rk__arena *arena, int *fd, char **resolved,
                          rk_problems *problems);
/* The same for what may be a file or a folder; *folder says which it is. */
rk_status rk__access_open_any(const rk__access *access, const char *base_dir, const char *path,
                              const struct rk__value *at, rk__arena *arena, int *fd, bool *folder,
                              char **resolved, rk_problems *problems);
/* Opens a path below the folder `root` for reading, without waiting: the descriptor,
 * or -1 with errno, which is EXDEV where the path leads out and ELOOP where it leads
 * through a link that is not followed. `by_steps` takes the walk even where the
 * kernel has openat2; it follows no links at all (for tests). */
int rk__access_beneath(int root, const char *path, bool by_steps);
/* Whether a URL's host may be contacted; RK_FORBIDDEN if not. Every host in a trusted
 * run. Names are compared without regard to case, IPv6 addresses by value, with or
 * without brackets. */
rk_status rk__access_host(const rk__access *access, const char *host, int port,
                          const struct rk__value *at, rk_problems *problems);
/* Whether a numeric address ("10.0.0.1", "::1") is private, loopback,
 * link-local, multicast, unspecified or otherwise not of the public internet; an IPv6
 * address that holds an IPv4 one is what that one is. True for what is no address. */
bool rk__access_is_private(const char *address);

#endif
