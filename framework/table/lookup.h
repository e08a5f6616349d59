/* SPDX-License-Identifier: MIT
 *
 * lookup.h: finding a row of a keyed table.
 *
 * A lookup indexes a loaded table by its key columns, for one period where the
 * table has a `period` column. Row numbers are shifted by one: 0 is "no such
 * row", and every typed column has an entry 0 with the value that a missing row
 * gives, so the pricing loop gathers without a branch.
 *
 * Threads: made by one thread, then read by many.
 */
#pragma once

#include "table/column.h"

#define RK__MAX_KEYS 8

typedef struct rk__lookup rk__lookup;

/* `period` NULL: rows of every period are the table's. `tariff` is the id of the table's tariff,
 * NULL for one of the contract's facts. A duplicate key is RK_DUPLICATE_KEY. The table is borrowed.
 */
rk_status rk__lookup_new(rk__table *table, const char *tariff, const char *period, rk__lookup **out,
                         rk_problems *problems);
void rk__lookup_free(rk__lookup *lookup);

/* The tables of one name in several tariffs as one table, whose last key, "tariff", is the id of
 * one of them (`ids`). The lookups are borrowed; a NULL one has no rows, and not all are NULL. */
rk_status rk__lookup_stack(rk__lookup *const *parts, const char *const *ids, size_t n,
                           rk__lookup **out, rk_problems *problems);
/* Rows of the table, or of all of them. */
size_t rk__lookup_n_rows(const rk__lookup *lookup);
/* A column of the table, or of any of them, as rk__lookup_column_of takes it; -1 if none has it.
 * RK_NO_MEMORY leaves *column -1. */
rk_status rk__lookup_find_column(rk__lookup *lookup, const char *name, int *column);

rk__table *rk__lookup_table(const rk__lookup *lookup);
/* In words: "tariff ntps-2016-17", "the contract's facts". */
const char *rk__lookup_origin(const rk__lookup *lookup);
const char *rk__lookup_name(const rk__lookup *lookup);
size_t rk__lookup_n_keys(const rk__lookup *lookup);
const char *rk__lookup_key(const rk__lookup *lookup, size_t i);

/* *row: 1 + the row of a key, or 0 if no row has it; a NULL part finds nothing. Fails only
 * with RK_NO_MEMORY: the key was not looked up, and *row is 0. */
rk_status rk__lookup_find(const rk__lookup *lookup, const char *const *parts, const size_t *lengths,
                          uint32_t *row);
/* As rk__lookup_find, regardless of letter case and blanks; 0 too if several rows match. The first
 * call builds an index; threads may call it at once. */
rk_status rk__lookup_find_folded(rk__lookup *lookup, const char *const *parts,
                                 const size_t *lengths, uint32_t *row);
/* A part of the key of a row + 1, as it is written in the table; NULL if there is no such row. */
const char *rk__lookup_key_text(const rk__lookup *lookup, uint32_t row, size_t k, size_t *length);
/* As rk__lookup_find, by the cells that a row of another table has in columns of the keys' names.
 */
rk_status rk__lookup_find_row(const rk__lookup *lookup, const rk__table *table, size_t row,
                              uint32_t *found);

/* A typed column with entry 0 for a missing row. Blank cells and entry 0 have `default_value`, if
 * not NULL. `words` makes a choice column of text. */
typedef struct rk__lookup_column {
    int64_t *v;
    uint8_t *has;
} rk__lookup_column;
rk_status rk__lookup_column_of(rk__lookup *lookup, int column, rk_column_type type,
                               const char *default_value, const char *const *words,
                               const rk__lookup_column **out, rk_problems *problems);

/* How a rule's column type is read from cells. */
rk__cell_type rk__cell_type_of(rk_column_type type);
/* 1 + the index of a text in `words`, or 0. */
int64_t rk__choice_of(const char *const *words, const char *text, size_t length);
/* The value of a rule's default text; `has` is false if the rule has no default. */
void rk__default_of(rk_column_type type, const char *default_value, const char *const *words,
                    int64_t *v, bool *has);
