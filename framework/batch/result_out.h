/* SPDX-License-Identifier: MIT
 *
 * result_out.h: the file that a batch ends in, written from its journal whole or not at
 * all.
 */
#ifndef RK_BATCH_RESULT_OUT_H
#define RK_BATCH_RESULT_OUT_H

#include "base/file.h"
#include "batch/record.h"
#include "json/json.h"

typedef enum rk__batch_kind {
    RK__BATCH_NDJSON = 0,
    RK__BATCH_CSV,
    RK__BATCH_LINES, /* CSV, a row for each ledger line */
    RK__BATCH_SQLITE
} rk__batch_kind;

/* By the file's ending; RK_USAGE for another. */
rk_status rk__batch_kind_of(const char *path, bool lines, rk__batch_kind *out,
                            rk_problems *problems);

/* RK_USAGE where a file that is no output of a batch would be replaced. */
rk_status rk__batch_out_check(rk__batch_kind kind, const char *path, rk_problems *problems);

typedef struct rk__batch_out {
    rk__batch_kind kind;
    rk__atomic_file file;
    rk__page *page;               /* CSV */
    rk_sink sink;                 /* of the page: the file */
    struct rk__batch_sqlite *sql; /* SQLite */
    uint64_t n;                   /* contracts so far */
    rk__arena arena;
} rk__batch_out;

rk_status rk__batch_out_open(rk__batch_out *out, rk__batch_kind kind, const char *path,
                             rk_problems *problems);
rk_status rk__batch_out_add(rk__batch_out *out, const rk__record *record, rk_problems *problems);
/* Puts the file in its place. */
rk_status rk__batch_out_commit(rk__batch_out *out, uint64_t failed, rk_problems *problems);
void rk__batch_out_abandon(rk__batch_out *out);

/* Each result document of a record. `ctx` as given. */
rk_status rk__batch_each(const rk__record *record, rk_status (*each)(void *ctx, const rk__value *v),
                         void *ctx);
/* The text of a member; NULL where it has none. */
const char *rk__batch_text(const rk__value *object, const char *key);

/* batch_csv.c */
void rk__batch_csv_head(rk__page *out, bool lines);
rk_status rk__batch_csv_add(rk__page *out, bool lines, const rk__record *record);

/* batch_sqlite.c */
typedef struct rk__batch_sqlite rk__batch_sqlite;
/* Whether the file is a database with the tables of a batch. */
bool rk__batch_sqlite_is_ours(const char *path);
rk_status rk__batch_sqlite_open(const char *path, rk__batch_sqlite **out, rk_problems *problems);
rk_status rk__batch_sqlite_add(rk__batch_sqlite *db, uint64_t number, const rk__record *record,
                               rk_problems *problems);
/* Writes the run's row and the indices, and closes. */
rk_status rk__batch_sqlite_finish(rk__batch_sqlite *db, uint64_t contracts, uint64_t failed,
                                  rk_problems *problems);
void rk__batch_sqlite_free(rk__batch_sqlite *db);

#endif
