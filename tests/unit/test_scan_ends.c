/* SPDX-License-Identifier: MIT
 *
 * test_scan_ends.c: the ends of files that are no data: footers and total rows, found whatever
 * the blocks and threads.
 */
#include "scan_fixture.h"

static const rk__scan_want two[] = {{"pod", RK__CELL_TEXT}, {"los", RK__CELL_INTEGER}};
static const setting variants[] = {
    {1, 0, 0, 0}, {1, 5, 1, 0}, {3, 5, 1, 0}, {3, 64, 0, 0}, {2, 1000, 7, 0}};
#define N_VARIANTS (sizeof variants / sizeof *variants)

/* "0@2: A 1|...": the rows alone. */
static char *rows_of(const rk__table_spec *spec, const setting *how)
{
    char *got = run_scan(spec, two, 2, how);
    char *end = strstr(got, "rows ");
    ck_assert_msg(end != NULL && strcmp(got + strlen(got) - 2, "ok") == 0, "%s", got);
    *end = '\0';
    return got;
}

/* Writes the rows, with quotes in some, and returns what they add up to. */
static size_t write_rows(rk__buf *text, size_t n)
{
    size_t sum = 0;
    rk__buf_puts(text, "pod,los,note\n");
    for (size_t i = 0; i < n; i++) {
        rk__buf_printf(text, "P%zu,%zu,%s\n", i % 13, i % 90 + 1, i % 7 == 0 ? "\"a,\nb\"" : "c");
        sum += i % 90 + 1;
    }
    return sum;
}

static void write_with(const char *name, const rk__buf *rows, const char *end)
{
    rk__buf text = {0};
    rk__buf_add(&text, rows->text, rows->length);
    rk__buf_puts(&text, end);
    write_bytes(name, text.text, text.length);
    rk__buf_dispose(&text);
}

/* A file with this end, read so, has the rows of the file without it. */
static void ck_same_rows(const rk__buf *rows, const char *end, const rk__reading *reading)
{
    const char *plain_file[] = {"plain.csv"};
    const char *ended_file[] = {"ended.csv"};
    const rk__table_spec plain = file_spec(plain_file, 1);
    rk__table_spec ended = file_spec(ended_file, 1);
    ended.reading = reading;
    write_with("plain.csv", rows, "");
    write_with("ended.csv", rows, end);
    char *expected = rows_of(&plain, &variants[0]);
    for (size_t i = 0; i < N_VARIANTS; i++) {
        char *got = rows_of(&ended, &variants[i]);
        ck_assert_msg(strcmp(got, expected) == 0, "end '%s', variant %zu:\n%s\n%s", end, i, got,
                      expected);
        rk__free(got);
    }
    rk__free(expected);
}

START_TEST(test_scan_run__leaves_out_footers_and_totals)
{
    static const size_t sizes[] = {2, 3, 100, 3000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        rk__buf rows = {0};
        char total[64];
        char named[64];
        char both[100];
        const size_t sum = write_rows(&rows, sizes[i]);
        snprintf(total, sizeof total, ",%zu,\n", sum);
        snprintf(named, sizeof named, "\"Grand total\",%zu\n\n", sum + 5);
        snprintf(both, sizeof both, "%s\nSource: SUS, \"made up\"\nend", named);
        ck_same_rows(&rows, "one\n\"two\n2\"\n\n", &(rk__reading){.skip_footer = 2});
        ck_same_rows(&rows, named, &(rk__reading){.ignore_total = true});
        ck_same_rows(&rows, total, &(rk__reading){.ignore_total = true});
        ck_same_rows(&rows, "", &(rk__reading){.ignore_total = true});
        ck_same_rows(&rows, "x\n", &(rk__reading){.skip_footer = 1});
        if (strstr(both, "\"made up\"\nend") != NULL) {
            snprintf(both, sizeof both, "%sSource, SUS\nend", named);
        }
        ck_same_rows(&rows, both, &(rk__reading){.skip_footer = 2, .ignore_total = true});
        rk__buf_dispose(&rows);
    }
}
END_TEST

START_TEST(test_scan_run__each_file_has_its_own_total)
{
    const char *files[] = {"a.csv", "b.csv", "c.csv"};
    const rk__reading reading = {.ignore_total = true};
    rk__table_spec spec = file_spec(files, 3);
    spec.reading = &reading;
    write_file("a.csv", "pod,los\nA,1\nA,2\n,3\n");
    write_file("b.csv", "pod,los\nB,3\nB,4\n,10\n");
    write_file("c.csv", "pod,los\nC,5\nTotal,99\n");
    for (size_t i = 0; i < N_VARIANTS; i++) {
        char *got = rows_of(&spec, &variants[i]);
        ck_assert_str_eq(got, "0@2: A 1|1@3: A 2|2@2: B 3|3@3: B 4|4@4: - 10|5@2: C 5|");
        rk__free(got);
    }
}
END_TEST

START_TEST(test_scan_run__a_total_row_has_a_place)
{
    static const struct {
        const char *text;
        bool ignore, found, by_name;
        uint32_t line;
    } cases[] = {
        {"pod,los\nA,1\nB,2\nTotal,3\n", true, true, true, 4},
        {"pod,los\nA,1\nB,2\nTotal,3\n", false, true, true, 4},
        {"\npod,los\nA,1\n\n\"B\n\",2\n,3\n", true, true, false, 7},
        {"pod,los\nA,1\nB,2\n,3\n", false, true, false, 4},
        {"pod,los\nA,1\nB,2\n,4\n", false, false, false, 0},
        {"pod,los\nA,1\nB,2\nAll ages,3\n", true, true, false, 4},
        {"pod,los\nA,1\nB,2\n\"England, all\",3\n", false, true, false, 4},
        {"pod,los\nA,1\nB,2\nAllergies,3\n", true, false, false, 0},
        {"pod,los\nA,1\nTotal hip replacement,2\n", true, false, false, 0},
        {"pod,los\nA,1\nTotal for 2016/17,2\n", true, true, true, 3},
        {"pod,los,x\nA,1,\nRA1 total,2,\n", true, true, true, 3},
        {"pod,los,x\nA,1,\nRA1 total,2,n/a\n", true, true, true, 3},
        {"pod,los,x\nA,1,\nHip replacement - total,2,HB12Z\n", true, false, false, 0},
        {"pod,los\nA,1\nHip replacement - total,2\n", true, false, false, 0},
        {"pod,los\nA,1\nB,1\nRA1 total,2\n", true, true, false, 4},
        {"pod,los\nA,1\nB,5\n", true, false, false, 0},
        {"pod,los\nA,1\nB,0\n", true, false, false, 0},
        {"pod,los\nA,1\nB,1\n", true, false, false, 0},
        {"pod,los\nA,1\nA,1\nB,2\n", true, false, false, 0},
        {"pod,los\nA,1\nA,1\nA,1\nA,1\nA,1\nA,1\nA,1\nA,1\nA,1\nA,1\nB,10\n", true, true, false,
         12},
    };
    const char *files[] = {"t.csv"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t block = 0; block < 20; block += 3) {
            const rk__reading reading = {.ignore_total = cases[i].ignore};
            rk__table_spec spec = file_spec(files, 1);
            rk_problems *problems = rk_problems_new();
            rk__scan *scan = NULL;
            rk__total_row total;
            spec.reading = &reading;
            write_bytes("t.csv", cases[i].text, strlen(cases[i].text));
            ck_assert_int_eq(rk__scan_open(&spec, NULL, two, 2, &scan, problems), RK_OK);
            seen s = {.wants = two, .n_wants = 2, .batch_rows = RK__BATCH_ROWS};
            pthread_mutex_init(&s.lock, NULL);
            const rk__scan_options options = {.threads = 2, .block_bytes = block};
            const rk__scan_consumer consumer = {.ctx = &s, .begin = begin, .take = take_batch};
            ck_assert_int_eq(rk__scan_run(scan, &options, &consumer, problems), RK_OK);
            const bool found = rk__scan_total_row(scan, 0, &total);
            ck_assert_msg(found == cases[i].found, "case %zu", i);
            ck_assert_msg(!found || total.line == cases[i].line, "case %zu: %u", i, total.line);
            ck_assert(!found || total.by_name == cases[i].by_name);
            ck_assert(!found || total.ignored == cases[i].ignore);
            for (size_t k = 0; k < s.n; k++) {
                rk__free(s.rows[k].text);
            }
            rk__free(s.rows);
            rk__scan_close(scan);
            rk_problems_free(problems);
        }
    }
}
END_TEST

START_TEST(test_scan_run__a_footer_longer_than_the_file_is_a_problem)
{
    const char *files[] = {"f.csv"};
    const rk__reading reading = {.skip_footer = 3};
    rk__table_spec spec = file_spec(files, 1);
    spec.reading = &reading;
    write_file("f.csv", "pod,los\nA,1\nB,2\n");
    for (size_t i = 0; i < N_VARIANTS; i++) {
        char *got = run_scan(&spec, two, 2, &variants[i]);
        ck_assert_msg(strstr(got, "|out-of-range") != NULL, "%s", got);
        rk__free(got);
    }
    write_file("f.csv", "pod,los\nA,1\nB,2\nC,3\n");
    char *got = rows_of(&spec, &variants[0]);
    ck_assert_str_eq(got, "");
    rk__free(got);
}
END_TEST

UNIT_TESTS("scan_ends")
{
    tcase_add_checked_fixture(tc, make_folder, remove_scanned);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_scan_run__leaves_out_footers_and_totals);
    tcase_add_test(tc, test_scan_run__each_file_has_its_own_total);
    tcase_add_test(tc, test_scan_run__a_total_row_has_a_place);
    tcase_add_test(tc, test_scan_run__a_footer_longer_than_the_file_is_a_problem);
}
