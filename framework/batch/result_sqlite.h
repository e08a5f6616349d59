/* SPDX-License-Identifier: MIT
 *
 * result_sqlite.h: results of a batch as an SQLite database (docs/batch-database.md).
 *
 * Amounts are stored as exact text, and as whole millionths (`..._micros`) for sums. No
 * column is a floating-point number, and the content does not depend on when or how the
 * batch ran.
 */
#pragma once

#include "batch/record.h"

typedef struct rk__batch_sqlite rk__batch_sqlite;

/* Whether the file is a database with the tables of a batch. */
bool rk__batch_sqlite_is_ours(const char *path);
/* *out is set on failure too, and must be freed. */
rk_status rk__batch_sqlite_open(const char *path, rk__batch_sqlite **out, rk_problems *problems);
/* Where the packed row at `at` ends, and whether it is one of the table of results; NULL if the
 * bytes are not a row. */
const char *rk__batch_sqlite_row(const char *at, const char *end, bool *is_result);
/* Adds the packed rows (result_rows.h) of the next contract. */
rk_status rk__batch_sqlite_add(rk__batch_sqlite *db, const rk__record *record,
                               rk_problems *problems);
/* Whether a record that may hold anything can be added: RK_OK, RK_SYNTAX or RK_NO_MEMORY. It is
 * added to a database that is for this only (":memory:"), and taken back. */
rk_status rk__batch_sqlite_try(rk__batch_sqlite *db, const rk__record *record);
/* Writes the row of the run and the indices, and closes. */
rk_status rk__batch_sqlite_finish(rk__batch_sqlite *db, uint64_t failed, rk_problems *problems);
void rk__batch_sqlite_free(rk__batch_sqlite *db);
