/* SPDX-License-Identifier: MIT
 *
 * folder.h: a folder that is written beside its place and moved there whole.
 */
#pragma once

#include "base/alloc.h"
#include "base/problems.h"

typedef struct rk__new_folder {
    const char *path; /* where it goes */
    char *temporary;
    rk__arena arena;
} rk__new_folder;

/* Begins a folder. RK_CONFLICT if `path` holds something that no import has written. */
rk_status rk__new_folder_begin(rk__new_folder *folder, const char *path, rk_problems *problems);
/* Writes a file below it; `below` is "" or the name of a folder in it. */
rk_status rk__new_folder_write(rk__new_folder *folder, const char *below, const char *name,
                               const rk__buf *text, rk_problems *problems);
/* Moves the folder into its place, and removes the old one. */
rk_status rk__new_folder_commit(rk__new_folder *folder, rk_problems *problems);
/* Removes what was written; does nothing after a commit. Frees. */
void rk__new_folder_dispose(rk__new_folder *folder);
