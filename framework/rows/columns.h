/* SPDX-License-Identifier: MIT
 *
 * columns.h: values of the current batch, made on demand and once.
 */
#pragma once

#include "rows/pass.h"

/* Fills the columns that are constant in every batch. */
void rk__pass_constants(rk__pass_worker *w);
/* Codes of a text column that the scan reads: code + 1, or 0 if missing. */
rk_status rk__pass_codes(rk__pass_worker *w, size_t want, const uint32_t **out);
/* The number of each row's combination of texts. */
rk_status rk__pass_numbers(rk__pass_worker *w, size_t combination, const uint32_t **out);
/* The row of a lookup + 1 for each row, or 0 if the key was not found. */
rk_status rk__pass_found(rk__pass_worker *w, size_t join, const uint32_t **out);
/* The values of a column of the plan. */
rk_status rk__pass_column(rk__pass_worker *w, size_t column, const rk_column_data **out);
/* Fills w->period. */
rk_status rk__pass_periods(rk__pass_worker *w);
/* Clears keep[i] of rows outside of the scope. */
rk_status rk__pass_scope(rk__pass_worker *w, const rk__planned_scope *scope, uint8_t *keep);
/* A text of a combination's number; NULL if blank. */
const char *rk__pass_text(const rk__pass_worker *w, size_t combination, size_t number,
                          size_t position, size_t *length);
