/* SPDX-License-Identifier: MIT
 *
 * worker.h: one worker of a scan.
 */
#pragma once

#include "scan/inside.h"

rk_status rk__scan_worker_init(rk__scan_worker *worker, rk__scan *scan, rk__scan_reader *reader,
                               const rk__scan_options *options, const rk__scan_consumer *consumer,
                               unsigned index);
void rk__scan_worker_dispose(rk__scan_worker *worker);
/* Frees all but the dictionaries. */
void rk__scan_worker_trim(rk__scan_worker *worker);
void rk__scan_free_workers(rk__scan *scan);
/* Takes blocks until none is left. */
void rk__scan_work(rk__scan_worker *worker);
/* Passes the rows from..to to the consumer. */
rk_status rk__scan_hand_on(rk__scan_worker *worker, uint64_t block, const rk__table *table);
