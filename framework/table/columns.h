/* SPDX-License-Identifier: MIT
 *
 * columns.h: the columns of a table, from a header and a document's `columns` and `defaults`.
 *
 * The header of a file (or the keys of rows in place) gives the sources, in order. A column has a
 * name that can be asked for, a source or none, and a default or none. A mapped header goes by its
 * mapped names alone, so that a column is never reachable under two meanings; a mapped name hides a
 * header of the same name. Headers without a name are not columns (spreadsheets write them for
 * trailing commas).
 */
#pragma once

#include "csv/csv.h"
#include "table/table.h"

typedef struct rk__named_column {
    const char *name; /* NUL-terminated; of the header or the document */
    size_t length;
    int source;               /* index into the header, or -1: the default alone */
    const rk__table_map *map; /* with a default or a place; or NULL */
} rk__named_column;

/* Checks that the names of a header are text: RK_SYNTAX if they contain NULs or are not UTF-8. */
rk_status rk__columns_header_text(const rk__csv_record *header, const rk__place *at,
                                  rk_problems *problems);
/* Makes the columns in the arena: in the order of the header, then those that have only a default.
 * `names` must live as long as the columns. If `at` is the place of a file's header, names match as
 * rk__column_name_matches says, and problems are RK_DUPLICATE_KEY (two names that match) and
 * RK_MISSING_COLUMN (a mapped header that the file lacks). If it is NULL, rows are in the document
 * and names are exact. */
rk_status rk__columns_resolve(const rk__table_spec *spec, const rk__place *at,
                              const char *const *names, size_t n_names, rk__arena *arena,
                              rk__named_column **out, size_t *n_out, rk_problems *problems);
/* The column of this name, or -1. */
int rk__columns_find(const rk__table_spec *spec, const rk__named_column *columns, size_t n,
                     const char *name);
/* The column whose name is nearest to a missing one, or NULL. */
const char *rk__columns_near(const rk__named_column *columns, size_t n, const char *name);
/* Whether two names are the same in this table: exactly for rows in place, else
 * as rk__column_name_matches. */
bool rk__columns_same(const rk__table_spec *spec, const char *a, const char *b);

/* The text of a scalar as a cell; false if it is missing: null or blank. An array or object counts
 * as missing, because the caller has refused it. */
bool rk__cell_of_value(const rk__value *v, const char **text, size_t *length);
/* Spaces, tabs, line ends and no-break spaces, or nothing at all. */
bool rk__cell_is_blank(const char *text, size_t length);
/* lookup_folded.c: appends a text in upper case, without blanks and characters that are not shown.
 */
void rk__fold_text(rk__buf *buf, const char *text, size_t length);
/* Whether a text is "1.00E+05", as a spreadsheet writes a code that looks like a number. */
bool rk__cell_is_mangled(const char *text, size_t length);

/* Whether two column names differ only in case, underscores, spaces and no-break spaces. */
bool rk__column_name_matches(const char *a, size_t a_length, const char *b, size_t b_length);
/* Equal for names that match. */
uint32_t rk__column_name_hash(const char *name, size_t length);
