/* SPDX-License-Identifier: MIT
 *
 * query_file.h: an SQLite database that is read through a descriptor.
 */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>

/* Opens the database that a descriptor of a regular file leads to, as if nobody could change it.
 * The descriptor stays the caller's, and open as long as the database is. Returns what SQLite
 * does; *db, unless NULL, must be closed in any case. */
int rk__query_file_open(int fd, sqlite3 **db);
/* Whether a query of this thread has asked for the current time since this was last called. It gets
 * 1970: the caller refuses it. */
bool rk__query_asked_time(void);
