/* SPDX-License-Identifier: MIT
 *
 * Tests of report/csv.c.
 */
#include "report_fixture.h"

static const struct {
    const char *text, *cell;
} cells[] = {
    {"NEL", "NEL"},
    {"", ""},
    {"a,b", "\"a,b\""},
    {"say \"so\"", "\"say \"\"so\"\"\""},
    {"two\nlines", "\"two\nlines\""},
    {"cr\r", "\"cr\r\""},
    {" blank", "\" blank\""},
    {"blank ", "\"blank \""},
    {"caf\xc3\xa9", "caf\xc3\xa9"},
};

START_TEST(test_report_csv__quotes_what_needs_it)
{
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    rk__page out;
    rk__page_init(&out, &sink);
    rk__csv_cell(&out, cells[_i].text, strlen(cells[_i].text));
    ck_assert_int_eq(rk__page_finish(&out), RK_OK);
    kept_expect(&k, cells[_i].cell);
}
END_TEST

START_TEST(test_report_csv__one_row_for_each_ledger_line)
{
    rk_result *r = result_new("mixed", "5");
    rk__component_result *c = add_component(r, "acute", "pbr", "5");
    c->shadow = true;
    add_sum(r, c, "NEL, long", "3", "10");
    c = add_component(r, "cap", "cap-and-collar", "5");
    rk_ledger_line *line = add_line(r, c, "Below", "-1/3");
    line->rate = number(r, "-1/3");
    add_line(r, c, "Cap", "9")->memo = true;
    kept k = {0};
    report(r, RK_FORMAT_CSV, &k, 0);
    kept_expect(&k, "contract,arrangement,period,component,rule,label,quantity,unit,rate,factor,"
                    "amount,status,not_paid\n"
                    "acute,mixed,2016-17,acute,pbr,\"NEL, long\",3,spell,3.333333,,,shadow,10\n"
                    "acute,mixed,2016-17,cap,cap-and-collar,Below,,,-0.333333,,-0.333333,paid,\n"
                    "acute,mixed,2016-17,cap,cap-and-collar,Cap,,,,,,memo,9\n");
    result_free(r);
}
END_TEST

static const char *const pods[] = {"NEL", NULL, "a,b"};
static const int64_t quantities[] = {60000000, 7000000, 1500000};
static const int64_t amounts[] = {120000000, 14500000, 3000001};

static rk_result *grouped_result(const char *arrangement)
{
    rk_result *r = result_new(arrangement, "5");
    rk__component_result *c = add_component(r, "a", "pbr", "5");
    add_element(r, c, "base", "5");
    c->groups = groups_new(pods, quantities, amounts, 3);
    r->grouped = true;
    return r;
}

START_TEST(test_report_csv__groups_are_key_quantity_elements_amount)
{
    rk_result *r = grouped_result("pbr");
    kept k = {0};
    report(r, RK_FORMAT_CSV, &k, 0);
    kept_expect(&k, "pod,quantity,base,amount\n"
                    ",7,14.50,14.50\n"
                    "NEL,60,120.00,120.00\n"
                    "\"a,b\",1.5,3.000001,3.000001\n");
    result_free(r);
}
END_TEST

START_TEST(test_report_csv__groups_of_several_say_whose_they_are)
{
    rk_result *r = grouped_result("pbr");
    rk__component_result *c = add_component(r, "x,y", "other", "5");
    add_element(r, c, "top_up", "5");
    c->groups = groups_new(pods, quantities, amounts, 1);
    kept k = {0};
    report(r, RK_FORMAT_CSV, &k, 0);
    kept_expect(&k, "component,pod,quantity,base,top_up,amount\n"
                    "a,,7,14.50,,14.50\n"
                    "a,NEL,60,120.00,,120.00\n"
                    "a,\"a,b\",1.5,3.000001,,3.000001\n"
                    "\"x,y\",NEL,60,,120.00,120.00\n");
    result_free(r);
}
END_TEST

START_TEST(test_report_csv__small_groups_are_stars)
{
    rk_result *r = grouped_result("pbr");
    r->suppress_below = 5;
    kept k = {0};
    report(r, RK_FORMAT_CSV, &k, 0);
    kept_expect(&k, "pod,quantity,base,amount\n"
                    ",*,*,*\n"
                    "NEL,60,120.00,120.00\n"
                    "\"a,b\",*,*,*\n");
    result_free(r);
}
END_TEST

START_TEST(test_report_csv__more_groups_than_one_piece_of_output)
{
    enum { N = 20000 };
    static char texts[N][8];
    static const char *keys[N];
    static int64_t ones[N];
    for (int i = 0; i < N; i++) {
        (void) snprintf(texts[i], sizeof texts[i], "k%05d", i);
        keys[i] = texts[i];
        ones[i] = 1000000;
    }
    rk_result *r = result_new("pbr", "5");
    rk__component_result *c = add_component(r, "a", "pbr", "5");
    add_element(r, c, "base", "5");
    c->groups = groups_new(keys, ones, ones, N);
    r->grouped = true;
    kept k = {0};
    report(r, RK_FORMAT_CSV, &k, 0);
    const char *at = strchr(k.text.text, '\n') + 1;
    for (int i = 0; i < N; i++) {
        char row[32];
        const int length = snprintf(row, sizeof row, "k%05d,1,1.00,1.00\n", i);
        ck_assert_msg(strncmp(at, row, (size_t) length) == 0, "row %d", i);
        at += length;
    }
    ck_assert_str_eq(at, "");
    rk__buf_dispose(&k.text);
    result_free(r);
}
END_TEST

START_TEST(test_report_csv__comparisons_are_a_row_for_each_arrangement)
{
    rk_result *a = result_new("pbr", "37660000"), *b = result_new("cap", "36300000");
    rk_result *both[] = {a, b};
    const rk_comparison comparison = {.results = both, .n = 2};
    b->cost = number(b, "39200000");
    b->margin = number(b, "-2900000");
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_comparison(&comparison, RK_FORMAT_CSV, &sink), RK_OK);
    kept_expect(&k, "contract,arrangement,payment,cost,margin,difference,difference_percent\n"
                    "acute,pbr,37660000.00,,,0.00,0.0000\n"
                    "acute,cap,36300000.00,39200000.00,-2900000.00,-1360000.00,-3.6113\n");
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(test_report_csv__grouped_comparisons_begin_with_the_arrangement)
{
    rk_result *a = grouped_result("pbr"), *b = grouped_result("local");
    rk_result *both[] = {a, b};
    const rk_comparison comparison = {.results = both, .n = 2};
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_comparison(&comparison, RK_FORMAT_CSV, &sink), RK_OK);
    kept_has(&k, "arrangement,pod,quantity,base,amount,difference\npbr,,7,14.50,14.50,0.00\n");
    kept_has(&k, "\nlocal,NEL,60,120.00,120.00,0.00\n");
    rk__buf_dispose(&k.text);
    result_free(a);
    result_free(b);
}
END_TEST

START_TEST(test_report_csv__steps_are_numbered_by_where_they_stand)
{
    rk__step leaves[] = {{.label = "rate", .value = "740"}, {.label = "heads", .value = "51000"}};
    rk__step steps[] = {
        {.label = "amount", .formula = "a, b", .value = "1", .children = leaves, .n_children = 2},
        {.label = "next", .source = "/x"}};
    const rk_explanation e = {.contract = "c", .steps = steps, .n_steps = 2};
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    ck_assert_int_eq(rk_report_explanation(&e, RK_FORMAT_CSV, &sink), RK_OK);
    kept_expect(&k, "step,label,formula,value,source\n"
                    "1,amount,\"a, b\",1,\n"
                    "1.1,rate,,740,\n"
                    "1.2,heads,,51000,\n"
                    "2,next,,,/x\n");
}
END_TEST

UNIT_TESTS("report_csv")
{
    tcase_add_loop_test(tc, test_report_csv__quotes_what_needs_it, 0, COUNT(cells));
    tcase_add_test(tc, test_report_csv__one_row_for_each_ledger_line);
    tcase_add_test(tc, test_report_csv__groups_are_key_quantity_elements_amount);
    tcase_add_test(tc, test_report_csv__groups_of_several_say_whose_they_are);
    tcase_add_test(tc, test_report_csv__small_groups_are_stars);
    tcase_add_test(tc, test_report_csv__more_groups_than_one_piece_of_output);
    tcase_add_test(tc, test_report_csv__comparisons_are_a_row_for_each_arrangement);
    tcase_add_test(tc, test_report_csv__grouped_comparisons_begin_with_the_arrangement);
    tcase_add_test(tc, test_report_csv__steps_are_numbered_by_where_they_stand);
}
