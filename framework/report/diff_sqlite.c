/* SPDX-License-Identifier: MIT
 *
 * diff_sqlite.c: differences and challenges as an SQLite database, made in memory and sent whole.
 *
 * Amounts are exact text, and whole millionths beside it, which SQL adds up without rounding.
 */
#include <sqlite3.h>

#include "report/questions.h"

typedef struct base {
    sqlite3 *db;
    sqlite3_stmt *row;
    int column; /* that was bound last */
    bool failed;
} base;

static void run(base *b, const char *sql)
{
    b->failed = b->failed || sqlite3_exec(b->db, sql, NULL, NULL, NULL) != SQLITE_OK;
}

/* "name" as SQL writes an identifier: quotes are doubled. */
static void put_name(rk__buf *sql, const char *name)
{
    rk__buf_putc(sql, '"');
    for (const char *c = name; *c != '\0'; c++) {
        rk__buf_printf(sql, *c == '"' ? "\"\"" : "%c", *c);
    }
    rk__buf_putc(sql, '"');
}

/* A table with columns before and after those of the key, and the statement that inserts. Columns
 * are named as in the key, with key_ before them. */
static void begin_table(base *b, const rk_diff_view *v, const char *name, const char *before,
                        const char *after, size_t n)
{
    rk__buf sql = {0};
    rk__buf_printf(&sql, "CREATE TABLE %s (%s", name, before);
    for (size_t i = 0; i < v->n_key; i++) {
        rk__buf key = {0};
        rk__buf_printf(&key, "key_%s", v->key[i]);
        rk__buf_puts(&sql, ", ");
        put_name(&sql, key.text != NULL ? key.text : "");
        rk__buf_puts(&sql, " TEXT");
        sql.failed |= key.failed;
        rk__buf_dispose(&key);
    }
    rk__buf_printf(&sql, ", %s)", after);
    run(b, sql.text != NULL ? sql.text : "");
    rk__buf_reset(&sql);
    rk__buf_printf(&sql, "INSERT INTO %s VALUES (?", name);
    for (size_t i = 1; i < n + v->n_key; i++) {
        rk__buf_puts(&sql, ",?");
    }
    rk__buf_putc(&sql, ')');
    b->failed = b->failed || sql.failed ||
                sqlite3_prepare_v2(b->db, sql.text, -1, &b->row, NULL) != SQLITE_OK;
    rk__buf_dispose(&sql);
    b->column = 0;
}

static void end_row(base *b)
{
    b->failed = b->failed || sqlite3_step(b->row) != SQLITE_DONE;
    (void) sqlite3_reset(b->row);
    (void) sqlite3_clear_bindings(b->row);
    b->column = 0;
}

static void end_table(base *b)
{
    (void) sqlite3_finalize(b->row);
    b->row = NULL;
}

static void bind_text(base *b, const char *text)
{
    b->failed |= text != NULL &&
                 sqlite3_bind_text(b->row, b->column + 1, text, -1, SQLITE_TRANSIENT) != SQLITE_OK;
    b->column++;
}

static void bind_count(base *b, uint64_t count)
{
    b->failed |= sqlite3_bind_int64(b->row, ++b->column, (sqlite3_int64) count) != SQLITE_OK;
}

/* As exact text, and as millionths if they are whole. */
static void bind_amount(base *b, rk_num amount)
{
    rk__buf text = {0};
    rk_decimal micros = 0;
    if (amount != NULL) {
        rk__diff_amount(&text, amount);
    }
    b->failed |= text.failed;
    bind_text(b, text.text);
    b->column++;
    if (amount != NULL && rk__num_to_decimal(amount, &micros)) {
        b->failed |= sqlite3_bind_int64(b->row, b->column, micros) != SQLITE_OK;
    }
    rk__buf_dispose(&text);
}

static void bind_key(base *b, const rk_diff_view *v, const char *const *key)
{
    for (size_t i = 0; i < v->n_key; i++) {
        bind_text(b, key[i]);
    }
}

/* ------------------------------------------------------------------- tables */

static void put_totals(base *b, const rk_diff_view *v)
{
    static const char *const words[] = {"added", "removed", "changed", "unchanged"};
    run(b, "CREATE TABLE totals (part TEXT PRIMARY KEY, file TEXT, rows INTEGER, amount TEXT, "
           "amount_micros INTEGER)");
    b->failed = b->failed || sqlite3_prepare_v2(b->db, "INSERT INTO totals VALUES (?,?,?,?,?)", -1,
                                                &b->row, NULL) != SQLITE_OK;
    for (size_t k = 0; k < 6 && !b->failed; k++) {
        const bool side = k == 0 || k == 5;
        bind_text(b, k == 0 ? "first" : k == 5 ? "second" : words[k - 1]);
        bind_text(b, k == 0 ? v->a : k == 5 ? v->b : NULL);
        bind_count(b, k == 0 ? v->rows_a : k == 5 ? v->rows_b : v->count[k - 1]);
        bind_amount(b, !side ? v->amount[k - 1] : k == 0 ? v->total_a : v->total_b);
        end_row(b);
    }
    end_table(b);
}

static void put_entries(base *b, const rk_diff *of)
{
    static const char *const words[] = {"added", "removed", "changed"};
    const rk_diff_view *v = rk_diff_read(of);
    begin_table(b, v, "entries", "entry_id INTEGER PRIMARY KEY, kind TEXT",
                "first TEXT, first_micros INTEGER, second TEXT, second_micros INTEGER, "
                "difference TEXT, difference_micros INTEGER",
                8);
    for (size_t i = 0; i < v->n_entries && !b->failed; i++) {
        const rk_diff_entry *e = rk_diff_entry_at(of, i);
        bind_count(b, i + 1);
        bind_text(b, words[e->kind]);
        bind_key(b, v, e->key);
        bind_amount(b, e->a);
        bind_amount(b, e->b);
        bind_amount(b, e->difference);
        end_row(b);
    }
    end_table(b);
    run(b, "CREATE TABLE changes (entry_id INTEGER, column TEXT, first TEXT, second TEXT)");
    b->failed = b->failed || sqlite3_prepare_v2(b->db, "INSERT INTO changes VALUES (?,?,?,?)", -1,
                                                &b->row, NULL) != SQLITE_OK;
    for (size_t i = 0; i < v->n_entries && !b->failed; i++) {
        for (size_t k = 0; k < rk_diff_entry_at(of, i)->n_changes && !b->failed; k++) {
            const rk_diff_change *change = rk_diff_change_at(of, i, k);
            bind_count(b, i + 1);
            bind_text(b, change->column);
            bind_text(b, change->a);
            bind_text(b, change->b);
            end_row(b);
        }
    }
    end_table(b);
}

static void put_challenges(base *b, const rk_diff *of)
{
    const rk_diff_view *v = rk_diff_read(of);
    run(b, "CREATE TABLE rules (challenge TEXT PRIMARY KEY, title TEXT, rows INTEGER, new INTEGER, "
           "value TEXT, value_micros INTEGER, not_checked TEXT)");
    b->failed = b->failed || sqlite3_prepare_v2(b->db, "INSERT INTO rules VALUES (?,?,?,?,?,?,?)",
                                                -1, &b->row, NULL) != SQLITE_OK;
    for (size_t i = 0; i < v->n_rules && !b->failed; i++) {
        const rk_challenge_rule *rule = rk_diff_rule_at(of, i);
        bind_text(b, rule->id);
        bind_text(b, rule->title);
        bind_count(b, rule->rows);
        bind_count(b, rule->fresh);
        bind_amount(b, rule->value);
        bind_text(b, rule->skipped);
        end_row(b);
    }
    end_table(b);
    begin_table(b, v, "challenges", "challenge TEXT REFERENCES rules",
                "row INTEGER, why TEXT, new INTEGER, value TEXT, value_micros INTEGER", 6);
    for (size_t i = 0; i < v->n_challenges && !b->failed; i++) {
        const rk_challenge *c = rk_diff_challenge_at(of, i);
        bind_text(b, rk_diff_rule_at(of, c->rule)->id);
        bind_key(b, v, c->key);
        bind_count(b, c->row);
        bind_text(b, c->detail);
        bind_count(b, c->fresh);
        bind_amount(b, c->value);
        end_row(b);
    }
    end_table(b);
}

void rk__diff_sqlite(rk__page *out, const rk_diff *of)
{
    base b = {.failed = false};
    sqlite3_int64 size = 0;
    b.failed = sqlite3_open_v2(":memory:", &b.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                               NULL) != SQLITE_OK;
    run(&b, "BEGIN");
    if (!b.failed) {
        put_totals(&b, rk_diff_read(of));
    }
    if (!b.failed) {
        put_entries(&b, of);
    }
    if (!b.failed && rk_diff_read(of)->n_rules > 0) {
        put_challenges(&b, of);
    }
    run(&b, "COMMIT");
    unsigned char *bytes = b.failed ? NULL : sqlite3_serialize(b.db, "main", &size, 0);
    out->failed |= bytes == NULL;
    if (bytes != NULL) {
        rk__page_add(out, (const char *) bytes, (size_t) size);
    }
    sqlite3_free(bytes);
    (void) sqlite3_close(b.db);
}
