/* SPDX-License-Identifier: MIT
 *
 * result_schema.h: the database of a batch, in SQL.
 */
#ifndef RK_BATCH_RESULT_SCHEMA_H
#define RK_BATCH_RESULT_SCHEMA_H

/* Tables and views. */
extern const char rk__batch_schema_tables[];
/* Made when the tables are full. */
extern const char rk__batch_schema_indices[];

#endif
