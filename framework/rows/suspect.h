/* SPDX-License-Identifier: MIT
 *
 * suspect.h: rows whose values are probably mistakes.
 */
#pragma once

#include "rows/pass.h"

/* Plans which columns of an instance are compared with their usual bounds, and which are prices
 * of which some are zero. */
rk_status rk__suspect_plan(rk__pass *p, rk__pass_instance *u);
/* Counts suspect rows among the n that are handed to `price`. */
void rk__suspect_rows(rk__pass_worker *w, size_t u, size_t n);
/* Lists those that were priced at a looked-up price of zero. */
rk_status rk__suspect_prices(rk__pass_worker *w, size_t u, size_t n);
/* Notes a row by one of the kinds of pass.h. */
void rk__suspect_row(rk__pass_worker *w, size_t u, size_t kind, size_t row, int64_t quantity);
/* Adds another worker's counts. */
void rk__suspect_merge(rk__suspect *to, const rk__suspect *from, size_t n);
/* Adds the findings to the instance's result. */
void rk__suspect_report(const rk__pass *pass, const rk__pass_worker *worker, size_t instance);
