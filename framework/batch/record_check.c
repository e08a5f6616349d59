/* SPDX-License-Identifier: MIT
 *
 * record_check.c: whether bytes are the record of one contract and nothing more.
 */
#include "batch/record_check.h"

#include "batch/result_cells.h"
#include "batch/result_rows.h"
#include "batch/result_sqlite.h"
#include "json/json.h"

/* The text of a record while it is checked. */
typedef struct checking {
    rk__batch_form form;
    const rk_contract *contract;
    const char *const *arrangements; /* names; one NULL for a failure */
    size_t n;
    bool system; /* whose line of NDJSON holds all scenarios */
    const char *at, *end;
} checking;

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* ------------------------------------------------------------------- NDJSON */

static bool says(const rk__value *line, const char *key, const char *text)
{
    const rk__value *v = rk__json_get(line, key);
    return text == NULL ? v == NULL
                        : v != NULL && v->type == RK__JSON_STRING && strcmp(v->text, text) == 0;
}

static rk_status check_lines(const checking *c)
{
    const char *at = c->at;
    const bool system = c->system && c->arrangements[0] != NULL;
    for (size_t i = 0; i < (system ? 1 : c->n); i++) {
        const char *end = at < c->end ? memchr(at, '\n', (size_t) (c->end - at)) : NULL;
        rk__json *document = NULL;
        if (end == NULL) {
            return RK_SYNTAX;
        }
        rk_status status = rk__json_parse(at, (size_t) (end - at), NULL, &document, NULL);
        const rk__value *line = status == RK_OK ? rk__json_root(document) : NULL;
        if (line != NULL && (line->type != RK__JSON_OBJECT ||
                             !says(line, system ? "system" : "contract", c->contract->id) ||
                             (!system && !says(line, "arrangement", c->arrangements[i])))) {
            status = RK_SYNTAX;
        }
        rk__json_free(document);
        if (status != RK_OK) {
            return status == RK_NO_MEMORY ? status : RK_SYNTAX;
        }
        at = end + 1;
    }
    return at == c->end ? RK_OK : RK_SYNTAX;
}

/* --------------------------------------------------------------------- rows */

/* The cells that each row of CSV, or of the database's results, begins with. */
static void write_identity(const checking *c, const char *arrangement, rk__buf *out)
{
    rk__cells cells = {.out = out, .kind = c->form.kind, .safe = c->form.csv_safe};
    rk__cell_text(&cells, c->contract->id);
    rk__cell_text(&cells, arrangement);
    rk__cell_text(&cells, c->contract->provider);
    rk__cell_text(&cells, c->contract->commissioner);
}

static bool begins_with(const char *at, const char *end, const rk__buf *prefix)
{
    return (size_t) (end - at) >= prefix->length && memcmp(at, prefix->text, prefix->length) == 0;
}

/* The end of a row of CSV, with its cells counted; NULL if it has none. */
static const char *csv_row_end(const char *at, const char *end, size_t *cells)
{
    bool quoted = false;
    for (*cells = 1; at < end; at++) {
        quoted ^= *at == '"';
        if (!quoted && *at == '\n') {
            return at + 1;
        }
        *cells += !quoted && *at == ',';
    }
    return NULL;
}

/* The end of a row and whether it begins with an identity. */
static const char *row_end(const checking *c, const char *at, bool *identified)
{
    size_t cells = 0, wanted = 1;
    if (c->form.kind == RK__BATCH_SQLITE) {
        return rk__batch_sqlite_row(at, c->end, identified);
    }
    for (const char *h = rk__rows_head(c->form.kind); *h != '\0'; h++) {
        wanted += *h == ',';
    }
    const char *end = csv_row_end(at, c->end, &cells);
    *identified = true;
    return cells == wanted ? end : NULL;
}

/* An arrangement has one row that identifies it; in CSV of ledger lines it has as many as lines. */
static rk_status check_rows(const checking *c)
{
    rk__buf prefix = {0};
    rk_status status = RK_OK;
    const bool many = c->form.kind == RK__BATCH_LINES;
    size_t next = 0; /* the arrangement after that of `prefix` */
    for (const char *at = c->at; at < c->end && status == RK_OK;) {
        bool identified = false;
        const char *end = row_end(c, at, &identified);
        const char *cells = at + (c->form.kind == RK__BATCH_SQLITE);
        bool good = end != NULL && (identified || next > 0);
        bool found =
            good && (!identified || (many && next > 0 && begins_with(cells, end, &prefix)));
        while (good && !found && next < c->n) {
            rk__buf_reset(&prefix);
            write_identity(c, c->arrangements[next++], &prefix);
            found = !prefix.failed && begins_with(cells, end, &prefix);
            good = found || many;
        }
        status = prefix.failed ? RK_NO_MEMORY : found ? RK_OK : RK_SYNTAX;
        at = end;
    }
    rk__buf_dispose(&prefix);
    return status == RK_OK && !many && next != c->n ? RK_SYNTAX : status;
}

/* ------------------------------------------------------------------- record */

static bool head_is_ours(const rk__record *found, const rk_contract *contract,
                         const char *const *arrangements, size_t n)
{
    rk__record record = *found;
    rk__record_result result;
    size_t i = 0;
    while (rk__record_next_result(&record, &result)) {
        if (i == n || !same(result.arrangement, arrangements[i++]) ||
            !same(result.currency, contract->currency)) {
            return false;
        }
    }
    return i == n && same(found->contract, contract->id) &&
           same(found->provider, contract->provider) &&
           same(found->commissioner, contract->commissioner);
}

/* Rows that the database refuses would otherwise end the whole batch when they are added. */
static rk_status try_rows(rk__record_checker *checker, const rk__record *record)
{
    if (checker->database == NULL) {
        const rk_status status = rk__batch_sqlite_open(":memory:", &checker->database, NULL);
        if (status != RK_OK) {
            rk__record_checker_dispose(checker);
            return RK_NO_MEMORY;
        }
    }
    return rk__batch_sqlite_try(checker->database, record);
}

void rk__record_checker_dispose(rk__record_checker *checker)
{
    rk__batch_sqlite_free(checker->database);
    checker->database = NULL;
}

static rk_status check(rk__record_checker *checker, rk__batch_form form,
                       const rk_contract *contract, bool all, bool system, const char *bytes,
                       size_t length)
{
    rk__record record;
    if (!rk__record_parse(bytes, length, &record)) {
        return RK_SYNTAX;
    }
    const bool failed = record.status != RK_OK;
    const size_t n = failed ? 0 : all ? contract->n_arrangements : 1;
    const char **names = rk__calloc(contract->n_arrangements + 1, sizeof *names);
    if (names == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        names[i] = contract->arrangements[all ? i : contract->chosen].name;
    }
    rk_status status = RK_SYNTAX;
    if (head_is_ours(&record, contract, names, n)) {
        const checking c = {.form = form,
                            .contract = contract,
                            .arrangements = names,
                            .n = failed ? 1 : n,
                            .system = system,
                            .at = record.text,
                            .end = record.text + record.length};
        status = form.kind == RK__BATCH_NDJSON ? check_lines(&c) : check_rows(&c);
        if (status == RK_OK && form.kind == RK__BATCH_SQLITE) {
            status = try_rows(checker, &record);
        }
    }
    rk__free(names);
    return status;
}

rk_status rk__record_check(rk__record_checker *checker, rk__batch_form form,
                           const rk_contract *contract, bool all, const char *bytes, size_t length)
{
    return check(checker, form, contract, all, false, bytes, length);
}

rk_status rk__record_check_system(rk__record_checker *checker, rk__batch_form form,
                                  const rk_contract *stand_in, const char *bytes, size_t length)
{
    return check(checker, form, stand_in, true, true, bytes, length);
}
