/* SPDX-License-Identifier: MIT
 *
 * cache.h: a cache of fetched tariffs that all workers share.
 */
#pragma once

#include "batch/batch.h"

/* Sets `cache_dir` to a new temporary folder if the user has no cache that can be used. */
rk_status rk__batch_cache_open(rk__batch *b);
void rk__batch_cache_close(rk__batch *b);
