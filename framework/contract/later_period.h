/* SPDX-License-Identifier: MIT
 *
 * later_period.h: ids of periods after those of a contract.
 */
#pragma once

#include "contract/contract.h"

/* Whether a text is written as the ids of periods are, but for its digits, and names a period after
 * all of them: "M03" after "M02", "04-2017" after "12-2016". False where that cannot be told. */
bool rk__period_is_later(const rk_period *periods, size_t n, const char *text, size_t length);

/* Whether the ids of periods and a text are all whole numbers of a few digits: "0" beside "1" to
 * "12". */
bool rk__period_is_counted(const rk_period *periods, size_t n, const char *text, size_t length);
