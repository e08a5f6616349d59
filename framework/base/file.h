/* SPDX-License-Identifier: MIT
 *
 * file.h: reading whole files, and replacing them whole or not at all.
 */
#ifndef RK_BASE_FILE_H
#define RK_BASE_FILE_H

#include <stdio.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/problems.h"

/* Reads from a descriptor to its end; RK_LIMIT past `max_bytes`. The text has a
 * NUL after its `length` bytes and is freed with rk__free. Does not close fd. */
rk_status rk__file_read_fd(int fd, const char *name, size_t max_bytes, char **text, size_t *length,
                           rk_problems *problems);
rk_status rk__file_read(const char *path, size_t max_bytes, char **text, size_t *length,
                        rk_problems *problems);

/* A file being written beside its target and renamed over it at the end, so a
 * reader sees the old file or the new one and never a part. */
typedef struct rk__atomic_file {
    FILE *stream;
    char *path, *temporary;
    bool nameless;
} rk__atomic_file;
rk_status rk__atomic_open(rk__atomic_file *file, const char *path, rk_problems *problems);
/* The same with a file that has no name until it is whole, so that nothing is left of it
 * however the program ends; where the file system has none of that kind, as above. */
rk_status rk__atomic_open_nameless(rk__atomic_file *file, const char *path, rk_problems *problems);
rk_status rk__atomic_commit(rk__atomic_file *file, rk_problems *problems); /* flush, sync, rename */
void rk__atomic_abandon(rk__atomic_file *file); /* removes the temporary; {0} is fine */

/* Whether a file is a regular one that also stands at one of the paths, a list that ends
 * with NULL and may be NULL itself. */
bool rk__file_is_among(const struct stat *file, const char *const *paths);

/* "dir/name", or `name` alone where it is absolute or `dir` is NULL or "". */
char *rk__path_join(rk__arena *arena, const char *dir, const char *name);
/* The path as a document in `dir` writes it: without that folder where it stands before
 * it. Borrowed from `path`. */
const char *rk__path_below(const char *dir, const char *path);
/* The folder of a path, "." where it has none. */
char *rk__path_dirname(rk__arena *arena, const char *path);
/* mkdir -p; 0 or -1 with errno. */
int rk__path_make_folders(const char *path, unsigned mode);

#endif
