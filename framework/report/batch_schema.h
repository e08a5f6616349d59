/* SPDX-License-Identifier: MIT
 *
 * batch_schema.h: the database of a batch, in SQL.
 */
#ifndef RK_REPORT_BATCH_SCHEMA_H
#define RK_REPORT_BATCH_SCHEMA_H

/* Tables and views. */
extern const char rk__batch_schema_tables[];
/* Made when the tables are full. */
extern const char rk__batch_schema_indices[];

#endif
