/* SPDX-License-Identifier: MIT
 *
 * written.h: what `price` writes: the arrays made ready, the call, and the checks after it.
 */
#pragma once

#include "rows/pass.h"

/* The row of the batch that row i of the n that a rule is handed is. */
static inline size_t rk__batch_row(const rk__pass_worker *w, size_t n, size_t i)
{
    return n == w->batch->n ? i : w->scratch.selected[i];
}

/* Makes the arrays ready for n rows (zero, but for the amounts, which rules since 1.2 must write)
 * and calls the rule of instance u for the rows in its handed columns, with a trace where its host
 * keeps one. What `price` returned. */
int rk__written_call(rk__pass_worker *w, size_t u, size_t n);
/* Zeroes what a rule that failed has written: the evaluation has failed, and goes on only to find
 * the first fault. */
void rk__written_void(rk__pass_worker *w, const rk__rule *rule, size_t n);
/* Checks statuses, reasons, notes, that each priced row has an amount and no other has, and that
 * elements add up. False if a fault of the rule was noted. */
bool rk__written_check(rk__pass_worker *w, const rk__pass_instance *pu, size_t n);
/* Counts the rule's notes by bit. */
void rk__written_notes(rk__pass_worker *w, size_t u, size_t n);
