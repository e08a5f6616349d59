/* SPDX-License-Identifier: MIT
 *
 * deliver.h: where records go, in the order of the contracts.
 */
#pragma once

#include "batch/batch.h"

/* Adds a record to the summary, and to the journal or the sink's buffer. Anything but RK_OK
 * ends the run. */
rk_status rk__batch_deliver(rk__batch *b, const rk__batch_item *item, const char *record,
                            size_t length, uint64_t micros);
/* Passes on what is buffered. */
rk_status rk__batch_flush(rk__batch *b);
/* Calls the progress function now and then; false if it stops the run. */
bool rk__batch_progress(rk__batch *b);
