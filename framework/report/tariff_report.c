/* SPDX-License-Identifier: MIT
 *
 * tariff_report.c: loading a tariff to show or to verify it.
 *
 * Verifying finds what an evaluation would only meet once a rule asked for it:
 * tables that do not load, and cells that are no numbers where numbers stand.
 */
#include "report/tariff_report.h"

#include "contract/session.h"
#include "table/column.h"
#include "tariff/refs.h"

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

static bool is_key(const rk__table *table, size_t column)
{
    const rk__table_spec *spec = rk__table_spec_of(table);
    for (size_t k = 0; k < spec->n_keys; k++) {
        if (rk__table_find(table, spec->keys[k]) == (int) column) {
            return true;
        }
    }
    return false;
}

static void bad_number(const rk__table *table, int column, size_t row, rk_status status,
                       const char *why, rk_problems *problems)
{
    rk__arena arena = {0};
    rk__place place = {0};
    rk__table_place(table, column, row, &place, &arena);
    (void) rk__problem(problems, status, &place, "leave a cell blank where there is no value",
                       "table '%s': a cell of column '%s' %s", rk__table_spec_of(table)->name,
                       rk__table_column_name(table, (size_t) column), why);
    rk__arena_dispose(&arena);
}

/* Goes through a column's cells: counts the numbers and those that are none, and, where
 * there is a list for them, reports the latter. Ratios ("4.75%") are numbers too, and
 * one with too many digits is a bad number rather than none. */
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

/* A column is one of numbers where at least two thirds of what stands in it are. */
static rk_status verify_numbers(rk__table_summary *summary, rk_problems *problems)
{
    const rk__table *table = summary->table;
    rk_status first = RK_OK;
    for (size_t c = 0; c < rk__table_n_columns(table); c++) {
        size_t numbers, others, bad;
        (void) read_numbers(table, (int) c, &numbers, &others, &bad, NULL);
        if (is_key(table, c) || numbers == 0 || numbers < 2 * others) {
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

/* ------------------------------------------------------------------ reports */

/* Loads every table; the first status of those that are not sound. */
static rk_status summarise(rk__tariff *tariff, bool verify, rk__table_summary *tables,
                           rk_problems *problems)
{
    rk_status first = RK_OK;
    for (size_t i = 0; i < rk__tariff_n_tables(tariff); i++) {
        rk__table *table = NULL;
        rk__table_summary *summary = &tables[i];
        const size_t before = rk_problems_count(problems);
        summary->name = rk__tariff_table_name(tariff, i);
        summary->spec = rk__tariff_table_spec(tariff, i);
        summary->status = rk__tariff_table(tariff, summary->name, &table, problems);
        summary->table = table;
        summary->n_problems = rk_problems_count(problems) - before;
        if (summary->status == RK_NO_MEMORY) {
            return RK_NO_MEMORY;
        }
        if (verify && table != NULL) {
            summary->status = verify_numbers(summary, problems);
        }
        first = first == RK_OK ? summary->status : first;
    }
    return first;
}

static rk_status report(rk_session *session, const char *source, const char *sha256, bool verify,
                        rk_format format, const rk_sink *sink, rk_problems *problems)
{
    rk__tariff *tariff = NULL;
    rk_status status = load(session, source, sha256, &tariff, problems);
    if (status != RK_OK) {
        return status;
    }
    rk__arena arena = {0};
    rk__table_summary *tables =
        rk__arena_alloc(&arena, (rk__tariff_n_tables(tariff) + 1) * sizeof *tables);
    rk_problems *met = rk_problems_new();
    status = tables == NULL || met == NULL ? RK_NO_MEMORY : summarise(tariff, verify, tables, met);
    if (status != RK_NO_MEMORY) {
        const rk__tariff_summary summary = {.tariff = tariff,
                                            .tables = tables,
                                            .n_tables = rk__tariff_n_tables(tariff),
                                            .verified = verify,
                                            .pinned = sha256 != NULL,
                                            .problems = met};
        rk__page out;
        rk__page_init(&out, sink);
        rk__tariff_write(&out, &summary, format);
        const rk_status written = rk__page_finish(&out);
        rk__problems_append(problems, met);
        status = written != RK_OK ? written : status;
    }
    rk_problems_free(met);
    rk__arena_dispose(&arena);
    rk__tariff_free(tariff);
    return status;
}

rk_status rk_tariff_show(rk_session *session, const char *source, rk_format format,
                         const rk_sink *sink, rk_problems *problems)
{
    return source == NULL ? rk__tariff_report_cache(session, false, format, sink, problems)
                          : report(session, source, NULL, false, format, sink, problems);
}

rk_status rk_tariff_verify(rk_session *session, const char *source, const char *sha256,
                           rk_format format, const rk_sink *sink, rk_problems *problems)
{
    const rk_status status = check_digest(sha256, problems);
    if (status != RK_OK) {
        return status;
    }
    if (source == NULL && sha256 != NULL) {
        return rk__problem(problems, RK_CONFLICT, NULL, "name the tariff that it is of",
                           "a digest is of one tariff, not of all that the cache holds");
    }
    return source == NULL ? rk__tariff_report_cache(session, true, format, sink, problems)
                          : report(session, source, sha256, true, format, sink, problems);
}
