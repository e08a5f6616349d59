/* SPDX-License-Identifier: MIT
 *
 * test_rule_pbr_notes.c: which rows of a table pbr has a note about, and how many.
 */
#include "engine_fixture.h"

#define PRICES                                                        \
    TARIFF("'prices': {'key': ['hrg', 'pod'], 'rows': [{'hrg': 'H', " \
           "'pod': 'DC', 'price': '100'}, {'hrg': 'H', 'pod': 'EL', " \
           "'price': '200', 'trim_point': 50, 'per_diem': '1'}]}")

static const struct {
    const char *rows, *warning;
} cases[] = {
    {"{'hrg': 'H', 'pod': 'DC', 'los': 1}", "1 row: day cases ('pod' is DC) that stay for a day"},
    {"{'hrg': 'H', 'pod': 'DC', 'los': 0}", NULL},
    {"{'hrg': 'H', 'pod': 'EL', 'los': 1}", NULL},
    {"{'hrg': 'H', 'pod': 'EL', 'los': 3}, {'hrg': 'H', 'pod': 'DC', 'los': 2}, "
     "{'hrg': 'H', 'pod': 'DC', 'los': 0}, {'hrg': 'H', 'pod': 'DC'}",
     "1 row: day cases ('pod' is DC) that stay for a day"},
};

START_TEST(test_rule_pbr_note__is_of_day_cases_that_stay)
{
    char facts[512];
    (void) snprintf(facts, sizeof facts, "'activity': [%s]", cases[_i].rows);
    char *text = contract_text(YEAR, facts, PRICES,
                               "{'id': 'a', 'rule': 'pbr', 'params': {'mff': false}}", NULL);
    const rk_status status = evaluate_text(text);
    ck_assert_msg(status == RK_OK, "%s", first_message());
    ck_assert(warns("day cases") == (cases[_i].warning != NULL));
    ck_assert_msg(cases[_i].warning == NULL || warns(cases[_i].warning), "%s",
                  rk_result_n_warnings(result) > 0 ? rk_result_warning(result, 0) : "no warning");
    free(text);
}
END_TEST

UNIT_TESTS("rule_pbr_notes")
{
    tcase_add_checked_fixture(tc, open_session, close_session);
    tcase_add_loop_test(tc, test_rule_pbr_note__is_of_day_cases_that_stay, 0,
                        (int) (sizeof cases / sizeof *cases));
}
