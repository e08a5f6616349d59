/* SPDX-License-Identifier: MIT
 *
 * num_formula.h: the operation that made an exact number, in words, for `explain`.
 */
#pragma once

#include "number/num.h"

/* Terms of one formula. A longer sum or product begins with its first part as one term. */
#define RK__NUM_TERMS 64

/* The operation that made the number, behind any names. Sets *label and *source to the first
 * that the number has, unless they are set already. */
rk_num rk__num_made_by(rk_num n, const char **label, const char **source);

/* The operands of an operation that rk__num_made_by found: all of a chain of additions or of
 * multiplications, without the zero that a sum began with, and of a choice the operand taken.
 * None for a value. */
size_t rk__num_terms(rk_num made, rk_num terms[RK__NUM_TERMS]);

/* Prints the operation with its operands: "plan x (1 + cap)", "power(x, 2/5, 9 places)",
 * "select(cost > threshold: yes, excess)". An operand is its name; without a name it is a short
 * formula of its own, or else its value. Parentheses stand where the order of operations needs
 * them. Sets out->failed if out of memory. */
void rk__num_print_formula(rk__buf *out, rk_num made);

/* Adds an operand to a product: " x rate", without the sign if `out` is empty. */
void rk__num_print_factor(rk__buf *out, rk_num factor);
