/* SPDX-License-Identifier: MIT
 *
 * result_sqlite.c: results of a batch as an SQLite database. The schema is described in
 * docs/batch-database.md. Amounts stand as exact text, and as whole millionths
 * (`..._micros`) for adding up: no column is a floating-point number, and nothing
 * depends on when or how the batch was run.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "batch/result_out.h"
#include "batch/result_schema.h"

typedef enum statement {
    INSERT_RESULT = 0,
    INSERT_COMPONENT,
    INSERT_LINE,
    INSERT_UNPRICED,
    INSERT_WARNING,
    INSERT_PROVENANCE,
    STATEMENTS
} statement;

static const char *const inserts[STATEMENTS] = {
    [INSERT_RESULT] = "INSERT INTO results VALUES (?,1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [INSERT_COMPONENT] = "INSERT INTO components VALUES (?,?,?,?,?,?,?,?,?,?)",
    [INSERT_LINE] = "INSERT INTO lines VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
    [INSERT_UNPRICED] = "INSERT INTO unpriced VALUES (?,?,?,?,?,?)",
    [INSERT_WARNING] = "INSERT INTO warnings VALUES (?,?,?)",
    [INSERT_PROVENANCE] = "INSERT INTO provenance VALUES (?,?,?,?,?,?,?,?)",
};

struct rk__batch_sqlite {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS];
    int64_t results, components, lines;
    /* The record being written. */
    uint64_t number;
    const rk__record *record;
    int at; /* of the parameter bound last */
    bool failed;
};

static rk_status failed(const rk__batch_sqlite *db, rk_problems *problems)
{
    const int code = sqlite3_errcode(db->db);
    return code == SQLITE_NOMEM
               ? RK_NO_MEMORY
               : rk__problem(problems, RK_IO_WRITE, NULL, "check the room on the disk",
                             "the database cannot be written: %s", sqlite3_errmsg(db->db));
}

static rk_status run(rk__batch_sqlite *db, const char *sql, rk_problems *problems)
{
    return sqlite3_exec(db->db, sql, NULL, NULL, NULL) == SQLITE_OK ? RK_OK : failed(db, problems);
}

bool rk__batch_sqlite_is_ours(const char *path)
{
    static const char query[] =
        "SELECT count(*) = 7 FROM sqlite_master WHERE type = 'table' AND name IN ('runs', "
        "'results', 'components', 'lines', 'unpriced', 'warnings', 'provenance')";
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
    /* The file is thrown away unless it becomes whole, so it needs no journal. */
    rk_status status = run(db, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN", problems);
    if (status == RK_OK) {
        status = run(db, rk__batch_schema_tables, problems);
    }
    for (size_t i = 0; i < STATEMENTS && status == RK_OK; i++) {
        if (sqlite3_prepare_v2(db->db, inserts[i], -1, &db->statements[i], NULL) != SQLITE_OK) {
            status = failed(db, problems);
        }
    }
    return status;
}

void rk__batch_sqlite_free(rk__batch_sqlite *db)
{
    if (db != NULL) {
        for (size_t i = 0; i < STATEMENTS; i++) {
            (void) sqlite3_finalize(db->statements[i]);
        }
        (void) sqlite3_close(db->db);
        rk__free(db);
    }
}

/* -------------------------------------------------------------------- binding */

static void bind_text(rk__batch_sqlite *db, statement s, const char *text)
{
    db->at++;
    if (text != NULL) {
        db->failed |=
            sqlite3_bind_text(db->statements[s], db->at, text, -1, SQLITE_TRANSIENT) != SQLITE_OK;
    }
}

static void bind_number(rk__batch_sqlite *db, statement s, int64_t n)
{
    db->failed |= sqlite3_bind_int64(db->statements[s], ++db->at, n) != SQLITE_OK;
}

/* The number that a JSON value spells; NULL where it has none, or is hidden. */
static void bind_count(rk__batch_sqlite *db, statement s, const rk__value *object, const char *key)
{
    const rk__value *v = rk__json_get(object, key);
    rk_decimal d = 0;
    if (v != NULL && v->type == RK__JSON_NUMBER &&
        rk__decimal_parse(v->text, v->length, &d) == RK__DECIMAL_OK) {
        bind_number(db, s, d / RK_DECIMAL_ONE);
    } else {
        db->at++;
    }
}

static void bind_member(rk__batch_sqlite *db, statement s, const rk__value *object, const char *key)
{
    bind_text(db, s, rk__batch_text(object, key));
}

/* An amount as text, and in millionths; NULL there where it does not fit. */
static void bind_amount(rk__batch_sqlite *db, statement s, const rk__value *object, const char *key)
{
    const char *text = rk__batch_text(object, key);
    rk_decimal d = 0;
    bind_text(db, s, text);
    if (text != NULL && rk__decimal_parse(text, strlen(text), &d) == RK__DECIMAL_OK) {
        bind_number(db, s, d);
    } else {
        db->at++;
    }
}

static void insert(rk__batch_sqlite *db, statement s)
{
    sqlite3_stmt *st = db->statements[s];
    db->failed |= db->failed || sqlite3_step(st) != SQLITE_DONE;
    (void) sqlite3_reset(st);
    (void) sqlite3_clear_bindings(st);
    db->at = 0;
}

/* ----------------------------------------------------------------------- rows */

static void add_error(rk__batch_sqlite *db, const rk__value *error)
{
    static const char *const texts[] = {"code", "message", "hint", "file", "pointer"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bind_member(db, INSERT_RESULT, error, texts[i]);
    }
    bind_count(db, INSERT_RESULT, error, "line");
    bind_count(db, INSERT_RESULT, error, "column");
}

static int64_t add_result(rk__batch_sqlite *db, const rk__value *v, int64_t unpriced)
{
    const int64_t id = ++db->results;
    bind_number(db, INSERT_RESULT, id);
    bind_number(db, INSERT_RESULT, (int64_t) db->number);
    bind_member(db, INSERT_RESULT, v, "contract");
    bind_member(db, INSERT_RESULT, v, "arrangement");
    bind_text(db, INSERT_RESULT, db->record->provider);
    bind_text(db, INSERT_RESULT, db->record->commissioner);
    bind_member(db, INSERT_RESULT, v, "basis");
    bind_member(db, INSERT_RESULT, v, "currency");
    bind_amount(db, INSERT_RESULT, v, "total");
    bind_member(db, INSERT_RESULT, v, "cost");
    bind_amount(db, INSERT_RESULT, v, "margin");
    bind_number(db, INSERT_RESULT, unpriced);
    add_error(db, rk__json_get(v, "error"));
    insert(db, INSERT_RESULT);
    return id;
}

static void add_lines(rk__batch_sqlite *db, int64_t component, const rk__value *lines)
{
    static const char *const texts[] = {"label", "quantity", "unit", "rate", "factor"};
    for (const rk__value *l = lines != NULL ? lines->first : NULL; l != NULL; l = l->next) {
        bind_number(db, INSERT_LINE, ++db->lines);
        bind_number(db, INSERT_LINE, component);
        bind_number(db, INSERT_LINE, (int64_t) l->index + 1);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            bind_member(db, INSERT_LINE, l, texts[i]);
        }
        bind_amount(db, INSERT_LINE, l, "amount");
        bind_number(db, INSERT_LINE, rk__batch_text(l, "memo") != NULL);
        bind_member(db, INSERT_LINE, l, "source");
        insert(db, INSERT_LINE);
    }
}

static void add_unpriced(rk__batch_sqlite *db, int64_t component, const rk__value *keys)
{
    for (const rk__value *k = keys != NULL ? keys->first : NULL; k != NULL; k = k->next) {
        const rk__value *key = rk__json_get(k, "key");
        size_t length = 0;
        const char *text = key != NULL ? rk__json_text(key->document, &length) : NULL;
        rk__buf spelled = {0};
        if (text != NULL) {
            rk__buf_add(&spelled, text + key->offset, key->end - key->offset);
        }
        bind_number(db, INSERT_UNPRICED, component);
        bind_number(db, INSERT_UNPRICED, (int64_t) k->index + 1);
        bind_text(db, INSERT_UNPRICED, spelled.text);
        bind_count(db, INSERT_UNPRICED, k, "rows");
        bind_member(db, INSERT_UNPRICED, k, "quantity");
        bind_member(db, INSERT_UNPRICED, k, "reason");
        insert(db, INSERT_UNPRICED);
        db->failed |= spelled.failed;
        rk__buf_dispose(&spelled);
    }
}

static void add_components(rk__batch_sqlite *db, int64_t result, const rk__value *period)
{
    const rk__value *components = rk__json_get(period, "components");
    for (const rk__value *c = components != NULL ? components->first : NULL; c != NULL;
         c = c->next) {
        const int64_t id = ++db->components;
        const rk__value *unpriced = rk__json_get(c, "unpriced");
        bind_number(db, INSERT_COMPONENT, id);
        bind_number(db, INSERT_COMPONENT, result);
        bind_member(db, INSERT_COMPONENT, period, "period");
        bind_member(db, INSERT_COMPONENT, c, "id");
        bind_member(db, INSERT_COMPONENT, c, "rule");
        bind_member(db, INSERT_COMPONENT, c, "title");
        bind_number(db, INSERT_COMPONENT, rk__batch_text(c, "shadow") != NULL);
        bind_amount(db, INSERT_COMPONENT, c, "total");
        bind_count(db, INSERT_COMPONENT, unpriced, "rows");
        insert(db, INSERT_COMPONENT);
        add_lines(db, id, rk__json_get(c, "lines"));
        add_unpriced(db, id, rk__json_get(unpriced, "keys"));
    }
}

static void add_warnings(rk__batch_sqlite *db, int64_t result, const rk__value *warnings)
{
    for (const rk__value *w = warnings != NULL ? warnings->first : NULL; w != NULL; w = w->next) {
        bind_number(db, INSERT_WARNING, result);
        bind_number(db, INSERT_WARNING, (int64_t) w->index + 1);
        bind_text(db, INSERT_WARNING, w->text);
        insert(db, INSERT_WARNING);
    }
}

/* One row for the contract, each tariff, fact file and rule. */
static void add_source(rk__batch_sqlite *db, int64_t result, int64_t *position, const char *kind,
                       const rk__value *v)
{
    const bool contract = v->type != RK__JSON_OBJECT;
    const char *digest = contract ? v->text : rk__batch_text(v, "sha256");
    const char *id = rk__batch_text(v, "id");
    bind_number(db, INSERT_PROVENANCE, result);
    bind_number(db, INSERT_PROVENANCE, ++*position);
    bind_text(db, INSERT_PROVENANCE, kind);
    bind_text(db, INSERT_PROVENANCE, id != NULL ? id : rk__batch_text(v, "table"));
    bind_member(db, INSERT_PROVENANCE, v, "version");
    bind_member(db, INSERT_PROVENANCE, v, "file");
    bind_text(db, INSERT_PROVENANCE, digest != NULL ? digest : rk__batch_text(v, "xxh3"));
    bind_count(db, INSERT_PROVENANCE, v, "rows");
    insert(db, INSERT_PROVENANCE);
}

static void add_provenance(rk__batch_sqlite *db, int64_t result, const rk__value *provenance)
{
    static const char *const lists[] = {"tariff", "facts", "rules"};
    static const char *const kinds[] = {"tariff", "facts", "rule"};
    int64_t position = 0;
    const rk__value *contract = rk__json_get(provenance, "contract_sha256");
    if (contract != NULL && contract->type == RK__JSON_STRING) {
        add_source(db, result, &position, "contract", contract);
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const rk__value *list = rk__json_get(provenance, lists[i]);
        for (const rk__value *v = list != NULL ? list->first : NULL; v != NULL; v = v->next) {
            add_source(db, result, &position, kinds[i], v);
        }
    }
}

static int64_t unpriced_rows(const rk__value *periods)
{
    int64_t rows = 0;
    for (const rk__value *p = periods != NULL ? periods->first : NULL; p != NULL; p = p->next) {
        const rk__value *components = rk__json_get(p, "components");
        for (const rk__value *c = components != NULL ? components->first : NULL; c != NULL;
             c = c->next) {
            const rk__value *n = rk__json_get(rk__json_get(c, "unpriced"), "rows");
            rk_decimal d = 0;
            if (n != NULL && n->type == RK__JSON_NUMBER &&
                rk__decimal_parse(n->text, n->length, &d) == RK__DECIMAL_OK) {
                rows += d / RK_DECIMAL_ONE;
            }
        }
    }
    return rows;
}

static rk_status add_document(void *ctx, const rk__value *v)
{
    rk__batch_sqlite *db = ctx;
    const rk__value *periods = rk__json_get(v, "periods");
    const int64_t id = add_result(db, v, unpriced_rows(periods));
    for (const rk__value *p = periods != NULL ? periods->first : NULL; p != NULL; p = p->next) {
        add_components(db, id, p);
    }
    add_warnings(db, id, rk__json_get(v, "warnings"));
    const rk__value *provenance = rk__json_get(v, "provenance");
    if (provenance != NULL) {
        add_provenance(db, id, provenance);
    }
    return RK_OK;
}

rk_status rk__batch_sqlite_add(rk__batch_sqlite *db, uint64_t number, const rk__record *record,
                               rk_problems *problems)
{
    db->number = number;
    db->record = record;
    const rk_status status = rk__batch_each(record, add_document, db);
    return status == RK_OK && db->failed ? failed(db, problems) : status;
}

rk_status rk__batch_sqlite_finish(rk__batch_sqlite *db, uint64_t contracts, uint64_t failed,
                                  rk_problems *problems)
{
    char sql[160];
    (void) snprintf(sql, sizeof sql, "INSERT INTO runs VALUES (1,'%s',%llu,%llu)", rk_version(),
                    (unsigned long long) contracts, (unsigned long long) failed);
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
