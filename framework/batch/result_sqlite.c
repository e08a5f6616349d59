/* SPDX-License-Identifier: MIT
 *
 * result_sqlite.c: inserting packed rows into the database of a batch.
 */
#include "batch/result_sqlite.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "batch/result_schema.h"

/* Rows of a table begin with their id, if they have one, and that of the row which they
 * belong to. */
#define CONTRACTS RK__TABLES
static const struct {
    const char *insert;
    bool has_id;
    int parent;
} tables[RK__TABLES] = {
    [RK__TABLE_RESULTS] =
        {"INSERT INTO results VALUES (?,1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", true,
         CONTRACTS},
    [RK__TABLE_COMPONENTS] = {"INSERT INTO components VALUES (?,?,?,?,?,?,?,?,?,?)", true,
                              RK__TABLE_RESULTS},
    [RK__TABLE_LINES] = {"INSERT INTO lines VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", true,
                         RK__TABLE_COMPONENTS},
    [RK__TABLE_UNPRICED] = {"INSERT INTO unpriced VALUES (?,?,?,?,?,?)", false,
                            RK__TABLE_COMPONENTS},
    [RK__TABLE_FINDINGS] = {"INSERT INTO findings VALUES (?,?,?,?,?,?,?,?,?,?)", false,
                            RK__TABLE_RESULTS},
    [RK__TABLE_PROVENANCE] = {"INSERT INTO provenance VALUES (?,?,?,?,?,?,?,?)", false,
                              RK__TABLE_RESULTS},
};

struct rk__batch_sqlite {
    sqlite3 *db;
    sqlite3_stmt *statements[RK__TABLES];
    int64_t rows[RK__TABLES + 1]; /* of each table, and contracts */
};

static rk_status failed(const rk__batch_sqlite *db, rk_problems *problems)
{
    const int code = sqlite3_errcode(db->db);
    if (code == SQLITE_OK || code == SQLITE_DONE) {
        return rk__problem(problems, RK_SYNTAX, NULL, "remove the journal to start again",
                           "a record of the batch is damaged");
    }
    return code == SQLITE_NOMEM
               ? RK_NO_MEMORY
               : rk__problem(problems, RK_IO_WRITE, NULL, "check the free space on the disk",
                             "cannot write the database: %s", sqlite3_errmsg(db->db));
}

static rk_status run(rk__batch_sqlite *db, const char *sql, rk_problems *problems)
{
    return sqlite3_exec(db->db, sql, NULL, NULL, NULL) == SQLITE_OK ? RK_OK : failed(db, problems);
}

bool rk__batch_sqlite_is_ours(const char *path)
{
    static const char query[] =
        "SELECT count(*) = 7 FROM sqlite_master WHERE type = 'table' AND name IN ('runs', "
        "'results', 'components', 'lines', 'unpriced', 'findings', 'provenance')";
    sqlite3 *db = NULL;
    sqlite3_stmt *asked = NULL;
    const bool ours = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                      sqlite3_prepare_v2(db, query, -1, &asked, NULL) == SQLITE_OK &&
                      sqlite3_step(asked) == SQLITE_ROW && sqlite3_column_int(asked, 0) == 1;
    (void) sqlite3_finalize(asked);
    (void) sqlite3_close(db);
    return ours;
}

rk_status rk__batch_sqlite_open(const char *path, rk__batch_sqlite **out, rk_problems *problems)
{
    rk__batch_sqlite *db = *out = rk__calloc(1, sizeof *db);
    if (db == NULL) {
        return RK_NO_MEMORY;
    }
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (sqlite3_open_v2(path, &db->db, flags, NULL) != SQLITE_OK) {
        return failed(db, problems);
    }
    /* An incomplete file is deleted, so it needs no journal. */
    rk_status status = run(db, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN", problems);
    if (status == RK_OK) {
        status = run(db, rk__batch_schema_tables, problems);
    }
    for (size_t i = 0; i < RK__TABLES && status == RK_OK; i++) {
        if (sqlite3_prepare_v2(db->db, tables[i].insert, -1, &db->statements[i], NULL) !=
            SQLITE_OK) {
            status = failed(db, problems);
        }
    }
    return status;
}

void rk__batch_sqlite_free(rk__batch_sqlite *db)
{
    if (db != NULL) {
        for (size_t i = 0; i < RK__TABLES; i++) {
            (void) sqlite3_finalize(db->statements[i]);
        }
        (void) sqlite3_close(db->db);
        rk__free(db);
    }
}

/* ------------------------------------------------------------------------ rows */

/* The cells of a packed row: what its statement takes but for the ids. */
static int cells_of(int table)
{
    int n = -1 - tables[table].has_id;
    for (const char *c = tables[table].insert; *c != '\0'; c++) {
        n += *c == '?';
    }
    return n;
}

const char *rk__batch_sqlite_row(const char *at, const char *end, bool *is_result)
{
    const int table = *at++ - 'A';
    if (table < 0 || table >= RK__TABLES) {
        return NULL;
    }
    *is_result = table == RK__TABLE_RESULTS;
    for (int left = cells_of(table); left > 0; left--) {
        const char *nul = at < end ? memchr(at, '\0', (size_t) (end - at)) : NULL;
        if (nul == NULL || (nul > at && *at != '=')) {
            return NULL;
        }
        at = nul + 1;
    }
    return at;
}

/* Inserts the row at `at`; returns where it ends, NULL if it is damaged or cannot be
 * inserted. */
static const char *insert(rk__batch_sqlite *db, const char *at, const char *end)
{
    const int table = *at++ - 'A';
    if (table < 0 || table >= RK__TABLES) {
        return NULL;
    }
    sqlite3_stmt *row = db->statements[table];
    int column = 0;
    bool good = true;
    db->rows[table]++;
    if (tables[table].has_id) {
        good = sqlite3_bind_int64(row, ++column, db->rows[table]) == SQLITE_OK;
    }
    good &= sqlite3_bind_int64(row, ++column, db->rows[tables[table].parent]) == SQLITE_OK;
    while (good && column++ < sqlite3_bind_parameter_count(row)) {
        const size_t length = at < end ? strlen(at) : 0;
        good = at < end && (length == 0 || sqlite3_bind_text(row, column, at + 1, (int) length - 1,
                                                             SQLITE_STATIC) == SQLITE_OK);
        at += length + 1;
    }
    good = good && sqlite3_step(row) == SQLITE_DONE;
    (void) sqlite3_reset(row);
    (void) sqlite3_clear_bindings(row);
    return good ? at : NULL;
}

rk_status rk__batch_sqlite_add(rk__batch_sqlite *db, const rk__record *record,
                               rk_problems *problems)
{
    const char *end = record->text + record->length;
    db->rows[CONTRACTS]++;
    for (const char *at = record->text; at < end;) {
        at = insert(db, at, end);
        if (at == NULL) {
            return failed(db, problems);
        }
    }
    return RK_OK;
}

rk_status rk__batch_sqlite_try(rk__batch_sqlite *db, const rk__record *record)
{
    rk_status status = run(db, "SAVEPOINT tried", NULL);
    if (status == RK_OK) {
        status = rk__batch_sqlite_add(db, record, NULL);
    }
    const bool no_memory = status == RK_NO_MEMORY || sqlite3_errcode(db->db) == SQLITE_NOMEM;
    const rk_status undone = run(db, "ROLLBACK TO tried; RELEASE tried", NULL);
    return no_memory || undone != RK_OK ? RK_NO_MEMORY : status == RK_OK ? RK_OK : RK_SYNTAX;
}

rk_status rk__batch_sqlite_finish(rk__batch_sqlite *db, uint64_t failed, rk_problems *problems)
{
    char sql[160];
    (void) snprintf(sql, sizeof sql, "INSERT INTO runs VALUES (1,'%s',%lld,%llu)", rk_version(),
                    (long long) db->rows[CONTRACTS], (unsigned long long) failed);
    rk_status status = run(db, sql, problems);
    if (status == RK_OK) {
        status = run(db, rk__batch_schema_indices, problems);
    }
    if (status == RK_OK) {
        status = run(db, "COMMIT", problems);
    }
    rk__batch_sqlite_free(db);
    return status;
}
