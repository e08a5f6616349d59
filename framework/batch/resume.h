/* SPDX-License-Identifier: MIT
 *
 * resume.h: continuing the run of a journal, if nothing that it depends on has changed.
 */
#pragma once

#include "batch/batch.h"

/* Packs what a run depends on, for the journal. */
rk_status rk__resume_depends(rk__batch *b, rk__buf *out);
/* Reads the contracts that the journal has, which must not have changed, and adds their
 * records to the summary. RK_CONFLICT if anything has changed. */
rk_status rk__resume_replay(rk__batch *b);
/* RK_CONFLICT if a record of this run used another copy of a fetched tariff than an earlier
 * record did. */
rk_status rk__resume_check(rk__batch *b, rk__record *record);
void rk__resume_dispose(rk__batch *b);
