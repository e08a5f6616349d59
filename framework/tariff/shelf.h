/* SPDX-License-Identifier: MIT
 *
 * shelf.h: tariffs kept from one contract to the next, with their lookups.
 *
 * A batch sees each tariff once and as it was then: what is on the shelf is not
 * looked at again. That a URL could not be had is kept too. Tariffs in place are
 * never kept. Without a shelf (NULL) everything is loaded and freed.
 */
#pragma once

#include <stdatomic.h>

#include "table/lookup.h"
#include "tariff/tariff.h"

/* Tariffs kept; the one not used for longest makes room. */
#define RK__SHELF_TARIFFS 32
/* Lookups kept for each; those of tables with a column `period` are not. */
#define RK__SHELF_LOOKUPS 32

typedef struct rk__shelf rk__shelf;

/* `lock` is a file that the processes of a batch share: each URL is fetched by one of them, a
 * copy fetched since `since` is current, and what one could not get no other tries; -1:
 * none. *fetching is set while a tariff is fetched or waited for; or NULL. */
rk__shelf *rk__shelf_new(int lock, int64_t since, atomic_bool *fetching);
void rk__shelf_free(rk__shelf *shelf);

/* As rk__tariff_load. */
rk_status rk__shelf_load(rk__shelf *shelf, const rk__tariff_ref *refs, size_t n,
                         const rk__tariff_options *options, rk__tariff **out,
                         rk_problems *problems);
/* Puts back, or frees what is not of the shelf. */
void rk__shelf_release(rk__shelf *shelf, rk__tariff *tariff);
/* True where the lookup is the shelf's business: *out and *status are set. */
bool rk__shelf_lookup(rk__shelf *shelf, const rk__tariff *tariff, rk__table *table,
                      rk__lookup **out, rk_status *status, rk_problems *problems);
