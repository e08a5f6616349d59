/* SPDX-License-Identifier: MIT
 *
 * number_cells.h: columns of numbers as text, for files of millions of rows.
 *
 * Nearly all numbers of such a file are amounts of up to eight digits or small integers. Vector
 * units make their texts side by side: a word with the digits before the point, and one with the
 * rest and the lengths. Joining the two takes two stores. Other numbers go through scaled.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "number/scaled.h"

/* The kind of text: numbers in units of 10^-6 or 1, with two decimals or none, and the one or
 * two characters after each. */
typedef struct rk__cell_form {
    uint64_t inverse; /* the odd part of the divisor that leaves the decimals */
    unsigned twos;    /* and its even part, as a power of two */
    unsigned decimals;
    uint16_t ending, ending_length;
} rk__cell_form;

static inline rk__cell_form rk__cell_form_of(bool millionths, unsigned decimals, const char *ending)
{
    rk__cell_form form = {.inverse = 1, .decimals = decimals};
    if (millionths) {
        form.inverse = decimals == 2 ? RK__INVERSE_625 : RK__INVERSE_15625;
        form.twos = decimals == 2 ? 4 : 6;
    }
    form.ending_length = (uint16_t) strlen(ending);
    form.ending = (uint16_t) ((unsigned char) ending[0] |
                              (form.ending_length > 1 ? (unsigned) ending[1] << 8 : 0));
    return form;
}

/* The most bytes that rk__put_cell writes. */
#define RK__CELL_BYTES 16

/* Makes the texts of n numbers; false if one is negative or has too many digits or decimals, and
 * then none of the texts is valid. */
typedef bool rk__number_cells_fn(const int64_t *values, size_t n, const rk__cell_form *form,
                                 uint64_t *text, uint64_t *tail);
/* The fastest version for this machine, and all versions that it can run (NULL-terminated; for
 * tests). */
rk__number_cells_fn *rk__number_cells_best(void);
rk__number_cells_fn *const *rk__number_cells_all(void);

/* Writes a text at `to`; returns where it ends. */
static inline char *rk__put_cell(char *to, uint64_t text, uint64_t tail)
{
    memcpy(to, &text, sizeof text);
    memcpy(to + (tail >> 56), &tail, sizeof tail);
    return to + (tail >> 48 & 0xff);
}

/* The tail of a cell that consists of the ending alone. */
static inline uint64_t rk__blank_tail(const rk__cell_form *form)
{
    return form->ending | (uint64_t) form->ending_length << 48;
}
