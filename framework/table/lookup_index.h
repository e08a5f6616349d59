/* SPDX-License-Identifier: MIT
 *
 * lookup_index.h: what a lookup holds, for the files that make and search it.
 */
#pragma once

#include <pthread.h>

#include "table/lookup.h"

typedef struct rk__made_column {
    int column;
    rk_column_type type;
    const char *default_value;
    const char *const *words;
    rk__lookup_column data;
    struct rk__made_column *next;
} rk__made_column;

struct rk__lookup {
    rk__arena arena;
    rk__table *table;
    const char *origin;
    size_t n_keys;
    const char *const *keys;
    rk__dict *dict; /* key -> code */
    uint32_t *rows; /* code -> row + 1 */
    size_t rows_capacity;
    rk__made_column *made;
    rk__dict *folded;      /* keys without case and blanks; NULL until asked for */
    uint32_t *folded_rows; /* row + 1; 0: several */
    size_t folded_capacity;
    /* Of a stack: its parts, their ids, and the rows of those before each; else NULL. */
    rk__lookup **parts;
    const char **ids;
    uint32_t *base;
    size_t n_parts;
    const char **names; /* of columns that were asked for */
    size_t n_names;
};
