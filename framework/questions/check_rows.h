/* SPDX-License-Identifier: MIT
 *
 * check_rows.h: rows in a document that nothing reads.
 */
#pragma once

#include "json/json.h"

/* Reports the rows and cells of the wrong type in the tables of a contract or a system, its facts
 * and the tariffs in place, used or not. In a system, a cell "met" may be a condition. */
rk_status rk__check_rows(const rk__value *root, bool in_system, rk_problems *problems);
