/* SPDX-License-Identifier: MIT
 *
 * variance.h: a variance inside the library.
 */
#pragma once

#include "variance/load.h"
#include "variance/print.h"

typedef struct rk__variance_table {
    struct rk_variance_table;
    rk_variance_line *lines;
} rk__variance_table;

/* The most tables that are made without being asked for. */
#define RK__VARIANCE_TABLES 6

struct rk_variance {
    struct rk_variance_view;
    rk__sides sides;
    rk__loaded plan_side, actual_side;
    rk_variance_step *steps;
    size_t steps_capacity;
    rk__variance_table tables[RK__VARIANCE_TABLES];
    rk__variance_table keys; /* its lines are the movers */
    rk_variance_forecast *year;
};

/* forecast.c: finds the year to date and the forecast that `method` names. */
rk_status rk__forecast_find(rk__load *load, rk_variance *v, const char *method);
