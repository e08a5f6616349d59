/* SPDX-License-Identifier: MIT
 *
 * cache.c: choosing the cache of fetched tariffs. Without a usable cache of the user (in a
 * container or a service), the batch creates a temporary one, so that its workers still fetch
 * each tariff once and use the same copy.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/batch.h"
#include "fetch/cache.h"

/* Whether the folder exists or could be created. An existing one may be read-only. */
static bool usable(char *folder)
{
    struct stat status;
    if (stat(folder, &status) == 0) {
        return S_ISDIR(status.st_mode);
    }
    for (char *slash = strrchr(folder, '/'); slash != NULL; slash = strrchr(folder, '/')) {
        slash[slash == folder] = '\0';
        if (stat(folder, &status) == 0) {
            return S_ISDIR(status.st_mode) && access(folder, W_OK | X_OK) == 0;
        }
    }
    return access(".", W_OK | X_OK) == 0;
}

rk_status rk__batch_cache_open(rk__batch *b)
{
    char *folder = NULL;
    const rk_status status = rk__cache_folder(b->options.options->cache_dir, &folder);
    if (status != RK_OK) {
        return status;
    }
    const bool enough = folder != NULL && usable(folder);
    rk__free(folder);
    if (enough || b->options.options->offline || b->options.in_process) {
        return RK_OK;
    }
    const char *base = getenv("TMPDIR");
    rk__buf path = {0};
    rk__buf_printf(&path, "%s/reckon-cache-XXXXXX", base != NULL && base[0] == '/' ? base : "/tmp");
    if (path.failed) {
        return RK_NO_MEMORY;
    }
    if (mkdtemp(path.text) == NULL) {
        rk__buf_dispose(&path); /* each worker fetches for itself */
        return RK_OK;
    }
    b->cache_dir = path.text;
    return RK_OK;
}

void rk__batch_cache_close(rk__batch *b)
{
    DIR *folder = b->cache_dir != NULL ? opendir(b->cache_dir) : NULL;
    if (folder != NULL) {
        for (const struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
            (void) unlinkat(dirfd(folder), e->d_name, 0);
        }
        (void) closedir(folder);
    }
    if (b->cache_dir != NULL) {
        (void) rmdir(b->cache_dir);
    }
    rk__free(b->cache_dir);
}
