/* SPDX-License-Identifier: MIT
 *
 * rows.h: rows that a rule prices in a test, and their outcomes.
 */
#pragma once

#include "trial/trial.h"

#define ROWS     96
#define MANY     3000 /* rows of a large batch: each of the ROWS again and again */
#define COLUMNS  64
#define ELEMENTS 32

/* The outcome of one row. */
typedef struct outcome {
    rk_int128 amount, element[ELEMENTS];
    uint32_t notes;
    uint16_t reason;
    uint8_t status;
} outcome;

typedef struct harness {
    rk__trial_run *run;
    const rk__rule *rule;
    rk__instance *instance;
    bool exact, misplaced, undershot, scribbled;
    size_t n_steps;
    int64_t v[COLUMNS][ROWS];
    uint8_t has[COLUMNS][ROWS];
} harness;

/* The arrays of one thread. */
typedef struct arrays {
    rk__trial_array v[COLUMNS], has[COLUMNS];
    rk__trial_array amount, element[ELEMENTS], status, notes, reason;
} arrays;

/* Whether `price` is handed a column. */
bool rk__trial_handed(const harness *h, size_t k);
bool rk__trial_arrays_new(const harness *h, arrays *a, size_t rows);
/* Prices rows at[0..n-1] as one batch, of which a row may be part more than once, in arrays that
 * end at a guard; what `price` returned. */
int rk__trial_price(const harness *h, const arrays *a, const size_t *at, size_t n, bool trace,
                    outcome *to);
/* Fills the rows with random values. */
void rk__trial_fill(harness *h, uint64_t *r);
/* Lets each number of the rows grow tenfold, again and again; false after a finding. */
bool rk__trial_grow(harness *h, const arrays *own);
