/* SPDX-License-Identifier: MIT
 *
 * installed.c: where an installation has its files, wherever it was copied to.
 */
#include "base/installed.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder that a file is in joined with a path from there, if that exists; else NULL. */
static const char *beside(rk__arena *arena, char *file, const char *path)
{
    char resolved[PATH_MAX];
    char *slash = strrchr(file, '/');
    if (slash == NULL) {
        return NULL;
    }
    *slash = '\0';
    const char *joined = rk__arena_printf(arena, "%s/%s", file, path);
    return joined != NULL && realpath(joined, resolved) != NULL ? rk__arena_strdup(arena, resolved)
                                                                : NULL;
}

const char *rk__installed(rk__arena *arena, const char *from_bin, const char *from_lib,
                          const char *configured)
{
    char program[PATH_MAX];
    char library[PATH_MAX];
    Dl_info info;
    const char *found = NULL;
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0) {
        program[length] = '\0';
        found = beside(arena, program, from_bin);
    }
    /* The address of any object of this code. */
    static const char here;
    if (found == NULL && dladdr(&here, &info) != 0 && info.dli_fname != NULL &&
        realpath(info.dli_fname, library) != NULL) {
        found = beside(arena, library, from_lib);
    }
    return found != NULL ? found : configured;
}
