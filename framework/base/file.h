/* SPDX-License-Identifier: MIT
 *
 * file.h: reading whole files, and replacing files atomically.
 */
#pragma once

#include <stdio.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/problems.h"

/* Zeroes that follow the NUL after a text. */
#define RK__FILE_SLACK 16

/* Reads from a descriptor to its end; RK_LIMIT if longer than `max_bytes`, which for a file is
 * known before any of it is read. Adds a NUL after the `length` bytes; free the text with rk__free.
 * Does not close fd. */
rk_status rk__file_read_fd(int fd, const char *name, size_t max_bytes, char **text, size_t *length,
                           rk_problems *problems);
rk_status rk__file_read(const char *path, size_t max_bytes, char **text, size_t *length,
                        rk_problems *problems);

/* The same for a path of the command line: "-" is standard input. *name is what messages call
 * it. */
rk_status rk__file_read_input(const char *path, size_t max_bytes, const char **name, char **text,
                              size_t *length, rk_problems *problems);

/* A file written beside its target and renamed over it at the end: a reader sees the old file or
 * the new one, never a part. It keeps the owner and mode of the file that it replaces. Refused,
 * with a reason, are a file that nobody may write, one that this process has loaded (a rule, a
 * library, the program), one of another user that cannot stay that user's, and a link that leads
 * nowhere. */
typedef struct rk__atomic_file {
    FILE *stream;
    char *path, *temporary;
    bool nameless;
} rk__atomic_file;
rk_status rk__atomic_open(rk__atomic_file *file, const char *path, rk_problems *problems);
/* The same with an unnamed file until it is complete, so that nothing is left behind however the
 * program ends. Falls back to a temporary name if the file system has no unnamed files. */
rk_status rk__atomic_open_nameless(rk__atomic_file *file, const char *path, rk_problems *problems);
/* Removes the temporary files that killed writers of this path left behind. Only for a caller that
 * knows that no other process writes it now. */
void rk__atomic_clean(const char *path);
rk_status rk__atomic_commit(rk__atomic_file *file, rk_problems *problems); /* flushes, syncs,
                                                                            * renames */
void rk__atomic_abandon(rk__atomic_file *file); /* removes the temporary file; {0} is valid */

/* Whether a regular file is also reachable by one of `paths` (NULL-terminated, or NULL). */
bool rk__file_is_among(const struct stat *file, const char *const *paths);

/* "dir/name", or only `name` if it is absolute or `dir` is NULL or "". */
char *rk__path_join(rk__arena *arena, const char *dir, const char *name);
/* The path as a document in `dir` would write it: without that folder if it is a prefix.
 * Borrowed from `path`. */
const char *rk__path_below(const char *dir, const char *path);
/* The folder of a path; "." if it names none. */
char *rk__path_dirname(rk__arena *arena, const char *path);
/* Creates a folder and its parents; 0, or -1 with errno set. */
int rk__path_make_folders(const char *path, unsigned mode);
