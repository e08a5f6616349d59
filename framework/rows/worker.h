/* SPDX-License-Identifier: MIT
 *
 * worker.h: the memory of one thread of a pass.
 */
#pragma once

#include "rows/pass.h"

/* The rows of a full batch. A table in place is one batch, unless it is long; priced rows
 * that are written are numbered by whole batches. */
size_t rk__pass_batch_rows(const rk__pass *pass);

/* Makes a worker. RK_NO_MEMORY leaves *out NULL or to be freed. */
rk_status rk__pass_worker_new(rk__pass *pass, rk__pass_worker **out);
void rk__pass_worker_free(rk__pass_worker *worker);
