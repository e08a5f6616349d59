/* SPDX-License-Identifier: MIT
 *
 * test_batch_summary.c: records are added up, whatever their size and names.
 */

#include "base/frame.h"
#include "batch/summary.h"
#include "unit.h"

static rk_batch_summary *summary;

static void begin(void)
{
    ck_assert_int_eq(rk__summary_new(&summary), RK_OK);
}

static void end(void)
{
    rk_batch_summary_free(summary);
}

/* Adds a contract with one result that has findings of these codes. */
static void add_found(const char *arrangement, const char *currency, const char *total,
                      const char *const *codes, size_t n_codes)
{
    rk__buf bytes = {0};
    rk__pack_number(&bytes, RK_OK);
    rk__pack_text(&bytes, "a");
    rk__pack_text(&bytes, "provider");
    rk__pack_text(&bytes, NULL);
    rk__pack_number(&bytes, 1);
    rk__pack_text(&bytes, arrangement);
    rk__pack_text(&bytes, currency);
    rk__pack_text(&bytes, total);
    rk__pack_number(&bytes, 2); /* unpriced */
    rk__pack_number(&bytes, n_codes > 0);
    rk__pack_number(&bytes, n_codes);
    for (size_t i = 0; i < n_codes; i++) {
        rk__pack_text(&bytes, codes[i]);
    }
    rk__pack_number(&bytes, 0);
    rk__pack_bytes(&bytes, "{}\n", 3);
    rk__record record;
    ck_assert(rk__record_parse(bytes.text, bytes.length, &record));
    ck_assert_uint_eq(record.length, 3);
    ck_assert_int_eq(rk__summary_add(summary, "set.ndjson", 1, &record, 10), RK_OK);
    rk__buf_dispose(&bytes);
}

static void add(const char *arrangement, const char *currency, const char *total)
{
    add_found(arrangement, currency, total, NULL, 0);
}

START_TEST(test_batch_summary_add__counts_findings_by_code)
{
    static const char *const codes[] = {"total-row", "rule-note", "total-row"};
    add_found("main", "GBP", "1", codes, 3);
    add_found("other", "EUR", "1", codes, 2);
    add("main", "GBP", "1");
    ck_assert_uint_eq(rk_batch_warnings(summary), 2);
    rk__buf text = {0};
    const rk_sink sink = rk__buf_sink(&text);
    ck_assert_int_eq(rk_report_batch(summary, &sink), RK_OK);
    ck_assert_ptr_nonnull(strstr(text.text, "finding    times\nrule-note      2\n"
                                            "total-row      3\n"));
    rk__buf_dispose(&text);
}
END_TEST

/* Arrangements of a contract price the same rows, of which the one with most unpriced counts. */
START_TEST(test_batch_summary_add__counts_unpriced_rows_once_for_a_contract)
{
    static const uint64_t unpriced[] = {1, 3, 2};
    for (uint64_t contract = 1; contract <= 2; contract++) {
        rk__buf bytes = {0};
        rk__pack_number(&bytes, RK_OK);
        rk__pack_text(&bytes, "a");
        rk__pack_text(&bytes, NULL);
        rk__pack_text(&bytes, NULL);
        rk__pack_number(&bytes, 3);
        for (size_t i = 0; i < 3; i++) {
            rk__pack_text(&bytes, "main");
            rk__pack_text(&bytes, "GBP");
            rk__pack_text(&bytes, "1");
            rk__pack_number(&bytes, unpriced[i]);
            rk__pack_number(&bytes, 0);
            rk__pack_number(&bytes, 0);
        }
        rk__pack_number(&bytes, 0);
        rk__pack_bytes(&bytes, "{}\n", 3);
        rk__record record;
        ck_assert(rk__record_parse(bytes.text, bytes.length, &record));
        ck_assert_int_eq(rk__summary_add(summary, "set.ndjson", contract, &record, 10), RK_OK);
        rk__buf_dispose(&bytes);
        ck_assert_uint_eq(rk_batch_unpriced(summary), 3 * contract);
    }
}
END_TEST

START_TEST(test_batch_summary_add__takes_totals_of_any_size)
{
    static const struct {
        const char *total;
        int64_t upper; /* of millionths: times 2^64, and the rest */
        uint64_t lower;
    } rows[] = {
        {"0", 0, 0},
        {"0.00", 0, 0},
        {"455308.00", 0, UINT64_C(455308000000)},
        {"-0.01", -1, UINT64_MAX - 9999},
        {"1.234567", 0, 1234567},
        {"9223372036854.775807", 0, INT64_MAX},
        {"9223372036854.775808", 0, UINT64_C(1) << 63},
        {"-9223372036854.775809", -1, (UINT64_C(1) << 63) - 1},
        {"18446744073709.551616", 1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        add(rows[i].total, "GBP", rows[i].total);
        ck_assert_uint_eq(summary->n_sums, i + 1);
        const rk_int128 expected =
            (rk_int128) rows[i].upper * ((rk_int128) 1 << 64) + rows[i].lower;
        ck_assert_msg(summary->sums[i].micros == expected, "%s", rows[i].total);
        ck_assert_str_eq(summary->sums[i].arrangement, rows[i].total);
    }
    ck_assert(!summary->overflow);
    add("main", "GBP", "0.0000001");
    ck_assert(summary->overflow);
    ck_assert_uint_eq(summary->done, sizeof rows / sizeof *rows + 1);
    ck_assert_uint_eq(summary->unpriced, 2 * summary->done);
}
END_TEST

START_TEST(test_batch_summary_add__keeps_arrangements_and_currencies_apart)
{
    static const char *const names[][2] = {{"main", "GBP"},
                                           {"main", "EUR"},
                                           {"mainG", "BP"},
                                           {"", "mainGBP"},
                                           {"a longer name than most", "GBP"}};
    const size_t n = sizeof names / sizeof *names;
    for (int round = 1; round <= 3; round++) {
        for (size_t i = 0; i < n; i++) {
            add(names[i][0], names[i][1], "2.50");
        }
    }
    ck_assert_uint_eq(summary->n_sums, n);
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(summary->sums[i].arrangement, names[i][0]);
        ck_assert_str_eq(summary->sums[i].currency, names[i][1]);
        ck_assert_uint_eq(summary->sums[i].count, 3);
        ck_assert(summary->sums[i].micros == 7500000);
    }
}
END_TEST

UNIT_TESTS("batch_summary")
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, test_batch_summary_add__counts_findings_by_code);
    tcase_add_test(tc, test_batch_summary_add__counts_unpriced_rows_once_for_a_contract);
    tcase_add_test(tc, test_batch_summary_add__takes_totals_of_any_size);
    tcase_add_test(tc, test_batch_summary_add__keeps_arrangements_and_currencies_apart);
}
