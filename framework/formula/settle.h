/* SPDX-License-Identifier: MIT
 *
 * settle.h: the state of one settlement by a rule document.
 */
#pragma once

#include "formula/eval.h"

typedef struct rk__settling {
    rk__eval ev;
    rk__arena arena;
    size_t n_lets; /* those of the document, then inputs and equations */
    int status;    /* of the host's functions */
} rk__settling;

/* Reads the tables of inputs and equations into ev.lets, and resolves them. Sets `status`. */
void rk__equations_take(rk__settling *s);
/* Writes the line of an equation. */
void rk__equation_write(rk__settling *s, const rk__let *let);
