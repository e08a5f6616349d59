/* SPDX-License-Identifier: MIT
 *
 * test_rows_file.c: priced rows written out: every row with its number, amount or
 * reason, in file order whatever the threads, and never a part of a file. And what
 * goes with long files: stopping, the profile, going to one row.
 */
#include "rows_fixture.h"

#include <dirent.h>
#include <sys/stat.h>
#include <zlib.h>

/* Every 1,000th row is bad where asked for; H2 has no price and H3 is nowhere. */
static void write_rows(const char *name, size_t n, bool bad)
{
    FILE *f = create(name);
    fputs("hrg,provider,pod,los\n", f);
    for (size_t i = 0; i < n; i++) {
        fprintf(f, "H%zu,%s,%s,%s\n",
                i % 37 == 0   ? 3
                : i % 41 == 0 ? 2
                              : i % 2,
                i % 3 == 0 ? "\"P, 0\"" : "P1", i % 5 == 0 ? "NEL" : "EL",
                bad && i % 1000 == 999 ? "x"
                : i % 4 == 0           ? "9"
                                       : "2");
    }
    ck_assert_int_eq(fclose(f), 0);
}

static size_t files_in_folder(void)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        n += e->d_name[0] != '.' || strlen(e->d_name) > 2;
    }
    closedir(dir);
    return n;
}

START_TEST(test_rows_file__has_each_row_with_its_amount_or_reason)
{
    set_up();
    FILE *f = create("a.csv");
    fputs("los,provider,hrg,pod,patient\n"
          "9,\"P, 0\",H0,EL,A\n"
          "2,P1,H1,NEL,B\n"
          "2,P1,H2,EL,C\n"
          "\n"
          "2,,H9,EL,D\n",
          f);
    fclose(f);
    ck_assert_msg(run(options_of(1, "rows.csv"), "{'file': 'a.csv'}", ONE) == RK_OK, "%s",
                  first_message());
    char *rows = read_whole(in_folder("rows.csv"));
    ck_assert_ptr_nonnull(rows);
    ck_assert_str_eq(rows, "row,pod,hrg,provider,los,base,top_up,best_practice,excess_bed_days,"
                           "market_forces,amount,reason\n"
                           "1,EL,H0,\"P, 0\",9,100.10,0.00,0.00,80.00,45.03,225.13,\n"
                           "2,NEL,H1,P1,2,2000.00,0.00,0.00,0.00,0.00,2000.00,\n"
                           "3,EL,H2,P1,2,,,,,,,'price' is blank in 'prices'\n"
                           "4,EL,H9,,2,,,,,,,no row of 'prices' has this key\n");
    free(rows);
    close_session();
}
END_TEST

/* Rows whose numbers and texts are of no usual size, alone and among those that are. */
START_TEST(test_rows_file__has_numbers_and_texts_of_any_size)
{
    static const struct {
        const char *count, *pod, *line;
    } odd[] = {
        {"1", "EL", "EL,H1,P1,1,9,2000.00,0.00,0.00,0.00,0.00,2000.00,"},
        {"", "EL", "EL,H1,P1,,9,2000.00,0.00,0.00,0.00,0.00,2000.00,"},
        {"3", "", ",H1,P1,3,9,6000.00,0.00,0.00,0.00,0.00,6000.00,"},
        {"-2", "NEL", "NEL,H1,P1,-2,9,-4000.00,0.00,0.00,0.00,0.00,-4000.00,"},
        {"1.25", "EL", "EL,H1,P1,1.25,9,2500.00,0.00,0.00,0.00,0.00,2500.00,"},
        {"0.000001", "EL", "EL,H1,P1,0.000001,9,0.00,0.00,0.00,0.00,0.00,0.00,"},
        {"499", "EL", "EL,H1,P1,499,9,998000.00,0.00,0.00,0.00,0.00,998000.00,"},
        {"500", "EL", "EL,H1,P1,500,9,1000000.00,0.00,0.00,0.00,0.00,1000000.00,"},
        {"123456789", "EL",
         "EL,H1,P1,123456789,9,246913578000.00,0.00,0.00,0.00,0.00,246913578000.00,"},
        {"1", "sixteen letters,",
         "\"sixteen letters,\",H1,P1,1,9,2000.00,0.00,0.00,0.00,0.00,2000.00,"},
        {"1",
         "a point of delivery with a name that takes up more than any other does, and then some "
         "more to be longer than whatever is copied in one piece",
         "\"a point of delivery with a name that takes up more than any other does, and then some "
         "more to be longer than whatever is copied in one "
         "piece\",H1,P1,1,9,2000.00,0.00,0.00,0.00,0.00,2000.00,"},
    };
    enum { N_ODD = sizeof odd / sizeof odd[0] };
    set_up();
    for (size_t usual = 0; usual < 200; usual = usual * 2 + 63) {
        FILE *f = create("a.csv");
        fputs("los,provider,hrg,pod,count\n", f);
        for (size_t i = 0; i < N_ODD * (usual + 1); i++) {
            const size_t which = i % (usual + 1) == usual ? i / (usual + 1) : 0;
            fprintf(f, "9,P1,H1,\"%s\",%s\n", odd[which].pod, odd[which].count);
        }
        fclose(f);
        ck_assert_msg(run(options_of(1, "rows.csv"), "{'file': 'a.csv'}", ONE) == RK_OK, "%s",
                      first_message());
        char *rows = read_whole(in_folder("rows.csv"));
        ck_assert_ptr_nonnull(rows);
        const char *line = strchr(rows, '\n') + 1;
        for (size_t i = 0; i < N_ODD * (usual + 1); i++) {
            const size_t which = i % (usual + 1) == usual ? i / (usual + 1) : 0;
            char expected[400];
            const int length =
                snprintf(expected, sizeof expected, "%zu,%s\n", i + 1, odd[which].line);
            ck_assert_msg(strncmp(line, expected, (size_t) length) == 0, "%.200s, not %s", line,
                          expected);
            line += length;
        }
        ck_assert_str_eq(line, "");
        free(rows);
        close_session();
    }
}
END_TEST

START_TEST(test_rows_file__is_the_same_for_any_number_of_threads)
{
    static const char two[] =
        ONE ", {'id': 'some', 'rule': 'pbr', 'scope': {'pod': 'NEL'}, 'params': {'mff': false}}";
    set_up();
    write_rows("a.csv", N_ROWS, true);
    char *expected = NULL;
    for (unsigned jobs = 1; jobs <= 7; jobs++) {
        rk_options options = options_of(jobs, "rows.csv");
        options.max_errors = 1000;
        ck_assert_msg(run(options, "{'file': 'a.csv'}", two) == RK_OK, "%s", first_message());
        char *rows = read_whole(in_folder("rows.csv"));
        ck_assert_ptr_nonnull(rows);
        if (expected == NULL) {
            expected = rows;
            /* Row 1000 is bad: it is in no line, and the next keeps its number. */
            ck_assert_ptr_nonnull(strstr(rows, "\n999,all,"));
            ck_assert_ptr_null(strstr(rows, "\n1000,"));
            ck_assert_ptr_nonnull(strstr(rows, "\n1001,all,"));
            ck_assert_ptr_nonnull(strstr(rows, "\n1001,some,"));
        } else {
            ck_assert_msg(strcmp(rows, expected) == 0, "with %u threads", jobs);
            free(rows);
        }
        close_session();
    }
    free(expected);
}
END_TEST

/* The amounts of all lines, in pennies. */
static long long sum_of_amounts(const char *rows)
{
    long long sum = 0;
    for (const char *line = strchr(rows, '\n') + 1; *line != '\0';) {
        const char *feed = strchr(line, '\n');
        const char *comma = memrchr(line, ',', (size_t) (feed - line)); /* before the reason */
        const char *amount = memrchr(line, ',', (size_t) (comma - line));
        if (amount != NULL && comma - amount > 1) {
            sum += atoll(amount + 1) * 100 + atoll(comma - 2);
        }
        line = feed + 1;
    }
    return sum;
}

START_TEST(test_rows_file__adds_up_to_the_total)
{
    set_up();
    write_rows("a.csv", N_ROWS, false);
    ck_assert_int_eq(run(options_of(3, "rows.csv"), "{'file': 'a.csv'}", ONE), RK_OK);
    char *rows = read_whole(in_folder("rows.csv"));
    char total[40];
    const long long sum = sum_of_amounts(rows);
    (void) snprintf(total, sizeof total, "%lld.%02lld", sum / 100, sum % 100);
    ck_assert_str_eq(rk_result_total(result), total);
    free(rows);
    close_session();
}
END_TEST

START_TEST(test_rows_file__rows_in_place_are_rows_too)
{
    set_up();
    ck_assert_int_eq(run(options_of(2, "rows.csv"),
                         "[{'hrg': 'H1', 'pod': 'EL', 'provider': 'P1'}, {'hrg': 'H1', 'pod': "
                         "'EL', 'provider': 'P1'}]",
                         ONE),
                     RK_OK);
    char *rows = read_whole(in_folder("rows.csv"));
    ck_assert_ptr_nonnull(strstr(rows, "\n2,EL,H1,P1,2000.00,0.00,0.00,0.00,0.00,2000.00,\n"));
    free(rows);
    close_session();
}
END_TEST

START_TEST(test_rows_file__is_whole_or_as_it_was)
{
    set_up();
    write_rows("a.csv", N_ROWS, true); /* a bad row fails the evaluation */
    for (int there = 0; there < 2; there++) {
        if (there) {
            FILE *f = create("rows.csv");
            fputs("before\n", f);
            fclose(f);
        }
        const size_t before = files_in_folder();
        ck_assert_int_ne(run(options_of(2, "rows.csv"), "{'file': 'a.csv'}", ONE), RK_OK);
        char *rows = read_whole(in_folder("rows.csv"));
        ck_assert(there ? strcmp(rows, "before\n") == 0 : rows == NULL);
        ck_assert_uint_eq(files_in_folder(), before);
        free(rows);
        close_session();
    }
}
END_TEST

START_TEST(test_rows_file__that_cannot_be_written_is_told)
{
    static const char *const paths[] = {"missing/rows.csv", "."};
    set_up();
    write_rows("a.csv", 10, false);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(run(options_of(1, paths[i]), "{'file': 'a.csv'}", ONE), RK_IO_WRITE);
        ck_assert_uint_eq(rk_problems_count(problems), 1);
        close_session();
    }
    rk_options options = options_of(2, NULL);
    options.rows_file = "/dev/full"; /* a device is written in place */
    ck_assert_int_eq(run(options, "{'file': 'a.csv'}", ONE), RK_IO_WRITE);
    close_session();
}
END_TEST

/* ----------------------------------------------------------------- stopping */

#define N_LONG 400000

static bool stop_at_once(void *ctx, uint64_t rows, uint64_t bytes, uint64_t total_bytes)
{
    (void) ctx;
    ck_assert_uint_le(bytes, total_bytes);
    ck_assert_uint_le(rows, N_LONG);
    return false;
}

START_TEST(test_rows_stopping__leaves_nothing_half_written)
{
    set_up();
    write_rows("a.csv", N_LONG, false);
    for (unsigned jobs = 1; jobs <= 3; jobs += 2) {
        rk_options options = options_of(jobs, "rows.csv");
        options.progress = stop_at_once;
        ck_assert_int_eq(run(options, "{'file': 'a.csv'}", ONE), RK_INTERRUPTED);
        ck_assert_ptr_null(result);
        ck_assert_str_eq(rk_status_word(RK_INTERRUPTED), "interrupted");
        ck_assert_uint_eq(files_in_folder(), 1);
        close_session();
    }
}
END_TEST

/* ------------------------------------------------------------------ profile */

START_TEST(test_rows_profile__names_the_stages)
{
    static const char *const stages[] = {"activity: 40000 rows, 2 threads",
                                         "read",
                                         "split",
                                         "keys",
                                         "numbers",
                                         "joins",
                                         "price",
                                         "accumulate"};
    set_up();
    write_rows("a.csv", N_ROWS, false);
    rk_options options = options_of(2, NULL);
    ck_assert_int_eq(run(options, "{'file': 'a.csv'}", ONE), RK_OK);
    ck_assert_str_eq(rk_result_profile(result), "");
    close_session();
    options.profile = true;
    ck_assert_int_eq(run(options, "{'file': 'a.csv'}", ONE), RK_OK);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        ck_assert_msg(strstr(rk_result_profile(result), stages[i]) != NULL, "%s in\n%s", stages[i],
                      rk_result_profile(result));
    }
    close_session();
}
END_TEST

/* --------------------------------------------------------------- going to a row */

static rk_status explain(int64_t row, const char *activity, rk_explanation **out)
{
    char facts[200];
    open_with(options_of(2, NULL));
    (void) snprintf(facts, sizeof facts, "'activity': %s", activity);
    char *text = contract_text(YEAR, facts, TARIFF_TEXT, ONE, NULL);
    ck_assert_int_eq(
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems),
        RK_OK);
    free(text);
    rk_explain_options options = RK_EXPLAIN_INIT;
    options.row = row;
    return rk_explain(contract, &options, out, problems);
}

/* The row's `los` as the explanation shows it. */
static const char *los_of(const rk_explanation *x)
{
    const rk__step *columns = &x->steps[0].children[0];
    for (size_t i = 0; i < columns->n_children; i++) {
        if (strcmp(columns->children[i].label, "los") == 0) {
            return columns->children[i].value;
        }
    }
    return "";
}

START_TEST(test_rows_explain__goes_to_any_row_of_a_large_file)
{
    set_up();
    static const char *const tables[] = {"{'file': 'a.csv'}", "{'file': 'a.csv.gz'}"};
    FILE *f = create("a.csv");
    gzFile packed = gzopen(in_folder("a.csv.gz"), "wb1");
    ck_assert_ptr_nonnull(packed);
    for (int i = -1; i < N_ROWS; i++) {
        char line[100] = "hrg,provider,pod,los,story\n";
        if (i >= 0) {
            (void) snprintf(line, sizeof line, "H1,P1,EL,%d,\"%s\"\n", i,
                            i % 50 == 0 ? "several\nlines, H1,P1,EL,3\n" : "x");
        }
        fputs(line, f);
        ck_assert_int_gt(gzputs(packed, line), 0);
    }
    fclose(f);
    ck_assert_int_eq(gzclose(packed), Z_OK);
    const char *table = tables[_i];
    static const int rows[] = {1, 2, 17, 9000, 9001, 20000, 39999, 40000};
    for (int again = 0; again < 2; again++) { /* without an index and with it */
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            rk_explanation *x = NULL;
            char expected[20];
            ck_assert_msg(explain(rows[i], table, &x) == RK_OK, "%s", first_message());
            (void) snprintf(expected, sizeof expected, "%d", rows[i] - 1);
            ck_assert_str_eq(los_of(x), expected);
            rk_explanation_free(x);
            close_session();
        }
    }
    rk_explanation *x = NULL;
    ck_assert_int_eq(explain(N_ROWS + 1, table, &x), RK_USAGE);
    ck_assert_ptr_null(x);
    close_session();
}
END_TEST

START_TEST(test_rows_explain__sees_that_the_file_has_changed)
{
    set_up();
    for (int first = 100; first < 300; first += 100) {
        FILE *f = create("a.csv");
        fputs("hrg,provider,pod,los\n", f);
        for (int i = 0; i < N_ROWS; i++) {
            fprintf(f, "H1,P1,EL,%d\n", first + i % 100);
        }
        fclose(f);
        rk_explanation *x = NULL;
        char expected[20];
        ck_assert_int_eq(explain(30001, "{'file': 'a.csv'}", &x), RK_OK);
        (void) snprintf(expected, sizeof expected, "%d", first);
        ck_assert_str_eq(los_of(x), expected);
        rk_explanation_free(x);
        close_session();
    }
}
END_TEST

START_TEST(test_rows_explain__a_damaged_index_is_made_again)
{
    set_up();
    write_rows("a.csv", N_ROWS, false);
    char *name = NULL;
    for (int i = 0; i < 3; i++) {
        rk_explanation *x = NULL;
        ck_assert_int_eq(explain(30001, "{'file': 'a.csv'}", &x), RK_OK);
        ck_assert_str_eq(los_of(x), "9");
        rk_explanation_free(x);
        close_session();
        DIR *dir = opendir(in_folder("rows"));
        ck_assert_ptr_nonnull(dir);
        for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
            if (e->d_name[0] != '.') {
                free(name);
                ck_assert_int_gt(asprintf(&name, "%s/rows/%s", folder, e->d_name), 0);
            }
        }
        closedir(dir);
        ck_assert_ptr_nonnull(name);
        FILE *f = fopen(name, "r+"); /* its middle, then its end */
        ck_assert_ptr_nonnull(f);
        ck_assert_int_eq(fseek(f, i == 0 ? 120 : -3, i == 0 ? SEEK_SET : SEEK_END), 0);
        ck_assert_int_eq(fputs("zzz", f) < 0, 0);
        fclose(f);
    }
    free(name);
}
END_TEST

START_TEST(test_rows_explain__standard_input_cannot_be_gone_through_twice)
{
    set_up();
    write_rows("a.csv", 10, false);
    ck_assert_ptr_nonnull(freopen(in_folder("a.csv"), "r", stdin));
    rk_explanation *x = NULL;
    ck_assert_int_eq(explain(3, "{'file': '-'}", &x), RK_USAGE);
    ck_assert_ptr_nonnull(strstr(first_message(), "can be read once"));
    close_session();
}
END_TEST

START_TEST(test_rows_explain__a_bad_row_is_told_and_bad_neighbours_do_not_matter)
{
    set_up();
    write_rows("a.csv", 3000, true);
    rk_explanation *x = NULL;
    ck_assert_int_eq(explain(1001, "{'file': 'a.csv'}", &x), RK_OK);
    rk_explanation_free(x);
    close_session();
    x = NULL;
    ck_assert_int_ne(explain(1000, "{'file': 'a.csv'}", &x), RK_OK);
    ck_assert_uint_eq(rk_problems_at(problems, 0)->line, 1001);
    close_session();
}
END_TEST

UNIT_TESTS("rows file")
{
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_rows_file__has_each_row_with_its_amount_or_reason);
    tcase_add_test(tc, test_rows_file__has_numbers_and_texts_of_any_size);
    tcase_add_test(tc, test_rows_file__is_the_same_for_any_number_of_threads);
    tcase_add_test(tc, test_rows_file__adds_up_to_the_total);
    tcase_add_test(tc, test_rows_file__rows_in_place_are_rows_too);
    tcase_add_test(tc, test_rows_file__is_whole_or_as_it_was);
    tcase_add_test(tc, test_rows_file__that_cannot_be_written_is_told);
    tcase_add_test(tc, test_rows_stopping__leaves_nothing_half_written);
    tcase_add_test(tc, test_rows_profile__names_the_stages);
    tcase_add_loop_test(tc, test_rows_explain__goes_to_any_row_of_a_large_file, 0, 2);
    tcase_add_test(tc, test_rows_explain__sees_that_the_file_has_changed);
    tcase_add_test(tc, test_rows_explain__a_damaged_index_is_made_again);
    tcase_add_test(tc, test_rows_explain__standard_input_cannot_be_gone_through_twice);
    tcase_add_test(tc, test_rows_explain__a_bad_row_is_told_and_bad_neighbours_do_not_matter);
}
