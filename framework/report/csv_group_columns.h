/* SPDX-License-Identifier: MIT
 *
 * csv_group_columns.h: the columns of grouped totals as CSV: those that several contracts,
 * arrangements, periods or components need, the keys, and the elements of all components.
 */
#pragma once

#include "report/report.h"

/* Elements of all components of a grouped report together. */
#define RK__GROUP_ELEMENTS 64

/* What the rows of a grouped report have in common. */
typedef struct rk__group_columns {
    bool contract, arrangement, period, component; /* shown, because several mix */
    const rk_groups *like;                         /* whose key columns head the report */
    const char *elements[RK__GROUP_ELEMENTS];
    size_t n_elements;
    size_t n_tables;
} rk__group_columns;

rk__group_columns rk__group_columns_of(const rk_result *const *results, size_t n);
/* The index of an element among the columns; `n_elements` if it is none of them. */
size_t rk__group_element(const rk__group_columns *columns, const char *name);
/* The header; `more` is further columns, such as ",difference". */
void rk__group_header(rk__page *out, const rk__group_columns *columns, const char *more);
/* The cells that each row of a component begins with, once. */
void rk__group_prefix(rk__buf *prefix, bool safe, const rk__group_columns *columns,
                      const rk_result_view *result, const char *period, const char *component);
