/* SPDX-License-Identifier: MIT
 *
 * shelf.h: tariffs kept from one contract to the next, with their lookups.
 *
 * A batch reads each tariff once: a tariff on the shelf is not read again, even if it changes.
 * Failures to fetch a URL are kept too. Tariffs inside a contract are never kept. Without a shelf
 * (NULL) everything is loaded and freed.
 */
#pragma once

#include <stdatomic.h>

#include "table/lookup.h"
#include "tariff/tariff.h"

/* Tariffs kept; the least recently used one makes room. */
#define RK__SHELF_TARIFFS 32
/* Lookups kept for each; those of tables with a column `period` are not. */
#define RK__SHELF_LOOKUPS 32

typedef struct rk__shelf rk__shelf;

/* `lock` is a file that the processes of a batch share: each URL is fetched by one of them, a copy
 * fetched since `since` is current, and nobody retries a failed URL; -1: none. *fetching is set
 * while a tariff is fetched or waited for; or NULL. */
rk__shelf *rk__shelf_new(int lock, int64_t since, atomic_bool *fetching);
void rk__shelf_free(rk__shelf *shelf);

/* As rk__tariff_load. */
rk_status rk__shelf_load(rk__shelf *shelf, const rk__tariff_ref *refs, size_t n,
                         const rk__tariff_options *options, rk__tariff **out,
                         rk_problems *problems);
/* Puts a tariff back, or frees it if the shelf does not keep it. */
void rk__shelf_release(rk__shelf *shelf, rk__tariff *tariff);
/* True if the shelf handles the lookup: *out and *status are then set. */
bool rk__shelf_lookup(rk__shelf *shelf, const rk__tariff *tariff, rk__table *table,
                      rk__lookup **out, rk_status *status, rk_problems *problems);
