/* SPDX-License-Identifier: MIT
 *
 * test_scan.c: the same rows, sums, places and problems whatever the threads, the
 * blocks and the batches.
 */
#include "scan/open.h"
#include "scan/scan.h"
#include "scan_fixture.h"
#include "table/spec.h"

/* ----------------------------------------------------------------- whole files */

static const struct {
    const char *text;
    uint64_t max_errors;
    const char *expected; /* up to the digest where it begins with "rows" */
} file_cases[] = {
    {"pod,los,cost,flag\nNEL,3,1.5,yes\nEL,0,-2,no\n", 0,
     "0@2: NEL 3 1500000 1|1@3: EL 0 -2000000 0|"},
    {"flag,x,cost,los,y,pod\n1,?,0.000001,18.0,,DC", 0, "0@2: DC 18 1 1|"},
    {"\xef\xbb\xbfPOD,Los,COST,Flag\r\nA,1,2,Y\r\n\r\nB,2,3,N\r\n", 0,
     "0@2: A 1 2000000 1|1@4: B 2 3000000 0|"},
    {"\n\npod,los,cost,flag\n\n\nA,1,2,t\n\n\n", 0, "0@6: A 1 2000000 1|"},
    {"pod,los,cost,flag\n,,,\n \t,\" \",\xc2\xa0,\"\"\n", 0, "0@2: - - - -|1@3: - - - -|"},
    {"pod,los,cost,flag\n\"A,\"\"B\"\"\",\"1\", 2 ,\" yes\"\n", 0,
     "bad 1|wrong-type f.csv:2:19 a cell of column 'flag' is not true or false|wrong-type"},
    {"pod,los,cost,flag\n\"A,\"\"B\"\"\",\"1\", 2 ,\"yes\"\n A\xc2\xa0,01,+2.50,false\n", 0,
     "0@2: A,\"B\" 1 2000000 1|1@3: A 1 2500000 0|"},
    {"pod,los,cost,flag\n\"a\nb\",1,2,1\nc,1,2,0\n", 0,
     "0@2: a\nb 1 2000000 1|1@4: c 1 2000000 0|"},
    {"pod,los,cost,flag,note\nA,1,2,1,\"x\ny\"\nB,x,2,1,\nC,1,2,1,\n", 1,
     "0@2: A 1 2000000 1|2@5: C 1 2000000 1|"},
    {"pod,los,cost,flag\nA,1,2,1\nB,1\nC,1,2,1,9\nD,1,2,1\n", 0,
     "bad 1|syntax f.csv:3:1 the record has 2 fields and the header has 4|syntax"},
    {"pod,los,cost,flag\nA,1,2,1\nB,1\nC,1,2,1,9\nD,1,2,1\n", 2,
     "0@2: A 1 2000000 1|3@5: D 1 2000000 1|"},
    {"pod,los,cost,flag\nA,1,2,1\nB\"x,1,2,1\n", 0,
     "bad 1|syntax f.csv:3:2 the record has a quote inside an unquoted field|syntax"},
    {"pod,los,cost,flag\n\"A\"x,1,2,1\nB,1,2,1\n", 1, "1@3: B 1 2000000 1|"},
    {"pod,los,cost,flag\nA,1,2,1\nB,1,\"2,1\nC,1,2,1\n", 9,
     "bad 0|syntax f.csv:3:5 a quoted field is never closed|syntax"},
    {"pod,los,cost,flag\nA,x,2,1\nB,1,\"2,1\nC,1,2,1\n", 9,
     "bad 1|wrong-type f.csv:2:3 a cell of column 'los' is not a number|"
     "syntax f.csv:3:5 a quoted field is never closed|syntax"},
    {"pod,los,cost,flag\nA,1.5,1e400,maybe\n", 0,
     "bad 1|out-of-range f.csv:2:3 a cell of column 'los' is not a whole number|out-of-range"},
    {"los,pod,flag,cost\n1,A,1,0.1234567\n2,B,0,9223372036855\n", 1,
     "bad 2|out-of-range f.csv:2:7 a cell of column 'cost' has more than six decimal places|"
     "overflow f.csv:3:7 a cell of column 'cost' is too large|out-of-range"},
    {"pod,los,cost,flag\n\"\xc3\xa9\n\xc3\xa9\xc3\xa9\",x,2,1\n", 0,
     "bad 1|wrong-type f.csv:3:5 a cell of column 'los' is not a number|wrong-type"},
    {"pod,los,cost,flag,note\n\xff,1,2,1,\n", 0,
     "bad 1|syntax f.csv:2:1 a cell of column 'pod' is not UTF-8|syntax"},
    {"pod,los,cost,flag,note\nA,1,2,1,\xff\xfe\n", 0, "0@2: A 1 2000000 1|"},
    {"pod,los\nA,1\n", 0, "0@2: A 1 ? ?|"},
    {"note\nA\n\nB\n", 0, "0@2: ? ? ? ?|1@4: ? ? ? ?|"},
    {"pod,los,cost,flag\n", 0, "rows 0"},
    {"pod,los,cost,flag", 0, "rows 0"},
    {"", 0, "syntax f.csv:1:0 the file has no header|syntax"},
    {"\xef\xbb\xbf\n\n", 0, "syntax f.csv:1:0 the file has no header|syntax"},
    {"pod,\"los\n", 0,
     "syntax f.csv:1:5 the header has a quoted field that is never closed|syntax"},
    {"pod,POD\n1,2\n", 0,
     "duplicate-key f.csv:1:0 columns 1 and 2 have the same name|duplicate-key"},
};

static const setting settings[] = {
    {1, 0, 0, 0}, {2, 0, 0, 0}, {5, 0, 0, 0},  {1, 1, 1, 0},
    {2, 3, 2, 0}, {5, 7, 1, 0}, {3, 16, 5, 0},
};
#define N_SETTINGS (sizeof settings / sizeof settings[0])

START_TEST(test_scan_run__rows_places_and_problems)
{
    const char *files[] = {"f.csv"};
    const rk__table_spec spec = file_spec(files, 1);
    write_file("f.csv", file_cases[_i].text);
    char *first = NULL;
    for (size_t i = 0; i < N_SETTINGS; i++) {
        setting how = settings[i];
        how.max_errors = file_cases[_i].max_errors;
        char *got = run_scan(&spec, wants, N_WANTS, &how);
        ck_assert_msg(strncmp(got, file_cases[_i].expected, strlen(file_cases[_i].expected)) == 0,
                      "case %d, setting %zu: got %s, expected %s", _i, i, got,
                      file_cases[_i].expected);
        if (first != NULL) {
            ck_assert_str_eq(got, first);
            rk__free(got);
        } else {
            first = got;
        }
    }
    rk__free(first);
}
END_TEST

START_TEST(test_scan_run__every_block_size_gives_the_same)
{
    /* Each byte of a nasty file is a block's end once. */
    const char *files[] = {"f.csv"};
    const rk__table_spec spec = file_spec(files, 1);
    const char *text = "pod,los,cost,flag,note\r\n"
                       "A,1,2,1,\"x\"\"y\"\r\n\r\n\"B\nb\",2,3.5,0,\"\"\"\"\n"
                       "\"C,\"\"\",\"3\",4,yes,\"\n\n\"\nD,bad,5,no,\nE,4\nF\"f,4,5,no,\n"
                       "\"G\"g,4,5,no,\n,,,,\nH,5,6,1,\"last\"";
    write_file("f.csv", text);
    char *first = run_scan(&spec, wants, N_WANTS, &(setting){1, 0, 0, 10});
    ck_assert_msg(strstr(first, "8@14: H 5 6000000 1|rows 5") != NULL, "got %s", first);
    ck_assert_ptr_nonnull(strstr(first, "bad 4|"));
    for (size_t block = 1; block <= strlen(text) + 2; block++) {
        for (unsigned threads = 1; threads <= 3; threads++) {
            char *got = run_scan(&spec, wants, N_WANTS, &(setting){threads, block, 0, 10});
            ck_assert_msg(strcmp(got, first) == 0, "block %zu: got %s, expected %s", block, got,
                          first);
            rk__free(got);
        }
    }
    rk__free(first);
}
END_TEST

START_TEST(test_scan_run__large_files_do_not_depend_on_threads_or_blocks)
{
    const char *files[] = {"large.csv"};
    const rk__table_spec spec = file_spec(files, 1);
    const rk__scan_want all[] = {{"hrg", RK__CELL_TEXT},
                                 {"los", RK__CELL_INTEGER},
                                 {"provider", RK__CELL_TEXT},
                                 {"cost", RK__CELL_RATIO},
                                 {"pod", RK__CELL_TEXT}};
    static const setting variants[] = {{2, 0, 0, 30}, {5, 4096, 7, 30}, {3, 100000, 1000, 30}};
    write_large("large.csv", 20000, true);
    char *first = run_scan(&spec, all, 5, &(setting){1, 0, 0, 30});
    ck_assert_ptr_nonnull(strstr(first, "|bad 20|"));
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        char *got = run_scan(&spec, all, 5, &variants[i]);
        ck_assert_msg(strcmp(got, first) == 0, "variant %zu differs", i);
        rk__free(got);
    }
    rk__free(first);
    first = run_scan(&spec, all, 5, &(setting){1, 0, 0, 4});
    ck_assert_ptr_nonnull(strstr(first, "bad 5|wrong-type large.csv:"));
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        setting how = variants[i];
        how.max_errors = 4;
        char *got = run_scan(&spec, all, 5, &how);
        ck_assert_str_eq(got, first);
        rk__free(got);
    }
    rk__free(first);
}
END_TEST

START_TEST(test_scan_run__counts_more_errors_than_a_list_holds)
{
    const char *files[] = {"f.csv"};
    const rk__table_spec spec = file_spec(files, 1);
    rk__buf text = {0};
    rk__buf_puts(&text, "los\n");
    for (size_t i = 0; i < 3000; i++) {
        rk__buf_puts(&text, "x\n1\n");
    }
    write_bytes("f.csv", text.text, text.length);
    rk__buf_dispose(&text);
    const rk__scan_want want = {"los", RK__CELL_INTEGER};
    char *got = run_scan(&spec, &want, 1, &(setting){2, 100, 0, 5000});
    ck_assert_ptr_nonnull(strstr(got, "bad 3000|"));
    ck_assert_ptr_nonnull(strstr(got, "f.csv:2000:1 "));
    ck_assert_ptr_null(strstr(got, "f.csv:2002:1 "));
    ck_assert_ptr_nonnull(strstr(got, " 2000 more problems are not listed|ok"));
    rk__free(got);
}
END_TEST

/* ----------------------------------------------------------------- in place */

START_TEST(test_scan_run__rows_in_place_give_the_same_batches)
{
    const char *json = "[{\"pod\": \"NEL\", \"los\": 3, \"cost\": \"1.5\", \"flag\": true},"
                       " {\"pod\": null, \"los\": \"18.0\", \"cost\": -2}, {\"flag\": \"no\"}]";
    rk__json *document;
    rk__table_spec spec;
    rk__arena arena = {0};
    ck_assert_int_eq(rk__json_parse(json, strlen(json), "c.json", &document, NULL), RK_OK);
    ck_assert_int_eq(
        rk__table_spec_read(rk__json_root(document), "activity", NULL, &arena, &spec, NULL), RK_OK);
    for (size_t i = 0; i < N_SETTINGS; i++) {
        char *got = run_scan(&spec, wants, N_WANTS, &settings[i]);
        ck_assert_str_eq(got, "0@1: NEL 3 1500000 1|1@1: - 18 -2000000 -|2@1: - - - 0|bad 0|ok");
        rk__free(got);
    }
    rk__json_free(document);
    rk__arena_dispose(&arena);
}
END_TEST

START_TEST(test_scan_run__bad_rows_in_place_are_left_out)
{
    const char *json = "[{\"los\": 1},\n{\"los\": \"x\", \"cost\": \"y\"},\n{\"los\": 3}]";
    rk__json *document;
    rk__table_spec spec;
    rk__arena arena = {0};
    ck_assert_int_eq(rk__json_parse(json, strlen(json), "c.json", &document, NULL), RK_OK);
    ck_assert_int_eq(
        rk__table_spec_read(rk__json_root(document), "activity", NULL, &arena, &spec, NULL), RK_OK);
    for (size_t i = 0; i < N_SETTINGS; i++) {
        setting how = settings[i];
        how.max_errors = 1;
        char *got = run_scan(&spec, wants, N_WANTS, &how);
        ck_assert_str_eq(got, "0@1: ? 1 - ?|2@3: ? 3 - ?|bad 1|wrong-type c.json:2:9 a cell of "
                              "column 'los' is not a number|ok");
        rk__free(got);
    }
    char *got = run_scan(&spec, wants, N_WANTS, &settings[0]);
    ck_assert_ptr_nonnull(strstr(got, "bad 1|wrong-type c.json:2:9"));
    ck_assert_str_eq(got + strlen(got) - 11, "|wrong-type");
    rk__free(got);
    rk__json_free(document);
    rk__arena_dispose(&arena);
}
END_TEST

START_TEST(test_scan_has__knows_columns_and_names)
{
    const char *files[] = {"f.csv"};
    const rk__table_spec spec = file_spec(files, 1);
    rk__scan *scan;
    write_file("f.csv", "POD,Length of stay\n");
    ck_assert_int_eq(rk__scan_open(&spec, NULL, wants, N_WANTS, &scan, NULL), RK_OK);
    ck_assert(rk__scan_has(scan, 0));
    ck_assert(!rk__scan_has(scan, 1));
    ck_assert(rk__scan_has_name(scan, "length_of_stay"));
    ck_assert(!rk__scan_has_name(scan, "los"));
    ck_assert_uint_eq(rk__scan_n_names(scan), 2);
    ck_assert_str_eq(rk__scan_name(scan, 1), "Length of stay");
    rk__scan_close(scan);
}
END_TEST

/* -------------------------------------------------------------- stopping early */

static rk_status fail_at_third(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    (void) ctx, (void) worker;
    return batch->block == 2 ? RK_OVERFLOW : batch->block > 2 ? RK_RULE_FAILED : RK_OK;
}

START_TEST(test_scan_run__the_first_failure_of_the_consumer_counts)
{
    const char *files[] = {"large.csv"};
    const rk__table_spec spec = file_spec(files, 1);
    write_large("large.csv", 5000, false);
    for (unsigned threads = 1; threads <= 5; threads += 2) {
        rk__scan *scan;
        const rk__scan_options options = {.threads = threads, .block_bytes = 5000};
        const rk__scan_consumer consumer = {.ctx = NULL, .begin = NULL, .take = fail_at_third};
        ck_assert_int_eq(rk__scan_open(&spec, NULL, wants, N_WANTS, &scan, NULL), RK_OK);
        ck_assert_int_eq(rk__scan_run(scan, &options, &consumer, NULL), RK_OVERFLOW);
        rk__scan_close(scan);
    }
}
END_TEST

static bool stop_soon(void *ctx, uint64_t rows, uint64_t bytes, uint64_t total)
{
    unsigned *calls = ctx;
    ck_assert_uint_le(bytes, total);
    ck_assert_uint_le(rows, 5000);
    return ++*calls < 3;
}

static rk_status ignore_batch(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    (void) ctx, (void) worker, (void) batch;
    return RK_OK;
}

START_TEST(test_scan_run__progress_may_stop_it)
{
    const char *files[] = {"large.csv"};
    const rk__table_spec spec = file_spec(files, 1);
    rk__scan *scan;
    unsigned calls = 0;
    const rk__scan_options options = {
        .threads = 1, .block_bytes = 5000, .progress = stop_soon, .progress_ctx = &calls};
    const rk__scan_consumer consumer = {.ctx = NULL, .begin = NULL, .take = ignore_batch};
    write_large("large.csv", 5000, false);
    ck_assert_int_eq(rk__scan_open(&spec, NULL, wants, N_WANTS, &scan, NULL), RK_OK);
    ck_assert_int_eq(rk__scan_run(scan, &options, &consumer, NULL), RK_OK);
    ck_assert_uint_eq(calls, 3);
    ck_assert_uint_lt(rk__scan_n_rows(scan), 1000);
    rk__scan_close(scan);
}
END_TEST

START_TEST(test_scan_run__a_record_may_be_longer_than_a_block_but_not_endless)
{
    const char *files[] = {"f.csv"};
    const rk__table_spec spec = file_spec(files, 1);
    const size_t sizes[] = {5 << 20, RK__SCAN_MAX_RECORD + 100};
    for (size_t i = 0; i < 2; i++) {
        const size_t n = sizes[i];
        char *text = malloc(n + 64);
        strcpy(text, "pod,note\nA,\"");
        memset(text + 12, '\n', n);
        strcpy(text + 12 + n, "\"\nB,\n");
        write_file("f.csv", text);
        char *got = run_scan(&spec, wants, 1, &(setting){2, 0, 0, 5});
        if (i == 0) {
            ck_assert_int_eq(strncmp(got, "0@2: A|1@5242883: B|", 20), 0);
        } else {
            ck_assert_str_eq(got, "bad 0|limit f.csv:2:1 a record is longer than 16 MiB|limit");
        }
        rk__free(got);
        free(text);
    }
}
END_TEST

START_TEST(test_scan_run__failing_memory_is_reported)
{
    const char *files[] = {"f.csv"};
    const rk__table_spec spec = file_spec(files, 1);
    write_file("f.csv", "pod,los,cost,flag\n\"A\"\"\",\" 1\",2,1\nLONGER-THAN-SEVEN,1,2,1\n");
    bool done = false;
    for (long n = 0; !done; n++) {
        rk__scan *scan = NULL;
        const rk__scan_options options = {.threads = 1, .block_bytes = 16, .max_errors = 9};
        const rk__scan_consumer consumer = {.ctx = NULL, .begin = NULL, .take = ignore_batch};
        rk__alloc_fail_after(n);
        rk_status status = rk__scan_open(&spec, NULL, wants, N_WANTS, &scan, NULL);
        if (status == RK_OK) {
            status = rk__scan_run(scan, &options, &consumer, NULL);
        }
        rk__alloc_fail_after(-1);
        ck_assert_msg(status == RK_OK || status == RK_NO_MEMORY, "at %ld: %d", n, status);
        done = status == RK_OK && rk__scan_n_rows(scan) == 1;
        ck_assert(n < 500);
        rk__scan_close(scan);
    }
}
END_TEST

UNIT_TESTS("scan")
{
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, make_folder, remove_scanned);
    tcase_add_loop_test(tc, test_scan_run__rows_places_and_problems, 0, COUNT(file_cases));
    tcase_add_test(tc, test_scan_run__every_block_size_gives_the_same);
    tcase_add_test(tc, test_scan_run__large_files_do_not_depend_on_threads_or_blocks);
    tcase_add_test(tc, test_scan_run__counts_more_errors_than_a_list_holds);
    tcase_add_test(tc, test_scan_run__rows_in_place_give_the_same_batches);
    tcase_add_test(tc, test_scan_run__bad_rows_in_place_are_left_out);
    tcase_add_test(tc, test_scan_has__knows_columns_and_names);
    tcase_add_test(tc, test_scan_run__the_first_failure_of_the_consumer_counts);
    tcase_add_test(tc, test_scan_run__progress_may_stop_it);
    tcase_add_test(tc, test_scan_run__a_record_may_be_longer_than_a_block_but_not_endless);
    tcase_add_test(tc, test_scan_run__failing_memory_is_reported);
}
