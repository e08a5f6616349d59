/* SPDX-License-Identifier: MIT
 *
 * eval.h: the value of an expression, in exact numbers.
 *
 * Numbers are made by the functions of an rk_host: the engine's when a component is settled, or
 * those of a private one (rk__own_host) while parameters are checked and rows are priced.
 */
#pragma once

#include "formula/formula.h"
#include "number/num.h"

/* A host that only computes, beside the engine's. */
typedef struct rk__own_host {
    rk_host table;
    rk__nums nums;
} rk__own_host;

void rk__own_host_init(rk__own_host *own);
void rk__own_host_dispose(rk__own_host *own);

typedef struct rk__result_value {
    rk_num number;
    const char *text;
    bool truth;
    bool missing; /* no value; `number` is NULL then */
} rk__result_value;

typedef struct rk__let_value {
    rk__result_value value;
    bool known;
} rk__let_value;

/* An error of an expression: a zero divisor and the like. */
typedef struct rk__eval_fault {
    rk_status status; /* RK_OK: none */
    const rk__source *source;
    uint32_t at;
    const char *hint;
    char message[160];
} rk__eval_fault;

typedef struct rk__eval {
    const rk_host *h;
    const rk__formula *formula;
    const rk__let *lets;
    rk__let_value *values; /* of lets */
    const void *params;
    const rk_period *period;
    const rk_settlement *settlement; /* NULL: not settling */
    bool reads_tables;
    bool brief_constants; /* the expressions end before the numbers that are made of them */
    bool quiet;           /* nobody will ask how numbers were made */
    const rk_group *group;
    size_t row, total_row; /* of the line's table, and of a SUM's */
    const rk_batch *batch; /* rows are priced: `row` is one of it */
    const rk__source *source;
    const rk__expr *missing; /* the name that had no value, if a value is missing */
    const rk__source *missing_in;
    struct rk__lookup_index **lookups; /* by source; made when first used */
    rk__arena *arena;
    rk__eval_fault fault;
} rk__eval;

/* The value; if fault.status is not RK_OK it means nothing. */
rk__result_value rk__eval_expr(rk__eval *ev, const rk__source *source, const rk__expr *e);
/* cells.c: a field of the parameters, or of an item of a list. */
rk__result_value rk__eval_field(rk__eval *ev, const rk_param *param, const void *object);
size_t rk__eval_n_rows(const rk__eval *ev, int source);
rk__result_value rk__eval_cell(rk__eval *ev, int source, int column, size_t row);
/* dates.c: days since 1970-01-01. */
int64_t rk__days_of(int32_t year, int32_t month, int32_t day);
/* Reads "2016-04-01"; false if it is no date. */
bool rk__eval_date(const char *text, int32_t *year, int32_t *month, int32_t *day, int64_t *days);
/* The text of a day. NULL if out of memory. */
const char *rk__eval_day_text(rk__arena *arena, int64_t days);
/* lookup.c: the first row of a table with these keys; false if none or after a fault. */
bool rk__eval_find(rk__eval *ev, int source, const rk__result_value *keys, size_t *row);
/* calls.c */
rk__result_value rk__eval_call(rk__eval *ev, const rk__expr *e);
/* Reports the first fault; returns its status. */
rk__result_value rk__eval_fail(rk__eval *ev, uint32_t at, rk_status status, const char *hint,
                               const char *format, ...) __attribute__((format(printf, 5, 6)));
/* A number that is not too large to go on with. */
rk__result_value rk__eval_number(rk__eval *ev, const rk__expr *e, rk_num number);
