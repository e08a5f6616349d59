/* SPDX-License-Identifier: MIT
 *
 * tariff_diff.h: a comparison of two tariffs inside the library.
 */
#pragma once

#include "base/dict.h"
#include "contract/session.h"
#include "ledger/result.h"
#include "table/table.h"

typedef struct rk__price_column {
    struct rk_price_column;
    rk_price_change *changes;
} rk__price_column;

typedef struct rk__effect_grouping {
    struct rk_effect_grouping;
    rk_effect_group *groups;
} rk__effect_grouping;

struct rk_tariff_diff {
    struct rk_tariff_diff_view;
    rk__arena arena;
    rk__nums nums;
    rk_tariff *tariffs[2];
    rk__price_column *columns;
    rk_result *results[2];
    rk__effect_grouping *groupings;
    rk_effect_settled *settled;
    rk_effect_unpriced *unpriced_keys;
};

/* tariff.c: the rows of a table of an open tariff; NULL if it could not be loaded. */
const rk__table *rk__tariff_rows(const rk_tariff *tariff, size_t table);

/* prices_diff.c: compares the tables of two open tariffs, cell by cell. */
rk_status rk__prices_diff(rk_tariff_diff *diff);

/* effect.c: the difference of the two results of a contract. A component within `tolerance` of the
 * sum of its rows counts as that sum, rounded. */
rk_status rk__effect_read(rk_tariff_diff *diff, rk_num tolerance, const char *const *group_by);

/* effect_groups.c: rows of both results added up by other columns than they were grouped by. */

/* What a name of --group-by stands for: a column, and how many of its first letters (0: all). */
const char *rk__effect_source(const char *name, size_t *letters);

typedef struct rk__effect_sum {
    rk_int128 quantity; /* millionths */
    rk_int128 amount;   /* in units of 1e-12 */
} rk__effect_sum;

/* Sums by the texts of some columns. Starts with the names alone, which are borrowed. */
typedef struct rk__effect_sums {
    const char *const *names;
    size_t n_names;
    rk__dict *keys; /* the texts of all columns in one */
    rk__effect_sum (*sums)[2];
    size_t capacity;
} rk__effect_sums;

/* Adds the groups of a component, of the result `side`. RK_NO_MEMORY or RK_OK. */
rk_status rk__effect_sums_add(rk__effect_sums *sums, const rk_component_result *component,
                              size_t side);
/* The texts of a key, one for each name: in the arena, NULL where blank. */
const char *const *rk__effect_texts(const rk__effect_sums *sums, size_t key, rk__arena *arena);
/* The number of a key, or -1 if there is none. RK_NO_MEMORY or RK_OK. */
rk_status rk__effect_find(const rk__effect_sums *sums, const char *const *texts, int32_t *code);
void rk__effect_sums_dispose(rk__effect_sums *sums);
