/* SPDX-License-Identifier: MIT
 *
 * Cost that follows activity: by the age of a change and by the calendar.
 */
#include "system_fixture.h"

#define MOVED(periods, behaviour, changes)                                                         \
    HEAD periods "'organisations': [{'id': 'ccg', 'kind': 'commissioner'}, {'id': 'acute', "       \
                 "'kind': 'trust'}], 'facts': {'activity': [{'pod': 'EL', 'count': 500}, {'pod': " \
                 "'OP', 'count': 90}]}, 'contracts': [{'id': 'c', 'payer': 'ccg', 'payee': "       \
                 "'acute', 'contract': {'arrangements': {'b': [{'id': 'b', 'rule': 'block', "      \
                 "'params': {'amount': '0'}}]}}}], 'cost_behaviour': [" behaviour                  \
                 "], 'scenarios': {'moved': {'changes': [" changes "]}}}"
#define EL "{'organisation': 'acute', 'pod': 'EL', 'unit_cost': '100', 'fixed': '60%'"
#define BY(period, count) \
    "{'contract': 'c', 'period': '" period "', 'where': {'pod': 'EL'}, 'count': '" count "'}"
#define QUARTERS                                                                                  \
    "'periods': [{'id': 'q1', 'start': '2016-04-01', 'end': '2016-06-30'}, {'id': 'q2', 'start':" \
    " '2016-07-01', 'end': '2016-09-30'}, {'id': 'q3', 'start': '2016-10-01', 'end': "            \
    "'2016-12-31'}, {'id': 'q4', 'start': '2017-01-01', 'end': '2017-03-31'}, {'id': 'q5', "      \
    "'start': '2017-04-01', 'end': '2017-06-30'}],"

static void is_cost(size_t period, const char *stranded, const char *cost)
{
    is_money(outcome(0, period)->stranded, stranded, "stranded");
    is_money(outcome(0, period)->positions[1].costs, cost, "cost");
}

START_TEST(test_system_cost__decays_from_the_period_of_the_change)
{
    must(MOVED(THREE_YEARS, EL ", 'decay_by_age': ['100%', '25%', '0']}",
               BY("y2", "-50") "," BY("y3", "-50")));
    is_cost(0, "0", "0");
    is_cost(1, "3000", "-2000");
    is_cost(2, "750", "-4250");
}
END_TEST

START_TEST(test_system_cost__of_tranches_is_the_sum_of_their_ages)
{
    must(MOVED(THREE_YEARS, EL ", 'decay_by_age': ['1', '0.5', '0']}",
               BY("y1", "-50") "," BY("y2", "-80") "," BY("y3", "-80")));
    is_cost(0, "3000", "-2000"); /* 50 x 100 x 60% */
    is_cost(1, "3300", "-4700"); /* half of 3,000, and 30 x 60 */
    is_cost(2, "900", "-7100");  /* half of 1,800 */
}
END_TEST

START_TEST(test_system_cost__of_growth_calls_for_fixed_cost_later)
{
    must(MOVED(THREE_YEARS, EL ", 'decay_by_age': ['1', '0.5', '0']}",
               BY("y1", "50") "," BY("y2", "50") "," BY("y3", "50")));
    is_cost(0, "0", "2000");
    is_cost(1, "0", "3500");
    is_cost(2, "0", "5000");
}
END_TEST

START_TEST(test_system_cost__of_what_returns_uses_what_was_stranded)
{
    must(MOVED(THREE_YEARS, EL ", 'decay_by_age': ['1', '0.5']}", BY("y1", "-50")));
    is_cost(0, "3000", "-2000");
    is_cost(1, "0", "-1500"); /* 1,500 left of the fall, less 3,000 that the return still lacks */
    is_cost(2, "0", "0");     /* the last entry holds: 1,500 on either side */
}
END_TEST

START_TEST(test_system_cost__counts_ages_in_years_or_in_periods)
{
    must(MOVED(QUARTERS, EL ", 'decay_by_age': ['1', '0.5', '0']}",
               "{'contract': 'c', 'where': {'pod': 'EL'}, 'count': '-50'}"));
    is_cost(0, "3000", "-2000");
    is_cost(3, "3000", "-2000");
    is_cost(4, "1500", "-3500");
    must(MOVED(QUARTERS, EL ", 'decay_by_age': ['1', '0.5', '0'], 'decay_unit': 'period'}",
               "{'contract': 'c', 'where': {'pod': 'EL'}, 'count': '-50'}"));
    is_cost(0, "3000", "-2000");
    is_cost(1, "1500", "-3500");
    is_cost(2, "0", "-5000");
}
END_TEST

START_TEST(test_system_cost__by_calendar_is_found_where_a_change_is_late)
{
    must(MOVED(THREE_YEARS, EL ", 'decay': {'y2': '50%', 'y3': '0'}}", BY("y3", "-50")));
    is_cost(2, "0", "-5000");
    ck_assert(finds(0, "decay_by_age"));
    must(MOVED(THREE_YEARS, EL ", 'decay': {'y2': '50%', 'y3': '0'}}",
               BY("y1", "-50") "," BY("y2", "-50") "," BY("y3", "-60")));
    ck_assert(finds(0, "period 'y3'"));
    must(MOVED(THREE_YEARS, EL ", 'decay': {'y2': '50%', 'y3': '0'}}",
               BY("y1", "-50") "," BY("y2", "-50") "," BY("y3", "-40")));
    ck_assert(!finds(0, "decay_by_age"));
    must(MOVED(THREE_YEARS, EL "}", BY("y3", "-50")));
    ck_assert(!finds(0, "decay_by_age"));
}
END_TEST

START_TEST(test_system_cost__of_a_row_is_one_only)
{
    const char *const texts[] = {
        MOVED(ONE_YEAR, EL "}, {'organisation': 'acute', 'unit_cost': '7'}", BY("y1", "-50")),
        MOVED(ONE_YEAR, EL "}, {'organisation': 'acute', 'pod': 'E*', 'unit_cost': '7'}", ""),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert_int_eq(system_text(texts[i]), RK_CONFLICT);
        ck_assert_ptr_nonnull(strstr(first_message(), "two cost behaviours of 'acute'"));
        rk_problems_clear(problems);
    }
    must(MOVED(ONE_YEAR, EL "}, {'organisation': 'ccg', 'unit_cost': '7'}", BY("y1", "-50")));
}
END_TEST

START_TEST(test_system_cost__refuses_ages_that_say_nothing)
{
#define WRONG(more) MOVED(ONE_YEAR, EL ", " more "}", "")
    static const char *const wrong[] = {
        WRONG("'decay_by_age': []"), WRONG("'decay_by_age': ['120%']"),
        WRONG("'decay_by_age': ['1'], 'decay': {'y1': '1'}"),
        WRONG("'decay_by_age': ['1'], 'decay_unit': 'month'"), WRONG("'decay_unit': 'year'")};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(system_text(wrong[i]) != RK_OK, "%s", wrong[i]);
        rk_problems_clear(problems);
    }
}
END_TEST

UNIT_TESTS("system_cost")
{
    tcase_add_checked_fixture(tc, open_session, close_system);
    tcase_add_test(tc, test_system_cost__decays_from_the_period_of_the_change);
    tcase_add_test(tc, test_system_cost__of_tranches_is_the_sum_of_their_ages);
    tcase_add_test(tc, test_system_cost__of_growth_calls_for_fixed_cost_later);
    tcase_add_test(tc, test_system_cost__of_what_returns_uses_what_was_stranded);
    tcase_add_test(tc, test_system_cost__counts_ages_in_years_or_in_periods);
    tcase_add_test(tc, test_system_cost__by_calendar_is_found_where_a_change_is_late);
    tcase_add_test(tc, test_system_cost__of_a_row_is_one_only);
    tcase_add_test(tc, test_system_cost__refuses_ages_that_say_nothing);
}
