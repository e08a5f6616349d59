/* SPDX-License-Identifier: MIT
 *
 * opened.c: telling the embedding program which files this process reads.
 */
#include "base/opened.h"

#include <stddef.h>

#include "reckoner/reckoner.h"

static void (*opened_by)(void *ctx, const char *path);
static void *opened_ctx;

void rk_on_open(void (*opened)(void *ctx, const char *path), void *ctx)
{
    opened_by = opened;
    opened_ctx = ctx;
}

void rk__opened(const char *path)
{
    if (opened_by != NULL && path != NULL) {
        opened_by(opened_ctx, path);
    }
}
