/* SPDX-License-Identifier: MIT
 *
 * near_rows.h: what rows would be paid whose key exists in another case or with other blanks.
 */
#pragma once

#include "rows/pass.h"

/* The row of a lookup + 1 that the key of a row of the batch nearly is; 0 if there is none. */
rk_status rk__near_row(rk__pass_worker *w, size_t join, size_t row, uint32_t *near);
/* Remembers a row that is listed at `at` because a lookup of `column` found nothing: one at most of
 * each row of the batch before they are priced. */
rk_status rk__near_note(rk__pass_worker *w, size_t u, size_t column, size_t row, int32_t at,
                        int64_t quantity);
/* Prices the rows that were noted for an instance as if they had been found, and forgets them.
 * `paid`: they are paid as they are, and what that comes to is taken off. Nothing changes but what
 * is listed of them. */
rk_status rk__near_price(rk__pass_worker *w, size_t u, bool paid);
