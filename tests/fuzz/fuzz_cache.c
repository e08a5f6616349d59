/* SPDX-License-Identifier: MIT
 *
 * fuzz_cache.c: any bytes as the metadata of a cached tariff.
 *
 * A damaged entry is none: a body is returned only if its digest is the one that it was stored
 * with. Listing the folder never fails because of what a file holds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fetch/cache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define URL "https://tariffs.example/t.json"

static char folder[64], meta[160];

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Stores a copy, so that the folder has a body and the name of the metadata is known. */
static void begin(void)
{
    rk__cache_copy copy = {.text = "{}", .length = 2, .fetched_at = 1};
    snprintf(folder, sizeof folder, "/tmp/fuzz-cache-%ld", (long) getpid());
    need(mkdir(folder, 0700) == 0);
    need(rk__cache_store(folder, URL, false, &copy) == RK_OK);
    const char *dash = strrchr(copy.path, '-');
    snprintf(meta, sizeof meta, "%.*s.json", (int) (dash - copy.path), copy.path);
    copy.text = NULL;
    rk__cache_copy_dispose(&copy);
    need(access(meta, W_OK) == 0);
}

static void each(void *ctx, const rk__cache_entry *entry)
{
    need(entry->path != NULL);
    ++*(size_t *) ctx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rk__cache_copy copy = {0};
    size_t n = 0;
    if (folder[0] == '\0') {
        begin();
    }
    FILE *file = fopen(meta, "wb");
    need(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    need(rk__cache_read(folder, URL, false, 1 << 20, &copy) == RK_OK);
    need(copy.text == NULL || (copy.found && !copy.damaged && strcmp(copy.text, "{}") == 0));
    rk__cache_copy_dispose(&copy);
    need(rk__cache_list(folder, true, each, &n, NULL) == RK_OK && n > 0);
    return 0;
}
