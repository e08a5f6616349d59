/* SPDX-License-Identifier: MIT
 *
 * Results do not depend on how a file is cut up: by blocks, batches and threads, nor on
 * whether the rows stand in a file or in the contract.
 */
#include <unistd.h>

#include "engine_fixture.h"

#define ROWS 3000

static char folder[] = "/tmp/reckoner-rows-blocks-XXXXXX";

static const char *const pods[] = {"EL", "NEL", "DC"};
static const char *const notes[] = {"plain",       "a, comma", "two\nlines",
                                    "a \"quote\"", "",         "\r\nends of lines\r\n\n"};

static void add_quoted(rk__buf *out, const char *text)
{
    rk__buf_putc(out, '"');
    for (; *text != '\0'; text++) {
        rk__buf_puts(out, *text == '"' ? "\"" : "");
        rk__buf_putc(out, *text);
    }
    rk__buf_putc(out, '"');
}

/* The same rows as CSV, with all that CSV allows, and as JSON. A note that nobody reads
 * stands in the middle of each row. */
static void make_rows(rk__buf *csv, rk__buf *json)
{
    uint64_t seed = 3;
    rk__buf_puts(csv, "\xef\xbb\xbfprovider,note,HRG,Pod,count\r\n\n");
    for (int i = 0; i < ROWS; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const char *note = notes[(seed >> 33) % (sizeof notes / sizeof *notes)];
        const char *pod = pods[(seed >> 40) % 3];
        const unsigned provider = (unsigned) (seed >> 45) % 7;
        const unsigned hrg = (unsigned) (seed >> 50) % 11; /* the last has no price */
        const unsigned count = (unsigned) (seed >> 60);
        rk__buf_printf(csv, i % 5 == 0 ? "\"P%u\"," : "P%u,", provider);
        add_quoted(csv, note);
        rk__buf_printf(csv, ",H%u,%s,%u%s", hrg, pod, count, i % 3 == 0 ? "\r\n" : "\n");
        rk__buf_puts(csv, i % 50 == 0 ? "\n" : "");
        rk__buf_printf(json, "%s{'provider': 'P%u', 'hrg': 'H%u', 'pod': '%s', 'count': %u}",
                       i == 0 ? "" : ",", provider, hrg, pod, count);
    }
    csv->length -= csv->text[csv->length - 2] == '\r' ? 2 : 1; /* the last line has no end */
    ck_assert(!csv->failed && !json->failed);
}

static rk__buf csv_rows, json_rows;

static void begin(void)
{
    char path[300];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    make_rows(&csv_rows, &json_rows);
    (void) snprintf(path, sizeof path, "%s/rows.csv", folder);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(csv_rows.text, 1, csv_rows.length, f), csv_rows.length);
    ck_assert_int_eq(fclose(f), 0);
}

static void end(void)
{
    rk__buf_dispose(&csv_rows);
    rk__buf_dispose(&json_rows);
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(unlink("rows.csv"), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

static int take(void *ctx, const char *text, size_t length)
{
    rk__buf_add(ctx, text, length);
    return 0;
}

/* The report by provider and point of delivery, and what the result lists. */
static char *report_of(const char *rows, unsigned jobs, size_t block_bytes, size_t batch_rows)
{
    static const char *const group_by[] = {"provider", "pod", NULL};
    rk_options options = RK_OPTIONS_INIT;
    rk__buf out = {0};
    options.group_by = group_by;
    options.jobs = jobs;
    open_with(options);
    session->block_bytes = block_bytes;
    session->batch_rows = batch_rows;
    rk__buf prices = {0};
    for (int h = 0; h < 10; h++) {
        rk__buf_printf(&prices, "%s{'hrg': 'H%d', 'price': '%d.37'}", h == 0 ? "" : ",", h,
                       100 + 17 * h);
    }
    rk__buf tariff = {0};
    rk__buf_printf(
        &tariff,
        "{'reckoner': 'tariff/1', 'id': 't', 'tables': {'prices': {'key': ['hrg'], 'rows': [%s]}, "
        "'mff': {'key': ['provider'], 'rows': [{'provider': 'P1', 'mff': '1.1'}]}}}",
        prices.text);
    char *text = contract_text(
        YEAR, rows, tariff.text,
        "{'id': 'all', 'rule': 'pbr'}, {'id': 'some', 'rule': 'pbr', 'scope': {'pod': 'N*'}}",
        NULL);
    ck_assert_int_eq(
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems),
        RK_OK);
    ck_assert_msg(rk_evaluate(contract, NULL, &result, problems) == RK_OK, "%s", first_message());
    const rk_sink sink = {.write = take, .ctx = &out};
    const rk_result *const results[] = {result};
    ck_assert_int_eq(rk_report_results(results, 1, RK_FORMAT_CSV, &sink), RK_OK);
    rk__buf_printf(&out, "%s, %llu unpriced\n", rk_result_total(result),
                   (unsigned long long) rk_result_unpriced(result));
    for (size_t i = 0; i < rk_result_n_warnings(result); i++) {
        rk__buf_printf(&out, "%s\n", rk_result_warning(result, i));
    }
    free(text);
    rk__buf_dispose(&prices);
    rk__buf_dispose(&tariff);
    close_session();
    ck_assert(!out.failed);
    return out.text;
}

#define FILE_ROWS "'activity': {'file': 'rows.csv'}"

START_TEST(test_rows_blocks_any_cut__same_report)
{
    static const size_t blocks[] = {1, 7, 64, 1000, 4096, 65536};
    static const size_t batches[] = {1, 3, 100, 1024};
    char *expected = report_of(FILE_ROWS, 1, 0, 0);
    ck_assert_ptr_nonnull(strstr(expected, "unpriced"));
    for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
        for (size_t r = 0; r < sizeof batches / sizeof *batches; r++) {
            for (unsigned jobs = 1; jobs <= 3; jobs++) {
                char *found = report_of(FILE_ROWS, jobs, blocks[b], batches[r]);
                ck_assert_msg(strcmp(found, expected) == 0,
                              "blocks of %zu, batches of %zu, %u threads:\n%s\nand not\n%s",
                              blocks[b], batches[r], jobs, found, expected);
                free(found);
            }
        }
    }
    free(expected);
}
END_TEST

START_TEST(test_rows_blocks_rows_in_place__same_report)
{
    rk__buf rows = {0};
    rk__buf_printf(&rows, "'activity': [%s]", json_rows.text);
    char *expected = report_of(FILE_ROWS, 2, 512, 10);
    char *found = report_of(rows.text, 1, 0, 0);
    ck_assert_str_eq(found, expected);
    free(found);
    free(expected);
    rk__buf_dispose(&rows);
}
END_TEST

UNIT_TESTS("rows blocks")
{
    tcase_set_timeout(tc, 300);
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, test_rows_blocks_any_cut__same_report);
    tcase_add_test(tc, test_rows_blocks_rows_in_place__same_report);
}
