/* SPDX-License-Identifier: MIT
 *
 * Tests of report/small.c: which counts --suppress-below hides.
 */
#include "report_fixture.h"

#define ONE INT64_C(1000000)

/* Quantities; 'h' where one is hidden below 5. */
static const struct {
    const char *name;
    int64_t quantities[6];
    size_t n;
    const char *hidden;
} small[] = {
    {"none is small", {5, 6, 7}, 3, "..."},
    {"one small takes the smallest other", {1, 60, 7}, 3, "h.h"},
    {"two whose sum is not small", {3, 4, 60, 7}, 4, "hh.."},
    {"two ones that make two take one more", {1, 1, 60, 7}, 4, "hh.h"},
    {"the first of equals is taken", {1, 7, 7}, 3, "hh."},
    {"nothing is no count", {0, 4, 3, 9}, 4, ".hh."},
    {"what cannot be hidden behind", {4}, 1, "h"},
    {"a reversed count is as small", {-1, 60, 7}, 3, "h.h"},
    {"a large reversal is no small count", {-9, 60, 7}, 3, "..."},
    {"the limit itself is shown", {5, 5}, 2, ".."},
};

static void expect_hidden(const char *expected, size_t i, bool hidden, const char *name)
{
    ck_assert_msg(hidden == (expected[i] == 'h'), "%s: cell %zu is %s", name, i,
                  hidden ? "hidden" : "shown");
}

START_TEST(test_report_small__groups)
{
    static const char *const keys[] = {"A", "B", "C", "D", "E", "F"};
    int64_t quantities[6];
    for (size_t i = 0; i < small[_i].n; i++) {
        quantities[i] = small[_i].quantities[i] * ONE;
    }
    rk_groups *groups = groups_new(keys, quantities, quantities, small[_i].n);
    const rk__hiding hiding = rk__hiding_of(groups, 5);
    const rk__hiding nothing = rk__hiding_of(groups, 0);
    for (size_t i = 0; i < small[_i].n; i++) {
        expect_hidden(small[_i].hidden, i, rk__group_hidden(&hiding, groups, i), small[_i].name);
        ck_assert(!rk__group_hidden(&nothing, groups, i));
    }
    rk__groups_free(groups);
}
END_TEST

START_TEST(test_report_small__lines_that_were_folded_from_rows)
{
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    rk__page out;
    rk__page_init(&out, &sink);
    rk_result *r = result_new("pbr", "0");
    rk__component_result *c = add_component(r, "acute", "pbr", "0");
    r->suppress_below = 5;
    for (size_t i = 0; i < small[_i].n; i++) {
        char text[32];
        (void) snprintf(text, sizeof text, "%lld", (long long) small[_i].quantities[i]);
        rk_ledger_line *line = add_line(r, c, "x", "100");
        line->quantity = number(r, text);
        line->sum = true;
    }
    /* A product's quantity is a parameter, not a count of people. */
    add_line(r, c, "instalments", "100")->quantity = number(r, "2");
    const bool *hidden =
        rk__hidden_lines(&out, rk_result_read(r), rk_period_component(rk_result_period(r, 0), 0));
    for (size_t i = 0; i < small[_i].n; i++) {
        expect_hidden(small[_i].hidden, i, hidden[i], small[_i].name);
    }
    ck_assert(!hidden[small[_i].n]);
    result_free(r);
    ck_assert_int_eq(rk__page_finish(&out), RK_OK);
}
END_TEST

START_TEST(test_report_small__unpriced_rows_are_told_from_the_limit_on)
{
    kept k = {0};
    const rk_sink sink = kept_sink(&k, 0);
    rk__page out;
    rk__page_init(&out, &sink);
    ck_assert_str_eq(rk__unpriced_text(&out, 4, 5), "*");
    ck_assert_str_eq(rk__unpriced_text(&out, 5, 5), "5");
    ck_assert_str_eq(rk__unpriced_text(&out, 0, 5), "0");
    ck_assert_str_eq(rk__unpriced_text(&out, 4, 0), "4");
    ck_assert_int_eq(rk__page_finish(&out), RK_OK);
}
END_TEST

UNIT_TESTS("report_small")
{
    tcase_add_loop_test(tc, test_report_small__groups, 0, COUNT(small));
    tcase_add_loop_test(tc, test_report_small__lines_that_were_folded_from_rows, 0, COUNT(small));
    tcase_add_test(tc, test_report_small__unpriced_rows_are_told_from_the_limit_on);
}
