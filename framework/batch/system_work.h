/* SPDX-License-Identifier: MIT
 *
 * system_work.h: systems in a batch: a contract that takes the place of a system, and the system's
 * record.
 */
#pragma once

#include "batch/record.h"
#include "system/system.h"

/* Whether a document says that it is a system. */
bool rk__batch_is_system(const rk__value *root);

/* A contract with the system's id, an arrangement for each scenario, and in the first of them a
 * component for each rule that the system names: which the checks of records and the choice of
 * processes need. It borrows from the system and lives in the arena; NULL if out of memory. */
rk_contract *rk__system_stand_in(const rk_system *system, rk__arena *arena);

/* Loads the tariffs of the system's contracts, so that a process that cannot fetch finds them. */
rk_status rk__system_fetch(const rk_system *system, rk_problems *problems);

/* Appends the record of a system's result: a result for each scenario. RK_OK or RK_NO_MEMORY. */
rk_status rk__record_system(rk__batch_form form, const rk_system *system,
                            const rk_system_result *result, rk__buf *out);
