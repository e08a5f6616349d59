/* SPDX-License-Identifier: MIT
 *
 * batch.h: pricing one batch of rows for every instance.
 */
#pragma once

#include "rows/pass.h"

/* Prices a batch for every instance and adds the results to the worker's totals. Errors in
 * single rows become the worker's fault, and the status is RK_OK. */
rk_status rk__pass_batch(rk__pass_worker *worker, const rk__scan_batch *batch);

/* Makes `batch` the worker's current one; arrays made for the one before become invalid. */
void rk__pass_batch_begin(rk__pass_worker *worker, const rk__scan_batch *batch);
