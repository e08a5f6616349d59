/* SPDX-License-Identifier: MIT
 *
 * activity.h: a fact table of activity whose counts change: more or fewer units in
 * some of its rows and periods, written back as a table in place.
 */
#pragma once

#include "contract/contract.h"
#include "rules/registry.h"

/* Rows that a changed table may have: it is held in memory and written out whole. */
#define RK__ACTIVITY_MAX_ROWS ((size_t) 1 << 20)

typedef struct rk__activity_row {
    uint32_t row;      /* of the table */
    int32_t period;    /* index, or one of RK__PERIOD_ALL, RK__PERIOD_OUTSIDE (sources.h) */
    rk_decimal count;  /* absent counts are 1, as the rules read them */
    rk_decimal stated; /* before any change */
} rk__activity_row;

typedef struct rk__activity {
    rk__table *table;
    rk__activity_row *rows;
    size_t n_rows;
    const rk_period *periods;
    size_t n_periods;
    bool dealt; /* each row for every period has become one row for each period */
} rk__activity;

/* Loads a table. With `deal`, each row for every period becomes one row for each period, so that
 * one period can change by itself. The spec's document must outlive it. */
rk_status rk__activity_open(const rk__table_spec *spec, const rk__access *access,
                            const rk_period *periods, size_t n_periods, bool deal,
                            rk__activity *out, rk_problems *problems);
void rk__activity_dispose(rk__activity *activity);

/* The value of a table by its name, in the facts of a contract's own document, else in those of the
 * document that it shares (or NULL); NULL if neither has it. */
const rk__value *rk__activity_value(const rk__value *contract, const rk__value *shared,
                                    const char *name, bool *own);

/* Called for each row that changes, with the change. */
typedef rk_status rk__activity_each(void *ctx, const rk__activity_row *row, rk_decimal by);

/* Changes the count of the rows of `where` (NULL: all) and of one period (or of rows that hold for
 * all, RK__PERIOD_ALL) by `by` in all, in proportion to their counts, to the millionth: what
 * rounding leaves goes to the largest remainders. RK_OUT_OF_RANGE if no row matches or the count
 * would become negative; placed at `at`, which may be NULL. */
rk_status rk__activity_change(rk__activity *activity, const rk__scope *where, int period,
                              rk_decimal by, const rk__value *at, rk__activity_each *each,
                              void *ctx, rk_problems *problems);

/* The count, before any change, of the rows of `where` in a period. */
rk_status rk__activity_stated(const rk__activity *activity, const rk__scope *where, int period,
                              rk__nums *nums, rk_num *out, rk_problems *problems);

/* The table as a JSON document, {"key", "rows"}. The registry's rules say how columns of
 * files are called. */
rk_status rk__activity_json(const rk__activity *activity, rk__registry *registry, rk__json **out);
