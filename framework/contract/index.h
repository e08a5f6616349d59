/* SPDX-License-Identifier: MIT
 *
 * index.h: amounts that grow from year to year: "indices" of a document, and what refers to one.
 */
#pragma once

#include "contract/calendar.h"
#include "number/num.h"

/* An index, read and checked. */
typedef struct rk__index {
    const rk__value *at;
    int32_t base; /* financial year */
} rk__index;

typedef struct rk__indices {
    const rk__calendar *calendar;
    const rk__value *all; /* the document's object; or NULL */
} rk__indices;

/* Checks every index of a document's "indices". */
rk_status rk__indices_read(const rk__value *root, const rk__calendar *calendar, rk__indices *out,
                           rk_problems *problems);

/* Reads a reference: the name of an index, or an index in place. */
rk_status rk__index_read(const rk__indices *indices, const rk__value *reference, rk__index *out,
                         rk_problems *problems);

/* The exact factor of an amount of the base year in a period:
 *     product over years of (1 + growth) x (1 + rate) x (1 - efficiency)
 * NULL if out of memory. */
rk_num rk__index_factor(rk__nums *nums, const rk__indices *indices, const rk__index *index,
                        size_t period);
