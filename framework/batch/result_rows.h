/* SPDX-License-Identifier: MIT
 *
 * result_rows.h: results of a batch as rows, of CSV or of the database.
 */
#pragma once

#include "batch/result_cells.h"

/* A contract that has no result. */
typedef struct rk__failure {
    const char *contract;                /* its id, or its location */
    const char *provider, *commissioner; /* NULL if unknown */
    const rk_problem *error;
} rk__failure;

/* The names of the columns of CSV, with the end of the line. */
const char *rk__rows_head(rk__batch_kind kind);
/* The rows in the format of the cells. Those of the database have the columns of its schema
 * without the ids: a row belongs to the last row before it of the table that it refers to. */
void rk__rows_result(rk__cells *c, const rk_result *result);
/* system_rows.c: the same of a system. */
void rk__rows_system(rk__cells *c, const rk_system_result *result);
void rk__rows_failure(rk__cells *c, const rk__failure *failure);
