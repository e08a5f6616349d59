/* SPDX-License-Identifier: MIT
 *
 * find_rows.h: rows of a table by what is in their columns, such as spell_id=S3.
 */
#pragma once

#include "contract/session.h"
#include "table/table.h"

/* Rows that are named; the rest of those found are counted. */
#define RK__FOUND_ROWS 20

typedef struct rk__found_rows {
    uint64_t row[RK__FOUND_ROWS]; /* from 1, ascending */
    uint64_t n;                   /* found; more than RK__FOUND_ROWS are not named */
    /* The column that the table lacks, of the arena, and the nearest that it has; or NULL. */
    const char *lacks, *near;
} rk__found_rows;

/* Finds the rows in which every condition of `where` ("COLUMN=VALUE", NULL after the last) holds:
 * the text of the column as the table's declaration reads it, and all of it; no value finds
 * blank cells. Reads the table once; bad rows count as rows and are not found. RK_USAGE, reported,
 * if a condition is not written so. */
rk_status rk__find_rows(const rk_session *session, const rk__table_spec *spec,
                        const char *const *where, rk__arena *arena, rk__found_rows *out,
                        rk_problems *problems);
