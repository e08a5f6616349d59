/* SPDX-License-Identifier: MIT
 *
 * archive.h: the parts of a workbook's zip archive, read as streams.
 *
 * A workbook comes from strangers. Opening checks how large the directory is before it
 * is read, and refuses names that point outside the archive and names that occur twice.
 * Reading refuses encrypted parts, parts that unpack to suspiciously much, and parts
 * that unpack to more than their directory says.
 */
#pragma once

#include "base/problems.h"

typedef struct rk__archive rk__archive;
typedef struct rk__member rk__member;

/* Opens the archive in a regular file; `fd` is duplicated and stays the caller's. `name` is what
 * messages call it, borrowed. RK_SYNTAX, RK_LIMIT, RK_FORBIDDEN or RK_DUPLICATE_KEY with a
 * problem: no archive (an older or encrypted workbook is named as such), a hostile one. */
rk_status rk__archive_open(int fd, const char *name, rk__archive **out, rk_problems *problems);
void rk__archive_close(rk__archive *archive);
const char *rk__archive_name(const rk__archive *archive);

/* The number of a part, below rk__archive_n_parts, or SIZE_MAX if the archive lacks it. Case is
 * ignored, as the format demands. */
size_t rk__archive_find(const rk__archive *archive, const char *path);
size_t rk__archive_n_parts(const rk__archive *archive);
/* Opens a part for reading. *out is NULL if there is none of that name. Close it before the
 * archive. */
rk_status rk__member_open(rk__archive *archive, const char *path, rk__member **out,
                          rk_problems *problems);
/* Reads up to n bytes; *got is 0 at the end only. */
rk_status rk__member_read(rk__member *member, void *to, size_t n, size_t *got,
                          rk_problems *problems);
void rk__member_close(rk__member *member);
