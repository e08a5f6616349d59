/* SPDX-License-Identifier: MIT
 *
 * table.h: tables of facts and tariffs: their specification, and tables in memory.
 *
 * A specification (rk__table_spec) names where rows are: in place (JSON) or in a CSV file, with
 * column mapping and defaults. Small tables (a tariff, a population, anything that is settled or
 * looked up) are loaded whole as text cells; typed columns are made from them on demand and cached.
 * Activity is not loaded: see scan.h.
 *
 * Column names of CSV files match requested names without regard to
 * case, underscores, spaces and no-break spaces ("SPELL LOS" is `spell_los`);
 * names in JSON rows match exactly.
 *
 * Missing, null and blank are the same: no value.
 */
#pragma once

#include "access/access.h"
#include "base/text.h"
#include "number/num.h"
#include "table/spec.h"

typedef struct rk__table rk__table;

const rk__table_spec *rk__table_spec_of(const rk__table *table);
size_t rk__table_n_rows(const rk__table *table);
size_t rk__table_n_columns(const rk__table *table);
const char *rk__table_column_name(const rk__table *table, size_t column);
/* The index of a column, defaults included, or -1. */
int rk__table_find(const rk__table *table, const char *column);
/* Of rows in place: the cells of a column from a row on, `*stride` apart (NULL where a row has
 * none), or NULL if it is in none of the rows. */
const rk__value *const *rk__table_cells(const rk__table *table, int column, size_t row,
                                        size_t *stride);
/* The column whose name is nearest to a missing one, or NULL. */
const char *rk__table_near(const rk__table *table, const char *column);
/* The text of a cell after defaults, NUL-terminated; NULL where missing. */
const char *rk__table_cell(const rk__table *table, int column, size_t row, size_t *length);
/* "file:line", or the JSON pointer, of a cell: for explanations, which need it for every cell. NULL
 * if out of memory. */
const char *rk__table_source(const rk__table *table, int column, size_t row, rk__arena *arena);
/* The place of a cell (or, with column -1, of a row): for rows in place as
 * rk__json_place, for files the line that the record begins on and, as column,
 * the number of the field. */
void rk__table_place(const rk__table *table, int column, size_t row, rk__place *place,
                     rk__arena *arena);

/* A cell in words for problems: "a cell of column 'los'", of a workbook with its sheet. Of the
 * arena or static. */
const char *rk__table_cell_phrase(const rk__table *table, int column, size_t row, rk__arena *arena);
/* XXH3 digest (hex) and path of one file of a table, in the order that they were
 * read; NULL past the last and for rows in place. */
const char *rk__table_digest(const rk__table *table, size_t file_index, const char **path);

/* load.c: tables loaded whole. */

/* Loads a table whole; the specification's document must outlive it. Problems of
 * CSV cells name file, line and column, never the cell's content. With keys:
 * checks that key columns exist (missing-column), that no key cell is blank
 * (out-of-range) and, if `unique`, that they are unique (duplicate-key, naming
 * both rows). Several files need the same columns, in any order, or defaults. */
rk_status rk__table_load(const rk__table_spec *spec, const rk__access *access, bool unique,
                         rk__table **out, rk_problems *problems);
void rk__table_free(rk__table *table);
