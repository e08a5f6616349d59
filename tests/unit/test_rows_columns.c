/* SPDX-License-Identifier: MIT
 *
 * test_rows_columns.c: which columns of the table stand in priced rows.
 */
#include "rows_fixture.h"

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
        ck_assert_msg(run(options, "{'file': 'a.csv', 'defaults': {'pod': 'EL', 'note': 'none'}}",
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
    ck_assert_int_eq(run(options, "{'file': 'a.csv'}", ONE), RK_MISSING_COLUMN);
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
        contract_text(YEAR ", {'id': 'z', 'start': '2017-04-01', 'end': '2018-03-31'}",
                      "'activity': [{'period': 'z', 'hrg': 'H1'}, {'period': 'y', 'hrg': 'H1'}]",
                      TARIFF_TEXT, ONE, NULL);
    ck_assert_int_eq(
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems),
        RK_OK);
    free(text);
    ck_assert_msg(rk_evaluate(contract, NULL, &result, problems) == RK_OK, "%s", first_message());
    char *rows = read_whole(in_folder("rows.csv"));
    ck_assert_str_eq(
        rows,
        "row,period,hrg,base,top_up,best_practice,excess_bed_days,market_forces,amount,reason\n"
        "1,z,H1,2000.00,0.00,0.00,0.00,0.00,2000.00,\n"
        "2,y,H1,2000.00,0.00,0.00,0.00,0.00,2000.00,\n");
    free(rows);
    close_session();
}
END_TEST

UNIT_TESTS("rows columns")
{
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_rows_columns__that_are_asked_for_are_there);
    tcase_add_test(tc, test_rows_columns__have_the_period_once);
}
