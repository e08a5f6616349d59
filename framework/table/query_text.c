/* SPDX-License-Identifier: MIT
 *
 * query_text.c: a table or a query of an SQLite database as the CSV text of a table.
 */
#include "table/query_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/names.h"
#include "table/made_text.h"
#include "table/query_file.h"

#define MAGIC        "SQLite format 3"
#define LONGEST_CELL (16 << 20) /* bytes, as of a record of CSV */

struct rk__query_text {
    const rk__table_spec *spec;
    const char *name;
    sqlite3 *db;
    sqlite3_stmt *rows;
    rk_problems *problems;
    rk__made_text made;
    uint64_t row;       /* of those handed out */
    const char *denied; /* why the query is refused; NULL if it is not */
};

bool rk__query_in_file(int fd)
{
    char magic[sizeof MAGIC];
    return pread(fd, magic, sizeof magic, 0) == (ssize_t) sizeof magic &&
           memcmp(magic, MAGIC, sizeof magic) == 0;
}

/* --------------------------------------------------------------------- errors */

/* Where the document has the query or the name of the table. */
static const rk__value *value_of(const rk__table_spec *spec)
{
    if (spec->at == NULL) {
        return NULL;
    }
    return rk__json_get(spec->at, spec->query != NULL ? "query" : "table");
}

static rk_status query_problem(const rk__query_text *text, rk_status status, const char *hint,
                               const char *message)
{
    const rk__value *at = value_of(text->spec);
    if (at != NULL) {
        return rk__json_problem(text->problems, at, status, hint, "%s", message);
    }
    const rk__place place = {.file = text->name};
    return rk__problem(text->problems, status, &place, hint, "%s", message);
}

static rk_status file_problem(const rk__query_text *text, rk_status status, const char *hint,
                              const char *message)
{
    const rk__place place = {.file = text->name};
    return rk__problem(text->problems, status, &place, hint, "%s", message);
}

/* What SQLite reported: of the query, or of a file that is damaged. */
static rk_status sqlite_problem(const rk__query_text *text, int code)
{
    const char *message = text->db != NULL ? sqlite3_errmsg(text->db) : sqlite3_errstr(code);
    char whole[512];
    if (text->denied != NULL) {
        return query_problem(text, RK_FORBIDDEN, "a query may select from this database, no more",
                             text->denied);
    }
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return RK_NO_MEMORY;
    case SQLITE_TOOBIG:
        return query_problem(text, RK_LIMIT, "select shorter texts",
                             "the query makes a text or bytes of more than 16 MiB");
    case SQLITE_ERROR:
        (void) snprintf(whole, sizeof whole, "the query is wrong: %s", message);
        return query_problem(text, RK_SYNTAX, NULL, whole);
    default:
        (void) snprintf(whole, sizeof whole, "the database cannot be read: %s", message);
        return file_problem(text, RK_IO, "PRAGMA integrity_check, in sqlite3, examines it", whole);
    }
}

/* ------------------------------------------------------------------- opening */

/* Changes that SQLite keeps in files beside the database: a reader of the file alone would miss
 * them, or see a half of them. */
static rk_status refuse_unfinished(const rk__query_text *text)
{
    static const char *const endings[] = {"-wal", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        rk__buf path = {0};
        struct stat info;
        rk__buf_printf(&path, "%s%s", text->name, endings[i]);
        if (path.failed) {
            return RK_NO_MEMORY;
        }
        const bool found = stat(path.text, &info) == 0 && info.st_size > 0;
        rk__buf_dispose(&path);
        if (found) {
            return file_problem(text, RK_IO,
                                "close the programs that write it, or copy it with sqlite3's "
                                ".backup",
                                i == 0 ? "the database has changes that are not in its file yet, "
                                         "but in the one that ends in -wal"
                                       : "the database is being changed, or a change was "
                                         "interrupted: there is a file that ends in -journal");
        }
    }
    return RK_OK;
}

/* Only what selects; and of functions, none whose result is another each time. */
static int authorize(void *ctx, int action, const char *a, const char *b, const char *c,
                     const char *d)
{
    static const char *const varying[] = {"random",       "randomblob",        "current_date",
                                          "current_time", "current_timestamp", "load_extension"};
    rk__query_text *text = ctx;
    (void) a;
    (void) c;
    (void) d;
    for (size_t i = 0; action == SQLITE_FUNCTION && i < sizeof varying / sizeof *varying; i++) {
        if (b != NULL && sqlite3_stricmp(b, varying[i]) == 0) {
            text->denied = "the query uses a function whose value is another each time";
            return SQLITE_DENY;
        }
    }
    if (action == SQLITE_FUNCTION || action == SQLITE_SELECT || action == SQLITE_READ ||
        action == SQLITE_RECURSIVE) {
        return SQLITE_OK;
    }
    text->denied = "the query does more than select";
    return SQLITE_DENY;
}

/* The names of tables and views, for a hint; at most some. */
static void list_tables(const rk__query_text *text, rk__buf *out)
{
    sqlite3_stmt *names = NULL;
    size_t n = 0;
    rk__buf_puts(out, "there are: ");
    if (sqlite3_prepare_v2(text->db,
                           "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND "
                           "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
                           -1, &names, NULL) == SQLITE_OK) {
        for (; n < 10 && sqlite3_step(names) == SQLITE_ROW; n++) {
            const unsigned char *name = sqlite3_column_text(names, 0);
            rk__buf_printf(out, "%s%s", n > 0 ? ", " : "", name != NULL ? (const char *) name : "");
        }
    }
    (void) sqlite3_finalize(names);
    if (n == 0) {
        rk__buf_puts(out, "none");
    }
}

/* Whether the database has a table or view; *code is what SQLite says of the search. */
static bool has_table(const rk__query_text *text, const char *name, int *code)
{
    sqlite3_stmt *found = NULL;
    *code = sqlite3_prepare_v2(text->db,
                               "SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND "
                               "name = ?1 COLLATE NOCASE",
                               -1, &found, NULL);
    if (*code == SQLITE_OK) {
        *code = sqlite3_bind_text(found, 1, name, -1, SQLITE_STATIC);
    }
    if (*code == SQLITE_OK) {
        *code = sqlite3_step(found);
    }
    const bool has = *code == SQLITE_ROW;
    *code = has || *code == SQLITE_DONE ? SQLITE_OK : *code;
    (void) sqlite3_finalize(found);
    return has;
}

/* The query, made for a table; NULL with *status if there is none. */
static char *query_of(const rk__query_text *text, rk_status *status)
{
    const rk__table_spec *spec = text->spec;
    rk__buf hint = {0};
    char *query = NULL;
    int code = SQLITE_OK;
    if (spec->query != NULL) {
        query = sqlite3_mprintf("%s", spec->query);
    } else if (spec->table != NULL && has_table(text, spec->table, &code)) {
        query = sqlite3_mprintf("SELECT * FROM \"%w\"", spec->table);
    } else if (code != SQLITE_OK) {
        *status = sqlite_problem(text, code);
        return NULL;
    } else {
        char message[256];
        list_tables(text, &hint);
        if (spec->table != NULL) {
            (void) snprintf(message, sizeof message, "the database has no table '%.150s'",
                            spec->table);
        } else {
            (void) snprintf(message, sizeof message,
                            "the file is an SQLite database: name its \"table\" or a \"query\"");
        }
        *status =
            hint.failed ? RK_NO_MEMORY : file_problem(text, RK_MISSING_KEY, hint.text, message);
        rk__buf_dispose(&hint);
        return NULL;
    }
    *status = query != NULL ? RK_OK : RK_NO_MEMORY;
    return query;
}

/* Blanks, comments and semicolons are no statement: SQLite says so by compiling them to none. */
static bool is_more(sqlite3 *db, const char *rest)
{
    while (rest != NULL && *rest != '\0') {
        sqlite3_stmt *more = NULL;
        const int code = sqlite3_prepare_v2(db, rest, -1, &more, &rest);
        const bool found = code != SQLITE_OK || more != NULL;
        (void) sqlite3_finalize(more);
        if (found) {
            return true;
        }
    }
    return false;
}

static rk_status prepare(rk__query_text *text)
{
    rk_status status = RK_OK;
    const char *rest = NULL;
    char *query = query_of(text, &status);
    if (query == NULL) {
        return status;
    }
    const int code = sqlite3_prepare_v2(text->db, query, -1, &text->rows, &rest);
    if (code != SQLITE_OK) {
        status = sqlite_problem(text, code);
    } else if (text->rows == NULL || sqlite3_column_count(text->rows) == 0 ||
               sqlite3_stmt_isexplain(text->rows) != 0) {
        status = query_problem(text, RK_SYNTAX, "write SELECT ...", "the query selects nothing");
    } else if (is_more(text->db, rest)) {
        status = query_problem(text, RK_SYNTAX, "write one SELECT",
                               "the query has more than one statement");
    } else if (sqlite3_bind_parameter_count(text->rows) > 0) {
        status = query_problem(text, RK_SYNTAX, "write the value itself",
                               "the query has a parameter that nothing is given for");
    }
    sqlite3_free(query);
    return status;
}

/* --------------------------------------------------------------------- fields */

/* Always quoted; each run of line ends is a space, so that a row is a line. */
static void put_text(rk__query_text *text, const char *from, size_t length)
{
    rk__buf *out = &text->made.pending;
    rk__buf_putc(out, '"');
    for (size_t i = 0; i < length; i++) {
        const bool ends = from[i] == '\n' || from[i] == '\r';
        if (ends && i > 0 && (from[i - 1] == '\n' || from[i - 1] == '\r')) {
            continue;
        }
        if (from[i] == '"') {
            rk__buf_putc(out, '"');
        }
        rk__buf_putc(out, ends ? ' ' : from[i]);
    }
    rk__buf_putc(out, '"');
}

static rk_status put_header(rk__query_text *text)
{
    const int n = sqlite3_column_count(text->rows);
    for (int i = 0; i < n; i++) {
        const char *name = sqlite3_column_name(text->rows, i);
        if (name == NULL) {
            return RK_NO_MEMORY;
        }
        if (i > 0) {
            rk__buf_putc(&text->made.pending, text->spec->delimiter);
        }
        put_text(text, name, strlen(name));
    }
    rk__buf_putc(&text->made.pending, '\n');
    return text->made.pending.failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status wrong_cell(const rk__query_text *text, int column, const char *what,
                            const char *hint)
{
    rk__place place = {.file = text->name};
    const char *name = sqlite3_column_name(text->rows, column);
    return rk__problem(text->problems, RK_WRONG_TYPE, &place, hint, "row %llu, column '%s': %s",
                       (unsigned long long) text->row, name != NULL ? name : "", what);
}

static rk_status put_cell(rk__query_text *text, int column)
{
    const int type = sqlite3_column_type(text->rows, column);
    if (type == SQLITE_NULL) {
        /* A blank line would be no row. */
        rk__buf_puts(&text->made.pending, sqlite3_column_count(text->rows) == 1 ? "\"\"" : "");
        return RK_OK;
    }
    if (type == SQLITE_FLOAT) {
        return wrong_cell(text, column, "the number is floating, and so not exact",
                          "store text or whole pence, or write printf('%.2f', COLUMN) AS COLUMN in "
                          "\"query\", with the decimals that it should have");
    }
    if (type == SQLITE_BLOB) {
        return wrong_cell(text, column, "it holds bytes, not text",
                          "leave the column out, or CAST(COLUMN AS TEXT) in \"query\"");
    }
    const char *value = (const char *) sqlite3_column_text(text->rows, column);
    const size_t length = (size_t) sqlite3_column_bytes(text->rows, column);
    if (value == NULL) {
        return RK_NO_MEMORY;
    }
    if (memchr(value, '\0', length) != NULL) {
        return wrong_cell(text, column, "the text has a NUL", NULL);
    }
    put_text(text, value, length);
    return RK_OK;
}

static rk_status next_row(void *ctx)
{
    rk__query_text *text = ctx;
    (void) rk__query_asked_time();
    const int code = sqlite3_step(text->rows);
    if (rk__query_asked_time()) {
        text->denied = "the query depends on the current time";
        return sqlite_problem(text, SQLITE_ERROR);
    }
    if (code == SQLITE_DONE) {
        text->made.ended = true;
        return RK_OK;
    }
    if (code != SQLITE_ROW) {
        return sqlite_problem(text, code);
    }
    const int n = sqlite3_column_count(text->rows);
    rk_status status = RK_OK;
    text->row++;
    for (int i = 0; i < n && status == RK_OK; i++) {
        if (i > 0) {
            rk__buf_putc(&text->made.pending, text->spec->delimiter);
        }
        status = put_cell(text, i);
    }
    rk__buf_putc(&text->made.pending, '\n');
    return status == RK_OK && text->made.pending.failed ? RK_NO_MEMORY : status;
}

/* ---------------------------------------------------------------- the interface */

rk_status rk__query_text_open(const rk__table_spec *spec, int fd, const char *name,
                              rk__query_text **out, rk_problems *problems)
{
    *out = NULL;
    rk__query_text *text = rk__calloc(1, sizeof *text);
    if (text == NULL) {
        return RK_NO_MEMORY;
    }
    *text = (rk__query_text){.spec = spec, .name = name, .problems = problems};
    rk_status status = RK_OK;
    if (!rk__query_in_file(fd)) {
        status = file_problem(text, RK_CONFLICT, "remove \"table\" or \"query\" from the table",
                              "the table selects from a database, and the file is no SQLite "
                              "database");
    }
    if (status == RK_OK) {
        status = refuse_unfinished(text);
    }
    if (status == RK_OK) {
        const int code = rk__query_file_open(fd, &text->db);
        status = code == SQLITE_OK ? RK_OK : sqlite_problem(text, code);
    }
    if (status == RK_OK) {
        (void) sqlite3_db_config(text->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        (void) sqlite3_db_config(text->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        (void) sqlite3_limit(text->db, SQLITE_LIMIT_LENGTH, LONGEST_CELL);
        const int code = sqlite3_exec(text->db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
        (void) sqlite3_set_authorizer(text->db, authorize, text);
        status = code == SQLITE_OK ? prepare(text) : sqlite_problem(text, code);
    }
    if (status == RK_OK) {
        status = put_header(text);
    }
    if (status != RK_OK) {
        rk__query_text_close(text);
        return status;
    }
    *out = text;
    return RK_OK;
}

void rk__query_text_close(rk__query_text *text)
{
    if (text != NULL) {
        (void) sqlite3_finalize(text->rows);
        (void) sqlite3_close(text->db);
        rk__buf_dispose(&text->made.pending);
        rk__free(text);
    }
}

rk_status rk__query_text_read(rk__query_text *text, char *to, size_t n, size_t *got)
{
    return rk__made_text_read(&text->made, next_row, text, to, n, got);
}
