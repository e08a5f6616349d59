/* SPDX-License-Identifier: MIT
 *
 * Tests of report/number.c: numbers for people, and scaled integers.
 */
#include "report_fixture.h"

static const struct {
    const char *plain, *shown;
} grouped[] = {
    {"0", "0"},
    {"7", "7"},
    {"999", "999"},
    {"1000", "1,000"},
    {"1234567.5", "1,234,567.5"},
    {"-1", "(1)"},
    {"-1234.50", "(1,234.50)"},
    {"-0.00", "0.00"}, /* what rounds to nothing is no deficit */
    {"37660000.00", "37,660,000.00"},
    {"7/12", "7/12"},
    {"NEL", "NEL"},
    {"", ""},
    {"1.2.3", "1.2.3"},
};

START_TEST(test_report_grouped__groups_digits_and_brackets_deficits)
{
    rk__buf out = {0};
    rk__print_grouped(&out, grouped[_i].plain);
    ck_assert_str_eq(out.text == NULL ? "" : out.text, grouped[_i].shown);
    rk__buf_dispose(&out);
}
END_TEST

static const struct {
    const char *value;
    int places;
    const char *shown;
} money[] = {
    {"3513.72", 2, "3,513.72"},
    {"3513.725", 2, "3,513.73"},
    {"-0.004", 2, "0.00"},
    {"3513.72", 0, "3,514"},
    {"-1540000", 0, "(1,540,000)"},
    {"1234567890", -3, "1,234,568"},
    {"-499", -3, "0"},
    {"-500", -3, "(1)"},
};

START_TEST(test_report_money__rounds_half_away_from_zero)
{
    rk__nums nums = {0};
    rk__buf out = {0};
    const char *why = NULL;
    rk__print_money(&out, rk__num_parse(&nums, money[_i].value, 0, -1, &why), money[_i].places);
    ck_assert_str_eq(out.text, money[_i].shown);
    rk__buf_dispose(&out);
    rk__nums_dispose(&nums);
}
END_TEST

static const struct {
    const char *largest;
    int places;
} compared[] = {
    {"999.99", 2}, {"1000", 0}, {"-1000", 0}, {"999999999.99", 0}, {"1000000000", -3},
};

START_TEST(test_report_compared__whole_units_then_thousands)
{
    rk__nums nums = {0};
    const char *why = NULL;
    const rk_num largest = rk__num_parse(&nums, compared[_i].largest, 0, -1, &why);
    ck_assert_int_eq(rk__compared_places(largest, 2), compared[_i].places);
    ck_assert_int_eq(rk__compared_places(NULL, 2), 2);
    rk__nums_dispose(&nums);
}
END_TEST

#define E18 ((rk_int128) 1000000000000000000)

static const struct {
    rk_int128 value;
    int scale, least, most;
    const char *text;
} scaled[] = {
    {0, 6, 0, 6, "0"},
    {0, 6, 2, 6, "0.00"},
    {0, 0, 0, 0, "0"},
    {1500000, 6, 0, 6, "1.5"},
    {1500000, 6, 2, 6, "1.50"},
    {-1500000, 6, 2, 6, "-1.50"},
    {1, 6, 2, 6, "0.000001"},
    {-1, 6, 0, 6, "-0.000001"},
    {5, 0, 2, 6, "5.00"},
    {1234567, 6, 2, 2, "1.23"},
    {1235000, 6, 2, 2, "1.24"},
    {-1235000, 6, 2, 2, "-1.24"},
    {4999, 6, 2, 2, "0.00"},
    {-4999, 6, 2, 2, "0.00"}, /* no minus before nothing */
    {999999, 6, 0, 0, "1"},
    {(rk_int128) 1234567 * 1000000, 12, 2, 6, "1.234567"},
    {(rk_int128) 1234567 * 1000000 + 500000, 12, 2, 6, "1.234568"},
    {(rk_int128) 1234567 * 1000000 + 499999, 12, 2, 6, "1.234567"},
    {E18 * E18, 6, 0, 6, "1000000000000000000000000000000"},
    {E18 * 1000 + 1, 0, 0, 0, "1000000000000000000001"},
    {-(E18 * 170 * E18), 12, 0, 6, "-170000000000000000000000000"},
};

START_TEST(test_report_scaled__prints_between_least_and_most_decimals)
{
    char out[RK__SCALED_TEXT];
    const size_t length = rk__print_scaled(out, scaled[_i].value, scaled[_i].scale,
                                           scaled[_i].least, scaled[_i].most);
    out[length] = '\0';
    ck_assert_str_eq(out, scaled[_i].text);
}
END_TEST

START_TEST(test_report_scaled__smallest_number_does_not_overflow)
{
    char out[RK__SCALED_TEXT];
    const rk_int128 smallest = (rk_int128) ((rk_uint128) 1 << 127);
    out[rk__print_scaled(out, smallest, 12, 0, 12)] = '\0';
    ck_assert_str_eq(out, "-170141183460469231731687303.715884105728");
}
END_TEST

START_TEST(test_report_basis__only_actual_and_published_need_no_word)
{
    ck_assert_ptr_null(rk__basis_sentence("actual"));
    ck_assert_ptr_null(rk__basis_sentence("published"));
    ck_assert_ptr_nonnull(strstr(rk__basis_sentence("plan"), "Planned figures"));
    ck_assert_ptr_nonnull(strstr(rk__basis_sentence("illustrative"), "Illustrative figures:"));
    ck_assert_ptr_nonnull(rk__basis_sentence(NULL));
}
END_TEST

START_TEST(test_report_format__is_known_by_name)
{
    rk_format format = RK_FORMAT_TEXT;
    ck_assert(rk_format_parse("markdown", &format));
    ck_assert_int_eq(format, RK_FORMAT_MARKDOWN);
    ck_assert(!rk_format_parse("JSON", &format) && !rk_format_parse(NULL, &format));
}
END_TEST

UNIT_TESTS("report_number")
{
    tcase_add_loop_test(tc, test_report_grouped__groups_digits_and_brackets_deficits, 0,
                        COUNT(grouped));
    tcase_add_loop_test(tc, test_report_money__rounds_half_away_from_zero, 0, COUNT(money));
    tcase_add_loop_test(tc, test_report_compared__whole_units_then_thousands, 0, COUNT(compared));
    tcase_add_loop_test(tc, test_report_scaled__prints_between_least_and_most_decimals, 0,
                        COUNT(scaled));
    tcase_add_test(tc, test_report_scaled__smallest_number_does_not_overflow);
    tcase_add_test(tc, test_report_basis__only_actual_and_published_need_no_word);
    tcase_add_test(tc, test_report_format__is_known_by_name);
}
