/* SPDX-License-Identifier: MIT
 *
 * test_audit.c: rules whose numbers do not hold are named and refused, with the
 * place of the row where there is one.
 */
#include "engine_fixture.h"

#include <unistd.h>

#define FIXTURE(name) RK_BINARY_DIR "/tests/fixtures/" name

static const char *const cheats[] = {FIXTURE("audit-cheat"), FIXTURE("element-cheat"),
                                     FIXTURE("fail-in-settle"), FIXTURE("good"), NULL};

static void open_cheats(void)
{
    rk_options options = RK_OPTIONS_INIT;
    options.rules = cheats;
    open_with(options);
}

static const struct {
    const char *rule, *facts, *word, *message;
} rows[] = {
    {"audit-cheat", "", "rule-audit",
     "rule 'audit-cheat', line 'beds': the line states 1001, its factors multiply to 1000"},
    {"element-cheat", "'activity': [{'count': 1}, {'count': 2}]", "rule-audit",
     "rule 'element-cheat': the elements of a row do not add up to its amount"},
    {"fail-in-settle", "", "rule-failed",
     "rule 'fail-in-settle' failed in settle with status -16 (a rule reported failure or broke its "
     "contract)"},
};

START_TEST(test_audit_rule__is_named_where_its_numbers_do_not_hold)
{
    char component[96];
    (void) snprintf(component, sizeof component, "{'id': 'a', 'rule': '%s'}", rows[_i].rule);
    char *text = contract_text(YEAR, rows[_i].facts, NULL, component, NULL);
    const rk_status status = evaluate_text(text);
    ck_assert_str_eq(rk_status_word(status), rows[_i].word);
    ck_assert_int_eq(rk_status_exit_code(status), 4);
    ck_assert_str_eq(first_message(), rows[_i].message);
    ck_assert_str_eq(rk_problems_at(problems, 0)->rule, rows[_i].rule);
    ck_assert_ptr_null(result);
    free(text);
}
END_TEST

START_TEST(test_audit_row__is_told_by_its_place)
{
    static const char activity[] = "count\n1\n\n1\n1\n";
    char path[] = "/tmp/reckoner-audit-XXXXXX";
    const int fd = mkstemp(path);
    char facts[128];
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, activity, sizeof activity - 1), (int) sizeof activity - 1);
    ck_assert_int_eq(close(fd), 0);
    (void) snprintf(facts, sizeof facts, "'activity': {'file': '%s'}", path);
    char *text = contract_text(
        YEAR, facts, NULL, "{'id': 'a', 'rule': 'element-cheat', 'scope': {'count': '1'}}", NULL);
    ck_assert_str_eq(rk_status_word(evaluate_text(text)), "rule-audit");
    ck_assert_str_eq(rk_problems_at(problems, 0)->file, path);
    ck_assert_uint_eq(rk_problems_at(problems, 0)->line, 2);
    ck_assert_int_eq(unlink(path), 0);
    free(text);
}
END_TEST

UNIT_TESTS("audit")
{
    tcase_add_checked_fixture(tc, open_cheats, close_session);
    tcase_add_loop_test(tc, test_audit_rule__is_named_where_its_numbers_do_not_hold, 0, 3);
    tcase_add_test(tc, test_audit_row__is_told_by_its_place);
}
