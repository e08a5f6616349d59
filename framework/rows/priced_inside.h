/* SPDX-License-Identifier: MIT
 *
 * priced_inside.h: the plan of priced rows, made by priced.c and used by priced_lines.c.
 */
#pragma once

#include "rows/priced.h"

#define RK__ROWS_REASONS 4   /* listings that leave a row unpriced */
#define RK__ROWS_MOST    128 /* elements */

/* A cell, or several, with the comma or the line feed behind it: RK__ROWS_SLACK bytes
 * more may be read. */
typedef struct rk__rows_cell {
    const char *text;
    size_t length;
} rk__rows_cell;

/* What all lines of an instance have in common. */
typedef struct rk__rows_instance {
    bool writes;
    bool exact;
    int places;
    rk__rows_cell own;      /* its cells before the columns */
    rk__rows_cell dateless; /* the same where the row is in none of the periods */
    size_t *element;        /* by element of the file: 1 + the rule's; 0: none */
    rk__rows_cell *reason;  /* [column x listing]: a blank amount and the reason */
    rk__rows_cell *paid;    /* [reason of a priced row] and the line's end; NULL: none has any */
} rk__rows_instance;

struct rk__pass_rows {
    size_t *wants; /* columns of the file */
    size_t n_wants;
    const char *elements[RK__ROWS_MOST];
    size_t n_elements;
    bool reasons; /* an instance's rule has reasons: they have a cell of their own */
    rk__rows_instance *instances;
};
