/* SPDX-License-Identifier: MIT
 *
 * tariff.c: opening a tariff to show or to verify it (include/reckoner/tariff.h).
 *
 * Verifying finds faults that an evaluation would find only when a rule needs the table: tables
 * that do not load, and cells that are not numbers in columns of numbers.
 */
#include "contract/session.h"
#include "ledger/result.h"
#include "questions/tariff_columns.h"
#include "questions/tariff_diff.h"
#include "table/column.h"
#include "tariff/inside.h"

typedef struct tariff_table {
    struct rk_tariff_table;
    const rk__table *rows; /* NULL: not loaded */
} tariff_table;

struct rk_tariff {
    struct rk_tariff_view;
    rk__arena arena;
    rk__tariff *document;
    tariff_table *tables;
    rk_problems *problems;
};

static rk_status load(const rk_session *session, const char *source, const char *sha256,
                      rk__tariff **out, rk_problems *problems)
{
    const rk__tariff_options options = {.access = &session->access,
                                        .cache_dir = session->options.cache_dir,
                                        .ca_file = session->options.ca_file};
    rk__tariff_ref ref = rk__tariff_ref_of(source);
    ref.sha256 = sha256;
    return rk__tariff_load(&ref, 1, &options, out, problems);
}

static rk_status check_digest(const char *sha256, rk_problems *problems)
{
    if (sha256 == NULL ||
        (strlen(sha256) == 64 && strspn(sha256, "0123456789abcdefABCDEF") == 64)) {
        return RK_OK;
    }
    return rk__problem(problems, RK_OUT_OF_RANGE, NULL,
                       "write the 64 hexadecimal digits that sha256sum prints",
                       "'%s' is not a SHA-256 digest", sha256);
}

/* ---------------------------------------------------------------- verifying */

static void bad_number(const rk__table *table, int column, size_t row, rk_status status,
                       const char *why, rk_problems *problems)
{
    rk__arena arena = {0};
    rk__place place = {0};
    rk__table_place(table, column, row, &place, &arena);
    (void) rk__problem(problems, status, &place, "leave a cell blank where there is no value",
                       "table '%s': %s %s", rk__table_spec_of(table)->name,
                       rk__table_cell_phrase(table, column, row, &arena), why);
    rk__arena_dispose(&arena);
}

/* Counts the numbers of a column and the other cells, and reports the latter if `problems` is not
 * NULL. Ratios ("4.75%") are numbers too; one with too many digits counts as a number, but a bad
 * one. */
static rk_status read_numbers(const rk__table *table, int column, size_t *numbers, size_t *others,
                              size_t *bad, rk_problems *problems)
{
    rk_status first = RK_OK;
    *numbers = *others = *bad = 0;
    for (size_t row = 0; row < rk__table_n_rows(table); row++) {
        size_t length;
        int64_t value;
        const char *why = NULL;
        const char *text = rk__table_cell(table, column, row, &length);
        if (text == NULL) {
            continue;
        }
        const rk_status status = rk__cell_convert(RK__CELL_RATIO, text, length, &value, &why);
        *numbers += status == RK_OK || status == RK_OUT_OF_RANGE;
        *others += status != RK_OK && status != RK_OUT_OF_RANGE;
        *bad += status != RK_OK;
        if (status != RK_OK && problems != NULL) {
            bad_number(table, column, row, status, why, problems);
            first = first == RK_OK ? status : first;
        }
    }
    return first;
}

/* A column holds numbers if at least two thirds of its cells are numbers. */
static rk_status verify_numbers(tariff_table *summary, rk_problems *problems)
{
    const rk__table *table = summary->rows;
    rk_status first = RK_OK;
    for (size_t c = 0; c < rk__table_n_columns(table); c++) {
        size_t numbers, others, bad;
        (void) read_numbers(table, (int) c, &numbers, &others, &bad, NULL);
        if (summary->is_key[c] || numbers == 0 || numbers < 2 * others) {
            continue;
        }
        summary->n_numeric++;
        summary->n_problems += bad;
        if (bad > 0) {
            const rk_status status =
                read_numbers(table, (int) c, &numbers, &others, &bad, problems);
            first = first == RK_OK ? status : first;
        }
    }
    return first;
}

/* ------------------------------------------------------------------ opening */

/* Names its columns, and which of them are keys. */
static rk_status describe_columns(rk_tariff *tariff, tariff_table *out)
{
    const size_t n = rk__table_n_columns(out->rows);
    const char **columns = rk__arena_alloc(&tariff->arena, (n + 1) * sizeof *columns);
    bool *is_key = rk__arena_alloc(&tariff->arena, n + 1);
    if (columns == NULL || is_key == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t c = 0; c < n; c++) {
        columns[c] = rk__table_column_name(out->rows, c);
        for (size_t k = 0; k < out->n_keys && !is_key[c]; k++) {
            is_key[c] = rk__table_find(out->rows, out->keys[k]) == (int) c;
        }
    }
    out->columns = columns;
    out->is_key = is_key;
    out->n_columns = n;
    out->n_rows = rk__table_n_rows(out->rows);
    return RK_OK;
}

/* `registry` is NULL if nothing is to be verified. */
static rk_status load_table(rk_tariff *tariff, size_t index, const rk__registry *registry,
                            tariff_table *out)
{
    const rk__table_spec *spec = &tariff->document->tables[index].spec;
    const size_t before = rk_problems_count(tariff->problems);
    rk__table *table = NULL;
    *out = (tariff_table){.name = tariff->document->tables[index].spec.name,
                          .keys = spec->keys,
                          .n_keys = spec->n_keys,
                          .files = spec->files,
                          .n_files = spec->n_files};
    out->status = rk__tariff_table(tariff->document, out->name, &table, tariff->problems);
    out->n_problems = rk_problems_count(tariff->problems) - before;
    out->rows = table;
    out->loaded = table != NULL;
    if (out->status == RK_NO_MEMORY || table == NULL) {
        return out->status;
    }
    if (describe_columns(tariff, out) != RK_OK) {
        return RK_NO_MEMORY;
    }
    if (registry != NULL) {
        out->status = verify_numbers(out, tariff->problems);
        const rk_status columns = rk__tariff_columns_check(registry, table, tariff->problems);
        out->unused = columns != RK_OK;
        out->n_problems += out->unused;
        rk__keep_first(&out->status, columns);
    }
    return out->status;
}

/* Loads every table; returns the first failure. */
static rk_status load_tables(rk_tariff *tariff, const rk__registry *registry)
{
    rk_status first = RK_OK;
    tariff->problems = rk_problems_new();
    tariff->tables =
        rk__arena_alloc(&tariff->arena, (tariff->n_tables + 1) * sizeof *tariff->tables);
    if (tariff->problems == NULL || tariff->tables == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < tariff->n_tables && first != RK_NO_MEMORY; i++) {
        const rk_status status = load_table(tariff, i, registry, &tariff->tables[i]);
        first = first == RK_OK || status == RK_NO_MEMORY ? status : first;
    }
    return first;
}

rk_status rk_tariff_open(rk_session *session, const char *source, const char *sha256, bool verify,
                         rk_tariff **out_tariff, rk_problems *problems)
{
    *out_tariff = NULL;
    rk__tariff *document = NULL;
    rk_status status = check_digest(sha256, problems);
    if (status == RK_OK) {
        status = load(session, source, sha256, &document, problems);
    }
    if (status != RK_OK) {
        return status;
    }
    rk_tariff *tariff = rk__calloc(1, sizeof *tariff);
    if (tariff == NULL) {
        rk__tariff_free(document);
        return RK_NO_MEMORY;
    }
    const rk__fetched *fetched = rk__tariff_fetched(document);
    *tariff = (rk_tariff){.document = document,
                          .id = document->id,
                          .title = document->title,
                          .publisher = document->publisher,
                          .source = document->source,
                          .licence = document->licence,
                          .currency = document->currency,
                          .from = document->from,
                          .to = document->to,
                          .place = document->place,
                          .sha256 = document->sha256,
                          .fetched = fetched != NULL,
                          .from_cache = fetched != NULL && fetched->from_cache,
                          .fetched_at = fetched != NULL ? fetched->fetched_at : 0,
                          .n_tables = document->n_tables};
    status = verify ? rk__registry_load_all(session->registry) : RK_OK;
    if (status == RK_OK) {
        status = load_tables(tariff, verify ? session->registry : NULL);
    }
    if (status == RK_NO_MEMORY) {
        rk_tariff_free(tariff);
        return status;
    }
    rk__problems_append(problems, tariff->problems);
    *out_tariff = tariff;
    return status;
}

void rk_tariff_free(rk_tariff *tariff)
{
    if (tariff != NULL) {
        rk_problems_free(tariff->problems);
        rk__tariff_free(tariff->document);
        rk__arena_dispose(&tariff->arena);
        rk__free(tariff);
    }
}

/* ------------------------------------------------------------------ reading */

const rk_tariff_view *rk_tariff_read(const rk_tariff *tariff)
{
    return (const rk_tariff_view *) (const void *) tariff;
}

const rk_tariff_table *rk_tariff_table_at(const rk_tariff *tariff, size_t index)
{
    return RK__VIEW(rk_tariff_table, tariff, tables, index);
}

const rk_problems *rk_tariff_problems(const rk_tariff *tariff)
{
    return tariff->problems;
}

const rk__table *rk__tariff_rows(const rk_tariff *tariff, size_t table)
{
    return tariff->tables[table].rows;
}
