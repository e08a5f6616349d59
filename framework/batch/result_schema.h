/* SPDX-License-Identifier: MIT
 *
 * result_schema.h: the database of a batch, in SQL.
 */
#pragma once

/* Tables that have a row for each result or more. */
typedef enum rk__batch_table {
    RK__TABLE_RESULTS = 0,
    RK__TABLE_COMPONENTS,
    RK__TABLE_LINES,
    RK__TABLE_UNPRICED,
    RK__TABLE_FINDINGS,
    RK__TABLE_PROVENANCE,
    RK__TABLES
} rk__batch_table;

/* Tables and views. */
extern const char rk__batch_schema_tables[];
/* To be created once the tables are full. */
extern const char rk__batch_schema_indices[];
