/* SPDX-License-Identifier: MIT
 *
 * result_out.h: the output file of a batch, written from its journal, completely or not at all.
 */
#pragma once

#include "base/file.h"
#include "batch/result_sqlite.h"

/* The format that the ending of a path stands for; RK_USAGE if none. */
rk_status rk__batch_kind_of(const char *path, bool lines, rk__batch_kind *out,
                            rk_problems *problems);

/* RK_USAGE if the path is a file that was not written by a batch. */
rk_status rk__batch_out_check(rk__batch_kind kind, const char *path, rk_problems *problems);

typedef struct rk__batch_out {
    rk__batch_kind kind;
    rk__atomic_file file;
    rk__batch_sqlite *sql;        /* or NULL */
    struct rk__rows_sheet *sheet; /* or NULL; of the rows of CSV */
} rk__batch_out;

rk_status rk__batch_out_open(rk__batch_out *out, rk__batch_kind kind, const char *path,
                             rk_problems *problems);
rk_status rk__batch_out_add(rk__batch_out *out, const rk__record *record, rk_problems *problems);
/* Moves the file to its path. */
rk_status rk__batch_out_commit(rk__batch_out *out, uint64_t failed, rk_problems *problems);
void rk__batch_out_abandon(rk__batch_out *out);
