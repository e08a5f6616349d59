/* SPDX-License-Identifier: MIT
 *
 * query_text.h: a table or a query of an SQLite database as the CSV text of a table.
 *
 * All readers of tables read CSV, so rows are converted to CSV as they are asked for: the first
 * line has the names of the columns, and row n is on line n + 1. The database is read through the
 * descriptor alone, as it is in the file: nothing is locked or written, no other file is opened,
 * and the query may only select. Numbers that are floating are refused, since they are not exact;
 * NULL is a blank field.
 *
 * Threads: one at a time.
 */
#pragma once

#include <stdbool.h>

#include "base/text.h"
#include "table/spec.h"

typedef struct rk__query_text rk__query_text;

/* Whether a regular file holds an SQLite database. */
bool rk__query_in_file(int fd);
/* Whether a table's file is read as a database: it is one, or the table says so. */
static inline bool rk__is_selected(const rk__table_spec *spec, int fd)
{
    return spec->table != NULL || spec->query != NULL || rk__query_in_file(fd);
}
/* Opens the query that the table declares; `fd` stays the caller's and open, `name` is borrowed,
 * and reading reports to `problems` too. RK_CONFLICT if the file is no database, RK_MISSING_KEY if
 * the table names neither a table nor a query, RK_SYNTAX if the query is wrong, RK_FORBIDDEN if
 * it does more than select, RK_IO if the database has changes that are in files beside it. */
rk_status rk__query_text_open(const rk__table_spec *spec, int fd, const char *name,
                              rk__query_text **out, rk_problems *problems);
void rk__query_text_close(rk__query_text *text);
/* Fills `to` with the next n bytes; fewer only at the end. */
rk_status rk__query_text_read(rk__query_text *text, char *to, size_t n, size_t *got);
