/* SPDX-License-Identifier: MIT
 *
 * run.h: evaluates all contracts of a batch, in workers or in this process.
 */
#pragma once

#include "batch/batch.h"
#include "batch/workers.h"

/* Reads the batch's source to its end and delivers the records. *stopped if the progress
 * function ended the run before. */
rk_status rk__batch_run(rk__batch *b, const rk__batch_setup *setup, bool *stopped);
