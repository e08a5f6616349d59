/* SPDX-License-Identifier: MIT
 *
 * test_rows_columns.c: which columns of the table stand in priced rows.
 */
#include "engine_fixture.h"

#include <unistd.h>

#define N_ROWS 40000 /* several blocks */
#define TARIFF_TEXT                                                                             \
    TARIFF("\"prices\": {\"key\": [\"hrg\"], \"rows\": ["                                       \
           "{\"hrg\": \"H0\", \"price\": \"100.10\", \"trim_point\": 5, \"per_diem\": \"20\"}," \
           "{\"hrg\": \"H1\", \"price\": \"2000\"}, {\"hrg\": \"H2\", \"price\": null}]},"      \
           "\"mff\": {\"key\": [\"provider\"], \"rows\": [{\"provider\": \"P, 0\", \"mff\": "   \
           "\"1.25\"}, {\"provider\": \"P1\", \"mff\": \"1\"}]}")
#define ONE "{\"id\": \"all\", \"rule\": \"pbr\"}"

static char folder[] = "/tmp/reckoner-rows-columns-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[4][300];
    static int at;
    at = (at + 1) % 4;
    (void) snprintf(path[at], sizeof path[at], "%s/%s", folder, name);
    return path[at];
}

static FILE *create(const char *name)
{
    FILE *f = fopen(in_folder(name), "w");
    ck_assert_ptr_nonnull(f);
    return f;
}

static char *read_whole(const char *path)
{
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        return NULL;
    }
    char *text = NULL;
    size_t size = 0;
    ck_assert_int_ge(getdelim(&text, &size, '\0', f), -1);
    (void) fclose(f);
    return text;
}

static rk_status run(rk_options options, const char *activity, const char *components)
{
    char facts[200];
    open_with(options);
    (void) snprintf(facts, sizeof facts, "\"activity\": %s", activity);
    char *text = contract_text(YEAR, facts, TARIFF_TEXT, components, NULL);
    rk_status status =
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems);
    status = status == RK_OK ? rk_evaluate(contract, NULL, &result, problems) : status;
    free(text);
    return status;
}

static rk_options options_of(unsigned jobs, const char *rows_file)
{
    rk_options options = RK_OPTIONS_INIT;
    options.jobs = jobs;
    options.rows_file = rows_file != NULL ? in_folder(rows_file) : NULL;
    options.cache_dir = folder;
    return options;
}

static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* Each row has a text of its own, long or quoted or none: more of them than are kept. */
START_TEST(test_rows_columns__that_are_asked_for_are_there)
{
    static const char *const asked[] = {"spell", "pod", "note", NULL};
    set_up();
    FILE *f = create("a.csv");
    fputs("note,spell,provider,hrg\n", f);
    for (size_t i = 0; i < N_ROWS; i++) {
        fprintf(f, "\"%s\",%s%zu,P1,H1\n", i % 3 == 0 ? "a \"\"b\"\"\n, c" : "",
                i % 5 == 0 ? "a-spell-with-a-long-name-" : "S", i);
    }
    fclose(f);
    for (unsigned jobs = 1; jobs <= 3; jobs++) {
        rk_options options = options_of(jobs, "rows.csv");
        options.row_columns = asked;
        ck_assert_msg(run(options,
                          "{\"file\": \"a.csv\", \"defaults\": {\"pod\": \"EL\", \"note\": "
                          "\"none\"}}",
                          ONE) == RK_OK,
                      "%s", first_message());
        char *rows = read_whole(in_folder("rows.csv"));
        ck_assert_ptr_nonnull(rows);
        const char *line = strchr(rows, '\n') + 1;
        ck_assert_int_eq(strncmp(rows, "row,pod,hrg,provider,spell,note,base,", 37), 0);
        for (size_t i = 0; i < N_ROWS; i++) {
            char expected[400];
            const int length =
                snprintf(expected, sizeof expected,
                         "%zu,EL,H1,P1,%s%zu,%s,2000.00,0.00,0.00,0.00,0.00,2000.00,\n", i + 1,
                         i % 5 == 0 ? "a-spell-with-a-long-name-" : "S", i,
                         i % 3 == 0 ? "\"a \"\"b\"\"\n, c\"" : "none");
            ck_assert_msg(strncmp(line, expected, (size_t) length) == 0, "%.200s, not %s", line,
                          expected);
            line += length;
        }
        ck_assert_str_eq(line, "");
        free(rows);
        close_session();
    }
    rk_options options = options_of(1, "rows.csv");
    static const char *const wrong[] = {"spel", NULL};
    options.row_columns = wrong;
    ck_assert_int_eq(run(options, "{\"file\": \"a.csv\"}", ONE), RK_MISSING_COLUMN);
    ck_assert_str_eq(first_message(), "--row-columns: table 'activity' has no column 'spel'");
    close_session();
}
END_TEST

/* Where rows say their period, so does one column of the file, and not two. */
START_TEST(test_rows_columns__have_the_period_once)
{
    set_up();
    open_with(options_of(1, "rows.csv"));
    char *text =
        contract_text(YEAR ", {\"id\": \"z\", \"start\": \"2017-04-01\", \"end\": \"2018-03-31\"}",
                      "\"activity\": [{\"period\": \"z\", \"hrg\": \"H1\"}, {\"period\": \"y\", "
                      "\"hrg\": \"H1\"}]",
                      TARIFF_TEXT, ONE, NULL);
    ck_assert_int_eq(
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems),
        RK_OK);
    free(text);
    ck_assert_msg(rk_evaluate(contract, NULL, &result, problems) == RK_OK, "%s", first_message());
    char *rows = read_whole(in_folder("rows.csv"));
    ck_assert_str_eq(rows, "row,period,hrg,base,top_up,best_practice,excess_bed_days,"
                           "market_forces,amount,reason\n"
                           "1,z,H1,2000.00,0.00,0.00,0.00,0.00,2000.00,\n"
                           "2,y,H1,2000.00,0.00,0.00,0.00,0.00,2000.00,\n");
    free(rows);
    close_session();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rows columns");
    TCase *tc = tcase_create("columns");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_rows_columns__that_are_asked_for_are_there);
    tcase_add_test(tc, test_rows_columns__have_the_period_once);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
