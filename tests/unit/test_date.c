/* SPDX-License-Identifier: MIT
 *
 * Tests of base/text.h, dates.
 */
#include "base/text.h"
#include "unit.h"

static rk_date date(const char *text)
{
    rk_date d = {0};
    ck_assert_msg(rk__date_parse(text, strlen(text), &d), "%s", text);
    return d;
}

START_TEST(test_date_parse__takes_real_days_only)
{
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"2016-04-01", true},   {"1583-01-01", true},  {"9999-12-31", true},
        {"2016-02-29", true},   {"2000-02-29", true},  {"2017-02-29", false},
        {"1900-02-29", false},  {"2016-04-31", false}, {"2016-13-01", false},
        {"2016-00-01", false},  {"2016-01-00", false}, {"2016-01-32", false},
        {"1582-12-31", false},  {"0000-01-01", false}, {"2016-4-1", false},
        {"2016/04/01", false},  {"20160401", false},   {"2016-04-01 ", false},
        {" 2016-04-01", false}, {"2016-04-0x", false}, {"2016-04-+1", false},
        {"-016-04-01", false},  {"", false},           {"2016-04-01T00:00", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rk_date d = {7, 7, 7};
        bool valid = rk__date_parse(cases[i].text, strlen(cases[i].text), &d);
        ck_assert_msg(valid == cases[i].valid, "'%s'", cases[i].text);
        ck_assert_msg(valid || d.year == 7, "'%s' wrote a date", cases[i].text);
    }
    rk_date d = date("2016-04-30");
    ck_assert(d.year == 2016 && d.month == 4 && d.day == 30);
    ck_assert(rk__date_parse("2016-04-30xyz", 10, &d));
}
END_TEST

START_TEST(test_date_days__count_from_1970)
{
    static const struct {
        const char *text;
        int32_t days;
    } cases[] = {
        {"1970-01-01", 0},       {"1970-01-02", 1},       {"1969-12-31", -1},
        {"2000-02-29", 11016},   {"2000-03-01", 11017},   {"2016-04-01", 16892},
        {"1583-01-01", -141349}, {"9999-12-31", 2932896},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(rk__date_days(date(cases[i].text)) == cases[i].days, "%s: %d", cases[i].text,
                      rk__date_days(date(cases[i].text)));
}
END_TEST

START_TEST(test_date_days__come_back_and_follow_each_other)
{
    rk_date before = rk__date_from_days(-141350);
    for (int32_t days = -141349; days <= 2932896; days++) {
        rk_date d = rk__date_from_days(days);
        /* A day follows another in its month, or begins a month. */
        bool follows = (d.day == before.day + 1 || d.day == 1) &&
                       rk__date_compare(before, d) == -1 && rk__date_compare(d, before) == 1;
        if (rk__date_days(d) != days || !follows)
            ck_abort_msg("day %d is %04d-%02d-%02d", days, d.year, d.month, d.day);
        before = d;
    }
    ck_assert_int_eq(rk__date_compare(before, before), 0);
}
END_TEST

START_TEST(test_date_year_fraction__is_months_or_days)
{
    static const struct {
        const char *start, *end;
        int64_t numerator, denominator;
    } cases[] = {
        {"2016-04-01", "2017-03-31", 12, 12},   {"2016-04-01", "2016-04-30", 1, 12},
        {"2016-02-01", "2016-02-29", 1, 12},    {"2017-02-01", "2017-02-28", 1, 12},
        {"2016-02-01", "2016-02-28", 28, 366}, /* not the month's last day */
        {"2016-11-01", "2017-01-31", 3, 12},    {"2016-04-01", "2018-03-31", 24, 12},
        {"2016-04-15", "2016-10-14", 183, 365}, {"2015-04-15", "2016-04-14", 366, 366},
        {"2016-04-15", "2017-04-14", 365, 365}, {"2016-04-02", "2016-04-30", 29, 365},
        {"2016-01-02", "2016-01-02", 1, 366},   {"2016-02-29", "2017-02-28", 366, 366},
        {"2016-02-29", "2016-02-29", 1, 366},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t n, d;
        rk__date_year_fraction(date(cases[i].start), date(cases[i].end), &n, &d);
        ck_assert_msg(n == cases[i].numerator && d == cases[i].denominator, "%s to %s: %ld/%ld",
                      cases[i].start, cases[i].end, (long) n, (long) d);
    }
}
END_TEST

START_TEST(test_date_years__are_anniversaries_and_a_part)
{
    static const struct {
        const char *start, *end;
        int64_t years, part, of;
    } cases[] = {
        {"2016-04-01", "2017-03-31", 1, 0, 12},    {"2016-04-01", "2016-06-30", 0, 3, 12},
        {"2016-04-01", "2018-06-30", 2, 3, 12},    {"2016-04-01", "2018-02-28", 1, 11, 12},
        {"2016-04-01", "2018-02-27", 1, 333, 365}, {"2016-04-06", "2017-04-05", 1, 0, 365},
        {"2015-04-06", "2017-04-05", 2, 0, 365},   {"2016-04-06", "2016-04-06", 0, 1, 365},
        {"2016-04-06", "2017-04-06", 1, 1, 365},   {"2016-02-29", "2017-02-28", 1, 0, 365},
        {"2016-02-29", "2020-02-28", 4, 0, 366},   {"2016-12-31", "2017-01-01", 0, 2, 365},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t years, part, of;
        rk__date_years(date(cases[i].start), date(cases[i].end), &years, &part, &of);
        ck_assert_msg(years == cases[i].years && part == cases[i].part &&
                          (part == 0 || of == cases[i].of),
                      "%s to %s: %ld + %ld/%ld", cases[i].start, cases[i].end, (long) years,
                      (long) part, (long) of);
    }
}
END_TEST

UNIT_TESTS("date")
{
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, test_date_parse__takes_real_days_only);
    tcase_add_test(tc, test_date_days__count_from_1970);
    tcase_add_test(tc, test_date_days__come_back_and_follow_each_other);
    tcase_add_test(tc, test_date_year_fraction__is_months_or_days);
    tcase_add_test(tc, test_date_years__are_anniversaries_and_a_part);
}
